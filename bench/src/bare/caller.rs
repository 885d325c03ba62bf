//! Credentials taken from a request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::App;
use super::refusal::Refusal;
use super::token::Identity;

/// The holder of a valid workspace token.
pub(super) struct Caller(pub(super) Arc<Identity>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        app.tokens.check(bearer(parts)?).map(Self)
    }
}

/// The value after `Bearer `.
pub(super) fn bearer(parts: &Parts) -> Result<&str, Refusal> {
    let value =
        parts.headers.get(AUTHORIZATION).ok_or(Refusal::unauthorized("Authorization header is missing"))?;
    value
        .to_str()
        .ok()
        .and_then(|value| value.strip_prefix("Bearer "))
        // The text goes between quotes as it is, so its own are escaped here.
        .ok_or(Refusal::unauthorized(r#"Authorization header must begin with \"Bearer \""#))
}
