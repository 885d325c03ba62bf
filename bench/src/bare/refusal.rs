//! What is answered instead of the thing asked for.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A status and the wire's error text.
pub(super) struct Refusal {
    status: StatusCode,
    text: &'static str,
}

impl Refusal {
    pub(super) const fn new(status: StatusCode, text: &'static str) -> Self {
        Self { status, text }
    }

    pub(super) const fn bad_request(text: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub(super) const fn unauthorized(text: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, text)
    }

    pub(super) const fn forbidden(text: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, text)
    }

    pub(super) const fn not_found(text: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, text)
    }
}

impl From<anyhow::Error> for Refusal {
    /// Never expected; said on stderr so that a broken run explains itself.
    fn from(error: anyhow::Error) -> Self {
        eprintln!("bare server: {error:#}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, text } = self;
        let body = format!(r#"{{"error":"{text}","message":"{text}"}}"#);
        let headers =
            [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "private, no-store")];
        (status, headers, body).into_response()
    }
}
