//! Single sign-on: operators who come from an OpenID Connect issuer (OpenID Connect Core 1.0 §3.1, with
//! PKCE, RFC 7636). The issuer is a setting of the instance; everything else it says of itself.
//!
//! Not here: end users' tokens (`auth::provider_token`), whose verification this shares.

mod account;
mod client;
mod flow;
pub mod routes;

pub use self::client::SingleSignOn;
