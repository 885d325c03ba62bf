//! What waits to be indexed.

use std::sync::Arc;

use engine::{Conn, Param, Row};

use super::TITLE;
use super::changes::delete_documents;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::figures::model::Written;
use crate::id::{ProjectId, ThreadId, UserId, WorkspaceId};
use crate::messages::content::Content;
use crate::search::query::Terms;
use crate::search::text::text_of;

/// A place in the queue: project, thread, message.
pub type Position = (String, String, String);

/// What waits in the queue, as it was read.
#[derive(Clone)]
pub struct Waiting {
    pub(super) project: ProjectId,
    pub(super) thread: ThreadId,
    /// Or [`TITLE`].
    pub(super) message: String,
    pub(super) version: i64,
    pub(super) counting: Counting,
    source: Option<Arc<Source>>,
}

/// Whether something is to be counted as written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    No,
    Itself,
    /// With everything of its thread that has no document.
    Thread,
}

impl Counting {
    fn from_stored(stored: i64) -> Self {
        match stored {
            1 => Self::Itself,
            2 => Self::Thread,
            _ => Self::No,
        }
    }
}

/// What documents are made from.
struct Source {
    created_at: Timestamp,
    /// What it is found by among others, the newest first.
    time: Timestamp,
    workspace: WorkspaceId,
    creator: UserId,
    /// Who wrote the message; of a title nobody.
    author: Option<UserId>,
    /// A title, or a message's content.
    text: String,
}

impl Waiting {
    /// Where it stands in the queue.
    pub fn position(&self) -> Position {
        (self.project.as_str().to_owned(), self.thread.as_str().to_owned(), self.message.clone())
    }

    /// How much there is to be read, in bytes.
    pub fn size(&self) -> usize {
        self.source.as_ref().map_or(0, |source| source.text.len())
    }

    /// What its documents begin with: where they belong.
    pub(in crate::search) fn labels(&self) -> Vec<String> {
        let Some(source) = &self.source else { return Vec::new() };
        let terms = Terms::of(&self.project);
        let mut labels =
            vec![terms.workspace(&source.workspace), terms.user(&source.creator), terms.thread(&self.thread)];
        if self.message == TITLE {
            labels.push(terms.title());
        }
        labels
    }

    pub(in crate::search) fn terms(&self) -> Terms {
        Terms::of(&self.project)
    }

    /// The text to be found.
    pub(in crate::search) fn text(&self) -> String {
        match &self.source {
            Some(source) if self.message == TITLE => source.text.clone(),
            Some(source) => text_of(&source.text, usize::MAX),
            None => String::new(),
        }
    }

    /// The number to give to its first document.
    pub(super) fn number(&self) -> i64 {
        let seed = if self.message == TITLE { self.thread.as_str() } else { &self.message };
        number_of(self.source.as_ref().map_or(0, |source| source.time.millis()), seed)
    }

    /// As it stands in the queue once it is claimed.
    #[must_use]
    pub fn claimed(self) -> Self {
        Self { version: self.version + 1, ..self }
    }

    pub(super) fn key(&self) -> [&dyn Param; 3] {
        [&self.project, &self.thread, &self.message]
    }

    pub(super) fn written(&self) -> Option<Written<'_>> {
        let source = self.source.as_ref().filter(|_| self.counting != Counting::No)?;
        // A reply of which there is nothing yet is counted once there is something.
        if source.author.is_some() && Content::stored(source.text.clone()).is_empty() {
            return None;
        }
        Some(Written { project: &self.project, at: source.created_at, author: source.author.as_ref() })
    }
}

/// A number for a document of that time. Several of one millisecond are spread by their ids.
fn number_of(time: i64, id: &str) -> i64 {
    const LATEST: i64 = 1 << 42;
    let spread = i64::from(crc32fast::hash(id.as_bytes()) & 0xff);
    (time.clamp(0, LATEST) << 8) | spread
}

macro_rules! page_of_queue {
    () => {
        "(SELECT project_id, thread_id, message_id, version, counting FROM search_queue
          WHERE (project_id, thread_id, message_id) > (?1, ?2, ?3) AND claimed_until <= ?4
          ORDER BY project_id, thread_id, message_id LIMIT ?5) q"
    };
}

/// Reads what waits behind a position and is nobody's work now, each as it stands at one moment: at most
/// `limit`, and no more than `max_bytes` of text unless the first has them alone.
///
/// # Errors
/// The database's.
pub async fn list_waiting(
    conn: &mut Conn<'_>,
    (project, thread, message): &Position,
    (limit, max_bytes): (i64, usize),
    now: Timestamp,
) -> Result<Vec<Waiting>> {
    let sql = concat!(
        "SELECT CAST(COALESCE(OCTET_LENGTH(m.content), 0) AS BIGINT) FROM ",
        page_of_queue!(),
        " LEFT JOIN messages m ON m.project_id = q.project_id AND m.thread_id = q.thread_id
                              AND m.id = q.message_id
          ORDER BY q.project_id, q.thread_id, q.message_id"
    );
    let now = now.millis();
    let params: [&dyn Param; 5] = [project, thread, message, &now, &limit];
    let sizes: Vec<i64> = conn.all(sql, &params, |row| row.get(0)).await?;
    let limit = count_within(&sizes, max_bytes)?;
    let sql = concat!(
        "SELECT q.project_id, q.thread_id, q.message_id, q.version, q.counting, t.workspace_id, t.created_by,
                t.title, t.created_at, t.updated_at, m.content, m.created_at, m.created_by FROM ",
        page_of_queue!(),
        " LEFT JOIN threads t ON t.project_id = q.project_id AND t.id = q.thread_id
          LEFT JOIN messages m ON m.project_id = q.project_id AND m.thread_id = q.thread_id
                              AND m.id = q.message_id
          ORDER BY q.project_id, q.thread_id, q.message_id"
    );
    let params: [&dyn Param; 5] = [project, thread, message, &now, &limit];
    Ok(conn.all(sql, &params, to_waiting).await?)
}

