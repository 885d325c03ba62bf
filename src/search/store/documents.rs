//! What waits in the queue becomes documents.

use engine::{Conn, Param, Row, TextDocument};

use super::TITLE;
use super::changes::delete_documents;
use crate::error::Result;
use crate::id::{ProjectId, ThreadId, UserId, WorkspaceId};
use crate::search::query::Terms;
use crate::search::text::text_of;

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

/// How many threads have something that is not indexed yet.
///
/// # Errors
/// The database's.
pub async fn count_waiting(conn: &mut Conn<'_>) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM (SELECT DISTINCT project_id, thread_id FROM search_queue) waiting";
    Ok(conn.first(sql, &[], |row| row.get(0)).await?.unwrap_or(0))
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
