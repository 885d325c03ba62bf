//! Strangers' attempts on one account take turns, so that none of them keeps the others from theirs.
//!
//! An account has a turn every [`TURN_MS`], and [`SAVED_TURNS`] saved up while nobody came. Who comes when none
//! is left is told when their turn will be, and gets it by coming again then; nobody has two turns to come.
//! So with `n` addresses guessing at once a further one waits `n` turns at most. Addresses of a site that failed
//! before are given turns of the next minute alone: however many they are, one that is new gets a turn after a
//! minute, or after those that are as new as it.

use std::net::{IpAddr, Ipv6Addr};

use super::counters::{Counter, Memory, Slowing, lock, too_early};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::operators::model::Email;

/// The time between two turns, in milliseconds: at most 14,400 guesses of an account a day, from however many
/// addresses. One address alone is slowed to 288 a day (see [`BY_ADDRESS`]), so it takes 50 of them. A password
/// that is let through at all stands a million guesses, which is 69 days of that; most stand a hundred
/// million, 19 years.
const TURN_MS: i64 = 6_000;

/// The most turns saved up while nobody came: people mistype, and sign in on several devices at once.
const SAVED_TURNS: i64 = 10;

/// How far ahead turns are given to addresses of a site that failed before, in milliseconds.
const AHEAD_MS: i64 = 60_000;

/// How far ahead they are given to new ones: past it, new addresses are turned away unheard.
const AHEAD_OF_NEW_MS: i64 = 300_000;

/// How long a turn waits for whoever it was given to. Not taken, it counts as a failure.
const GRACE_MS: i64 = 60_000;

/// How the failures of one address with one account slow it: five for nothing, then 1, 2, 4, … seconds up to 5
/// minutes.
const BY_ADDRESS: Slowing = Slowing { free: 5, longest_secs: 300 };

/// The strangers of late.
#[derive(Default)]
pub(super) struct Turns {
    accounts: Memory<Email, Account>,
    visitors: Memory<(Email, IpAddr), Visitor>,
    sites: Memory<(Email, IpAddr), Counter>,
}

/// The turns of an account.
#[derive(Default)]
struct Account {
    /// When all turns that were given or taken will have come, if they came one by one; the past when some are
    /// saved up.
    given_until_ms: i64,
}

impl Account {
    /// Gives the next turn away, unless it is too far ahead; returns when it is.
    fn give(&mut self, now_ms: i64, ahead_ms: i64) -> Option<i64> {
        let from_ms = self.given_until_ms.max(now_ms);
        let turn_ms = (from_ms - (SAVED_TURNS - 1) * TURN_MS).max(now_ms);
        (turn_ms - now_ms <= ahead_ms).then(|| {
            self.given_until_ms = from_ms + TURN_MS;
            turn_ms
        })
    }
}

/// What is known of an address with an account.
#[derive(Default)]
struct Visitor {
    failures: Counter,
    /// When its turn is, in milliseconds since 1970.
    turn_ms: Option<i64>,
}

impl Visitor {
    /// Takes the visitor's turn, if it is that time; `None` when there is none to come.
    fn take_turn(&mut self, now_ms: i64) -> Option<Result<()>> {
        let turn_ms = self.turn_ms?;
        if now_ms < turn_ms {
            return Some(Err(too_early(turn_ms - now_ms)));
        }
        self.turn_ms = None;
        if now_ms <= turn_ms + GRACE_MS {
            return Some(Ok(()));
        }
        self.failures.fail(Timestamp::from_millis(turn_ms));
        None
    }
}

/// Addresses that are likely to be one party's: whoever rents a machine gets a whole IPv6 /48 for nothing.
fn site(address: IpAddr) -> IpAddr {
    const HOST_BITS: u32 = 80;
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> HOST_BITS << HOST_BITS)),
    }
}

fn fail(visitor: &mut Visitor, site: &mut Counter, now: Timestamp) {
    visitor.failures.fail(now);
    site.fail(now);
}

impl Turns {
    /// Admits an attempt, which counts as failed until [`Turns::succeed`].
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub(super) fn take(&self, account: &Email, address: IpAddr, now: Timestamp) -> Result<()> {
        let visitor = self.visitors.of((account.clone(), address));
        let mut visitor = lock(&visitor);
        let site = self.sites.of((account.clone(), site(address)));
        let mut site = lock(&site);
        if let Some(taken) = visitor.take_turn(now.millis()) {
            return taken.inspect(|()| fail(&mut visitor, &mut site, now));
        }
        visitor.failures.check(BY_ADDRESS, now)?;
        let ahead_ms = if site.is_new() { AHEAD_OF_NEW_MS } else { AHEAD_MS };
        let turn_ms = lock(&self.accounts.of(account.clone())).give(now.millis(), ahead_ms);
        match turn_ms {
            Some(turn_ms) if turn_ms <= now.millis() => {
                fail(&mut visitor, &mut site, now);
                Ok(())
            }
            Some(turn_ms) => {
                visitor.turn_ms = Some(turn_ms);
                Err(too_early(turn_ms - now.millis()))
            }
            None => Err(too_early(AHEAD_MS)),
        }
    }

    /// Forgets the failures of an address with an account that it has signed in to, and gives the turn back.
    pub(super) fn succeed(&self, account: &Email, address: IpAddr) {
        self.visitors.forget(&(account.clone(), address));
        self.sites.forget(&(account.clone(), site(address)));
        lock(&self.accounts.of(account.clone())).given_until_ms -= TURN_MS;
    }
}
