//! The workspaces of a project, for the dashboard.

use axum::extract::State;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::listing::WorkspaceRow;
use super::store;
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::page::{self, Place};
use crate::http::query::{self, FromQuery, Params, PathIds, Query, id_in_path};

/// What the document says of a workspace's id.
const ID: &str = "The workspace's id, with `~` before it when it is `.` or `..`, `~` before these, and so on";

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_workspaces)).routes(routes!(read_workspace))
}

/// A page of workspaces.
#[derive(Serialize, ToSchema)]
struct WorkspacePage {
    workspaces: Vec<WorkspaceRow>,
    /// What to pass as `after` for the next page; `null` on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ListWorkspaces {
    /// Only workspaces whose id begins with this.
    #[param(max_length = 255)]
    search: Option<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<Place>,
}

impl FromQuery for ListWorkspaces {
    fn read(query: &mut Params) -> Option<Self> {
        let search = query.optional("search", query::search);
        let after = query.optional("after", page::cursor);
        Some(Self { search: search?.flatten(), after: after? })
    }
}

/// Lists the workspaces of a project, the newest first, 50 a page.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/workspaces", tag = "workspaces",
    params(("project_id" = String, Path), ListWorkspaces), security(("session" = [])),
    responses((status = 200, body = WorkspacePage), Refusals, (status = 404, body = ErrorBody))
)]
async fn list_workspaces(
    State(app): State<App>,
    caller: ProjectOperator,
    Query(query): Query<ListWorkspaces>,
) -> Result<Json<WorkspacePage>> {
    let list = async |conn: &mut engine::Conn<'_>| {
        let (search, after) = (query.search.as_deref(), query.after.as_ref());
        store::list_workspaces(conn, &caller.scope, search, after, page::ROWS + 1).await
    };
    let mut workspaces = app.store().read(list).await?;
    let next_cursor = page::cut(&mut workspaces, |row| (row.created_at.millis(), row.id.as_str()));
    Ok(Json(WorkspacePage { workspaces, next_cursor }))
}

/// Returns a workspace.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/workspaces/{workspace_id}", tag = "workspaces",
    params(("project_id" = String, Path), ("workspace_id" = String, Path, description = ID)), security(("session" = [])),
    responses((status = 200, body = WorkspaceRow), Refusals, (status = 404, body = ErrorBody))
)]
async fn read_workspace(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, id]): PathIds<2>,
) -> Result<Json<WorkspaceRow>> {
    let id = id_in_path(&id);
    let find = async |conn: &mut engine::Conn<'_>| store::find_workspace(conn, &caller.scope, id).await;
    let found = app.store().read(find).await?;
    found.map(Json).ok_or_else(|| Error::not_found("Workspace not found"))
}
