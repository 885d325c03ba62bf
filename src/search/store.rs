//! The queries on documents and on what is to become one.

use std::collections::HashSet;

use engine::{Conn, Param, Row, Sql, TextDocument, TextQuery};

use super::query::{Search, Terms};
use super::snippet::snippet;
use super::text::text_of;
use crate::auth::scope::ProjectScope;
use crate::error::{Error, Result};
use crate::id::{MessageId, ProjectId, ThreadId, UserId, WorkspaceId};
use crate::threads::listing::{ThreadFilter, ThreadMatch, ThreadRow};
use crate::threads::store::{thread_row_columns, to_row};

/// The place of a title where others have the id of a message.
const TITLE: &str = "";

/// Queues a message that is new. Its parameters: project, thread, message.
pub const QUEUE_NEW_MESSAGE: &str = "INSERT INTO search_queue (project_id, thread_id, message_id, version)
                                     VALUES (?1, ?2, ?3, 0)";

/// A place in the queue: project, thread, message.
pub type Position = (String, String, String);

/// What waits in the queue, as it was read.
pub struct Waiting {
    project: ProjectId,
    thread: ThreadId,
    /// Or [`TITLE`].
    message: String,
    version: i64,
    /// Its number and words, if there is anything to be found.
    document: Option<(i64, TextDocument)>,
}

impl Waiting {
    /// Where it stands in the queue.
    pub fn position(&self) -> Position {
        (self.project.as_str().to_owned(), self.thread.as_str().to_owned(), self.message.clone())
    }
}

/// A number for a document of that time. Several of one millisecond are spread by their ids.
fn number_of(time: i64, id: &str) -> i64 {
    const LATEST: i64 = 1 << 42;
    let spread = i64::from(crc32fast::hash(id.as_bytes()) & 0xff);
    (time.clamp(0, LATEST) << 8) | spread
}

/// Reads up to `limit` of what waits behind a position, each as it stands at one moment.
///
/// # Errors
/// The database's.
pub async fn list_waiting(conn: &mut Conn<'_>, after: &Position, limit: i64) -> Result<Vec<Waiting>> {
    let sql = "SELECT q.project_id, q.thread_id, q.message_id, q.version, t.workspace_id, t.created_by,
                      t.title, t.updated_at, m.content, m.created_at
               FROM (SELECT project_id, thread_id, message_id, version FROM search_queue
                     WHERE (project_id, thread_id, message_id) > (?1, ?2, ?3)
                     ORDER BY project_id, thread_id, message_id LIMIT ?4) q
               LEFT JOIN threads t ON t.project_id = q.project_id AND t.id = q.thread_id
               LEFT JOIN messages m ON m.project_id = q.project_id AND m.thread_id = q.thread_id
                                   AND m.id = q.message_id
               ORDER BY q.project_id, q.thread_id, q.message_id";
    let (project, thread, message) = after;
    Ok(conn.all(sql, &[project, thread, message, &limit], to_waiting).await?)
}

fn to_waiting(row: &Row<'_>) -> engine::Result<Waiting> {
    let (project, thread): (ProjectId, ThreadId) = (row.get(0)?, row.get(1)?);
    let message: String = row.get(2)?;
    let document = match (row.optional_text(4)?, row.optional_text(8)?, row.optional_text(6)?) {
        (Some(_), Some(content), _) => Some((row.get(9)?, text_of(content))),
        (Some(_), None, Some(title)) if message == TITLE => Some((row.get(7)?, title.to_owned())),
        // Deleted meanwhile, or without a title.
        _ => None,
    };
    let document = match document.filter(|(_, text)| !text.trim().is_empty()) {
        Some((time, text)) => {
            let (workspace, creator): (WorkspaceId, UserId) = (row.get(4)?, row.get(5)?);
            let terms = Terms::of(&project);
            let mut labels = vec![terms.workspace(&workspace), terms.user(&creator), terms.thread(&thread)];
            if message == TITLE {
                labels.push(terms.title());
            }
            let seed = if message == TITLE { thread.as_str() } else { &message };
            Some((number_of(time, seed), terms.document(labels, &text)))
        }
        None => None,
    };
    Ok(Waiting { project, thread, message, version: row.get(3)?, document })
}

