//! What both engines promise, run on both.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use engine::testing::{PGBOUNCER, Scratch};
use engine::{Conn, Engine, Error, Migration, Options, Result, SqliteOptions, Store};

const SCHEMA: Migration = Migration {
    version: 1,
    name: "0001_things",
    sql: "CREATE TABLE things (
              id   TEXT   NOT NULL PRIMARY KEY,
              kind TEXT,
              n    BIGINT NOT NULL,
              ok   BOOLEAN NOT NULL,
              f    DOUBLE PRECISION,
              raw  BYTEA
          );",
};

/// Runs a test on each engine and on PostgreSQL behind a pooler of transactions, as three tests.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 6)]
            async fn $name() { super::$name(super::open(engine::Engine::Sqlite).await).await; }
        )+ }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 6)]
            async fn $name() { super::$name(super::open(engine::Engine::Postgres).await).await; }
        )+ }
        mod pooled { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 6)]
            async fn $name() { super::$name(super::open_pooled().await).await; }
        )+ }
    };
}

on_both_engines!(
    values_of_every_type_come_back,
    a_failing_operation_undoes_only_itself,
    a_panicking_operation_undoes_only_itself,
    an_undone_operation_answers_its_value_and_changes_nothing,
    nothing_runs_after_a_failed_statement,
    a_swallowed_failure_is_not_committed,
    a_read_is_one_statement,
    a_read_cannot_write,
    a_snapshot_sees_one_moment,
    a_conflict_names_its_constraint,
    an_increment_under_contention_loses_nothing,
    many_statements_run_in_order,
    a_visitor_may_break_off,
    text_is_ordered_by_bytes,
    migrations_run_once,
    a_failed_migration_leaves_nothing,
    a_closed_store_refuses_writes,
);

struct Fixture {
    store: Store,
    scratch: Scratch,
}

async fn open(engine: Engine) -> Fixture {
    prepare(Scratch::new(engine).await).await
}

async fn open_pooled() -> Fixture {
    prepare(Scratch::behind(PGBOUNCER).await).await
}

async fn prepare(scratch: Scratch) -> Fixture {
    let store = Store::open(scratch.options()).await.unwrap();
    assert_eq!(store.migrate(&[SCHEMA]).await.unwrap(), 1);
    Fixture { store, scratch }
}

async fn insert(conn: &mut Conn<'_>, id: &str, n: i64) -> Result<u64> {
    let sql = "INSERT INTO things (id, n, ok) VALUES (?1, ?2, TRUE)";
    conn.execute(sql, &[&id, &n]).await
}

async fn ids(store: &Store) -> BTreeSet<String> {
    let ids: Result<Vec<String>> =
        store.read(async |conn| conn.all("SELECT id FROM things", &[], |row| row.get(0)).await).await;
    ids.unwrap().into_iter().collect()
}

async fn values_of_every_type_come_back(Fixture { store, scratch: _scratch }: Fixture) {
    let raw = vec![0_u8, 255, 1];
    let bytes = raw.clone();
    store
        .write(async move |conn| -> Result<u64> {
            let sql = "INSERT INTO things (id, kind, n, ok, f, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            conn.execute(sql, &[&"é'?1", &None::<&str>, &i64::MIN, &false, &0.5_f64, &bytes]).await
        })
        .await
        .unwrap();
    let row = store
        .read(async |conn| {
            let sql = "SELECT id, kind, n, ok, f, raw FROM things WHERE id = ?1 AND '?' = '?'";
            conn.first(sql, &[&"é'?1"], |row| {
                assert_eq!(row.text(0)?, "é'?1");
                assert_eq!(row.optional_text(1)?, None);
                let id: String = row.get(0)?;
                let kind: Option<String> = row.get(1)?;
                Ok((
                    id,
                    kind,
                    row.get::<i64>(2)?,
                    row.get::<bool>(3)?,
                    row.get::<f64>(4)?,
                    row.get::<Vec<u8>>(5)?,
                ))
            })
            .await
        })
        .await;
    let row: Result<_> = row;
    assert_eq!(row.unwrap().unwrap(), ("é'?1".into(), None, i64::MIN, false, 0.5, raw));
}

