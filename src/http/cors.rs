//! What browsers of other origins may do (spec: README, section 9).

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, VARY,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::base::Base;
use crate::app::App;
use crate::auth::caller::named_project;
use crate::error::Result;
use crate::projects::origins;

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

/// The answer to an `OPTIONS` request, whatever its path; to an origin that is not admitted it has
/// nothing to say.
pub fn preflight(is_admitted: bool) -> Response {
    match is_admitted {
        true => (StatusCode::NO_CONTENT, PREFLIGHT).into_response(),
        false => StatusCode::NO_CONTENT.into_response(),
    }
}

/// A request's `Origin` and whether the project of its base admits it.
pub struct Asking {
    origin: Option<HeaderValue>,
    admitted: Result<bool>,
}

impl Asking {
    /// Looks the origin up in the list of the base's project. A base without project admits all: there
    /// is nothing behind it.
    pub async fn read(app: &App, origin: Option<HeaderValue>, base: Option<Base>) -> Self {
        let admitted = match (&origin, base) {
            (Some(origin), Some(base)) => admits(app, &base, origin).await,
            (Some(_), None) => Ok(true),
            (None, _) => Ok(false),
        };
        Self { origin, admitted }
    }

    /// Whether a preflight is told what it may do.
    pub fn is_admitted(&self) -> bool {
        matches!(self.admitted, Ok(true))
    }

    /// Lets the page read the response, if its origin is admitted. When the list cannot be read because
    /// the database is away, a page may still learn that.
    pub fn allow(self, response: &mut Response) {
        let Some(origin) = self.origin else { return };
        let may_read = self.admitted.unwrap_or_else(|_| response.status().is_server_error());
        allow(origin, may_read, response);
    }
}

async fn admits(app: &App, base: &Base, origin: &HeaderValue) -> Result<bool> {
    let Some(project) = named_project(app, base).await? else { return Ok(true) };
    let known = app.directory().project(&project, app.clock().now()).await?;
    let origin = origin.to_str().unwrap_or_default();
    Ok(known.is_none_or(|project| origins::admits(&project.settings().allowed_origins, origin)))
}

/// The origin is reflected, never `*`. Answers differ by it, whether it is admitted or not.
fn allow(origin: HeaderValue, may_read: bool, response: &mut Response) {
    let headers = response.headers_mut();
    if may_read {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    headers.insert(VARY, HeaderValue::from_static("Origin"));
}
