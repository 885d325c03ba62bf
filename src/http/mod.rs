//! HTTP in general: everything that knows of it and of no room in particular.
//!
//! Not here: paths, JSON shapes and handlers, which stand in their rooms' `routes.rs`.

pub mod answering;
pub mod aside;
pub mod base;
pub mod budget;
pub mod client_address;
pub mod connection;
pub mod cors;
pub mod dashboard;
pub mod drain;
pub mod error;
pub mod extract;
pub mod fields;
pub mod headers;
pub mod host;
pub mod observe;
pub mod openapi;
pub mod page;
pub mod query;
pub mod router;
pub mod server;
