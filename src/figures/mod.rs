//! Figures: how much is written in a project, by day.
//!
//! What is written is counted where it is indexed (`search`), in the transaction that takes it out of the
//! queue: once, and without an append waiting for it. Figures tell what was written, whatever became of it.

pub mod model;
pub mod operator_routes;
pub mod store;
