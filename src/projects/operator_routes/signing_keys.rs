//! What a project signs its workspace tokens with.

use axum::extract::State;
use engine::Conn;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::model::{NewSigningKey, StoredSigningKey};
use super::super::store;
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::id::{ProjectId, SigningKeyId};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_signing_keys)).routes(routes!(rotate_signing_key))
}

/// The keys that verify the project's workspace tokens now.
#[derive(Serialize, ToSchema)]
struct SigningKeys {
    /// The current one first, then those that were current until lately.
    signing_keys: Vec<SigningKeyView>,
    /// The `iss` of the project's workspace tokens.
    issuer: String,
    /// Where the public keys are.
    key_set_url: String,
}

/// A signing key without its private half.
#[derive(Serialize, ToSchema)]
struct SigningKeyView {
    /// Its `kid`.
    id: SigningKeyId,
    /// Whether it signs new tokens.
    is_current: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Until when it verifies after a rotation; null for the current one.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    retires_at: Option<Timestamp>,
}

impl From<StoredSigningKey> for SigningKeyView {
    fn from(key: StoredSigningKey) -> Self {
        let is_current = key.retires_at.is_none();
        Self { id: key.id, is_current, created_at: key.created_at, retires_at: key.retires_at }
    }
}

async fn read(app: &App, project: &ProjectId) -> Result<Json<SigningKeys>> {
    let now = app.clock().now();
    let keys = app.store().read(async |conn| store::list_signing_keys(conn, project, now).await).await?;
    Ok(Json(SigningKeys {
        signing_keys: keys.into_iter().map(SigningKeyView::from).collect(),
        issuer: app.bases().frontend(project),
        key_set_url: app.bases().key_set_url(project),
    }))
}

/// Lists the keys that verify the project's workspace tokens.
#[utoipa::path(get, path = "/api/projects/{project_id}/signing-keys", tag = "signing keys",
    security(("session" = [])), params(("project_id" = String, Path)),
    responses((status = 200, body = SigningKeys), (status = 404, body = ErrorBody), Refusals))]
async fn list_signing_keys(State(app): State<App>, caller: ProjectOperator) -> Result<Json<SigningKeys>> {
    read(&app, &caller.project.id).await
}

/// Signs new tokens with a new key. The previous one verifies for ten minutes more, longer than any
/// token that it signed is good for.
#[utoipa::path(post, path = "/api/projects/{project_id}/signing-keys/rotate", tag = "signing keys",
    security(("session" = [])), params(("project_id" = String, Path)),
    responses((status = 200, body = SigningKeys), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn rotate_signing_key(State(app): State<App>, caller: ProjectOperator) -> Result<Json<SigningKeys>> {
    let project = caller.project.id;
    let act = caller.caller.act(&app)?;
    let key = NewSigningKey::draw(app.ids(), app.directory().vault(), &project, act.at)?;
    let id = project.clone();
    let rotate = async move |conn: &mut Conn<'_>| store::rotate_signing_key(conn, &id, &key, &act).await;
    if !app.store().write(rotate).await? {
        return Err(Error::not_found("Project not found"));
    }
    app.follow_own_change().await;
    read(&app, &project).await
}
