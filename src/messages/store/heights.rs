//! Heights that follow the tree.
//!
//! A message that loses an ancestor moves up, and with it all that hangs below it. What hangs below many is too much
//! for one transaction: it follows in steps. Until then it has a height that is too large and never one that is not
//! larger than its parent's, so a list is in order all the time.

use std::collections::HashMap;

use engine::{Conn, Param, Row};

use crate::auth::scope::Scope;
use crate::error::Result;
use crate::id::{MessageId, ProjectId, ThreadId};
use crate::threads::store::{hold_thread, lock_thread};

/// The most messages that a step looks at.
const STEP: usize = 1000;

/// Up to where the messages of a thread, from height 0 up, have their heights.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    height: i64,
    created_at: i64,
    id: MessageId,
}

impl Mark {
    /// Behind the last message of that height.
    pub(super) fn behind(height: i64) -> Self {
        Self { height, created_at: i64::MAX, id: MessageId::named(String::new()) }
    }

    /// Whether every message of that height has a place that follows its parent's.
    pub(super) fn covers(&self, height: i64) -> bool {
        *self >= Self::behind(height)
    }
}

/// Up to where a thread is settled; `None` when all of it is.
pub(super) async fn find_mark(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
) -> Result<Option<Mark>> {
    let sql = "SELECT height, created_at, message_id FROM unsettled_threads
               WHERE project_id = ?1 AND thread_id = ?2";
    let to_mark = |row: &Row<'_>| Ok(Mark { height: row.get(0)?, created_at: row.get(1)?, id: row.get(2)? });
    Ok(conn.first(sql, &[project, thread], to_mark).await?)
}

/// Notes up to where a thread is settled, so that whatever happens the rest is.
pub(super) async fn set_mark(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    mark: Option<&Mark>,
) -> Result<()> {
    let Some(Mark { height, created_at, id }) = mark else {
        let sql = "DELETE FROM unsettled_threads WHERE project_id = ?1 AND thread_id = ?2";
        conn.execute(sql, &[project, thread]).await?;
        return Ok(());
    };
    let sql = "INSERT INTO unsettled_threads (project_id, thread_id, height, created_at, message_id)
               VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (project_id, thread_id) DO UPDATE
               SET height = excluded.height, created_at = excluded.created_at, message_id = excluded.message_id";
    conn.execute(sql, &[project, thread, height, created_at, id]).await?;
    Ok(())
}

/// A message and what its parent's height is.
struct Placed {
    mark: Mark,
    parent: Option<MessageId>,
    parent_height: Option<i64>,
}

/// Gives some of the messages behind the mark their heights; returns the mark behind them, or `None` when there are no
/// more. The caller holds the thread.
pub(super) async fn settle_from(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    mark: Mark,
) -> Result<Option<Mark>> {
    let placed = list_placed(conn, project, thread, &mark).await?;
    // The parents come first, so that their new heights are known in time.
    let mut moved: HashMap<&MessageId, i64> = HashMap::new();
    for Placed { mark, parent, parent_height } in &placed {
        let above = parent.as_ref().and_then(|parent| moved.get(parent).copied()).or(*parent_height);
        let height = above.map_or(0, |above| above + 1);
        if height != mark.height {
            moved.insert(&mark.id, height);
        }
    }
    let sql = "UPDATE messages SET height = ?4 WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let sets: Vec<[&dyn Param; 4]> =
        moved.iter().map(|(id, height)| [project as &dyn Param, thread, *id, height]).collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(sql, &sets).await?;
    let has_more = placed.len() == STEP;
    Ok(placed.into_iter().next_back().map(|last| last.mark).filter(|_| has_more))
}

async fn list_placed(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    Mark { height, created_at, id }: &Mark,
) -> Result<Vec<Placed>> {
    let sql = "SELECT m.height, m.created_at, m.id, m.parent_id, p.height
               FROM messages m
               LEFT JOIN messages p ON p.project_id = ?1 AND p.thread_id = ?2 AND p.id = m.parent_id
               WHERE m.project_id = ?1 AND m.thread_id = ?2 AND (m.height, m.created_at, m.id) > (?3, ?4, ?5)
               ORDER BY m.height, m.created_at, m.id LIMIT ?6";
    let to_placed = |row: &Row<'_>| {
        let mark = Mark { height: row.get(0)?, created_at: row.get(1)?, id: row.get(2)? };
        Ok(Placed { mark, parent: row.get(3)?, parent_height: row.get(4)? })
    };
    let params: [&dyn Param; 6] = [project, thread, height, created_at, id, &(STEP as i64)];
    Ok(conn.all(sql, &params, to_placed).await?)
}

/// Settles some of a thread of the workspace; returns whether all of it is.
///
/// # Errors
/// The database's.
pub async fn settle_thread(conn: &mut Conn<'_>, scope: &Scope, thread: &ThreadId) -> Result<bool> {
    if lock_thread(conn, scope, thread).await? {
        settle_some(conn, scope.project(), thread).await
    } else {
        Ok(true)
    }
}

/// As [`settle_thread`], for a thread that somebody left unsettled, in whatever workspace it is.
///
/// # Errors
/// The database's.
pub async fn settle_left_thread(
    conn: &mut Conn<'_>,
    (project, thread): &(ProjectId, ThreadId),
) -> Result<bool> {
    hold_thread(conn, project, thread).await?;
    settle_some(conn, project, thread).await
}

/// Settles some of a thread that the caller holds; returns whether all of it is.
pub(super) async fn settle_some(conn: &mut Conn<'_>, project: &ProjectId, thread: &ThreadId) -> Result<bool> {
    let Some(mark) = find_mark(conn, project, thread).await? else { return Ok(true) };
    let mark = settle_from(conn, project, thread, mark).await?;
    set_mark(conn, project, thread, mark.as_ref()).await?;
    Ok(mark.is_none())
}

/// Some of the threads that are not settled.
///
/// # Errors
/// The database's.
pub async fn list_unsettled_threads(conn: &mut Conn<'_>) -> Result<Vec<(ProjectId, ThreadId)>> {
    let sql = "SELECT project_id, thread_id FROM unsettled_threads ORDER BY project_id, thread_id LIMIT 100";
    Ok(conn.all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?))).await?)
}
