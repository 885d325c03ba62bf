//! The log's way out: lines gather in memory and go to standard error twenty times a second.
//!
//! A write for each line, even on a thread of its own, costs a request more than everything else that is
//! done for the log: the other thread has to be woken for it.

use std::io::{self, Write};
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// How long a line may wait.
const PAUSE: Duration = Duration::from_millis(50);

/// Waiting bytes from which further lines are dropped: nobody is reading them.
const TOO_MUCH: usize = 16 * 1024 * 1024;

/// Lines that wait.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

struct Shared {
    waiting: Mutex<Vec<u8>>,
    is_closed: AtomicBool,
}

/// Writes what waits, until it is dropped; then writes the rest.
pub(super) struct Flusher {
    lines: Lines,
    thread: Option<JoinHandle<()>>,
}

impl Lines {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub(super) fn start() -> io::Result<(Self, Flusher)> {
        let shared = Shared { waiting: Mutex::default(), is_closed: AtomicBool::new(false) };
        let lines = Self(Arc::new(shared));
        let writer = lines.clone();
        let thread = thread::Builder::new().name("log".into()).spawn(move || writer.flush_for_ever())?;
        Ok((lines.clone(), Flusher { lines, thread: Some(thread) }))
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flush_for_ever(&self) {
        let mut lines = Vec::new();
        loop {
            let is_closed = self.0.is_closed.load(Ordering::Acquire);
            mem::swap(&mut lines, &mut *self.waiting());
            // Nobody could be told that the log cannot be written.
            let _written = io::stderr().lock().write_all(&lines);
            lines.clear();
            if is_closed {
                return;
            }
            thread::park_timeout(PAUSE);
        }
    }
}

impl Drop for Flusher {
    fn drop(&mut self) {
        self.lines.0.is_closed.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ended = thread.join();
        }
    }
}

impl<'w> MakeWriter<'w> for Lines {
    type Writer = &'w Self;

    fn make_writer(&'w self) -> &'w Self {
        self
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.waiting();
        if waiting.len() < TOO_MUCH {
            waiting.extend_from_slice(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
