//! Bodies in and out.

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use serde::Serialize;

use super::aside::{LARGE, aside};
use super::budget::{self, Account, Taken};
use super::client_address::ClientAddress;
use super::fields::{self, FromBody};
use crate::app::App;
use crate::error::{Error, Result};

/// The largest body that is read, in bytes.
pub const MAX_BODY: usize = 12 * 1024 * 1024;

/// The bytes that a body takes from the budget at a time, so that nobody has more of it than was sent.
const BUDGET_STEP: usize = 256 * 1024;

/// A JSON body: as an argument of a handler it is read and checked, as an answer it is printed.
pub struct Json<T>(pub T);

impl<T: FromBody + Send + 'static> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let body = receive(app, &parts, body, MAX_BODY).await?;
        read(body).await.map(Self)
    }
}

/// Reads a body; a large one aside.
async fn read<T: FromBody + Send + 'static>(body: Vec<u8>) -> Result<T> {
    if body.len() < LARGE { fields::read(&body) } else { aside(move || fields::read(&body)).await? }
}

/// A JSON body that may be empty.
pub struct OptionalJson<T>(pub Option<T>);

impl<T: FromBody + Send + 'static> FromRequest<App> for OptionalJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let body = receive(app, &parts, body, MAX_BODY).await?;
        if body.trim_ascii().is_empty() {
            return Ok(Self(None));
        }
        read(body).await.map(Some).map(Self)
    }
}

/// Refuses a body that says itself that it is too large: before anything else of the request is
/// checked against the schema.
///
/// # Errors
/// 413.
pub fn check_declared_size(headers: &HeaderMap) -> Result<()> {
    check_declared(headers, MAX_BODY)
}

fn check_declared(headers: &HeaderMap, most: usize) -> Result<()> {
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > most as u64) { Err(Error::too_large()) } else { Ok(()) }
}

/// Reads a whole body of at most `most` bytes, as fast as it has to come. A large one counts against the instance's
/// budget until the request is answered.
///
/// # Errors
/// 413 when it is larger, 408 when it does not arrive in time, 503 when the budget is used up.
pub async fn receive(app: &App, parts: &Parts, body: Body, most: usize) -> Result<Vec<u8>> {
    check_declared(&parts.headers, most)?;
    let (since, account) = (Instant::now(), None);
    let mut arriving =
        Arriving { app, parts, body, most, since, account, whole: Vec::new(), taken: Taken::default() };
    while arriving.read_on().await? {}
    arriving.taken.shrink_to(arriving.whole.len());
    arriving.taken.until_answered();
    Ok(arriving.whole)
}

/// A body on its way in.
struct Arriving<'a> {
    app: &'a App,
    parts: &'a Parts,
    body: Body,
    most: usize,
    since: Instant,
    whole: Vec<u8>,
    /// Whose bytes these are, once they count.
    account: Option<Account>,
    taken: Taken,
}

impl Arriving<'_> {
    /// Reads what comes next; false at the end.
    async fn read_on(&mut self) -> Result<bool> {
        if self.body.is_end_stream() {
            return Ok(false);
        }
        let pace = self.app.config().deadlines.body;
        let patience = pace.patience(self.since.elapsed(), self.whole.len());
        let chunk = tokio::time::timeout(patience, next_chunk(&mut self.body)).await;
        let Some(bytes) = chunk.map_err(|_| Error::timed_out())?? else { return Ok(false) };
        self.make_room(self.whole.len() + bytes.len()).await?;
        self.whole.extend_from_slice(&bytes);
        Ok(true)
    }

    async fn make_room(&mut self, length: usize) -> Result<()> {
        if length > self.most {
            return Err(Error::too_large());
        }
        let free = match self.parts.version {
            Version::HTTP_2 => budget::FREE_OF_STREAM,
            _ => budget::FREE,
        };
        if length <= free || length <= self.taken.bytes() {
            return Ok(());
        }
        let account = match &mut self.account {
            Some(account) => account,
            unknown => unknown.insert(self.app.budget().account(ClientAddress::read(self.parts, self.app)?)),
        };
        let missing = length - self.taken.bytes();
        self.taken.add(account.take(missing.next_multiple_of(BUDGET_STEP)).await?);
        Ok(())
    }
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
