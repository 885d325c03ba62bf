//! Databases for tests: each test its own, empty, thrown away.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::NoTls;

use crate::{Engine, Options, Pooler, PostgresOptions};

/// The variable that names the PostgreSQL server of the tests; `make test` starts one and sets it.
pub const POSTGRES: &str = "THREADKEEP_TEST_POSTGRES";

/// The variable that names a PgBouncer in transaction mode in front of that server.
pub const PGBOUNCER: &str = "THREADKEEP_TEST_PGBOUNCER";

/// The variable that names one that keeps prepared statements; set where PgBouncer is new enough.
pub const PGBOUNCER_KEEPING: &str = "THREADKEEP_TEST_PGBOUNCER_KEEPING";

/// The variable that has every test on PostgreSQL talk to it as behind a pooler of transactions, although
/// there is none: `transaction`.
pub const POOLER: &str = "THREADKEEP_TEST_POOLER";

/// An empty database, gone when dropped (on PostgreSQL: a schema of the throw-away server).
pub struct Scratch {
    options: Options,
    _folder: Option<tempfile::TempDir>,
}

impl Scratch {
    /// Makes an empty database on the engine.
    ///
    /// # Panics
    /// When it cannot: a test has nothing to go on with then.
    #[expect(clippy::expect_used, reason = "a test that has no database must fail")]
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let options = Options::sqlite(folder.path().join("test.db"));
                Self { options, _folder: Some(folder) }
            }
            Engine::Postgres => {
                let options = PostgresOptions {
                    pooler: pooler(),
                    ..PostgresOptions::at(fresh_postgres_schema().await)
                };
                Self { options: Options::Postgres(options), _folder: None }
            }
        }
    }

    /// Makes an empty database behind the pooler that the variable names.
    ///
    /// # Panics
    /// When it cannot.
    #[expect(clippy::expect_used, reason = "a test that has no database must fail")]
    pub async fn behind(pooler: &str) -> Self {
        let database = format!("pooled_{}", unique());
        let server = connect(&variable(POSTGRES)).await;
        // Poolers know databases, not schemas.
        for sql in ["DROP DATABASE IF EXISTS", "CREATE DATABASE"] {
            server.batch_execute(&format!("{sql} {database}")).await.expect("a new database");
        }
        let pooler = variable(pooler);
        let (address, _) = pooler.rsplit_once('/').expect("a URL with a database");
        Self { options: Options::postgres(format!("{address}/{database}")), _folder: None }
    }

    /// How to open it.
    pub fn options(&self) -> Options {
        self.options.clone()
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no other configuration than variables")]
#[expect(clippy::expect_used, reason = "a test that has no database must fail")]
fn variable(name: &str) -> String {
    std::env::var(name).expect("THREADKEEP_TEST_… is not set: run the tests by `make test`")
}

fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

#[expect(clippy::expect_used, reason = "a test that has no database must fail")]
async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test PostgreSQL server");
    tokio::spawn(async { connection.await.expect("a clean end of the connection") });
    client
}

#[expect(clippy::expect_used, reason = "a test that has no database must fail")]
async fn fresh_postgres_schema() -> String {
    let url = variable(POSTGRES);
    let schema = format!("test_{}", unique());
    let create = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    connect(&url).await.batch_execute(&create).await.expect("a new schema");
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options=-c%20search_path%3D{schema}")
}

/// What stands between the tests and their server.
#[expect(clippy::disallowed_methods, reason = "tests have no other configuration than variables")]
fn pooler() -> Pooler {
    match std::env::var(POOLER).as_deref() {
        Ok("transaction") => Pooler::Transaction,
        _ => Pooler::Auto,
    }
}

/// What is wrong inside a SQLite file that no server has open: broken pages and indexes, rows that refer
/// to nothing. Nothing, one hopes.
///
/// # Panics
/// When the file cannot be read at all.
#[expect(clippy::expect_used, reason = "a test that cannot look must fail")]
pub fn sqlite_integrity(path: &std::path::Path) -> Vec<String> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let connection = rusqlite::Connection::open_with_flags(path, flags).expect("a SQLite file");
    let list = |sql: &str| {
        let mut statement = connection.prepare(sql).expect("a check");
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).expect("its rows");
        rows.collect::<Result<Vec<_>, _>>().expect("each of its rows")
    };
    let mut problems = list("PRAGMA integrity_check");
    problems.retain(|line| line != "ok");
    let orphans = list("SELECT \"table\" || ' refers to no ' || parent FROM pragma_foreign_key_check");
    problems.extend(orphans);
    problems
}
