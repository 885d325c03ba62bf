//! How far an operator is who has just made a project.

use axum::extract::State;
use engine::Conn;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::store::find_first_steps;
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::error::Result;
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::threads::listing::ThreadRow;
use crate::threads::store::find_first_thread;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_first_steps))
}

/// What has been set up in a project, and whether anybody has called.
#[derive(Serialize, ToSchema)]
struct FirstSteps {
    has_rule: bool,
    has_api_key: bool,
    /// Whether a client has called, with any credential or as a visitor.
    has_request: bool,
    /// The oldest thread.
    #[schema(required)]
    first_thread: Option<ThreadRow>,
}

/// Tells how far a new project is, for a page that waits for the first request.
#[utoipa::path(get, path = "/api/projects/{project_id}/first-steps", tag = "projects",
    security(("session" = [])), params(("project_id" = String, Path)),
    responses((status = 200, body = FirstSteps), (status = 404, body = ErrorBody), Refusals))]
async fn read_first_steps(State(app): State<App>, caller: ProjectOperator) -> Result<Json<FirstSteps>> {
    let (scope, now) = (&caller.scope, app.clock().now());
    let read = async |conn: &mut Conn<'_>| -> Result<_> {
        let steps = find_first_steps(conn, scope.project()).await?;
        Ok((steps, find_first_thread(conn, scope, now).await?))
    };
    let (steps, first_thread) = app.store().snapshot(read).await?;
    Ok(Json(FirstSteps {
        has_rule: steps.has_rule,
        has_api_key: steps.has_api_key,
        // What this node has noted is on record some seconds later.
        has_request: steps.has_request || app.sdks().is_waiting(scope.project()),
        first_thread,
    }))
}
