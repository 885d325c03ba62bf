//! The routes of organizations, members and invitations.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use engine::Conn;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Invitation, Inviter, Member, Membership, NewInvitation, Role};
use super::{invitations, store};
use crate::app::App;
use crate::auth::operator::caller::{InstanceOwner, OrganizationOperator};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::{Empty, Json};
use crate::http::fields::{Fields, FromBody};
use crate::http::query::PathIds;
use crate::id::{InvitationId, OperatorId, OrganizationId};
use crate::operators::fields::email_rule;
use crate::operators::model::Email;
use crate::operators::sign_in::OrganizationView;
use crate::projects::store::list_projects_of;
use crate::rules::{self, Broken};

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_organization))
        .routes(routes!(update_organization))
        .routes(routes!(list_members))
        .routes(routes!(update_member, remove_member))
        .routes(routes!(create_invitation))
        .routes(routes!(revoke_invitation))
        .merge(invitations::routes())
}

/// An organization's name.
#[derive(ToSchema)]
struct CreateOrganization {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
}

impl FromBody for CreateOrganization {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required("name", rules::name);
        Some(Self { name: name? })
    }
}

/// Creates an organization, with the caller as its first owner.
#[utoipa::path(post, path = "/api/organizations", tag = "members", security(("session" = [])),
    request_body = CreateOrganization, responses((status = 201, body = OrganizationView), Refusals))]
async fn create_organization(
    State(app): State<App>,
    InstanceOwner(caller): InstanceOwner,
    Json(body): Json<CreateOrganization>,
) -> Result<impl IntoResponse> {
    let organization: OrganizationId = app.ids().next(app.clock().now())?;
    let (act, owner) = (caller.act(&app)?, caller.operator.id);
    let (id, name) = (organization.clone(), body.name.clone());
    let write =
        async move |conn: &mut Conn<'_>| store::create_organization(conn, &id, &name, &owner, &act).await;
    app.store().write(write).await?;
    let membership = Membership { organization, name: body.name, role: Role::Owner };
    Ok((StatusCode::CREATED, Json(OrganizationView::new(membership, &[]))))
}

/// Renames an organization.
#[utoipa::path(put, path = "/api/organizations/{organization_id}", tag = "members",
    security(("session" = [])), params(("organization_id" = String, Path)),
    request_body = CreateOrganization,
    responses((status = 200, body = OrganizationView), Refusals, (status = 404, body = ErrorBody)))]
async fn update_organization(
    State(app): State<App>,
    caller: OrganizationOperator,
    Json(body): Json<CreateOrganization>,
) -> Result<Json<OrganizationView>> {
    let OrganizationOperator { caller, organization, role } = caller;
    let (act, operator) = (caller.act(&app)?, caller.operator.id);
    let (id, name) = (organization.clone(), body.name.clone());
    let write = async move |conn: &mut Conn<'_>| -> Result<_> {
        store::update_organization(conn, &id, &name, &act).await?;
        list_projects_of(conn, &operator).await
    };
    let projects = app.store().write(write).await?;
    let membership = Membership { organization, name: body.name, role };
    Ok(Json(OrganizationView::new(membership, &projects)))
}

/// Who belongs to an organization, and who is invited.
#[derive(Serialize, ToSchema)]
struct Members {
    members: Vec<MemberView>,
    invitations: Vec<InvitationView>,
}

/// A member as others see them.
#[derive(Serialize, ToSchema)]
struct MemberView {
    operator_id: OperatorId,
    email: String,
    name: String,
    role: Role,
    /// Whether it is the operator who asks.
    is_you: bool,
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_sign_in_at: Option<Timestamp>,
}

/// An invitation that can still be accepted.
#[derive(Serialize, ToSchema)]
struct InvitationView {
    id: InvitationId,
    role: Role,
    /// Who alone may accept it; `null` for whoever has the link.
    #[schema(required)]
    email: Option<String>,
    invited_by: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl MemberView {
    fn new(member: Member, caller: &OperatorId) -> Self {
        Self {
            is_you: member.operator == *caller,
            operator_id: member.operator,
            email: member.email,
            name: member.name,
            role: member.role,
            joined_at: member.joined_at,
            last_sign_in_at: member.last_sign_in_at,
        }
    }
}

impl From<Invitation> for InvitationView {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id,
            role: invitation.role,
            email: invitation.email,
            invited_by: invitation.invited_by,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// Lists an organization's members and its open invitations.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/members", tag = "members",
    security(("session" = [])), params(("organization_id" = String, Path)),
    responses((status = 200, body = Members), Refusals, (status = 404, body = ErrorBody)))]
async fn list_members(State(app): State<App>, caller: OrganizationOperator) -> Result<Json<Members>> {
    let (organization, now) = (&caller.organization, app.clock().now());
    let list = async |conn: &mut Conn<'_>| -> Result<_> {
        let members = store::list_members(conn, organization).await?;
        Ok((members, store::list_invitations(conn, organization, now).await?))
    };
    let (members, invitations) = app.store().snapshot(list).await?;
    let you = &caller.caller.operator.id;
    Ok(Json(Members {
        members: members.into_iter().map(|member| MemberView::new(member, you)).collect(),
        invitations: invitations.into_iter().map(InvitationView::from).collect(),
    }))
}

fn role_rule(raw: &RawValue) -> Result<Role, Broken> {
    let text = rules::string(raw)?;
    Role::parse(&text).ok_or_else(|| Broken::new("invalid_value", "must be owner, admin or member"))
}

