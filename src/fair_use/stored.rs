//! What workspaces hold, read from the database now and then and reckoned on from there.
//!
//! Nothing of it is stored: the sum is always that of what is there, whatever was deleted, erased or claimed.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use moka::future::Cache;
use moka::sync::Cache as Lengths;

use crate::clock::Timestamp;

/// What each thread and each message counts beside its texts: roughly what the row and its places in indexes
/// take. The query has the same number in its text.
pub const ROW_BYTES: u64 = 1024;

/// The most workspaces whose sum is known at a time, some 20 MB.
const WORKSPACES: u64 = 50_000;

/// The most messages whose length is known at a time, some 10 MB.
const MESSAGES: u64 = 50_000;

/// How long a sum is reckoned on before it is read again: other nodes write, too.
const BELIEVED: Duration = Duration::from_secs(10 * 60);

/// How long a full workspace is taken for full before its sum is read again, in milliseconds.
const LOOK_AGAIN_MS: i64 = 60 * 1000;

/// The sums of workspaces that have a limit.
pub struct StoredBytes {
    hasher: RandomState,
    workspaces: Cache<u64, Arc<Sum>>,
    /// What messages that were written lately count.
    messages: Lengths<u64, u64>,
}

impl Default for StoredBytes {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            workspaces: Cache::builder().max_capacity(WORKSPACES).time_to_live(BELIEVED).build(),
            messages: Lengths::new(MESSAGES),
        }
    }
}

/// What one workspace holds.
#[derive(Debug)]
struct Sum(Mutex<Held>);

#[derive(Debug)]
struct Held {
    stored: u64,
    /// What is on its way.
    reserved: u64,
    read_at: Timestamp,
}

impl Sum {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why there is no room.
enum Full {
    /// What is known is old enough to be read again.
    Perhaps,
    /// It was read lately, and is to be read again in so many milliseconds.
    For(i64),
}

impl Held {
    fn reserve(&mut self, bytes: u64, limit: u64, now: Timestamp) -> Result<(), Full> {
        let all = self.stored.saturating_add(self.reserved).saturating_add(bytes);
        if all <= limit || bytes == 0 {
            self.reserved += bytes;
            return Ok(());
        }
        // A clock that was set back makes no sum young for ever.
        let age = now.millis().saturating_sub(self.read_at.millis());
        if (0..LOOK_AGAIN_MS).contains(&age) {
            return Err(Full::For(LOOK_AGAIN_MS - age));
        }
        // Of several callers one looks.
        self.read_at = now;
        Err(Full::Perhaps)
    }
}

/// Room that was found for something, until it is stored or not. Dropped untold, it counts as stored: a caller
/// who hangs up does not stop the write.
#[derive(Debug)]
pub struct Reservation {
    sum: Arc<Sum>,
    /// What it counts.
    bytes: u64,
    /// By how much that is more than before.
    growth: u64,
    /// What has been told of it: by how much the workspace grew.
    outcome: Option<i64>,
}

impl Reservation {
    /// Tells that nothing was stored.
    pub fn release(&mut self) {
        self.outcome = Some(0);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut held = self.sum.held();
        held.reserved = held.reserved.saturating_sub(self.growth);
        let growth = self.outcome.unwrap_or(self.growth.cast_signed());
        held.stored = held.stored.saturating_add_signed(growth);
    }
}

impl StoredBytes {
    /// Finds room in a workspace for something of so many bytes, in the place of what is known of the message
    /// if there is one; `read` sums up what the workspace holds.
    ///
    /// # Errors
    /// In how many seconds, 1 to 60, it is worth asking again.
    pub async fn reserve(
        &self,
        (workspace, message): (impl Hash, Option<impl Hash>),
        (bytes, limit): (u64, u64),
        now: Timestamp,
        read: impl Fn() -> BoxFuture<'static, u64>,
    ) -> Result<Reservation, u32> {
        let key = self.hasher.hash_one(workspace);
        let first = async {
            let held = Held { stored: read().await, reserved: 0, read_at: now };
            Arc::new(Sum(Mutex::new(held)))
        };
        let sum = self.workspaces.get_with(key, first).await;
        let before = message.and_then(|message| self.messages.get(&self.hasher.hash_one(message)));
        let growth = bytes.saturating_sub(before.unwrap_or(0));
        let mut outcome = sum.held().reserve(growth, limit, now);
        if let Err(Full::Perhaps) = outcome {
            let stored = read().await;
            let mut held = sum.held();
            held.stored = stored;
            outcome = held.reserve(growth, limit, now);
        }
        match outcome {
            Ok(()) => Ok(Reservation { sum, bytes, growth, outcome: None }),
            Err(Full::For(millis)) => Err(to_secs(millis)),
            Err(Full::Perhaps) => Err(to_secs(LOOK_AGAIN_MS)),
        }
    }

