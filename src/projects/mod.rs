//! Projects, their settings and their signing keys.
//!
//! Not here: what a project holds (threads, keys), and how tokens are made with its keys (`auth`).

pub mod deletion;
pub mod model;
pub mod operator_routes;
pub mod origins;
pub mod routes;
pub mod store;
