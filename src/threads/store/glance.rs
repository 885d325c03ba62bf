//! What tells the threads of a list apart: how much was said in each, how it began, and how it was liked.

use std::collections::HashMap;

use engine::{Conn, Param, Row};

use crate::auth::scope::ProjectScope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{MessageId, ThreadId};
use crate::leases::model::RunStatus;
use crate::messages::content::Content;
use crate::threads::listing::{MAX_COUNT, ThreadRow, first_words};

/// The most threads that are looked at with one statement: a page.
const THREADS: usize = 50;

/// The most bytes of large messages that are read for a page, and the most of those messages: a picture may
/// stand before the words.
const MAX_LARGE: i64 = 8 * 1024 * 1024;
const MAX_LARGE_MESSAGES: usize = 8;

/// A message at the beginning of a thread.
struct Opening {
    thread: ThreadId,
    id: MessageId,
    size: i64,
    /// Unless it is large: more than 32 KiB.
    content: Option<String>,
}

/// A statement on the threads of a page, which are its parameters from the second on.
macro_rules! of_page {
    ($select:expr, $id:literal, $rest:literal) => {
        concat!(
            $select,
            " AND ",
            $id,
            " IN
                 (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                  ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39,
                  ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48, ?49, ?50, ?51)",
            $rest
        )
    };
}

/// Tells how many messages the threads have, with which words they begin, how their latest replies fare, and
/// adds the thumbs that stand in messages.
///
/// # Errors
/// The database's.
pub async fn add_glances(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    now: Timestamp,
    rows: &mut [ThreadRow],
) -> Result<()> {
    for rows in rows.chunks_mut(THREADS) {
        let ids: Vec<ThreadId> = rows.iter().map(|row| row.id.clone()).collect();
        let places: HashMap<&ThreadId, usize> = ids.iter().zip(0..).collect();
        let nobody = "";
        let mut params: Vec<&dyn Param> = vec![scope.project()];
        params.extend(ids.iter().map(|id| id as &dyn Param));
        params.resize(THREADS + 1, &nobody);
        count_messages(conn, &params, &places, rows).await?;
        add_first_words(conn, scope, &params, &places, rows).await?;
        add_runs(conn, &params, &places, now, rows).await?;
        add_thumbs(conn, &params, &places, rows).await?;
    }
    Ok(())
}

async fn count_messages(
    conn: &mut Conn<'_>,
    params: &[&dyn Param],
    places: &HashMap<&ThreadId, usize>,
    rows: &mut [ThreadRow],
) -> Result<()> {
    let sql = of_page!(
        "SELECT t.id, (SELECT COUNT(*) FROM (SELECT 1 AS one FROM messages m
                       WHERE m.project_id = t.project_id AND m.thread_id = t.id LIMIT 1000) counted)
         FROM threads t WHERE t.project_id = ?1",
        "t.id",
        ""
    );
    let count = |row: &Row<'_>| {
        if let Some(at) = places.get(&row.get::<ThreadId>(0)?) {
            rows[*at].message_count = row.get(1)?;
        }
        Ok(())
    };
    conn.each(sql, params, count).await?;
    // A reply of which there is nothing yet is none.
    let sql = of_page!(
        "SELECT l.thread_id, m.content FROM run_leases l
         JOIN messages m ON m.project_id = l.project_id AND m.thread_id = l.thread_id AND m.id = l.message_id
                        AND m.lease_id = l.id
         WHERE l.project_id = ?1",
        "l.thread_id",
        " AND l.ended_at IS NULL AND OCTET_LENGTH(m.content) <= 4096"
    );
    let subtract = |row: &Row<'_>| {
        if let Some(at) = places.get(&row.get::<ThreadId>(0)?)
            && rows[*at].message_count < MAX_COUNT
            && Content::stored(row.get(1)?).is_empty()
        {
            rows[*at].message_count -= 1;
        }
        Ok(())
    };
    Ok(conn.each(sql, params, subtract).await?)
}

async fn add_runs(
    conn: &mut Conn<'_>,
    params: &[&dyn Param],
    places: &HashMap<&ThreadId, usize>,
    now: Timestamp,
    rows: &mut [ThreadRow],
) -> Result<()> {
    let sql = of_page!(
        "SELECT l.thread_id, l.beat_at FROM threads t
         JOIN run_leases l ON l.project_id = t.project_id AND l.thread_id = t.id AND l.id =
             (SELECT MAX(k.id) FROM run_leases k WHERE k.project_id = t.project_id AND k.thread_id = t.id)
         WHERE t.project_id = ?1 AND l.ended_at IS NULL",
        "t.id",
        ""
    );
    let add = |row: &Row<'_>| {
        if let Some(at) = places.get(&row.get::<ThreadId>(0)?) {
            rows[*at].run = Some(RunStatus::of(row.get(1)?, now));
        }
        Ok(())
    };
    Ok(conn.each(sql, params, add).await?)
}

