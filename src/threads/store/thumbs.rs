//! Which threads were looked through for the thumbs that stand in their messages.

use engine::{Conn, Param};

use crate::error::Result;
use crate::id::{ProjectId, ThreadId};

/// Some threads whose messages have yet to be looked through for thumbs.
///
/// # Errors
/// The database's.
pub async fn list_threads_without_thumbs(conn: &mut Conn<'_>) -> Result<Vec<(ProjectId, ThreadId)>> {
    let sql = "SELECT project_id, id FROM threads WHERE needs_thumbs LIMIT 200";
    Ok(conn.all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?))).await?)
}

/// Notes that the messages of these threads were looked through for thumbs.
///
/// # Errors
/// The database's.
pub async fn mark_thumbs_found(conn: &mut Conn<'_>, threads: &[(ProjectId, ThreadId)]) -> Result<()> {
    let sql = "UPDATE threads SET needs_thumbs = FALSE WHERE project_id = ?1 AND id = ?2";
    let sets: Vec<[&dyn Param; 2]> =
        threads.iter().map(|(project, id)| [project as &dyn Param, id]).collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(sql, &sets).await?;
    Ok(())
}
