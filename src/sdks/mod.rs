//! Which client libraries, in which versions, talk to a project (spec: authentication, section 6).

pub mod store;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::figures::model::day_of;
use crate::http::headers;
use crate::id::{ProjectId, UserId};

const HEADER: HeaderName = HeaderName::from_static("aui-sdk");

/// How far behind the last-seen time of a library in constant use may be.
const PRECISION: Duration = Duration::from_secs(10 * 60);

/// How long it is remembered what a user has named.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The most values of the header remembered.
const REMEMBERED: u64 = 10_000;

/// The most libraries waiting to be written; more than that is no honest client's doing.
const MAX_WAITING: usize = 1_000;

/// The most users whose libraries of a day are remembered, some 12 MB at 32 for each.
const REMEMBERED_USERS: u64 = 20_000;

/// The most libraries of one header.
const MAX_TOKENS: usize = 8;

/// A library as a request names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sdk {
    /// The package, which may be scoped: `@scope/name`.
    pub name: String,
    /// Its version (semver).
    pub version: String,
}

/// Libraries that are not written yet, and the header values that were noted lately.
pub struct Sdks {
    hasher: RandomState,
    recent: Cache<u64, ()>,
    /// The hashes of the libraries that users with a limit have named in a day.
    named: Cache<u64, Arc<Mutex<HashSet<u64>>>>,
    waiting: Mutex<HashMap<(ProjectId, Sdk), Timestamp>>,
}

/// The value of a header that was not noted lately.
pub struct Unknown {
    hash: u64,
    sdks: Vec<Sdk>,
}

impl Default for Sdks {
    fn default() -> Self {
        let recent = Cache::builder().max_capacity(REMEMBERED).time_to_live(PRECISION).build();
        let named = Cache::builder()
            .max_capacity(REMEMBERED_USERS)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(DAY)
            .build();
        Self { hasher: RandomState::new(), recent, named, waiting: Mutex::default() }
    }
}

impl Sdks {
    /// The libraries that a request names, unless the same were noted lately.
    pub fn find_unknown(&self, project: &ProjectId, all: &HeaderMap) -> Option<Unknown> {
        let value = all.get(HEADER)?;
        // Two values with one hash cost the second its note for ten minutes, and nothing else.
        let hash = self.hasher.hash_one((project, value.as_bytes()));
        if self.recent.contains_key(&hash) {
            return None;
        }
        Some(Unknown { hash, sdks: parse(&headers::text(value)) })
    }

