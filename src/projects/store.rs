//! The queries on projects and their signing keys.

use engine::{Conn, Param, Row};
use serde_json::{Value, json};

use super::model::{
    NewProject, NewSigningKey, Project, ProjectChange, ROTATION_OVERLAP_MS, StoredSigningKey,
};
use crate::audit::model::{Act, Change};
use crate::audit::store::append_entry;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{OperatorId, ProjectId};
use crate::instance::store::raise_directory_version;

fn to_project(row: &Row<'_>) -> engine::Result<Project> {
    Ok(Project {
        id: row.get(0)?,
        name: row.get(1)?,
        anonymous_access: row.get(2)?,
        active_user_cap: row.get(3)?,
        // What is stored was normalized when it was written.
        allowed_origins: serde_json::from_str(row.text(4)?).unwrap_or_default(),
        created_at: Timestamp::from_millis(row.get(5)?),
        organization: row.get(6)?,
        deleted_at: row.get::<Option<i64>>(7)?.map(Timestamp::from_millis),
        active_visitor_cap: row.get(8)?,
        // As with the origins.
        fair_use: row.optional_text(9)?.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default(),
    })
}

/// Every project, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_projects(conn: &mut Conn<'_>) -> Result<Vec<Project>> {
    let sql = "SELECT id, name, anonymous_access, active_user_cap, allowed_origins, created_at,
                      organization_id, deleted_at, active_visitor_cap, fair_use
               FROM projects ORDER BY created_at, id";
    Ok(conn.all(sql, &[], to_project).await?)
}

/// The projects of every organization that an operator is a member of, oldest first; at most 1,000.
///
/// # Errors
/// The database's.
pub async fn list_projects_of(conn: &mut Conn<'_>, operator: &OperatorId) -> Result<Vec<Project>> {
    let sql = "SELECT id, name, anonymous_access, active_user_cap, allowed_origins, created_at,
                      organization_id, deleted_at, active_visitor_cap, fair_use
               FROM projects WHERE organization_id IN
                   (SELECT organization_id FROM members WHERE operator_id = ?1)
               ORDER BY created_at, id LIMIT 1000";
    Ok(conn.all(sql, &[operator], to_project).await?)
}

/// A project by its id.
///
/// # Errors
/// The database's.
pub async fn find_project(conn: &mut Conn<'_>, id: &ProjectId) -> Result<Option<Project>> {
    let sql = "SELECT id, name, anonymous_access, active_user_cap, allowed_origins, created_at,
                      organization_id, deleted_at, active_visitor_cap, fair_use
               FROM projects WHERE id = ?1";
    Ok(conn.first(sql, &[id], to_project).await?)
}

/// As [`find_project`], unless it is deleted: then there is none, as far as clients may know.
///
/// # Errors
/// The database's.
pub async fn find_live_project(conn: &mut Conn<'_>, id: &ProjectId) -> Result<Option<Project>> {
    Ok(find_project(conn, id).await?.filter(|project| project.deleted_at.is_none()))
}

/// What has been set up in a project, and whether anybody has called.
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstSteps {
    /// There is an auth rule.
    pub has_rule: bool,
    /// There is an API key.
    pub has_api_key: bool,
    /// A client library, a key's use, a visitor's session or a thread is on record.
    pub has_request: bool,
}

/// How far an operator is who has just made a project.
///
/// # Errors
/// The database's.
pub async fn find_first_steps(conn: &mut Conn<'_>, project: &ProjectId) -> Result<FirstSteps> {
    let sql = "SELECT EXISTS (SELECT 1 FROM auth_rules WHERE project_id = ?1),
                      EXISTS (SELECT 1 FROM api_keys WHERE project_id = ?1),
                      EXISTS (SELECT 1 FROM sdks WHERE project_id = ?1)
                          OR EXISTS (SELECT 1 FROM api_keys WHERE project_id = ?1 AND last_used_at IS NOT NULL)
                          OR EXISTS (SELECT 1 FROM anonymous_tokens WHERE project_id = ?1)
                          OR EXISTS (SELECT 1 FROM threads WHERE project_id = ?1)";
    let to_steps = |row: &Row<'_>| {
        Ok(FirstSteps { has_rule: row.get(0)?, has_api_key: row.get(1)?, has_request: row.get(2)? })
    };
    Ok(conn.first(sql, &[project], to_steps).await?.unwrap_or_default())
}

/// Creates a project with its first signing key. Visitors are let in until an operator says otherwise.
///
/// # Errors
/// The database's.
pub async fn create_project(conn: &mut Conn<'_>, new: &NewProject, act: &Act) -> Result<()> {
    let sql = "INSERT INTO projects
               (id, organization_id, name, anonymous_access, active_user_cap, created_at, updated_at)
               VALUES (?1, ?2, ?3, TRUE, NULL, ?4, ?4)";
    conn.execute(sql, &[&new.id, &new.organization, &new.name, &new.now.millis()]).await?;
    insert_signing_key(conn, &new.id, &new.signing_key).await?;
    record(conn, &new.id, "project.create", None, Some(json!({ "name": new.name })), act).await
}

