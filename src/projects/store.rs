//! The queries on projects and their signing keys.

use engine::{Conn, Row};

use super::model::{
    NewProject, NewSigningKey, Project, ProjectChange, ROTATION_OVERLAP_MS, StoredSigningKey,
};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::ProjectId;
use crate::instance::store::raise_directory_version;

fn to_project(row: &Row<'_>) -> engine::Result<Project> {
    Ok(Project {
        id: row.get(0)?,
        name: row.get(1)?,
        anonymous_access: row.get(2)?,
        active_user_cap: row.get(3)?,
        created_at: Timestamp::from_millis(row.get(4)?),
    })
}

/// Every project, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_projects(conn: &mut Conn<'_>) -> Result<Vec<Project>> {
    let sql = "SELECT id, name, anonymous_access, active_user_cap, created_at
               FROM projects ORDER BY created_at, id";
    Ok(conn.all(sql, &[], to_project).await?)
}

/// A project by its id.
///
/// # Errors
/// The database's.
pub async fn find_project(conn: &mut Conn<'_>, id: &ProjectId) -> Result<Option<Project>> {
    let sql = "SELECT id, name, anonymous_access, active_user_cap, created_at
               FROM projects WHERE id = ?1";
    Ok(conn.first(sql, &[id], to_project).await?)
}

/// Creates a project with its first signing key. Visitors are let in until an operator says otherwise.
///
/// # Errors
/// The database's.
pub async fn create_project(conn: &mut Conn<'_>, new: &NewProject) -> Result<()> {
    let sql = "INSERT INTO projects
               (id, organization_id, name, anonymous_access, active_user_cap, created_at, updated_at)
               VALUES (?1, ?2, ?3, TRUE, NULL, ?4, ?4)";
    conn.execute(sql, &[&new.id, &new.organization, &new.name, &new.now.millis()]).await?;
    insert_signing_key(conn, &new.id, &new.signing_key).await?;
    raise_directory_version(conn).await
}

/// Changes a project's settings; false when there is no such project.
///
/// # Errors
/// The database's.
pub async fn update_project(
    conn: &mut Conn<'_>,
    id: &ProjectId,
    change: &ProjectChange,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE projects SET
                   name = COALESCE(?2, name),
                   anonymous_access = COALESCE(?3, anonymous_access),
                   active_user_cap = CASE WHEN ?4 THEN ?5 ELSE active_user_cap END,
                   updated_at = ?6
               WHERE id = ?1";
    let changes_cap = change.active_user_cap.is_some();
    let cap = change.active_user_cap.flatten();
    let changed = conn
        .execute(sql, &[id, &change.name, &change.anonymous_access, &changes_cap, &cap, &now.millis()])
        .await?;
    raise_directory_version(conn).await?;
    Ok(changed > 0)
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
/// when there is no such project.
///
/// # Errors
/// The database's.
pub async fn rotate_signing_key(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    new: &NewSigningKey,
) -> Result<bool> {
    let now = new.created_at;
    let sql = "UPDATE projects SET updated_at = ?2 WHERE id = ?1";
    if conn.execute(sql, &[project, &now.millis()]).await? == 0 {
        return Ok(false);
    }
    let sql = "UPDATE signing_keys SET retires_at = ?2 WHERE project_id = ?1 AND retires_at IS NULL";
    conn.execute(sql, &[project, &now.plus_millis(ROTATION_OVERLAP_MS).millis()]).await?;
    insert_signing_key(conn, project, new).await?;
    raise_directory_version(conn).await?;
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
    let sql = "SELECT id, public_key, private_key_sealed, retires_at FROM signing_keys
               WHERE project_id = ?1 AND (retires_at IS NULL OR retires_at > ?2)
               ORDER BY CASE WHEN retires_at IS NULL THEN 0 ELSE 1 END, created_at DESC";
    let to_key = |row: &Row<'_>| {
        Ok(StoredSigningKey {
            id: row.get(0)?,
            public_key: row.get(1)?,
            private_key_sealed: row.get(2)?,
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
