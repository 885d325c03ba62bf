//! The routes of those who follow an invitation's link.

use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use engine::Conn;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Invitation, Role};
use super::store;
use crate::app::App;
use crate::audit::model::{Act, Actor};
use crate::auth::api_key::{Hash, hash};
use crate::auth::operator::caller::SignedIn;
use crate::auth::operator::session::SessionToken;
use crate::error::{Error, Result};
use crate::http::error::ErrorBody;
use crate::http::extract::Json;
use crate::http::fields::{Fields, FromBody};
use crate::operators::fields::{email_rule, password_rule};
use crate::operators::model::{Email, Identity, NewOperator, Operator};
use crate::operators::password::{Owner, Password};
use crate::operators::sign_in::{Browser, SessionView, start_session};
use crate::operators::store::{create_identity, create_operator};
use crate::rules::{self, Broken};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(inspect_invitation)).routes(routes!(accept_invitation))
}

/// The refusal of a link that leads nowhere.
pub fn not_found() -> Error {
    Error::not_found("Invitation not found")
        .with_help("The link was used, taken back, or is older than 7 days: ask for another one")
}

/// The secret of an invitation's link.
#[derive(ToSchema)]
struct InspectInvitation {
    token: String,
}

impl FromBody for InspectInvitation {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let token = fields.required("token", rules::non_empty);
        Some(Self { token: token? })
    }
}

/// What an invitation offers.
#[derive(Serialize, ToSchema)]
struct InvitationPreview {
    organization_name: String,
    role: Role,
    /// Who alone may accept it; `null` for whoever has the link.
    #[schema(required)]
    email: Option<String>,
    invited_by: String,
}

