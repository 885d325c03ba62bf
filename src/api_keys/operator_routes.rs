//! A project's API keys, and workspace tokens to try it out with, for the dashboard.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use engine::Conn;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{ApiKey, Expiry, NewApiKey};
use super::store;
use crate::app::App;
use crate::audit::model::Change;
use crate::audit::store::append_entry;
use crate::auth::operator::caller::ProjectOperator;
use crate::auth::workspace_token;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::{Empty, Json};
use crate::http::fields::{Fields, FromBody};
use crate::http::query::PathIds;
use crate::id::{ApiKeyId, InvalidId, UserId, WorkspaceId};
use crate::rules::{self, Broken};

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_api_keys, create_api_key))
        .routes(routes!(revoke_api_key))
        .routes(routes!(mint_token))
}

/// An API key without its secret.
#[derive(Serialize, ToSchema)]
struct ApiKeyView {
    id: ApiKeyId,
    name: String,
    /// The last characters of its text.
    suffix: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// To within a few minutes.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_used_at: Option<Timestamp>,
    /// Null when it never expires.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    expires_at: Option<Timestamp>,
    is_expired: bool,
}

impl ApiKeyView {
    fn new(key: ApiKey, now: Timestamp) -> Self {
        Self {
            is_expired: key.is_expired(now),
            id: key.id,
            name: key.name,
            suffix: key.suffix,
            created_at: key.created_at,
            last_used_at: key.last_used_at,
            expires_at: key.expires_at,
        }
    }
}

/// A project's keys, newest first.
#[derive(Serialize, ToSchema)]
struct ApiKeyList {
    api_keys: Vec<ApiKeyView>,
}

/// Lists the project's API keys, expired ones too, the newest first.
#[utoipa::path(get, path = "/api/projects/{project_id}/api-keys", tag = "API keys", security(("session" = [])),
    params(("project_id" = String, Path)),
    responses((status = 200, body = ApiKeyList), (status = 404, body = ErrorBody), Refusals))]
async fn list_api_keys(State(app): State<App>, caller: ProjectOperator) -> Result<Json<ApiKeyList>> {
    let project = &caller.project.id;
    let keys = app.store().read(async |conn| store::list_api_keys(conn, project).await).await?;
    let now = app.clock().now();
    Ok(Json(ApiKeyList { api_keys: keys.into_iter().map(|key| ApiKeyView::new(key, now)).collect() }))
}

/// A key to make.
#[derive(ToSchema)]
struct CreateApiKey {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    /// How long it is good for.
    #[schema(value_type = String, pattern = "^(never|7d|30d|90d|365d)$")]
    expires: Expiry,
}

impl FromBody for CreateApiKey {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required("name", rules::name);
        let expires = fields.required("expires", rules::choice(&Expiry::CHOICES, Expiry::parse));
        Some(Self { name: name?, expires: expires? })
    }
}

/// A new key, with its text.
#[derive(Serialize, ToSchema)]
struct CreatedApiKey {
    /// The whole key. It is shown this once.
    key: String,
    api_key: ApiKeyView,
}

/// Makes an API key. Its text is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/projects/{project_id}/api-keys", tag = "API keys", security(("session" = [])),
    params(("project_id" = String, Path)), request_body = CreateApiKey,
    responses((status = 201, body = CreatedApiKey), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn create_api_key(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(body): Json<CreateApiKey>,
) -> Result<impl IntoResponse> {
    let act = caller.caller.act(&app)?;
    let (new, secret) = NewApiKey::draw(app.ids(), caller.project.id, body.name, body.expires, act.at)?;
    let api_key = ApiKeyView {
        id: new.id.clone(),
        name: new.name.clone(),
        suffix: new.suffix.clone(),
        created_at: new.created_at,
        last_used_at: None,
        expires_at: new.expires_at,
        is_expired: false,
    };
    app.store().write(async move |conn| store::create_api_key(conn, &new, &act).await).await?;
    app.follow_own_change().await;
    let key = secret.reveal().to_owned();
    Ok((StatusCode::CREATED, Json(CreatedApiKey { key, api_key })))
}

/// Revokes a key: from now on it is refused, on other nodes after a second.
#[utoipa::path(delete, path = "/api/projects/{project_id}/api-keys/{api_key_id}", tag = "API keys",
    security(("session" = [])), params(("project_id" = String, Path), ("api_key_id" = String, Path)),
    responses((status = 200, description = "`{}`"), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn revoke_api_key(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, id]): PathIds<2>,
) -> Result<Empty> {
    let act = caller.caller.act(&app)?;
    let (project, id) = (caller.project.id, ApiKeyId::named(id));
    let delete = async move |conn: &mut Conn<'_>| store::delete_api_key(conn, &project, &id, &act).await;
    if !app.store().write(delete).await? {
        return Err(Error::not_found("API key not found"));
    }
    app.follow_own_change().await;
    Ok(Empty)
}

/// Whom a token is for.
#[derive(ToSchema)]
struct MintToken {
    #[schema(min_length = 1, max_length = 255)]
    user_id: UserId,
    #[schema(min_length = 1, max_length = 255)]
    workspace_id: WorkspaceId,
}

/// An id that a provider's token may name, and no other: not a visitor's, not Threadkeep's own.
fn foreign<T>(
    read: impl Fn(&str) -> Result<T, InvalidId>,
) -> impl Fn(&serde_json::value::RawValue) -> Result<T, Broken> {
    move |raw| {
        read(&rules::string(raw)?).map_err(|invalid| match invalid {
            InvalidId::Length => Broken::new("too_big", "must be 1 to 255 characters"),
            InvalidId::Characters => Broken::new("custom", "cannot contain whitespace or control characters"),
            InvalidId::Reserved => Broken::new("custom", "is reserved"),
        })
    }
}

impl FromBody for MintToken {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let user_id = fields.required("user_id", foreign(UserId::parse_foreign));
        let workspace_id = fields.required("workspace_id", foreign(WorkspaceId::parse_foreign));
        Some(Self { user_id: user_id?, workspace_id: workspace_id? })
    }
}

/// A workspace token.
#[derive(Serialize, ToSchema)]
struct MintedToken {
    /// An EdDSA JWT, good for five minutes.
    token: String,
}

/// Mints a workspace token for any user and workspace, to try the project out as them. Who did so for
/// whom goes on record.
#[utoipa::path(post, path = "/api/projects/{project_id}/tokens", tag = "API keys", security(("session" = [])),
    params(("project_id" = String, Path)), request_body = MintToken,
    responses((status = 200, body = MintedToken), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn mint_token(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(MintToken { user_id, workspace_id }): Json<MintToken>,
) -> Result<Json<MintedToken>> {
    let act = caller.caller.act(&app)?;
    let project = app.directory().project(&caller.project.id, act.at).await?;
    let project = project.ok_or_else(|| Error::not_found("Project not found"))?;
    let token = workspace_token::mint(&app, &project, &user_id, &workspace_id)?;
    let record = async move |conn: &mut Conn<'_>| {
        let after = json!({ "user_id": user_id, "workspace_id": workspace_id });
        let change = Change {
            action: "token.create",
            resource_type: "token",
            resource_id: user_id.as_str(),
            before: None,
            after: Some(after),
        };
        append_entry(conn, project.id(), &act, &change).await
    };
    app.store().write(record).await?;
    Ok(Json(MintedToken { token }))
}
