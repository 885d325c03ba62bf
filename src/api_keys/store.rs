//! The queries on keys.

use engine::{Conn, Param, Row};
use serde_json::{Value, json};

use super::model::{ApiKey, KnownKey, NewApiKey};
use crate::audit::model::{Act, Change};
use crate::audit::store::append_entry;
use crate::auth::api_key::Hash;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{ApiKeyId, ProjectId};
use crate::instance::store::raise_directory_version;

fn time(row: &Row<'_>, index: usize) -> engine::Result<Option<Timestamp>> {
    Ok(row.get::<Option<i64>>(index)?.map(Timestamp::from_millis))
}

/// A key of a project by its hash; those of a deleted project are not there.
///
/// # Errors
/// The database's.
pub async fn find_api_key_by_hash(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    hash: &Hash,
) -> Result<Option<KnownKey>> {
    let sql = "SELECT k.id, k.expires_at, k.last_used_at, k.name
               FROM api_keys k JOIN projects p ON p.id = k.project_id
               WHERE k.project_id = ?1 AND k.hash = ?2 AND p.deleted_at IS NULL";
    let to_key = |row: &Row<'_>| {
        Ok(KnownKey {
            id: row.get(0)?,
            name: row.get(3)?,
            project: project.clone(),
            expires_at: time(row, 1)?,
            last_used_at: time(row, 2)?,
        })
    };
    Ok(conn.first(sql, &[project, &&hash[..]], to_key).await?)
}

/// A project's keys, newest first.
///
/// # Errors
/// The database's.
pub async fn list_api_keys(conn: &mut Conn<'_>, project: &ProjectId) -> Result<Vec<ApiKey>> {
    let sql = "SELECT id, name, suffix, expires_at, created_at, last_used_at
               FROM api_keys WHERE project_id = ?1 ORDER BY created_at DESC, id DESC";
    let to_key = |row: &Row<'_>| {
        Ok(ApiKey {
            id: row.get(0)?,
            name: row.get(1)?,
            suffix: row.get(2)?,
            expires_at: time(row, 3)?,
            created_at: Timestamp::from_millis(row.get(4)?),
            last_used_at: time(row, 5)?,
        })
    };
    Ok(conn.all(sql, &[project], to_key).await?)
}

/// Stores a new key.
///
/// # Errors
/// The database's.
pub async fn create_api_key(conn: &mut Conn<'_>, new: &NewApiKey, act: &Act) -> Result<()> {
    let sql = "INSERT INTO api_keys
               (project_id, id, name, hash, suffix, expires_at, created_at, last_used_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)";
    let expires_at = new.expires_at.map(Timestamp::millis);
    let created_at = new.created_at.millis();
    conn.execute(
        sql,
        &[&new.project, &new.id, &new.name, &&new.hash[..], &new.suffix, &expires_at, &created_at],
    )
    .await?;
    let after = json!({ "name": new.name, "expires_at": new.expires_at });
    record(conn, &new.project, &new.id, "api_key.create", None, Some(after), act).await
}

/// Revokes a key; false when the project has none of that id.
///
/// # Errors
/// The database's.
pub async fn delete_api_key(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    id: &ApiKeyId,
    act: &Act,
) -> Result<bool> {
    let sql = "DELETE FROM api_keys WHERE project_id = ?1 AND id = ?2 RETURNING name, expires_at";
    let to_json = |row: &Row<'_>| Ok(json!({ "name": row.text(0)?, "expires_at": time(row, 1)? }));
    let Some(before) = conn.first(sql, &[project, id], to_json).await? else { return Ok(false) };
    record(conn, project, id, "api_key.delete", Some(before), None, act).await?;
    Ok(true)
}

/// Puts a change of a key on record and lets every node know.
async fn record(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    id: &ApiKeyId,
    action: &'static str,
    before: Option<Value>,
    after: Option<Value>,
    act: &Act,
) -> Result<()> {
    let change = Change { action, resource_type: "api_key", resource_id: id.as_str(), before, after };
    append_entry(conn, project, act, &change).await?;
    raise_directory_version(conn).await
}

/// Writes down when keys were last used.
///
/// # Errors
/// The database's.
pub async fn update_last_used(
    conn: &mut Conn<'_>,
    marks: &[(ProjectId, ApiKeyId, Timestamp)],
) -> Result<u64> {
    let sql = "UPDATE api_keys SET last_used_at = ?3 WHERE project_id = ?1 AND id = ?2";
    let times: Vec<i64> = marks.iter().map(|(_, _, at)| at.millis()).collect();
    let sets: Vec<[&dyn Param; 3]> = marks
        .iter()
        .zip(&times)
        .map(|((project, id, _), at)| [project as &dyn Param, id as _, at as _])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    Ok(conn.execute_many(sql, &sets).await?)
}
