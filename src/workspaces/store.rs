//! The queries on workspaces.

use engine::{Conn, Param, Row};

use super::listing::WorkspaceRow;
use crate::auth::scope::{ProjectScope, Scope};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{UserId, WorkspaceId};

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

macro_rules! workspaces {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.created_by, u.display_name, w.created_at,
                    (SELECT COUNT(*) FROM threads t
                     WHERE t.project_id = w.project_id AND t.workspace_id = w.id),
                    (SELECT MAX(t.last_message_at) FROM threads t
                     WHERE t.project_id = w.project_id AND t.workspace_id = w.id)
             FROM workspaces w LEFT JOIN users u ON u.project_id = w.project_id AND u.id = w.created_by
             WHERE w.project_id = ?1 ",
            $rest
        )
    };
}

fn to_workspace(row: &Row<'_>) -> engine::Result<WorkspaceRow> {
    Ok(WorkspaceRow {
        id: row.get(0)?,
        created_by: row.get(1)?,
        created_by_name: row.get(2)?,
        created_at: Timestamp::from_millis(row.get(3)?),
        threads: row.get(4)?,
        last_active_at: row.get::<Option<i64>>(5)?.map(Timestamp::from_millis),
    })
}

/// The project's workspaces, the newest first: at most `limit` after the cursor. With `search` only those
/// whose id begins with it.
///
/// # Errors
/// The database's.
pub async fn list_workspaces(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    search: Option<&str>,
    after: Option<&(i64, String)>,
    limit: usize,
) -> Result<Vec<WorkspaceRow>> {
    let (time, id) = after.cloned().unwrap_or((i64::MAX, String::new()));
    let limit = i64::try_from(limit).map_err(Error::internal)?;
    let mut params: Vec<&dyn Param> = vec![scope.project(), &time, &id, &limit];
    let search = search.map(|text| (text, format!("{text}{}", char::MAX)));
    let sql = match &search {
        None => {
            workspaces!("AND (w.created_at, w.id) < (?2, ?3) ORDER BY w.created_at DESC, w.id DESC LIMIT ?4")
        }
        Some((start, end)) => {
            params.extend([start as &dyn Param, end]);
            workspaces!(
                "AND (w.created_at, w.id) < (?2, ?3) AND w.id >= ?5 AND w.id < ?6
                 ORDER BY w.created_at DESC, w.id DESC LIMIT ?4"
            )
        }
    };
    Ok(conn.all(sql, &params, to_workspace).await?)
}

/// Workspaces whose id begins with `prefix`, at most `limit`.
///
/// # Errors
/// The database's.
pub async fn list_workspaces_by_prefix(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    prefix: &str,
    limit: usize,
) -> Result<Vec<WorkspaceId>> {
    let sql = "SELECT id FROM workspaces WHERE project_id = ?1 AND id >= ?2 AND id < ?3 ORDER BY id LIMIT ?4";
    let limit = i64::try_from(limit).map_err(Error::internal)?;
    let params: [&dyn Param; 4] = [scope.project(), &prefix, &format!("{prefix}{}", char::MAX), &limit];
    Ok(conn.all(sql, &params, |row| row.get(0)).await?)
}

/// One of the project's workspaces.
///
/// # Errors
/// The database's.
pub async fn find_workspace(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    id: &str,
) -> Result<Option<WorkspaceRow>> {
    Ok(conn.first(workspaces!("AND w.id = ?2"), &[scope.project(), &id], to_workspace).await?)
}
