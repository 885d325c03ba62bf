//! The queries on sessions.

use engine::Conn;

use super::{invalid_refresh_token, not_allowed};
use crate::auth::api_key::Hash;
use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{ProjectId, UserId, WorkspaceId};
use crate::search::store::renew_workspace;
use crate::workspaces::store::ensure_workspace;

/// Stores a new session, unless visitors are not wanted any more: that is read in the same statement.
///
/// # Errors
/// 403, or the database's.
pub async fn create_session(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    hash: &Hash,
    user: &UserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO anonymous_tokens (project_id, hash, user_id, created_at, expires_at)
               SELECT id, ?2, ?3, ?4, ?5 FROM projects WHERE id = ?1 AND anonymous_access AND deleted_at IS NULL";
    let inserted =
        conn.execute(sql, &[project, &&hash[..], user, &now.millis(), &expires_at.millis()]).await?;
    if inserted == 0 { Err(not_allowed()) } else { Ok(()) }
}

/// Moves the end of a live session; returns whose it is.
///
/// # Errors
/// 403, or the database's.
pub async fn extend_session(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    hash: &Hash,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<UserId> {
    let sql = "SELECT anonymous_access FROM projects WHERE id = ?1 AND deleted_at IS NULL";
    match conn.first(sql, &[project], |row| row.get::<bool>(0)).await? {
        Some(true) => {}
        Some(false) => return Err(not_allowed()),
        None => return Err(Error::not_found("Project not found")),
    }
    let sql = "UPDATE anonymous_tokens SET expires_at = ?4
               WHERE project_id = ?1 AND hash = ?2 AND expires_at > ?3 RETURNING user_id";
    let params: [&dyn engine::Param; 4] = [project, &&hash[..], &now.millis(), &expires_at.millis()];
    conn.first(sql, &params, |row| row.get(0)).await?.ok_or_else(invalid_refresh_token)
}

/// The most threads that [`claim_threads`] moves.
pub const CLAIMED_AT_ONCE: u64 = 500;

/// Moves threads of a live session's visitor into the caller's workspace; returns how many, and there may be more when
/// it is [`CLAIMED_AT_ONCE`]. They stay what they are in every other respect.
///
/// # Errors
/// 403, or the database's.
pub async fn claim_threads(
    conn: &mut Conn<'_>,
    scope: &Scope,
    user: &UserId,
    hash: &Hash,
    now: Timestamp,
) -> Result<u64> {
    let sql = "SELECT user_id FROM anonymous_tokens WHERE project_id = ?1 AND hash = ?2 AND expires_at > ?3";
    let visitor = conn
        .first(sql, &[scope.project(), &&hash[..], &now.millis()], |row| row.get::<UserId>(0))
        .await?
        .ok_or_else(invalid_refresh_token)?;
    let from = WorkspaceId::of_user(&visitor);
    if from == *scope.workspace() {
        return Ok(0);
    }
    renew_workspace(conn, scope.project(), &from).await?;
    let sql = "UPDATE threads SET workspace_id = ?3 WHERE project_id = ?1 AND id IN
                   (SELECT id FROM threads WHERE project_id = ?1 AND workspace_id = ?2 LIMIT 500)";
    let moved = conn.execute(sql, &[scope.project(), &from, scope.workspace()]).await?;
    if moved > 0 {
        ensure_workspace(conn, scope, user, now).await?;
    }
    Ok(moved)
}

/// Deletes the sessions whose time is over; returns how many.
///
/// # Errors
/// The database's.
pub async fn delete_expired_sessions(conn: &mut Conn<'_>, now: Timestamp) -> Result<u64> {
    let sql = "DELETE FROM anonymous_tokens WHERE expires_at <= ?1";
    Ok(conn.execute(sql, &[&now.millis()]).await?)
}
