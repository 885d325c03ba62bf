//! The job that makes documents of what was written.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use engine::Conn;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::parts::Parts;
use super::store::{self, Document, Position, Waiting};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// What is indexed in one transaction. On SQLite every other write waits for it: some milliseconds.
const BATCH: i64 = 256;

/// The most bytes of text that are indexed in one transaction, unless they are those of one message.
const BATCH_BYTES: usize = 128 * 1024;

/// The most documents of one message that are written in one transaction. The words of a part are some
/// tens of kilobytes.
const STEP: usize = 4;

/// How much longer than a batch took the job waits before the next one, so that writers have the database
/// to themselves most of the time.
const REST: u32 = 3;

/// How long a long message is left to who has begun with it and does not go on.
const CLAIM: Duration = Duration::from_secs(60);

/// How far the job has come in the queue. It goes round and round, so that no part of it waits forever.
#[derive(Default)]
pub struct Indexer(Mutex<Position>);

impl Indexer {
    fn position(&self) -> Position {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn move_to(&self, position: Position) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }
}

/// Indexes what waits, until nothing does.
///
/// # Errors
/// The database's.
pub async fn index_waiting(app: &App) -> Result<()> {
    loop {
        let started = Instant::now();
        if !index_batch(app).await? {
            return Ok(());
        }
        sleep(started.elapsed() * REST).await;
    }
}

/// Indexes some of what waits; false when nothing did.
async fn index_batch(app: &App) -> Result<bool> {
    let after = app.indexer().position();
    let now = app.clock().now();
    let read = async |conn: &mut Conn<'_>| store::list_waiting(conn, &after, (BATCH, BATCH_BYTES), now).await;
    let waiting = app.store().snapshot(read).await?;
    let end = waiting.last().map(Waiting::position).unwrap_or_default();
    let (found_any, was_start) = (!waiting.is_empty(), after == Position::default());
    let (long, short): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|item| item.size() > BATCH_BYTES);
    if !short.is_empty() {
        // Taken apart before the transaction, which is short so.
        let made = spawn_blocking(|| short.into_iter().map(make).collect::<Vec<_>>());
        let made = made.await.map_err(Error::internal)?;
        app.store().write(async move |conn| store::index(conn, &made, now).await).await?;
    }
    for item in long {
        index_long(app, item).await?;
    }
    app.indexer().move_to(end);
    Ok(found_any || !was_start)
}

fn make(item: Waiting) -> (Waiting, Vec<Document>) {
    let (work, documents) = Work::new(item).step(usize::MAX);
    (work.item, documents)
}

/// A message that documents are made of.
struct Work {
    item: Waiting,
    labels: Vec<String>,
    parts: Parts,
}

impl Work {
    fn new(item: Waiting) -> Self {
        Self { labels: item.labels(), parts: Parts::of(item.text()), item }
    }

    /// Makes the next documents, at most `count`.
    fn step(mut self, count: usize) -> (Self, Vec<Document>) {
        let terms = self.item.terms();
        let parts = self.parts.by_ref().take(count);
        let documents = parts
            .map(|part| Document {
                starts_at: i64::try_from(part.start).unwrap_or(0),
                words: terms.document(&self.labels, &part.words),
            })
            .collect();
        (self, documents)
    }
}

/// Indexes a message whose documents are too many for one transaction, in several. Should it change
/// meanwhile, it waits again, and this leaves it.
async fn index_long(app: &App, item: Waiting) -> Result<()> {
    let (read, until) = (item.clone(), claim_end(app));
    if !app.store().write(async move |conn| store::claim(conn, &read, until).await).await? {
        return Ok(());
    }
    let mut work = spawn_blocking(|| Work::new(item.claimed())).await.map_err(Error::internal)?;
    loop {
        let started = Instant::now();
        let (worked, documents) = spawn_blocking(|| work.step(STEP)).await.map_err(Error::internal)?;
        let is_done = worked.parts.is_done();
        let times = (app.clock().now(), (!is_done).then(|| claim_end(app)));
        let item = worked.item.clone();
        let write = async move |conn: &mut Conn<'_>| store::index_more(conn, &item, &documents, times).await;
        if !app.store().write(write).await? || is_done {
            return Ok(());
        }
        work = worked;
        sleep(started.elapsed() * REST).await;
    }
}

fn claim_end(app: &App) -> Timestamp {
    app.clock().now().plus_millis(i64::try_from(CLAIM.as_millis()).unwrap_or(i64::MAX))
}
