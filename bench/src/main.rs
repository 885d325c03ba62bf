//! `threadkeep-bench`: what Threadkeep costs over a server that does the same work and nothing else.
//!
//! `run` is the benchmark; the other commands are its parts, for looking at one of them alone.

mod bare;
mod content;
mod database;
mod dataset;
mod id;
mod load;
mod preload;
mod prose;
mod run;
mod time;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

use crate::database::DatabaseArgs;
use crate::dataset::Sizes;
use crate::load::{Operation, Plan, Workload};
use crate::run::RunArgs;
use crate::run::search::{self, SearchArgs};
use crate::run::storm::{self, StormArgs};

/// Threadkeep's allocator, so that the bare server has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Load tests of a running Threadkeep, and the bare server it is compared with")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare Threadkeep with the bare server
    Run(Box<RunArgs>),
    /// Fill a database that Threadkeep has made
    Preload {
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(flatten)]
        sizes: Sizes,
        /// The project to fill
        #[arg(long)]
        project: String,
    },
    /// Serve a filled database with the bare server
    Bare {
        #[command(flatten)]
        database: DatabaseArgs,
        #[arg(long)]
        listen: SocketAddr,
    },
    /// Measure one operation of a server that is up
    Load(LoadArgs),
    /// Search in the messages of a large project
    Search(Box<SearchArgs>),
    /// Send good tokens of an auth provider, alone and among forged ones
    Storm(StormArgs),
}

#[derive(clap::Args)]
struct LoadArgs {
    #[command(flatten)]
    sizes: Sizes,
    #[arg(long)]
    server: SocketAddr,
    /// Who mints the tokens, if not the server itself
    #[arg(long)]
    minter: Option<SocketAddr>,
    #[arg(long)]
    api_key: String,
    #[arg(long, value_enum)]
    operation: Operation,
    #[arg(long, default_value_t = 64)]
    connections: u64,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Preload { database, sizes, project } => {
            let database = database.database().context("no database")?;
            one_thread()?.block_on(preload::fill(&database, &project, sizes, content::push_turn))
        }
        Command::Bare { database, listen } => {
            let database = database.database().context("no database")?;
            many_threads()?.block_on(bare::serve(database, listen))
        }
        Command::Run(args) => one_thread()?.block_on(run::run(*args)),
        Command::Load(args) => one_thread()?.block_on(load_once(args)),
        Command::Search(args) => one_thread()?.block_on(search::run(*args)),
        Command::Storm(args) => one_thread()?.block_on(storm::run(args)),
    }
}

/// As many as Threadkeep's: more threads than cores, as queries on SQLite run in place and one should be
/// free for the sockets.
fn many_threads() -> Result<Runtime> {
    let threads = thread::available_parallelism()?.get() + 4;
    Ok(Builder::new_multi_thread().worker_threads(threads).enable_all().build()?)
}

fn one_thread() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

async fn load_once(args: LoadArgs) -> Result<()> {
    let LoadArgs { sizes, server, operation, .. } = args;
    let mut workload = Workload::new(sizes, args.api_key);
    workload.mint_tokens(args.minter.unwrap_or(server), operation).await?;
    workload.introduce_tokens(server, operation).await?;
    let plan = Plan {
        server,
        operation,
        connections: args.connections,
        warm_up: Duration::from_secs(1),
        measured: Duration::from_secs(args.seconds),
    };
    let figures = load::run(plan, &Arc::new(workload)).await?;
    println!(
        "{operation}: {:.0}/s, p50 {:.2} ms, p99 {:.2} ms",
        figures.per_second, figures.p50_ms, figures.p99_ms
    );
    Ok(())
}
