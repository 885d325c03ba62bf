//! Who changed what: one entry for every change an operator or a key makes to a project.
//!
//! Not here: what end users do with their threads.

pub mod model;
pub mod store;
