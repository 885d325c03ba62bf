//! When users were last active, written without a request ever waiting for it.
//!
//! That a user was seen at all is written in the transaction of what they did; this keeps the time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use moka::sync::Cache;

use super::store::touch_users;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{ProjectId, UserId};

/// How far behind the last activity of a busy user may be.
const PRECISION: Duration = Duration::from_secs(30);

/// The most users remembered as noted.
const REMEMBERED: u64 = 100_000;

/// The most users who wait to be written; what others do next notes them again.
const MAX_WAITING: usize = 20_000;

/// Users whose activity is not written yet, and those that were noted lately.
pub struct Activity {
    recent: Cache<(ProjectId, UserId), ()>,
    waiting: Mutex<HashMap<(ProjectId, UserId), Timestamp>>,
}

impl Default for Activity {
    fn default() -> Self {
        let recent = Cache::builder().max_capacity(REMEMBERED).time_to_live(PRECISION).build();
        Self { recent, waiting: Mutex::default() }
    }
}

impl Activity {
    /// Notes that an end user did something, unless that was noted lately.
    pub fn note(&self, project: &ProjectId, user: &UserId, now: Timestamp) {
        let who = (project.clone(), user.clone());
        if user.is_system() || self.recent.contains_key(&who) {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MAX_WAITING || waiting.contains_key(&who) {
            waiting.insert(who.clone(), now);
            self.recent.insert(who, ());
        }
    }

    /// Forgets what was noted of a user who is erased.
    pub fn forget(&self, project: &ProjectId, user: &UserId) {
        let who = (project.clone(), user.clone());
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&who);
        self.recent.invalidate(&who);
    }

    fn take(&self) -> Vec<((ProjectId, UserId), Timestamp)> {
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.into_iter().collect()
    }
}

/// Writes the waiting activity. What cannot be written is dropped: it is noted again.
///
/// # Errors
/// The database's.
pub async fn write_activity(app: &App) -> Result<()> {
    let waiting = app.activity().take();
    if waiting.is_empty() {
        return Ok(());
    }
    app.store().write(async move |conn| touch_users(conn, &waiting).await).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_noted_once_in_a_while_and_the_system_never() {
        let activity = Activity::default();
        let project = ProjectId::parse("proj_000000000000").unwrap();
        let user = UserId::parse("u").unwrap();
        let note = |user: &UserId| activity.note(&project, user, Timestamp::from_millis(7));
        note(&user);
        note(&user);
        note(&UserId::system());
        let taken = activity.take();
        assert_eq!(taken, [((project.clone(), user.clone()), Timestamp::from_millis(7))]);
        note(&user);
        assert!(activity.take().is_empty());
        activity.forget(&project, &user);
        note(&user);
        assert_eq!(activity.take().len(), 1);
    }
}
