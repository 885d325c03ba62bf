use std::path::PathBuf;
use std::sync::Arc;

use crate::postgres::{Keeps, LibpqEnvironment, Pooler, Postgres, Protection};
use crate::sqlite::{Sqlite, SqliteOptions};
use crate::{Conn, Error, Migration, Result, migrate};

/// Where the data lies, and how many connections to use for it.
#[derive(Clone, Debug)]
pub enum Options {
    /// A SQLite file, made when missing.
    Sqlite(SqliteOptions),
    /// A PostgreSQL database, version 14 or newer.
    Postgres(PostgresOptions),
}

/// How to reach a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresOptions {
    /// A connection URL or key-value string, as `libpq` takes it.
    pub url: String,
    /// The most connections held open.
    pub connections: usize,
    /// What stands between.
    pub pooler: Pooler,
    /// What the connection string leaves to the environment.
    pub environment: LibpqEnvironment,
}

impl std::fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("connections", &self.connections)
            .field("pooler", &self.pooler)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// SQLite in the file at `path`, with the usual numbers of readers and queue places.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite(SqliteOptions { path: path.into(), readers: 4, queue: 1024 })
    }

    /// PostgreSQL at `url` with the usual number of connections.
    pub fn postgres(url: impl Into<String>) -> Self {
        Self::Postgres(PostgresOptions::at(url))
    }
}

impl PostgresOptions {
    /// With the usual number of connections, and nothing from the environment.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 16,
            pooler: Pooler::default(),
            environment: LibpqEnvironment::default(),
        }
    }
}

/// Which of the two engines a store runs on: to tell people, never to branch a query on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// An embedded SQLite file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// The database. Cheap to clone; all clones share its connections.
#[derive(Clone)]
pub struct Store(Arc<Backend>);

enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens the database. On SQLite this starts the writer and checkpointer threads; on PostgreSQL it
    /// makes one connection to see that the server is there and usable.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the file or the server cannot be reached, [`Error::Internal`] when
    /// the options make no sense or the server is not one we can use.
    pub async fn open(options: Options) -> Result<Self> {
        let backend = match options {
            Options::Sqlite(options) => Backend::Sqlite(Sqlite::open(&options)?),
            Options::Postgres(options) => Backend::Postgres(Postgres::open(&options).await?),
        };
        Ok(Self(Arc::new(backend)))
    }

    /// The engine underneath.
    pub fn engine(&self) -> Engine {
        match &*self.0 {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs the migrations that this database has not seen, in order, each in one transaction and all
    /// under a lock, so that several nodes may start at once. Returns how many ran.
    ///
    /// # Errors
    /// [`Error::Internal`] when a migration fails, when one that ran before has changed since, or when
    /// the database was written by a newer program.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<usize> {
        migrate::check_order(migrations)?;
        match &*self.0 {
            Backend::Sqlite(sqlite) => sqlite.migrate(migrations),
            Backend::Postgres(postgres) => postgres.migrate(migrations).await,
        }
    }

    /// Runs one statement that only reads.
    ///
    /// # Errors
    /// The operation's, or [`Error::Unavailable`] when no connection can be had.
    pub async fn read<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        match &*self.0 {
            Backend::Sqlite(sqlite) => sqlite.read(operation).await,
            Backend::Postgres(postgres) => postgres.read(operation).await,
        }
    }

    /// Runs statements that only read and that all see the database as it was at the first of them.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn snapshot<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        match &*self.0 {
            Backend::Sqlite(sqlite) => sqlite.snapshot(operation).await,
            Backend::Postgres(postgres) => postgres.snapshot(operation).await,
        }
    }

    /// Runs `operation` in a transaction and answers when its effect is durable: committed and synced
    /// to disk. An `Err`, a panic or [`Conn::undo`] rolls back this operation and no other.
    ///
    /// The operation may run more than once: PostgreSQL asks for another try after a deadlock.
    ///
    /// # Errors
    /// The operation's; [`Error::Busy`] when too many writes are waiting; [`Error::Unavailable`] when
    /// the database cannot commit.
    pub async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        match &*self.0 {
            Backend::Sqlite(sqlite) => sqlite.write(operation).await,
            Backend::Postgres(postgres) => postgres.write(operation).await,
        }
    }

    /// How much the database takes on disk, in bytes; on SQLite with the write-ahead log.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when that cannot be read.
    pub async fn size_bytes(&self) -> Result<u64> {
        match &*self.0 {
            Backend::Sqlite(sqlite) => sqlite.size_bytes(),
            Backend::Postgres(postgres) => postgres.size_bytes().await,
        }
    }

    /// How the last connection to PostgreSQL was protected; `None` on SQLite.
    pub fn protection(&self) -> Option<Protection> {
        match &*self.0 {
            Backend::Sqlite(_) => None,
            Backend::Postgres(postgres) => postgres.protection(),
        }
    }

    /// What connections to PostgreSQL keep from one transaction to the next, as far as it is known by now;
    /// `None` on SQLite.
    pub fn keeps(&self) -> Option<Keeps> {
        match &*self.0 {
            Backend::Sqlite(_) => None,
            Backend::Postgres(postgres) => Some(postgres.keeps()),
        }
    }

    /// How many writes wait for the writer of SQLite; on PostgreSQL, how many reads and writes of this
    /// process wait for a connection.
    pub fn waiting_writes(&self) -> usize {
        match &*self.0 {
            Backend::Sqlite(sqlite) => sqlite.waiting_writes(),
            Backend::Postgres(postgres) => postgres.waiting(),
        }
    }

    /// Ends what the store runs in the background, after the writes that are waiting; on SQLite folds
    /// the write-ahead log into the file. Later writes answer [`Error::Unavailable`].
    pub fn close(&self) {
        match &*self.0 {
            Backend::Sqlite(sqlite) => sqlite.close(),
            Backend::Postgres(postgres) => postgres.close(),
        }
    }
}
