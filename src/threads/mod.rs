//! Threads: the conversations of a workspace.
//!
//! Not here: what is said in them (`messages`).

pub mod listing;
pub mod model;
pub mod operator_routes;
pub mod routes;
pub mod store;
