//! Who changed what: one entry for every change an operator or a key makes to a project or an
//! organization.
//!
//! Not here: what end users do with their threads.

pub mod model;
pub mod operator_routes;
pub mod store;
