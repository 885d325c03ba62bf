//! The token tester of the dashboard.

use axum::extract::State;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Explanation, explain};
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::fields::{Fields, FromBody};
use crate::rules;

/// The most characters of a pasted text: more than the longest token that is read, so that one which is
/// too long can be told to be so.
const MAX_PASTED: usize = 65_536;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(explain_token))
}

/// A token to look at.
#[derive(ToSchema)]
struct ExplainToken {
    #[schema(min_length = 1, max_length = 65536)]
    token: String,
}

impl FromBody for ExplainToken {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let token = fields.required("token", rules::text(1, MAX_PASTED));
        Some(Self { token: token? })
    }
}

/// Takes a token through every check, and tells for each rule the first that fails, or whom it stands for.
/// Nothing is stored.
#[utoipa::path(post, path = "/api/projects/{project_id}/explain", tag = "auth rules", security(("session" = [])),
    params(("project_id" = String, Path)), request_body = ExplainToken,
    responses((status = 200, body = Explanation), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn explain_token(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(body): Json<ExplainToken>,
) -> Result<Json<Explanation>> {
    let project = app.directory().project(&caller.project.id, app.clock().now()).await?;
    let project = project.ok_or_else(|| Error::not_found("Project not found"))?;
    Ok(Json(explain(&app, &project, &body.token).await))
}
