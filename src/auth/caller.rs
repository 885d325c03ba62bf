//! The caller of a request, as handlers ask for it in their arguments.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use engine::Party;

use super::credential::{self, Credential};
use super::directory::KnownProject;
use super::exchange::Exchange;
use super::jwt::Unverified;
use super::provider_token::identity::Identity;
use super::provider_token::recall;
use super::scope::Scope;
use super::workspace_token::{self, Verified};
use super::{api_key, permissions};
use crate::api_keys::model::KnownKey;
use crate::app::App;
use crate::audit::model::Actor;
use crate::error::{Error, Result};
use crate::http::base::Base;
use crate::http::headers;
use crate::id::{ProjectId, UserId, WorkspaceId};
use crate::users::names::Teller;

const USER_HEADER: HeaderName = HeaderName::from_static("aui-user-id");
const WORKSPACE_HEADER: HeaderName = HeaderName::from_static("aui-workspace-id");

/// Whoever holds a credential for a workspace: an API key, a workspace token or a provider token.
pub struct Member {
    /// Where the caller may work.
    pub scope: Scope,
    /// Whom the caller acts as.
    pub user: UserId,
}

impl Member {
    fn new(scope: Scope, user: UserId) -> Self {
        Party::new((scope.project(), scope.workspace()), &user).take_turns();
        Self { scope, user }
    }
}

/// A backend that holds an API key of the project.
pub struct ProjectKey {
    /// The workspace that the key names.
    pub scope: Scope,
    /// The user that the key names.
    pub user: UserId,
    /// The key's project.
    pub project: Arc<KnownProject>,
    /// The key, for the audit log.
    pub actor: Actor,
}

/// The project that a request without credential is for.
pub struct BaseProject(pub Arc<KnownProject>);

impl FromRequestParts<App> for Member {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let member = match credential::read(&parts.headers)? {
            Credential::ApiKey(text) => by_key(app, parts, text).await?.0,
            Credential::Jwt(token) => by_token(app, parts, token).await?,
        };
        app.sdks().note(member.scope.project(), &parts.headers, app.clock().now());
        Ok(member)
    }
}

impl FromRequestParts<App> for ProjectKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Credential::ApiKey(text) = credential::read(&parts.headers)? else {
            // A token is refused for what is wrong with it before it is refused for not being a key.
            Member::from_request_parts(parts, app).await?;
            let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
            return Err(Error::forbidden(permissions::key_required(route)));
        };
        let (Member { scope, user }, key) = by_key(app, parts, text).await?;
        let project = app.directory().project(scope.project(), app.clock().now()).await?;
        let project = project.ok_or_else(|| Error::not_found("Project not found"))?;
        app.sdks().note(project.id(), &parts.headers, app.clock().now());
        Ok(Self { scope, user, project, actor: Actor::api_key(&key.id, &key.name) })
    }
}

impl FromRequestParts<App> for BaseProject {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let project = named_project(app, base(parts)?).await?;
        let project = project.ok_or_else(|| Error::forbidden("Invalid issuer format or projectId"))?;
        let known = app.directory().project(&project, app.clock().now()).await?;
        known.map(Self).ok_or_else(|| Error::not_found("Project not found"))
    }
}

async fn by_key(app: &App, parts: &Parts, text: &str) -> Result<(Member, Arc<KnownKey>)> {
    let project = api_key::parse(text)?;
    let now = app.clock().now();
    let key = app.directory().api_key(&project, &api_key::hash(text)).await?;
    let key = key.filter(|key| !key.is_expired(now)).ok_or_else(api_key::unknown)?;
    let user = match one_header(&parts.headers, &USER_HEADER) {
        Header::Absent => Some(UserId::system()),
        Header::One(text) => UserId::parse(&text).ok(),
        Header::Unusable => None,
    };
    let user = user.ok_or_else(|| {
        Error::forbidden("Invalid Aui-User-Id header")
            .with_help("Aui-User-Id must be 1 to 255 characters without whitespace or control characters")
    })?;
    let workspace = match one_header(&parts.headers, &WORKSPACE_HEADER) {
        Header::One(text) => WorkspaceId::parse(&text).ok(),
        Header::Absent | Header::Unusable => None,
    };
    let workspace = workspace.ok_or_else(|| {
        Error::forbidden("Invalid Aui-Workspace-Id header").with_help(
            "Aui-Workspace-Id is required with an API key: 1 to 255 characters without whitespace or \
             control characters",
        )
    })?;
    if *base(parts)? != Base::Root {
        return Err(
            wrong_base().with_help("API keys are used at the instance's own URL, without a project's label")
        );
    }
    app.last_used().touch(&key, now);
    Ok((Member::new(Scope::new(project, workspace), user), key))
}