/// Puts documents in the place of those that there were, unless what they are made from has changed
/// since it was read: then it waits again.
///
/// # Errors
/// The database's.
pub async fn index(conn: &mut Conn<'_>, waiting: &[Waiting]) -> Result<()> {
    let own = take(conn, waiting).await?;
    delete_documents(conn, &own.iter().map(|item| key(item)).collect::<Vec<_>>()).await?;
    insert_documents(conn, &own).await?;
    for item in own.iter().filter(|item| item.message == TITLE) {
        queue_rest_of_thread(conn, item).await?;
    }
    Ok(())
}

fn key(item: &Waiting) -> [&dyn Param; 3] {
    [&item.project, &item.thread, &item.message]
}

/// Takes out of the queue what is as it was. Whoever changes it from here on waits for this transaction.
async fn take<'w>(conn: &mut Conn<'_>, waiting: &'w [Waiting]) -> Result<Vec<&'w Waiting>> {
    let sql = "DELETE FROM search_queue
               WHERE project_id = ?1 AND thread_id = ?2 AND message_id = ?3 AND version = ?4";
    let sets: Vec<[&dyn Param; 4]> = waiting
        .iter()
        .map(|item| [&item.project as &dyn Param, &item.thread, &item.message, &item.version])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    let taken = conn.execute_each(sql, &sets).await?;
    Ok(waiting.iter().zip(taken).filter(|(_, taken)| *taken > 0).map(|(item, _)| item).collect())
}

/// The messages of a thread that have no document and do not wait for one.
async fn queue_rest_of_thread(conn: &mut Conn<'_>, item: &Waiting) -> Result<()> {
    let sql = "INSERT INTO search_queue (project_id, thread_id, message_id, version)
               SELECT project_id, thread_id, id, 0 FROM messages m
               WHERE project_id = ?1 AND thread_id = ?2 AND NOT EXISTS
                   (SELECT 1 FROM search_documents d WHERE d.project_id = m.project_id
                                                       AND d.thread_id = m.thread_id AND d.message_id = m.id)
               ON CONFLICT (project_id, thread_id, message_id) DO NOTHING";
    conn.execute(sql, &[&item.project, &item.thread]).await?;
    Ok(())
}

macro_rules! insert_words {
    ($number:literal, $column:literal, $open:literal, $close:literal, $doc:literal, $end:literal) => {
        concat!("INSERT INTO search_words (", $number, ", words) VALUES (?1, ", $doc, "?2", $end, ")")
    };
}

/// How often another number is tried for a document whose number is taken.
const TRIES: i64 = 1_000;

async fn insert_documents(conn: &mut Conn<'_>, items: &[&Waiting]) -> Result<()> {
    let sql = "INSERT INTO search_documents (number, project_id, thread_id, message_id)
               VALUES (?1, ?2, ?3, ?4) ON CONFLICT (number) DO NOTHING";
    let mut left: Vec<(i64, &Waiting, &TextDocument)> = items
        .iter()
        .filter_map(|item| item.document.as_ref().map(|(number, document)| (*number, *item, document)))
        .collect();
    let mut done = Vec::with_capacity(left.len());
    for attempt in 1..=TRIES {
        if left.is_empty() {
            break;
        }
        let sets: Vec<[&dyn Param; 4]> = left
            .iter()
            .map(|(number, item, _)| [number as &dyn Param, &item.project, &item.thread, &item.message])
            .collect();
        let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
        let inserted = conn.execute_each(sql, &sets).await?;
        let outcomes = left.drain(..).zip(inserted).collect::<Vec<_>>();
        for ((number, item, document), inserted) in outcomes {
            match inserted {
                // Ever longer steps get out of a crowded millisecond.
                0 => left.push((number + attempt, item, document)),
                _ => done.push((number, document)),
            }
        }
    }
    // In this order FTS5 writes all of them at once.
    done.sort_unstable_by_key(|(number, _)| *number);
    let sets: Vec<[&dyn Param; 2]> =
        done.iter().map(|(number, document)| [number as &dyn Param, *document]).collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(engine::text_search!(insert_words, "search_words"), &sets).await?;
    Ok(())
}

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

