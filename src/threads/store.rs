//! The queries on threads.

use engine::{Conn, Param, Row};

mod glance;
mod pages;
mod thumbs;

pub use glance::add_glances;
pub use pages::list_project_threads;
pub use thumbs::{list_threads_without_thumbs, mark_thumbs_found};

use super::listing::{ThreadDetail, ThreadRow};
use super::model::{Metadata, NewThread, Thread, ThreadChange, ThreadPage};
use crate::auth::scope::{ProjectScope, Scope};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{ProjectId, ThreadId, UserId, WorkspaceId};
use crate::leases::store::delete_leases_of_thread;
use crate::search::store::{QUEUE_NEW_THREAD, forget_thread, renew_title};
use crate::titles::Title;
use crate::users::store::record_seen_user;
use crate::workspaces::store::{ensure_workspace, lock_workspace};

fn to_thread<'r>(scope: &'r Scope, row: &'r Row<'_>) -> engine::Result<Thread<'r>> {
    Ok(Thread {
        id: row.text(0)?,
        project_id: scope.project().as_str(),
        workspace_id: scope.workspace().as_str(),
        title: row.optional_text(1)?,
        external_id: row.optional_text(2)?,
        metadata: row.optional_text(3)?,
        is_archived: row.get(4)?,
        last_message_at: Timestamp::from_millis(row.get(5)?),
        created_at: Timestamp::from_millis(row.get(6)?),
        updated_at: Timestamp::from_millis(row.get(7)?),
    })
}

/// Creates a thread, and its workspace with the first one.
///
/// # Errors
/// The database's.
pub async fn create_thread(conn: &mut Conn<'_>, scope: &Scope, new: &NewThread) -> Result<()> {
    ensure_workspace(conn, scope, &new.created_by, new.now).await?;
    insert_thread(conn, scope, new).await
}

/// Creates a thread unless the workspace has one with the same external id, archived or not; returns
/// the oldest such one and whether it is new.
///
/// # Errors
/// The database's.
pub async fn upsert_thread(
    conn: &mut Conn<'_>,
    scope: &Scope,
    external_id: &str,
    new: &NewThread,
) -> Result<(ThreadId, bool)> {
    lock_workspace(conn, scope, &new.created_by, new.now).await?;
    let sql = "SELECT id FROM threads WHERE project_id = ?1 AND workspace_id = ?2 AND external_id = ?3
               ORDER BY created_at, id LIMIT 1";
    let found = conn
        .first(sql, &[scope.project(), scope.workspace(), &external_id], |row| row.get::<ThreadId>(0))
        .await?;
    if let Some(found) = found {
        conn.undo();
        return Ok((found, false));
    }
    insert_thread(conn, scope, new).await?;
    Ok((new.id.clone(), true))
}

async fn insert_thread(conn: &mut Conn<'_>, scope: &Scope, new: &NewThread) -> Result<()> {
    let sql = "INSERT INTO threads
               (project_id, id, workspace_id, title, external_id, metadata, is_archived, last_message_at,
                thumbs_up, thumbs_down, created_by, updated_by, created_at, updated_at, needs_thumbs)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, FALSE, ?7, 0, 0, ?8, ?8, ?9, ?9, FALSE)";
    conn.execute(
        sql,
        &[
            scope.project(),
            &new.id,
            scope.workspace(),
            &new.title,
            &new.external_id,
            &new.metadata.as_ref().map(Metadata::as_str),
            &new.last_message_at.millis(),
            &new.created_by,
            &new.now.millis(),
        ],
    )
    .await?;
    conn.execute(QUEUE_NEW_THREAD, &[scope.project(), &new.id]).await?;
    record_seen_user(conn, scope.project(), &new.created_by, new.now).await
}

