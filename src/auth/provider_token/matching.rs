//! Which rules a token fits, before any key is asked for.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::identity::shown;
use crate::auth::algorithm::Alg;
use crate::auth::jwt::{Claims, Unverified};
use crate::auth::rules::condition::Condition;
use crate::auth::rules::model::{AuthRule, KeySource};
use crate::auth::workspace_token::not_valid;
use crate::error::{Error, Result};
use crate::http::base::Bases;
use crate::json::{kind, string};

/// The parts of a token that say which key it asks for.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its algorithm, which is only compared with those of keys.
    pub alg: Alg,
    /// Its issuer.
    pub issuer: String,
    /// The key it names; empty when a shared secret needs none.
    pub kid: String,
}

impl Shape {
    /// Reads a token's shape.
    ///
    /// # Errors
    /// Steps 2 to 4 of the order of verification.
    pub fn read(rules: &[Arc<AuthRule>], jwt: &Unverified<'_>) -> Result<Self> {
        let (header, payload) = (jwt.header(), jwt.payload());
        let has_secret = || rules.iter().any(|rule| matches!(rule.settings.keys, KeySource::Secret(_)));
        let alg = header.string("alg").and_then(|alg| Alg::parse(&alg));
        let alg = alg.filter(|alg| *alg != Alg::Hs256 || has_secret()).ok_or_else(|| {
            let found = match header.string("alg") {
                Some(alg) => format!("is \"{}\"", shown(&alg)),
                None => header.is_instead("alg", "a string"),
            };
            Error::forbidden("JWT token algorithm is not valid").with_help(format!(
                "The token's alg {found}. It must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, \
                 ES384, ES512, EdDSA and Ed25519, or HS256 when the project has a rule with a shared secret"
            ))
        })?;
        let issuer = payload.string("iss").ok_or_else(|| {
            let found = payload.is_instead("iss", "a string");
            Error::forbidden("JWT payload is missing iss").with_help(format!("The token's iss {found}"))
        })?;
        let kid = header.string("kid").filter(|kid| !kid.is_empty());
        if kid.is_none() && alg != Alg::Hs256 {
            let found = match header.string("kid") {
                Some(_) => "is empty".into(),
                None => header.is_instead("kid", "a string"),
            };
            let help = format!("The kid in the token's header {found}");
            return Err(Error::forbidden("JWT header is missing kid").with_help(help));
        }
        Ok(Self { alg, issuer: issuer.into_owned(), kid: kid.unwrap_or_default().into_owned() })
    }
}

/// The first thing about a token that a rule does not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The issuer is one of this instance's own.
    OwnIssuer,
    /// The issuer is another one.
    Issuer {
        /// The two are the same but for a slash at the end.
        is_slash: bool,
    },
    /// The audience is not among the token's.
    Audience,
    /// The rule has a shared secret and the token is signed with a public key, or the reverse.
    KeyKind,
    /// A condition is not met.
    Condition(String),
}

/// Why the rule does not fit the token; `None` when it does.
pub fn mismatch(bases: &Bases, rule: &AuthRule, shape: &Shape, jwt: &Unverified<'_>) -> Option<Mismatch> {
    let settings = &rule.settings;
    if bases.owns(&shape.issuer) {
        return Some(Mismatch::OwnIssuer);
    }
    if let Some(issuer) = settings.issuer.as_deref().filter(|issuer| *issuer != shape.issuer) {
        let without_slash = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
        return Some(Mismatch::Issuer { is_slash: without_slash(issuer) == without_slash(&shape.issuer) });
    }
    let claims = jwt.payload();
    if settings
        .audience
        .as_ref()
        .is_some_and(|wanted| !has_audience(&claims, &settings.audience_claim, wanted))
    {
        return Some(Mismatch::Audience);
    }
    if matches!(settings.keys, KeySource::Secret(_)) != (shape.alg == Alg::Hs256) {
        return Some(Mismatch::KeyKind);
    }
    let unmet = settings.conditions.iter().find(|condition| !condition.is_met(&claims));
    unmet.map(|condition| Mismatch::Condition(Condition::as_str(condition).to_owned()))
}

