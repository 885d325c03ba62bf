use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, InterruptHandle};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::open_readable;
use super::watch::{Alarm, Run, Runs};
use crate::conn::{Reach, ready};
use crate::{Conn, Error, Result};

/// The most reads that run at a time, and thus the most threads of the runtime that are taken by reads.
pub const MAX_READS: usize = 12;

/// The read-only connections. A read runs where it was asked for, without a hop to another thread: a
/// page of rows takes tens of microseconds, less than waking a thread and being woken by it. What takes longer is
/// noticed by a watch, which gives its place to the others.
pub(super) struct Readers {
    shared: Arc<Shared>,
    watch: Mutex<Option<JoinHandle<()>>>,
}

/// What the watch sees too.
pub(super) struct Shared {
    path: PathBuf,
    state: Mutex<State>,
    /// One for each read that is not slow.
    pub(super) places: Semaphore,
    pub(super) alarm: Alarm,
}

pub(super) struct State {
    idle: Vec<Idle>,
    pub(super) runs: Runs,
    /// How many connections are kept.
    kept: usize,
}

struct Idle {
    connection: Connection,
    interrupt: Arc<InterruptHandle>,
}

impl Idle {
    fn open(path: &Path) -> Result<Self> {
        let connection = open_readable(path)?;
        Ok(Self { interrupt: Arc::new(connection.get_interrupt_handle()), connection })
    }
}

impl Readers {
    pub(super) fn open(path: &Path, count: usize) -> Result<Self> {
        let idle = (0..count).map(|_| Idle::open(path)).collect::<Result<Vec<_>>>()?;
        let shared = Arc::new(Shared {
            path: path.to_owned(),
            state: Mutex::new(State { idle, runs: Runs::new(MAX_READS.saturating_sub(count)), kept: count }),
            places: Semaphore::new(count),
            alarm: Alarm::default(),
        });
        let watch = super::watch::start(shared.clone())?;
        Ok(Self { shared, watch: Mutex::new(Some(watch)) })
    }

    /// Waits for a place.
    pub(super) async fn take(&self) -> Result<Reader<'_>> {
        let shared = &*self.shared;
        let place = shared.places.acquire().await.map_err(Error::unavailable)?;
        // A slow read keeps its connection, so there may be none for its place.
        let idle = shared.state().idle.pop();
        let Idle { connection, interrupt } = idle.map_or_else(|| Idle::open(&shared.path), Ok)?;
        let mut state = shared.state();
        let number = state.runs.begin(Run::new(interrupt.clone()));
        shared.alarm.arm(&mut state.runs);
        Ok(Reader { connection: Some(connection), interrupt, number, shared, place: Some(place) })
    }

    /// Ends the watch: reads that begin later take the time they take.
    pub(super) fn stop(&self) {
        self.shared.alarm.stop(&mut self.shared.state().runs);
        let watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner).take();
        if watch.is_some_and(|watch| watch.join().is_err()) {
            tracing::error!("the watch over SQLite's readers panicked");
        }
    }
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan; it goes back when dropped, before its place does.
pub(super) struct Reader<'r> {
    /// Always there until the drop.
    connection: Option<Connection>,
    interrupt: Arc<InterruptHandle>,
    number: usize,
    shared: &'r Shared,
    place: Option<SemaphorePermit<'r>>,
}

impl Reader<'_> {
    pub(super) fn snapshot<T, E, F>(&mut self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        // The guard ends the transaction on every way out, a panic included.
        let transaction = OpenTransaction::begin(self).map_err(Error::from)?;
        ready(operation(&mut Conn::sqlite(transaction.0, Reach::Many)))
    }
}

impl Deref for Reader<'_> {
    type Target = Connection;

    #[expect(clippy::expect_used, reason = "only drop takes the connection out")]
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a reader on loan has its connection")
    }
}

impl DerefMut for Reader<'_> {
    #[expect(clippy::expect_used, reason = "only drop takes the connection out")]
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("a reader on loan has its connection")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let mut state = self.shared.state();
        let was_slow = state.runs.end(self.number);
        // One whose end was interrupted would go on seeing the past.
        if connection.is_autocommit() && state.idle.len() < state.kept {
            state.idle.push(Idle { connection, interrupt: self.interrupt.clone() });
        }
        drop(state);
        if let Some(place) = self.place.take()
            && was_slow
        {
            // It was given to others when the read was found to be slow.
            place.forget();
        }
    }
}

struct OpenTransaction<'c>(&'c mut Connection);

impl<'c> OpenTransaction<'c> {
    fn begin(connection: &'c mut Connection) -> rusqlite::Result<Self> {
        connection.prepare_cached("BEGIN")?.execute([])?;
        Ok(Self(connection))
    }
}

impl Drop for OpenTransaction<'_> {
    fn drop(&mut self) {
        // It only read: there is nothing to lose, and a connection already out of the transaction
        // (after an I/O error) has nothing to end.
        let _ended = self.0.prepare_cached("COMMIT").and_then(|mut statement| statement.execute([]));
    }
}
