//! Sign-ins that fail are slowed, per account and per address, so that guessing takes longer than a
//! password lives. Nobody is locked out: an attacker must not be able to keep an operator out for long.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use moka::sync::Cache;

use super::model::Email;
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// Failures of one account that cost no wait: people mistype.
const FREE_PER_ACCOUNT: u32 = 5;

/// Failures of one address that cost no wait: an office may share one.
const FREE_PER_ADDRESS: u32 = 20;

/// The longest wait between two attempts, in seconds.
const LONGEST_SECS: i64 = 60;

/// How long failures are remembered after the last one.
const MEMORY: Duration = Duration::from_secs(30 * 60);

/// The most accounts and the most addresses remembered.
const REMEMBERED: u64 = 100_000;

/// The failed attempts of late.
pub struct Attempts {
    accounts: Counters<Email>,
    addresses: Counters<IpAddr>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { accounts: Counters::new(FREE_PER_ACCOUNT), addresses: Counters::new(FREE_PER_ADDRESS) }
    }
}

impl Attempts {
    /// Admits an attempt, which counts as failed until [`Attempts::succeed`]: of many at once only the
    /// free ones get through. Whether there is such an account makes no difference. `is_known` are addresses
    /// where the account is signed in: guesses from elsewhere do not keep it from signing in there again.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn begin(&self, account: &Email, address: IpAddr, is_known: bool, now: Timestamp) -> Result<()> {
        self.begin_from(address, now)?;
        if is_known { Ok(()) } else { self.accounts.count(account.clone(), now) }
    }

    /// As [`Attempts::begin`], for secrets that name no account.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn begin_from(&self, address: IpAddr, now: Timestamp) -> Result<()> {
        self.addresses.count(address, now)
    }

    /// Forgets the failures of an account that has signed in; those of the address stay, or an attacker
    /// with an account of their own could wipe them. The attempt itself is taken back.
    pub fn succeed(&self, account: &Email, address: IpAddr) {
        self.accounts.cache.invalidate(account);
        self.addresses.take_back(&address);
    }
}

struct Counters<K> {
    free: u32,
    cache: Cache<K, Arc<Mutex<Counter>>>,
}

#[derive(Default)]
struct Counter {
    failures: u32,
    last: Option<Timestamp>,
}

impl<K: Hash + Eq + Send + Sync + 'static> Counters<K> {
    fn new(free: u32) -> Self {
        Self { free, cache: Cache::builder().max_capacity(REMEMBERED).time_to_idle(MEMORY).build() }
    }

    fn count(&self, key: K, now: Timestamp) -> Result<()> {
        let counter = self.cache.get_with(key, Arc::default);
        let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = wait_secs(counter.failures, self.free);
        let waited = counter.last.map_or(i64::MAX, |last| (now.millis() - last.millis()) / 1000);
        if waited < wait {
            return Err(Error::rate_limited(u32::try_from(wait - waited).unwrap_or(1)));
        }
        counter.failures = counter.failures.saturating_add(1);
        counter.last = Some(now);
        Ok(())
    }

    fn take_back(&self, key: &K) {
        let Some(counter) = self.cache.get(key) else { return };
        let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
        counter.failures = counter.failures.saturating_sub(1);
    }
}

/// 0 while failures are free, then 1, 2, 4, … seconds.
fn wait_secs(failures: u32, free: u32) -> i64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(over) => {
            1_i64.checked_shl(over).filter(|secs| *secs > 0).unwrap_or(LONGEST_SECS).min(LONGEST_SECS)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_millis(secs * 1000)
    }

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn waits_double_up_to_a_minute() {
        let waits: Vec<i64> = (4..14).map(|failures| wait_secs(failures, 5)).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(wait_secs(u32::MAX, 5), 60);
    }

    #[test]
    fn an_account_is_slowed_from_every_address() {
        let attempts = Attempts::default();
        let ann = email("ann@example.com");
        for last in 0..5 {
            attempts.begin(&ann, address(last), false, at(100)).unwrap();
        }
        let error = attempts.begin(&ann, address(9), false, at(100)).unwrap_err();
        assert_eq!(*error.kind(), Kind::RateLimited { retry_after_secs: 1 });
        attempts.begin(&email("bob@example.com"), address(9), false, at(100)).unwrap();
        attempts.begin(&ann, address(9), false, at(101)).unwrap();
        assert!(attempts.begin(&ann, address(9), false, at(102)).is_err(), "the second wait is longer");
        attempts.begin(&ann, address(8), true, at(102)).unwrap();
        attempts.succeed(&ann, address(9));
        attempts.begin(&ann, address(9), false, at(102)).unwrap();
    }

    #[test]
    fn an_address_is_slowed_for_every_account() {
        let attempts = Attempts::default();
        let guess =
            |n: usize, now| attempts.begin(&email(&format!("u{n}@example.com")), address(1), false, now);
        for n in 0..20 {
            guess(n, at(100)).unwrap();
        }
        assert!(guess(20, at(100)).is_err());
        attempts.begin(&email("u21@example.com"), address(2), false, at(100)).unwrap();
        assert!(guess(22, at(101)).is_ok());
    }
}
