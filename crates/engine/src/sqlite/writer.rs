use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::checkpointer::Signal;
use super::queue::{Queue, closed};
use crate::conn::{Reach, ready};
use crate::turns::Party;
use crate::{Conn, Error, Result};

/// The most requests that share one commit. More would only make the first of them wait longer.
const BATCH: usize = 256;

/// After so long a commit waits for no further request: the first of them have waited for all of that.
const BUDGET: Duration = Duration::from_millis(20);

/// The one thread that writes. It takes what is waiting by turns, runs each request in a savepoint of its own,
/// commits once for all of them, and only then answers each.
pub(super) struct Writer {
    queue: Arc<Queue<Box<dyn Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, queue: usize, checkpointer: Signal) -> Result<Self> {
        let queue = Arc::new(Queue::new(queue));
        let served = queue.clone();
        let thread = thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || serve(connection, &Served(served), &checkpointer))
            .map_err(Error::unavailable)?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let request = Request { operation, outcome: None, answer: Some(answer) };
        self.queue.push(Party::current(), Box::new(request))?;
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }

    /// How many requests are queued.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Lets the writer finish what is queued, then ends it.
    pub(super) fn stop(&self) {
        self.queue.close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the SQLite writer panicked");
        }
    }
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

/// The queue as the thread holds it: when that ends, in whatever way, nobody waits for it in vain.
struct Served(Arc<Queue<Box<dyn Job>>>);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.close();
        while let Some(unserved) = self.0.take() {
            drop(unserved);
        }
    }
}

fn serve(mut connection: Connection, Served(queue): &Served, checkpointer: &Signal) {
    while let Some((first, more)) = queue.wait() {
        let mut batch = Batch { began: Instant::now(), left: more.min(BATCH - 1), done: vec![] };
        let committed = batch.run(&mut connection, first, queue);
        if let Err(error) = &committed {
            tracing::error!(error = error as &dyn std::error::Error, "a SQLite commit failed");
        }
        for mut job in batch.done {
            job.answer(match &committed {
                Ok(()) => Ok(()),
                Err(error) => Err(Error::unavailable(error.to_string())),
            });
        }
        checkpointer.wrote();
    }
}

/// Jobs that share a commit.
struct Batch {
    began: Instant,
    /// How many more of those that waited at its beginning it may take.
    left: usize,
    /// Those that ran.
    done: Vec<Box<dyn Job>>,
}

impl Batch {
    /// Runs the first job and what has its turn after it in one transaction. On an error none of their changes stands.
    fn run(
        &mut self,
        connection: &mut Connection,
        first: Box<dyn Job>,
        queue: &Queue<Box<dyn Job>>,
    ) -> rusqlite::Result<()> {
        self.done.push(first);
        execute(connection, "BEGIN IMMEDIATE")?;
        let outcome = self.run_jobs(connection, queue).and_then(|()| execute(connection, "COMMIT"));
        if outcome.is_err() && !connection.is_autocommit() {
            execute(connection, "ROLLBACK")?;
        }
        outcome
    }

    fn run_jobs(&mut self, connection: &mut Connection, queue: &Queue<Box<dyn Job>>) -> rusqlite::Result<()> {
        while let Some(job) = self.done.last_mut() {
            run_job(connection, job)?;
            match self.next(queue) {
                Some(next) => self.done.push(next),
                None => break,
            }
        }
        Ok(())
    }

    fn next(&mut self, queue: &Queue<Box<dyn Job>>) -> Option<Box<dyn Job>> {
        self.left = self.left.checked_sub(1)?;
        if self.began.elapsed() >= BUDGET { None } else { queue.take() }
    }
}

fn run_job(connection: &mut Connection, job: &mut Box<dyn Job>) -> rusqlite::Result<()> {
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
    execute(connection, "RELEASE request")
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