/// How many of these sizes make no more than `max`, at least one.
fn count_within(sizes: &[i64], max: usize) -> Result<i64> {
    let sums = sizes.iter().scan(0_usize, |sum, size| {
        *sum = sum.saturating_add(usize::try_from(*size).unwrap_or(usize::MAX));
        Some(*sum)
    });
    let count = sums.take_while(|sum| *sum <= max).count().max(1);
    i64::try_from(count).map_err(Error::internal)
}

fn to_waiting(row: &Row<'_>) -> engine::Result<Waiting> {
    let message: String = row.get(2)?;
    // What is deleted meanwhile has no thread or no content.
    let source = match (row.optional_text(5)?, row.optional_text(10)?) {
        (Some(_), Some(content)) => Some(to_source(row, (11, 11), Some(row.get(12)?), content)?),
        // A title is as new as the last change of its thread.
        (Some(_), None) if message == TITLE => {
            Some(to_source(row, (8, 9), None, row.optional_text(7)?.unwrap_or_default())?)
        }
        _ => None,
    };
    Ok(Waiting {
        project: row.get(0)?,
        thread: row.get(1)?,
        message,
        version: row.get(3)?,
        counting: Counting::from_stored(row.get(4)?),
        source: source.map(Arc::new),
    })
}

fn to_source(
    row: &Row<'_>,
    (created_at, time): (usize, usize),
    author: Option<UserId>,
    text: &str,
) -> engine::Result<Source> {
    Ok(Source {
        created_at: Timestamp::from_millis(row.get(created_at)?),
        time: Timestamp::from_millis(row.get(time)?),
        workspace: row.get(5)?,
        creator: row.get(6)?,
        author,
        text: text.to_owned(),
    })
}

/// Takes out of the queue what is as it was read; tells which that is. Whoever changes it from here on waits
/// for this transaction.
pub(super) async fn take<'w>(conn: &mut Conn<'_>, waiting: &[&'w Waiting]) -> Result<Vec<&'w Waiting>> {
    let sql = "DELETE FROM search_queue
               WHERE project_id = ?1 AND thread_id = ?2 AND message_id = ?3 AND version = ?4";
    let sets: Vec<[&dyn Param; 4]> = waiting
        .iter()
        .map(|item| [&item.project as &dyn Param, &item.thread, &item.message, &item.version])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    let taken = conn.execute_each(sql, &sets).await?;
    Ok(waiting.iter().zip(taken).filter(|(_, taken)| *taken > 0).map(|(item, _)| *item).collect())
}

/// Keeps others from what is to be indexed in several transactions, the first of which this is, and takes its
/// documents away; false when it has changed since it was read. From here on it is [`Waiting::claimed`].
///
/// # Errors
/// The database's.
pub async fn claim(conn: &mut Conn<'_>, item: &Waiting, until: Timestamp) -> Result<bool> {
    let sql = "UPDATE search_queue SET version = version + 1, claimed_until = ?5
               WHERE project_id = ?1 AND thread_id = ?2 AND message_id = ?3 AND version = ?4";
    let params: [&dyn Param; 5] =
        [&item.project, &item.thread, &item.message, &item.version, &until.millis()];
    if conn.execute(sql, &params).await? == 0 {
        return Ok(false);
    }
    delete_documents(conn, &[item.key()]).await?;
    Ok(true)
}

/// Goes on with what is claimed; false when it has changed meanwhile, so that the claim is void.
pub(super) async fn keep_claim(conn: &mut Conn<'_>, item: &Waiting, until: Timestamp) -> Result<bool> {
    let sql = "UPDATE search_queue SET claimed_until = ?5
               WHERE project_id = ?1 AND thread_id = ?2 AND message_id = ?3 AND version = ?4";
    let params: [&dyn Param; 5] =
        [&item.project, &item.thread, &item.message, &item.version, &until.millis()];
    Ok(conn.execute(sql, &params).await? > 0)
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

    #[test]
    fn a_batch_ends_where_there_is_much_to_read() {
        assert_eq!(count_within(&[1, 2, 3], 6).unwrap(), 3);
        assert_eq!(count_within(&[1, 2, 3, 4], 6).unwrap(), 3);
        assert_eq!(count_within(&[i64::MAX, 1], 6).unwrap(), 1);
        assert_eq!(count_within(&[], 6).unwrap(), 1);
    }
}
