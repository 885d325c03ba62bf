//! Checkpoints on a connection of their own, so that no request waits for one.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, OpenFlags};

/// How often the thread looks whether there is enough to do.
const INTERVAL: Duration = Duration::from_millis(100);
/// Pages (16 MiB) that make a checkpoint worth its fsyncs.
const ENOUGH_PAGES: i64 = 4096;

/// Starts the thread, which ends with the process.
pub(super) fn start(file: &Path) -> Result<()> {
    let connection = super::connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // What an earlier server left in the log would slow every read down until the first write.
    checkpoint(&connection, "PASSIVE")?;
    thread::Builder::new().name("checkpointer".to_owned()).spawn(move || {
        loop {
            thread::sleep(INTERVAL);
            if let Err(error) = checkpoint_if_long(&connection) {
                eprintln!("bare server: checkpoint: {error:#}");
            }
        }
    })?;
    Ok(())
}

fn checkpoint_if_long(connection: &Connection) -> Result<()> {
    let (in_log, done) = checkpoint(connection, "NOOP")?;
    if in_log - done >= ENOUGH_PAGES {
        checkpoint(connection, "PASSIVE")?;
    }
    Ok(())
}

/// Pages in the log, and those of them that are in the file too.
fn checkpoint(connection: &Connection, mode: &str) -> Result<(i64, i64)> {
    let pragma = format!("PRAGMA wal_checkpoint({mode})");
    Ok(connection.query_row(&pragma, [], |row| Ok((row.get(1)?, row.get(2)?)))?)
}
