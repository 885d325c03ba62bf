//! Auth rules: what makes another issuer's tokens acceptable, and what to read from them.
//!
//! Not here: verifying a token by a rule (`provider_token`), and the ready-made rules (`presets`).

pub mod book;
pub mod claims;
pub mod condition;
pub mod model;
pub mod operator_routes;
pub mod overlap;
pub mod store;
pub mod view;
pub mod warning;
