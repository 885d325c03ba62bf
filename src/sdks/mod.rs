//! Which client libraries, in which versions, talk to a project (spec: authentication, section 6).

pub mod store;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use moka::sync::Cache;

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::headers;
use crate::id::ProjectId;

const HEADER: HeaderName = HeaderName::from_static("aui-sdk");

/// How far behind the last-seen time of a library in constant use may be.
const PRECISION: Duration = Duration::from_secs(10 * 60);

/// The most values of the header remembered.
const REMEMBERED: u64 = 10_000;

/// The most libraries waiting to be written; more than that is no honest client's doing.
const MAX_WAITING: usize = 1_000;

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
    waiting: Mutex<HashMap<(ProjectId, Sdk), Timestamp>>,
}

impl Default for Sdks {
    fn default() -> Self {
        let recent = Cache::builder().max_capacity(REMEMBERED).time_to_live(PRECISION).build();
        Self { hasher: RandomState::new(), recent, waiting: Mutex::default() }
    }
}

impl Sdks {
    /// Notes the libraries that a request names. Never fails and never waits.
    pub fn note(&self, project: &ProjectId, all: &HeaderMap, now: Timestamp) {
        let Some(value) = all.get(HEADER) else { return };
        // Two values with one hash cost the second its note for ten minutes, and nothing else.
        let hash = self.hasher.hash_one((project, value.as_bytes()));
        if self.recent.contains_key(&hash) {
            return;
        }
        self.recent.insert(hash, ());
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for sdk in parse(&headers::text(value)) {
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
        sdks.note(&project, &HeaderMap::from_iter([(HEADER, value)]), Timestamp::from_millis(0));
        assert_eq!(sdks.take().into_keys().map(|(_, sdk)| sdk.name).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_header_is_noted_once_in_ten_minutes() {
        let sdks = Sdks::default();
        let project = ProjectId::parse("proj_000000000000").unwrap();
        let headers = HeaderMap::from_iter([(HEADER, "a/1.0.0 b/2.0.0".parse().unwrap())]);
        sdks.note(&project, &headers, Timestamp::from_millis(0));
        assert_eq!(sdks.take().len(), 2);
        sdks.note(&project, &headers, Timestamp::from_millis(1));
        assert_eq!(sdks.take().len(), 0);
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(value: String) {
            let _sdks = parse(&value);
        }
    }
}