/// Tells what an invitation offers.
#[utoipa::path(
    post, path = "/api/invitations/inspect", tag = "session", request_body = InspectInvitation,
    responses(
        (status = 200, body = InvitationPreview),
        (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
async fn inspect_invitation(
    State(app): State<App>,
    browser: Browser,
    Json(body): Json<InspectInvitation>,
) -> Result<Json<InvitationPreview>> {
    let (link, now) = (hash(&body.token), app.clock().now());
    let found = app.store().read(async |conn| store::find_invitation(conn, &link, now).await).await?;
    let Some(found) = found else {
        app.attempts().begin_from(browser.address.household(), now)?;
        return Err(not_found());
    };
    Ok(Json(InvitationPreview {
        organization_name: found.organization_name,
        role: found.role,
        email: found.email,
        invited_by: found.invited_by,
    }))
}

/// Somebody who follows an invitation. An operator who is signed in sends the token alone.
#[derive(ToSchema)]
struct AcceptInvitation {
    /// The secret of the link.
    token: String,
    #[schema(min_length = 1, max_length = 255, nullable = false)]
    name: Option<String>,
    #[schema(value_type = Option<String>, format = Email, nullable = false)]
    email: Option<Email>,
    /// 10 to 128 characters, not easy to guess.
    #[schema(value_type = Option<String>, format = Password, nullable = false)]
    password: Option<Password>,
}

impl FromBody for AcceptInvitation {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let token = fields.required("token", rules::non_empty);
        let name = fields.optional("name", rules::name);
        let email = fields.optional("email", email_rule);
        let password = fields.optional("password", password_rule);
        Some(Self { token: token?, name: name?, email: email?, password: password? })
    }
}

/// The operator of the session that the request brings, if it brings one.
struct MaybeSignedIn(Option<SignedIn>);

impl FromRequestParts<App> for MaybeSignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if !brings_session(&parts.headers, app) {
            return Ok(Self(None));
        }
        match SignedIn::from_request_parts(parts, app).await {
            Ok(caller) => Ok(Self(Some(caller))),
            // A session that is over is none.
            Err(error) if *error.kind() == crate::error::Kind::Unauthenticated => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

fn brings_session(headers: &HeaderMap, app: &App) -> bool {
    !SessionToken::read_all(headers, app.bases()).is_empty()
}

/// Joins the organization of an invitation, as the operator who is signed in or as a new one.
#[utoipa::path(
    post, path = "/api/invitations/accept", tag = "session", request_body = AcceptInvitation,
    responses(
        (status = 200, body = SessionView),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, description = "There is an operator with this address", body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
async fn accept_invitation(
    State(app): State<App>,
    browser: Browser,
    MaybeSignedIn(caller): MaybeSignedIn,
    Json(body): Json<AcceptInvitation>,
) -> Result<Response> {
    let now = app.clock().now();
    let link = hash(&body.token);
    let found = app.store().read(async |conn| store::find_invitation(conn, &link, now).await).await?;
    let Some(found) = found else {
        app.attempts().begin_from(browser.address.household(), now)?;
        return Err(not_found());
    };
    if let Some(caller) = caller {
        check_address(&found, &caller.operator.email)?;
        join(&app, caller.operator.clone(), link).await?;
        return start_session(&app, caller.operator, &browser).await;
    }
    let new = new_operator(&app, body, &found).await?;
    let operator = Operator::from(&new);
    join_as(&app, new, link, None).await?;
    start_session(&app, operator, &browser).await
}

/// Makes an operator a member, and uses the invitation up.
///
/// # Errors
/// 404 when it was used meanwhile, or the database's.
pub async fn join(app: &App, operator: Operator, link: Hash) -> Result<()> {
    let now = app.clock().now();
    let act = Act::new(app.ids(), Actor::operator(&operator), now)?;
    let write = async move |conn: &mut Conn<'_>| -> Result<()> {
        let invitation = store::take_invitation(conn, &link, now).await?.ok_or_else(not_found)?;
        store::create_member(conn, &invitation.organization, &operator.id, invitation.role, &act).await
    };
    app.store().write(write).await
}

/// As [`join`], for somebody who becomes an operator by it, known from then on by an account at an issuer if
/// they have one.
///
/// # Errors
/// As [`join`], and 409 when the address is an operator's already.
pub async fn join_as(app: &App, new: NewOperator, link: Hash, identity: Option<Identity>) -> Result<()> {
    let act = Act::new(app.ids(), Actor::operator(&Operator::from(&new)), new.now)?;
    let write = async move |conn: &mut Conn<'_>| -> Result<()> {
        let invitation = store::take_invitation(conn, &link, new.now).await?.ok_or_else(not_found)?;
        if !create_operator(conn, &new).await? {
            return Err(Error::conflict("There is an operator with this address")
                .with_help("Sign in first, then follow the link again"));
        }
        if let Some(identity) = &identity {
            create_identity(conn, &new.id, identity, new.now).await?;
        }
        store::create_member(conn, &invitation.organization, &new.id, invitation.role, &act).await
    };
    app.store().write(write).await
}

async fn new_operator(app: &App, body: AcceptInvitation, invitation: &Invitation) -> Result<NewOperator> {
    let AcceptInvitation { name, email, password, .. } = body;
    let given = [("name", name.is_some()), ("email", email.is_some()), ("password", password.is_some())];
    let (Some(name), Some(email), Some(password)) = (name, email, password) else {
        let missing = given.into_iter().filter(|(_, is_given)| !is_given);
        let issue = |(name, _): (&str, bool)| Broken::new("invalid_type", "is required").into_issue(name);
        return Err(Error::invalid(missing.map(issue).collect()));
    };
    check_address(invitation, &email)?;
    let now = app.clock().now();
    let password_hash = Some(app.passwords().hash(password, Owner::new(&name, &email), "password").await?);
    Ok(NewOperator { id: app.ids().next(now)?, email, name, password_hash, now })
}

/// Refuses somebody whom an invitation does not mean.
///
/// # Errors
/// 403.
pub fn check_address(invitation: &Invitation, email: &Email) -> Result<()> {
    match &invitation.email {
        Some(meant) if meant != email.as_str() => {
            Err(Error::forbidden("The invitation is for another address")
                .with_help("Sign out, or ask for an invitation for your own address"))
        }
        _ => Ok(()),
    }
}