    /// Notes libraries that a user names, of which no more than `limit` different ones count in a UTC day; the
    /// rest is ignored. Never fails and never waits.
    pub fn note(
        &self,
        Unknown { hash, sdks }: Unknown,
        (project, user): (&ProjectId, &UserId),
        limit: Option<u64>,
        now: Timestamp,
    ) {
        let all = sdks.len();
        let counted: Vec<Sdk> = match limit {
            None => sdks,
            Some(limit) => {
                let named = self.hasher.hash_one((project, user, day_of(now)));
                let named = self.named.get_with(named, Arc::default);
                let mut named = named.lock().unwrap_or_else(PoisonError::into_inner);
                sdks.into_iter().filter(|sdk| add(&mut named, self.hasher.hash_one(sdk), limit)).collect()
            }
        };
        // What is ignored of one user may be noted of another.
        if counted.len() == all {
            self.recent.insert(hash, ());
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for sdk in counted {
            if waiting.len() < MAX_WAITING {
                waiting.insert((project.clone(), sdk), now);
            }
        }
    }

    /// Whether a library of a project's clients waits to be written.
    pub fn is_waiting(&self, project: &ProjectId) -> bool {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.keys().any(|(owner, _)| owner == project)
    }

    fn take(&self) -> HashMap<(ProjectId, Sdk), Timestamp> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes the waiting libraries. Those that cannot be written are dropped: the next use notes them.
///
/// # Errors
/// The database's.
pub async fn write_sdks(app: &App) -> Result<()> {
    let waiting: Vec<_> = app.sdks().take().into_iter().collect();
    if waiting.is_empty() {
        return Ok(());
    }
    app.store().write(async move |conn| store::upsert_sdks(conn, &waiting).await).await?;
    Ok(())
}

/// Whether something is among the things named, or could be added.
fn add(named: &mut HashSet<u64>, hash: u64, limit: u64) -> bool {
    named.contains(&hash) || ((named.len() as u64) < limit && named.insert(hash))
}

fn parse(text: &str) -> Vec<Sdk> {
    text.split(' ').filter_map(parse_one).take(MAX_TOKENS).collect()
}

fn parse_one(token: &str) -> Option<Sdk> {
    let (name, version) = token.rsplit_once('/')?;
    let is_proper =
        |text: &str, max| (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if !is_proper(name, 214) || !is_proper(version, 64) {
        return None;
    }
    semver::Version::parse(version).ok()?;
    Some(Sdk { name: name.to_owned(), version: version.to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(value: &str) -> Vec<String> {
        parse(value).into_iter().map(|sdk| format!("{} {}", sdk.name, sdk.version)).collect()
    }

    fn note(
        sdks: &Sdks,
        project: &ProjectId,
        user: &str,
        limit: Option<u64>,
        headers: &HeaderMap,
        millis: i64,
    ) {
        let user = UserId::parse(user).unwrap();
        if let Some(unknown) = sdks.find_unknown(project, headers) {
            sdks.note(unknown, (project, &user), limit, Timestamp::from_millis(millis));
        }
    }

    #[test]
    fn the_first_eight_proper_tokens_count() {
        assert_eq!(names("assistant-cloud/0.1.43"), ["assistant-cloud 0.1.43"]);
        assert_eq!(names("@scope/pkg/1.2.3-rc.1+b a/1.0.0"), ["@scope/pkg 1.2.3-rc.1+b", "a 1.0.0"]);
        assert_eq!(names("x / /1.0.0 x/ x/1 x/v1.0.0 é/1.0.0"), Vec::<String>::new());
        assert_eq!(names(&format!("{}/1.0.0", "a".repeat(215))), Vec::<String>::new());
        assert_eq!(names(&format!("bad {}", "a/1.0.0 ".repeat(20))).len(), 8);
    }

    #[test]
    fn a_name_in_another_encoding_hides_no_other() {
        let sdks = Sdks::default();
        let project = ProjectId::parse("proj_000000000000").unwrap();
        let value = axum::http::HeaderValue::from_bytes(b"jos\xe9/1.0.0 a/1.0.0").unwrap();
        note(&sdks, &project, "u", None, &HeaderMap::from_iter([(HEADER, value)]), 0);
        assert_eq!(sdks.take().into_keys().map(|(_, sdk)| sdk.name).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_header_is_noted_once_in_ten_minutes() {
        let sdks = Sdks::default();
        let project = ProjectId::parse("proj_000000000000").unwrap();
        let headers = HeaderMap::from_iter([(HEADER, "a/1.0.0 b/2.0.0".parse().unwrap())]);
        note(&sdks, &project, "u", None, &headers, 0);
        assert_eq!(sdks.take().len(), 2);
        note(&sdks, &project, "u", None, &headers, 1);
        assert_eq!(sdks.take().len(), 0);
    }

    #[test]
    fn a_user_names_so_many_different_ones_a_day_and_others_are_not_hindered() {
        let sdks = Sdks::default();
        let project = ProjectId::parse("proj_000000000000").unwrap();
        let header = |n: i32| HeaderMap::from_iter([(HEADER, format!("a/1.0.{n}").parse().unwrap())]);
        let note = |user: &str, n: i32, at| note(&sdks, &project, user, Some(3), &header(n), at);
        (0..100).for_each(|n| note("flood", n, 0));
        assert_eq!(sdks.take().len(), 3);
        note("flood", 99, 1);
        assert_eq!(sdks.take().len(), 0);
        note("other", 99, 1);
        assert_eq!(sdks.take().len(), 1, "what one may not name another may");
        note("flood", 98, 24 * 3_600_000);
        assert_eq!(sdks.take().len(), 1, "another day");
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(value: String) {
            let _sdks = parse(&value);
        }
    }
}
