//! The routes that start, continue and claim a session.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use engine::Conn;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::limits::{MintLimit, RefreshLimit};
use super::store::{CLAIMED_AT_ONCE, claim_threads, create_session, extend_session};
use super::{LIFETIME_MS, RefreshToken, not_allowed};
use crate::app::App;
use crate::auth::caller::{BaseProject, Member};
use crate::auth::directory::KnownProject;
use crate::auth::workspace_token;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::fields::{Fields, FromBody};
use crate::id::{UserId, WorkspaceId};
use crate::rules;

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_anonymous_session))
        .routes(routes!(refresh_anonymous_session))
        .routes(routes!(claim_anonymous_threads))
}

/// A visitor's session.
#[derive(Serialize, ToSchema)]
struct SessionView {
    refresh_token: RefreshTokenView,
    /// A workspace token, good for five minutes.
    access_token: String,
}

#[derive(Serialize, ToSchema)]
struct RefreshTokenView {
    #[schema(example = "refresh_0…")]
    token: String,
    /// 30 days after the last use.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl SessionView {
    fn new(
        app: &App,
        project: &KnownProject,
        user: &UserId,
        token: &RefreshToken,
        end: Timestamp,
    ) -> Result<Self> {
        let workspace = WorkspaceId::of_user(user);
        Ok(Self {
            refresh_token: RefreshTokenView { token: token.reveal().to_owned(), expires_at: end },
            access_token: workspace_token::mint(app, project, user, &workspace)?,
        })
    }
}

/// Names a session by its refresh token. Other members are ignored.
#[derive(ToSchema)]
struct SessionRef {
    #[schema(example = "refresh_0…")]
    refresh_token: String,
}

impl FromBody for SessionRef {
    const STRICT: bool = false;

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let refresh_token = fields.required("refresh_token", rules::non_empty);
        Some(Self { refresh_token: refresh_token? })
    }
}

/// The project of the base, if it lets visitors in. Asked for before the body is looked at.
struct OpenProject(Arc<KnownProject>);

impl FromRequestParts<App> for OpenProject {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let BaseProject(project) = BaseProject::from_request_parts(parts, app).await?;
        if project.settings().anonymous_access { Ok(Self(project)) } else { Err(not_allowed()) }
    }
}

/// A caller who is not a visitor. Asked for before the body is looked at.
struct KnownMember(Member);

impl FromRequestParts<App> for KnownMember {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let member = Member::from_request_parts(parts, app).await?;
        if member.user.is_anonymous() {
            return Err(Error::forbidden("Anonymous sessions cannot claim threads"));
        }
        Ok(Self(member))
    }
}

/// Starts a session for a visitor without credential. The visitor is a new user in a workspace of the
/// same name.
#[utoipa::path(
    post, path = "/v1/auth/tokens/anonymous", tag = "auth",
    responses(
        (status = 200, body = SessionView),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
async fn create_anonymous_session(
    State(app): State<App>,
    _: MintLimit,
    OpenProject(project): OpenProject,
) -> Result<Json<SessionView>> {
    let user = app.ids().visitor()?;
    let token = RefreshToken::draw(app.ids())?;
    let now = app.clock().now();
    let end = now.plus_millis(LIFETIME_MS);
    let (id, hash, visitor) = (project.id().clone(), token.hash(), user.clone());
    app.store().write(async move |conn| create_session(conn, &id, &hash, &visitor, now, end).await).await?;
    SessionView::new(&app, &project, &user, &token, end).map(Json)
}

/// Goes on with a visitor's session. The refresh token stays the same, so a lost answer can be asked
/// for again; its 30 days start anew.
#[utoipa::path(
    post, path = "/v1/auth/tokens/refresh", tag = "auth", request_body = SessionRef,
    responses(
        (status = 200, body = SessionView),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
async fn refresh_anonymous_session(
    State(app): State<App>,
    _: RefreshLimit,
    OpenProject(project): OpenProject,
    Json(body): Json<SessionRef>,
) -> Result<Json<SessionView>> {
    let token = RefreshToken::parse(body.refresh_token)?;
    let now = app.clock().now();
    let end = now.plus_millis(LIFETIME_MS);
    let (id, hash) = (project.id().clone(), token.hash());
    let user = app.store().write(async move |conn| extend_session(conn, &id, &hash, now, end).await).await?;
    SessionView::new(&app, &project, &user, &token, end).map(Json)
}

/// How many threads changed hands.
#[derive(Serialize, ToSchema)]
struct ClaimView {
    moved: u64,
}

/// Moves a visitor's threads into the caller's workspace: for visitors who have just signed in.
#[utoipa::path(
    post, path = "/v1/threads/claim", tag = "threads", request_body = SessionRef,
    security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, body = ClaimView),
        Refusals,
    )
)]
async fn claim_anonymous_threads(
    State(app): State<App>,
    KnownMember(caller): KnownMember,
    Json(body): Json<SessionRef>,
) -> Result<Json<ClaimView>> {
    let hash = RefreshToken::parse(body.refresh_token)?.hash();
    let now = app.clock().now();
    let caller = Arc::new(caller);
    let mut moved = 0;
    loop {
        let caller = caller.clone();
        let claim = async move |conn: &mut Conn<'_>| {
            claim_threads(conn, &caller.scope, &caller.user, &hash, now).await
        };
        let some = app.store().write(claim).await?;
        moved += some;
        if some < CLAIMED_AT_ONCE {
            return Ok(Json(ClaimView { moved }));
        }
    }
}
