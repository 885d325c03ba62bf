//! The end users of a project, for the dashboard.

use axum::extract::State;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::listing::{ErasurePreview, UserDetail, UserRow};
use super::routes::{ErasedView, user_rule};
use super::{erase, store};
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::page::{self, Place};
use crate::http::query::{self, FromQuery, Params, PathIds, Query, id_in_path};

/// What the document says of a user's id.
const ID: &str = "The user's id, with `~` before it when it is `.` or `..`, `~` before these, and so on";

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_users))
        .routes(routes!(read_user, erase_project_user))
        .routes(routes!(preview_erasure))
}

/// A page of users.
#[derive(Serialize, ToSchema)]
struct UserPage {
    users: Vec<UserRow>,
    /// What to pass as `after` for the next page; `null` on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ListUsers {
    /// Only users whose id begins with this, or whose name contains it.
    #[param(max_length = 255)]
    search: Option<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<Place>,
}

impl FromQuery for ListUsers {
    fn read(query: &mut Params) -> Option<Self> {
        let search = query.optional("search", query::search);
        let after = query.optional("after", page::cursor);
        Some(Self { search: search?.flatten(), after: after? })
    }
}

/// Lists the users of a project, the most recently active first, 50 a page.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/users", tag = "users",
    params(("project_id" = String, Path), ListUsers), security(("session" = [])),
    responses((status = 200, body = UserPage), Refusals, (status = 404, body = ErrorBody))
)]
async fn list_users(
    State(app): State<App>,
    caller: ProjectOperator,
    Query(query): Query<ListUsers>,
) -> Result<Json<UserPage>> {
    let list = async |conn: &mut engine::Conn<'_>| {
        let (search, after) = (query.search.as_deref(), query.after.as_ref());
        store::list_users(conn, &caller.scope, search, after, page::ROWS + 1).await
    };
    let mut users = app.store().read(list).await?;
    let next_cursor = page::cut(&mut users, |row| (row.last_active_at.millis(), row.id.as_str()));
    Ok(Json(UserPage { users, next_cursor }))
}

/// Returns a user.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/users/{user_id}", tag = "users",
    params(("project_id" = String, Path), ("user_id" = String, Path, description = ID)), security(("session" = [])),
    responses((status = 200, body = UserDetail), Refusals, (status = 404, body = ErrorBody))
)]
async fn read_user(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, user]): PathIds<2>,
) -> Result<Json<UserDetail>> {
    let user = user_rule(id_in_path(&user))?;
    let find = async |conn: &mut engine::Conn<'_>| store::find_user(conn, &caller.scope, &user).await;
    let found = app.store().snapshot(find).await?;
    found.map(Json).ok_or_else(|| Error::not_found("User not found"))
}

/// Tells what an erasure of the user would do. Nobody needs to be known to be erased.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/users/{user_id}/erasure", tag = "users",
    params(("project_id" = String, Path), ("user_id" = String, Path, description = ID)), security(("session" = [])),
    responses((status = 200, body = ErasurePreview), Refusals, (status = 404, body = ErrorBody))
)]
async fn preview_erasure(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, user]): PathIds<2>,
) -> Result<Json<ErasurePreview>> {
    let user = user_rule(id_in_path(&user))?;
    let read = async |conn: &mut engine::Conn<'_>| erase::preview_erasure(conn, &caller.scope, &user).await;
    app.store().read(read).await.map(Json)
}

/// Erases a user: their threads with everything in them, what they wrote elsewhere, their sessions, name
/// and scores. Doing it again changes nothing.
#[utoipa::path(
    delete, path = "/api/projects/{project_id}/users/{user_id}", tag = "users",
    params(("project_id" = String, Path), ("user_id" = String, Path, description = ID)), security(("session" = [])),
    responses((status = 200, body = ErasedView), Refusals, (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody))
)]
async fn erase_project_user(
    State(app): State<App>,
    operator: ProjectOperator,
    PathIds([_, user]): PathIds<2>,
) -> Result<Json<ErasedView>> {
    let user = user_rule(id_in_path(&user))?;
    let act = operator.caller.act(&app)?;
    let erased = erase::erase(&app, operator.scope.project(), user, act).await?;
    Ok(Json(erased.into()))
}
