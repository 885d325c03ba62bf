//! PostgreSQL behind PgBouncer in transaction mode, with three connections to the server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use engine::driver::tokio_postgres::{self, Client, NoTls};
use engine::testing::{PGBOUNCER, PGBOUNCER_KEEPING, Scratch};
use engine::{Conn, Engine, Error, Keeps, Migration, Options, Pooler, PostgresOptions, Result, Store};

const SCHEMA: Migration = Migration {
    version: 1,
    name: "0001_entries",
    sql: "CREATE TABLE entries (id TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);",
};

fn options(scratch: &Scratch) -> PostgresOptions {
    match scratch.options() {
        Options::Postgres(options) => options,
        Options::Sqlite(_) => panic!("not PostgreSQL"),
    }
}

async fn open(scratch: &Scratch, pooler: Pooler) -> Store {
    let options = PostgresOptions { pooler, ..options(scratch) };
    let store = Store::open(Options::Postgres(options)).await.unwrap();
    store.migrate(&[SCHEMA]).await.unwrap();
    store
}

async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn append(store: &Store, id: String) -> Result<()> {
    store
        .write(async move |conn: &mut Conn<'_>| {
            let count = "SELECT COUNT(*) FROM entries WHERE n >= ?1";
            let n: Option<i64> = conn.first(count, &[&0_i64], |row| row.get(0)).await?;
            let insert = "INSERT INTO entries (id, n) VALUES (?1, ?2)";
            conn.execute(insert, &[&id, &n.unwrap_or_default()]).await?;
            conn.execute("UPDATE entries SET n = n + ?2 WHERE id = ?1", &[&id, &1_i64]).await.map(drop)
        })
        .await
}

async fn read_back(store: &Store, id: &str) -> Result<(Option<String>, Option<i64>)> {
    let found = store
        .read(async |conn| {
            conn.first("SELECT id FROM entries WHERE id = ?1", &[&id], |row| row.get::<String>(0)).await
        })
        .await?;
    let counted = store
        .snapshot(async |conn| {
            let one = "SELECT COUNT(*) FROM entries WHERE id = ?1";
            let count: Option<i64> = conn.first(one, &[&id], |row| row.get(0)).await?;
            conn.first("SELECT COUNT(*) FROM entries", &[], |row| row.get::<i64>(0)).await?;
            Ok::<_, Error>(count)
        })
        .await?;
    Ok((found, counted))
}

async fn ids(store: &Store) -> BTreeSet<String> {
    let ids: Result<Vec<String>> =
        store.read(async |conn| conn.all("SELECT id FROM entries", &[], |row| row.get(0)).await).await;
    ids.unwrap().into_iter().collect()
}

/// Twelve callers, each of whom appends and reads back what it wrote; returns what went wrong.
async fn callers(store: &Store) -> Vec<Error> {
    let tasks: Vec<_> = (0..12)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                for turn in 0..15 {
                    let id = format!("{caller:02}-{turn:02}");
                    append(&store, id.clone()).await?;
                    assert_eq!(read_back(&store, &id).await?, (Some(id), Some(1)));
                }
                Ok(())
            })
        })
        .collect();
    let mut failures = Vec::new();
    for task in tasks {
        failures.extend(task.await.unwrap().err());
    }
    failures
}

