//! The routes by which operators come in and look after their account.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::Conn;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::{email_rule, password_rule, wrong_password};
use super::model::{Email, NewOperator, Operator, Session};
use super::password::{Owner, Password};
use super::sign_in::{Browser, OperatorView, SessionView, SingleSignOn, Starting};
use super::{known_device, setup, store};
use crate::app::App;
use crate::audit::model::{Act, Actor};
use crate::auth::api_key;
use crate::auth::operator::caller::SignedIn;
use crate::auth::operator::session;
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::{Empty, Json};
use crate::http::fields::{Fields, FromBody};
use crate::http::query::PathIds;
use crate::id::SessionId;
use crate::instance::store::first_organization;
use crate::members::model::Role;
use crate::members::store::create_member;
use crate::rules;

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_status))
        .routes(routes!(create_owner))
        .routes(routes!(sign_in, read_session, sign_out))
        .routes(routes!(reset_password))
        .routes(routes!(update_account))
        .routes(routes!(change_password))
        .routes(routes!(list_sessions, sign_out_everywhere))
        .routes(routes!(end_session))
        .merge(super::sso::routes::routes())
}

/// What a page needs to know before anyone is signed in.
#[derive(Serialize, ToSchema)]
struct Status {
    /// Nobody can sign in yet: the setup link is the way in.
    setup_needed: bool,
    /// The issuer that operators can sign in through.
    #[schema(required)]
    single_sign_on: Option<SingleSignOn>,
}

/// Tells how one gets in.
#[utoipa::path(get, path = "/api/status", tag = "session", responses((status = 200, body = Status)))]
async fn read_status(State(app): State<App>) -> Result<Json<Status>> {
    let has_operators = app.store().read(async |conn| store::has_operators(conn).await).await?;
    Ok(Json(Status { setup_needed: !has_operators, single_sign_on: SingleSignOn::of(&app) }))
}

/// The first operator.
#[derive(ToSchema)]
struct CreateOwner {
    /// The secret of the setup link.
    token: String,
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    #[schema(value_type = String, format = Email)]
    email: Email,
    /// 10 to 128 characters, not easy to guess.
    #[schema(value_type = String, format = Password)]
    password: Password,
}

impl FromBody for CreateOwner {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let token = fields.required("token", rules::non_empty);
        let name = fields.required("name", rules::name);
        let email = fields.required("email", email_rule);
        let password = fields.required("password", password_rule);
        Some(Self { token: token?, name: name?, email: email?, password: password? })
    }
}

/// Creates the first operator, an owner of the instance's organization, and signs them in. Works once.
#[utoipa::path(
    post, path = "/api/setup", tag = "session", request_body = CreateOwner,
    responses(
        (status = 201, body = SessionView),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
async fn create_owner(
    State(app): State<App>,
    browser: Browser,
    Json(body): Json<CreateOwner>,
) -> Result<Response> {
    let now = app.clock().now();
    app.attempts().begin_from(browser.address.household(), now)?;
    setup::check(app.directory().vault(), &body.token)?;
    let owner = Owner::new(&body.name, &body.email);
    let password_hash = Some(app.passwords().hash(body.password, owner, "password").await?);
    let new =
        NewOperator { id: app.ids().next(now)?, email: body.email, name: body.name, password_hash, now };
    let starting = Starting::draw(&app, &new.id, &browser)?;
    let operator = Operator::from(&new);
    let act = Act::new(app.ids(), Actor::operator(&operator), now)?;
    let session = starting.session().clone();
    let write = async move |conn: &mut Conn<'_>| -> Result<()> {
        store::lock_instance(conn).await?;
        if store::has_operators(conn).await? {
            return Err(setup::over());
        }
        let organization = first_organization(conn).await?;
        let organization = organization.ok_or_else(|| Error::internal("the instance has no organization"))?;
        store::create_operator(conn, &new).await?;
        create_member(conn, &organization, &new.id, Role::Owner, &act).await?;
        store::create_session(conn, &session).await
    };
    app.store().write(write).await?;
    let mut answer = starting.into_answer(&app, operator).await?;
    *answer.status_mut() = StatusCode::CREATED;
    Ok(answer)
}

/// An e-mail address and a password.
#[derive(ToSchema)]
struct SignIn {
    #[schema(format = Email)]
    email: String,
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

impl FromBody for SignIn {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let email = fields.required("email", rules::text(1, 254));
        let password = fields.required("password", rules::text(1, 1_000));
        Some(Self { email: email?, password: Secret::new(password?) })
    }
}