async fn a_failing_operation_undoes_only_itself(Fixture { store, scratch: _scratch }: Fixture) {
    let tasks: Vec<_> = (0..40)
        .map(|i| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .write(async move |conn| {
                        for part in 0..3 {
                            insert(conn, &format!("{i:02}-{part}"), part).await?;
                        }
                        // A quarter fails after all its rows are in.
                        if i % 4 == 0 { insert(conn, &format!("{i:02}-0"), 0).await } else { Ok(0) }
                    })
                    .await
            })
        })
        .collect();
    for (i, task) in tasks.into_iter().enumerate() {
        let outcome: Result<u64> = task.await.unwrap();
        assert_eq!(outcome.is_err(), i % 4 == 0, "operation {i}: {outcome:?}");
    }
    let ids = ids(&store).await;
    assert_eq!(ids.len(), 90);
    assert!(ids.iter().all(|id| id[..2].parse::<u32>().unwrap() % 4 != 0));
}

async fn a_panicking_operation_undoes_only_itself(Fixture { store, scratch: _scratch }: Fixture) {
    let panicking = store.clone();
    let task = tokio::spawn(async move {
        panicking
            .write(async move |conn| -> Result<u64> {
                insert(conn, "lost", 1).await?;
                panic!("a defect of the operation");
            })
            .await
    });
    // SQLite's writer answers an error; on PostgreSQL the panic is the caller's own.
    assert!(!matches!(task.await, Ok(Ok(_))));
    store.write(async |conn| insert(conn, "kept", 1).await).await.unwrap();
    assert_eq!(ids(&store).await, BTreeSet::from(["kept".to_owned()]));
}

async fn an_undone_operation_answers_its_value_and_changes_nothing(f: Fixture) {
    let value: Result<u64> = f
        .store
        .write(async |conn| {
            let inserted = insert(conn, "a", 1).await?;
            conn.undo();
            Ok(inserted)
        })
        .await;
    assert_eq!(value.unwrap(), 1);
    assert!(ids(&f.store).await.is_empty());
}

async fn nothing_runs_after_a_failed_statement(f: Fixture) {
    let outcome: Result<u64> = f
        .store
        .write(async |conn| {
            insert(conn, "a", 1).await?;
            assert!(insert(conn, "a", 1).await.is_err());
            insert(conn, "b", 1).await
        })
        .await;
    assert!(matches!(outcome, Err(Error::Internal { .. })), "{outcome:?}");
    assert!(ids(&f.store).await.is_empty());
}

async fn a_swallowed_failure_is_not_committed(f: Fixture) {
    let outcome: Result<()> = f
        .store
        .write(async |conn| {
            insert(conn, "a", 1).await?;
            let _swallowed = insert(conn, "a", 1).await;
            Ok(())
        })
        .await;
    assert!(outcome.is_err());
    assert!(ids(&f.store).await.is_empty());
}

async fn a_read_is_one_statement(f: Fixture) {
    let outcome: Result<Option<i64>> = f
        .store
        .read(async |conn| {
            conn.first("SELECT n FROM things", &[], |row| row.get::<i64>(0)).await?;
            conn.first("SELECT n FROM things", &[], |row| row.get(0)).await
        })
        .await;
    assert!(matches!(outcome, Err(Error::Internal { .. })));
}

async fn a_read_cannot_write(f: Fixture) {
    let outcome: Result<u64> = f.store.snapshot(async |conn| insert(conn, "a", 1).await).await;
    assert!(outcome.is_err());
    assert!(ids(&f.store).await.is_empty());
}

async fn a_snapshot_sees_one_moment(f: Fixture) {
    const COUNT: &str = "SELECT COUNT(*) FROM things";
    let (started, start) = tokio::sync::oneshot::channel();
    let writer = f.store.clone();
    let writing = tokio::spawn(async move {
        start.await.unwrap();
        writer.write(async |conn| insert(conn, "a", 1).await).await
    });
    let started = std::sync::Mutex::new(Some(started));
    let store = f.store.clone();
    let counts: Result<(Option<i64>, Option<i64>)> = store
        .snapshot(async |conn| {
            let before = conn.first(COUNT, &[], |row| row.get(0)).await?;
            started.lock().unwrap().take().unwrap().send(()).unwrap();
            // The write needs no reader, so it ends while this snapshot is open.
            while !writing.is_finished() {
                std::thread::yield_now();
            }
            Ok((before, conn.first(COUNT, &[], |row| row.get(0)).await?))
        })
        .await;
    assert_eq!(counts.unwrap(), (Some(0), Some(0)));
    assert_eq!(ids(&f.store).await.len(), 1);
}

