//! New projects, and what is set about one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use engine::Conn;
use outbound::Policy;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::model::{NewProject, Project, ProjectChange};
use super::super::origins::{BadOrigins, parse_origins};
use super::super::store;
use super::ProjectView;
use crate::app::App;
use crate::auth::operator::caller::{OrganizationOperator, ProjectOperator};
use crate::error::{Error, Result};
use crate::fair_use::model::{FairUseChange, Limits, Party, limits_rule};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::fields::{Fields, FromBody};
use crate::id::ProjectId;
use crate::rules::{self, Broken};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_project))
        .routes(routes!(get_project, update_project))
        .routes(routes!(set_allowed_origins))
        .routes(routes!(set_active_user_cap))
        .routes(routes!(set_fair_use))
}

/// The highest cap: far more users than there are.
const MAX_CAP: i64 = 100_000_000_000;

/// The most lines of an origin list that are looked at.
const MAX_LINES: usize = 1_000;

/// The refusal of an id that names no project.
fn not_found() -> Error {
    Error::not_found("Project not found")
}

/// A project to make.
#[derive(ToSchema)]
struct CreateProject {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
}

impl FromBody for CreateProject {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required("name", rules::name);
        Some(Self { name: name? })
    }
}

/// Makes a project in an organization. Visitors are let in until somebody says otherwise.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/projects", tag = "projects",
    security(("session" = [])), params(("organization_id" = String, Path)), request_body = CreateProject,
    responses((status = 201, body = ProjectView), (status = 404, body = ErrorBody), Refusals))]
async fn create_project(
    State(app): State<App>,
    caller: OrganizationOperator,
    Json(body): Json<CreateProject>,
) -> Result<impl IntoResponse> {
    let act = caller.caller.act(&app)?;
    let vault = app.directory().vault();
    let new = NewProject::draw(app.ids(), vault, caller.organization, body.name, act.at)?;
    let id = new.id.clone();
    app.store().write(async move |conn| store::create_project(conn, &new, &act).await).await?;
    app.follow_own_change().await;
    let project = find(&app, &id).await?;
    Ok((StatusCode::CREATED, Json(ProjectView::read(&app, project, caller.role).await?)))
}

async fn find(app: &App, id: &ProjectId) -> Result<Project> {
    let found = app.store().read(async |conn| store::find_project(conn, id).await).await?;
    found.ok_or_else(not_found)
}

/// Shows a project, a deleted one too.
#[utoipa::path(get, path = "/api/projects/{project_id}", tag = "projects", security(("session" = [])),
    params(("project_id" = String, Path)),
    responses((status = 200, body = ProjectView), (status = 404, body = ErrorBody), Refusals))]
async fn get_project(State(app): State<App>, caller: ProjectOperator) -> Result<Json<ProjectView>> {
    ProjectView::read(&app, caller.project, caller.role).await.map(Json)
}

async fn change(app: &App, caller: ProjectOperator, change: ProjectChange) -> Result<Json<ProjectView>> {
    let act = caller.caller.act(app)?;
    let id = caller.project.id.clone();
    let write = async move |conn: &mut Conn<'_>| store::update_project(conn, &id, &change, &act).await;
    if !app.store().write(write).await? {
        return Err(not_found());
    }
    app.follow_own_change().await;
    let project = find(app, &caller.project.id).await?;
    ProjectView::read(app, project, caller.role).await.map(Json)
}

/// What to change; what is left out stays.
#[derive(ToSchema)]
struct UpdateProject {
    #[schema(nullable = false, min_length = 1, max_length = 255)]
    name: Option<String>,
    #[schema(nullable = false)]
    anonymous_access: Option<bool>,
}

impl FromBody for UpdateProject {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.optional("name", rules::name);
        let anonymous_access = fields.optional("anonymous_access", rules::boolean);
        Some(Self { name: name?, anonymous_access: anonymous_access? })
    }
}

/// Renames a project, or lets visitors in or not.
#[utoipa::path(put, path = "/api/projects/{project_id}", tag = "projects", security(("session" = [])),
    params(("project_id" = String, Path)), request_body = UpdateProject,
    responses((status = 200, body = ProjectView), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn update_project(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(body): Json<UpdateProject>,
) -> Result<Json<ProjectView>> {
    if body.name.is_none() && body.anonymous_access.is_none() {
        return ProjectView::read(&app, caller.project, caller.role).await.map(Json);
    }
    let UpdateProject { name, anonymous_access } = body;
    change(&app, caller, ProjectChange { name, anonymous_access, ..ProjectChange::default() }).await
}

/// From where browsers may read a project's answers.
#[derive(ToSchema)]
struct SetAllowedOrigins {
    /// Such as `https://app.example.com`, `https://*.example.com` or `tauri://localhost`; none for everywhere.
    #[schema(max_items = 32)]
    allowed_origins: Vec<String>,
}

impl FromBody for SetAllowedOrigins {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let allowed_origins = fields.required_list("allowed_origins", MAX_LINES, rules::string);
        Some(Self { allowed_origins: allowed_origins? })
    }
}

