//! Display names that provider tokens and apps' backends tell, written without a request ever waiting for it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use moka::sync::Cache;

use super::store::upsert_names;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{ProjectId, UserId};

/// How long the same name of the same user is not written again.
const PRECISION: Duration = Duration::from_secs(5 * 60);

/// The most names remembered as written.
const REMEMBERED: u64 = 50_000;

/// The most users whose names wait to be written; the next request of others notes theirs again.
const MAX_WAITING: usize = 10_000;

/// Who says what a user is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Teller {
    /// A provider's token, by the claim that a rule names. Without such a rule in the project it counts no more.
    Provider,
    /// The app's own backend, with an API key.
    Backend,
}

/// What a user is called, as somebody told.
#[derive(Clone, Debug)]
pub struct ToldName {
    /// The user's project.
    pub project: ProjectId,
    /// The user.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// Who told it.
    pub teller: Teller,
    /// When it was told.
    pub at: Timestamp,
}

/// Names that are not written yet, and those that were noted lately.
pub struct Names {
    recent: Cache<(ProjectId, UserId, String, Teller), ()>,
    waiting: Mutex<HashMap<(ProjectId, UserId), ToldName>>,
}

impl Default for Names {
    fn default() -> Self {
        let recent = Cache::builder().max_capacity(REMEMBERED).time_to_live(PRECISION).build();
        Self { recent, waiting: Mutex::default() }
    }
}

impl Names {
    /// Notes what a user is called, unless it was noted lately.
    pub fn note(&self, (project, user): (&ProjectId, &UserId), name: &str, teller: Teller, now: Timestamp) {
        let combination = (project.clone(), user.clone(), name.to_owned(), teller);
        if self.recent.contains_key(&combination) {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = (project.clone(), user.clone());
        if waiting.len() < MAX_WAITING || waiting.contains_key(&owner) {
            let (project, user, name) = (project.clone(), user.clone(), name.to_owned());
            let told = ToldName { project, user, name, teller, at: now };
            waiting.insert(owner, told);
            self.recent.insert(combination, ());
        }
    }

    /// Forgets what was noted of a user who is erased.
    pub fn forget(&self, project: &ProjectId, user: &UserId) {
        let owner = (project.clone(), user.clone());
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&owner);
    }

    /// Takes every name for a new one: after a change of rules, which may have had names forgotten.
    pub fn note_all_again(&self) {
        self.recent.invalidate_all();
    }

    fn take(&self) -> Vec<ToldName> {
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.into_values().collect()
    }
}

/// Writes the waiting names. Those that cannot be written are dropped: a later request tells them again.
///
/// # Errors
/// The database's.
pub async fn write_names(app: &App) -> Result<()> {
    let waiting = app.names().take();
    if waiting.is_empty() {
        return Ok(());
    }
    app.store().write(async move |conn| upsert_names(conn, &waiting).await).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t141_a_name_is_noted_once_in_five_minutes_and_a_user_waits_once() {
        let names = Names::default();
        let project = ProjectId::parse("proj_000000000000").unwrap();
        let user = UserId::parse("u").unwrap();
        let note =
            |name: &str| names.note((&project, &user), name, Teller::Provider, Timestamp::from_millis(0));
        note("Ada");
        assert_eq!(names.take().len(), 1);
        note("Ada");
        assert_eq!(names.take().len(), 0);
        for number in 0..1_000 {
            note(&format!("Ada {number}"));
        }
        let waiting: Vec<String> = names.take().into_iter().map(|told| told.name).collect();
        assert_eq!(waiting, ["Ada 999"]);
    }
}