/// A string, or a list of which one string is the audience (RFC 7519 §4.1.3).
fn has_audience(claims: &Claims<'_>, claim: &str, wanted: &str) -> bool {
    let Some(raw) = claims.raw(claim) else { return false };
    if let Some(one) = string(raw) {
        return one == wanted;
    }
    let list: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    list.iter().any(|item| string(item).is_some_and(|text| text == wanted))
}

/// Refuses what no verifier should let pass whatever the key: critical extensions that are not
/// understood (RFC 7515 §4.1.11), and tokens of another purpose (RFC 8725 §3.11). Other members are
/// ignored; a payload that is compressed or another token is refused for not being claims.
///
/// # Errors
/// 403 `JWT token is not valid`.
pub fn check_header(jwt: &Unverified<'_>) -> Result<()> {
    const TYPES: [&str; 4] = ["jwt", "at+jwt", "application/jwt", "application/at+jwt"];
    let header = jwt.header();
    if jwt.has_critical_extension() {
        return Err(not_valid()
            .with_help("The token's header has crit: it demands an extension, and none is supported"));
    }
    let is_jwt = |typ: &str| TYPES.iter().any(|known| typ.eq_ignore_ascii_case(known));
    match header.string("typ") {
        Some(typ) if is_jwt(&typ) => Ok(()),
        None if !header.has("typ") => Ok(()),
        Some(typ) => Err(not_valid().with_help(format!(
            "The typ in the token's header is \"{}\", which is another kind of token",
            shown(&typ)
        ))),
        None => {
            let found = header.is_instead("typ", "a string");
            Err(not_valid().with_help(format!("The typ in the token's header {found}")))
        }
    }
}

/// Refuses an audience that is neither a string nor a list of strings (RFC 7519 §4.1.3), whether a rule
/// asks for one or not: whoever issues such tokens is not understood.
///
/// # Errors
/// 403 `JWT token is not valid`.
pub fn check_audience_form(jwt: &Unverified<'_>) -> Result<()> {
    let payload = jwt.payload();
    let Some(raw) = payload.raw("aud").filter(|raw| string(raw).is_none()) else { return Ok(()) };
    let wanted = "a string or a list of strings";
    let found = match serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        Err(_) => payload.is_instead("aud", wanted),
        Ok(list) => match list.into_iter().find(|item| string(item).is_none()) {
            Some(other) => format!("is a list with {} in it, not {wanted}", kind(other)),
            None => return Ok(()),
        },
    };
    Err(not_valid().with_help(format!("The token's aud {found}")))
}

/// The refusal when no rule fits, with what the token carries and what a rule would need.
pub fn no_rule(bases: &Bases, rules: &[Arc<AuthRule>], shape: &Shape, jwt: &Unverified<'_>) -> Error {
    let audience =
        jwt.payload().raw("aud").map_or_else(|| "no aud".into(), |raw| format!("aud {}", shown(raw.get())));
    let token = format!("The token has iss \"{}\" and {audience}", shown(&shape.issuer));
    let found: Vec<Mismatch> = rules.iter().filter_map(|rule| mismatch(bases, rule, shape, jwt)).collect();
    let hint = if rules.is_empty() {
        "this project has no auth rule yet; add one with that issuer"
    } else if found.contains(&Mismatch::Issuer { is_slash: true }) {
        "the issuer of a rule differs only by a final slash; the two must be exactly the same"
    } else if found.contains(&Mismatch::Audience) {
        "a rule has this issuer and asks for another audience"
    } else if found.contains(&Mismatch::OwnIssuer) {
        "that issuer is this instance itself, and the token is none of its workspace tokens"
    } else if found.iter().any(|mismatch| matches!(mismatch, Mismatch::Condition(_))) {
        "a rule has this issuer and audience, and one of its conditions is not met"
    } else if found.contains(&Mismatch::KeyKind) {
        "a rule has this issuer and audience, and verifies another kind of signature"
    } else {
        "no rule of this project has that issuer"
    };
    Error::forbidden("No auth rule matches the JWT iss and aud claims").with_help(format!("{token}; {hint}"))
}
