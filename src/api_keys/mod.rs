//! API keys as things that operators make, list and revoke, and the minting of tokens with one.
//!
//! Not here: the form of a key's text and whether a request's key is good (`auth`).

pub mod last_used;
pub mod model;
pub mod operator_routes;
pub mod routes;
pub mod store;
