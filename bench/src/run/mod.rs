//! The benchmark: Threadkeep and the bare server in turns, on copies of one database.

mod indexing;
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

use self::indexing::Indexed;
use self::prepare::{Cluster, Prepared};
use self::report::{Comparison, Process, Round};
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
    /// Measurements of each of two, in turns; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// What to measure
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "list,read,converted,mint,anonymous,refuse,append,leased,beat"
    )]
    operations: Vec<Operation>,
    /// Over how many connections
    #[arg(long, value_delimiter = ',', default_value = "1,64")]
    connections: Vec<u64>,
    #[command(flatten)]
    sizes: Sizes,
    /// To look at one figure while working: a tenth of the data, one round of 3 s over 64 connections,
    /// whatever else is said
    #[arg(long)]
    quick: bool,
}

impl RunArgs {
    fn hurry(&mut self) {
        self.sizes = self.sizes.tenth();
        (self.rounds, self.seconds, self.connections) = (1, 3, vec![64]);
    }
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
pub(crate) async fn run(mut args: RunArgs) -> Result<()> {
    if args.quick {
        args.hurry();
    }
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
            let sides = match operation.yardstick() {
                Some(other) => [Side::new(&threadkeep, operation), Side::new(&threadkeep, other)],
                None => [Side::new(&threadkeep, operation), Side::new(&bare, operation)],
            };
            // A token that both accept comes from the one who holds the signing key.
            workload.mint_tokens(threadkeep.address, operation).await?;
            if operation == Operation::Beat {
                workload.open_leases(threadkeep.address).await?;
            }
            let shared = Arc::new(workload);
            let rounds = compare(args, connections, sides, &prepared, &shared).await?;
            workload = Arc::into_inner(shared).context("a caller outlived its run")?;
            comparisons.push(Comparison { operation, connections, rounds });
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

/// One of two that take turns.
#[derive(Clone, Copy)]
struct Side<'s> {
    server: &'s Server,
    operation: Operation,
}

impl<'s> Side<'s> {
    fn new(server: &'s Server, operation: Operation) -> Self {
        Self { server, operation }
    }
}

async fn compare(
    args: &RunArgs,
    connections: u64,
    sides: [Side<'_>; 2],
    prepared: &Prepared,
    workload: &Arc<Workload>,
) -> Result<[Vec<Round>; 2]> {
    for side in sides {
        workload.introduce_tokens(side.server.address, side.operation).await?;
    }
    let mut rounds = [Vec::new(), Vec::new()];
    for _ in 0..args.rounds {
        for (side, rounds) in sides.iter().zip(&mut rounds) {
            let plan = Plan {
                server: side.server.address,
                operation: side.operation,
                connections,
                warm_up: WARM_UP,
                measured: Duration::from_secs(args.seconds),
            };
            rounds.push(measure(plan, side.server, prepared, workload).await?);
        }
    }
    Ok(rounds)
}

async fn measure(
    plan: Plan,
    server: &Server,
    prepared: &Prepared,
    workload: &Arc<Workload>,
) -> Result<Round> {
    let before = server.cpu()?;
    let figures = load::run(plan, workload).await?;
    let cpu = server.cpu()? - before;
    // The bare server's queue stays empty.
    let indexed = match plan.operation.is_append() {
        true => indexing::finish(server, &prepared.database()).await?,
        false => Indexed::default(),
    };
    Ok(Round { figures, cpu, indexed })
}
