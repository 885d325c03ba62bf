//! Providers' key sets: fetched when a rule's token needs one, kept for a while, never on a caller's word.
//!
//! Not here: which rule a token fits (`provider_token`), and the guard of outbound calls (`outbound`).

mod fetch;
pub mod jwk;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use moka::sync::Cache;
use outbound::Outbound;
use serde::Serialize;
use tokio::sync::OwnedMutexGuard;
use utoipa::ToSchema;

use self::fetch::Fetched;
use self::jwk::{KeySet, KeyView};
use super::rules::model::{AuthRule, KeySource};
use crate::clock::{Clock, Timestamp};

/// How long a set that could not be renewed serves on.
const STALE_MS: i64 = 60 * 60 * 1000;

/// How long after a fetch an unknown `kid` may cause the next one.
const UNKNOWN_KID_MS: i64 = 30 * 1000;

/// How long after a failure the next try is made.
const RETRY_MS: i64 = 2 * 1000;

/// How long a list of rules waits for key sets that were never fetched.
const INTRODUCTION: Duration = Duration::from_secs(2);

/// The most key sets remembered. Only operators' rules name any.
const REMEMBERED: u64 = 10_000;

/// Where a key set is found. Two rules with the same place share its fetches, not each other's trust.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// At a URL.
    KeySet(String),
    /// Where the discovery document of this issuer says.
    Discovery(String),
}

impl Location {
    /// The place of a rule's keys; `None` when it has a shared secret.
    pub fn of(rule: &AuthRule) -> Option<Self> {
        match (&rule.settings.keys, &rule.settings.issuer) {
            (KeySource::KeySet(url), _) => Some(Self::KeySet(url.clone())),
            (KeySource::Discovery, Some(issuer)) => Some(Self::Discovery(issuer.clone())),
            (KeySource::Discovery, None) | (KeySource::Secret(_), _) => None,
        }
    }
}

/// How a key set fares, for operators.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = KeySetHealth)]
pub struct Health {
    /// When it was last fetched whole.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub fetched_at: Option<Timestamp>,
    /// Its usable keys.
    pub keys: Vec<KeyView>,
    /// Keys that cannot verify a token.
    pub skipped_keys: usize,
    /// The provider publishes private keys: its tokens cannot be trusted.
    pub has_private_keys: bool,
    /// When the last fetch failed, if nothing was fetched since.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub failed_at: Option<Timestamp>,
    /// Why it failed.
    #[schema(required)]
    pub error: Option<String>,
}

/// The key sets of this node.
pub struct KeySets {
    outbound: Outbound,
    slots: Cache<Location, Arc<Slot>>,
}

#[derive(Default)]
struct Slot {
    known: RwLock<Known>,
    /// Held during a fetch, so that there is one at a time.
    fetching: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone, Default)]
struct Known {
    set: Option<Arc<KeySet>>,
    url: Option<String>,
    fetched_at: Option<Timestamp>,
    /// When it was asked for, and the oldest that the asker would have taken. The clock of whoever set
    /// that may be ahead of ours: what was fetched for it counts as recent enough.
    asked: Option<(Timestamp, Timestamp)>,
    fresh_until: Option<Timestamp>,
    tried_at: Option<Timestamp>,
    failure: Option<String>,
}

/// What a request needs of a set.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// The key that the token names.
    pub kid: &'w str,
    /// Sets fetched before are not used.
    pub not_before: Timestamp,
}

impl Known {
    fn is_accepted(&self, wanted: &Wanted<'_>) -> bool {
        self.asked.is_some_and(|(at, not_before)| at.max(not_before) >= wanted.not_before)
    }

    /// The set, unless it is too old to be believed.
    fn usable(&self, wanted: &Wanted<'_>, now: Timestamp) -> Option<Arc<KeySet>> {
        let end = self.fresh_until?.plus_millis(STALE_MS);
        self.set.clone().filter(|_| self.is_accepted(wanted) && now < end)
    }

