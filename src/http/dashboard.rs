//! The dashboard: the web app that is built in `dashboard/` and embedded in the program.

use std::borrow::Cow;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, LOCATION, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};
use tower_http::set_header::SetResponseHeaderLayer;

use super::base::Base;
use crate::app::App;
use crate::error::{Error, Result};

/// What `npm run build` in `dashboard/` made, each file beside its compressed forms. A program that was
/// built without it says so on the page.
#[derive(RustEmbed)]
#[folder = "dashboard/dist/"]
#[allow_missing = true]
struct Assets;

const PAGE: &str = "index.html";

/// What stands in the page where each answer puts a nonce of its own.
const NONCE: &str = "__CSP_NONCE__";

/// What stands in the page where the path of the public URL goes.
const BASE: &str = "<base href=\"/dashboard/\"";

/// Files whose names tell their content never change.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Other files are asked for again each time, and mostly answered with 304.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// What answers say that have no policy of their own: nothing here may be shown inside of another page.
const UNFRAMED: HeaderValue = HeaderValue::from_static("frame-ancestors 'none'");

/// The routes: the root, for people who type the address, and everything below `/dashboard`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(enter))
        .route("/dashboard", get(show_page))
        .route("/dashboard/", get(show_page))
        .route("/dashboard/{*path}", get(show_file))
        .layer(SetResponseHeaderLayer::if_not_present(CONTENT_SECURITY_POLICY, UNFRAMED))
        // For the few that do not know `frame-ancestors`.
        .layer(SetResponseHeaderLayer::overriding(X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
}

/// Sends a browser to the dashboard. Programs are told, as for every other path, that there is nothing.
async fn enter(State(app): State<App>, base: axum::Extension<Base>, headers: HeaderMap) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if *base != Base::Root || !accepts.contains("text/html") {
        return Error::not_found("Not Found").into_response();
    }
    (StatusCode::FOUND, [(LOCATION, format!("{}/dashboard", app.bases().prefix()))], [(VARY, "Accept")])
        .into_response()
}

/// A file of the app, or the page for one of its addresses.
async fn show_file(
    State(app): State<App>,
    Path(path): Path<String>,
    base: axum::Extension<Base>,
    headers: HeaderMap,
) -> Result<Response> {
    if *base == Base::Root && path != PAGE && Assets::get(&path).is_some() && !is_compressed(&path) {
        return Ok(file(&path, &headers));
    }
    // An asset of another version must not be answered with a page.
    if path.starts_with("assets/") {
        return Err(Error::not_found("Not Found"));
    }
    show_page(State(app), base).await
}

fn is_compressed(path: &str) -> bool {
    path.ends_with(".br") || path.ends_with(".gz")
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    let (found, encoding) = smallest(path, headers);
    let Some(found) = found else { return Error::not_found("Not Found").into_response() };
    let tag = etag(&found);
    let cache = if path.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN };
    let common = [
        (CACHE_CONTROL, cache),
        (VARY, HeaderValue::from_static("Accept-Encoding")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    if headers.get(IF_NONE_MATCH).is_some_and(|sent| *sent == tag) {
        return (StatusCode::NOT_MODIFIED, common, [(ETAG, tag)]).into_response();
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let mut response =
        (common, [(ETAG, tag)], [(CONTENT_TYPE, kind.to_string())], body(found.data)).into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The form of a file that the client takes and that is the shortest.
fn smallest(path: &str, headers: &HeaderMap) -> (Option<EmbeddedFile>, Option<&'static str>) {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |encoding: &str| {
        let mut offers = accepted.split(',').map(|offer| offer.split(';').next().unwrap_or_default().trim());
        offers.any(|offer| offer == encoding)
    };
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if accepts(encoding)
            && let Some(found) = Assets::get(&format!("{path}.{ending}"))
        {
            return (Some(found), Some(encoding));
        }
    }
    (Assets::get(path), None)
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    let hash: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    // Hexadecimal digits are a proper header.
    HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn body(data: Cow<'static, [u8]>) -> axum::body::Body {
    match data {
        Cow::Borrowed(bytes) => axum::body::Bytes::from_static(bytes).into(),
        Cow::Owned(bytes) => bytes.into(),
    }
}

/// The page of the app, under a policy that lets nothing in but the app itself.
async fn show_page(State(app): State<App>, base: axum::Extension<Base>) -> Result<Response> {
    if *base != Base::Root {
        return Err(Error::not_found("Not Found"));
    }
    let nonce = app.ids().secret(22)?;
    let (status, page) = match Assets::get(PAGE) {
        Some(page) => (StatusCode::OK, fill(&page.data, app.bases().prefix(), &nonce)),
        None => (StatusCode::NOT_FOUND, MISSING.to_owned()),
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; \
         frame-ancestors 'none'"
    );
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).map_err(Error::internal)?),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((status, headers, page).into_response())
}

fn fill(page: &[u8], prefix: &str, nonce: &str) -> String {
    let page = String::from_utf8_lossy(page);
    page.replace(BASE, &format!("<base href=\"{}/dashboard/\"", escape(prefix))).replace(NONCE, nonce)
}

/// A path from the configuration, as the value of an attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// What a program shows that was built without the dashboard.
const MISSING: &str = "<!doctype html><html lang=\"en\"><title>Threadkeep</title>\
    <h1>The dashboard is not in this program</h1>\
    <p>It was built by cargo alone. Run <code>make run</code>, which builds the dashboard first.</p></html>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_learns_its_path_and_nonce() {
        let page = br#"<base href="/dashboard/" /><meta name="csp-nonce" content="__CSP_NONCE__">"#;
        let filled = fill(page, "/keep", "abc");
        assert_eq!(filled, r#"<base href="/keep/dashboard/" /><meta name="csp-nonce" content="abc">"#);
        assert!(!fill(page, "/\"><script>", "abc").contains("<script>"));
    }
}