    /// Has a workspace summed up anew, which something came into that was not written there.
    pub async fn forget(&self, workspace: impl Hash) {
        self.workspaces.invalidate(&self.hasher.hash_one(workspace)).await;
    }

    /// Adds a message that was stored, or what it has grown by since it was last written.
    pub fn add_message(&self, mut reservation: Reservation, message: impl Hash, is_new: bool) {
        let key = self.hasher.hash_one(message);
        let before = if is_new { 0 } else { self.messages.get(&key).unwrap_or(0) };
        self.messages.insert(key, reservation.bytes);
        reservation.outcome = Some(reservation.bytes.cast_signed().saturating_sub(before.cast_signed()));
    }
}

fn to_secs(millis: i64) -> u32 {
    u32::try_from(millis.unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use futures_util::FutureExt;

    use super::*;

    const LIMIT: u64 = 100;

    /// A database that holds so many bytes, and counts how often it is asked.
    #[derive(Clone, Default)]
    struct Disk {
        bytes: Arc<AtomicU64>,
        looks: Arc<AtomicU64>,
    }

    impl Disk {
        async fn find_room(&self, stored: &StoredBytes, bytes: u64, millis: i64) -> Result<Reservation, u32> {
            let read = || {
                self.looks.fetch_add(1, Ordering::Relaxed);
                let bytes = self.bytes.load(Ordering::Relaxed);
                async move { bytes }.boxed()
            };
            let now = Timestamp::from_millis(millis);
            stored.reserve(("w", Some("m")), (bytes, LIMIT), now, read).await
        }

        fn looks(&self) -> u64 {
            self.looks.load(Ordering::Relaxed)
        }
    }

    #[tokio::test]
    async fn what_is_stored_fills_and_what_fails_does_not() {
        let (stored, disk) = (StoredBytes::default(), Disk::default());
        for _ in 0..20 {
            disk.find_room(&stored, 60, 0).await.unwrap().release();
        }
        let room = disk.find_room(&stored, 60, 0).await.unwrap();
        assert_eq!(disk.find_room(&stored, 60, 0).await.unwrap_err(), 60, "while it is on its way");
        stored.add_message(room, "m", true);
        assert_eq!(disk.find_room(&stored, 101, 0).await.unwrap_err(), 60, "grows by 41");
        disk.find_room(&stored, 100, 0).await.unwrap().release();
        // Whoever hangs up may have stored it all the same.
        drop(disk.find_room(&stored, 100, 0).await.unwrap());
        assert_eq!(disk.find_room(&stored, 61, 0).await.unwrap_err(), 60);
        assert_eq!(disk.looks(), 1);
    }

    #[tokio::test]
    async fn a_message_that_is_written_again_counts_once() {
        let (stored, disk) = (StoredBytes::default(), Disk::default());
        let room = disk.find_room(&stored, 10, 0).await.unwrap();
        stored.add_message(room, "m", true);
        for length in (10..=50).chain((20..=50).rev()) {
            let room = disk.find_room(&stored, length, 0).await.unwrap();
            stored.add_message(room, "m", false);
        }
        disk.find_room(&stored, 100, 0).await.unwrap().release();
        assert!(disk.find_room(&stored, 101, 0).await.is_err());
        assert_eq!(disk.looks(), 1);
    }

    #[tokio::test]
    async fn a_full_workspace_is_looked_at_again_once_a_minute() {
        let (stored, disk) = (StoredBytes::default(), Disk::default());
        disk.bytes.store(LIMIT, Ordering::Relaxed);
        assert_eq!(disk.find_room(&stored, 1, 0).await.unwrap_err(), 60);
        disk.bytes.store(0, Ordering::Relaxed);
        assert_eq!(disk.find_room(&stored, 1, 20_500).await.unwrap_err(), 40);
        assert_eq!(disk.looks(), 1);
        disk.find_room(&stored, 1, 60_000).await.unwrap().release();
        assert_eq!(disk.looks(), 2);
    }

    #[tokio::test]
    async fn another_workspace_has_its_own_room() {
        let stored = StoredBytes::default();
        let now = Timestamp::from_millis(0);
        let full = || async { LIMIT }.boxed();
        assert!(stored.reserve(("full", None::<&str>), (1, LIMIT), now, full).await.is_err());
        let empty = || async { 0 }.boxed();
        assert!(stored.reserve(("empty", None::<&str>), (1, LIMIT), now, empty).await.is_ok());
    }
}
