//! Bodies in and out.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use serde::Serialize;

use super::fields::{self, FromBody};
use crate::app::App;
use crate::error::{Error, Result};

/// The largest body that is read, in bytes.
pub const MAX_BODY: usize = 12 * 1024 * 1024;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(60);

/// A JSON body: as an argument of a handler it is read and checked, as an answer it is printed.
pub struct Json<T>(pub T);

impl<T: FromBody> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let body = receive(&parts.headers, body).await?;
        fields::read(&body).map(Self)
    }
}

/// A JSON body that may be empty.
pub struct OptionalJson<T>(pub Option<T>);

impl<T: FromBody> FromRequest<App> for OptionalJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let body = receive(&parts.headers, body).await?;
        if body.trim_ascii().is_empty() {
            return Ok(Self(None));
        }
        fields::read(&body).map(Some).map(Self)
    }
}

/// Has the whole body at hand before anybody is let in by what the headers say: a right that is lost while a
/// body is on its way must not count any more.
pub async fn whole_body_first(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match receive(&parts.headers, body).await {
        Ok(whole) => next.run(Request::from_parts(parts, whole.into())).await,
        Err(error) => error.into_response(),
    }
}

/// Refuses a body that says itself that it is too large: before anything else of the request is
/// checked against the schema.
///
/// # Errors
/// 413.
pub fn check_declared_size(headers: &HeaderMap) -> Result<()> {
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_BODY as u64) { Err(Error::too_large()) } else { Ok(()) }
}

async fn receive(headers: &HeaderMap, body: Body) -> Result<Vec<u8>> {
    check_declared_size(headers)?;
    let body = tokio::time::timeout(BODY_TIME, read_whole(body)).await;
    body.map_err(|_| Error::timed_out())?
}

async fn read_whole(mut body: Body) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    while let Some(bytes) = next_chunk(&mut body).await? {
        if whole.len() + bytes.len() > MAX_BODY {
            return Err(Error::too_large());
        }
        whole.extend_from_slice(&bytes);
    }
    Ok(whole)
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>> {
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Error::bad_request("The request body broke off").with_source(error))?;
        if let Ok(bytes) = frame.into_data() {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        // Room for most answers, so that the buffer does not grow step by step.
        let mut body = Vec::with_capacity(1024);
        match serde_json::to_writer(&mut body, &self.0) {
            Ok(()) => ([(CONTENT_TYPE, JSON)], body).into_response(),
            Err(error) => Error::internal(error).into_response(),
        }
    }
}

/// JSON that was printed by hand, to be sent as it is.
pub struct JsonText(pub Body);

impl IntoResponse for JsonText {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, JSON)], self.0).into_response()
    }
}

/// The body `{}`: what routes answer that have nothing to say. Old clients cannot read an empty one.
pub struct Empty;

impl IntoResponse for Empty {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, JSON)], "{}").into_response()
    }
}

/// 201 when something was created, 200 when it was there.
pub fn created_or_ok(created: bool) -> StatusCode {
    if created { StatusCode::CREATED } else { StatusCode::OK }
}
