//! What keeps pages of other sites from acting with an operator's cookie.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::session::SessionToken;
use crate::app::App;
use crate::auth::api_key::hash;
use crate::error::{Error, Result};
use crate::http::base::Base;

const HEADER: HeaderName = HeaderName::from_static("x-csrf-token");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a page of the dashboard sends with everything that changes something. It follows from the
/// session's token, so that nothing has to be stored, and says nothing about it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// The token of a session.
    pub fn of(session: &SessionToken) -> Self {
        Self(URL_SAFE_NO_PAD.encode(hash(&format!("csrf {}", session.reveal()))))
    }

    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Checks that a request which may change something carries the token.
    pub(super) fn check(&self, parts: &Parts) -> Result<()> {
        if is_safe(&parts.method) {
            return Ok(());
        }
        let sent = parts.headers.get(HEADER).map_or(&b""[..], |value| value.as_bytes());
        verify_slices_are_equal(sent, self.0.as_bytes()).map_err(|_| {
            Error::forbidden("CSRF token missing or wrong")
                .with_help("Send the csrf_token of GET /api/session as X-CSRF-Token")
        })
    }
}

/// Methods that change nothing (RFC 9110 §9.2.1).
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses what a page of another origin asks of the operator API, whether or not a session is needed:
/// signing a visitor in as somebody else is an attack, too. The API is there at the root base alone.
pub async fn same_origin_only(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.extensions().get::<Base>() != Some(&Base::Root) {
        return Error::not_found("Not Found").into_response();
    }
    if !is_safe(request.method())
        && !is_same_origin(request.method(), request.headers(), app.bases().origin())
    {
        return Error::forbidden("Request of another site").into_response();
    }
    next.run(request).await
}

/// What the browser says of the asking page: the newest header that it sends counts. `none` is a person who
/// typed or a program. A proxy may have put another host into the request than the browser asked; the one of
/// the public URL is ours in any case.
fn is_same_origin(method: &Method, headers: &HeaderMap, public_origin: &str) -> bool {
    let is_ours = |origin: &str| {
        let host = headers.get(HOST).map_or(&b""[..], |value| value.as_bytes());
        let is_asked = |(_, named): (&str, &str)| named.as_bytes().eq_ignore_ascii_case(host);
        origin == public_origin || origin.split_once("://").is_some_and(is_asked)
    };
    let told = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (told(&FETCH_SITE), told(&ORIGIN), told(&REFERER)) {
        (Some(site), ..) => matches!(site, "same-origin" | "none"),
        (None, Some(origin), _) => is_ours(origin),
        (None, None, Some(page)) => url::Url::parse(page)
            .is_ok_and(|page| page.host().is_some() && is_ours(&page.origin().ascii_serialization())),
        (None, None, None) => *method != Method::POST || is_json(headers),
    }
}

/// No page of another site sends this without asking first, which it is not allowed; plain text or a form it
/// does, by `POST`.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::id::Ids;

    const JSON: (HeaderName, &str) = (CONTENT_TYPE, "application/json");

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn pages_of_other_origins_are_told_by_their_headers() {
        for (pairs, same) in [
            (&[(FETCH_SITE, "same-origin")][..], true),
            (&[(FETCH_SITE, "none")], true),
            (&[(FETCH_SITE, "same-site")], false),
            (&[(FETCH_SITE, "cross-site")], false),
            (&[(ORIGIN, "https://keep.example"), (HOST, "keep.example")], true),
            (&[(ORIGIN, "https://evil.example"), (HOST, "keep.example")], false),
            (&[(ORIGIN, "null"), (HOST, "keep.example")], false),
            (&[(ORIGIN, "http://public.example:8080"), (HOST, "127.0.0.1:4100")], true),
            (&[(ORIGIN, "https://public.example:8080"), (HOST, "127.0.0.1:4100")], false),
            (&[(ORIGIN, "http://public.example"), (HOST, "127.0.0.1:4100")], false),
            (&[(ORIGIN, "http://public.example:8080.evil"), (HOST, "127.0.0.1:4100")], false),
            (&[(ORIGIN, "http://public.example:8080"), (FETCH_SITE, "cross-site")], false),
            (&[(REFERER, "https://evil.example/keep.example"), (HOST, "keep.example"), JSON], false),
            (&[(REFERER, "https://keep.example/dashboard"), (HOST, "keep.example")], true),
            (&[(REFERER, "http://public.example:8080/x"), (HOST, "127.0.0.1:4100")], true),
            (&[(REFERER, "https://keep.example@evil.example/"), (HOST, "keep.example"), JSON], false),
            (&[(REFERER, "about:blank"), (HOST, ""), JSON], false),
            (&[(REFERER, ""), (HOST, ""), JSON], false),
            (
                &[
                    (ORIGIN, "https://evil.example"),
                    (REFERER, "https://keep.example/"),
                    (HOST, "keep.example"),
                ],
                false,
            ),
            (&[(HOST, "keep.example"), JSON], true),
            (&[(HOST, "keep.example"), (CONTENT_TYPE, "application/json; charset=utf-8")], true),
            (&[(HOST, "keep.example"), (CONTENT_TYPE, "text/plain")], false),
            (&[(HOST, "keep.example"), (CONTENT_TYPE, "text/plain; x=application/json")], false),
            (&[(HOST, "keep.example")], false),
        ] {
            let is_same = |method| is_same_origin(&method, &headers(pairs), "http://public.example:8080");
            assert_eq!(is_same(Method::POST), same, "{pairs:?}");
        }
        assert!(is_same_origin(&Method::DELETE, &HeaderMap::new(), "http://public.example:8080"));
    }

    #[test]
    fn the_token_belongs_to_its_session() {
        let session = || SessionToken::draw(&Ids::default()).unwrap();
        let (one, two) = (session(), session());
        assert_eq!(CsrfToken::of(&one).0, CsrfToken::of(&one).0);
        assert_ne!(CsrfToken::of(&one).0, CsrfToken::of(&two).0);
    }
}
