//! Tokens of other issuers: verified by the project's auth rules (spec: authentication, section 9).
//!
//! Not here: our own tokens (`workspace_token`), which share no key with these.

pub mod identity;
pub mod matching;
pub mod recall;
pub mod times;

use std::sync::Arc;

use self::identity::Identity;
use self::matching::Shape;
use super::algorithm::{Alg, verifies_hs256};
use super::directory::KnownProject;
use super::jwt::Unverified;
use super::key_sets::{Location, Wanted};
use super::rules::model::{AuthRule, KeySource};
use super::workspace_token::not_valid;
use crate::app::App;
use crate::error::Result;

/// Verifies a token by the first rule of the project whose key made its signature.
///
/// # Errors
/// Steps 2 to 10 of the order of verification.
pub async fn verify(app: &App, project: &KnownProject, jwt: &Unverified<'_>) -> Result<Identity> {
    let shape = Shape::read(project.rules(), jwt)?;
    let fitting: Vec<&Arc<AuthRule>> = project
        .rules()
        .iter()
        .filter(|rule| matching::mismatch(app.bases(), rule, &shape, jwt).is_none())
        .collect();
    if fitting.is_empty() {
        return Err(matching::no_rule(app.bases(), project.rules(), &shape, jwt));
    }
    matching::check_header(jwt)?;
    for rule in fitting {
        if is_signed_for(app, rule, &shape, jwt).await {
            // The first key that fits decides: a later rule must not soften what this one refuses.
            return read_identity(app, rule, jwt);
        }
    }
    Err(not_valid()
        .with_help("No key of the rules that match this token's issuer and audience made its signature"))
}

/// What a token says once its signature has been found good: times, then user, workspace and name.
///
/// # Errors
/// Steps 7 to 10.
pub fn read_identity(app: &App, rule: &AuthRule, jwt: &Unverified<'_>) -> Result<Identity> {
    let expires_at = times::check(jwt, app.clock().now(), app.config().clock_tolerance_secs)?;
    matching::check_audience_form(jwt)?;
    identity::read(&rule.settings, jwt, expires_at)
}

/// Whether a key of the rule made the token's signature. A secret verifies HS256 alone and a key set
/// everything else, never the other way round (RFC 8725 §3.1, §3.12).
pub async fn is_signed_for(app: &App, rule: &AuthRule, shape: &Shape, jwt: &Unverified<'_>) -> bool {
    let message = jwt.signing_input.as_bytes();
    match (&rule.settings.keys, shape.alg, Location::of(rule)) {
        (KeySource::Secret(secret), Alg::Hs256, _) => {
            verifies_hs256(secret.reveal().as_bytes(), message, &jwt.signature)
        }
        (_, Alg::Asymmetric(algorithm), Some(location)) => {
            let wanted = Wanted { kid: &shape.kid, not_before: rule.keys_not_before };
            let set = app.key_sets().find(&location, wanted, app.clock()).await;
            set.is_some_and(|set| set.verifies(&shape.kid, algorithm, message, &jwt.signature))
        }
        _ => false,
    }
}
