//! Attempts to sign in are slowed, so that guessing takes longer than a password lives. Nobody is locked out:
//! who knows the password comes in while others guess, at once from a device that is known, and within about a
//! minute from one that is not.
//!
//! An attempt has a budget by where it comes from, and the budgets do not touch each other:
//! - a known device (`known_device`), or a session that changes its password, has that of its operator;
//! - everybody else has that of their address for whichever account, and takes turns with the other
//!   addresses that try the same account (`turns`).
//!
//! Not here: how many passwords are compared at a time, which `password` bounds.

mod counters;
mod turns;

use std::net::IpAddr;
use std::time::Duration;

use self::counters::{Counters, Slowing};
use self::turns::Turns;
use super::model::Email;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::OperatorId;

/// How the failures of one address slow it, whichever account they are of: an office may share one. After 20 it
/// has one attempt a minute, or 1,440 a day.
const BY_ADDRESS: Slowing = Slowing { free: 20, longest_secs: 60 };

/// How the failures of all devices that are known to be an operator's slow them: who has stolen one of their
/// cookies has 1,440 guesses a day.
const BY_OPERATOR: Slowing = Slowing { free: 5, longest_secs: 60 };

/// How long failures are remembered after the last one.
const MEMORY: Duration = Duration::from_secs(30 * 60);

/// The most accounts, addresses and pairs of them that are remembered.
const REMEMBERED: u64 = 100_000;

/// The failed attempts of late.
pub struct Attempts {
    addresses: Counters<IpAddr>,
    operators: Counters<OperatorId>,
    turns: Turns,
}

/// An attempt that is under way. It counts as failed until [`Attempt::succeed`]: of many at once only those that
/// are free get through.
#[must_use]
pub struct Attempt<'a> {
    attempts: &'a Attempts,
    by: By<'a>,
}

enum By<'a> {
    Known(&'a OperatorId),
    Stranger(&'a Email, IpAddr),
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            addresses: Counters::new(BY_ADDRESS),
            operators: Counters::new(BY_OPERATOR),
            turns: Turns::default(),
        }
    }
}

impl Attempts {
    /// Admits an attempt on an account. Whether there is such an account makes no difference. `known` is its
    /// operator when the device is known to be theirs; without an attempt left, such a device is a stranger.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn begin<'a>(
        &'a self,
        account: &'a Email,
        address: IpAddr,
        known: Option<&'a OperatorId>,
        now: Timestamp,
    ) -> Result<Attempt<'a>> {
        if let Some(Ok(attempt)) = known.map(|operator| self.begin_known(operator, now)) {
            return Ok(attempt);
        }
        self.addresses.count(address, now, || self.turns.take(account, address, now))?;
        Ok(Attempt { attempts: self, by: By::Stranger(account, address) })
    }

    /// Admits an attempt of somebody who is known to be an operator, or to have been.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn begin_known<'a>(&'a self, operator: &'a OperatorId, now: Timestamp) -> Result<Attempt<'a>> {
        self.operators.count(operator.clone(), now, || Ok(()))?;
        Ok(Attempt { attempts: self, by: By::Known(operator) })
    }

    /// Admits an attempt with a secret that names no account.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn begin_from(&self, address: IpAddr, now: Timestamp) -> Result<()> {
        self.addresses.count(address, now, || Ok(()))
    }
}

