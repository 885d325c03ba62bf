//! Run leases: who writes a reply while it comes, so that other tabs tell one that is running from one
//! that was interrupted.
//!
//! Here: leases, their heartbeats and their ends. Not here: the writes that open or use one, which are
//! the messages'.

pub mod beats;
pub mod model;
pub mod routes;
pub mod store;
