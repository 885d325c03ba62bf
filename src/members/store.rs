//! The queries on organizations, their members and invitations.

use engine::{Conn, Row};
use serde_json::{Value, json};

use super::model::{Invitation, Member, Membership, NewInvitation, Organization, Role};
use crate::audit::model::{Act, Change};
use crate::audit::store::append_organization_entry;
use crate::auth::api_key::Hash;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{InvitationId, OperatorId, OrganizationId};

fn to_role(row: &Row<'_>, index: usize) -> engine::Result<Role> {
    // The table takes no other text.
    Ok(Role::parse(row.text(index)?).unwrap_or(Role::Member))
}

/// What an operator is in an organization.
///
/// # Errors
/// The database's.
pub async fn find_role(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    operator: &OperatorId,
) -> Result<Option<Role>> {
    let sql = "SELECT role FROM members WHERE organization_id = ?1 AND operator_id = ?2";
    Ok(conn.first(sql, &[organization, operator], |row| to_role(row, 0)).await?)
}

/// Whether an operator is an owner of the instance: of its oldest organization.
///
/// # Errors
/// The database's.
pub async fn is_instance_owner(conn: &mut Conn<'_>, operator: &OperatorId) -> Result<bool> {
    let sql = "SELECT 1 FROM members WHERE operator_id = ?1 AND role = 'owner' AND organization_id =
                   (SELECT id FROM organizations ORDER BY created_at, id LIMIT 1)";
    Ok(conn.first(sql, &[operator], |_| Ok(())).await?.is_some())
}

/// The organizations that an operator is a member of, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_memberships(conn: &mut Conn<'_>, operator: &OperatorId) -> Result<Vec<Membership>> {
    let sql = "SELECT o.id, o.name, m.role FROM members m JOIN organizations o ON o.id = m.organization_id
               WHERE m.operator_id = ?1 ORDER BY o.created_at, o.id";
    let to_membership = |row: &Row<'_>| {
        Ok(Membership { organization: row.get(0)?, name: row.get(1)?, role: to_role(row, 2)? })
    };
    Ok(conn.all(sql, &[operator], to_membership).await?)
}

/// Every organization, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_organizations(conn: &mut Conn<'_>) -> Result<Vec<Organization>> {
    let sql = "SELECT id, name, created_at,
                      (SELECT COUNT(*) FROM members m WHERE m.organization_id = o.id),
                      (SELECT COUNT(*) FROM projects p WHERE p.organization_id = o.id)
               FROM organizations o ORDER BY created_at, id";
    let to_organization = |row: &Row<'_>| {
        Ok(Organization {
            id: row.get(0)?,
            name: row.get(1)?,
            created_at: Timestamp::from_millis(row.get(2)?),
            members: row.get(3)?,
            projects: row.get(4)?,
        })
    };
    Ok(conn.all(sql, &[], to_organization).await?)
}

/// How many organizations there are.
///
/// # Errors
/// The database's.
pub async fn count_organizations(conn: &mut Conn<'_>) -> Result<i64> {
    Ok(conn.first("SELECT COUNT(*) FROM organizations", &[], |row| row.get(0)).await?.unwrap_or(0))
}

/// Creates an organization with its first owner.
///
/// # Errors
/// The database's.
pub async fn create_organization(
    conn: &mut Conn<'_>,
    id: &OrganizationId,
    name: &str,
    owner: &OperatorId,
    act: &Act,
) -> Result<()> {
    let sql = "INSERT INTO organizations (id, name, created_at) VALUES (?1, ?2, ?3)";
    conn.execute(sql, &[id, &name, &act.at.millis()]).await?;
    insert_member(conn, id, owner, Role::Owner, act.at).await?;
    let after = Some(json!({ "name": name, "owner": owner }));
    record(conn, id, ("organization.create", "organization", id.as_str()), None, after, act).await
}

/// Renames an organization.
///
/// # Errors
/// The database's.
pub async fn update_organization(
    conn: &mut Conn<'_>,
    id: &OrganizationId,
    name: &str,
    act: &Act,
) -> Result<()> {
    lock(conn, id).await?;
    let sql = "SELECT name FROM organizations WHERE id = ?1";
    let before = conn.first(sql, &[id], |row| row.get::<String>(0)).await?;
    conn.execute("UPDATE organizations SET name = ?2 WHERE id = ?1", &[id, &name]).await?;
    let (before, after) = (json!({ "name": before }), json!({ "name": name }));
    record(conn, id, ("organization.update", "organization", id.as_str()), Some(before), Some(after), act)
        .await
}

/// An organization's members, owners first, then by name.
///
/// # Errors
/// The database's.
pub async fn list_members(conn: &mut Conn<'_>, organization: &OrganizationId) -> Result<Vec<Member>> {
    let sql = "SELECT o.id, o.email, o.name, m.role, m.created_at, o.last_sign_in_at
               FROM members m JOIN operators o ON o.id = m.operator_id WHERE m.organization_id = ?1
               ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END, o.name, o.id";
    let to_member = |row: &Row<'_>| {
        Ok(Member {
            operator: row.get(0)?,
            email: row.get(1)?,
            name: row.get(2)?,
            role: to_role(row, 3)?,
            joined_at: Timestamp::from_millis(row.get(4)?),
            last_sign_in_at: row.get::<Option<i64>>(5)?.map(Timestamp::from_millis),
        })
    };
    Ok(conn.all(sql, &[organization], to_member).await?)
}

