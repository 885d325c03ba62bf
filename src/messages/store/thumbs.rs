//! The thumbs that clients write into messages, beside the content that they stand in.

use engine::{Conn, Param, Row};
use formats::Thumb;

use super::write::to_versions;
use crate::error::Result;
use crate::id::{MessageId, ProjectId, ThreadId};
use crate::threads::store::hold_thread;

/// A message's project, thread and id.
pub type Place = (ProjectId, ThreadId, MessageId);

/// Notes which thumb stands in a message. The caller holds its thread.
pub(super) async fn set_thumb(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    (thread, id): (&ThreadId, &MessageId),
    thumb: Option<&str>,
) -> Result<()> {
    let sql = "UPDATE messages SET thumb = ?4 WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    conn.execute(sql, &[project, thread, id, &thumb]).await?;
    Ok(())
}

/// The messages of a thread in which a thumb may stand.
///
/// # Errors
/// The database's.
pub async fn list_places_of_thumbs(
    conn: &mut Conn<'_>,
    (project, thread): &(ProjectId, ThreadId),
) -> Result<Vec<Place>> {
    let sql = "SELECT id FROM messages
               WHERE project_id = ?1 AND thread_id = ?2 AND content LIKE '%submittedFeedback%'
               UNION
               SELECT message_id FROM message_copies
               WHERE project_id = ?1 AND thread_id = ?2 AND content LIKE '%submittedFeedback%'";
    let to_place = |row: &Row<'_>| Ok((project.clone(), thread.clone(), row.get(0)?));
    Ok(conn.all(sql, &[project, thread], to_place).await?)
}

/// Looks a message through for its thumb and notes that.
///
/// # Errors
/// The database's.
pub async fn read_thumb(conn: &mut Conn<'_>, (project, thread, id): &Place) -> Result<()> {
    hold_thread(conn, project, thread).await?;
    let sql = "SELECT m.format, m.content, c.content FROM messages m
               LEFT JOIN message_copies c ON c.project_id = m.project_id AND c.thread_id = m.thread_id
                                         AND c.message_id = m.id
               WHERE m.project_id = ?1 AND m.thread_id = ?2 AND m.id = ?3";
    let params: [&dyn Param; 3] = [project, thread, id];
    let Some(versions) = conn.first(sql, &params, |row| to_versions(row, 0)).await? else { return Ok(()) };
    set_thumb(conn, project, (thread, id), versions.thumb().map(Thumb::name)).await
}