async fn delete_documents(conn: &mut Conn<'_>, keys: &[[&dyn Param; 3]]) -> Result<()> {
    let sets: Vec<&[&dyn Param]> = keys.iter().map(|set| &set[..]).collect();
    let [_, words, documents] = deletions!("thread_id = ?2 AND message_id = ?3");
    conn.execute_many(words, &sets).await?;
    conn.execute_many(documents, &sets).await?;
    Ok(())
}

/// Has a message indexed again, which is not found until then. The caller has changed it.
///
/// # Errors
/// The database's.
pub async fn renew_message(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    message: &MessageId,
) -> Result<()> {
    queue(conn, project, thread, message.as_str()).await?;
    delete_documents(conn, &[[project, thread, message]]).await
}

/// Has a thread's title indexed again, and every message of the thread that is not.
///
/// # Errors
/// The database's.
pub async fn renew_title(conn: &mut Conn<'_>, project: &ProjectId, thread: &ThreadId) -> Result<()> {
    queue(conn, project, thread, TITLE).await?;
    delete_documents(conn, &[[project, thread, &TITLE]]).await
}

async fn queue(conn: &mut Conn<'_>, project: &ProjectId, thread: &ThreadId, message: &str) -> Result<()> {
    let sql = "INSERT INTO search_queue (project_id, thread_id, message_id, version) VALUES (?1, ?2, ?3, 0)
               ON CONFLICT (project_id, thread_id, message_id) DO UPDATE SET version = search_queue.version + 1";
    conn.execute(sql, &[project, thread, &message]).await?;
    Ok(())
}

/// Forgets messages of a thread that are deleted.
///
/// # Errors
/// The database's.
pub async fn forget_messages(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    messages: &HashSet<MessageId>,
) -> Result<()> {
    let sets: Vec<[&dyn Param; 3]> = messages.iter().map(|id| [project as &dyn Param, thread, id]).collect();
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
             (SELECT thread_id, id FROM messages WHERE project_id = ?1 AND created_by = ?2)"
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

/// How many threads have something that is not indexed yet.
///
/// # Errors
/// The database's.
pub async fn count_waiting(conn: &mut Conn<'_>) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM (SELECT DISTINCT project_id, thread_id FROM search_queue) waiting";
    Ok(conn.first(sql, &[], |row| row.get(0)).await?.unwrap_or(0))
}

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

/// Tells where each thread was found.
async fn add_matches(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    search: &Search,
    found: &mut [Hit],
) -> Result<()> {
    let sql = "SELECT d.number, m.content FROM search_documents d
               JOIN messages m ON m.project_id = d.project_id AND m.thread_id = d.thread_id
                              AND m.id = d.message_id
               WHERE d.project_id = ?1 AND d.number IN
                   (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                    ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37,
                    ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48, ?49, ?50, ?51)";
    for hits in found.chunks_mut(MATCHES) {
        let mut numbers: Vec<i64> = hits.iter().map(|hit| hit.number).collect();
        numbers.resize(MATCHES, -1);
        let mut params: Vec<&dyn Param> = vec![scope.project()];
        params.extend(numbers.iter().map(|number| number as &dyn Param));
        let add = |row: &Row<'_>| {
            let number: i64 = row.get(0)?;
            if let Some(hit) = hits.iter_mut().find(|hit| hit.number == number) {
                let id = MessageId::named(hit.message.as_str());
                hit.thread.found = Some(to_match(Some(id), &text_of(row.text(1)?), search));
            }
            Ok(())
        };
        conn.each(sql, &params, add).await?;
        for hit in hits.iter_mut().filter(|hit| hit.message == TITLE) {
            let title = hit.thread.title.clone().unwrap_or_default();
            hit.thread.found = Some(to_match(None, &title, search));
        }
    }
    Ok(())
}

fn to_match(message_id: Option<MessageId>, text: &str, search: &Search) -> ThreadMatch {
    let snippet = snippet(text, search);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_with_time() {
        assert!(number_of(2, "a") > number_of(1, "b"));
        assert!(number_of(-1, "a") < 256);
        assert_eq!(number_of(i64::MAX, "a") >> 8, 1 << 42);
    }
}
