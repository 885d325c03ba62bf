//! The queries on messages.

mod append;
mod list;
mod thumbs;
mod write;

use std::collections::HashSet;

use engine::{Conn, Param, Row};

use super::tree::{Node, relink};
use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{MessageId, ScoreId, ThreadId};
use crate::leases::store::delete_leases;
use crate::scores::store::{Feedback, StoredFeedback, put_feedback};
use crate::search::store::forget_messages;
use crate::threads::model::thread_not_found;
use crate::threads::store::{count_thumbs, lock_thread};

pub use append::append_message;
pub use list::{Step, find_cursor, is_last, list_messages};
pub use thumbs::{Place, list_places_of_thumbs, read_thumb};
pub use write::{Update, update_message};

/// Deletes those of the messages that are in the thread, and gives what hung below them to their
/// nearest surviving ancestors; returns how many went.
///
/// # Errors
/// The database's.
pub async fn delete_messages(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    ids: &HashSet<MessageId>,
) -> Result<usize> {
    if !lock_thread(conn, scope, thread).await? {
        return Ok(0);
    }
    let nodes = list_nodes(conn, scope, thread).await?;
    let gone: HashSet<MessageId> =
        nodes.iter().map(|node| &node.id).filter(|id| ids.contains(id)).cloned().collect();
    let moved = relink(&nodes, &gone);
    move_nodes(conn, scope, thread, &moved).await?;
    delete_leases(conn, scope, thread, gone.iter()).await?;
    let sets: Vec<[&dyn Param; 3]> =
        gone.iter().map(|id| [scope.project() as &dyn Param, thread as _, id as _]).collect();
    for sql in [
        "DELETE FROM message_copies WHERE project_id = ?1 AND thread_id = ?2 AND message_id = ?3",
        "DELETE FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3",
    ] {
        execute_sets(conn, sql, &sets).await?;
    }
    forget_messages(conn, scope.project(), thread, &gone).await?;
    Ok(gone.len())
}

async fn list_nodes(conn: &mut Conn<'_>, scope: &Scope, thread: &ThreadId) -> Result<Vec<Node>> {
    let sql = "SELECT id, parent_id, height FROM messages WHERE project_id = ?1 AND thread_id = ?2";
    let to_node = |row: &Row<'_>| Ok(Node { id: row.get(0)?, parent: row.get(1)?, height: row.get(2)? });
    Ok(conn.all(sql, &[scope.project(), thread], to_node).await?)
}

async fn move_nodes(conn: &mut Conn<'_>, scope: &Scope, thread: &ThreadId, moved: &[Node]) -> Result<()> {
    let sql = "UPDATE messages SET parent_id = ?4, height = ?5
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let sets: Vec<[&dyn Param; 5]> = moved
        .iter()
        .map(|node| {
            [scope.project() as &dyn Param, thread as _, &node.id as _, &node.parent as _, &node.height as _]
        })
        .collect();
    execute_sets(conn, sql, &sets).await
}

async fn execute_sets<const N: usize>(
    conn: &mut Conn<'_>,
    sql: &'static str,
    sets: &[[&dyn Param; N]],
) -> Result<()> {
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(sql, &sets).await?;
    Ok(())
}

/// Writes a user's feedback on a message and keeps the thread's counters in step.
///
/// # Errors
/// 404 for the thread, then for the message, or the database's.
pub async fn give_feedback(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new_id: &ScoreId,
    feedback: &Feedback,
    now: Timestamp,
) -> Result<StoredFeedback> {
    if !lock_thread(conn, scope, &feedback.thread).await? {
        return Err(thread_not_found());
    }
    let sql = "SELECT 1 FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let params: [&dyn Param; 3] = [scope.project(), &feedback.thread, &feedback.message];
    conn.first(sql, &params, |_| Ok(())).await?.ok_or_else(message_not_found)?;
    let stored = put_feedback(conn, scope, new_id, feedback, now).await?;
    let thumbs = |is_positive: bool| (i64::from(is_positive), i64::from(!is_positive));
    let (up, down) = thumbs(feedback.is_positive);
    let (up_before, down_before) = stored.was_positive.map_or((0, 0), thumbs);
    count_thumbs(conn, scope, &feedback.thread, up - up_before, down - down_before).await?;
    Ok(stored)
}

/// The refusal of an id that names no message of the thread.
pub fn message_not_found() -> Error {
    Error::not_found("Message not found")
}
