//! Whoever writes much waits for it, not everybody else.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use engine::{Conn, Gone, Options, Party, Patience, Result, Store};
use tokio::task::JoinHandle;

/// A gate that holds the writer until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn pass(&self) {
        let closed = self.0.1.wait_while(self.0.0.lock().unwrap(), |is_open| !*is_open).unwrap();
        drop(closed);
    }
}

type Log = Arc<Mutex<Vec<&'static str>>>;

/// Has a party write; says so in the log when the write is durable.
fn spawn_write(store: &Store, party: Party, name: &'static str, work: Duration, log: &Log) -> JoinHandle<()> {
    let (store, log) = (store.clone(), log.clone());
    let write = async move {
        party.take_turns();
        let row = name.to_owned();
        let slow = async move |conn: &mut Conn<'_>| -> Result<()> {
            thread::sleep(work);
            conn.execute("INSERT INTO written (name) VALUES (?1)", &[&row]).await.map(drop)
        };
        store.write(slow).await.unwrap();
        log.lock().unwrap().push(name);
    };
    tokio::spawn(Patience::new(Duration::MAX, Gone::default()).during(write))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_passes_those_that_somebody_else_queued_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Options::sqlite(folder.path().join("turns.db"))).await.unwrap();
    let table = async |conn: &mut Conn<'_>| -> Result<()> {
        conn.execute("CREATE TABLE written (name TEXT NOT NULL)", &[]).await.map(drop)
    };
    store.write(table).await.unwrap();
    let (gate, log) = (Gate::default(), Log::default());
    let held = gate.clone();
    let hold = {
        let store = store.clone();
        let hold = async move |_: &mut Conn<'_>| -> Result<()> {
            held.pass();
            Ok(())
        };
        tokio::spawn(async move { store.write(hold).await })
    };
    // One of them takes all of the time that a commit has.
    let work = Duration::from_millis(21);
    let mut all = Vec::new();
    for _ in 0..20 {
        all.push(spawn_write(&store, Party::new("much", "x"), "much", work, &log));
    }
    while store.waiting_writes() < 20 {
        tokio::task::yield_now().await;
    }
    all.push(spawn_write(&store, Party::new("little", "x"), "little", Duration::ZERO, &log));
    while store.waiting_writes() < 21 {
        tokio::task::yield_now().await;
    }
    gate.open();
    hold.await.unwrap().unwrap();
    for write in all {
        write.await.unwrap();
    }
    let log = log.lock().unwrap().clone();
    let at = log.iter().position(|name| *name == "little").unwrap();
    assert!(at <= 2, "{at} writes of somebody else were answered first");
    let count = async |conn: &mut Conn<'_>| {
        conn.first("SELECT COUNT(*) FROM written", &[], |row| row.get::<i64>(0)).await
    };
    assert_eq!(store.read(count).await.unwrap(), Some(21));
}
