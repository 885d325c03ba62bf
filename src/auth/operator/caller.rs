//! The operator behind a request, as handlers ask for one in their arguments. Which role a route needs
//! stands in one table, [`permissions::OPERATOR_ROUTES`].

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use axum::http::request::Parts;
use engine::Party;

use super::csrf::CsrfToken;
use super::session::SessionToken;
use crate::app::App;
use crate::audit::model::{Act, Actor};
use crate::auth::permissions::{self, Access};
use crate::auth::scope::ProjectScope;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{OrganizationId, ProjectId};
use crate::members::model::Role;
use crate::members::store::{find_role, is_instance_owner};
use crate::operators::model::{Operator, SEEN_PRECISION_MS, Session};
use crate::operators::store::{find_session, touch_session};
use crate::projects::model::Project;
use crate::projects::store::{find_project, list_projects_of};

/// An operator who is signed in.
pub struct SignedIn {
    /// Who.
    pub operator: Operator,
    /// The session.
    pub session: Session,
    /// What the session's pages send with everything that changes something.
    pub csrf_token: CsrfToken,
}

/// An operator who is a member of the organization that the path names.
pub struct OrganizationOperator {
    /// Who.
    pub caller: SignedIn,
    /// The organization.
    pub organization: OrganizationId,
    /// As what.
    pub role: Role,
}

/// An operator who is a member of the organization that owns the project which the path names.
pub struct ProjectOperator {
    /// Who.
    pub caller: SignedIn,
    /// The right to read the project's data.
    pub scope: ProjectScope,
    /// The project as it is stored now.
    pub project: Project,
    /// As what.
    pub role: Role,
}

/// A project that an operator can reach as a member of its organization.
pub struct Reach {
    /// The right to read its data.
    pub scope: ProjectScope,
    /// The project.
    pub project: Project,
}

/// An operator who may see and change what concerns the whole instance.
pub struct InstanceOwner(pub SignedIn);

impl SignedIn {
    /// The operator in the audit log.
    pub fn actor(&self) -> Actor {
        Actor::operator(&self.operator)
    }

    /// The projects that the operator can reach, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn reach(&self, conn: &mut engine::Conn<'_>) -> Result<Vec<Reach>> {
        let projects = list_projects_of(conn, &self.operator.id).await?;
        let reach = |project: Project| Reach { scope: ProjectScope::new(project.id.clone()), project };
        Ok(projects.into_iter().map(reach).collect())
    }

    /// A change that the operator is about to make.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn act(&self, app: &App) -> Result<Act> {
        Act::new(app.ids(), self.actor(), app.clock().now())
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        access(parts)?;
        let now = app.clock().now();
        let (token, session, operator) = find_signed_in(parts, app, now).await?.ok_or_else(signed_out)?;
        let csrf_token = CsrfToken::of(&token);
        csrf_token.check(parts)?;
        Party::new("operator", &operator.id).take_turns();
        keep_alive(app, &session, now).await;
        Ok(Self { operator, session, csrf_token })
    }
}

/// The first session that is alive among those whose tokens the request brings.
async fn find_signed_in(
    parts: &Parts,
    app: &App,
    now: Timestamp,
) -> Result<Option<(SessionToken, Session, Operator)>> {
    for token in SessionToken::read_all(&parts.headers, app.bases()) {
        let hash = token.hash();
        let found = app.store().read(async |conn| find_session(conn, &hash, now).await).await?;
        if let Some((session, operator)) = found {
            return Ok(Some((token, session, operator)));
        }
    }
    Ok(None)
}

impl FromRequestParts<App> for OrganizationOperator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let organization = OrganizationId::named(path_id(parts, app, "organization_id").await?);
        let id = &caller.operator.id;
        let role = app.store().read(async |conn| find_role(conn, &organization, id).await).await?;
        let role = role.ok_or_else(|| Error::not_found("Organization not found"))?;
        check_role(parts, role)?;
        Ok(Self { caller, organization, role })
    }
}

impl FromRequestParts<App> for ProjectOperator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let not_found = || Error::not_found("Project not found");
        let id = ProjectId::parse(&path_id(parts, app, "project_id").await?).ok_or_else(not_found)?;
        let operator = &caller.operator.id;
        let find = async |conn: &mut engine::Conn<'_>| -> Result<_> {
            let Some(project) = find_project(conn, &id).await? else { return Ok(None) };
            let role = find_role(conn, &project.organization, operator).await?;
            Ok(role.map(|role| (project, role)))
        };
        let (project, role) = app.store().snapshot(find).await?.ok_or_else(not_found)?;
        check_role(parts, role)?;
        check_alive(parts, &project)?;
        Ok(Self { caller, scope: ProjectScope::new(project.id.clone()), project, role })
    }
}

impl FromRequestParts<App> for InstanceOwner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let id = &caller.operator.id;
        let is_owner = app.store().read(async |conn| is_instance_owner(conn, id).await).await?;
        if is_owner { Ok(Self(caller)) } else { Err(needs("an owner of the instance")) }
    }
}

fn signed_out() -> Error {
    Error::unauthenticated("Sign in first")
}

fn needs(who: &str) -> Error {
    Error::forbidden("Not allowed").with_help(format!("This takes {who}"))
}

/// What the table asks for. A route that it does not know is closed.
fn access(parts: &Parts) -> Result<Access> {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    permissions::operator_access(&parts.method, route)
        .ok_or_else(|| Error::internal(format!("{} {route} is not in the table of routes", parts.method)))
}

fn check_role(parts: &Parts, role: Role) -> Result<()> {
    let least = match access(parts)? {
        Access::Role(least) => least,
        // A route of a project or an organization that the table gives to everyone who is signed in.
        Access::SignedIn => Role::Member,
        Access::Public | Access::InstanceOwner => {
            return Err(Error::internal("the table of routes and the handler disagree"));
        }
    };
    match least {
        least if role >= least => Ok(()),
        Role::Owner => Err(needs("an owner of the organization")),
        _ => Err(needs("an owner or admin of the organization")),
    }
}

/// A deleted project can be looked at and restored, nothing else.
fn check_alive(parts: &Parts, project: &Project) -> Result<()> {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let may = parts.method.is_safe() || route.ends_with("/restore");
    if project.deleted_at.is_none() || may { Ok(()) } else { Err(Error::conflict("The project is deleted")) }
}

async fn path_id(parts: &mut Parts, app: &App, name: &str) -> Result<String> {
    let params = RawPathParams::from_request_parts(parts, app).await.map_err(Error::internal)?;
    let found = params.iter().find(|(param, _)| *param == name).map(|(_, value)| value.to_owned());
    found.ok_or_else(|| Error::internal(format!("the path has no {name}")))
}

/// Moves the session's end away from now, at most every few minutes. A database that cannot write must
/// not keep operators from reading.
async fn keep_alive(app: &App, session: &Session, now: Timestamp) {
    if now.millis() - session.last_seen_at.millis() < SEEN_PRECISION_MS {
        return;
    }
    let (id, end) = (session.id.clone(), Session::next_end(session.created_at, now));
    let touch = async move |conn: &mut engine::Conn<'_>| touch_session(conn, &id, now, end).await;
    if let Err(error) = app.store().write(touch).await {
        tracing::debug!(error = &error as &dyn std::error::Error, "a session's use was not noted");
    }
}
