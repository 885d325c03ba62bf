//! The box that jumps to a project, thread, user or workspace.

use axum::extract::State;
use engine::Conn;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::query::Search;
use super::store::find_titles;
use super::words::fold;
use crate::app::App;
use crate::auth::operator::caller::{Reach, SignedIn};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::error::Refusals;
use crate::http::extract::Json;
use crate::http::query::{self, FromQuery, Params, Query};
use crate::id::{ProjectId, ThreadId};
use crate::projects::model::Project;
use crate::rules::Broken;
use crate::threads::store::find_thread_detail;
use crate::users::store::list_users_by_prefix;
use crate::workspaces::store::list_workspaces_by_prefix;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(jump))
}

/// The most results.
const MAX_RESULTS: usize = 20;

/// The most results of one kind in one project, so that no kind crowds the others out.
const MAX_OF_KIND: usize = 5;

/// The most projects whose data is looked through, the preferred one first, then the newest.
const MAX_PROJECTS: usize = 50;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Jump {
    /// The beginning of an id, words of a thread's title, or part of a project's name.
    #[param(max_length = 255)]
    q: Option<String>,
    /// The project whose results come first.
    #[param(value_type = Option<String>)]
    project_id: Option<ProjectId>,
}

impl FromQuery for Jump {
    fn read(query: &mut Params) -> Option<Self> {
        let q = query.optional("q", query::search);
        let project_id = query.optional("project_id", |value| {
            ProjectId::parse(value).ok_or_else(|| Broken::new("custom", "must be a project's id"))
        });
        Some(Self { q: q?.flatten(), project_id: project_id? })
    }
}

/// What a jump may lead to.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum JumpKind {
    Project,
    Thread,
    User,
    Workspace,
}

/// Where a jump may lead.
#[derive(Serialize, ToSchema)]
struct JumpResult {
    kind: JumpKind,
    /// Its id.
    id: String,
    /// What to show: a name or title, else the id.
    label: String,
    /// Its project.
    project_id: ProjectId,
    /// What that is called.
    project_name: String,
}

/// Where one may jump to.
#[derive(Serialize, ToSchema)]
struct JumpResults {
    /// At most 20.
    results: Vec<JumpResult>,
}

impl JumpResult {
    fn new(kind: JumpKind, id: &str, label: Option<String>, project: &Project) -> Self {
        Self {
            kind,
            id: id.to_owned(),
            label: label.unwrap_or_else(|| id.to_owned()),
            project_id: project.id.clone(),
            project_name: project.name.clone(),
        }
    }
}

/// Finds where a text may lead, in the projects that the operator can reach.
#[utoipa::path(get, path = "/api/jump", tag = "search", params(Jump), security(("session" = [])),
    responses((status = 200, body = JumpResults), Refusals))]
async fn jump(
    State(app): State<App>,
    caller: SignedIn,
    Query(query): Query<Jump>,
) -> Result<Json<JumpResults>> {
    let Some(text) = query.q else { return Ok(Json(JumpResults { results: Vec::new() })) };
    let now = app.clock().now();
    let find = async |conn: &mut Conn<'_>| {
        let mut reach = caller.reach(conn).await?;
        reach.reverse();
        reach.sort_by_key(|reach| Some(&reach.project.id) != query.project_id.as_ref());
        find_all(conn, &reach, &text, now).await
    };
    let results = app.store().snapshot(find).await?;
    Ok(Json(JumpResults { results }))
}

async fn find_all(
    conn: &mut Conn<'_>,
    reach: &[Reach],
    text: &str,
    now: Timestamp,
) -> Result<Vec<JumpResult>> {
    let folded = fold(text);
    let projects = reach.iter().map(|reach| &reach.project);
    let named = projects
        .filter(|project| project.id.as_str().starts_with(text) || fold(&project.name).contains(&folded));
    let mut results: Vec<JumpResult> = named
        .take(MAX_OF_KIND)
        .map(|project| {
            JumpResult::new(JumpKind::Project, project.id.as_str(), Some(project.name.clone()), project)
        })
        .collect();
    conn.plan_by_value().await?;
    let living = reach.iter().filter(|reach| reach.project.deleted_at.is_none());
    for reach in living.take(MAX_PROJECTS) {
        results.extend(find_in_project(conn, reach, text, now).await?);
        if results.len() >= MAX_RESULTS {
            break;
        }
    }
    results.truncate(MAX_RESULTS);
    Ok(results)
}

async fn find_in_project(
    conn: &mut Conn<'_>,
    Reach { scope, project }: &Reach,
    text: &str,
    now: Timestamp,
) -> Result<Vec<JumpResult>> {
    let mut results = Vec::new();
    if text.starts_with("thread_") {
        let found = find_thread_detail(conn, scope, &ThreadId::named(text), now).await?;
        results.extend(found.map(|thread| {
            JumpResult::new(JumpKind::Thread, thread.row.id.as_str(), thread.row.title, project)
        }));
    }
    if let Some(search) = Search::parse(text) {
        let found = find_titles(conn, scope, &search, MAX_OF_KIND).await?;
        let found = found.into_iter();
        results
            .extend(found.map(|row| JumpResult::new(JumpKind::Thread, row.id.as_str(), row.title, project)));
    }
    let users = list_users_by_prefix(conn, scope, text, MAX_OF_KIND).await?;
    results.extend(
        users.into_iter().map(|(id, name)| JumpResult::new(JumpKind::User, id.as_str(), name, project)),
    );
    let workspaces = list_workspaces_by_prefix(conn, scope, text, MAX_OF_KIND).await?;
    results
        .extend(workspaces.iter().map(|id| JumpResult::new(JumpKind::Workspace, id.as_str(), None, project)));
    Ok(results)
}