async fn a_conflict_names_its_constraint(f: Fixture) {
    f.store.write(async |conn| insert(conn, "a", 1).await).await.unwrap();
    let outcome: Result<u64> = f.store.write(async |conn| insert(conn, "a", 1).await).await;
    let Err(Error::Conflict { constraint, .. }) = outcome else { panic!("{outcome:?}") };
    assert!(constraint.contains("things"), "{constraint}");
}

async fn an_increment_under_contention_loses_nothing(f: Fixture) {
    f.store.write(async |conn| insert(conn, "a", 0).await).await.unwrap();
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let store = f.store.clone();
            tokio::spawn(async move {
                store
                    .write(async |conn| -> Result<Option<i64>> {
                        let sql = "UPDATE things SET n = n + 1 WHERE id = 'a' RETURNING n";
                        conn.first(sql, &[], |row| row.get(0)).await
                    })
                    .await
            })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for task in tasks {
        seen.insert(task.await.unwrap().unwrap().unwrap());
    }
    assert_eq!(seen, (1..=50).collect());
}

async fn many_statements_run_in_order(f: Fixture) {
    let changed: Result<u64> = f
        .store
        .write(async |conn| {
            let ids: Vec<String> = (0..300).map(|i| format!("{i:03}")).collect();
            let sets: Vec<[&dyn engine::Param; 2]> = ids.iter().map(|id| [id as _, &7_i64 as _]).collect();
            let sets: Vec<&[&dyn engine::Param]> = sets.iter().map(|set| &set[..]).collect();
            conn.execute_many("INSERT INTO things (id, n, ok) VALUES (?1, ?2, TRUE)", &sets).await
        })
        .await;
    assert_eq!(changed.unwrap(), 300);
    assert_eq!(ids(&f.store).await.len(), 300);
}

