//! SQLite: reads in place, writes by one thread that commits many at once.

mod checkpoint;
mod reader;
mod writer;

use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use self::reader::Readers;
use self::writer::Writer;
use super::store::{ApiKey, Appended, Directory, NewAnonymous, NewMessage, SigningKey, sql};
use super::token::Identity;

/// The pragmas of every connection; the database is in WAL mode already.
const PRAGMAS: &str = "PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA mmap_size = 1073741824; \
                       PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000;";

/// A database file.
pub(super) struct Store {
    readers: Readers,
    writer: Writer,
}

impl Store {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let writer = Writer::start(file)?;
        Ok(Self { readers: Readers::open(file)?, writer })
    }

    pub(super) fn directory(&self) -> Result<Directory> {
        self.readers.with(|connection| {
            let default_project = connection.query_row(sql::DEFAULT_PROJECT, [], |row| row.get(0))?;
            let signing_keys = connection
                .prepare(sql::SIGNING_KEYS)?
                .query_map([], |row| Ok(SigningKey { id: row.get(0)?, public_key: row.get(1)? }))?
                .collect::<Result<_, _>>()?;
            let api_keys = connection
                .prepare(sql::API_KEYS)?
                .query_map([], |row| {
                    Ok(ApiKey { project: row.get(0)?, hash: row.get(1)?, expires_at: row.get(2)? })
                })?
                .collect::<Result<_, _>>()?;
            Ok(Directory { default_project, signing_keys, api_keys })
        })
    }

    pub(super) async fn append_message(&self, message: NewMessage) -> Result<Appended> {
        self.writer.append_message(message).await
    }

    pub(super) async fn create_anonymous(&self, token: NewAnonymous) -> Result<bool> {
        self.writer.create_anonymous(token).await
    }

    pub(super) fn list_threads(&self, caller: &Identity, limit: i64) -> Result<Vec<u8>> {
        self.readers.with(|connection| reader::list_threads(connection, caller, limit))
    }

    pub(super) fn list_messages(&self, caller: &Identity, thread_id: &str, limit: i64) -> Result<Vec<u8>> {
        self.readers.with(|connection| reader::list_messages(connection, caller, thread_id, limit))
    }
}

fn connect(file: &Path, flags: OpenFlags) -> Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(file, flags).with_context(|| format!("opening {}", file.display()))?;
    connection.execute_batch(PRAGMAS)?;
    // Without it a statement with a bound LIMIT is planned again each time the bound value is set.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}