    /// Whether to ask the provider now.
    fn needs_fetch(&self, wanted: &Wanted<'_>, now: Timestamp) -> bool {
        let waited = |millis: i64| self.tried_at.is_none_or(|at| now >= at.plus_millis(millis) || now < at);
        let is_fresh = self.is_accepted(wanted) && self.fresh_until.is_some_and(|end| now < end);
        if !is_fresh {
            return self.failure.is_none() || waited(RETRY_MS);
        }
        let has_key = self.set.as_ref().is_some_and(|set| set.has(wanted.kid));
        !has_key && waited(UNKNOWN_KID_MS)
    }
}

impl Slot {
    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn succeed(&self, fetched: Fetched, asked: (Timestamp, Timestamp), now: Timestamp) {
        if self.known().url.is_some_and(|before| before != fetched.url) {
            tracing::warn!(url = fetched.url, "an issuer's discovery document names another key set now");
        }
        let known = Known {
            set: Some(Arc::new(fetched.set)),
            url: Some(fetched.url),
            fetched_at: Some(now),
            asked: Some(asked),
            fresh_until: Some(now.plus_millis(fetched.fresh_ms)),
            tried_at: Some(now),
            failure: None,
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// True when it had not failed before: an outage is told once.
    fn fail(&self, reason: String, now: Timestamp) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.tried_at = Some(now);
        known.failure.replace(reason).is_none()
    }
}

impl KeySets {
    /// Remembers nothing yet.
    pub fn new(outbound: Outbound) -> Self {
        Self { outbound, slots: Cache::new(REMEMBERED) }
    }

    /// The guard through which sets are fetched, for checking a URL before it is saved.
    pub fn outbound(&self) -> &Outbound {
        &self.outbound
    }

    /// A set in which to look for a key; `None` when there is none to be believed. Asks the provider
    /// when the set is missing, old, or without the key, and never twice at a time.
    pub async fn find(&self, location: &Location, wanted: Wanted<'_>, clock: &Clock) -> Option<Arc<KeySet>> {
        let slot = self.slots.get_with(location.clone(), Arc::default);
        if slot.known().needs_fetch(&wanted, clock.now()) {
            let turn = slot.fetching.clone().lock_owned().await;
            // Whoever held the turn before may have brought what is wanted.
            if slot.known().needs_fetch(&wanted, clock.now()) {
                let fetch = fetch_into(
                    slot.clone(),
                    self.outbound.clone(),
                    location.clone(),
                    wanted.not_before,
                    clock.clone(),
                    turn,
                );
                // On its own, so that a caller who hangs up does not cause the next fetch.
                let _ended = tokio::spawn(fetch).await;
            }
        }
        slot.known().usable(&wanted, clock.now())
    }

    /// Asks the provider now, unless that was done a moment ago; true when a set came. For operators who
    /// want to see what the provider says; what was fetched before stays when nothing comes.
    pub async fn renew(&self, location: &Location, clock: &Clock) -> bool {
        let slot = self.slots.get_with(location.clone(), Arc::default);
        let turn = slot.fetching.clone().lock_owned().await;
        let now = clock.now();
        if slot.known().tried_at.is_some_and(|at| at <= now && now < at.plus_millis(RETRY_MS)) {
            return false;
        }
        let fetch =
            fetch_into(slot.clone(), self.outbound.clone(), location.clone(), now, clock.clone(), turn);
        let _ended = tokio::spawn(fetch).await;
        slot.known().failure.is_none()
    }

    /// Asks the providers of sets that this node knows nothing of yet, and waits a little for them.
    pub async fn introduce(&self, locations: &[(Location, Timestamp)], clock: &Clock) {
        let unknown = locations.iter().filter(|(location, _)| {
            self.slots.get(location).is_none_or(|slot| slot.known().tried_at.is_none())
        });
        let fetches = unknown.map(|(location, not_before)| {
            self.find(location, Wanted { kid: "", not_before: *not_before }, clock)
        });
        // Whoever has not answered by then is shown when they have: the fetch goes on.
        let _waited = tokio::time::timeout(INTRODUCTION, futures_util::future::join_all(fetches)).await;
    }

