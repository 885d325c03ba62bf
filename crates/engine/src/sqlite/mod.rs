//! SQLite: one writer thread that commits many requests at once, a bounded set of readers that see
//! snapshots, and a checkpointer of its own so that no request waits for one.

mod checkpointer;
mod queue;
mod readers;
mod watch;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use self::checkpointer::Checkpointer;
pub use self::readers::MAX_READS;
use self::readers::Readers;
use self::writer::Writer;
use crate::conn::Reach;
use crate::{Conn, Engine, Error, Migration, Result, dialect, migrate};

/// How to open a SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The file; its folder must exist.
    pub path: PathBuf,
    /// How many reads may run at once, slow ones not counted. They run on the calling thread, so an asynchronous
    /// runtime needs more worker threads than [`MAX_READS`] to stay responsive.
    pub readers: usize,
    /// How many writes may wait; one more is answered [`Error::Busy`].
    pub queue: usize,
}

pub(crate) struct Sqlite {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    checkpointer: Checkpointer,
}

impl Sqlite {
    pub(crate) fn open(options: &SqliteOptions) -> Result<Self> {
        let path = options.path.clone();
        // The first connection sets the journal mode, which the file remembers; readers rely on it.
        let connection = open_writable(&path)?;
        let checkpointer = Checkpointer::start(open_writable(&path)?)?;
        let writer = Writer::start(connection, options.queue, checkpointer.signal())?;
        let readers = Readers::open(&path, options.readers.max(1))?;
        Ok(Self { path, writer, readers, checkpointer })
    }

    pub(crate) async fn read<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        let mut reader = self.readers.take().await?;
        crate::conn::ready(operation(&mut Conn::sqlite(&mut reader, Reach::One)))
    }

    pub(crate) async fn snapshot<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        let mut reader = self.readers.take().await?;
        reader.snapshot(operation)
    }

    pub(crate) async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        self.writer.write(operation).await
    }

    pub(crate) fn migrate(&self, migrations: &[Migration]) -> Result<usize> {
        let mut connection = open_writable(&self.path)?;
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute_batch(migrate::CREATE_HISTORY)?;
        let history = transaction
            .prepare(migrate::READ_HISTORY)?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        let pending = migrate::pending(migrations, &history)?;
        for migration in pending {
            transaction.execute_batch(&dialect::migration_for(Engine::Sqlite, migration.sql)?)?;
            transaction.execute(migrate::ADD_TO_HISTORY, migrate::record(migration))?;
        }
        transaction.commit()?;
        Ok(pending.len())
    }

    pub(crate) fn waiting_writes(&self) -> usize {
        self.writer.waiting()
    }

    /// The file and the log of what is not in it yet.
    pub(crate) fn size_bytes(&self) -> Result<u64> {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let file = std::fs::metadata(&self.path).map_err(Error::unavailable)?.len();
        // There is none after a clean end.
        Ok(file + std::fs::metadata(log).map_or(0, |log| log.len()))
    }

    pub(crate) fn close(&self) {
        self.writer.stop();
        self.readers.stop();
        self.checkpointer.stop();
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}

/// How long a statement waits for another process (a command line beside the server) to let go.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How many statements each connection keeps prepared: more than the program has.
const STATEMENTS: usize = 256;

/// What all connections have in common.
fn set_up(connection: &Connection) -> Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without this guarantee the planner looks at the value behind `LIMIT ?n`, and every execution with a
    // newly bound one parses and plans the statement again.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn open_writable(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    set_up(&connection)?;
    // wal_autocheckpoint only bounds the log should the checkpointer fall behind.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -32768;
         PRAGMA mmap_size = 1073741824;
         PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 65536;",
    )?;
    Ok(connection)
}

fn open_readable(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    connection.execute_batch(
        "PRAGMA query_only = ON;
         PRAGMA cache_size = -16384;
         PRAGMA mmap_size = 1073741824;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}
