//! What SQLite does with reads that take long: they hold up nobody, and end when nobody waits for them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use engine::testing::Scratch;
use engine::{Conn, Engine, Error, Gone, MAX_READS, Migration, Patience, Result, Store};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

/// When a test has failed: what it waits for never comes.
const NEVER: Duration = Duration::from_secs(60);

const LONG: Duration = Duration::from_secs(3600);

const NOTES: Migration =
    Migration { version: 1, name: "0001_notes", sql: "CREATE TABLE notes (n BIGINT NOT NULL)" };

struct Fixture {
    store: Store,
    _scratch: Scratch,
}

async fn open() -> Fixture {
    let scratch = Scratch::new(Engine::Sqlite).await;
    let store = Store::open(scratch.options()).await.unwrap();
    store.migrate(&[NOTES]).await.unwrap();
    Fixture { store, _scratch: scratch }
}

/// Counts without end.
async fn endless(conn: &mut Conn<'_>) -> Result<Option<i64>> {
    let sql = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) FROM c";
    conn.first(sql, &[], |row| row.get(0)).await
}

async fn count(store: &Store) -> i64 {
    let count =
        async |conn: &mut Conn<'_>| conn.first("SELECT COUNT(*) FROM notes", &[], |row| row.get(0)).await;
    store.read::<_, Error, _>(count).await.unwrap().unwrap()
}

async fn add(store: &Store) {
    let add = async |conn: &mut Conn<'_>| conn.execute("INSERT INTO notes VALUES (1)", &[]).await;
    store.write(add).await.unwrap();
}

/// Tells that they have gone when the test ends, however it does: nothing else ends an endless read.
struct Impatient(Gone);

impl Drop for Impatient {
    fn drop(&mut self) {
        self.0.set();
    }
}

/// Answers each byte that comes with another one: `e` at once, `s` when an endless read has ended.
async fn serve(listener: TcpListener, store: Store, gone: Gone) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (store, patience) = (store.clone(), Patience::new(LONG, gone.clone()));
        tokio::spawn(async move {
            while let Ok(byte) = stream.read_u8().await {
                let answer = match byte {
                    b's' => match patience.clone().during(store.read(endless)).await {
                        Err(Error::TooSlow(_)) => b't',
                        _ => b'?',
                    },
                    _ => b'e' + u8::try_from(count(&store).await).unwrap(),
                };
                stream.write_u8(answer).await.unwrap();
            }
        });
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(NEVER)).unwrap();
    stream
}

fn answer(stream: &mut TcpStream) -> u8 {
    let mut byte = [0];
    stream.read_exact(&mut byte).unwrap();
    byte[0]
}

fn ask(stream: &mut TcpStream) {
    stream.write_all(b"e").unwrap();
    assert_eq!(answer(stream), b'e');
}

/// The callers are no tasks of the runtime, so that nothing but the sockets wakes it.
#[test]
fn endless_reads_hold_up_neither_reads_nor_sockets() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(MAX_READS + 2)
        .enable_all()
        .build()
        .unwrap();
    let Fixture { store, _scratch } = runtime.block_on(open());
    let gone = Impatient(Gone::default());
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(serve(listener, store, gone.0.clone()));
    let mut quick = connect(address);
    let mut slow: Vec<_> = (1..MAX_READS).map(|_| connect(address)).collect();
    for stream in &mut slow {
        // By then nothing else goes on, and the thread that waits for the sockets is the one that reads.
        ask(stream);
        stream.write_all(b"s").unwrap();
        ask(&mut quick);
    }
    for _ in 0..100 {
        ask(&mut quick);
    }
    gone.0.set();
    for stream in &mut slow {
        assert_eq!(answer(stream), b't');
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_ends_with_the_patience_of_whoever_asked() {
    let Fixture { store, _scratch } = open().await;
    for _ in 0..8 {
        let patience = Patience::new(Duration::from_millis(20), Gone::default());
        let outcome = timeout(NEVER, patience.during(store.read(endless))).await.unwrap();
        assert!(matches!(outcome, Err(Error::TooSlow(_))), "{outcome:?}");
    }
    assert_eq!(count(&store).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_reader_stays_in_the_past_of_an_interrupted_snapshot() {
    let Fixture { store, _scratch } = open().await;
    for written in 1..=8 {
        let patience = Patience::new(Duration::from_millis(20), Gone::default());
        let outcome = timeout(NEVER, patience.during(store.snapshot(endless))).await.unwrap();
        assert!(matches!(outcome, Err(Error::TooSlow(_))), "{outcome:?}");
        add(&store).await;
        for _ in 0..8 {
            assert_eq!(count(&store).await, written);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_has_patience_gets_the_answer() {
    let Fixture { store, _scratch } = open().await;
    add(&store).await;
    let patience = Patience::new(LONG, Gone::default());
    assert_eq!(patience.during(count(&store)).await, 1);
}
