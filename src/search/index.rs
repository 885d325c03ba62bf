//! The job that makes documents of what was written.

use std::sync::{Mutex, PoisonError};

use tokio::time::{Instant, sleep};

use super::store::{self, Position};
use crate::app::App;
use crate::error::Result;

/// What is indexed in one transaction. On SQLite every other write waits for it: some milliseconds.
const BATCH: i64 = 256;

/// How much longer than a batch took the job waits before the next one, so that writers have the database
/// to themselves most of the time.
const REST: u32 = 3;

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
    // Read and taken apart before the transaction, which is short so.
    let read = async |conn: &mut engine::Conn<'_>| store::list_waiting(conn, &after, BATCH).await;
    let waiting = app.store().read(read).await?;
    let end = waiting.last().map(store::Waiting::position).unwrap_or_default();
    let (found_any, was_start) = (!waiting.is_empty(), after == Position::default());
    if found_any {
        app.store().write(async move |conn| store::index(conn, &waiting).await).await?;
    }
    app.indexer().move_to(end);
    Ok(found_any || !was_start)
}