/// Changes a project's settings; false when there is no such project, or a deleted one.
///
/// # Errors
/// The database's.
pub async fn update_project(
    conn: &mut Conn<'_>,
    id: &ProjectId,
    change: &ProjectChange,
    act: &Act,
) -> Result<bool> {
    // Held first, so that what the log says was there before was there.
    if !touch(conn, id, act.at).await? {
        return Ok(false);
    }
    let Some(before) = find_project(conn, id).await? else { return Ok(false) };
    let sql = "UPDATE projects SET
                   name = COALESCE(?2, name),
                   anonymous_access = COALESCE(?3, anonymous_access),
                   active_user_cap = CASE WHEN ?4 THEN ?5 ELSE active_user_cap END,
                   allowed_origins = COALESCE(?6, allowed_origins),
                   active_visitor_cap = CASE WHEN ?7 THEN ?8 ELSE active_visitor_cap END,
                   fair_use = COALESCE(?9, fair_use)
               WHERE id = ?1";
    let fair_use =
        change.fair_use.as_ref().map(|change| serde_json::to_string(&before.fair_use.with(change)));
    let fair_use = fair_use.transpose().map_err(Error::internal)?;
    let origins = change.allowed_origins.as_ref().map(serde_json::to_string).transpose();
    let origins = origins.map_err(Error::internal)?;
    let params: [&dyn Param; 9] = [
        id,
        &change.name,
        &change.anonymous_access,
        &change.active_user_cap.is_some(),
        &change.active_user_cap.flatten(),
        &origins,
        &change.active_visitor_cap.is_some(),
        &change.active_visitor_cap.flatten(),
        &fair_use,
    ];
    conn.execute(sql, &params).await?;
    let after = find_project(conn, id).await?.map(|after| after.to_json());
    record(conn, id, "project.update", Some(before.to_json()), after, act).await?;
    Ok(true)
}

/// Notes a change of a project that is not deleted, which holds its row; false when there is none.
async fn touch(conn: &mut Conn<'_>, id: &ProjectId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE projects SET updated_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
    Ok(conn.execute(sql, &[id, &now.millis()]).await? > 0)
}

/// Puts a change of the project on record and lets every node know.
pub(super) async fn record(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    action: &'static str,
    before: Option<Value>,
    after: Option<Value>,
    act: &Act,
) -> Result<()> {
    let change = Change { action, resource_type: "project", resource_id: project.as_str(), before, after };
    append_entry(conn, project, act, &change).await?;
    raise_directory_version(conn).await
}

async fn insert_signing_key(conn: &mut Conn<'_>, project: &ProjectId, new: &NewSigningKey) -> Result<()> {
    let sql = "INSERT INTO signing_keys
               (project_id, id, public_key, private_key_sealed, created_at, retires_at)
               VALUES (?1, ?2, ?3, ?4, ?5, NULL)";
    let created_at = new.created_at.millis();
    conn.execute(sql, &[project, &new.id, &new.public_key, &new.private_key_sealed, &created_at]).await?;
    Ok(())
}

/// Puts a new signing key in the place of the current one, which goes on verifying for a while; false
/// when there is no such project, or a deleted one.
///
/// # Errors
/// The database's.
pub async fn rotate_signing_key(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    new: &NewSigningKey,
    act: &Act,
) -> Result<bool> {
    let now = new.created_at;
    if !touch(conn, project, now).await? {
        return Ok(false);
    }
    let sql = "UPDATE signing_keys SET retires_at = ?2 WHERE project_id = ?1 AND retires_at IS NULL";
    conn.execute(sql, &[project, &now.plus_millis(ROTATION_OVERLAP_MS).millis()]).await?;
    insert_signing_key(conn, project, new).await?;
    record(conn, project, "project.rotate_key", None, Some(json!({ "kid": new.id })), act).await?;
    Ok(true)
}

/// A project's live signing keys, the current one first.
///
/// # Errors
/// The database's.
pub async fn list_signing_keys(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    now: Timestamp,
) -> Result<Vec<StoredSigningKey>> {
    let sql = "SELECT id, public_key, private_key_sealed, retires_at, created_at FROM signing_keys
               WHERE project_id = ?1 AND (retires_at IS NULL OR retires_at > ?2)
               ORDER BY CASE WHEN retires_at IS NULL THEN 0 ELSE 1 END, created_at DESC";
    let to_key = |row: &Row<'_>| {
        Ok(StoredSigningKey {
            id: row.get(0)?,
            public_key: row.get(1)?,
            private_key_sealed: row.get(2)?,
            created_at: Timestamp::from_millis(row.get(4)?),
            retires_at: row.get::<Option<i64>>(3)?.map(Timestamp::from_millis),
        })
    };
    Ok(conn.all(sql, &[project, &now.millis()], to_key).await?)
}

/// Deletes the signing keys whose time is over.
///
/// # Errors
/// The database's.
pub async fn delete_retired_signing_keys(conn: &mut Conn<'_>, now: Timestamp) -> Result<u64> {
    let deleted = conn.execute("DELETE FROM signing_keys WHERE retires_at <= ?1", &[&now.millis()]).await?;
    if deleted > 0 {
        raise_directory_version(conn).await?;
    }
    Ok(deleted)
}