/// The thumbs of a thread `t` that stand in its messages. What users told of a message through its route
/// goes before what stands in it.
macro_rules! thumbs_in_messages {
    ($thumb:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM
                  (SELECT m.id, m.thumb FROM messages m
                   WHERE m.project_id = t.project_id AND m.thread_id = t.id AND m.thumb IS NOT NULL
                   LIMIT 1000) rated
              WHERE rated.thumb = '",
            $thumb,
            "' AND NOT EXISTS
                  (SELECT 1 FROM scores s
                   WHERE s.project_id = t.project_id AND s.message_id = rated.id AND s.name = 'feedback'
                     AND s.source = 'end_user'))"
        )
    };
}

async fn add_thumbs(
    conn: &mut Conn<'_>,
    params: &[&dyn Param],
    places: &HashMap<&ThreadId, usize>,
    rows: &mut [ThreadRow],
) -> Result<()> {
    let sql = of_page!(
        concat!(
            "SELECT t.id, ",
            thumbs_in_messages!("up"),
            ", ",
            thumbs_in_messages!("down"),
            " FROM threads t WHERE t.project_id = ?1"
        ),
        "t.id",
        ""
    );
    let add = |row: &Row<'_>| {
        if let Some(at) = places.get(&row.get::<ThreadId>(0)?) {
            rows[*at].thumbs_up += row.get::<i64>(1)?;
            rows[*at].thumbs_down += row.get::<i64>(2)?;
        }
        Ok(())
    };
    Ok(conn.each(sql, params, add).await?)
}

async fn add_first_words(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    params: &[&dyn Param],
    places: &HashMap<&ThreadId, usize>,
    rows: &mut [ThreadRow],
) -> Result<()> {
    let (mut room, mut left) = (MAX_LARGE, MAX_LARGE_MESSAGES);
    for opening in list_openings(conn, params).await? {
        let Some(row) = places.get(&opening.thread).map(|at| &mut rows[*at]) else { continue };
        // The second message is looked at only when the first is none of the user's.
        if row.first_words.is_some() {
            continue;
        }
        let content = match opening.content {
            Some(content) => Some(content),
            None if left > 0 && opening.size <= room => {
                (room, left) = (room - opening.size, left - 1);
                find_content(conn, scope, &opening.thread, &opening.id).await?
            }
            None => None,
        };
        row.first_words = content.and_then(|content| first_words(&Content::stored(content)));
    }
    Ok(())
}

/// A column of one of the first messages of a thread `t`.
macro_rules! opening {
    ($column:literal, $number:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM messages m WHERE m.project_id = t.project_id AND m.thread_id = t.id
              ORDER BY m.height, m.created_at, m.id LIMIT 1 OFFSET ",
            $number,
            ")"
        )
    };
}

macro_rules! openings {
    ($number:literal) => {
        of_page!(
            concat!(
                "SELECT t.id, ",
                opening!("m.id", $number),
                ", ",
                opening!("CAST(OCTET_LENGTH(m.content) AS BIGINT)", $number),
                ", ",
                opening!("CASE WHEN OCTET_LENGTH(m.content) <= 32768 THEN m.content END", $number),
                " FROM threads t WHERE t.project_id = ?1"
            ),
            "t.id",
            ""
        )
    };
}

/// The first messages of the threads, then the second ones: the first may be a system's.
async fn list_openings(conn: &mut Conn<'_>, params: &[&dyn Param]) -> Result<Vec<Opening>> {
    let to_opening = |row: &Row<'_>| {
        Ok(match (row.get::<Option<MessageId>>(1)?, row.get::<Option<i64>>(2)?) {
            (Some(id), Some(size)) => Some(Opening { thread: row.get(0)?, id, size, content: row.get(3)? }),
            _ => None,
        })
    };
    let mut openings = conn.all(openings!("0"), params, to_opening).await?;
    openings.extend(conn.all(openings!("1"), params, to_opening).await?);
    Ok(openings.into_iter().flatten().collect())
}

async fn find_content(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    thread: &ThreadId,
    id: &MessageId,
) -> Result<Option<String>> {
    let sql = "SELECT content FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    Ok(conn.first(sql, &[scope.project(), thread, id], |row| row.get(0)).await?)
}
