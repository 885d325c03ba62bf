//! `kill -9` of PostgreSQL under a server that goes on running.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::check::check;
use crate::client::Client;
use crate::cluster::Cluster;
use crate::dice::Dice;
use crate::load::{Trouble, WRITERS, Writers, create_threads, window};
use crate::program::{Program, wait_until};

const ROUNDS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn the_server_gets_over_the_death_of_its_database() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let seed = crate::seed();
    let (mut dice, mut writers, mut threads) = (Dice::new(seed), Writers::new(seed), Vec::new());
    let cluster = Arc::new(Cluster::start());
    let program = Program::new(Some(cluster.url()))
        .with("THREADKEEP_LOG_LEVEL", "error")
        .with("THREADKEEP_TRUSTED_PROXIES", "127.0.0.1")
        .begun()
        .await;
    let key = program.create_key();
    let server = program.serve().await;
    let anyone = Client::new(&server.url);
    let client = anyone.bearing(&key).with("aui-workspace-id", "team");
    for round in 0..ROUNDS {
        threads.extend(create_threads(&client, 4).await);
        let visitor = Visitor::start(&anyone, round).await;
        let load = writers.start(&client, window(&threads), Trouble::Passes);
        tokio::time::sleep(Duration::from_millis(dice.between(200, 1500))).await;
        cluster.kill();
        wait_until("the server knows of the outage", async || anyone.get("/readyz").await.status == 503)
            .await;
        tokio::time::sleep(Duration::from_millis(dice.between(100, 600))).await;
        let database = cluster.clone();
        tokio::task::spawn_blocking(move || database.up()).await.unwrap();
        wait_until("the server is ready again", async || anyone.get("/readyz").await.status == 200).await;
        let before = load.answered();
        wait_until("everyone writes again", async || load.answered() >= before + 2 * WRITERS).await;
        writers.join(load).await;
        assert!(visitor.end().await > 0, "no refresh met the outage");
        check(&client, &mut writers, window(&threads)).await;
    }
    check(&client, &mut writers, &threads).await;
    // It is the one that was started at first.
    server.terminate();
    assert!(server.ended().await.success());
    assert!(writers.refused() > ROUNDS, "hardly anyone met the outages: {}", writers.refused());
    assert!(writers.answered() > ROUNDS * 100, "there was hardly any load: {}", writers.answered());
}

/// A visitor whose page refreshes its session, and reads, all the time.
struct Visitor {
    task: JoinHandle<()>,
    stop: Arc<AtomicBool>,
    refused: Arc<AtomicUsize>,
}

impl Visitor {
    async fn start(anyone: &Client, round: usize) -> Self {
        let address = move |minute: usize| format!("10.1.{round}.{minute}");
        let visitor = anyone.with("x-forwarded-for", &address(0));
        let session = visitor.post_empty("/v1/auth/tokens/anonymous").await.expect(200);
        let (stop, refused) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (stopped, count, anyone) = (stop.clone(), refused.clone(), anyone.clone());
        let task = tokio::spawn(async move {
            for turn in 0.. {
                // From another address now and then: refreshes are counted by address.
                let visitor = anyone.with("x-forwarded-for", &address(turn / 60 % 250));
                count.fetch_add(refresh_and_read(&visitor, &session).await, Ordering::Relaxed);
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        });
        Self { task, stop, refused }
    }

    /// How many refreshes were refused, for now.
    async fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap();
        self.refused.load(Ordering::Relaxed)
    }
}

/// An outage is the server's fault, never the caller's: a client that is told 4xx drops its session.
async fn refresh_and_read(visitor: &Client, session: &Value) -> usize {
    let token = json!({ "refresh_token": session["refresh_token"]["token"] });
    let refreshed = visitor.post("/v1/auth/tokens/refresh", &token).await;
    let listed = visitor.bearing(session["access_token"].as_str().unwrap()).get("/v1/threads").await;
    for answer in [&refreshed, &listed] {
        assert!(answer.status == 200 || answer.status.is_server_error(), "{}", answer.status);
        answer.json();
    }
    usize::from(refreshed.status.is_server_error())
}
