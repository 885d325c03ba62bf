//! Threads: the conversations of a workspace.
//!
//! Not here: what is said in them (`messages`).

pub mod model;
pub mod routes;
pub mod store;
