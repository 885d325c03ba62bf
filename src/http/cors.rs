//! What browsers of other origins may do (spec: README, section 9).

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// Clients send `Aui-Sdk` with every call: without it in this list each of them fails.
const PREFLIGHT: [(HeaderName, HeaderValue); 3] = [
    (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, DELETE, OPTIONS")),
    (
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(
            "Authorization, Content-Type, Accept, Aui-Sdk, Aui-User-Id, Aui-Workspace-Id",
        ),
    ),
    (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200")),
];

const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Authorization, Retry-After, X-Vercel-AI-Data-Stream, X-Vercel-AI-UI-Message-Stream",
);

/// The answer to an `OPTIONS` request, whatever its path; without an `Origin` it has nothing to say.
pub fn preflight(origin: Option<&HeaderValue>) -> Response {
    match origin {
        Some(_) => (StatusCode::NO_CONTENT, PREFLIGHT).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// The request's `Origin`, to be given to [`allow`].
pub fn origin(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(ORIGIN).cloned()
}

/// Lets the page of that origin read the response. The origin is reflected, never `*`.
pub fn allow(origin: Option<HeaderValue>, response: &mut Response) {
    let Some(origin) = origin else { return };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.append(VARY, HeaderValue::from_static("Origin"));
}
