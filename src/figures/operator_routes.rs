//! The figures of a project, for the dashboard.

use axum::extract::State;
use engine::Conn;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::Figures;
use super::store;
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::error::Result;
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_figures))
}

/// Tells how much was written in a project today, in the last 7 and in the last 30 days.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/figures", tag = "projects",
    params(("project_id" = String, Path)), security(("session" = [])),
    responses((status = 200, body = Figures), Refusals, (status = 404, body = ErrorBody))
)]
async fn read_figures(State(app): State<App>, caller: ProjectOperator) -> Result<Json<Figures>> {
    let now = app.clock().now();
    let read = async |conn: &mut Conn<'_>| store::read_figures(conn, &caller.scope, now).await;
    app.store().snapshot(read).await.map(Json)
}