/// A thread of the workspace, through `map`.
///
/// # Errors
/// The database's.
pub async fn find_thread<T>(
    conn: &mut Conn<'_>,
    scope: &Scope,
    id: &ThreadId,
    map: impl Fn(Thread<'_>) -> T,
) -> Result<Option<T>> {
    let sql = "SELECT id, title, external_id, metadata, is_archived,
                      last_message_at, created_at, updated_at
               FROM threads WHERE project_id = ?1 AND workspace_id = ?2 AND id = ?3";
    let params: [&dyn engine::Param; 3] = [scope.project(), scope.workspace(), id];
    Ok(conn.first(sql, &params, |row| Ok(map(to_thread(scope, row)?))).await?)
}

/// What a thread is called: `Some(None)` when it has no title, or one of white space alone; `None` when the
/// workspace has none of that id.
///
/// # Errors
/// The database's.
pub async fn find_title(conn: &mut Conn<'_>, scope: &Scope, id: &ThreadId) -> Result<Option<Option<String>>> {
    let sql = "SELECT title FROM threads WHERE project_id = ?1 AND workspace_id = ?2 AND id = ?3";
    let params: [&dyn Param; 3] = [scope.project(), scope.workspace(), id];
    let to_title =
        |row: &Row<'_>| Ok(row.optional_text(0)?.filter(|title| !title.trim().is_empty()).map(str::to_owned));
    Ok(conn.first(sql, &params, to_title).await?)
}

/// A place in the order of a list: rows strictly after it follow.
pub type Cursor = (i64, String);

/// Where a thread of the workspace stands in the order of lists.
///
/// # Errors
/// The database's.
pub async fn find_cursor(conn: &mut Conn<'_>, scope: &Scope, after: &ThreadId) -> Result<Option<Cursor>> {
    let sql = "SELECT last_message_at, id FROM threads
               WHERE project_id = ?1 AND workspace_id = ?2 AND id = ?3";
    let params: [&dyn engine::Param; 3] = [scope.project(), scope.workspace(), after];
    Ok(conn.first(sql, &params, |row| Ok((row.get(0)?, row.get(1)?))).await?)
}

/// Visits a page of the workspace's threads, the latest message first.
///
/// # Errors
/// The database's.
pub async fn list_threads(
    conn: &mut Conn<'_>,
    scope: &Scope,
    page: &ThreadPage,
    cursor: Option<&Cursor>,
    mut visit: impl FnMut(Thread<'_>),
) -> Result<()> {
    macro_rules! page {
        ($filters:literal) => {
            concat!(
                "SELECT id, title, external_id, metadata, is_archived, last_message_at, created_at, updated_at
                 FROM threads WHERE project_id = ?1 AND workspace_id = ?2 AND is_archived = ?3 ",
                $filters,
                " ORDER BY last_message_at DESC, id DESC LIMIT ?4"
            )
        };
    }
    let limit = i64::from(page.limit);
    let mut params: Vec<&dyn Param> = vec![scope.project(), scope.workspace(), &page.is_archived, &limit];
    params.extend(page.external_id.iter().map(|id| id as &dyn Param));
    if let Some((last_message_at, id)) = cursor {
        params.extend([last_message_at as &dyn Param, id]);
    }
    // The first page has nothing to compare every row with.
    let sql = match (&page.external_id, cursor) {
        (None, None) => page!(""),
        (None, Some(_)) => page!("AND (last_message_at, id) < (?5, ?6)"),
        (Some(_), None) => page!("AND external_id = ?5"),
        (Some(_), Some(_)) => page!("AND external_id = ?5 AND (last_message_at, id) < (?6, ?7)"),
    };
    let visit = |row: &Row<'_>| {
        visit(to_thread(scope, row)?);
        Ok(())
    };
    Ok(conn.each(sql, &params, visit).await?)
}

/// Changes a thread; false when the workspace has none of that id.
///
/// # Errors
/// The database's.
pub async fn update_thread(
    conn: &mut Conn<'_>,
    scope: &Scope,
    id: &ThreadId,
    change: &ThreadChange,
    user: &UserId,
    now: Timestamp,
) -> Result<bool> {
    // Clients write the title back that they were told.
    let sql = "UPDATE threads SET
                   title = COALESCE(?4, title),
                   title_is_local = title_is_local AND (?4 IS NULL OR title = ?4),
                   last_message_at = COALESCE(?5, last_message_at),
                   is_archived = COALESCE(?6, is_archived),
                   metadata = CASE WHEN ?7 THEN ?8 ELSE metadata END,
                   updated_by = ?9, updated_at = ?10
               WHERE project_id = ?1 AND workspace_id = ?2 AND id = ?3";
    let metadata = change.metadata.as_ref().and_then(|metadata| metadata.as_ref().map(Metadata::as_str));
    let changed = conn
        .execute(
            sql,
            &[
                scope.project(),
                scope.workspace(),
                id,
                &change.title,
                &change.last_message_at.map(Timestamp::millis),
                &change.is_archived,
                &change.metadata.is_some(),
                &metadata,
                user,
                &now.millis(),
            ],
        )
        .await?;
    if changed > 0 && change.title.is_some() {
        renew_title(conn, scope.project(), id).await?;
    }
    Ok(changed > 0)
}

/// Gives a thread a title that was made by rule. The caller holds the row, and has seen that it has none.
///
/// # Errors
/// The database's.
pub async fn set_local_title(
    conn: &mut Conn<'_>,
    scope: &Scope,
    id: &ThreadId,
    title: &Title,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE threads SET title = ?4, title_is_local = TRUE, updated_at = ?5
               WHERE project_id = ?1 AND workspace_id = ?2 AND id = ?3";
    conn.execute(sql, &[scope.project(), scope.workspace(), id, &title.as_str(), &now.millis()]).await?;
    renew_title(conn, scope.project(), id).await
}

/// Takes the titles that were made by rule off the threads in which a user has written: their words may stand
/// in them.
///
/// # Errors
/// The database's.
pub async fn forget_local_titles(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<()> {
    let sql = "UPDATE threads SET title = NULL, title_is_local = FALSE
               WHERE project_id = ?1 AND title_is_local AND id IN
                   (SELECT thread_id FROM messages WHERE project_id = ?1 AND created_by = ?2)
               RETURNING id";
    for thread in conn.all(sql, &[project, user], |row| row.get::<ThreadId>(0)).await? {
        renew_title(conn, project, &thread).await?;
    }
    Ok(())
}

/// Holds a thread's row until the transaction ends, so that what is then read of its messages stays
/// true; false when the workspace has none of that id.
///
/// # Errors
/// The database's.
pub async fn lock_thread(conn: &mut Conn<'_>, scope: &Scope, id: &ThreadId) -> Result<bool> {
    let sql = "UPDATE threads SET updated_at = updated_at
               WHERE project_id = ?1 AND workspace_id = ?2 AND id = ?3";
    Ok(conn.execute(sql, &[scope.project(), scope.workspace(), id]).await? > 0)
}

/// Holds a thread's row and moves its last message up to `now`, unless it is later already. False, and
/// nothing is held, when the workspace has none of that id, or when a message of the thread has the external
/// id that is about to come with a new one.
///
/// # Errors
/// The database's.
pub async fn advance_thread(
    conn: &mut Conn<'_>,
    scope: &Scope,
    id: &ThreadId,
    new_external_id: Option<&str>,
    user: &UserId,
    now: Timestamp,
) -> Result<bool> {
    macro_rules! advance {
        ($condition:literal) => {
            concat!(
                "UPDATE threads SET
                     last_message_at = CASE WHEN last_message_at > ?4 THEN last_message_at ELSE ?4 END,
                     updated_by = ?5, updated_at = ?4
                 WHERE project_id = ?1 AND workspace_id = ?2 AND id = ?3",
                $condition
            )
        };
    }
    let millis = now.millis();
    let mut params: Vec<&dyn Param> = vec![scope.project(), scope.workspace(), id, &millis, user];
    params.extend(new_external_id.iter().map(|external_id| external_id as &dyn Param));
    let sql = match new_external_id {
        None => advance!(""),
        Some(_) => advance!(
            " AND NOT EXISTS (SELECT 1 FROM messages m
                              WHERE m.project_id = ?1 AND m.thread_id = ?3 AND m.external_id = ?6)"
        ),
    };
    Ok(conn.execute(sql, &params).await? > 0)
}

/// Adds to the thread's counters of thumbs. The caller holds the row.
///
/// # Errors
/// The database's.
pub async fn count_thumbs(
    conn: &mut Conn<'_>,
    scope: &Scope,
    id: &ThreadId,
    up: i64,
    down: i64,
) -> Result<()> {
    let sql = "UPDATE threads SET thumbs_up = thumbs_up + ?4, thumbs_down = thumbs_down + ?5
               WHERE project_id = ?1 AND workspace_id = ?2 AND id = ?3";
    conn.execute(sql, &[scope.project(), scope.workspace(), id, &up, &down]).await?;
    Ok(())
}

/// Deletes a thread with its messages; false when the workspace has none of that id.
///
/// # Errors
/// The database's.
pub async fn delete_thread(conn: &mut Conn<'_>, scope: &Scope, id: &ThreadId) -> Result<bool> {
    let is_there = lock_thread(conn, scope, id).await?;
    if is_there {
        delete_rows(conn, scope.project(), id).await?;
    }
    Ok(is_there)
}

/// Deletes a thread that the caller holds; returns how many messages were in it.
///
/// # Errors
/// The database's.
pub async fn delete_rows(conn: &mut Conn<'_>, project: &ProjectId, id: &ThreadId) -> Result<u64> {
    delete_leases_of_thread(conn, project, id).await?;
    let params: [&dyn Param; 2] = [project, id];
    let deleted = conn
        .execute_all(&[
            ("DELETE FROM message_copies WHERE project_id = ?1 AND thread_id = ?2", &params),
            ("DELETE FROM messages WHERE project_id = ?1 AND thread_id = ?2", &params),
            ("DELETE FROM unsettled_threads WHERE project_id = ?1 AND thread_id = ?2", &params),
        ])
        .await?;
    forget_thread(conn, project, id).await?;
    conn.execute("DELETE FROM threads WHERE project_id = ?1 AND id = ?2", &params).await?;
    Ok(deleted.get(1).copied().unwrap_or_default())
}

/// Some of the threads that a user created.
///
/// # Errors
/// The database's.
pub async fn list_some_threads_of(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    user: &UserId,
) -> Result<Vec<ThreadId>> {
    let sql = "SELECT id FROM threads WHERE project_id = ?1 AND created_by = ?2 LIMIT 100";
    Ok(conn.all(sql, &[project, user], |row| row.get(0)).await?)
}

/// Holds a thread's row, whatever workspace it is in; false when there is none.
///
/// # Errors
/// The database's.
pub async fn hold_thread(conn: &mut Conn<'_>, project: &ProjectId, id: &ThreadId) -> Result<bool> {
    let sql = "UPDATE threads SET updated_at = updated_at WHERE project_id = ?1 AND id = ?2";
    Ok(conn.execute(sql, &[project, id]).await? > 0)
}

/// The columns that [`to_row`] reads, for a thread `t` and the user `u` who created it.
macro_rules! thread_row_columns {
    () => {
        "t.id, t.workspace_id, t.title, t.external_id, t.is_archived, t.created_by, u.display_name, \
         t.created_at, t.updated_at, t.last_message_at, t.thumbs_up, t.thumbs_down"
    };
}
pub(crate) use thread_row_columns;

/// Reads a thread of a list from the columns that begin at `first`.
///
/// # Errors
/// When a column has another type.
pub fn to_row(row: &Row<'_>, first: usize) -> engine::Result<ThreadRow> {
    Ok(ThreadRow {
        id: row.get(first)?,
        workspace_id: row.get(first + 1)?,
        title: row.get(first + 2)?,
        external_id: row.get(first + 3)?,
        is_archived: row.get(first + 4)?,
        created_by: row.get(first + 5)?,
        created_by_name: row.get(first + 6)?,
        created_at: Timestamp::from_millis(row.get(first + 7)?),
        updated_at: Timestamp::from_millis(row.get(first + 8)?),
        last_message_at: Timestamp::from_millis(row.get(first + 9)?),
        thumbs_up: row.get(first + 10)?,
        thumbs_down: row.get(first + 11)?,
        message_count: 0,
        first_words: None,
        run: None,
        found: None,
    })
}

/// The first thread that was ever created in the project and is still there.
///
/// # Errors
/// The database's.
pub async fn find_first_thread(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    now: Timestamp,
) -> Result<Option<ThreadRow>> {
    let sql = concat!(
        "SELECT ",
        thread_row_columns!(),
        " FROM threads t LEFT JOIN users u ON u.project_id = t.project_id AND u.id = t.created_by
         WHERE t.project_id = ?1 ORDER BY t.id LIMIT 1"
    );
    let mut found = conn.first(sql, &[scope.project()], |row| to_row(row, 0)).await?;
    add_glances(conn, scope, now, found.as_mut_slice()).await?;
    Ok(found)
}

/// A thread of the project with its metadata and the number of its messages.
///
/// # Errors
/// The database's.
pub async fn find_thread_detail(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    id: &ThreadId,
    now: Timestamp,
) -> Result<Option<ThreadDetail>> {
    let sql = concat!(
        "SELECT t.metadata, (SELECT COUNT(*) FROM messages m
                             WHERE m.project_id = t.project_id AND m.thread_id = t.id), ",
        thread_row_columns!(),
        " FROM threads t LEFT JOIN users u ON u.project_id = t.project_id AND u.id = t.created_by
         WHERE t.project_id = ?1 AND t.id = ?2"
    );
    let to_detail = |row: &Row<'_>| {
        // What is stored was checked to be JSON when it was written.
        let metadata = row.optional_text(0)?.and_then(|text| serde_json::from_str(text).ok());
        Ok(ThreadDetail { row: to_row(row, 2)?, metadata, messages: row.get(1)? })
    };
    let mut found = conn.first(sql, &[scope.project(), id], to_detail).await?;
    let row = found.as_mut().map(|detail| &mut detail.row);
    add_glances(conn, scope, now, row.map(std::slice::from_mut).unwrap_or_default()).await?;
    Ok(found)
}

/// The workspace that one of the project's threads is in.
///
/// # Errors
/// The database's.
pub async fn find_thread_workspace(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    id: &ThreadId,
) -> Result<Option<WorkspaceId>> {
    let sql = "SELECT workspace_id FROM threads WHERE project_id = ?1 AND id = ?2";
    Ok(conn.first(sql, &[scope.project(), id], |row| row.get(0)).await?)
}
