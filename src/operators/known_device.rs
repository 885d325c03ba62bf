//! Devices that an operator has signed in with before: a cookie that outlives the session says so. It opens
//! nothing; it gives its holder attempts to sign in that no stranger can use up.

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::auth::operator::session::{Purpose, read_cookies, set_cookie};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::OperatorId;

/// How long a device is known after the last sign-in, in seconds: half a year.
const LIFETIME_SECS: i64 = 182 * 24 * 3600;

/// Ties a cookie to its operator.
fn sealed_for(operator: &OperatorId) -> String {
    format!("known device of {operator}")
}

/// The cookie that makes a device known.
///
/// # Errors
/// When there is no randomness.
pub fn cookie(app: &App, operator: &OperatorId, now: Timestamp) -> Result<HeaderValue> {
    let ends_at = now.plus_millis(LIFETIME_SECS * 1000).millis().to_be_bytes();
    let sealed = URL_SAFE_NO_PAD.encode(app.directory().vault().seal(&sealed_for(operator), &ends_at)?);
    set_cookie(app.bases(), Purpose::KnownDevice(operator), &sealed, LIFETIME_SECS)
}

/// Whether a request comes from a device that the operator has signed in with.
pub fn is_known(app: &App, headers: &HeaderMap, operator: &OperatorId, now: Timestamp) -> bool {
    let purpose = sealed_for(operator);
    let ends_at = |cookie: &String| {
        let sealed = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let opened = app.directory().vault().open(&purpose, &sealed).ok()?;
        Some(i64::from_be_bytes(opened.try_into().ok()?))
    };
    let cookies = read_cookies(headers, app.bases(), Purpose::KnownDevice(operator));
    cookies.iter().filter_map(ends_at).any(|ends_at| now.millis() < ends_at)
}
