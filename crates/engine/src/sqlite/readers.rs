use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::open_readable;
use crate::conn::{Reach, ready};
use crate::{Conn, Error, Result};

/// The read-only connections. A read runs where it was asked for, without a hop to another thread: a
/// page of rows takes tens of microseconds, less than waking a thread and being woken by it.
pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    places: Semaphore,
}

impl Readers {
    pub(super) fn open(path: &Path, count: usize) -> Result<Self> {
        let idle = (0..count).map(|_| open_readable(path)).collect::<Result<Vec<_>>>()?;
        Ok(Self { idle: Mutex::new(idle), places: Semaphore::new(count) })
    }

    /// Waits for an idle connection.
    pub(super) async fn take(&self) -> Result<Reader<'_>> {
        let place = self.places.acquire().await.map_err(Error::unavailable)?;
        let connection = self.idle().pop();
        let connection = connection.ok_or_else(|| Error::internal("more readers than connections"))?;
        Ok(Reader { connection: Some(connection), readers: self, _place: place })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan; it goes back when dropped, before its place does.
pub(super) struct Reader<'r> {
    /// Always there until the drop.
    connection: Option<Connection>,
    readers: &'r Readers,
    _place: SemaphorePermit<'r>,
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
        self.readers.idle().extend(self.connection.take());
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
