//! Heartbeats, written together: none costs a commit of its own, and after a crash none is needed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::model::Grant;
use super::store::record_beats;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{LeaseId, ProjectId, ThreadId};

/// How often the waiting heartbeats are written. Readers may see one this much late, and the time that a
/// commit takes.
pub const EVERY: Duration = Duration::from_secs(1);

/// The most leases whose heartbeats wait; what goes beyond is written at the next one.
const MAX_WAITING: usize = 100_000;

/// The lease that a heartbeat is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Beat {
    /// The project.
    pub project: ProjectId,
    /// The thread.
    pub thread: ThreadId,
    /// The lease.
    pub lease: LeaseId,
}

/// Heartbeats that are not written yet.
#[derive(Default)]
pub struct Beats(Mutex<HashMap<Beat, Timestamp>>);

impl Beats {
    /// Notes a sign of life of a lease that is running.
    pub fn note(&self, beat: Beat, now: Timestamp) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MAX_WAITING || waiting.contains_key(&beat) {
            waiting.insert(beat, now);
        }
    }

    /// Notes what a write did with a lease. One that was just opened is as young as it can be.
    pub fn note_grant(&self, project: &ProjectId, thread: &ThreadId, grant: &Grant, now: Timestamp) {
        if let Grant::Held(lease) = grant {
            let beat = Beat { project: project.clone(), thread: thread.clone(), lease: lease.clone() };
            self.note(beat, now);
        }
    }

    fn take(&self) -> Vec<(Beat, Timestamp)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }
}

/// Writes the waiting heartbeats. Those that cannot be written are dropped: the next ones come soon.
///
/// # Errors
/// The database's.
pub async fn write_beats(app: &App) -> Result<()> {
    let mut waiting = app.beats().take();
    if waiting.is_empty() {
        return Ok(());
    }
    // In one order everywhere, so that two nodes do not wait for each other.
    waiting.sort_unstable_by(|(a, _), (b, _)| {
        (&a.project, &a.thread, &a.lease).cmp(&(&b.project, &b.thread, &b.lease))
    });
    app.store().write(async move |conn| record_beats(conn, &waiting).await).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_beat_of_a_lease_is_the_one_that_is_written() {
        let beats = Beats::default();
        let beat = Beat {
            project: ProjectId::parse("proj_000000000000").unwrap(),
            thread: ThreadId::named("thread_0"),
            lease: LeaseId::named("lease_0"),
        };
        beats.note(beat.clone(), Timestamp::from_millis(1));
        beats.note(beat.clone(), Timestamp::from_millis(2));
        assert_eq!(beats.take(), [(beat, Timestamp::from_millis(2))]);
        assert!(beats.take().is_empty());
    }
}
