//! The watch over reads that take long, so that one caller's does not hold up everybody.
//!
//! A read holds a thread of the runtime. While the thread that last waited for the sockets holds one, no other
//! thread waits for them until something is spawned: the watch does that. A slow read also holds one of few places,
//! which the watch gives to the others. And it interrupts a read that nobody waits for any more.

use std::sync::{Arc, Condvar, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::InterruptHandle;
use tokio::runtime::Handle;

use super::readers::{Shared, State};
use crate::patience::Patience;
use crate::{Error, Result};

/// How often the watch looks while there are reads.
const TICK: Duration = Duration::from_millis(5);

/// From when on a read is slow: most take less than a thousandth of it.
const SLOW: Duration = Duration::from_millis(25);

/// After so long without a read the watch sleeps until there is one.
const QUIET: Duration = Duration::from_secs(1);

/// A read that is running.
pub(super) struct Run {
    began: Instant,
    patience: Patience,
    interrupt: Arc<InterruptHandle>,
    is_slow: bool,
}

impl Run {
    /// One that begins now, for whoever the task works for.
    pub(super) fn new(interrupt: Arc<InterruptHandle>) -> Self {
        Self { began: Instant::now(), patience: Patience::current(), interrupt, is_slow: false }
    }
}

/// The reads that are running.
pub(super) struct Runs {
    slots: Vec<Option<Run>>,
    /// How many more may become slow.
    left: usize,
    is_watched: bool,
    is_stopped: bool,
}

/// What a look at the reads showed.
struct Look {
    /// Some run so long that the sockets may wait for them.
    has_long: bool,
    /// So many were found to be slow.
    slowed: usize,
    is_quiet: bool,
}

impl Runs {
    /// None yet, of which at most so many may be slow at a time.
    pub(super) fn new(slow: usize) -> Self {
        Self { slots: Vec::new(), left: slow, is_watched: false, is_stopped: false }
    }

    /// Notes a read; returns the number to end it by.
    pub(super) fn begin(&mut self, run: Run) -> usize {
        let free = self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len());
        match self.slots.get_mut(free) {
            Some(slot) => *slot = Some(run),
            None => self.slots.push(Some(run)),
        }
        free
    }

    /// Forgets a read; returns whether it was slow.
    pub(super) fn end(&mut self, number: usize) -> bool {
        let run = self.slots.get_mut(number).and_then(Option::take);
        let was_slow = run.is_some_and(|run| run.is_slow);
        self.left += usize::from(was_slow);
        was_slow
    }

    /// Finds what is slow and interrupts what nobody waits for. A read that ends stands in line with this, so that
    /// no other one is hit.
    fn look(&mut self) -> Look {
        let mut look = Look { has_long: false, slowed: 0, is_quiet: true };
        for run in self.slots.iter_mut().flatten() {
            look.is_quiet = false;
            let running = run.began.elapsed();
            look.has_long |= running >= TICK;
            if running >= SLOW && !run.is_slow && self.left > 0 {
                run.is_slow = true;
                self.left -= 1;
                look.slowed += 1;
            }
            if run.patience.is_over(running) {
                run.interrupt.interrupt();
            }
        }
        look
    }
}

/// Wakes the watch.
#[derive(Default)]
pub(super) struct Alarm(Condvar);

impl Alarm {
    /// Has the watch look, if it sleeps.
    pub(super) fn arm(&self, runs: &mut Runs) {
        if !runs.is_watched {
            runs.is_watched = true;
            self.0.notify_one();
        }
    }

    /// Ends the watch.
    pub(super) fn stop(&self, runs: &mut Runs) {
        runs.is_stopped = true;
        self.0.notify_one();
    }
}

/// Starts the watch for reads of the runtime this is called in.
pub(super) fn start(shared: Arc<Shared>) -> Result<JoinHandle<()>> {
    let runtime = Handle::try_current().ok();
    thread::Builder::new()
        .name("sqlite-watch".into())
        .spawn(move || watch(&shared, runtime.as_ref()))
        .map_err(Error::unavailable)
}

fn watch(shared: &Shared, runtime: Option<&Handle>) {
    let mut state = shared.state();
    let mut busy = Instant::now();
    while !state.runs.is_stopped {
        if !state.runs.is_watched {
            state = sleep(shared, state);
            busy = Instant::now();
        }
        state = rest(shared, state);
        let look = state.runs.look();
        shared.places.add_permits(look.slowed);
        if let Some(runtime) = runtime
            && look.has_long
        {
            // Whichever thread runs it waits for the sockets afterwards, unless another one does.
            runtime.spawn(async {});
        }
        if !look.is_quiet {
            busy = Instant::now();
        }
        state.runs.is_watched = busy.elapsed() < QUIET;
    }
}

/// Until there is a read.
fn sleep<'s>(shared: &'s Shared, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
    let is_idle = |state: &mut State| !state.runs.is_watched && !state.runs.is_stopped;
    shared.alarm.0.wait_while(state, is_idle).unwrap_or_else(PoisonError::into_inner)
}

/// For a tick, unless it ends.
fn rest<'s>(shared: &'s Shared, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
    let is_on = |state: &mut State| !state.runs.is_stopped;
    let (state, _) =
        shared.alarm.0.wait_timeout_while(state, TICK, is_on).unwrap_or_else(PoisonError::into_inner);
    state
}
