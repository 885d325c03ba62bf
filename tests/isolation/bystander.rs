//! Somebody who uses the service and looks at the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::{Instance, NEVER, append, create_thread};

/// How many rounds the bystander goes alone.
const ALONE: usize = 100;

/// The most times longer than alone that any request may take beside somebody hostile.
const TIMES: u32 = 5;

/// What nobody notices, on a machine that others use as well. A build that is not optimized takes many times longer over
/// every text.
const UNNOTICED: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 250 });

pub struct Bystander {
    client: Client,
    thread: String,
    /// The longest wait when nobody else was there.
    alone: Duration,
}

impl Bystander {
    /// Looks how long everything takes alone.
    pub async fn new(instance: &Instance) -> Self {
        let client = instance.user("bystander");
        let thread = create_thread(&client).await;
        let mut bystander = Self { client, thread, alone: Duration::ZERO };
        // The first requests make connections and read pages.
        for _ in 0..10 {
            bystander.round().await;
        }
        for _ in 0..ALONE {
            bystander.alone = bystander.alone.max(bystander.round().await);
        }
        bystander
    }

    /// Uses the service until the hostile work ends, and asserts that no request waited long for it.
    pub async fn beside<T>(&self, what: &str, hostile: impl Future<Output = T>) -> T {
        let over = Arc::new(AtomicBool::new(false));
        let watch = async {
            let (mut longest, mut rounds) = (Duration::ZERO, 0);
            while !over.load(Ordering::Relaxed) {
                longest = longest.max(self.round().await);
                rounds += 1;
            }
            (longest, rounds)
        };
        let hostile = async {
            let outcome = hostile.await;
            over.store(true, Ordering::Relaxed);
            outcome
        };
        let both = async { tokio::join!(hostile, watch) };
        let (outcome, (longest, rounds)) = tokio::time::timeout(NEVER, both).await.expect("an end");
        let limit = UNNOTICED.max(self.alone * TIMES);
        println!("{what}: {rounds} rounds, the longest wait {longest:?}, alone {:?}", self.alone);
        assert!(longest <= limit, "{what}: a request waited {longest:?}, alone {:?}", self.alone);
        assert!(rounds > 1, "{what}: it was over at once");
        outcome
    }

    /// Writes and reads a little; returns the longest that one request took.
    async fn round(&self) -> Duration {
        let messages = format!("/v1/threads/{}/messages?limit=20", self.thread);
        let written = timed(async { drop(append(&self.client, &self.thread, None, "hello").await) }).await;
        let read = timed(async { drop(self.client.get(&messages).await.expect(200)) }).await;
        let alive = timed(async { assert_eq!(self.client.get("/healthz").await.status, 200) }).await;
        written.max(read).max(alive)
    }
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    let began = Instant::now();
    work.await;
    began.elapsed()
}
