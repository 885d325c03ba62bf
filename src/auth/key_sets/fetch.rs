//! Bringing a key set over the network.

use std::time::Duration;

use outbound::{Limits, Outbound, Refused};

use super::Location;
use super::jwk::{BadKeySet, KeySet};
use crate::json::{Members, string};

/// How long the first fetch of a set may take: the provider may have to wake up.
const FIRST: Duration = Duration::from_secs(5);

/// How long later fetches may take: there is a set to go on with.
const LATER: Duration = Duration::from_secs(2);

/// The most bytes of an answer.
const MAX_BYTES: usize = 256 * 1024;

/// The most redirects that are followed.
const MAX_REDIRECTS: u8 = 3;

/// How long a set is good for when its provider does not say.
const USUAL: Duration = Duration::from_secs(10 * 60);

const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// A set and how long it is good for.
pub(super) struct Fetched {
    pub(super) set: KeySet,
    pub(super) fresh_ms: i64,
    /// Where it was, for a location that only leads there.
    pub(super) url: String,
}

/// Why there is no set, in sentences for operators.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("{0}")]
    Refused(#[from] Refused),
    #[error("{0}")]
    Outbound(#[from] outbound::Error),
    #[error("the server answered with status {0}")]
    Status(u16),
    #[error("{0}")]
    KeySet(#[from] BadKeySet),
    #[error("the discovery document is not a JSON object")]
    NoDocument,
    #[error("the discovery document names another issuer; the rule's issuer must be exactly the same")]
    OtherIssuer,
    #[error("the discovery document names no key set")]
    NoKeySetUrl,
}

pub(super) async fn fetch(
    outbound: &Outbound,
    location: &Location,
    is_first: bool,
) -> Result<Fetched, FetchError> {
    let total = if is_first { FIRST } else { LATER };
    // One deadline for the discovery document and the set together.
    let fetched = tokio::time::timeout(total, fetch_all(outbound, location, total)).await;
    // With the client's own words, which tell a silent port from a closed one no more than it does.
    fetched.map_err(|_| outbound::Error::TimedOut)?
}

async fn fetch_all(outbound: &Outbound, location: &Location, total: Duration) -> Result<Fetched, FetchError> {
    let limits = Limits { total, max_bytes: MAX_BYTES, max_redirects: MAX_REDIRECTS };
    match location {
        Location::KeySet(url) => fetch_set(outbound, url, limits).await,
        Location::Discovery(issuer) => {
            let (document, _) = get(outbound, &discovery_url(issuer), limits).await?;
            fetch_set(outbound, &key_set_url(&document, issuer)?, limits).await
        }
    }
}

/// The issuer without final slash, then the well-known path (OpenID Connect Discovery 1.0 §4.1).
fn discovery_url(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer))
}

/// The document speaks for the rule's issuer only if it names exactly that one (§4.3).
fn key_set_url(document: &str, issuer: &str) -> Result<String, FetchError> {
    let document = Members::parse(document).map_err(|_| FetchError::NoDocument)?;
    let text = |name: &str| document.get(name).and_then(string);
    if text("issuer").as_deref() != Some(issuer) {
        return Err(FetchError::OtherIssuer);
    }
    text("jwks_uri").map(String::from).ok_or(FetchError::NoKeySetUrl)
}

async fn fetch_set(outbound: &Outbound, url: &str, limits: Limits) -> Result<Fetched, FetchError> {
    let (text, max_age) = get(outbound, url, limits).await?;
    let fresh = max_age.unwrap_or(USUAL).clamp(SHORTEST, LONGEST);
    let fresh_ms = i64::try_from(fresh.as_millis()).unwrap_or(0);
    Ok(Fetched { set: KeySet::parse(&text)?, fresh_ms, url: url.to_owned() })
}

async fn get(
    outbound: &Outbound,
    url: &str,
    limits: Limits,
) -> Result<(String, Option<Duration>), FetchError> {
    // Checked anew each time: what an operator allows, and what a name stands for, can change.
    let url = outbound.check(url)?;
    let answer = outbound.get(&url, limits).await?;
    if answer.status != 200 {
        return Err(FetchError::Status(answer.status));
    }
    let text = String::from_utf8(answer.body).map_err(|_| BadKeySet::NotJson)?;
    Ok((text, answer.max_age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t089_the_discovery_url_has_one_slash() {
        for issuer in ["https://a.example/x", "https://a.example/x/"] {
            assert_eq!(discovery_url(issuer), "https://a.example/x/.well-known/openid-configuration");
        }
    }

    #[test]
    fn t090_the_document_must_name_the_rules_issuer() {
        let document = r#"{"issuer":"https://a.example/","jwks_uri":"https://a.example/keys"}"#;
        assert_eq!(key_set_url(document, "https://a.example/").unwrap(), "https://a.example/keys");
        for issuer in ["https://a.example", "https://b.example/", "HTTPS://a.example/"] {
            assert!(matches!(key_set_url(document, issuer), Err(FetchError::OtherIssuer)), "{issuer}");
        }
        assert!(matches!(key_set_url("[]", "x"), Err(FetchError::NoDocument)));
        assert!(matches!(key_set_url(r#"{"issuer":"x"}"#, "x"), Err(FetchError::NoKeySetUrl)));
    }
}
