//! Documents that are found, and their threads.

use std::collections::HashSet;

use engine::{Conn, Param, Row, TextQuery};

use super::TITLE;
use crate::auth::scope::ProjectScope;
use crate::error::{Error, Result};
use crate::id::{MessageId, ThreadId};
use crate::search::query::{Search, Terms};
use crate::search::snippet::snippet;
use crate::search::text::text_of;
use crate::threads::listing::{ThreadFilter, ThreadMatch, ThreadRow};
use crate::threads::store::{thread_row_columns, to_row};

/// A document that was found, with its thread.
struct Hit {
    number: i64,
    message: String,
    thread: ThreadRow,
}

macro_rules! hits {
    ($number:literal, $column:literal, $open:literal, $close:literal, $doc:literal, $end:literal) => {
        concat!(
            "SELECT h.number, h.message_id, ",
            thread_row_columns!(),
            " FROM
                 (SELECT d.number, d.project_id, d.thread_id, d.message_id
                  FROM search_words w CROSS JOIN search_documents d
                  WHERE d.number = w.",
            $number,
            " AND w.",
            $column,
            $open,
            "?2",
            $close,
            " AND w.",
            $number,
            " < ?3 AND d.project_id = ?1
                  ORDER BY w.",
            $number,
            " DESC LIMIT ?4) h
             JOIN threads t ON t.project_id = h.project_id AND t.id = h.thread_id
             LEFT JOIN users u ON u.project_id = t.project_id AND u.id = t.created_by
             ORDER BY h.number DESC"
        )
    };
}

/// The newest hits whose numbers are smaller than `before`.
async fn list_hits(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    query: &TextQuery,
    before: i64,
    limit: i64,
) -> Result<Vec<Hit>> {
    let to_hit =
        |row: &Row<'_>| Ok(Hit { number: row.get(0)?, message: row.get(1)?, thread: to_row(row, 2)? });
    let params: [&dyn Param; 4] = [scope.project(), query, &before, &limit];
    Ok(conn.all(engine::text_search!(hits, "search_words"), &params, to_hit).await?)
}

macro_rules! later_hit {
    ($number:literal, $column:literal, $open:literal, $close:literal, $doc:literal, $end:literal) => {
        concat!(
            "SELECT 1 FROM search_words w CROSS JOIN search_documents d
             WHERE d.number = w.",
            $number,
            " AND w.",
            $column,
            $open,
            "?2",
            $close,
            " AND w.",
            $number,
            " >= ?3 AND d.project_id = ?1 AND d.thread_id = ?4 LIMIT 1"
        )
    };
}

/// Hits that are read at once: a page needs few, unless they are of few threads.
const FIRST_STEP: i64 = 200;
const STEP: i64 = 1_000;

/// The most hits that are looked at for one page. Should they hold too few threads, the page is short, and
/// the next one goes on behind them.
const MAX_HITS: usize = 6_000;

/// The threads that a search finds, those with the latest hits first: at most `limit` whose latest hit has
/// a number smaller than `before`. Also told is the number to go on from, if there is more.
///
/// # Errors
/// The database's.
pub async fn find_threads(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    (search, filter): (&Search, &ThreadFilter),
    before: Option<i64>,
    limit: usize,
) -> Result<(Vec<ThreadRow>, Option<i64>)> {
    let terms = Terms::of(scope.project());
    let labels: Vec<String> = (filter.workspace.iter().map(|id| terms.workspace(id)))
        .chain(filter.user.iter().map(|id| terms.user(id)))
        .collect();
    let query = terms.query(search, &labels);
    conn.plan_by_value().await?;
    let mut walk = Walk { start: before, seen: HashSet::new(), found: Vec::new(), looked_at: 0 };
    let (mut next, mut step) = (before.unwrap_or(i64::MAX), FIRST_STEP);
    let rest = loop {
        let hits = list_hits(conn, scope, &query, next, step).await?;
        let is_end = i64::try_from(hits.len()).is_ok_and(|count| count < step);
        next = hits.last().map_or(next, |hit| hit.number);
        if let Some(rest) = walk.take(conn, scope, (search, filter), hits, limit).await? {
            break Some(rest);
        }
        if is_end {
            break None;
        }
        if walk.looked_at >= MAX_HITS {
            break Some(next);
        }
        step = STEP;
    };
    let mut found = walk.found;
    add_matches(conn, scope, search, &mut found).await?;
    Ok((found.into_iter().map(|hit| hit.thread).collect(), rest))
}

/// A walk through hits, from new to old.
struct Walk {
    start: Option<i64>,
    seen: HashSet<ThreadId>,
    found: Vec<Hit>,
    looked_at: usize,
}

impl Walk {
    /// Takes the threads of hits. Told is the number to go on from, once there are more than `limit`.
    async fn take(
        &mut self,
        conn: &mut Conn<'_>,
        scope: &ProjectScope,
        (search, filter): (&Search, &ThreadFilter),
        hits: Vec<Hit>,
        limit: usize,
    ) -> Result<Option<i64>> {
        self.looked_at += hits.len();
        for hit in hits {
            if !self.seen.insert(hit.thread.id.clone()) || !filter.takes(&hit.thread) {
                continue;
            }
            if self.was_told(conn, scope, search, &hit.thread.id).await? {
                continue;
            }
            if self.found.len() == limit {
                return Ok(Some(hit.number + 1));
            }
            self.found.push(hit);
        }
        Ok(None)
    }

    /// Whether the thread has a later hit, and so stands on an earlier page.
    async fn was_told(
        &self,
        conn: &mut Conn<'_>,
        scope: &ProjectScope,
        search: &Search,
        thread: &ThreadId,
    ) -> Result<bool> {
        let Some(start) = self.start else { return Ok(false) };
        let terms = Terms::of(scope.project());
        let query = terms.query(search, &[terms.thread(thread)]);
        let params: [&dyn Param; 4] = [scope.project(), &query, &start, thread];
        let later = engine::text_search!(later_hit, "search_words");
        Ok(conn.first(later, &params, |_| Ok(())).await?.is_some())
    }
}

/// The most threads whose matches are read by one statement.
const MATCHES: usize = 50;

/// The most bytes of messages that are read for the matches of one page. Where there is more, the rest of the
/// threads are told without the words around their hits.
const MAX_BYTES: i64 = 16 * 1024 * 1024;

macro_rules! of_numbers {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM search_documents d
              JOIN messages m ON m.project_id = d.project_id AND m.thread_id = d.thread_id
                             AND m.id = d.message_id
              WHERE d.project_id || '' = ?1 AND d.number IN
                   (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                    ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37,
                    ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48, ?49, ?50, ?51)"
        )
    };
}

