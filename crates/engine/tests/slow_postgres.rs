//! What PostgreSQL does with statements that take long: they hold up nobody, and end when nobody waits for them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use engine::testing::Scratch;
use engine::{Conn, Engine, Error, Gone, Options, Party, Patience, Result, Store};
use tokio::time::timeout;

/// When a test has failed: what it waits for never comes.
const NEVER: Duration = Duration::from_secs(30);

const BRIEF: Duration = Duration::from_millis(100);

const LONG: Duration = Duration::from_secs(3600);

struct Fixture {
    store: Store,
    _scratch: Scratch,
}

async fn open(connections: usize) -> Fixture {
    let scratch = Scratch::new(Engine::Postgres).await;
    let mut options = scratch.options();
    if let Options::Postgres(options) = &mut options {
        options.connections = connections;
    }
    Fixture { store: Store::open(options).await.unwrap(), _scratch: scratch }
}

/// A statement that takes an hour, each of another text.
macro_rules! endless {
    ($seconds:literal) => {
        async |conn: &mut Conn<'_>| -> Result<Option<i64>> {
            let sql = concat!("SELECT 1::BIGINT FROM pg_sleep(", $seconds, ")");
            conn.first(sql, &[], |row| row.get(0)).await
        }
    };
}

async fn answers(store: &Store) -> bool {
    let one = async |conn: &mut Conn<'_>| conn.first("SELECT 1::BIGINT", &[], |row| row.get::<i64>(0)).await;
    store.read::<_, Error, _>(one).await.is_ok()
}

/// How many statements the server is busy with whose text has this in it.
async fn running(store: &Store, part: &str) -> i64 {
    let sql = "SELECT COUNT(*) FROM pg_stat_activity
               WHERE state = 'active' AND query LIKE '%' || ?1 || '%' AND pid <> pg_backend_pid()";
    let count = async |conn: &mut Conn<'_>| conn.first(sql, &[&part], |row| row.get(0)).await;
    store.read::<_, Error, _>(count).await.unwrap().unwrap()
}

async fn until_running(store: &Store, part: &str, wanted: i64) {
    let wait = async {
        while running(store, part).await != wanted {
            tokio::task::yield_now().await;
        }
    };
    timeout(NEVER, wait).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_ends_with_the_patience_of_whoever_asked() {
    let (one, watch) = (open(1).await, open(1).await);
    for _ in 0..3 {
        let patience = Patience::new(BRIEF, Gone::default());
        let outcome = timeout(NEVER, patience.clone().during(one.store.read(endless!(3601)))).await.unwrap();
        assert!(matches!(outcome, Err(Error::TooSlow(_))), "{outcome:?}");
        let outcome = timeout(NEVER, patience.during(one.store.snapshot(endless!(3601)))).await.unwrap();
        assert!(matches!(outcome, Err(Error::TooSlow(_))), "{outcome:?}");
        // On the one connection that there is.
        assert!(timeout(NEVER, answers(&one.store)).await.unwrap());
    }
    until_running(&watch.store, "pg_sleep(3601)", 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_ends_when_whoever_asked_has_gone() {
    let (one, watch) = (open(1).await, open(1).await);
    let store = one.store.clone();
    let read = tokio::spawn(
        Patience::new(LONG, Gone::default()).during(async move { store.read(endless!(3602)).await }),
    );
    until_running(&watch.store, "pg_sleep(3602)", 1).await;
    read.abort();
    until_running(&watch.store, "pg_sleep(3602)", 0).await;
    assert!(timeout(NEVER, answers(&one.store)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_leaves_connections_to_the_others() {
    let (four, watch) = (open(4).await, open(1).await);
    let mut hostile = Vec::new();
    for _ in 0..20 {
        let store = four.store.clone();
        let read = async move {
            Party::new("hostile", "x").take_turns();
            store.read(endless!(3603)).await
        };
        hostile.push(tokio::spawn(Patience::new(LONG, Gone::default()).during(read)));
    }
    until_running(&watch.store, "pg_sleep(3603)", 3).await;
    let other = async {
        Party::new("other", "x").take_turns();
        answers(&four.store).await
    };
    assert!(timeout(NEVER, Patience::new(LONG, Gone::default()).during(other)).await.unwrap());
    for read in hostile {
        read.abort();
    }
    until_running(&watch.store, "pg_sleep(3603)", 0).await;
    assert!(timeout(NEVER, answers(&four.store)).await.unwrap());
}
