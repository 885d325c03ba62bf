//! How long whoever asked for a read waits for it.

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::turns::{PARTY, Party};

tokio::task_local! {
    static PATIENCE: Patience;
}

/// How long somebody waits for each read, and whether they still do. By default for ever: the reads of a background
/// job take the time they take.
#[derive(Clone, Debug)]
pub struct Patience {
    within: Duration,
    gone: Gone,
}

impl Patience {
    /// Of somebody who waits so long for each [`read`](crate::Store::read) and
    /// [`snapshot`](crate::Store::snapshot), and not at all once `gone` is set.
    pub fn new(within: Duration, gone: Gone) -> Self {
        Self { within, gone }
    }

    /// Of whoever the running task works for.
    pub fn current() -> Self {
        PATIENCE.try_with(Clone::clone).unwrap_or_default()
    }

    /// Runs `work` for somebody of this patience: a read in it that takes longer ends with
    /// [`Error::TooSlow`](crate::Error::TooSlow).
    pub async fn during<F: Future>(self, work: F) -> F::Output {
        PARTY.scope(Cell::new(Party::default()), PATIENCE.scope(self, work)).await
    }

    /// Until when somebody waits for a read that begins now; `None` for ever.
    pub(crate) fn ends_at(&self) -> Option<Instant> {
        Instant::now().checked_add(self.within)
    }

    /// Whether it is over for a read that runs for so long.
    pub(crate) fn is_over(&self, running: Duration) -> bool {
        running >= self.within || self.gone.is_set()
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::new(Duration::MAX, Gone::default())
    }
}

/// Whether somebody has gone, told by one task to others.
#[derive(Clone, Debug, Default)]
pub struct Gone(Arc<AtomicBool>);

impl Gone {
    /// Says so.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
