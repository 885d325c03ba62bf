//! The queries on messages.

use std::collections::HashSet;

use engine::{Conn, Param, Row};

use super::content::Content;
use super::model::{Appended, NewMessage, Parent};
use super::page::{Cursor, Page};
use super::tree::{Node, relink};
use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{MessageId, ScoreId, ThreadId, UserId};
use crate::scores::store::{Feedback, StoredFeedback, put_feedback};
use crate::search::store::{QUEUE_NEW_MESSAGE, forget_messages, renew_message};
use crate::threads::model::thread_not_found;
use crate::threads::store::{advance_thread, count_thumbs, lock_thread};
use crate::users::store::record_active_user;

/// Appends a message, or replaces the content of the one that has the same external id.
///
/// # Errors
/// As the spec orders the checks of `POST /v1/threads/{thread_id}/messages`, or the database's.
pub async fn append_message(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new: &NewMessage,
    counts_user: bool,
) -> Result<Appended> {
    // The thread's row is held from here on: appends to one thread stand in line, which is what makes
    // external ids and heights safe.
    if !advance_thread(conn, scope, &new.thread, &new.author, new.now).await? {
        return Err(thread_not_found());
    }
    if let Some(external_id) = &new.external_id
        && let Some(stored) = find_by_external_id(conn, scope, &new.thread, external_id).await?
    {
        return replace_message(conn, scope, new, stored).await;
    }
    let (parent, height) = resolve_parent(conn, scope, &new.thread, &new.parent).await?;
    if counts_user {
        record_active_user(conn, scope.project(), &new.author, new.now).await?;
    }
    insert_message(conn, scope, new, parent.as_ref(), height).await?;
    Ok(Appended { id: new.id.clone(), is_new: true })
}

struct Stored {
    id: MessageId,
    format: String,
    content: Content,
}

async fn find_by_external_id(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    external_id: &str,
) -> Result<Option<Stored>> {
    let sql = "SELECT id, format, content FROM messages
               WHERE project_id = ?1 AND thread_id = ?2 AND external_id = ?3";
    let to_stored = |row: &Row<'_>| {
        Ok(Stored { id: row.get(0)?, format: row.get(1)?, content: Content::stored(row.get(2)?) })
    };
    Ok(conn.first(sql, &[scope.project(), thread, &external_id], to_stored).await?)
}

async fn replace_message(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new: &NewMessage,
    stored: Stored,
) -> Result<Appended> {
    if stored.content.role() != new.content.role() {
        return Err(Error::conflict("Message role cannot change"));
    }
    if stored.format == new.format && stored.content.means_the_same_as(&new.content) {
        conn.undo();
        return Ok(Appended { id: stored.id, is_new: false });
    }
    let sql = "UPDATE messages SET content = ?4, format = ?5, updated_by = ?6, updated_at = ?7
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let params: [&dyn Param; 7] = [
        scope.project(),
        &new.thread,
        &stored.id,
        &new.content.as_str(),
        &new.format,
        &new.author,
        &new.now.millis(),
    ];
    conn.execute(sql, &params).await?;
    renew_message(conn, scope.project(), &new.thread, &stored.id).await?;
    Ok(Appended { id: stored.id, is_new: false })
}

/// The parent's id and the height of a message below it.
async fn resolve_parent(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    parent: &Parent,
) -> Result<(Option<MessageId>, i64)> {
    let place = |row: &Row<'_>| Ok((Some(row.get(0)?), row.get::<i64>(1)? + 1));
    match parent {
        Parent::Root => Ok((None, 0)),
        Parent::Id(id) => {
            let sql = "SELECT id, height FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
            let found = conn.first(sql, &[scope.project(), thread, id], place).await?;
            found.ok_or_else(|| Error::bad_request("Parent message not found in thread"))
        }
        Parent::ExternalId(external_id) => {
            let sql = "SELECT id, height FROM messages
                       WHERE project_id = ?1 AND thread_id = ?2 AND external_id = ?3";
            let found = conn.first(sql, &[scope.project(), thread, external_id], place).await?;
            found.ok_or_else(|| Error::bad_request("Parent message with external_id not found in thread"))
        }
    }
}

