//! Operators: the people who sign in to the dashboard, with password or single sign-on, and their
//! sessions.
//!
//! Not here: what they may do in which organization (`members`), and how a request's session is checked
//! (`auth::operator`).

pub mod attempts;
pub mod fields;
pub mod known_device;
pub mod model;
pub mod password;
pub mod routes;
pub mod setup;
pub mod sign_in;
pub mod sso;
pub mod store;
