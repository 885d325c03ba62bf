//! What waits in the queue becomes documents.

use engine::{Conn, Param, TextDocument};

use super::TITLE;
use super::changes::delete_documents;
use super::queue::{Counting, Waiting, keep_claim, take};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::figures::store::count_written;

/// By which rules documents are made. Whoever changes how text becomes words raises it, and has everything
/// queued again.
const RULES: i64 = 2;

/// A document that is to be stored.
pub struct Document {
    /// The byte of the text that it begins with.
    pub(in crate::search) starts_at: i64,
    pub(in crate::search) words: TextDocument,
}

/// Puts documents in the place of those that there were, unless what they are made from has changed
/// since it was read: then it waits again.
///
/// # Errors
/// The database's.
pub async fn index(conn: &mut Conn<'_>, made: &[(Waiting, Vec<Document>)], now: Timestamp) -> Result<()> {
    let waiting: Vec<&Waiting> = made.iter().map(|(item, _)| item).collect();
    let own = take(conn, &waiting).await?;
    // PostgreSQL would keep the plans that it made when there were no documents yet, and read all of them for
    // each that is taken away.
    conn.plan_by_value().await?;
    delete_documents(conn, &own.iter().map(|item| item.key()).collect::<Vec<_>>()).await?;
    let is_own = |item: &Waiting| own.iter().any(|own| std::ptr::eq(*own, item));
    let mut documents = Vec::with_capacity(made.len());
    for (item, own) in made.iter().filter(|(item, _)| is_own(item)) {
        documents.extend(own.iter().map(|document| (item, document)));
    }
    insert_documents(conn, &documents).await?;
    for item in own.iter().filter(|item| item.message == TITLE) {
        queue_rest_of_thread(conn, item).await?;
    }
    let written: Vec<_> = own.iter().filter_map(|item| item.written()).collect();
    count_written(conn, &written, now).await
}

/// Adds documents to those of what is claimed, the last of which end the claim; false when it is void.
///
/// # Errors
/// The database's.
pub async fn index_more(
    conn: &mut Conn<'_>,
    item: &Waiting,
    documents: &[Document],
    (now, until): (Timestamp, Option<Timestamp>),
) -> Result<bool> {
    let is_kept = match until {
        Some(until) => keep_claim(conn, item, until).await?,
        None => !take(conn, &[item]).await?.is_empty(),
    };
    if !is_kept {
        return Ok(false);
    }
    let documents: Vec<_> = documents.iter().map(|document| (item, document)).collect();
    insert_documents(conn, &documents).await?;
    if until.is_none() {
        count_written(conn, item.written().as_slice(), now).await?;
    }
    Ok(true)
}

/// The messages of a thread that have no document by today's rules and do not wait for one.
async fn queue_rest_of_thread(conn: &mut Conn<'_>, item: &Waiting) -> Result<()> {
    let sql = "INSERT INTO search_queue (project_id, thread_id, message_id, version, counting)
               SELECT project_id, thread_id, id, 0, ?4 FROM messages m
               WHERE project_id = ?1 AND thread_id = ?2 AND NOT EXISTS
                   (SELECT 1 FROM search_documents d WHERE d.project_id = m.project_id
                        AND d.thread_id = m.thread_id AND d.message_id = m.id AND d.rules >= ?3)
               ON CONFLICT (project_id, thread_id, message_id) DO NOTHING";
    let counting = i64::from(item.counting == Counting::Thread);
    conn.execute(sql, &[&item.project, &item.thread, &RULES, &counting]).await?;
    Ok(())
}

macro_rules! insert_words {
    ($number:literal, $column:literal, $open:literal, $close:literal, $doc:literal, $end:literal) => {
        concat!("INSERT INTO search_words (", $number, ", words) VALUES (?1, ", $doc, "?2", $end, ")")
    };
}

/// How often another number is tried for a document whose number is taken.
const TRIES: i64 = 1_000;

async fn insert_documents(conn: &mut Conn<'_>, documents: &[(&Waiting, &Document)]) -> Result<()> {
    let sql = "INSERT INTO search_documents (number, project_id, thread_id, message_id, starts_at, rules)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (number) DO NOTHING";
    let mut left: Vec<(i64, &Waiting, &Document)> =
        documents.iter().map(|(item, document)| (item.number(), *item, *document)).collect();
    let mut done = Vec::with_capacity(left.len());
    for attempt in 1..=TRIES {
        if left.is_empty() {
            break;
        }
        let sets: Vec<[&dyn Param; 6]> = left
            .iter()
            .map(|(number, item, document)| {
                let [project, thread, message] = item.key();
                [number as &dyn Param, project, thread, message, &document.starts_at, &RULES]
            })
            .collect();
        let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
        let inserted = conn.execute_each(sql, &sets).await?;
        let outcomes = left.drain(..).zip(inserted).collect::<Vec<_>>();
        for ((number, item, document), inserted) in outcomes {
            match inserted {
                // Ever longer steps get out of a crowded millisecond.
                0 => left.push((number + attempt, item, document)),
                _ => done.push((number, &document.words)),
            }
        }
    }
    // In this order FTS5 writes all of them at once.
    done.sort_unstable_by_key(|(number, _)| *number);
    let sets: Vec<[&dyn Param; 2]> =
        done.iter().map(|(number, words)| [number as &dyn Param, *words]).collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(engine::text_search!(insert_words, "search_words"), &sets).await?;
    Ok(())
}
