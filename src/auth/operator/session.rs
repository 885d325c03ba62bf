//! The token in a session's cookie. Pure.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use cookie::{Cookie, SameSite};

use crate::auth::api_key::{Hash, hash};
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::http::base::Bases;
use crate::id::{Ids, NoRandomness, OperatorId};
use crate::operators::model::LIFETIME_MS;

/// Random characters of a token: 256 bits.
const DIGITS: usize = 43;

/// The most cookies of one name that are looked at.
const MAX_COOKIES: usize = 8;

/// The secret that a signed-in browser holds.
#[derive(Clone, Debug)]
pub struct SessionToken(Secret);

impl SessionToken {
    /// Draws a token.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn draw(ids: &Ids) -> Result<Self, NoRandomness> {
        Ok(Self(Secret::new(ids.secret(DIGITS)?)))
    }

    /// The tokens that a request brings, in its order. Without TLS another service of the host can put a cookie
    /// of the same name before ours, which must not sign anybody out.
    pub fn read_all(headers: &HeaderMap, bases: &Bases) -> Vec<Self> {
        let mut values = read_cookies(headers, bases, Purpose::Session);
        values.retain(|value| value.len() == DIGITS);
        values.into_iter().map(|value| Self(Secret::new(value))).collect()
    }

    /// What the database holds in its place.
    pub fn hash(&self) -> Hash {
        hash(self.0.reveal())
    }

    pub(super) fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// The header that hands the token to the browser.
    ///
    /// # Errors
    /// Never for a token that was drawn.
    pub fn to_cookie(&self, bases: &Bases) -> Result<HeaderValue> {
        set_cookie(bases, Purpose::Session, self.0.reveal(), LIFETIME_MS / 1000)
    }
}

/// The header that makes the browser forget its token.
///
/// # Errors
/// Never: the text is fixed.
pub fn removal(bases: &Bases) -> Result<HeaderValue> {
    set_cookie(bases, Purpose::Session, "", 0)
}

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// The token of a session.
    Session,
    /// A single sign-on under way.
    SingleSignOn,
    /// An operator has signed in with the device before.
    KnownDevice(&'a OperatorId),
}

/// The values of the cookies of a name that a request brings: more than one when somebody else has set some,
/// and never more than [`MAX_COOKIES`].
pub fn read_cookies(headers: &HeaderMap, bases: &Bases, purpose: Purpose<'_>) -> Vec<String> {
    let name = cookie_name(bases, purpose);
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = values.flat_map(Cookie::split_parse).flatten();
    let named = cookies.filter(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned());
    named.take(MAX_COOKIES).collect()
}

/// The header that sets a cookie which no script and no page of another site gets.
///
/// # Errors
/// When the value holds what no header can.
pub fn set_cookie(
    bases: &Bases,
    purpose: Purpose<'_>,
    value: &str,
    max_age_secs: i64,
) -> Result<HeaderValue> {
    let cookie = Cookie::build((cookie_name(bases, purpose), value.to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(bases.is_secure())
        .max_age(cookie::time::Duration::seconds(max_age_secs));
    HeaderValue::try_from(cookie.to_string()).map_err(Error::internal)
}

/// With TLS the prefix keeps neighbouring hosts from setting the cookie (RFC 6265bis §4.1.3.2). Without
/// it the port is part of the name: browsers share cookies between the ports of a host, and two instances
/// on one machine would sign each other out.
fn cookie_name(bases: &Bases, purpose: Purpose<'_>) -> String {
    let name = match purpose {
        Purpose::Session => "threadkeep".into(),
        Purpose::SingleSignOn => "threadkeep_sso".into(),
        // One for each: several operators may share a browser.
        Purpose::KnownDevice(operator) => format!("threadkeep_device_{operator}"),
    };
    if bases.is_secure() { format!("__Host-{name}") } else { format!("{name}_{}", bases.port()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bases(url: &str) -> Bases {
        Bases::new(url, None).unwrap()
    }

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(cookie).unwrap())])
    }

    #[test]
    fn a_token_comes_back_among_other_cookies() {
        let bases = bases("http://localhost:4100");
        let token = SessionToken::draw(&Ids::default()).unwrap();
        let read = |headers: &HeaderMap| {
            SessionToken::read_all(headers, &bases).iter().map(SessionToken::hash).collect::<Vec<_>>()
        };
        let sent = headers(&format!("a=b; threadkeep_4100={}; c", token.reveal()));
        assert_eq!(read(&sent), [token.hash()]);
        assert!(read(&headers("threadkeep_4100=short")).is_empty());
        assert!(read(&HeaderMap::new()).is_empty());
        let other = headers(&format!("threadkeep_4101={}", token.reveal()));
        assert!(read(&other).is_empty(), "another instance's cookie");
    }

    #[test]
    fn a_token_is_found_behind_planted_ones() {
        let bases = bases("http://localhost:4100");
        let tokens: Vec<_> = (0..3).map(|_| SessionToken::draw(&Ids::default()).unwrap()).collect();
        let cookie = |token: &SessionToken| format!("threadkeep_4100={}", token.reveal());
        let sent: Vec<_> = tokens.iter().map(cookie).collect();
        let read: Vec<_> = SessionToken::read_all(&headers(&sent.join("; ")), &bases);
        let hashes = |tokens: &[SessionToken]| tokens.iter().map(SessionToken::hash).collect::<Vec<_>>();
        assert_eq!(hashes(&read), hashes(&tokens));
        let many = headers(&vec!["threadkeep_4100=x"; 1000].join("; "));
        assert_eq!(read_cookies(&many, &bases, Purpose::Session).len(), MAX_COOKIES);
    }

    #[test]
    fn no_script_and_no_other_site_gets_the_cookie() {
        let token = SessionToken::draw(&Ids::default()).unwrap();
        let shown = |url| token.to_cookie(&bases(url)).unwrap().to_str().unwrap().to_owned();
        let plain = shown("http://localhost:4100");
        assert!(plain.contains("HttpOnly") && plain.contains("SameSite=Lax") && plain.contains("Path=/"));
        assert!(!plain.contains("Secure"));
        let secure = shown("https://keep.example.org");
        assert!(secure.starts_with("__Host-threadkeep=") && secure.contains("Secure"));
        assert!(removal(&bases("https://x.example")).unwrap().to_str().unwrap().contains("Max-Age=0"));
    }

    #[test]
    fn a_token_never_shows() {
        let token = SessionToken::draw(&Ids::default()).unwrap();
        assert!(!format!("{token:?}").contains(token.reveal()));
    }
}