async fn insert_member(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    operator: &OperatorId,
    role: Role,
    now: Timestamp,
) -> Result<bool> {
    let sql = "INSERT INTO members (organization_id, operator_id, role, created_at)
               VALUES (?1, ?2, ?3, ?4) ON CONFLICT (organization_id, operator_id) DO NOTHING";
    Ok(conn.execute(sql, &[organization, operator, &role.as_str(), &now.millis()]).await? > 0)
}

/// Makes an operator a member; somebody who is one already keeps their role.
///
/// # Errors
/// The database's.
pub async fn create_member(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    operator: &OperatorId,
    role: Role,
    act: &Act,
) -> Result<()> {
    lock(conn, organization).await?;
    if !insert_member(conn, organization, operator, role, act.at).await? {
        return Ok(());
    }
    let after = Some(json!({ "role": role }));
    record(conn, organization, ("member.create", "member", operator.as_str()), None, after, act).await
}

/// Gives a member another role.
///
/// # Errors
/// 404 when they are no member, 403 when `by` may not, 409 when they are the last owner, or the
/// database's.
pub async fn update_member(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    operator: &OperatorId,
    role: Role,
    (by, act): (Option<&OperatorId>, &Act),
) -> Result<()> {
    lock(conn, organization).await?;
    let by = rights_of(conn, organization, by).await?;
    let before = find_role(conn, organization, operator).await?.ok_or_else(not_a_member)?;
    if !by.may_grant(before) || !by.may_grant(role) {
        return Err(beyond());
    }
    if before == Role::Owner && role != Role::Owner && count_owners(conn, organization).await? < 2 {
        return Err(
            Error::conflict("The last owner must stay one").with_help("Make another member an owner first")
        );
    }
    let sql = "UPDATE members SET role = ?3 WHERE organization_id = ?1 AND operator_id = ?2";
    conn.execute(sql, &[organization, operator, &role.as_str()]).await?;
    let before = match role < before {
        true => withdraw_invitations(conn, organization, operator, before).await?,
        false => json!({ "role": before }),
    };
    let after = json!({ "role": role });
    let what = ("member.update", "member", operator.as_str());
    record(conn, organization, what, Some(before), Some(after), act).await
}

/// Removes a member, who may do so themselves. The operator stays, and with no organization left sees
/// nothing.
///
/// # Errors
/// 404 when they are no member, 403 when `by` may not, 409 when they are the last owner, or the
/// database's.
pub async fn delete_member(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    operator: &OperatorId,
    (by, act): (Option<&OperatorId>, &Act),
) -> Result<()> {
    lock(conn, organization).await?;
    let before = find_role(conn, organization, operator).await?.ok_or_else(not_a_member)?;
    if by != Some(operator) && !rights_of(conn, organization, by).await?.may_grant(before) {
        return Err(beyond());
    }
    if before == Role::Owner && count_owners(conn, organization).await? < 2 {
        return Err(Error::conflict("The last owner cannot be removed")
            .with_help("Make another member an owner first"));
    }
    let sql = "DELETE FROM members WHERE organization_id = ?1 AND operator_id = ?2";
    conn.execute(sql, &[organization, operator]).await?;
    let before = withdraw_invitations(conn, organization, operator, before).await?;
    let what = ("member.delete", "member", operator.as_str());
    record(conn, organization, what, Some(before), None, act).await
}

/// What the one who acts may grant now: maybe less than when the request came in. `None` is the command line.
async fn rights_of(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    operator: Option<&OperatorId>,
) -> Result<Role> {
    let Some(operator) = operator else { return Ok(Role::Owner) };
    find_role(conn, organization, operator).await?.ok_or_else(beyond)
}

fn not_a_member() -> Error {
    Error::not_found("Member not found")
}

fn beyond() -> Error {
    Error::forbidden("Not allowed").with_help("Only owners change owners, and only admins change others")
}

/// Holds the organization's row: of two changes that would leave no owner, the second one sees the first.
async fn lock(conn: &mut Conn<'_>, organization: &OrganizationId) -> Result<()> {
    conn.execute("UPDATE organizations SET name = name WHERE id = ?1", &[organization]).await?;
    Ok(())
}

async fn count_owners(conn: &mut Conn<'_>, organization: &OrganizationId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM members WHERE organization_id = ?1 AND role = 'owner'";
    Ok(conn.first(sql, &[organization], |row| row.get(0)).await?.unwrap_or(0))
}

