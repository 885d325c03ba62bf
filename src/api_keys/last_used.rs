//! When keys were last used, noted without a request ever waiting for it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::model::KnownKey;
use super::store::update_last_used;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{ApiKeyId, ProjectId};

/// How far behind the mark of a key in constant use may be.
const PRECISION_MS: i64 = 5 * 60 * 1000;

/// Marks that are not written yet, and when each key's last one was made.
#[derive(Default)]
pub struct LastUsed(Mutex<Marks>);

#[derive(Default)]
struct Marks {
    made: HashMap<ApiKeyId, Timestamp>,
    waiting: Vec<(ProjectId, ApiKeyId, Timestamp)>,
}

impl LastUsed {
    /// Notes that a key was used, unless it was noted lately.
    pub fn touch(&self, key: &KnownKey, now: Timestamp) {
        let is_recent = |at: Timestamp| now < at.plus_millis(PRECISION_MS);
        if key.last_used_at.is_some_and(is_recent) {
            return;
        }
        let mut marks = self.marks();
        if marks.made.get(&key.id).copied().is_some_and(is_recent) {
            return;
        }
        marks.made.insert(key.id.clone(), now);
        marks.waiting.push((key.project.clone(), key.id.clone(), now));
    }

    fn take(&self) -> Vec<(ProjectId, ApiKeyId, Timestamp)> {
        std::mem::take(&mut self.marks().waiting)
    }

    fn marks(&self) -> std::sync::MutexGuard<'_, Marks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the waiting marks. Those that cannot be written are dropped: the next use makes new ones.
///
/// # Errors
/// The database's.
pub async fn write_marks(app: &App) -> Result<()> {
    let marks = app.last_used().take();
    if marks.is_empty() {
        return Ok(());
    }
    app.store().write(async move |conn| update_last_used(conn, &marks).await).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(last_used_at: Option<Timestamp>) -> KnownKey {
        KnownKey {
            id: ApiKeyId::named("key_0"),
            name: "key".into(),
            project: ProjectId::parse("proj_000000000000").unwrap(),
            expires_at: None,
            last_used_at,
        }
    }

    #[test]
    fn a_key_is_noted_once_in_five_minutes() {
        let last_used = LastUsed::default();
        let at = Timestamp::from_millis;
        last_used.touch(&key(None), at(0));
        last_used.touch(&key(None), at(PRECISION_MS - 1));
        assert_eq!(last_used.take().len(), 1);
        last_used.touch(&key(None), at(PRECISION_MS - 1));
        assert_eq!(last_used.take().len(), 0);
        last_used.touch(&key(None), at(PRECISION_MS));
        assert_eq!(last_used.take().len(), 1);
    }

    #[test]
    fn what_the_database_knows_counts() {
        let last_used = LastUsed::default();
        last_used.touch(&key(Some(Timestamp::from_millis(0))), Timestamp::from_millis(1));
        assert_eq!(last_used.take().len(), 0);
    }
}
