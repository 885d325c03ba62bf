//! The one place that turns a failure into a status and a body.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Json;
use crate::clock::Timestamp;
use crate::error::{Error, Issue, Kind};

/// Travels with a response so that the one log line about the request can tell the cause.
#[derive(Clone)]
pub struct Failure(pub Arc<Error>);

/// How long a client should wait when the database is busy or away.
const RETRY_SECS: u32 = 1;

/// The body of every error.
#[derive(Serialize, ToSchema)]
pub struct ErrorBody {
    /// The stable text, to be compared by programs.
    #[schema(example = "Thread not found")]
    error: String,
    /// What a person can act on.
    message: String,
    /// With 400: every way in which the input breaks the schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    details: Option<Vec<Issue>>,
    /// With 402: always `self-hosted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    plan: Option<&'static str>,
    /// With 402: when the quota is filled again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    period_end: Option<Timestamp>,
    /// With 402: the quota.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cap: Option<i64>,
}

/// What every route with a credential may answer; for the OpenAPI document.
#[derive(utoipa::IntoResponses)]
pub enum Refusals {
    /// The input does not fit the schema.
    #[response(status = 400)]
    Invalid(ErrorBody),
    /// No credential, or one out of its time.
    #[response(status = 401)]
    Unauthenticated(ErrorBody),
    /// Any other problem with the credential.
    #[response(status = 403)]
    Forbidden(ErrorBody),
}

/// What a route answers whose schema refusals have the form of [`ZodErrorBody`]; for the OpenAPI document.
#[derive(utoipa::IntoResponses)]
pub enum ZodRefusals {
    /// The input does not fit the schema, or makes no sense.
    #[response(status = 400)]
    Invalid(ZodErrorBodyOrOther),
    /// No credential, or one out of its time.
    #[response(status = 401)]
    Unauthenticated(ErrorBody),
    /// Any other problem with the credential.
    #[response(status = 403)]
    Forbidden(ErrorBody),
}

/// One of the two.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum ZodErrorBodyOrOther {
    /// A broken schema.
    Schema(ZodErrorBody),
    /// Anything else.
    Other(ErrorBody),
}

/// The body of a schema refusal on routes where clients expect it as the validator Zod prints it.
#[derive(Serialize, ToSchema)]
pub struct ZodErrorBody {
    /// Always `false`.
    success: bool,
    error: ZodError,
    /// The first problem, as a sentence.
    message: String,
}

/// Every way in which the input breaks the schema.
#[derive(Serialize, ToSchema)]
pub struct ZodError {
    #[schema(example = "ZodError")]
    name: &'static str,
    /// A JSON text: the list of issues.
    message: String,
}

/// Gives a schema refusal the form of [`ZodErrorBody`]; leaves every other answer as it is.
pub async fn as_zod_error(response: Response) -> Response {
    match zod_body(&response) {
        Some(body) => response.map(|_| Body::from(body)),
        None => response,
    }
}

fn zod_body(response: &Response) -> Option<Vec<u8>> {
    let Failure(error) = response.extensions().get::<Failure>()?;
    let Kind::Invalid(issues) = error.kind() else { return None };
    let message = serde_json::to_string(issues).ok()?;
    let error_of_zod = ZodError { name: "ZodError", message };
    let body = ZodErrorBody { success: false, error: error_of_zod, message: error.message().to_owned() };
    serde_json::to_vec(&body).ok()
}

impl Error {
    /// The status of its kind.
    pub fn status(&self) -> StatusCode {
        match self.kind() {
            Kind::Invalid(_) | Kind::BadRequest => StatusCode::BAD_REQUEST,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::QuotaExceeded { .. } => StatusCode::PAYMENT_REQUIRED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Kind::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn body(&self) -> ErrorBody {
        // A defect has nothing to tell a caller, whatever its help says to the operator.
        let message = if *self.kind() == Kind::Internal { self.code() } else { self.message() };
        let mut body = ErrorBody {
            error: self.code().to_owned(),
            message: message.to_owned(),
            details: None,
            plan: None,
            period_end: None,
            cap: None,
        };
        match self.kind() {
            Kind::Invalid(issues) => body.details = Some(issues.clone()),
            Kind::QuotaExceeded { period_end, cap } => {
                body.plan = Some("self-hosted");
                body.period_end = Some(*period_end);
                body.cap = Some(*cap);
            }
            _ => {}
        }
        body
    }

    fn retry_after_secs(&self) -> Option<u32> {
        match self.kind() {
            Kind::RateLimited { retry_after_secs } => Some(*retry_after_secs),
            Kind::Unavailable => Some(RETRY_SECS),
            _ => None,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.body())).into_response();
        if let Some(secs) = self.retry_after_secs() {
            response.headers_mut().insert(RETRY_AFTER, secs.into());
        }
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}
