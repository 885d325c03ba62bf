//! What a request to the operator API has to bring before its body is received.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::caller::check_session;
use crate::app::App;
use crate::error::Result;
use crate::http::extract::receive;

/// The largest body of a request, in bytes. The longest text of all is a token that somebody pastes, with 64 Ki
/// characters; no form of the dashboard comes near it.
const MAX_BODY: usize = 128 * 1024;

/// Has the whole body at hand before the handler lets anybody in by what the headers say: a right that is lost
/// while a body is on its way must not count any more. Strangers do not get so far: without a session nothing is
/// received for a route that takes one.
pub async fn session_then_body(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match with_whole_body(&app, request).await {
        Ok(request) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn with_whole_body(app: &App, request: Request) -> Result<Request> {
    let (parts, body) = request.into_parts();
    check_session(&parts, app).await?;
    let whole = receive(app, &parts, body, MAX_BODY).await?;
    Ok(Request::from_parts(parts, whole.into()))
}
