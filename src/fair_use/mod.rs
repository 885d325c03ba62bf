//! Fair use: how much one user and one workspace may write before they are told to wait.
//!
//! Visitors have limits that no honest app meets; those of signed-in users and of backends are for operators
//! to set. What is counted is counted in memory, each node for itself.
//!
//! Not here: how often an address may ask for a session (`anonymous::limits`), how many users may be active
//! (`users`).

pub mod admission;
pub mod model;
pub mod rates;
pub mod store;
pub mod stored;

use rates::Rates;
use stored::StoredBytes;

/// What is counted of those who have limits.
#[derive(Default)]
pub struct Meters {
    /// Threads and messages a minute.
    rates: Rates,
    /// What workspaces hold.
    stored: StoredBytes,
}