/// Signs an operator in: the answer sets the session's cookie.
#[utoipa::path(
    post, path = "/api/session", tag = "session", request_body = SignIn,
    responses(
        (status = 200, body = SessionView),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
async fn sign_in(
    State(app): State<App>,
    browser: Browser,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<Response> {
    let wrong = || Error::unauthenticated("Wrong e-mail or password");
    let address = browser.address.household();
    let email = Email::parse(&body.email).ok_or_else(wrong)?;
    let now = app.clock().now();
    let found = app.store().read(async |conn| store::find_password_hash(conn, &email).await).await?;
    let (operator, hash) = found.unzip();
    let id = operator.as_ref().map(|operator| operator.id.clone());
    let known = id.as_ref().filter(|id| known_device::is_known(&app, &headers, id, now));
    let attempt = app.attempts().begin(&email, address, known, now)?;
    let hash = hash.flatten();
    let fits = app.passwords().verify(body.password, hash.clone(), attempt.is_known()).await?;
    let (operator, proved) = operator.zip(hash).filter(|_| fits).ok_or_else(wrong)?;
    let starting = Starting::draw(&app, &operator.id, &browser)?;
    let session = starting.session().clone();
    let write = async move |conn: &mut Conn<'_>| -> Result<()> {
        // Whoever knew the password before it was changed is not let in by an attempt that began earlier.
        if !store::is_password_hash(conn, &session.operator, &proved).await? {
            return Err(wrong());
        }
        store::create_session(conn, &session).await
    };
    app.store().write(write).await?;
    attempt.succeed();
    starting.into_answer(&app, operator).await
}

/// Tells who is signed in and what they can reach.
#[utoipa::path(get, path = "/api/session", tag = "session", security(("session" = [])),
    responses((status = 200, body = SessionView), (status = 401, body = ErrorBody)))]
async fn read_session(State(app): State<App>, caller: SignedIn) -> Result<Json<SessionView>> {
    SessionView::of(&app, caller).await.map(Json)
}

/// Signs out: the session ends, here and in the database.
#[utoipa::path(delete, path = "/api/session", tag = "session", security(("session" = [])),
    responses((status = 200, description = "`{}`"), (status = 401, body = ErrorBody)))]
async fn sign_out(State(app): State<App>, caller: SignedIn) -> Result<impl IntoResponse> {
    let (operator, id) = (caller.operator.id, caller.session.id);
    app.store().write(async move |conn| store::delete_session(conn, &operator, &id).await).await?;
    Ok(([(SET_COOKIE, session::removal(app.bases())?)], Empty))
}

/// A new password, by a link.
#[derive(ToSchema)]
struct ResetPassword {
    /// The secret of the link that `threadkeep members reset-password` printed.
    token: String,
    /// 10 to 128 characters, not easy to guess.
    #[schema(value_type = String, format = Password)]
    password: Password,
}

impl FromBody for ResetPassword {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let token = fields.required("token", rules::non_empty);
        let password = fields.required("password", password_rule);
        Some(Self { token: token?, password: password? })
    }
}

/// Sets a password by a link, ends the operator's other sessions and signs them in.
#[utoipa::path(
    post, path = "/api/password-reset", tag = "session", request_body = ResetPassword,
    responses(
        (status = 200, body = SessionView),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
async fn reset_password(
    State(app): State<App>,
    browser: Browser,
    Json(body): Json<ResetPassword>,
) -> Result<Response> {
    let now = app.clock().now();
    app.attempts().begin_from(browser.address.household(), now)?;
    let link = api_key::hash(&body.token);
    let over = || {
        Error::forbidden("The link is not valid")
            .with_help("It was used, or is older than an hour: ask for another one")
    };
    let found = app.store().read(async |conn| store::find_reset(conn, &link, now).await).await?;
    let operator = found.ok_or_else(over)?;
    let password_hash = app.passwords().hash(body.password, (&operator).into(), "password").await?;
    let starting = Starting::draw(&app, &operator.id, &browser)?;
    let session = starting.session().clone();
    let write = async move |conn: &mut Conn<'_>| -> Result<()> {
        let operator = store::take_reset(conn, &link, now).await?.ok_or_else(over)?;
        store::reset_password(conn, &operator, &password_hash, now).await?;
        store::create_session(conn, &session).await
    };
    app.store().write(write).await?;
    starting.into_answer(&app, Operator { has_password: true, ..operator }).await
}

/// What an operator is called.
#[derive(ToSchema)]
struct UpdateAccount {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
}

impl FromBody for UpdateAccount {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required("name", rules::name);
        Some(Self { name: name? })
    }
}

/// Changes what the operator is called.
#[utoipa::path(put, path = "/api/account", tag = "account", security(("session" = [])),
    request_body = UpdateAccount, responses((status = 200, body = OperatorView), Refusals))]
async fn update_account(
    State(app): State<App>,
    caller: SignedIn,
    Json(body): Json<UpdateAccount>,
) -> Result<Json<OperatorView>> {
    let (id, now) = (caller.operator.id.clone(), app.clock().now());
    let name = body.name.clone();
    app.store().write(async move |conn| store::update_name(conn, &id, &name, now).await).await?;
    Ok(Json(Operator { name: body.name, ..caller.operator }.into()))
}

