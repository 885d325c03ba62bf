//! Databases for tests: each test its own, empty, thrown away.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::NoTls;

use crate::{Engine, Options};

/// The variable that names the PostgreSQL server of the tests; `make test` starts one and sets it.
pub const POSTGRES: &str = "THREADKEEP_TEST_POSTGRES";

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
                Self { options: Options::postgres(fresh_postgres_schema().await), _folder: None }
            }
        }
    }

    /// How to open it.
    pub fn options(&self) -> Options {
        self.options.clone()
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no other configuration than this variable")]
#[expect(clippy::expect_used, reason = "a test that has no database must fail")]
async fn fresh_postgres_schema() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let url =
        std::env::var(POSTGRES).expect("THREADKEEP_TEST_POSTGRES is not set: run the tests by `make test`");
    let (client, connection) =
        tokio_postgres::connect(&url, NoTls).await.expect("the test PostgreSQL server");
    let connection = tokio::spawn(connection);
    let schema = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let create = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    client.batch_execute(&create).await.expect("a new schema");
    drop(client);
    connection.await.expect("the connection's task").expect("a clean end of the connection");
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options=-c%20search_path%3D{schema}")
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
