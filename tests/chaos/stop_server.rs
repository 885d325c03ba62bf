//! SIGTERM while everyone writes.

use std::time::Duration;

use engine::Engine;

use crate::check::check;
use crate::client::Client;
use crate::dice::Dice;
use crate::load::{Trouble, Writers, create_threads};
use crate::program::instance;

const ROUNDS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn a_server_on_sqlite_stops_well_under_load() {
    stop_under_load(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn a_server_on_postgres_stops_well_under_load() {
    stop_under_load(Engine::Postgres).await;
}

async fn stop_under_load(engine: Engine) {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let seed = crate::seed();
    let (mut dice, mut writers) = (Dice::new(seed), Writers::new(seed));
    let program = instance(engine).await.with("THREADKEEP_LOG_LEVEL", "error");
    let key = program.create_key();
    let mut threads = Vec::new();
    for _ in 0..ROUNDS {
        let server = program.serve().await;
        let client = Client::new(&server.url).bearing(&key).with("aui-workspace-id", "team");
        check(&client, &mut writers, &threads).await;
        threads.extend(create_threads(&client, 4).await);
        let load = writers.start(&client, &threads, Trouble::Ends);
        tokio::time::sleep(Duration::from_millis(dice.between(300, 1500))).await;
        server.terminate();
        // Waits no longer than 30 seconds.
        let status = server.ended().await;
        writers.join(load).await;
        assert_eq!(status.code(), Some(0));
    }
    let server = program.serve().await;
    let client = Client::new(&server.url).bearing(&key).with("aui-workspace-id", "team");
    check(&client, &mut writers, &threads).await;
    assert!(writers.answered() > ROUNDS * 50, "there was hardly any load: {}", writers.answered());
}