async fn insert_message(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new: &NewMessage,
    parent: Option<&MessageId>,
    height: i64,
) -> Result<()> {
    let sql = "INSERT INTO messages
               (project_id, thread_id, id, parent_id, external_id, height, format, content,
                created_by, updated_by, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?10)";
    let params: [&dyn Param; 10] = [
        scope.project(),
        &new.thread,
        &new.id,
        &parent,
        &new.external_id,
        &height,
        &new.format,
        &new.content.as_str(),
        &new.author,
        &new.now.millis(),
    ];
    conn.execute_all(&[(sql, &params), (QUEUE_NEW_MESSAGE, &[scope.project(), &new.thread, &new.id])])
        .await?;
    Ok(())
}

/// Where a message of the thread stands in the order of lists.
///
/// # Errors
/// The database's.
pub async fn find_cursor(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    after: &MessageId,
) -> Result<Option<Cursor>> {
    let sql = "SELECT height, created_at, id FROM messages m
               WHERE project_id = ?1 AND thread_id = ?3 AND id = ?4
                 AND EXISTS (SELECT 1 FROM threads t
                             WHERE t.project_id = ?1 AND t.workspace_id = ?2 AND t.id = ?3)";
    let to_cursor =
        |row: &Row<'_>| Ok(Cursor { height: row.get(0)?, created_at: row.get(1)?, id: row.get(2)? });
    Ok(conn.first(sql, &[scope.project(), scope.workspace(), thread, after], to_cursor).await?)
}

/// Adds the messages of a thread that follow the cursor to the page, the deepest and newest first;
/// returns how many there were. A thread that the workspace does not have has none.
///
/// # Errors
/// The database's.
pub async fn list_messages(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    limit: u32,
    page: &mut Page,
) -> Result<u32> {
    macro_rules! page {
        ($after:literal) => {
            concat!(
                "SELECT id, parent_id, external_id, height, created_at, updated_at, format, content
                 FROM messages m
                 WHERE project_id = ?1 AND thread_id = ?3 ",
                $after,
                " AND EXISTS (SELECT 1 FROM threads t
                              WHERE t.project_id = ?1 AND t.workspace_id = ?2 AND t.id = ?3)
                 ORDER BY height DESC, created_at DESC, id DESC LIMIT ?4"
            )
        };
    }
    let after = page.cursor().cloned();
    let limit = i64::from(limit);
    let mut params: Vec<&dyn Param> = vec![scope.project(), scope.workspace(), thread, &limit];
    let sql = match &after {
        // The first page has nothing to compare every row with.
        None => page!(""),
        Some(Cursor { height, created_at, id }) => {
            params.extend([height as &dyn Param, created_at, id]);
            page!("AND (height, created_at, id) < (?5, ?6, ?7)")
        }
    };
    let mut count = 0;
    conn.each(sql, &params, |row| {
        count += 1;
        page.push(row)
    })
    .await?;
    Ok(count)
}

/// Replaces the content of a message; false when there is none of that id in a thread of the workspace.
///
/// # Errors
/// The database's.
pub async fn update_message(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (thread, id): (&ThreadId, &MessageId),
    content: &Content,
    user: &UserId,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE messages SET content = ?5, updated_by = ?6, updated_at = ?7
               WHERE project_id = ?1 AND thread_id = ?3 AND id = ?4
                 AND EXISTS (SELECT 1 FROM threads t
                             WHERE t.project_id = ?1 AND t.workspace_id = ?2 AND t.id = ?3)";
    let params: [&dyn Param; 7] =
        [scope.project(), scope.workspace(), thread, id, &content.as_str(), user, &now.millis()];
    if conn.execute(sql, &params).await? == 0 {
        return Ok(false);
    }
    renew_message(conn, scope.project(), thread, id).await?;
    Ok(true)
}

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
    let sql = "DELETE FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let sets: Vec<[&dyn Param; 3]> =
        gone.iter().map(|id| [scope.project() as &dyn Param, thread as _, id as _]).collect();
    execute_sets(conn, sql, &sets).await?;
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
