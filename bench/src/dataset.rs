//! What a preloaded database holds, computed from numbers alone.
//!
//! The preload writes it and the load generator addresses it, in different processes: both derive
//! the same ids from the same sizes, so no table of ids has to be passed on.

use crate::id;

/// The first thread's time, 2025-01-01. Fixed, so that ids can be computed again, and past, so that
/// an append always moves its thread to the top of the list.
const START_MS: i64 = 1_735_689_600_000;
/// Threads start over this time; 30 days.
const SPREAD_MS: i64 = 30 * 24 * 3600 * 1000;
/// Between two messages of a thread.
const PACE_MS: i64 = 20_000;

/// How much there is of everything.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Messages in ordinary threads
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) messages: u32,
    /// Ordinary threads, each with its share of the messages
    #[arg(long, default_value_t = 100_000)]
    pub(crate) threads: u32,
    /// Workspaces that own the ordinary threads
    #[arg(long, default_value_t = 10_000)]
    pub(crate) workspaces: u32,
    /// Workspaces with one long thread each, for the reading test
    #[arg(long, default_value_t = 200)]
    pub(crate) readers: u32,
    /// Messages of a long thread
    #[arg(long, default_value_t = 200)]
    pub(crate) reader_messages: u32,
}

/// A thread of the data set by its number: ordinary ones first, then the long ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thread(pub(crate) u32);

impl Sizes {
    /// A tenth of everything but the long threads' messages.
    pub(crate) fn tenth(self) -> Self {
        Self {
            messages: self.messages / 10,
            threads: (self.threads / 10).max(1),
            workspaces: (self.workspaces / 10).max(1),
            readers: (self.readers / 10).max(1),
            reader_messages: self.reader_messages,
        }
    }

    /// Ordinary and long threads together.
    pub(crate) fn all_threads(&self) -> u32 {
        self.threads + self.readers
    }

    /// Ordinary and reading workspaces together.
    pub(crate) fn all_workspaces(&self) -> u32 {
        self.workspaces + self.readers
    }

    /// A tenth of the workspaces holds half of the threads, as use is never even; with the default
    /// sizes these have 50 threads each, so a page of 20 is a full one.
    pub(crate) fn busy_workspaces(&self) -> u32 {
        (self.workspaces / 10).max(1)
    }

    /// The number of the workspace that owns a thread.
    pub(crate) fn workspace_of(&self, Thread(thread): Thread) -> u32 {
        if thread >= self.threads {
            return self.workspaces + (thread - self.threads);
        }
        let busy = self.busy_workspaces();
        let quiet = self.workspaces - busy;
        let pair = thread / 2;
        if thread.is_multiple_of(2) || quiet == 0 { pair % busy } else { busy + pair % quiet }
    }

    /// The long thread of a reader.
    pub(crate) fn reader_thread(&self, reader: u32) -> Thread {
        Thread(self.threads + reader)
    }

    /// How many messages a thread holds.
    pub(crate) fn messages_of(&self, Thread(thread): Thread) -> u32 {
        if thread >= self.threads { self.reader_messages } else { self.messages / self.threads.max(1) }
    }

    /// When a thread was started.
    pub(crate) fn thread_time(&self, Thread(thread): Thread) -> i64 {
        START_MS + SPREAD_MS * i64::from(thread) / i64::from(self.all_threads().max(1))
    }

    /// When the `n`th message of a thread was written.
    pub(crate) fn message_time(&self, thread: Thread, n: u32) -> i64 {
        self.thread_time(thread) + i64::from(n) * PACE_MS
    }

    /// The id of a thread.
    pub(crate) fn thread_id(&self, thread: Thread) -> String {
        id::encode("thread_", self.thread_time(thread), entropy(thread, 0))
    }

    /// The id of the `n`th message of a thread; the 0th is its root.
    pub(crate) fn message_id(&self, thread: Thread, n: u32) -> String {
        id::encode("msg_", self.message_time(thread, n), entropy(thread, n + 1))
    }
}

/// The workspace id of a workspace's number.
pub(crate) fn workspace_id(workspace: u32) -> String {
    format!("org_{workspace:06}")
}

/// The user who acts in a workspace.
pub(crate) fn user_id(workspace: u32) -> String {
    format!("usr_{workspace:06}")
}

/// Bits that look random and can be computed again (SplitMix64, twice).
fn entropy(Thread(thread): Thread, n: u32) -> [u64; 2] {
    let seed = (u64::from(thread) << 32) | u64::from(n);
    [mix(seed), mix(!seed)]
}

/// Bits that look random, from a number.
pub(crate) fn mix(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes =
        Sizes { messages: 1000, threads: 100, workspaces: 20, readers: 5, reader_messages: 200 };

    #[test]
    fn ids_have_the_real_form_and_sort_by_time() {
        let ids: Vec<String> = (0..105).map(|thread| SIZES.thread_id(Thread(thread))).collect();
        assert!(ids.iter().all(|id| id.len() == "thread_".len() + 24 && id.starts_with("thread_0")));
        assert!(ids.is_sorted());
        assert!(SIZES.message_id(Thread(7), 3) < SIZES.message_id(Thread(7), 4));
    }

    #[test]
    fn busy_workspaces_hold_half_of_the_threads() {
        let busy = (0..100).filter(|&t| SIZES.workspace_of(Thread(t)) < SIZES.busy_workspaces()).count();
        assert_eq!(busy, 50);
        assert_eq!(SIZES.workspace_of(SIZES.reader_thread(4)), 24);
    }
}
