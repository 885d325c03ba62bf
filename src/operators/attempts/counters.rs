//! Failures counted by whom they are of, and the wait that grows with them.

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use moka::sync::Cache;

use super::{MEMORY, REMEMBERED};
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// How failures slow what follows them.
#[derive(Clone, Copy)]
pub(super) struct Slowing {
    /// Failures that cost no wait.
    pub(super) free: u32,
    /// The longest wait between two attempts, in seconds.
    pub(super) longest_secs: i64,
}

impl Slowing {
    /// 0 while failures are free, then 1, 2, 4, … seconds.
    fn wait_secs(self, failures: u32) -> i64 {
        match failures.checked_sub(self.free) {
            None => 0,
            Some(over) => {
                let doubled = 1_i64.checked_shl(over).filter(|secs| *secs > 0);
                doubled.unwrap_or(self.longest_secs).min(self.longest_secs)
            }
        }
    }
}

/// The failures of one.
#[derive(Default)]
pub(super) struct Counter {
    failures: u32,
    last: Option<Timestamp>,
}

impl Counter {
    /// Whether none is remembered.
    pub(super) fn is_new(&self) -> bool {
        self.failures == 0
    }

    /// Refuses an attempt that comes too early.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub(super) fn check(&self, slowing: Slowing, now: Timestamp) -> Result<()> {
        let wait_ms = slowing.wait_secs(self.failures) * 1000;
        let waited_ms = self.last.map_or(i64::MAX, |last| now.millis() - last.millis());
        if waited_ms < wait_ms { Err(too_early(wait_ms - waited_ms)) } else { Ok(()) }
    }

    /// Counts an attempt as failed.
    pub(super) fn fail(&mut self, at: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        self.last = Some(at);
    }

    fn take_back(&mut self) {
        self.failures = self.failures.saturating_sub(1);
    }
}

/// 429 for so many milliseconds, told in whole seconds.
pub(super) fn too_early(wait_ms: i64) -> Error {
    // 999 more, so that whoever waits as told is not early again.
    Error::rate_limited(u32::try_from(wait_ms.saturating_add(999) / 1000).unwrap_or(u32::MAX).max(1))
}

/// What is remembered of each key, of the last [`REMEMBERED`] of them.
pub(super) struct Memory<K, V>(Cache<K, Arc<Mutex<V>>>);

impl<K: Hash + Eq + Send + Sync + 'static, V: Default + Send + 'static> Default for Memory<K, V> {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_idle(MEMORY).build())
    }
}

impl<K: Hash + Eq + Send + Sync + 'static, V: Default + Send + 'static> Memory<K, V> {
    /// What is remembered of a key, or nothing yet.
    pub(super) fn of(&self, key: K) -> Arc<Mutex<V>> {
        self.0.get_with(key, Arc::default)
    }

    /// Forgets a key.
    pub(super) fn forget(&self, key: &K) {
        self.0.invalidate(key);
    }
}

/// The value, whatever became of whoever held it before.
pub(super) fn lock<V>(value: &Mutex<V>) -> MutexGuard<'_, V> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Failures by key, all slowed alike.
pub(super) struct Counters<K> {
    slowing: Slowing,
    memory: Memory<K, Counter>,
}

impl<K: Hash + Eq + Send + Sync + 'static> Counters<K> {
    pub(super) fn new(slowing: Slowing) -> Self {
        Self { slowing, memory: Memory::default() }
    }

    /// Admits an attempt, which counts as failed until it is taken back, if `and_then` admits it, too.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub(super) fn count(&self, key: K, now: Timestamp, and_then: impl FnOnce() -> Result<()>) -> Result<()> {
        let counter = self.memory.of(key);
        let mut counter = lock(&counter);
        counter.check(self.slowing, now)?;
        and_then()?;
        counter.fail(now);
        Ok(())
    }

    /// Takes an attempt back that was none of a guesser.
    pub(super) fn take_back(&self, key: K) {
        lock(&self.memory.of(key)).take_back();
    }

    /// Forgets the failures of a key.
    pub(super) fn forget(&self, key: &K) {
        self.memory.forget(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let slowing = Slowing { free: 5, longest_secs: 60 };
        let waits: Vec<i64> = (4..14).map(|failures| slowing.wait_secs(failures)).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(slowing.wait_secs(u32::MAX), 60);
    }
}
