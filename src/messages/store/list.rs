//! Reading a thread's messages, page by page and large ones one by one.

use std::ops::ControlFlow;

use engine::{Conn, Param};

use super::super::page::{Cursor, Page, Pushed};
use crate::auth::scope::Scope;
use crate::error::Result;
use crate::id::{MessageId, ThreadId};

/// The most messages of a step.
const MAX_ROWS: u32 = 200;

/// Messages that are read at once after one that was too large for that: such messages rarely come alone.
const FEW: u32 = 4;

/// How much of a list to read at once.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// So many messages, up to one whose content is large.
    Rows(u32),
    /// The one large message that ended the step before.
    Large,
}

impl Step {
    /// The first step of a list.
    pub fn first() -> Self {
        Self::Rows(MAX_ROWS)
    }

    fn rows(self) -> u32 {
        match self {
            Self::Rows(rows) => rows,
            Self::Large => 1,
        }
    }

    fn next(self) -> Self {
        match self {
            Self::Rows(rows) => Self::Rows((rows * 2).min(MAX_ROWS)),
            Self::Large => Self::Rows(FEW),
        }
    }
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
        |row: &engine::Row<'_>| Ok(Cursor { height: row.get(0)?, created_at: row.get(1)?, id: row.get(2)? });
    Ok(conn.first(sql, &[scope.project(), scope.workspace(), thread, after], to_cursor).await?)
}

/// Whether no message of the thread follows the cursor.
///
/// # Errors
/// The database's.
pub async fn is_last(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    Cursor { height, created_at, id }: &Cursor,
) -> Result<bool> {
    let sql = "SELECT 1 FROM messages m
               WHERE project_id = ?1 AND thread_id = ?3 AND (height, created_at, id) < (?4, ?5, ?6)
                 AND EXISTS (SELECT 1 FROM threads t
                             WHERE t.project_id = ?1 AND t.workspace_id = ?2 AND t.id = ?3)
               LIMIT 1";
    let params: [&dyn Param; 6] = [scope.project(), scope.workspace(), thread, height, created_at, id];
    Ok(conn.first(sql, &params, |_| Ok(())).await?.is_none())
}

/// Adds messages of a thread that follow the page's last one to it, the deepest and newest first, until
/// the step or the page is full; returns the step that goes on, or `None` when the thread has no more. A
/// thread that the workspace does not have has none.
///
/// # Errors
/// The database's.
pub async fn list_messages(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    step: Step,
    page: &mut Page,
) -> Result<Option<Step>> {
    // Content that comes with the other rows of a step has at most 32 KiB: PostgreSQL sends a step's rows all at
    // once. The numbers stand in the text, as SQLite would cast a parameter for each row, and the thread in no EXISTS,
    // which it would turn into a join; only messages that can have a copy are looked up for one.
    macro_rules! page {
        ($after:literal, $content:literal, $copy:literal) => {
            concat!(
                "SELECT m.id, m.parent_id, m.external_id, m.height, m.created_at, m.updated_at, m.format, ",
                $content,
                ", CASE WHEN m.format <> 'aui/v0' AND m.format <> ?5 THEN (SELECT ",
                $copy,
                " FROM message_copies c
                   WHERE c.project_id = ?1 AND c.thread_id = ?3 AND c.message_id = m.id) END,
                  l.beat_at, l.ended_at
                  FROM messages m
                  LEFT JOIN run_leases l ON l.project_id = ?1 AND l.thread_id = ?3 AND l.id = m.lease_id
                  WHERE m.project_id = ?1 AND m.thread_id = ?3 ",
                $after,
                " AND (SELECT 1 FROM threads t
                       WHERE t.project_id = ?1 AND t.workspace_id = ?2 AND t.id = ?3) = 1
                 ORDER BY m.height DESC, m.created_at DESC, m.id DESC LIMIT ?4"
            )
        };
        ($after:literal, Large) => {
            page!($after, "m.content", "c.content")
        };
        ($after:literal, Rows) => {
            page!(
                $after,
                "CASE WHEN octet_length(m.content) <= 32768 THEN m.content END",
                "CASE WHEN octet_length(c.content) <= 32768 THEN c.content ELSE '' END"
            )
        };
    }
    let after = page.cursor().cloned();
    let limit = i64::from(step.rows().min(page.left()));
    let own = page.own_format();
    let mut params: Vec<&dyn Param> = vec![scope.project(), scope.workspace(), thread, &limit, &own];
    if let Some(Cursor { height, created_at, id }) = &after {
        params.extend([height as &dyn Param, created_at, id]);
    }
    // The first page has nothing to compare every row with.
    let sql = match (&after, step) {
        (None, Step::Rows(_)) => page!("", Rows),
        (None, Step::Large) => page!("", Large),
        (Some(_), Step::Rows(_)) => page!("AND (m.height, m.created_at, m.id) < (?6, ?7, ?8)", Rows),
        (Some(_), Step::Large) => page!("AND (m.height, m.created_at, m.id) < (?6, ?7, ?8)", Large),
    };
    let (mut read, mut next) = (0, step.next());
    let visit = |row: &engine::Row<'_>| {
        read += 1;
        Ok(match page.push(row)? {
            Pushed::Taken => ControlFlow::Continue(()),
            Pushed::Full => ControlFlow::Break(()),
            Pushed::TooLarge => {
                next = Step::Large;
                ControlFlow::Break(())
            }
        })
    };
    conn.each_while(sql, &params, visit).await?;
    let is_cut = matches!(next, Step::Large) || page.is_full();
    Ok((is_cut || read == limit).then_some(next))
}