/// Stores an invitation.
///
/// # Errors
/// 403 when the inviter may not give the role, or the database's.
pub async fn create_invitation(conn: &mut Conn<'_>, new: &NewInvitation, act: &Act) -> Result<()> {
    lock(conn, &new.organization).await?;
    if !rights_of(conn, &new.organization, new.inviter.operator.as_ref()).await?.may_grant(new.role) {
        return Err(Error::forbidden("Not allowed").with_help("Only owners invite owners"));
    }
    let sql = "INSERT INTO invitations
               (id, organization_id, hash, role, email, invited_by, invited_by_id, created_at, expires_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let params: [&dyn engine::Param; 9] = [
        &new.id,
        &new.organization,
        &&new.hash[..],
        &new.role.as_str(),
        &new.email,
        &new.inviter.name,
        &new.inviter.operator,
        &new.created_at.millis(),
        &new.expires_at().millis(),
    ];
    conn.execute(sql, &params).await?;
    let after = Some(json!({ "role": new.role, "email": new.email }));
    let what = ("invitation.create", "invitation", new.id.as_str());
    record(conn, &new.organization, what, None, after, act).await
}

const INVITATION: &str = "SELECT i.id, i.organization_id, o.name, i.role, i.email, i.invited_by,
                                 i.created_at, i.expires_at
                          FROM invitations i JOIN organizations o ON o.id = i.organization_id
                          WHERE i.hash = ?1 AND i.expires_at > ?2";

fn to_invitation(row: &Row<'_>) -> engine::Result<Invitation> {
    Ok(Invitation {
        id: row.get(0)?,
        organization: row.get(1)?,
        organization_name: row.get(2)?,
        role: to_role(row, 3)?,
        email: row.get(4)?,
        invited_by: row.get(5)?,
        created_at: Timestamp::from_millis(row.get(6)?),
        expires_at: Timestamp::from_millis(row.get(7)?),
    })
}

/// A live invitation by the hash of its token.
///
/// # Errors
/// The database's.
pub async fn find_invitation(conn: &mut Conn<'_>, hash: &Hash, now: Timestamp) -> Result<Option<Invitation>> {
    Ok(conn.first(INVITATION, &[&&hash[..], &now.millis()], to_invitation).await?)
}

/// As [`find_invitation`], and uses it up.
///
/// # Errors
/// The database's.
pub async fn take_invitation(conn: &mut Conn<'_>, hash: &Hash, now: Timestamp) -> Result<Option<Invitation>> {
    let Some(found) = find_invitation(conn, hash, now).await? else { return Ok(None) };
    let gone = conn.execute("DELETE FROM invitations WHERE id = ?1", &[&found.id]).await?;
    Ok((gone > 0).then_some(found))
}

/// The invitations of an organization that can still be accepted, newest first.
///
/// # Errors
/// The database's.
pub async fn list_invitations(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    now: Timestamp,
) -> Result<Vec<Invitation>> {
    let sql =
        "SELECT i.id, i.organization_id, o.name, i.role, i.email, i.invited_by, i.created_at, i.expires_at
               FROM invitations i JOIN organizations o ON o.id = i.organization_id
               WHERE i.organization_id = ?1 AND i.expires_at > ?2 ORDER BY i.created_at DESC, i.id DESC";
    Ok(conn.all(sql, &[organization, &now.millis()], to_invitation).await?)
}

/// Takes an invitation back; false when the organization has none of that id.
///
/// # Errors
/// The database's.
pub async fn delete_invitation(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    id: &InvitationId,
    act: &Act,
) -> Result<bool> {
    let sql = "DELETE FROM invitations WHERE organization_id = ?1 AND id = ?2 RETURNING role, email";
    let to_json = |row: &Row<'_>| Ok(json!({ "role": to_role(row, 0)?, "email": row.optional_text(1)? }));
    let Some(before) = conn.first(sql, &[organization, id], to_json).await? else { return Ok(false) };
    let what = ("invitation.delete", "invitation", id.as_str());
    record(conn, organization, what, Some(before), None, act).await?;
    Ok(true)
}

/// Takes back every invitation of somebody who loses rights: the links may still be in their hands. Returns
/// what goes on record of it, beside the role that they had.
async fn withdraw_invitations(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    inviter: &OperatorId,
    role: Role,
) -> Result<Value> {
    let sql = "DELETE FROM invitations WHERE organization_id = ?1 AND invited_by_id = ?2 RETURNING id";
    let withdrawn: Vec<InvitationId> = conn.all(sql, &[organization, inviter], |row| row.get(0)).await?;
    Ok(match withdrawn.is_empty() {
        true => json!({ "role": role }),
        false => json!({ "role": role, "invitations": withdrawn }),
    })
}

/// Deletes the invitations whose time is over.
///
/// # Errors
/// The database's.
pub async fn delete_expired_invitations(conn: &mut Conn<'_>, now: Timestamp) -> Result<u64> {
    Ok(conn.execute("DELETE FROM invitations WHERE expires_at <= ?1", &[&now.millis()]).await?)
}

async fn record(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    (action, resource_type, resource_id): (&'static str, &'static str, &str),
    before: Option<Value>,
    after: Option<Value>,
    act: &Act,
) -> Result<()> {
    let change = Change { action, resource_type, resource_id, before, after };
    append_organization_entry(conn, organization, act, &change).await
}