    /// How a set fares, as far as this node knows.
    pub fn health(&self, location: &Location) -> Health {
        let Some(slot) = self.slots.get(location) else { return Health::default() };
        let known = slot.known();
        let set = known.set.as_deref();
        Health {
            fetched_at: known.fetched_at,
            keys: set.map(KeySet::view).unwrap_or_default(),
            skipped_keys: set.map_or(0, |set| set.skipped),
            has_private_keys: set.is_some_and(|set| set.has_private_members),
            failed_at: known.tried_at.filter(|_| known.failure.is_some()),
            error: known.failure,
        }
    }
}

/// Fetches a set, which holds the turn until it has ended.
async fn fetch_into(
    slot: Arc<Slot>,
    outbound: Outbound,
    location: Location,
    not_before: Timestamp,
    clock: Clock,
    _turn: OwnedMutexGuard<()>,
) {
    let asked = (clock.now(), not_before);
    let is_first = slot.known().set.is_none();
    match fetch::fetch(&outbound, &location, is_first).await {
        Ok(fetched) => slot.succeed(fetched, asked, clock.now()),
        Err(error) => {
            if slot.fail(error.to_string(), clock.now()) {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(?location, error, "a key set could not be fetched");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn fetched_at(now: i64) -> Slot {
        let slot = Slot::default();
        slot.succeed(
            Fetched { set: KeySet::parse(SET).unwrap(), fresh_ms: 600_000, url: "https://a.example".into() },
            (at(now), at(0)),
            at(now),
        );
        slot
    }

    fn wanted(kid: &str) -> Wanted<'_> {
        Wanted { kid, not_before: at(0) }
    }

    #[test]
    fn t062_t064_an_unknown_key_is_asked_for_once_in_thirty_seconds() {
        let known = fetched_at(0).known();
        assert!(!known.needs_fetch(&wanted("a"), at(599_999)));
        assert!(!known.needs_fetch(&wanted("b"), at(29_999)));
        assert!(known.needs_fetch(&wanted("b"), at(30_000)));
        assert!(known.needs_fetch(&wanted("a"), at(600_000)));
    }

    #[test]
    fn t068_an_old_set_serves_an_hour_when_the_provider_is_away() {
        let slot = fetched_at(0);
        assert!(slot.fail("away".into(), at(600_000)));
        assert!(!slot.fail("away".into(), at(602_000)), "told once");
        let known = slot.known();
        assert!(!known.needs_fetch(&wanted("a"), at(603_999)));
        assert!(known.needs_fetch(&wanted("a"), at(604_000)));
        assert!(known.usable(&wanted("a"), at(600_000 + STALE_MS - 1)).is_some());
        assert!(known.usable(&wanted("a"), at(600_000 + STALE_MS)).is_none());
    }

    #[test]
    fn t065_an_operator_can_have_the_keys_fetched_anew() {
        let known = fetched_at(1_000).known();
        let wanted = Wanted { kid: "a", not_before: at(2_000) };
        assert!(known.needs_fetch(&wanted, at(3_000)));
        assert!(known.usable(&wanted, at(3_000)).is_none());
    }

    #[test]
    fn t073_no_number_of_urls_takes_more_memory() {
        let sets = KeySets::new(Outbound::new(outbound::Policy::default()).unwrap());
        for number in 0..REMEMBERED + 500 {
            let location = Location::KeySet(format!("https://a{number}.example"));
            sets.slots.get_with(location, Arc::default);
        }
        sets.slots.run_pending_tasks();
        assert!(sets.slots.entry_count() <= REMEMBERED);
    }

    #[test]
    fn an_operators_clock_may_be_ahead() {
        let slot = Slot::default();
        let fetched = Fetched { set: KeySet::parse(SET).unwrap(), fresh_ms: 600_000, url: String::new() };
        slot.succeed(fetched, (at(1_000), at(9_000)), at(1_000));
        let wanted = Wanted { kid: "a", not_before: at(9_000) };
        assert!(!slot.known().needs_fetch(&wanted, at(1_001)));
        assert!(slot.known().usable(&wanted, at(1_001)).is_some());
    }
}
