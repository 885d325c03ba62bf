//! The server, and its database, killed under load: what was answered is there, whole and in its place.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "the support modules read better with plain `pub`")]

mod check;
#[expect(dead_code, reason = "shared with the tests of the routes")]
#[path = "../it/support/client.rs"]
mod client;
mod cluster;
#[path = "../it/support/dice.rs"]
mod dice;
mod kill_database;
mod kill_server;
mod load;
mod model;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../it/support/program.rs"]
mod program;
mod stop_server;

/// Every test wants the whole machine.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Seeds what is random, and is printed when a test fails: `THREADKEEP_CHAOS_SEED` runs it again.
#[expect(clippy::disallowed_methods, reason = "tests have no other configuration than the environment")]
fn seed() -> u64 {
    let chosen = std::env::var("THREADKEEP_CHAOS_SEED").ok().and_then(|text| text.parse().ok());
    let seed = chosen.unwrap_or(20_260_921);
    println!("THREADKEEP_CHAOS_SEED={seed}");
    seed
}
