//! The queries on titles that are made by rule.

use engine::{Conn, Param, Row};

use super::local::Title;
use super::source::Candidates;
use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::ThreadId;
use crate::threads::store::{find_title, set_local_title};

/// The most messages of a thread that are looked at for one that gives a title.
const MOST_MESSAGES: usize = 8;

/// Gives a thread that has no title the one that `make` makes; returns what it is called then. `make` is
/// not called for a thread that has one. The caller holds the thread's row, so that a title that a person gives
/// at the same time comes before or after, and is never replaced.
///
/// # Errors
/// The database's.
pub async fn title_from_message(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    make: impl FnOnce() -> Option<Title>,
    now: Timestamp,
) -> Result<Option<String>> {
    let found = find_title(conn, scope, thread).await?;
    if found != Some(None) {
        return Ok(found.flatten());
    }
    let Some(title) = make() else { return Ok(None) };
    set_local_title(conn, scope, thread, &title, now).await?;
    Ok(Some(title.as_str().to_owned()))
}

/// What the first messages of a thread give, the oldest of the lowest height first. A thread that the workspace
/// does not have gives nothing.
///
/// # Errors
/// The database's.
pub async fn find_candidates(conn: &mut Conn<'_>, scope: &Scope, thread: &ThreadId) -> Result<Candidates> {
    let mut candidates = Candidates::default();
    let mut place = Place::default();
    // One at a time, because each may be as large as a message can be.
    for _ in 0..MOST_MESSAGES {
        let Some((next, of_message)) = find_next(conn, scope, thread, &place).await? else { break };
        candidates = candidates.or(of_message);
        if candidates.is_of_text() {
            break;
        }
        place = next;
    }
    Ok(candidates)
}

/// Where a message stands in its thread: height, time, id.
struct Place(i64, i64, String);

impl Default for Place {
    fn default() -> Self {
        Self(-1, 0, String::new())
    }
}

async fn find_next(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    Place(height, created_at, id): &Place,
) -> Result<Option<(Place, Candidates)>> {
    let sql = "SELECT height, created_at, id, format, content FROM messages m
               WHERE project_id = ?1 AND thread_id = ?3 AND (height, created_at, id) > (?4, ?5, ?6)
                 AND EXISTS (SELECT 1 FROM threads t
                             WHERE t.project_id = ?1 AND t.workspace_id = ?2 AND t.id = ?3)
               ORDER BY height, created_at, id LIMIT 1";
    let params: [&dyn Param; 6] = [scope.project(), scope.workspace(), thread, height, created_at, id];
    let read = |row: &Row<'_>| {
        let candidates = Candidates::of_stored(row.text(3)?, row.text(4)?);
        Ok((Place(row.get(0)?, row.get(1)?, row.get(2)?), candidates))
    };
    Ok(conn.first(sql, &params, read).await?)
}
