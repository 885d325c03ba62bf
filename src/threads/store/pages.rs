//! The threads of a project, in the order and with the filters that operators ask for.

use engine::{Conn, Param};

use super::{Cursor, thread_row_columns, to_row};
use crate::auth::scope::ProjectScope;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::threads::listing::{ThreadFilter, ThreadOrder, ThreadRow};

/// The project's threads that the filter takes, in the order: at most `limit` after the cursor. Threads are
/// created in the order of their ids, so that both orders have an index.
///
/// # Errors
/// The database's.
pub async fn list_project_threads(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    filter: &ThreadFilter,
    order: ThreadOrder,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Vec<ThreadRow>> {
    macro_rules! page {
        ($after:literal, $order:literal, $($filter:literal)*) => {
            concat!(
                "SELECT ", thread_row_columns!(), " FROM threads t
                 LEFT JOIN users u ON u.project_id = t.project_id AND u.id = t.created_by
                 WHERE t.project_id = ?1 AND t.last_message_at >= ?2 AND t.last_message_at < ?3
                   AND ", $after, $($filter,)*
                " ORDER BY ", $order, " LIMIT ?6"
            )
        };
    }
    macro_rules! in_order {
        ($($filter:literal)*) => {
            match order {
                ThreadOrder::LastMessage => page!(
                    "(t.last_message_at, t.id) < (?4, ?5)",
                    "t.last_message_at DESC, t.id DESC", $($filter)*
                ),
                ThreadOrder::LastMessageOldest => page!(
                    "(t.last_message_at, t.id) > (?4, ?5)",
                    "t.last_message_at, t.id", $($filter)*
                ),
                // The number of the cursor is there for the other orders.
                ThreadOrder::Created => page!(
                    "t.id < ?5 AND CAST(?4 AS BIGINT) IS NOT NULL", "t.id DESC", $($filter)*
                ),
                ThreadOrder::CreatedOldest => page!(
                    "t.id > ?5 AND CAST(?4 AS BIGINT) IS NOT NULL", "t.id", $($filter)*
                ),
            }
        };
    }
    // A filter that is not asked for is not in the statement, so that each has the index it needs.
    macro_rules! of_archive {
        ($($filter:literal)*) => {
            match filter.is_archived {
                None => in_order!($($filter)*),
                Some(false) => in_order!(" AND NOT t.is_archived" $($filter)*),
                Some(true) => in_order!(" AND t.is_archived" $($filter)*),
            }
        };
    }
    let from = filter.from.map_or(i64::MIN, Timestamp::millis);
    let to = filter.to.map_or(i64::MAX, Timestamp::millis);
    let (time, id) = after.cloned().unwrap_or_else(|| start_of(order));
    let limit = i64::try_from(limit).map_err(Error::internal)?;
    let mut params: Vec<&dyn Param> = vec![scope.project(), &from, &to, &time, &id, &limit];
    params.extend(filter.workspace.iter().map(|workspace| workspace as &dyn Param));
    params.extend(filter.user.iter().map(|user| user as &dyn Param));
    let sql = match (&filter.workspace, &filter.user) {
        (None, None) => of_archive!(),
        (Some(_), None) => of_archive!(" AND t.workspace_id = ?7"),
        (None, Some(_)) => of_archive!(" AND t.created_by = ?7"),
        (Some(_), Some(_)) => of_archive!(" AND t.workspace_id = ?7 AND t.created_by = ?8"),
    };
    Ok(conn.all(sql, &params, |row| to_row(row, 0)).await?)
}

/// A place before every thread.
fn start_of(order: ThreadOrder) -> Cursor {
    match order {
        ThreadOrder::LastMessage | ThreadOrder::Created => (i64::MAX, char::MAX.to_string()),
        ThreadOrder::LastMessageOldest | ThreadOrder::CreatedOldest => (i64::MIN, String::new()),
    }
}
