//! The routes of users.

use axum::extract::State;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::erase;
use crate::app::App;
use crate::audit::model::Act;
use crate::auth::caller::ProjectKey;
use crate::error::{Error, Issue, Result, Step};
use crate::http::error::Refusals;
use crate::http::extract::Json;
use crate::http::query::{self, FromQuery, Params, PathIds, Query};
use crate::id::UserId;

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(erase_user)).routes(routes!(erase_user_of_any_id))
}

/// What an erasure touched.
#[derive(Serialize, ToSchema)]
pub(super) struct ErasedView {
    /// Threads deleted.
    threads: u64,
    /// Runs that belong to nobody now.
    runs: u64,
}

impl From<erase::Erased> for ErasedView {
    fn from(erased: erase::Erased) -> Self {
        Self { threads: erased.threads, runs: erased.runs }
    }
}

/// The user that a path names.
///
/// # Errors
/// 400 for a text that no user can be called by.
pub(super) fn user_rule(user: &str) -> Result<UserId> {
    UserId::parse(user).map_err(|reason| {
        let path = vec![Step::Member("user_id".into())];
        Error::invalid(vec![Issue { code: "custom", path, message: reason.to_string() }])
    })
}

/// Erases a user: their threads with everything in them, what they wrote elsewhere, their sessions, name
/// and scores. Doing it again changes nothing.
#[utoipa::path(
    delete, path = "/v1/projects/users/{user_id}", tag = "users", params(("user_id" = String, Path)),
    security(("api_key" = [])),
    responses(
        (status = 200, body = ErasedView),
        Refusals,
    )
)]
async fn erase_user(
    State(app): State<App>,
    caller: ProjectKey,
    PathIds([user]): PathIds<1>,
) -> Result<Json<ErasedView>> {
    erase_by_key(&app, caller, &user).await
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct EraseUser {
    /// The user's id.
    #[param(min_length = 1, max_length = 255)]
    user_id: String,
}

impl FromQuery for EraseUser {
    fn read(query: &mut Params) -> Option<Self> {
        Some(Self { user_id: query.required("user_id", query::short_text)? })
    }
}

/// Erases a user whose id may be any: clients of HTTP take `.` and `..` in a path for steps in it, however
/// they are encoded.
#[utoipa::path(
    delete, path = "/v1/projects/users", tag = "users", params(EraseUser), security(("api_key" = [])),
    responses(
        (status = 200, body = ErasedView),
        Refusals,
    )
)]
async fn erase_user_of_any_id(
    State(app): State<App>,
    caller: ProjectKey,
    Query(query): Query<EraseUser>,
) -> Result<Json<ErasedView>> {
    erase_by_key(&app, caller, &query.user_id).await
}

async fn erase_by_key(app: &App, caller: ProjectKey, user: &str) -> Result<Json<ErasedView>> {
    let user = user_rule(user)?;
    let act = Act::new(app.ids(), caller.actor, app.clock().now())?;
    let erased = erase::erase(app, caller.project.id(), user, act).await?;
    Ok(Json(erased.into()))
}
