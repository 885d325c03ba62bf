use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::checkpointer::Signal;
use crate::conn::{Reach, ready};
use crate::{Conn, Error, Result};

/// The most requests that share one commit. More would only make the first of them wait longer.
const BATCH: usize = 256;

/// The one thread that writes. It takes what is waiting, runs each request in a savepoint of its own,
/// commits once for all of them, and only then answers each.
pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// How many requests no commit has begun for.
    waiting: Arc<AtomicUsize>,
}

impl Writer {
    pub(super) fn start(connection: Connection, queue: usize, checkpointer: Signal) -> Result<Self> {
        let (sender, receiver) = sync_channel(queue.max(1));
        let waiting = Arc::new(AtomicUsize::new(0));
        let counter = waiting.clone();
        let thread = thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || serve(connection, &receiver, &checkpointer, &counter))
            .map_err(Error::unavailable)?;
        Ok(Self { queue: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)), waiting })
    }

    pub(super) async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Box::new(Request { operation, outcome: None, answer: Some(answer) }))?;
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }

    fn enqueue(&self, job: Box<dyn Job>) -> Result<()> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = queue.as_ref().ok_or_else(closed)?;
        // Before it is sent: the thread may take it at once.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        sender.try_send(job).map_err(|error| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => Error::Busy,
                TrySendError::Disconnected(_) => closed(),
            }
        })
    }

    /// How many requests are queued.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Lets the writer finish what is queued, then ends it.
    pub(super) fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the SQLite writer panicked");
        }
    }
}

fn closed() -> Error {
    Error::unavailable("the store is closed")
}

/// A request as the writer sees it: its types are known only to the caller who waits for the answer.
trait Job: Send {
    /// Runs the operation; true when its changes are to be kept.
    fn run(&mut self, connection: &mut Connection) -> bool;

    /// Tells the caller. `committed` is the fate of the transaction that held the kept changes.
    fn answer(&mut self, committed: Result<()>);
}

struct Request<F, T, E> {
    operation: F,
    outcome: Option<(bool, Result<T, E>)>,
    answer: Option<oneshot::Sender<Result<T, E>>>,
}

impl<F, T, E> Job for Request<F, T, E>
where
    T: Send,
    E: From<Error> + Send,
    F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + Sync,
{
    fn run(&mut self, connection: &mut Connection) -> bool {
        // A panic is a defect of one operation; the savepoint undoes what it did, so that the others
        // in the batch and the next requests never see it.
        let attempt = catch_unwind(AssertUnwindSafe(|| {
            let mut conn = Conn::sqlite(connection, Reach::Many);
            let outcome = ready((self.operation)(&mut conn));
            conn.keeps(outcome)
        }));
        let outcome =
            attempt.unwrap_or_else(|_| (false, Err(Error::internal("the operation panicked").into())));
        let keep = outcome.0;
        self.outcome = Some(outcome);
        keep
    }

    fn answer(&mut self, committed: Result<()>) {
        let Some(answer) = self.answer.take() else { return };
        let outcome = match (self.outcome.take(), committed) {
            (Some((false, outcome)), _) | (Some((true, outcome)), Ok(())) => outcome,
            (Some((true, _)) | None, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(Error::internal("the operation did not run").into()),
        };
        // The caller may have gone; the write stands all the same.
        let _gone = answer.send(outcome);
    }
}

fn serve(
    mut connection: Connection,
    queue: &Receiver<Box<dyn Job>>,
    checkpointer: &Signal,
    waiting: &AtomicUsize,
) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH - 1));
        waiting.fetch_sub(batch.len(), Ordering::Relaxed);
        let committed = run_batch(&mut connection, &mut batch);
        if let Err(error) = &committed {
            tracing::error!(error = error as &dyn std::error::Error, "a SQLite commit failed");
        }
        for job in &mut batch {
            job.answer(match &committed {
                Ok(()) => Ok(()),
                Err(error) => Err(Error::unavailable(error.to_string())),
            });
        }
        checkpointer.wrote();
    }
}

/// Runs the jobs in one transaction. On an error none of their changes stands.
fn run_batch(connection: &mut Connection, batch: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let outcome = run_jobs(connection, batch).and_then(|()| execute(connection, "COMMIT"));
    if outcome.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK")?;
    }
    outcome
}

fn run_jobs(connection: &mut Connection, batch: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    for job in batch {
        execute(connection, "SAVEPOINT request")?;
        let keep = job.run(connection);
        if connection.is_autocommit() {
            // A full disk or a failing one makes SQLite give up the whole transaction: what the jobs
            // before this one wrote is gone with it.
            return Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT),
                Some("the transaction was rolled back by SQLite".into()),
            ));
        }
        if !keep {
            execute(connection, "ROLLBACK TO request")?;
        }
        execute(connection, "RELEASE request")?;
    }
    Ok(())
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
