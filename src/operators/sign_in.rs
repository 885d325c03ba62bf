//! Starting a session, and what a page learns of it.

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Response};
use engine::Conn;
use serde::Serialize;
use utoipa::ToSchema;

use super::known_device;
use super::model::{NewSession, Operator};
use super::store::create_session;
use crate::app::App;
use crate::auth::operator::caller::SignedIn;
use crate::auth::operator::csrf::CsrfToken;
use crate::auth::operator::session::SessionToken;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::http::extract::Json;
use crate::http::headers;
use crate::id::{OperatorId, OrganizationId, ProjectId};
use crate::members::model::{Membership, Role};
use crate::members::store::{is_instance_owner, list_memberships};
use crate::projects::model::Project;
use crate::projects::store::list_projects_of;

/// The most characters of what a browser calls itself.
const MAX_USER_AGENT: usize = 255;

/// The browser that an operator signs in with.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Where it is.
    pub address: ClientAddress,
    /// What it calls itself.
    pub user_agent: Option<String>,
}

impl FromRequestParts<App> for Browser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let user_agent = parts.headers.get(USER_AGENT).map(headers::text);
        let user_agent = user_agent.map(|text| text.chars().take(MAX_USER_AGENT).collect());
        Ok(Self { address: ClientAddress::read(parts, app)?, user_agent })
    }
}

/// A session about to start: drawn before the transaction that may have to run twice.
pub struct Starting {
    token: SessionToken,
    session: NewSession,
    device: HeaderValue,
}

impl Starting {
    /// Draws a session for an operator.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn draw(app: &App, operator: &OperatorId, browser: &Browser) -> Result<Self> {
        let token = SessionToken::draw(app.ids())?;
        let now = app.clock().now();
        let session = NewSession {
            id: app.ids().next(now)?,
            hash: token.hash(),
            operator: operator.clone(),
            user_agent: browser.user_agent.clone(),
            address: Some(browser.address.0.to_string()),
            now,
        };
        let device = known_device::cookie(app, operator, now)?;
        Ok(Self { token, session, device })
    }

    /// What to store, with [`create_session`].
    pub fn session(&self) -> &NewSession {
        &self.session
    }

    /// The answer that hands the cookies over, once the session is stored.
    ///
    /// # Errors
    /// The database's.
    pub async fn into_answer(self, app: &App, operator: Operator) -> Result<Response> {
        let view = SessionView::read(app, operator, CsrfToken::of(&self.token)).await?;
        let cookies = AppendHeaders(self.cookies(app)?.map(|cookie| (SET_COOKIE, cookie)));
        Ok((cookies, Json(view)).into_response())
    }

    /// The cookies alone, for an answer that leads elsewhere: that of the session, and that which makes the
    /// device known.
    ///
    /// # Errors
    /// Never for a token that was drawn.
    pub fn cookies(&self, app: &App) -> Result<[HeaderValue; 2]> {
        Ok([self.token.to_cookie(app.bases())?, self.device.clone()])
    }
}

/// Starts a session for an operator who has proved who they are.
///
/// # Errors
/// The database's.
pub async fn start_session(app: &App, operator: Operator, browser: &Browser) -> Result<Response> {
    let starting = Starting::draw(app, &operator.id, browser)?;
    let session = starting.session().clone();
    app.store().write(async move |conn: &mut Conn<'_>| create_session(conn, &session).await).await?;
    starting.into_answer(app, operator).await
}

/// Who is signed in, and what they can reach.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    operator: OperatorView,
    /// To be sent as `X-CSRF-Token` with everything that changes something.
    csrf_token: CsrfToken,
    organizations: Vec<OrganizationView>,
    /// Whether the operator is an owner of the instance's oldest organization.
    is_instance_owner: bool,
    /// The address of the instance, without final slash.
    public_url: String,
}

/// A person who signs in to the dashboard.
#[derive(Serialize, ToSchema)]
pub struct OperatorView {
    id: OperatorId,
    email: String,
    name: String,
    /// False for those who only sign in through an issuer.
    has_password: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// An organization as one of its members sees it.
#[derive(Serialize, ToSchema)]
pub struct OrganizationView {
    id: OrganizationId,
    name: String,
    role: Role,
    projects: Vec<ProjectRef>,
}

/// A project's name.
#[derive(Serialize, ToSchema)]
pub struct ProjectRef {
    id: ProjectId,
    name: String,
    /// When it was deleted, while that can still be undone.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    deleted_at: Option<Timestamp>,
}

impl From<Operator> for OperatorView {
    fn from(operator: Operator) -> Self {
        Self {
            id: operator.id,
            email: operator.email.to_string(),
            name: operator.name,
            has_password: operator.has_password,
            created_at: operator.created_at,
        }
    }
}

impl OrganizationView {
    /// An organization with those of the projects that are its own.
    pub fn new(membership: Membership, projects: &[Project]) -> Self {
        let own = projects.iter().filter(|project| project.organization == membership.organization);
        let to_ref = |project: &Project| ProjectRef {
            id: project.id.clone(),
            name: project.name.clone(),
            deleted_at: project.deleted_at,
        };
        Self {
            projects: own.map(to_ref).collect(),
            id: membership.organization,
            name: membership.name,
            role: membership.role,
        }
    }
}

impl SessionView {
    async fn read(app: &App, operator: Operator, csrf_token: CsrfToken) -> Result<Self> {
        let id = &operator.id;
        let read = async |conn: &mut Conn<'_>| -> Result<_> {
            let memberships = list_memberships(conn, id).await?;
            let projects = list_projects_of(conn, id).await?;
            Ok((memberships, projects, is_instance_owner(conn, id).await?))
        };
        let (memberships, projects, is_instance_owner) = app.store().snapshot(read).await?;
        let organizations = memberships.into_iter();
        Ok(Self {
            organizations: organizations
                .map(|membership| OrganizationView::new(membership, &projects))
                .collect(),
            operator: operator.into(),
            csrf_token,
            is_instance_owner,
            public_url: app.bases().public_url().to_owned(),
        })
    }

    /// What the page of a running session learns.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(app: &App, caller: SignedIn) -> Result<Self> {
        Self::read(app, caller.operator, caller.csrf_token).await
    }
}

/// An issuer that operators can sign in through.
#[derive(Serialize, ToSchema)]
pub struct SingleSignOn {
    /// What to write on the button.
    name: String,
}

impl SingleSignOn {
    /// The issuer of the instance, if it has one.
    pub fn of(app: &App) -> Option<Self> {
        app.single_sign_on().map(|issuer| Self { name: issuer.name.clone() })
    }
}
