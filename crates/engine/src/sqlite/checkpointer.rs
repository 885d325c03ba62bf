use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use crate::{Error, Result};

/// How long the log is at least let grow between two checkpoints.
const PAUSE: Duration = Duration::from_millis(100);

/// Pages in the log (16 MiB) from which it is folded into the file.
const ENOUGH_PAGES: i64 = 4096;

/// Folds the write-ahead log into the database file, on a thread and a connection of its own: SQLite's
/// own habit, a checkpoint inside an unlucky request's commit, halves the throughput.
pub(super) struct Checkpointer {
    signal: Mutex<Option<Signal>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Tells the checkpointer that something was written. Never waits.
#[derive(Clone)]
pub(super) struct Signal(SyncSender<()>);

impl Signal {
    pub(super) fn wrote(&self) {
        // A full channel means that it has been told already.
        let _told = self.0.try_send(());
    }
}

impl Checkpointer {
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (sender, receiver) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("sqlite-checkpointer".into())
            .spawn(move || serve(&connection, &receiver))
            .map_err(Error::unavailable)?;
        Ok(Self { signal: Mutex::new(Some(Signal(sender))), thread: Mutex::new(Some(thread)) })
    }

    #[expect(clippy::expect_used, reason = "the signal is taken out only by stop, which comes last")]
    pub(super) fn signal(&self) -> Signal {
        let signal = self.signal.lock().unwrap_or_else(PoisonError::into_inner);
        signal.clone().expect("a running checkpointer has its signal")
    }

    /// Ends the thread once every [`Signal`] is gone, after a last checkpoint that empties the log.
    pub(super) fn stop(&self) {
        drop(self.signal.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the SQLite checkpointer panicked");
        }
    }
}

fn serve(connection: &Connection, written: &Receiver<()>) {
    while written.recv().is_ok() {
        if let Err(error) = fold_if_long(connection) {
            tracing::warn!(error = &error as &dyn std::error::Error, "a checkpoint failed");
        }
        pause(written);
    }
    // Another process may hold the file; its own checkpoints will do then.
    let _folded = checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/// Sleeps, but not into a shutdown.
fn pause(written: &Receiver<()>) {
    let wake = std::time::Instant::now() + PAUSE;
    while let Some(left) = wake.checked_duration_since(std::time::Instant::now()) {
        if let Err(RecvTimeoutError::Disconnected) = written.recv_timeout(left) {
            return;
        }
    }
}

fn fold_if_long(connection: &Connection) -> rusqlite::Result<()> {
    let (in_log, folded) = checkpoint(connection, "PRAGMA wal_checkpoint(NOOP)")?;
    if in_log - folded < ENOUGH_PAGES {
        return Ok(());
    }
    checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)").map(drop)
}

/// Pages in the log, and how many of them are in the file.
fn checkpoint(connection: &Connection, pragma: &str) -> rusqlite::Result<(i64, i64)> {
    connection.query_row(pragma, [], |row| Ok((row.get(1)?, row.get(2)?)))
}