/// The password now and the new one.
#[derive(ToSchema)]
struct ChangePassword {
    /// `null` for an operator who has none yet.
    #[schema(value_type = Option<String>, format = Password, required)]
    current_password: Option<Secret>,
    /// 10 to 128 characters, not easy to guess.
    #[schema(value_type = String, format = Password)]
    new_password: Password,
}

impl FromBody for ChangePassword {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let current = fields.required("current_password", rules::or_null(rules::text(0, 1_000)));
        let new_password = fields.required("new_password", password_rule);
        Some(Self { current_password: current?.map(Secret::new), new_password: new_password? })
    }
}

/// Changes the operator's password and ends all of their other sessions.
#[utoipa::path(
    put, path = "/api/account/password", tag = "account", security(("session" = [])),
    request_body = ChangePassword,
    responses((status = 200, description = "`{}`"), Refusals, (status = 429, body = ErrorBody))
)]
async fn change_password(
    State(app): State<App>,
    caller: SignedIn,
    Json(body): Json<ChangePassword>,
) -> Result<Empty> {
    let (email, now) = (&caller.operator.email, app.clock().now());
    let attempt = app.attempts().begin_known(&caller.operator.id, now)?;
    let found = app.store().read(async |conn| store::find_password_hash(conn, email).await).await?;
    let proved = found.and_then(|(_, hash)| hash);
    if let Some(hash) = proved.clone() {
        let current = body.current_password.unwrap_or_else(|| Secret::new(""));
        if !app.passwords().verify(current, Some(hash), true).await? {
            return Err(wrong_password("current_password"));
        }
    }
    attempt.succeed();
    let owner = Owner::from(&caller.operator);
    let password_hash = app.passwords().hash(body.new_password, owner, "new_password").await?;
    let (id, kept) = (caller.operator.id, caller.session.id);
    let write = async move |conn: &mut Conn<'_>| -> Result<()> {
        let is_changed = store::change_password(conn, &id, (proved.as_deref(), &password_hash), &kept, now);
        if is_changed.await? { Ok(()) } else { Err(wrong_password("current_password")) }
    };
    app.store().write(write).await?;
    Ok(Empty)
}

/// A browser in which an operator is signed in.
#[derive(Serialize, ToSchema)]
struct SignInSession {
    id: SessionId,
    /// Whether it is the one that asks.
    is_current: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// To within a few minutes.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// When it ends unless it is used again.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    #[schema(required)]
    user_agent: Option<String>,
    #[schema(required)]
    address: Option<String>,
}

/// Where an operator is signed in.
#[derive(Serialize, ToSchema)]
struct SignInSessions {
    sessions: Vec<SignInSession>,
}

impl SignInSession {
    fn new(session: Session, current: &SessionId) -> Self {
        Self {
            is_current: session.id == *current,
            id: session.id,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent,
            address: session.address,
        }
    }
}

/// Lists where the operator is signed in, the last used first.
#[utoipa::path(get, path = "/api/account/sessions", tag = "account", security(("session" = [])),
    responses((status = 200, body = SignInSessions), Refusals))]
async fn list_sessions(State(app): State<App>, caller: SignedIn) -> Result<Json<SignInSessions>> {
    let (id, now) = (&caller.operator.id, app.clock().now());
    let sessions = app.store().read(async |conn| store::list_sessions(conn, id, now).await).await?;
    let current = &caller.session.id;
    let sessions = sessions.into_iter().map(|session| SignInSession::new(session, current)).collect();
    Ok(Json(SignInSessions { sessions }))
}

/// Ends every session of the operator, this one too.
#[utoipa::path(delete, path = "/api/account/sessions", tag = "account", security(("session" = [])),
    responses((status = 200, description = "`{}`"), Refusals))]
async fn sign_out_everywhere(State(app): State<App>, caller: SignedIn) -> Result<impl IntoResponse> {
    let id = caller.operator.id;
    app.store().write(async move |conn| store::delete_sessions(conn, &id).await).await?;
    Ok(([(SET_COOKIE, session::removal(app.bases())?)], Empty))
}

/// Ends one of the operator's sessions.
#[utoipa::path(delete, path = "/api/account/sessions/{session_id}", tag = "account",
    security(("session" = [])), params(("session_id" = String, Path)),
    responses((status = 200, description = "`{}`"), Refusals, (status = 404, body = ErrorBody)))]
async fn end_session(State(app): State<App>, caller: SignedIn, PathIds([id]): PathIds<1>) -> Result<Empty> {
    let (operator, id) = (caller.operator.id, SessionId::named(id));
    let ended =
        app.store().write(async move |conn| store::delete_session(conn, &operator, &id).await).await?;
    if ended { Ok(Empty) } else { Err(Error::not_found("Session not found")) }
}