/// The refusal of a list, with an issue for every line that is none.
fn refuse(bad: BadOrigins) -> Error {
    use crate::error::Step;
    let member = "allowed_origins";
    Error::invalid(match bad {
        BadOrigins::TooMany => {
            vec![Broken::new("too_big", "must have at most 32 origins").into_issue(member)]
        }
        BadOrigins::Invalid(lines) => {
            let text = "must be an origin such as https://app.example.com or https://*.example.com, without a \
                        path; http:// is for localhost, names that end in .localhost, and hosts that the \
                        setting allow_private lists; apps may have tauri://localhost and the like";
            let issue = |index| Broken::new("invalid_format", text).at(Step::Index(index)).into_issue(member);
            lines.into_iter().map(|line| issue(line.index)).collect()
        }
    })
}

/// Says from which origins browsers may read the project's answers.
#[utoipa::path(put, path = "/api/projects/{project_id}/origins", tag = "projects", security(("session" = [])),
    params(("project_id" = String, Path)), request_body = SetAllowedOrigins,
    responses((status = 200, body = ProjectView), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn set_allowed_origins(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(body): Json<SetAllowedOrigins>,
) -> Result<Json<ProjectView>> {
    let private = Policy::new(app.config().allow_private.clone());
    let lines = body.allowed_origins.iter().map(String::as_str);
    let origins = parse_origins(lines, &private).map_err(refuse)?;
    change(&app, caller, ProjectChange { allowed_origins: Some(origins), ..ProjectChange::default() }).await
}

/// How many users may write in a UTC month; what is left out stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body; `Caps` is what is read")]
struct SetActiveUserCap {
    /// Of those who have signed in; null for any number.
    #[schema(minimum = 0)]
    active_user_cap: Option<i64>,
    /// Of anonymous visitors; null for any number.
    #[schema(minimum = 0)]
    active_visitor_cap: Option<i64>,
}

/// Caps to set, or with `Some(None)` to lift.
struct Caps {
    users: Option<Option<i64>>,
    visitors: Option<Option<i64>>,
}

impl FromBody for Caps {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let users = fields.nullable("active_user_cap", rules::integer(0, MAX_CAP));
        let visitors = fields.nullable("active_visitor_cap", rules::integer(0, MAX_CAP));
        let caps = Self { users: users?, visitors: visitors? };
        if caps.users.is_none() && caps.visitors.is_none() {
            fields.refuse("active_user_cap", Broken::new("invalid_type", "is required"));
        }
        Some(caps)
    }
}

/// Caps how many users, and how many visitors, may write in a UTC month.
#[utoipa::path(put, path = "/api/projects/{project_id}/active-user-cap", tag = "projects",
    security(("session" = [])), params(("project_id" = String, Path)), request_body = SetActiveUserCap,
    responses((status = 200, body = ProjectView), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn set_active_user_cap(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(Caps { users, visitors }): Json<Caps>,
) -> Result<Json<ProjectView>> {
    let caps =
        ProjectChange { active_user_cap: users, active_visitor_cap: visitors, ..ProjectChange::default() };
    change(&app, caller, caps).await
}

/// How much one user and one workspace may write. What is left out stays, the limits of a kind of caller and
/// each of them; null lifts a limit.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body; `FairUseChange` is what is read")]
struct SetFairUse {
    #[schema(nullable = false)]
    visitors: Option<Limits>,
    #[schema(nullable = false)]
    users: Option<Limits>,
    #[schema(nullable = false)]
    keys: Option<Limits>,
}

impl FromBody for FairUseChange {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let read = Party::ALL.map(|party| fields.optional(party.name(), limits_rule(party)));
        let settings: Option<Vec<_>> = read.into_iter().collect();
        Some(Self(settings?.into_iter().flatten().flatten().collect()))
    }
}

/// Sets and lifts limits of fair use. They are in force at once, on other nodes within a second.
#[utoipa::path(put, path = "/api/projects/{project_id}/fair-use", tag = "projects",
    security(("session" = [])), params(("project_id" = String, Path)), request_body = SetFairUse,
    responses((status = 200, body = ProjectView), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn set_fair_use(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(fair_use): Json<FairUseChange>,
) -> Result<Json<ProjectView>> {
    if fair_use.0.is_empty() {
        return ProjectView::read(&app, caller.project, caller.role).await.map(Json);
    }
    let fair_use = Some(fair_use);
    change(&app, caller, ProjectChange { fair_use, ..ProjectChange::default() }).await
}
