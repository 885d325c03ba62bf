//! What is kept between sending a browser to the issuer and its return: sealed, in a cookie, so that no
//! node has to remember it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::api_key::hash;
use crate::auth::operator::session::{Purpose, read_cookies, set_cookie};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::base::Bases;
use crate::instance::Vault;

/// How long a person may take at the issuer, in seconds.
const PATIENCE_SECS: i64 = 600;

/// Random characters of state and nonce, and of the verifier, which takes 43 at least (RFC 7636 §4.1).
const DIGITS: usize = 43;

const SEALED_FOR: &str = "single sign-on";

/// The most characters of a place to return to.
const MAX_PLACE: usize = 2_000;

/// A sign-in under way.
#[derive(Serialize, Deserialize)]
pub(super) struct Flow {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// Where to go in the dashboard afterwards.
    pub(super) return_to: String,
    /// The secret of an invitation's link that is being followed.
    pub(super) invitation: Option<String>,
    ends_at_ms: i64,
}

impl Flow {
    pub(super) fn draw(
        app: &App,
        return_to: Option<&str>,
        invitation: Option<String>,
        now: Timestamp,
    ) -> Result<Self> {
        let secret = || app.ids().secret(DIGITS);
        Ok(Self {
            state: secret()?,
            nonce: secret()?,
            verifier: secret()?,
            return_to: place(app.bases(), return_to),
            invitation,
            ends_at_ms: now.plus_millis(PATIENCE_SECS * 1000).millis(),
        })
    }

    /// The S256 challenge (RFC 7636 §4.2).
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(hash(&self.verifier))
    }

    pub(super) fn to_cookie(&self, vault: &Vault, bases: &Bases) -> Result<HeaderValue> {
        let text = serde_json::to_vec(self).map_err(Error::internal)?;
        let sealed = URL_SAFE_NO_PAD.encode(vault.seal(SEALED_FOR, &text)?);
        set_cookie(bases, Purpose::SingleSignOn, &sealed, PATIENCE_SECS)
    }

    /// The flow that a request brings back, if its state is the one that the issuer returned.
    pub(super) fn resume(app: &App, headers: &HeaderMap, state: &str) -> Option<Self> {
        let cookies = read_cookies(headers, app.bases(), Purpose::SingleSignOn);
        let mut flows = cookies.iter().filter_map(|sealed| Self::unseal(app.directory().vault(), sealed));
        flows.find(|flow| {
            let is_same = verify_slices_are_equal(flow.state.as_bytes(), state.as_bytes()).is_ok();
            is_same && app.clock().now().millis() < flow.ends_at_ms
        })
    }

    fn unseal(vault: &Vault, sealed: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let text = vault.open(SEALED_FOR, &sealed).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// A path of the dashboard: whatever else a link says would lead an operator out of it.
fn place(bases: &Bases, wanted: Option<&str>) -> String {
    let home = format!("{}/dashboard", bases.prefix());
    let is_plain = |path: &&str| {
        path.starts_with('/')
            && path.len() <= MAX_PLACE
            && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    let is_inside = |path: &String| {
        let rest = path.strip_prefix(&home);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    wanted.filter(is_plain).and_then(|path| normalize(bases, path)).filter(is_inside).unwrap_or(home)
}

/// The path and query that a browser makes of this, which takes steps like `..` in whatever spelling.
fn normalize(bases: &Bases, path: &str) -> Option<String> {
    let url = url::Url::parse(&format!("{}{path}", bases.origin())).ok()?;
    Some(url[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_returns_to_the_dashboard_and_nowhere_else() {
        let bases = Bases::new("https://keep.example/x", None).unwrap();
        let place = |wanted| place(&bases, wanted);
        assert_eq!(place(Some("/x/dashboard/projects/p?a=b")), "/x/dashboard/projects/p?a=b");
        assert_eq!(place(Some("/x/dashboard/users/~..?a=../b")), "/x/dashboard/users/~..?a=../b");
        assert_eq!(place(Some("/x/dashboard/a/../threads")), "/x/dashboard/threads");
        for wanted in [
            None,
            Some(""),
            Some("/"),
            Some("https://evil.example/x/dashboard"),
            Some("//evil.example"),
            Some("/x/dashboardevil"),
            Some("/x/dashboard/\\evil"),
            Some("/x/dashboard/\r\nSet-Cookie:a"),
            Some("/dashboard"),
            Some("/x/dashboard/../../evil"),
            Some("/x/dashboard/../dashboardevil"),
            Some("/x/dashboard/%2e%2E/.%2e/evil?a=/x/dashboard"),
            Some("/x/dashboard/./.."),
            Some("x/dashboard"),
        ] {
            assert_eq!(place(wanted), "/x/dashboard", "{wanted:?}");
        }
    }
}
