//! The end of a project, and how to take it back.

use axum::extract::State;
use engine::Conn;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::deletion::store;
use super::ProjectView;
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::fields::{Fields, FromBody};
use crate::rules::{self, Broken};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(delete_project)).routes(routes!(restore_project))
}

/// The proof that this project is meant.
#[derive(ToSchema)]
struct DeleteProject {
    /// The project's name, typed.
    name: String,
}

impl FromBody for DeleteProject {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required("name", rules::string);
        Some(Self { name: name? })
    }
}

/// Deletes a project: from now on it answers no client. It can be restored for 24 hours, then everything
/// in it is gone for good.
#[utoipa::path(delete, path = "/api/projects/{project_id}", tag = "projects", security(("session" = [])),
    params(("project_id" = String, Path)), request_body = DeleteProject,
    responses(
        (status = 200, body = ProjectView),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
        Refusals,
    ))]
async fn delete_project(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(body): Json<DeleteProject>,
) -> Result<Json<ProjectView>> {
    if body.name.trim() != caller.project.name {
        return Err(Error::invalid(vec![
            Broken::new("custom", "is not the project's name").into_issue("name"),
        ]));
    }
    let (id, act) = (caller.project.id, caller.caller.act(&app)?);
    let delete = async move |conn: &mut Conn<'_>| store::delete_project(conn, &id, &act).await;
    let deleted = app.store().write(delete).await?;
    let deleted = deleted.ok_or_else(|| Error::conflict("The project is deleted"))?;
    app.follow_own_change().await;
    ProjectView::read(&app, deleted, caller.role).await.map(Json)
}

/// Restores a deleted project: everything is as it was.
#[utoipa::path(post, path = "/api/projects/{project_id}/restore", tag = "projects", security(("session" = [])),
    params(("project_id" = String, Path)),
    responses(
        (status = 200, body = ProjectView),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
        Refusals,
    ))]
async fn restore_project(State(app): State<App>, caller: ProjectOperator) -> Result<Json<ProjectView>> {
    let (id, act) = (caller.project.id, caller.caller.act(&app)?);
    let restore = async move |conn: &mut Conn<'_>| store::restore_project(conn, &id, &act).await;
    let restored = app.store().write(restore).await?;
    let restored = restored.ok_or_else(|| Error::conflict("The project is not deleted"))?;
    app.follow_own_change().await;
    ProjectView::read(&app, restored, caller.role).await.map(Json)
}
