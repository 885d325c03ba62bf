//! A lease, and what a write may do with it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::{LeaseId, UserId};

/// How often the holder of a lease is asked to send a heartbeat, in milliseconds. Readers take a reply for
/// interrupted when they saw none for twice as long.
pub const HEARTBEAT_INTERVAL_MS: u32 = 15_000;

/// The silence after which readers take a reply for interrupted, in milliseconds.
const INTERRUPTED_MS: i64 = 2 * HEARTBEAT_INTERVAL_MS as i64;

/// A message's latest lease.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Its id.
    pub id: LeaseId,
    /// Who holds it.
    pub user: UserId,
    /// It has not been ended. The server never ends one by itself.
    pub is_running: bool,
}

/// What a write wants with the leases of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Nothing: it comes from a client that knows no leases.
    None,
    /// To hold the message from now on, under this id if it holds none yet.
    Open(LeaseId),
    /// To write as the holder of this lease.
    Hold(LeaseId),
}

/// What a write that is let through does with a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Nothing.
    None,
    /// It opens this one.
    Opened(LeaseId),
    /// It goes on under this one, which is a sign of life.
    Held(LeaseId),
}

impl Grant {
    /// The lease that the writer holds now.
    pub fn lease(&self) -> Option<&LeaseId> {
        match self {
            Self::None => None,
            Self::Opened(lease) | Self::Held(lease) => Some(lease),
        }
    }
}

/// Why a lease came to its end, as its holder says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The reply is complete.
    Done,
    /// Somebody stopped it.
    Cancelled,
    /// It failed.
    Error,
}

impl EndReason {
    /// The reason as it is written on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Error => "error",
        }
    }

    /// The reason of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Done, Self::Cancelled, Self::Error].into_iter().find(|reason| reason.as_str() == text)
    }
}

/// How a reply that nobody has ended fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Its writer was heard of lately.
    Running,
    /// Its writer was not.
    Interrupted,
}

impl RunStatus {
    /// How a run fares whose writer was last heard of at `beat_at`, in milliseconds since 1970 UTC.
    pub fn of(beat_at: i64, now: Timestamp) -> Self {
        let silence = RunState { is_running: true, beat_at }.last_heartbeat_ms_ago(now);
        if silence < INTERRUPTED_MS { Self::Running } else { Self::Interrupted }
    }
}

/// How a message's latest lease stands, for readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunState {
    /// It has not been ended.
    pub is_running: bool,
    /// When its holder was last heard of, in milliseconds since 1970 UTC.
    pub beat_at: i64,
}

impl RunState {
    /// The word for it on the wire.
    pub fn status(self) -> &'static str {
        if self.is_running { "running" } else { "ended" }
    }

    /// Milliseconds since the last heartbeat; none is ever in the future, whatever the clocks of two
    /// nodes say.
    pub fn last_heartbeat_ms_ago(self, now: Timestamp) -> i64 {
        now.millis().saturating_sub(self.beat_at).max(0)
    }
}

/// 404 for an id that names no lease of a thread of the workspace.
pub fn lease_not_found() -> Error {
    Error::not_found("Run lease not found")
}

/// 409 for a write or a heartbeat under a lease that was ended. Clients drop all that they still have to
/// write of the message.
pub fn run_ended() -> Error {
    Error::conflict("run_ended").with_help("The run of this message has ended; nothing was written")
}

/// 409 for a write under a lease of another message, or of none.
pub fn lease_mismatch() -> Error {
    Error::conflict("lease_mismatch").with_help("The lease is not one of this message; nothing was written")
}

/// 409 for opening a run that somebody else holds.
pub fn run_in_progress() -> Error {
    Error::conflict("run_in_progress").with_help("Another user is writing this message; nothing was written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_as_they_are_written() {
        for reason in [EndReason::Done, EndReason::Cancelled, EndReason::Error] {
            assert_eq!(EndReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(EndReason::parse("Done"), None);
    }

    #[test]
    fn two_missed_heartbeats_are_an_interruption() {
        let status = |now: i64| RunStatus::of(1_000, Timestamp::from_millis(now));
        assert_eq!(status(30_999), RunStatus::Running);
        assert_eq!(status(31_000), RunStatus::Interrupted);
        assert_eq!(status(0), RunStatus::Running);
    }

    #[test]
    fn no_heartbeat_is_in_the_future() {
        let state = RunState { is_running: true, beat_at: 1_000 };
        assert_eq!(state.last_heartbeat_ms_ago(Timestamp::from_millis(1_500)), 500);
        assert_eq!(state.last_heartbeat_ms_ago(Timestamp::from_millis(900)), 0);
        let odd = RunState { is_running: false, beat_at: i64::MIN };
        assert_eq!(odd.last_heartbeat_ms_ago(Timestamp::from_millis(0)), i64::MAX);
    }
}