#[tokio::test]
async fn what_connections_keep_is_found_out() {
    let pooled = Scratch::behind(PGBOUNCER).await;
    assert_eq!(open(&pooled, Pooler::Auto).await.keeps(), Some(Keeps::Nothing));
    assert_eq!(open(&pooled, Pooler::Transaction).await.keeps(), Some(Keeps::Nothing));
    let direct = Scratch::new(Engine::Postgres).await;
    assert_eq!(open(&direct, Pooler::Auto).await.keeps(), Some(Keeps::Everything));
    // PgBouncer has this user in session mode.
    let role = "DO $$ BEGIN CREATE ROLE session SUPERUSER LOGIN; EXCEPTION WHEN OTHERS THEN NULL; END $$";
    client(&options(&direct).url).await.batch_execute(role).await.unwrap();
    let mut options = options(&pooled);
    options.url = options.url.replace("postgres@", "session@");
    let session = Store::open(Options::Postgres(options)).await.unwrap();
    assert_eq!(session.keeps(), Some(Keeps::Everything));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_connections_keep_is_found_out_while_others_use_the_pool() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    let busy = open(&scratch, Pooler::Transaction).await;
    let others: Vec<_> = (0..12)
        .map(|other| {
            let busy = busy.clone();
            tokio::spawn(async move {
                for turn in 0.. {
                    append(&busy, format!("{other}-{turn}")).await.unwrap();
                }
            })
        })
        .collect();
    for _ in 0..12 {
        let node = Store::open(scratch.options()).await.unwrap();
        assert_eq!(node.keeps(), Some(Keeps::Nothing));
    }
    for other in others {
        other.abort();
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "tests have no other configuration than this variable")]
async fn a_pooler_that_keeps_statements_is_given_them() {
    if std::env::var_os(PGBOUNCER_KEEPING).is_none() {
        println!("not run: this PgBouncer keeps no statements");
        return;
    }
    let scratch = Scratch::behind(PGBOUNCER_KEEPING).await;
    for pooler in [Pooler::Auto, Pooler::Transaction] {
        assert_eq!(open(&scratch, pooler).await.keeps(), Some(Keeps::Statements));
    }
    let store = open(&scratch, Pooler::Auto).await;
    let failures = callers(&store).await;
    assert!(failures.is_empty(), "{failures:?}");
    assert_eq!(ids(&store).await.len(), 12 * 15);
    assert_eq!(store.keeps(), Some(Keeps::Statements));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_callers_share_a_few_connections() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    let store = open(&scratch, Pooler::Auto).await;
    let failures = callers(&store).await;
    assert!(failures.is_empty(), "{failures:?}");
    assert_eq!(ids(&store).await.len(), 12 * 15);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pooler_that_nobody_told_of_is_noticed() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    let store = open(&scratch, Pooler::None).await;
    assert_eq!(store.keeps(), Some(Keeps::Everything));
    let failures = callers(&store).await;
    // At worst a snapshot that had begun to read must be asked for again.
    assert!(failures.iter().all(|error| matches!(error, Error::Unavailable(_))), "{failures:?}");
    assert_eq!(store.keeps(), Some(Keeps::Nothing));
    let failures = callers_again(&store).await;
    assert!(failures.is_empty(), "{failures:?}");
}

async fn callers_again(store: &Store) -> Vec<Error> {
    let empty = async |conn: &mut Conn<'_>| conn.execute("DELETE FROM entries", &[]).await;
    store.write(empty).await.unwrap();
    callers(store).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_together_migrate_once() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    let nodes: Vec<_> = (0..3)
        .map(|_| {
            let options = scratch.options();
            tokio::spawn(async move { Store::open(options).await?.migrate(&[SCHEMA]).await })
        })
        .collect();
    let mut ran = Vec::new();
    for node in nodes {
        ran.push(node.await.unwrap().unwrap());
    }
    ran.sort_unstable();
    assert_eq!(ran, [0, 0, 1]);
}

#[tokio::test]
async fn deadlines_are_those_of_our_transactions_alone() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    let store = open(&scratch, Pooler::Auto).await;
    let deadline = "SELECT current_setting('statement_timeout')";
    let read: Result<Option<String>> =
        store.read(async |conn| conn.first(deadline, &[], |row| row.get(0)).await).await;
    let seen: Result<Option<String>> =
        store.snapshot(async |conn| conn.first(deadline, &[], |row| row.get(0)).await).await;
    let written: Result<Option<String>> =
        store.write(async move |conn: &mut Conn<'_>| conn.first(deadline, &[], |row| row.get(0)).await).await;
    for found in [read, seen, written] {
        assert_eq!(found.unwrap().as_deref(), Some("30s"));
    }
    for _ in 0..4 {
        let other = client(&options(&scratch).url).await;
        let row = other.query_typed(deadline, &[]).await.unwrap();
        assert_eq!(row[0].get::<_, &str>(0), "0");
    }
}

#[tokio::test]
async fn a_cancelled_write_leaves_nothing_and_holds_nothing() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    let store = open(&scratch, Pooler::Auto).await;
    for turn in 0..8 {
        let (inserted, wait) = tokio::sync::oneshot::channel();
        let inserted = std::sync::Mutex::new(Some(inserted));
        let writing = store.clone();
        let task = tokio::spawn(async move {
            writing
                .write(async move |conn: &mut Conn<'_>| {
                    let id = format!("cancelled-{turn}");
                    conn.execute("INSERT INTO entries (id, n) VALUES (?1, 1)", &[&id]).await?;
                    inserted.lock().unwrap().take().unwrap().send(()).unwrap();
                    std::future::pending::<Result<()>>().await
                })
                .await
        });
        wait.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    append(&store, "kept".into()).await.unwrap();
    assert_eq!(ids(&store).await, BTreeSet::from(["kept".to_owned()]));
}

#[tokio::test]
async fn a_plan_by_value_needs_no_connection_of_its_own() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    for pooler in [Pooler::Auto, Pooler::None] {
        let store = open(&scratch, pooler).await;
        let counted: Result<Option<i64>> = store
            .snapshot(async |conn| {
                conn.plan_by_value().await?;
                conn.first("SELECT COUNT(*) FROM entries WHERE n > ?1", &[&1_i64], |row| row.get(0)).await
            })
            .await;
        assert_eq!(counted.unwrap(), Some(0));
    }
}
