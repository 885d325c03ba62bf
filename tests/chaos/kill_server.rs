//! `kill -9` of the server on SQLite.

use std::time::Duration;

use crate::check::check;
use crate::client::Client;
use crate::dice::Dice;
use crate::load::{Trouble, Writers, create_threads, window};
use crate::program::{Program, Server};

const ROUNDS: usize = 20;

/// How many threads a round adds to those that are written to.
const NEW_THREADS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn every_answered_write_outlives_the_server() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let seed = crate::seed();
    let (mut dice, mut writers, mut threads) = (Dice::new(seed), Writers::new(seed), Vec::new());
    let program = Program::new(None).with("THREADKEEP_LOG_LEVEL", "error").begun().await;
    let key = program.create_key();
    let call = |server: &Server| Client::new(&server.url).bearing(&key).with("aui-workspace-id", "team");
    for _ in 0..ROUNDS {
        let server = program.serve().await;
        let client = call(&server);
        check(&client, &mut writers, window(&threads)).await;
        threads.extend(create_threads(&client, NEW_THREADS).await);
        let load = writers.start(&client, window(&threads), Trouble::Ends);
        tokio::time::sleep(Duration::from_millis(dice.between(200, 1500))).await;
        // This is `kill -9`.
        drop(server);
        writers.join(load).await;
    }
    // Twice: what the first look sent once more is looked at by the second.
    for _ in 0..2 {
        let server = program.serve().await;
        check(&call(&server), &mut writers, &threads).await;
        server.terminate();
        assert!(server.ended().await.success());
    }
    let database = program.data_dir().join("threadkeep.db");
    assert_eq!(engine::testing::sqlite_integrity(&database), Vec::<String>::new());
    assert!(writers.answered() > ROUNDS * 100, "there was hardly any load: {}", writers.answered());
}
