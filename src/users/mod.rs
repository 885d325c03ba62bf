//! End users: who was active in a month, how many may be, what they are called, and their erasure.
//!
//! Not here: operators, who sign in to administer.

pub mod activity;
mod erase;
pub mod listing;
pub mod names;
pub mod operator_routes;
pub mod routes;
pub mod store;

use moka::sync::Cache;

use crate::clock::Timestamp;
use crate::id::{ProjectId, UserId};

/// The most users remembered as active.
const REMEMBERED: u64 = 100_000;

/// Users whose activity this month is on record, so that their next message need not look.
pub struct ActiveUsers(Cache<(ProjectId, UserId), String>);

impl Default for ActiveUsers {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl ActiveUsers {
    /// Whether the user is on record for the month of `now`. False may only mean that it is not known.
    pub fn knows(&self, project: &ProjectId, user: &UserId, now: Timestamp) -> bool {
        self.0.get(&(project.clone(), user.clone())).is_some_and(|month| month == now.month())
    }

    /// Notes that the database has the record.
    pub fn remember(&self, project: &ProjectId, user: &UserId, now: Timestamp) {
        self.0.insert((project.clone(), user.clone()), now.month());
    }
}
