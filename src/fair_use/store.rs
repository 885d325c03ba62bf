//! The query on what a workspace holds.

use engine::Conn;

use crate::auth::scope::Scope;
use crate::error::Result;

/// The bytes that a workspace holds: content of messages and their copies, metadata of threads, and
/// [`ROW_BYTES`](super::stored::ROW_BYTES) for each thread and message. Asks for the length of content, and reads none of it.
///
/// # Errors
/// The database's.
pub async fn sum_stored_bytes(conn: &mut Conn<'_>, scope: &Scope) -> Result<u64> {
    let sql = "SELECT CAST(
        (SELECT COALESCE(SUM(1024 + COALESCE(octet_length(metadata), 0)), 0) FROM threads
         WHERE project_id = ?1 AND workspace_id = ?2)
      + (SELECT COALESCE(SUM(1024 + octet_length(m.content)), 0) FROM threads t
         JOIN messages m ON m.project_id = t.project_id AND m.thread_id = t.id
         WHERE t.project_id = ?1 AND t.workspace_id = ?2)
      + (SELECT COALESCE(SUM(octet_length(c.content)), 0) FROM threads t
         JOIN message_copies c ON c.project_id = t.project_id AND c.thread_id = t.id
         WHERE t.project_id = ?1 AND t.workspace_id = ?2) AS BIGINT)";
    let sum = conn.first(sql, &[scope.project(), scope.workspace()], |row| row.get::<i64>(0)).await?;
    Ok(sum.unwrap_or(0).unsigned_abs())
}