impl Attempt<'_> {
    /// Whether it is of somebody who is known to be the operator.
    pub fn is_known(&self) -> bool {
        matches!(self.by, By::Known(_))
    }

    /// Takes the attempt back, and forgets the failures of whoever it was of. Those of the address with other
    /// accounts stay, or an attacker with an account of their own could wipe them.
    pub fn succeed(self) {
        match self.by {
            By::Known(operator) => self.attempts.operators.forget(operator),
            By::Stranger(account, address) => {
                self.attempts.addresses.take_back(address);
                self.attempts.turns.succeed(account, address);
            }
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

    fn address(number: u32) -> IpAddr {
        IpAddr::from((0x0a00_0000 + number).to_be_bytes())
    }

    /// The seconds to wait; `None` when the attempt is admitted, and fails.
    fn wait(begun: Result<Attempt<'_>>) -> Option<i64> {
        match begun.map_err(|error| error.kind().clone()) {
            Ok(_) => None,
            Err(Kind::RateLimited { retry_after_secs }) => Some(retry_after_secs.into()),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Polls an account once a second from so many addresses, from 1,000 s on; returns when each guess was made.
    fn poll(attempts: &Attempts, account: &Email, addresses: u32, secs: i64) -> Vec<i64> {
        let mut guesses = Vec::new();
        for now in 1000..1000 + secs {
            for number in 0..addresses {
                if wait(attempts.begin(account, address(number), None, at(now))).is_none() {
                    guesses.push(now);
                }
            }
        }
        guesses
    }

    /// How long somebody takes to get in who comes again when they are told to.
    fn time_to_get_in(attempts: &Attempts, account: &Email, from: IpAddr, start: i64) -> i64 {
        let mut now = start;
        while let Some(secs) = wait(attempts.begin(account, from, None, at(now))) {
            now += secs;
            assert!(now - start < 3600, "never");
        }
        now - start
    }

    #[test]
    fn three_polling_addresses_starve_no_fourth() {
        let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
        poll(&attempts, &ann, 3, 600);
        assert!(time_to_get_in(&attempts, &ann, address(99), 1600) <= 18, "three turns");
    }

    #[test]
    fn many_polling_addresses_that_failed_before_cost_a_new_one_about_a_minute() {
        let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
        // Until each of them has failed once.
        poll(&attempts, &ann, 80, 480);
        assert!(time_to_get_in(&attempts, &ann, address(9_999), 1_480) <= 66);
    }

    #[test]
    fn all_networks_of_one_site_are_as_new_as_one() {
        let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
        let network = |n: u16| IpAddr::from([0x2001, 0xdb8, 1, n, 0, 0, 0, 0]);
        for number in 0..2_000 {
            let _refused = wait(attempts.begin(&ann, network(number), None, at(1000)));
        }
        assert!(time_to_get_in(&attempts, &ann, address(1), 1000) <= 66);
    }

    #[test]
    fn whoever_waits_as_told_gets_in_though_others_poll_meanwhile() {
        let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
        poll(&attempts, &ann, 40, 60);
        let told = wait(attempts.begin(&ann, address(99), None, at(1060)));
        for now in 1061..1400 {
            for number in 0..40 {
                let _polled = wait(attempts.begin(&ann, address(number), None, at(now)));
            }
            if told.is_some_and(|secs| 1060 + secs == now) {
                assert_eq!(wait(attempts.begin(&ann, address(99), None, at(now))), None);
                return;
            }
        }
        panic!("told to wait {told:?} s");
    }

    #[test]
    fn guesses_of_strangers_are_bounded_however_many_they_are() {
        for addresses in [3, 50, 200] {
            let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
            let guesses = poll(&attempts, &ann, addresses, 600).len();
            assert!((10..=10 + 100).contains(&guesses), "{guesses} of {addresses} addresses in ten minutes");
        }
        let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
        let alone = poll(&attempts, &ann, 1, 3600);
        assert!(alone.len() <= 5 + 9 + 12, "one address: {}", alone.len());
        assert!(alone.iter().filter(|now| **now < 1010).count() <= 9, "in ten seconds: {alone:?}");
    }

    #[test]
    fn a_turn_that_is_not_taken_is_lost_and_counts() {
        let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
        poll(&attempts, &ann, 20, 1);
        let told = wait(attempts.begin(&ann, address(99), None, at(1001))).unwrap();
        let late = 1001 + told + 61;
        assert_eq!(wait(attempts.begin(&ann, address(99), None, at(late))), None, "turns are saved up again");
        let early = attempts.begin(&ann, address(98), None, at(1001));
        assert!(wait(early).is_some_and(|secs| secs > 60));
    }

    #[test]
    fn a_known_device_has_attempts_of_its_own() {
        let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
        let operator = OperatorId::named("op_0");
        poll(&attempts, &ann, 50, 60);
        // From an address that guesses, too.
        let known = |now| attempts.begin(&ann, address(1), Some(&operator), at(now));
        for _ in 0..5 {
            assert_eq!(wait(known(1060)), None);
        }
        assert!(wait(known(1060)).is_some(), "a stolen cookie is slowed");
        assert_eq!(wait(known(1061)), None);
        known(1160).unwrap().succeed();
        for _ in 0..5 {
            assert_eq!(wait(known(1160)), None, "a success forgets failures");
        }
        let unlucky = email("bob@example.com");
        assert!(attempts.begin_known(&OperatorId::named("op_1"), at(1160)).is_ok());
        assert_eq!(
            wait(attempts.begin(&unlucky, address(999), Some(&operator), at(1160))),
            None,
            "as a stranger"
        );
    }

    #[test]
    fn an_address_is_slowed_for_every_account() {
        let attempts = Attempts::default();
        let guess = |n: usize, from, now| {
            wait(attempts.begin(&email(&format!("u{n}@example.com")), address(from), None, at(now)))
        };
        for n in 0..20 {
            assert_eq!(guess(n, 1, 100), None);
        }
        assert_eq!(guess(20, 1, 100), Some(1));
        assert_eq!(guess(21, 2, 100), None);
        assert_eq!(guess(22, 1, 101), None);
        assert!(attempts.begin_from(address(1), at(102)).is_err(), "the second wait is longer");
    }

    #[test]
    fn who_signs_in_again_and_again_is_not_slowed() {
        let (attempts, ann) = (Attempts::default(), email("ann@example.com"));
        for _ in 0..1000 {
            attempts.begin(&ann, address(1), None, at(100)).unwrap().succeed();
        }
        assert_eq!(wait(attempts.begin(&ann, address(2), None, at(100))), None);
    }
}