/// A role.
#[derive(ToSchema)]
struct UpdateMember {
    role: Role,
}

impl FromBody for UpdateMember {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let role = fields.required("role", role_rule);
        Some(Self { role: role? })
    }
}

/// Gives a member another role.
#[utoipa::path(
    put, path = "/api/organizations/{organization_id}/members/{operator_id}", tag = "members",
    security(("session" = [])), request_body = UpdateMember,
    params(("organization_id" = String, Path), ("operator_id" = String, Path)),
    responses(
        (status = 200, description = "`{}`"),
        Refusals,
        (status = 404, body = ErrorBody),
        (status = 409, description = "The last owner must stay one", body = ErrorBody),
    )
)]
async fn update_member(
    State(app): State<App>,
    caller: OrganizationOperator,
    PathIds([_, operator]): PathIds<2>,
    Json(body): Json<UpdateMember>,
) -> Result<Empty> {
    let OrganizationOperator { caller, organization, .. } = caller;
    let (act, operator) = (caller.act(&app)?, OperatorId::named(operator));
    let by = caller.operator.id;
    let write = async move |conn: &mut Conn<'_>| {
        store::update_member(conn, &organization, &operator, body.role, (Some(&by), &act)).await
    };
    app.store().write(write).await?;
    Ok(Empty)
}

/// Removes a member; everyone may remove themselves.
#[utoipa::path(
    delete, path = "/api/organizations/{organization_id}/members/{operator_id}", tag = "members",
    security(("session" = [])),
    params(("organization_id" = String, Path), ("operator_id" = String, Path)),
    responses(
        (status = 200, description = "`{}`"),
        Refusals,
        (status = 404, body = ErrorBody),
        (status = 409, description = "The last owner cannot be removed", body = ErrorBody),
    )
)]
async fn remove_member(
    State(app): State<App>,
    caller: OrganizationOperator,
    PathIds([_, operator]): PathIds<2>,
) -> Result<Empty> {
    let OrganizationOperator { caller, organization, .. } = caller;
    let (act, operator) = (caller.act(&app)?, OperatorId::named(operator));
    let by = caller.operator.id;
    let write = async move |conn: &mut Conn<'_>| {
        store::delete_member(conn, &organization, &operator, (Some(&by), &act)).await
    };
    app.store().write(write).await?;
    Ok(Empty)
}

/// Whom to invite, and as what.
#[derive(ToSchema)]
struct CreateInvitation {
    role: Role,
    /// Who alone may accept it; left out or `null` for whoever has the link.
    #[schema(value_type = Option<String>, format = Email)]
    email: Option<Email>,
}

impl FromBody for CreateInvitation {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let role = fields.required("role", role_rule);
        let email = fields.nullable("email", email_rule);
        Some(Self { role: role?, email: email?.flatten() })
    }
}

/// An invitation and its link, which is shown this once.
#[derive(Serialize, ToSchema)]
struct CreatedInvitation {
    invitation: InvitationView,
    link: String,
}

/// Makes a link that lets somebody join the organization within 7 days. Only owners invite owners.
#[utoipa::path(
    post, path = "/api/organizations/{organization_id}/invitations", tag = "members",
    security(("session" = [])), params(("organization_id" = String, Path)),
    request_body = CreateInvitation,
    responses((status = 201, body = CreatedInvitation), Refusals, (status = 404, body = ErrorBody))
)]
async fn create_invitation(
    State(app): State<App>,
    caller: OrganizationOperator,
    Json(body): Json<CreateInvitation>,
) -> Result<impl IntoResponse> {
    let OrganizationOperator { caller, organization, .. } = caller;
    let inviter = Inviter { operator: Some(caller.operator.id.clone()), name: caller.operator.name.clone() };
    let email = body.email.map(|email| email.to_string());
    let now = app.clock().now();
    let (new, token) = NewInvitation::draw(app.ids(), organization, body.role, email, inviter, now)?;
    let view = InvitationView {
        id: new.id.clone(),
        role: new.role,
        email: new.email.clone(),
        invited_by: new.inviter.name.clone(),
        created_at: new.created_at,
        expires_at: new.expires_at(),
    };
    let act = caller.act(&app)?;
    app.store().write(async move |conn| store::create_invitation(conn, &new, &act).await).await?;
    let link = token.link(app.bases().public_url());
    Ok((StatusCode::CREATED, Json(CreatedInvitation { invitation: view, link })))
}

/// Takes an invitation back.
#[utoipa::path(
    delete, path = "/api/organizations/{organization_id}/invitations/{invitation_id}", tag = "members",
    security(("session" = [])),
    params(("organization_id" = String, Path), ("invitation_id" = String, Path)),
    responses((status = 200, description = "`{}`"), Refusals, (status = 404, body = ErrorBody))
)]
async fn revoke_invitation(
    State(app): State<App>,
    caller: OrganizationOperator,
    PathIds([_, id]): PathIds<2>,
) -> Result<Empty> {
    let (act, organization) = (caller.caller.act(&app)?, caller.organization);
    let id = InvitationId::named(id);
    let write =
        async move |conn: &mut Conn<'_>| store::delete_invitation(conn, &organization, &id, &act).await;
    if app.store().write(write).await? { Ok(Empty) } else { Err(Error::not_found("Invitation not found")) }
}
