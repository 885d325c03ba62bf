//! Workspaces: the owners of threads. A row appears with the first thread.
//!
//! Not here: who may act in one (`auth`).

pub mod listing;
pub mod operator_routes;
pub mod store;