async fn a_visitor_may_break_off(Fixture { store, scratch: _scratch }: Fixture) {
    store
        .write(async |conn: &mut Conn<'_>| {
            insert(conn, "a", 1).await?;
            insert(conn, "b", 2).await?;
            insert(conn, "c", 3).await
        })
        .await
        .unwrap();
    let visit = async |conn: &mut Conn<'_>, last: i64| {
        let mut seen = Vec::new();
        conn.each_while("SELECT n FROM things ORDER BY n", &[], |row| {
            let n: i64 = row.get(0)?;
            seen.push(n);
            Ok(if n == last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .await?;
        Ok::<_, Error>(seen)
    };
    let (some, all) = store
        .snapshot(async |conn| Ok::<_, Error>((visit(conn, 2).await?, visit(conn, 9).await?)))
        .await
        .unwrap();
    assert_eq!(some, [1, 2]);
    assert_eq!(all, [1, 2, 3], "the statement can be used again");
}

async fn text_is_ordered_by_bytes(f: Fixture) {
    for id in ["b", "B", "a", "_", "0", "é", "Z"] {
        f.store.write(async move |conn| insert(conn, id, 1).await).await.unwrap();
    }
    let ordered: Result<Vec<String>> = f
        .store
        .read(async |conn| conn.all("SELECT id FROM things ORDER BY id", &[], |row| row.get(0)).await)
        .await;
    assert_eq!(ordered.unwrap(), ["0", "B", "Z", "_", "a", "b", "é"]);
}

async fn migrations_run_once(f: Fixture) {
    let second = Migration { version: 2, name: "0002_more", sql: "CREATE TABLE more (id TEXT)" };
    assert_eq!(f.store.migrate(&[SCHEMA, second]).await.unwrap(), 1);
    assert_eq!(f.store.migrate(&[SCHEMA, second]).await.unwrap(), 0);
    assert!(f.store.migrate(&[SCHEMA]).await.is_err(), "an older program must refuse");
    let edited = Migration { sql: "CREATE TABLE more (id TEXT, n BIGINT)", ..second };
    assert!(f.store.migrate(&[SCHEMA, edited]).await.is_err());
}

async fn a_failed_migration_leaves_nothing(f: Fixture) {
    let broken = Migration {
        version: 2,
        name: "0002",
        sql: "CREATE TABLE more (id TEXT); SELECT nonsense FROM nowhere;",
    };
    assert!(f.store.migrate(&[SCHEMA, broken]).await.is_err());
    let mended = Migration { sql: "CREATE TABLE more (id TEXT)", ..broken };
    assert_eq!(f.store.migrate(&[SCHEMA, mended]).await.unwrap(), 1);
}

async fn a_closed_store_refuses_writes(f: Fixture) {
    f.store.write(async |conn| insert(conn, "a", 1).await).await.unwrap();
    f.store.close();
    let outcome = f.store.write(async |conn| insert(conn, "b", 1).await).await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    let again = Store::open(f.scratch.options()).await.unwrap();
    assert_eq!(ids(&again).await.len(), 1);
}

/// The same file with another number of places in the writer's queue.
fn with_queue(options: Options, queue: usize) -> Options {
    let Options::Sqlite(options) = options else { panic!("a SQLite database") };
    Options::Sqlite(SqliteOptions { queue, ..options })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_answers_busy_and_loses_nothing() {
    let scratch = Scratch::new(Engine::Sqlite).await;
    let store = Store::open(with_queue(scratch.options(), 4)).await.unwrap();
    store.migrate(&[SCHEMA]).await.unwrap();
    let gate = Arc::new(std::sync::Barrier::new(2));
    let (held, started) = (gate.clone(), gate.clone());
    let blocker = store.clone();
    let blocking = tokio::spawn(async move {
        blocker
            .write(async move |conn| {
                held.wait();
                held.wait();
                insert(conn, "blocker", 1).await
            })
            .await
    });
    // The writer is inside the first operation now, and its batch is closed or takes what comes.
    tokio::task::spawn_blocking(move || started.wait()).await.unwrap();
    let waiting: Vec<_> = (0..8)
        .map(|i| {
            let store = store.clone();
            tokio::spawn(
                async move { store.write(async move |conn| insert(conn, &i.to_string(), 1).await).await },
            )
        })
        .collect();
    // Two wait, half of the places; the others are told so at once, while the writer still stands.
    let mut refused = 0;
    while refused < 6 {
        refused = waiting.iter().filter(|task| task.is_finished()).count();
        tokio::task::yield_now().await;
    }
    tokio::task::spawn_blocking(move || gate.wait()).await.unwrap();
    blocking.await.unwrap().unwrap();
    let mut busy = 0;
    for task in waiting {
        match task.await.unwrap() {
            Ok(_) => {}
            Err(Error::Busy) => busy += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((busy, ids(&store).await.len()), (6, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_may_await_only_the_database() {
    let Fixture { store, scratch: _scratch } = open(Engine::Sqlite).await;
    let outcome: Result<u64> = store
        .write(async |conn| {
            insert(conn, "a", 1).await?;
            tokio::task::yield_now().await;
            Ok(1)
        })
        .await;
    assert!(matches!(outcome, Err(Error::Internal { .. })));
    assert!(ids(&store).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_stores_may_share_a_file() {
    let Fixture { store, scratch } = open(Engine::Sqlite).await;
    let other = Store::open(scratch.options()).await.unwrap();
    let writers = [store.clone(), other.clone()].into_iter().enumerate().map(|(who, store)| {
        tokio::spawn(async move {
            for i in 0..50 {
                let id = format!("{who}-{i}");
                store.write(async move |conn| insert(conn, &id, 1).await).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(ids(&store).await.len(), 100);
    other.close();
    store.write(async |conn| insert(conn, "after", 1).await).await.unwrap();
    assert_eq!(ids(&store).await.len(), 101);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_postgres_write_rolls_back() {
    let Fixture { store, scratch: _scratch } = open(Engine::Postgres).await;
    let (reached, at) = tokio::sync::oneshot::channel();
    let reached = std::sync::Mutex::new(Some(reached));
    let cancelled = store.clone();
    let task = tokio::spawn(async move {
        cancelled
            .write(async move |conn| -> Result<u64> {
                insert(conn, "lost", 1).await?;
                let reached = reached.lock().unwrap().take().unwrap();
                reached.send(()).unwrap();
                std::future::pending().await
            })
            .await
    });
    at.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    store.write(async |conn| insert(conn, "kept", 1).await).await.unwrap();
    assert_eq!(ids(&store).await, BTreeSet::from(["kept".to_owned()]));
}
