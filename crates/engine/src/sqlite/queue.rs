//! The writes that wait for the one thread that writes.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::turns::{Party, Turns};
use crate::{Error, Result};

/// What waits, by turns. Full for a group that has half of the places, and for everybody without one.
pub(super) struct Queue<T> {
    places: usize,
    state: Mutex<State<T>>,
    filled: Condvar,
}

struct State<T> {
    turns: Turns<T>,
    is_closed: bool,
}

impl<T> Queue<T> {
    pub(super) fn new(places: usize) -> Self {
        let state = Mutex::new(State { turns: Turns::default(), is_closed: false });
        Self { places: places.max(1), state, filled: Condvar::new() }
    }

    /// Has something wait for its party's turn.
    pub(super) fn push(&self, party: Party, item: T) -> Result<()> {
        let mut state = self.state();
        if state.is_closed {
            return Err(closed());
        }
        let share = self.places.div_ceil(2);
        if state.turns.len() >= self.places || state.turns.len_of_group(party) >= share {
            return Err(Error::Busy);
        }
        state.turns.push(party, item);
        drop(state);
        self.filled.notify_one();
        Ok(())
    }

    /// Waits for something, and takes it; returns it with how much more waits. `None` when nothing will come any more.
    pub(super) fn wait(&self) -> Option<(T, usize)> {
        let is_idle = |state: &mut State<T>| state.turns.len() == 0 && !state.is_closed;
        let mut state = self.filled.wait_while(self.state(), is_idle).unwrap_or_else(PoisonError::into_inner);
        let item = state.turns.pop()?;
        Some((item, state.turns.len()))
    }

    /// Takes what has its turn, if anything waits.
    pub(super) fn take(&self) -> Option<T> {
        self.state().turns.pop()
    }

    pub(super) fn len(&self) -> usize {
        self.state().turns.len()
    }

    /// Lets nothing more in. What waits can still be taken.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
        self.filled.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn closed() -> Error {
    Error::unavailable("the store is closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_group_never_fills_the_queue() {
        let queue = Queue::new(4);
        let (hostile, other) = (Party::new("a", 1), Party::new("b", 1));
        queue.push(hostile, 1).unwrap();
        queue.push(Party::new("a", 2), 2).unwrap();
        assert!(matches!(queue.push(hostile, 3), Err(Error::Busy)));
        queue.push(other, 4).unwrap();
        queue.push(other, 5).unwrap();
        assert!(matches!(queue.push(Party::new("c", 1), 6), Err(Error::Busy)));
        assert_eq!(queue.len(), 4);
    }

    #[test]
    fn what_waits_is_taken_after_the_end() {
        let queue = Queue::new(4);
        queue.push(Party::default(), 1).unwrap();
        queue.close();
        assert!(matches!(queue.push(Party::default(), 2), Err(Error::Unavailable(_))));
        assert_eq!(queue.wait(), Some((1, 0)));
        assert_eq!(queue.wait(), None);
    }
}
