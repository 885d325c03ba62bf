//! Minting a workspace token with a key.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::caller::ProjectKey;
use crate::auth::workspace_token;
use crate::error::Result;
use crate::http::error::ErrorBody;
use crate::http::extract::Json;

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create_token))
}

/// A token for a browser to work with.
#[derive(Serialize, ToSchema)]
struct TokenView {
    /// An EdDSA JWT, good for five minutes.
    token: String,
}

/// Mints a workspace token for the user and workspace that the headers name. The body is ignored.
#[utoipa::path(
    post, path = "/v1/auth/tokens", tag = "auth", security(("api_key" = [])),
    params(
        ("Aui-Workspace-Id" = String, Header, description = "The workspace"),
        ("Aui-User-Id" = Option<String>, Header, description = "The user; `__SYSTEM__` when absent"),
    ),
    responses(
        (status = 200, body = TokenView),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
    )
)]
async fn create_token(State(app): State<App>, caller: ProjectKey) -> Result<Json<TokenView>> {
    let token = workspace_token::mint(&app, &caller.project, &caller.user, caller.scope.workspace())?;
    Ok(Json(TokenView { token }))
}
