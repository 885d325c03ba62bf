//! The benchmark: Threadkeep and the bare server in turns, on copies of one database.

mod prepare;
mod report;
pub(crate) mod search;
mod server;
pub(crate) mod storm;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use clap::ValueEnum;
use tokio::signal::ctrl_c;

use self::prepare::{Cluster, Prepared};
use self::report::{Comparison, Process};
use self::server::Server;
use crate::dataset::Sizes;
use crate::load::{self, Operation, Plan, Workload};

const WARM_UP: Duration = Duration::from_secs(1);
/// All rounds of an operation use the same tokens; some of their life goes by before the first.
const MAX_PHASE_SECS: u64 = 270;

/// What to run.
#[derive(clap::Args)]
pub(crate) struct RunArgs {
    /// The program to measure
    #[arg(long, default_value = "target/release/threadkeep")]
    threadkeep: PathBuf,
    /// On which engines
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    engines: Vec<Engine>,
    /// A PostgreSQL server to make two databases on; without it a throw-away cluster is started
    #[arg(long)]
    postgres: Option<String>,
    /// What starts that cluster
    #[arg(long, default_value = "tests/support/postgres.sh")]
    postgres_script: PathBuf,
    /// Where databases are made; whatever an earlier run left there is removed
    #[arg(long, default_value = "target/bench-data")]
    dir: PathBuf,
    /// How long each measurement lasts, after a second of warm-up
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Measurements of each server, in turns; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_value = "list,read,mint,anonymous,refuse,append")]
    operations: Vec<Operation>,
    /// Over how many connections
    #[arg(long, value_delimiter = ',', default_value = "1,64")]
    connections: Vec<u64>,
    #[command(flatten)]
    sizes: Sizes,
}

/// Where the data lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A file
    Sqlite,
    /// A database server
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Runs everything and prints Markdown on standard output, progress on standard error.
pub(crate) async fn run(args: RunArgs) -> Result<()> {
    ensure!(args.rounds > 0 && args.seconds > 0, "at least one round of one second");
    let phase_secs = u64::from(args.rounds) * 2 * (args.seconds + WARM_UP.as_secs());
    ensure!(
        phase_secs <= MAX_PHASE_SECS,
        "tokens live 300 s, {} rounds would take {phase_secs} s",
        args.rounds
    );
    ensure!(args.threadkeep.is_file(), "there is no {}", args.threadkeep.display());
    prepare::empty_dir(&args.dir)?;
    report::print_head(&args.threadkeep, args.seconds, args.rounds)?;
    for &engine in &args.engines {
        let cluster = match (engine, &args.postgres) {
            (Engine::Sqlite, _) => None,
            (Engine::Postgres, Some(url)) => Some(Cluster::given(url.clone())),
            (Engine::Postgres, None) => {
                Some(Cluster::start(&args.postgres_script, &args.dir.join("cluster")).await?)
            }
        };
        let outcome = tokio::select! {
            outcome = run_engine(&args, engine, cluster.as_ref()) => outcome,
            _ = ctrl_c() => Err(anyhow!("interrupted")),
        };
        if let Some(cluster) = cluster {
            cluster.clean_up().await?;
        }
        outcome?;
    }
    Ok(())
}

async fn run_engine(args: &RunArgs, engine: Engine, cluster: Option<&Cluster>) -> Result<()> {
    let prepared = match cluster {
        None => prepare::sqlite(&args.threadkeep, &args.dir, args.sizes).await?,
        Some(cluster) => prepare::postgres(&args.threadkeep, &args.dir, cluster, args.sizes).await?,
    };
    let (threadkeep, bare) = start_both(args, &prepared).await?;
    let mut processes = [Process::after_start(&threadkeep)?, Process::after_start(&bare)?];

    let mut comparisons = Vec::new();
    let mut workload = Workload::new(args.sizes, prepared.api_key.clone());
    for &operation in &args.operations {
        for &connections in &args.connections {
            eprintln!("{engine}: {operation}, {connections} connections");
            // A token that both accept comes from the one who holds the signing key.
            workload.mint_tokens(threadkeep.address, operation).await?;
            let shared = Arc::new(workload);
            let comparison = compare(args, operation, connections, [&threadkeep, &bare], &shared).await?;
            workload = Arc::into_inner(shared).context("a caller outlived its run")?;
            comparisons.push(comparison);
        }
    }
    for (process, server) in processes.iter_mut().zip([&threadkeep, &bare]) {
        process.after_load = server.memory()?;
    }
    threadkeep.stop().await?;
    bare.stop().await?;
    report::print_engine(engine, &comparisons, &processes);
    Ok(())
}

/// Starts each as often as there are rounds, so that the time to the first answer is a median too;
/// the last ones stay.
async fn start_both(args: &RunArgs, prepared: &Prepared) -> Result<(Server, Server)> {
    let mut threadkeep = Server::start_threadkeep(&args.threadkeep, prepared, &args.dir).await?;
    let mut bare = Server::start_bare(&prepared.bare, &args.dir).await?;
    let mut starts = [vec![threadkeep.starts[0]], vec![bare.starts[0]]];
    for _ in 1..args.rounds {
        threadkeep.stop().await?;
        threadkeep = Server::start_threadkeep(&args.threadkeep, prepared, &args.dir).await?;
        starts[0].push(threadkeep.starts[0]);
        bare.stop().await?;
        bare = Server::start_bare(&prepared.bare, &args.dir).await?;
        starts[1].push(bare.starts[0]);
    }
    let [threadkeep_starts, bare_starts] = starts;
    threadkeep.starts = threadkeep_starts;
    bare.starts = bare_starts;
    Ok((threadkeep, bare))
}

async fn compare(
    args: &RunArgs,
    operation: Operation,
    connections: u64,
    servers: [&Server; 2],
    workload: &Arc<Workload>,
) -> Result<Comparison> {
    for server in servers {
        workload.introduce_tokens(server.address, operation).await?;
    }
    let mut figures = [Vec::new(), Vec::new()];
    for _ in 0..args.rounds {
        for (server, figures) in servers.iter().zip(&mut figures) {
            let plan = Plan {
                server: server.address,
                operation,
                connections,
                warm_up: WARM_UP,
                measured: Duration::from_secs(args.seconds),
            };
            figures.push(load::run(plan, workload).await?);
        }
    }
    let [threadkeep, bare] = figures;
    Ok(Comparison { operation, connections, threadkeep, bare })
}
