//! What other rooms call when they write, change or delete what can be found.

use engine::{Conn, Param, Sql};

use super::TITLE;
use crate::error::Result;
use crate::id::{MessageId, ProjectId, ThreadId, UserId, WorkspaceId};

/// Queues a message that is new. Its parameters: project, thread, message.
pub const QUEUE_NEW_MESSAGE: &str =
    "INSERT INTO search_queue (project_id, thread_id, message_id, version, counting)
     VALUES (?1, ?2, ?3, 0, 1)";

/// Queues a thread that is new, with its title if it has one. Its parameters: project, thread.
pub const QUEUE_NEW_THREAD: &str =
    "INSERT INTO search_queue (project_id, thread_id, message_id, version, counting)
     VALUES (?1, ?2, '', 0, 1)";

/// Statements that take documents away, for what is named by a condition on a project and more: out of the
/// queue first. Whoever indexes them now has taken them out before, and this waits until their documents
/// are there to be deleted.
macro_rules! deletions {
    ($documents:literal, $queue:literal) => {{
        // What else differs between the engines has no part in it.
        macro_rules! delete_words {
            ($number:literal, $column:literal, $open:literal, $close:literal, $doc:literal, $end:literal) => {
                concat!(
                    "DELETE FROM search_words WHERE ",
                    $number,
                    " IN (SELECT number FROM search_documents WHERE project_id = ?1 AND ",
                    $documents,
                    ")"
                )
            };
        }
        [
            Sql::from(concat!("DELETE FROM search_queue WHERE project_id = ?1 AND ", $queue)),
            engine::text_search!(delete_words, "search_words"),
            Sql::from(concat!("DELETE FROM search_documents WHERE project_id = ?1 AND ", $documents)),
        ]
    }};
    ($both:literal) => {
        deletions!($both, $both)
    };
}

pub(super) async fn delete_documents(conn: &mut Conn<'_>, keys: &[[&dyn Param; 3]]) -> Result<()> {
    let sets: Vec<&[&dyn Param]> = keys.iter().map(|set| &set[..]).collect();
    let [_, words, documents] = deletions!("thread_id = ?2 AND message_id = ?3");
    conn.execute_many(words, &sets).await?;
    conn.execute_many(documents, &sets).await?;
    Ok(())
}

/// Has a message indexed again, which is not found until then. The caller has changed it. `counts` says whether
/// it is counted as written by what it says now, as nothing was said in it before.
///
/// # Errors
/// The database's.
pub async fn renew_message(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    message: &MessageId,
    counts: bool,
) -> Result<()> {
    queue(conn, project, thread, message.as_str(), counts).await?;
    delete_documents(conn, &[[project, thread, message]]).await
}

/// Has a thread's title indexed again, and every message of the thread that is not.
///
/// # Errors
/// The database's.
pub async fn renew_title(conn: &mut Conn<'_>, project: &ProjectId, thread: &ThreadId) -> Result<()> {
    queue(conn, project, thread, TITLE, false).await?;
    delete_documents(conn, &[[project, thread, &TITLE]]).await
}

async fn queue(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    message: &str,
    counts: bool,
) -> Result<()> {
    let sql = "INSERT INTO search_queue (project_id, thread_id, message_id, version, counting)
               VALUES (?1, ?2, ?3, 0, ?4)
               ON CONFLICT (project_id, thread_id, message_id) DO UPDATE SET
                   version = search_queue.version + 1, claimed_until = 0,
                   counting = CASE WHEN search_queue.counting > excluded.counting
                                   THEN search_queue.counting ELSE excluded.counting END";
    conn.execute(sql, &[project, thread, &message, &i64::from(counts)]).await?;
    Ok(())
}

/// Forgets messages of a thread that are deleted.
///
/// # Errors
/// The database's.
pub async fn forget_messages<'m>(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    messages: impl Iterator<Item = &'m MessageId>,
) -> Result<()> {
    let sets: Vec<[&dyn Param; 3]> = messages.map(|id| [project as &dyn Param, thread, id]).collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    for sql in deletions!("thread_id = ?2 AND message_id = ?3") {
        conn.execute_many(sql, &sets).await?;
    }
    Ok(())
}

/// Forgets a thread that is deleted.
///
/// # Errors
/// The database's.
pub async fn forget_thread(conn: &mut Conn<'_>, project: &ProjectId, thread: &ThreadId) -> Result<()> {
    for sql in deletions!("thread_id = ?2") {
        conn.execute(sql, &[project, thread]).await?;
    }
    Ok(())
}

/// Forgets what a user who is erased has said: the threads they created, and their messages in those of
/// others. The rows themselves are still as they were.
///
/// # Errors
/// The database's.
pub async fn forget_user(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<()> {
    let threads =
        deletions!("thread_id IN (SELECT id FROM threads WHERE project_id = ?1 AND created_by = ?2)");
    let messages = deletions!(
        "(thread_id, message_id) IN
             (SELECT thread_id, id FROM messages WHERE project_id = ?1 AND created_by = ?2 AND is_guests)"
    );
    for sql in threads.into_iter().chain(messages) {
        conn.execute(sql, &[project, user]).await?;
    }
    Ok(())
}

/// Forgets some of what can be found in a project that is deleted for good, and of what waits to be; returns
/// how much, which is nothing when nothing is left.
///
/// # Errors
/// The database's.
pub async fn forget_some_of_project(conn: &mut Conn<'_>, project: &ProjectId) -> Result<u64> {
    let [queue, words, documents] = deletions!(
        "number IN (SELECT number FROM search_documents WHERE project_id = ?1
                    ORDER BY thread_id, message_id LIMIT 200)",
        "(thread_id, message_id) IN
             (SELECT thread_id, message_id FROM search_queue WHERE project_id = ?1 LIMIT 500)"
    );
    let waiting = conn.execute(queue, &[project]).await?;
    conn.execute(words, &[project]).await?;
    Ok(waiting + conn.execute(documents, &[project]).await?)
}

/// Has the threads of a workspace indexed again, which are not found until then: they are about to move
/// to another one.
///
/// # Errors
/// The database's.
pub async fn renew_workspace(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    workspace: &WorkspaceId,
) -> Result<()> {
    for sql in deletions!("thread_id IN (SELECT id FROM threads WHERE project_id = ?1 AND workspace_id = ?2)")
    {
        conn.execute(sql, &[project, workspace]).await?;
    }
    let sql = "INSERT INTO search_queue (project_id, thread_id, message_id, version)
               SELECT project_id, id, '', 0 FROM threads WHERE project_id = ?1 AND workspace_id = ?2
               ON CONFLICT (project_id, thread_id, message_id) DO UPDATE SET version = search_queue.version + 1";
    conn.execute(sql, &[project, workspace]).await?;
    Ok(())
}