async fn by_token(app: &App, parts: &Parts, token: &str) -> Result<Member> {
    if let Some(verified) = workspace_token::recall(app, token)? {
        return by_workspace_token(app, parts, &verified).await;
    }
    let jwt = Unverified::decode(token)?;
    if let Some(project) = workspace_token::claimed_project(app, &jwt) {
        let kid = jwt.header().string("kid").unwrap_or_default().into_owned();
        if let Some(project) = app.directory().project_with_key(&project, &kid, app.clock().now()).await? {
            let verified = workspace_token::verify(app, &project, token, &jwt)?;
            return by_workspace_token(app, parts, &verified).await;
        }
    }
    by_provider_token(app, parts, token, &jwt).await
}

async fn by_workspace_token(app: &App, parts: &Parts, verified: &Verified) -> Result<Member> {
    check_base(app, base(parts)?, &verified.project).await?;
    // A remembered token may be older than the deletion of its project.
    let project = app.directory().project(&verified.project, app.clock().now()).await?;
    project.ok_or_else(|| Error::forbidden("Invalid project ID"))?;
    let Verified { project, user, workspace, .. } = verified;
    Ok(Member::new(Scope::new(project.clone(), workspace.clone()), user.clone()))
}

/// A provider's token is good at the base whose project has a rule for it; every answer from here on
/// offers a workspace token in its place.
async fn by_provider_token(app: &App, parts: &Parts, token: &str, jwt: &Unverified<'_>) -> Result<Member> {
    let unknown = || Error::forbidden("Invalid project ID");
    let project = named_project(app, base(parts)?).await?.ok_or_else(unknown)?;
    let project = app.directory().project(&project, app.clock().now()).await?.ok_or_else(unknown)?;
    let identity = recall::verify_once(app, &project, token, jwt).await?;
    let Identity { user, workspace, name, expires_at } = &*identity;
    if let Some(name) = name {
        app.names().note((project.id(), user), name, Teller::Provider, app.clock().now());
    }
    if let Some(exchange) = parts.extensions.get::<Exchange>() {
        exchange.offer(workspace_token::exchange(app, &project, user, workspace, *expires_at)?);
    }
    Ok(Member::new(Scope::new(project.id().clone(), workspace.clone()), user.clone()))
}

/// The project whose frontend a base is; whether there is such a project is another question.
///
/// # Errors
/// The database's.
pub async fn named_project(app: &App, base: &Base) -> Result<Option<ProjectId>> {
    match base {
        Base::Invalid => Ok(None),
        Base::Project(project) => Ok(Some(project.clone())),
        Base::Root => app.directory().default_project().await,
    }
}

/// A token is good at its own project's base, and at the root if that is the default project's.
async fn check_base(app: &App, base: &Base, project: &ProjectId) -> Result<()> {
    if named_project(app, base).await?.as_ref() == Some(project) { Ok(()) } else { Err(wrong_base()) }
}

fn wrong_base() -> Error {
    Error::forbidden("Origin does not match project ID")
}

fn base(parts: &Parts) -> Result<&Base> {
    parts.extensions.get::<Base>().ok_or_else(|| Error::internal("the request has no base"))
}

enum Header<'h> {
    Absent,
    One(Cow<'h, str>),
    Unusable,
}

fn one_header<'h>(all: &'h HeaderMap, name: &HeaderName) -> Header<'h> {
    let mut values = all.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Header::Absent,
        (Some(value), None) => Header::One(headers::text(value)),
        (Some(_), Some(_)) => Header::Unusable,
    }
}