/// Tells where each thread was found. The project in the statement is taken apart so that no engine walks
/// through the index of the project's documents instead of looking the numbers up.
async fn add_matches(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    search: &Search,
    found: &mut [Hit],
) -> Result<()> {
    let mut room = MAX_BYTES;
    for hits in found.chunks_mut(MATCHES) {
        for hit in hits.iter_mut() {
            hit.thread.found = Some(match hit.message.as_str() {
                TITLE => to_match(None, (hit.thread.title.as_deref().unwrap_or_default(), 0), search),
                id => ThreadMatch { message_id: Some(MessageId::named(id)), ..ThreadMatch::default() },
            });
        }
        let numbers = list_readable(conn, scope, hits, &mut room).await?;
        let mut params: Vec<&dyn Param> = vec![scope.project()];
        params.extend(numbers.iter().map(|number| number as &dyn Param));
        let add = |row: &Row<'_>| {
            let number: i64 = row.get(0)?;
            if let Some(hit) = hits.iter_mut().find(|hit| hit.number == number) {
                let start = usize::try_from(row.get::<i64>(1)?).unwrap_or(0);
                let (id, text) = (MessageId::named(hit.message.as_str()), text_of(row.text(2)?, usize::MAX));
                hit.thread.found = Some(to_match(Some(id), (&text, start), search));
            }
            Ok(())
        };
        conn.each(of_numbers!("d.number, d.starts_at, m.content"), &params, add).await?;
    }
    Ok(())
}

/// The numbers of the hits whose messages there is room to read, filled up with some that there are not.
async fn list_readable(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    hits: &[Hit],
    room: &mut i64,
) -> Result<Vec<i64>> {
    let mut numbers: Vec<i64> = hits.iter().map(|hit| hit.number).collect();
    numbers.resize(MATCHES, -1);
    let mut params: Vec<&dyn Param> = vec![scope.project()];
    params.extend(numbers.iter().map(|number| number as &dyn Param));
    let mut readable = Vec::with_capacity(MATCHES);
    let keep = |row: &Row<'_>| {
        let size: i64 = row.get(1)?;
        if size <= *room {
            *room -= size;
            readable.push(row.get(0)?);
        }
        Ok(())
    };
    conn.each(of_numbers!("d.number, CAST(OCTET_LENGTH(m.content) AS BIGINT)"), &params, keep).await?;
    readable.resize(MATCHES, -1);
    Ok(readable)
}

fn to_match(message_id: Option<MessageId>, (text, start): (&str, usize), search: &Search) -> ThreadMatch {
    let snippet = snippet(text, start, search);
    ThreadMatch { message_id, before: snippet.before, hit: snippet.hit, after: snippet.after }
}

/// Threads whose titles a search finds, the newest titles first.
///
/// # Errors
/// The database's.
pub async fn find_titles(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    search: &Search,
    limit: usize,
) -> Result<Vec<ThreadRow>> {
    let terms = Terms::of(scope.project());
    let query = terms.query(search, &[terms.title()]);
    let limit = i64::try_from(limit).map_err(Error::internal)?;
    let hits = list_hits(conn, scope, &query, i64::MAX, limit).await?;
    Ok(hits.into_iter().map(|hit| hit.thread).collect())
}
