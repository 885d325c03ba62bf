//! The measured routes.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, RawQuery, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::App;
use super::caller::{Caller, bearer};
use super::refusal::Refusal;
use super::store::{Appended, NewAnonymous, NewMessage};
use super::token::sha256;
use super::wire;
use crate::{id, time};

const MAX_BODY_BYTES: usize = 8 << 20;
const MAX_MESSAGES: i64 = 10_000;
const REFRESH_LIFETIME_MS: i64 = 30 * 24 * 3600 * 1000;

type Answer = Result<Response, Refusal>;

/// Every route, on one shared state.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(async || json(StatusCode::OK, r#"{"ok":true}"#.to_owned())))
        .route("/v1/auth/tokens", post(create_token))
        .route("/v1/auth/tokens/anonymous", post(create_anonymous_token))
        .route("/v1/threads", get(list_threads))
        .route("/v1/threads/{thread_id}/messages", get(list_messages).post(append_message))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(app)
}

/// An API key, and for whom it acts.
struct KeyHolder {
    project: String,
    workspace: String,
    user: String,
}

impl FromRequestParts<Arc<App>> for KeyHolder {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let named =
            |name| parts.headers.get(HeaderName::from_static(name)).and_then(|value| value.to_str().ok());
        let project = app.minter.project_of(bearer(parts)?)?.to_owned();
        let workspace =
            named("aui-workspace-id").ok_or(Refusal::forbidden("Invalid Aui-Workspace-Id header"))?;
        let user = named("aui-user-id").unwrap_or("__SYSTEM__");
        Ok(Self { project, workspace: workspace.to_owned(), user: user.to_owned() })
    }
}

async fn create_token(State(app): State<Arc<App>>, holder: KeyHolder) -> Answer {
    let token = app.minter.mint(&holder.project, &holder.workspace, &holder.user)?;
    Ok(json(StatusCode::OK, format!(r#"{{"token":"{token}"}}"#)))
}

async fn create_anonymous_token(State(app): State<Arc<App>>) -> Answer {
    let now = time::now_ms();
    let user = new_id("usr_anon_", now);
    let refresh_token = id::secret("refresh_0");
    let expires_at = now + REFRESH_LIFETIME_MS;
    let token = NewAnonymous {
        project: app.minter.default_project().to_owned(),
        hash: sha256(refresh_token.as_bytes()),
        user: user.clone(),
        created_at: now,
        expires_at,
    };
    if !app.store.create_anonymous(token).await? {
        return Err(Refusal::forbidden("Anonymous access is not allowed"));
    }
    let access_token = app.minter.mint(app.minter.default_project(), &user, &user)?;
    Ok(json(StatusCode::OK, wire::anonymous(&refresh_token, expires_at, &access_token)))
}

async fn list_threads(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    RawQuery(query): RawQuery,
) -> Answer {
    let limit = limit_of(query.as_deref()).unwrap_or(100);
    Ok(json(StatusCode::OK, app.store.list_threads(&caller, limit).await?))
}

async fn list_messages(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    Path(thread_id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let limit = limit_of(query.as_deref()).unwrap_or(MAX_MESSAGES);
    Ok(json(StatusCode::OK, app.store.list_messages(&caller, &thread_id, limit).await?))
}

#[derive(Deserialize)]
struct AppendMessage<'a> {
    parent_id: Option<String>,
    format: String,
    #[serde(borrow)]
    content: &'a RawValue,
}

async fn append_message(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    Path(thread_id): Path<String>,
    body: Bytes,
) -> Answer {
    let Ok(message) = serde_json::from_slice::<AppendMessage<'_>>(&body) else {
        return Err(Refusal::bad_request("Malformed JSON in request body"));
    };
    let now = time::now_ms();
    let message_id = new_id("msg_", now);
    let answer = format!(r#"{{"message_id":"{message_id}"}}"#);
    let message = NewMessage {
        caller,
        thread_id,
        message_id,
        parent_id: message.parent_id.filter(|id| id.starts_with("msg_")),
        format: message.format,
        content: message.content.get().to_owned(),
        now,
    };
    match app.store.append_message(message).await? {
        Appended::Done => Ok(json(StatusCode::CREATED, answer)),
        Appended::NoThread => Err(Refusal::not_found("Thread not found")),
        Appended::NoParent => Err(Refusal::bad_request("Parent message not found in thread")),
    }
}

fn json(status: StatusCode, body: impl IntoResponse) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "private, no-store")];
    (status, headers, body).into_response()
}

fn new_id(prefix: &str, now: i64) -> String {
    id::encode(prefix, now, rand::random())
}

fn limit_of(query: Option<&str>) -> Option<i64> {
    query?.split('&').find_map(|pair| pair.strip_prefix("limit="))?.parse().ok()
}
