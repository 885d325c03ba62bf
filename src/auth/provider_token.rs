//! Tokens of other issuers: the checks that come before any key is asked for (spec: authentication,
//! section 9). No rule can be made yet, so no such token is trusted.

use super::jwt::Unverified;
use crate::error::Error;

/// Signature algorithms that a rule could accept. HS256 is not among them: it takes a shared secret.
const ALGORITHMS: [&str; 11] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

/// The first check that a token fails.
pub fn refuse(jwt: &Unverified<'_>) -> Error {
    let (header, payload) = (jwt.header(), jwt.payload());
    if !header.string("alg").is_some_and(|alg| ALGORITHMS.contains(&alg.as_ref())) {
        return Error::forbidden("JWT token algorithm is not valid");
    }
    if payload.string("iss").is_none() {
        return Error::forbidden("JWT payload is missing iss");
    }
    if header.string("kid").is_none() {
        return Error::forbidden("JWT header is missing kid");
    }
    Error::forbidden("No auth rule matches the JWT iss and aud claims")
        .with_help("This project trusts no issuer but Threadkeep itself: hand over a workspace token")
}
