//! The queries on workspaces.

use engine::Conn;

use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::UserId;

/// Makes sure that the workspace has its row.
///
/// # Errors
/// The database's.
pub async fn ensure_workspace(
    conn: &mut Conn<'_>,
    scope: &Scope,
    user: &UserId,
    now: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO workspaces (project_id, id, created_by, created_at)
               VALUES (?1, ?2, ?3, ?4) ON CONFLICT (project_id, id) DO NOTHING";
    conn.execute(sql, &[scope.project(), scope.workspace(), user, &now.millis()]).await?;
    Ok(())
}

/// As [`ensure_workspace`], and holds the row until the transaction ends, so that of two which look for
/// something in the workspace before they create it, the second one finds it.
///
/// # Errors
/// The database's.
pub async fn lock_workspace(conn: &mut Conn<'_>, scope: &Scope, user: &UserId, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO workspaces (project_id, id, created_by, created_at)
               VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (project_id, id) DO UPDATE SET created_by = workspaces.created_by";
    conn.execute(sql, &[scope.project(), scope.workspace(), user, &now.millis()]).await?;
    Ok(())
}
