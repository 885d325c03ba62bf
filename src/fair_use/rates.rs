//! How often somebody does something, counted in a few bytes for each of them.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::clock::Timestamp;

/// A minute, in nanoseconds: fine enough that a rate of 100,000 a minute is exact.
const MINUTE_NS: i64 = 60 * NS_PER_SEC;
const NS_PER_SEC: i64 = 1_000_000_000;
const NS_PER_MS: i64 = 1_000_000;

/// A minute, in seconds: the longest that anybody is told to wait.
const MINUTE_SECS: u32 = 60;

/// The most counters kept at a time, some 20 MB. Those that were not used for longest go first.
const REMEMBERED: u64 = 100_000;

/// Counters that admit so many in a minute: as many at once, then evenly (GCRA). Each holds the moment at
/// which it will be as good as unused.
pub struct Rates {
    hasher: RandomState,
    counters: Cache<u64, Arc<AtomicI64>>,
}

impl Default for Rates {
    fn default() -> Self {
        let counters = Cache::builder()
            .max_capacity(REMEMBERED)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(Duration::from_secs(u64::from(MINUTE_SECS)))
            .build();
        Self { hasher: RandomState::new(), counters }
    }
}

impl Rates {
    /// Counts one more for all of the subjects, or for none when one of them has had as many a minute as
    /// stand beside it.
    ///
    /// # Errors
    /// In how many seconds, 1 to 60, there will be room for one more.
    pub fn take<S: Hash>(&self, subjects: &[(S, u64)], now: Timestamp) -> Result<(), u32> {
        let now = now.millis().saturating_mul(NS_PER_MS);
        for (index, (subject, per_minute)) in subjects.iter().enumerate() {
            if let Err(wait) = advance(&self.counter(subject), *per_minute, now) {
                for (subject, per_minute) in &subjects[..index] {
                    self.counter(subject).fetch_sub(interval(*per_minute), Ordering::Relaxed);
                }
                return Err(wait);
            }
        }
        Ok(())
    }

    /// Two subjects with one hash would share a counter; the hash has a key that nobody knows.
    fn counter(&self, subject: &impl Hash) -> Arc<AtomicI64> {
        self.counters.get_with(self.hasher.hash_one(subject), || Arc::new(AtomicI64::new(i64::MIN)))
    }
}

/// The time that one takes of the minute.
fn interval(per_minute: u64) -> i64 {
    i64::try_from(per_minute).map_or(0, |count| MINUTE_NS.checked_div(count).unwrap_or(MINUTE_NS))
}

fn advance(counter: &AtomicI64, per_minute: u64, now: i64) -> Result<(), u32> {
    if per_minute == 0 {
        return Err(MINUTE_SECS);
    }
    let end = now.saturating_add(MINUTE_NS);
    // A clock that was set back must not refuse for longer than a minute.
    let in_reach = |free: i64| free.clamp(now, end);
    let after = |free: i64| in_reach(free).saturating_add(interval(per_minute));
    let step = |free: i64| Some(if after(free) <= end { after(free) } else { in_reach(free) });
    let (Ok(free) | Err(free)) = counter.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step);
    match after(free) - end {
        ..=0 => Ok(()),
        late => {
            Err(u32::try_from(late.unsigned_abs().div_ceil(NS_PER_SEC.unsigned_abs())).unwrap_or(MINUTE_SECS))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000 + millis)
    }

    fn admitted(rates: &Rates, subject: &str, per_minute: u64, tries: u64, now: Timestamp) -> usize {
        (0..tries).filter(|_| rates.take(&[(subject, per_minute)], now).is_ok()).count()
    }

    #[test]
    fn as_many_as_the_limit_pass_at_once() {
        for limit in [0, 1, 7, 30, 120, 99_999, 100_000] {
            let rates = Rates::default();
            assert_eq!(admitted(&rates, "a", limit, limit + 10, at(0)) as u64, limit);
            assert_eq!(admitted(&rates, "b", limit, limit + 10, at(0)) as u64, limit, "another subject");
        }
    }

    #[test]
    fn whoever_waits_as_told_gets_in_and_not_a_second_sooner() {
        let rates = Rates::default();
        assert_eq!(admitted(&rates, "a", 20, 20, at(0)), 20);
        let wait = rates.take(&[("a", 20)], at(0)).unwrap_err();
        assert_eq!(wait, 3);
        assert!(rates.take(&[("a", 20)], at(2_000)).is_err());
        assert!(rates.take(&[("a", 20)], at(3_000)).is_ok());
        assert_eq!(rates.take(&[("a", 20)], at(3_000)), Err(3));
        assert_eq!(admitted(&rates, "a", 20, 100, at(63_000)), 20);
    }

    #[test]
    fn a_limit_of_none_at_all_lets_nobody_in() {
        assert_eq!(Rates::default().take(&[("a", 0)], at(0)), Err(60));
    }

    #[test]
    fn who_is_refused_by_one_is_counted_by_none() {
        let rates = Rates::default();
        assert_eq!(admitted(&rates, "full", 5, 5, at(0)), 5);
        for _ in 0..50 {
            assert!(rates.take(&[("free", 5), ("full", 5)], at(0)).is_err());
        }
        assert_eq!(admitted(&rates, "free", 5, 10, at(0)), 5);
    }

    #[test]
    fn a_clock_that_is_set_back_shuts_nobody_out_for_long() {
        let rates = Rates::default();
        assert_eq!(admitted(&rates, "a", 10, 10, at(3_600_000)), 10);
        let wait = rates.take(&[("a", 10)], at(0)).unwrap_err();
        assert!(wait <= 60);
        assert!(rates.take(&[("a", 10)], at(i64::from(wait) * 1_000)).is_ok());
    }

    #[test]
    fn a_limit_that_is_changed_holds_at_once() {
        let rates = Rates::default();
        assert_eq!(admitted(&rates, "a", 10, 20, at(0)), 10);
        assert_eq!(admitted(&rates, "a", 1_000, 2_000, at(0)), 0);
        assert_eq!(admitted(&rates, "a", 1_000, 2_000, at(30_000)), 500);
    }

    proptest! {
        #[test]
        fn no_span_of_time_admits_more_than_its_share(
            limit in 1_u64..200,
            steps in prop::collection::vec((0_i64..5_000, 1_usize..50), 1..60),
        ) {
            let rates = Rates::default();
            let (mut millis, mut passed) = (0, 0_u64);
            for (pause, tries) in steps {
                millis += pause;
                for _ in 0..tries {
                    match rates.take(&[("a", limit)], at(millis)) {
                        Ok(()) => passed += 1,
                        Err(wait) => {
                            prop_assert!((1..=60).contains(&wait));
                        }
                    }
                }
                let share = limit + limit * millis.unsigned_abs() / 60_000 + 1;
                prop_assert!(passed <= share, "{} of {} after {} ms", passed, share, millis);
            }
            if let Err(wait) = rates.take(&[("a", limit)], at(millis)) {
                prop_assert!(rates.take(&[("a", limit)], at(millis + i64::from(wait) * 1_000)).is_ok());
            }
        }
    }
}
