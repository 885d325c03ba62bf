//! The load: so many connections, each asking again as soon as it was answered.
//!
//! It shares the cores with the server under test, so it is one thread that writes prepared bytes
//! and reads no more of an answer than its framing.

mod http;
mod workload;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use hdrhistogram::Histogram;
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use tokio::task::JoinSet;

pub(crate) use self::http::Connection;
pub(crate) use self::workload::{Operation, Workload};

/// Latencies are told apart to three digits, from a microsecond to a minute.
const FLOOR_NS: u64 = 1_000;
const CEILING_NS: u64 = 60_000_000_000;
const DIGITS: u8 = 3;

/// One measurement to make.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) server: SocketAddr,
    pub(crate) operation: Operation,
    pub(crate) connections: u64,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
}

/// What came out of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    /// All that were answered, those of the warm-up too.
    pub(crate) answered: u64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// Runs the load; any unexpected status fails it.
pub(crate) async fn run(plan: Plan, workload: &Arc<Workload>) -> Result<Figures> {
    let mut connections = Vec::new();
    for _ in 0..plan.connections {
        connections.push(Connection::open(plan.server).await?);
    }
    let start = Instant::now() + plan.warm_up;
    let window = Window { start, end: start + plan.measured };
    let mut callers = JoinSet::new();
    for (number, connection) in (0..).zip(connections) {
        callers.spawn(call_until_end(connection, plan.operation, workload.clone(), window, number));
    }
    let mut total = empty_histogram()?;
    let mut answered = 0;
    while let Some(outcome) = callers.join_next().await {
        let calls = outcome??;
        total.add(calls.latencies)?;
        answered += calls.answered;
    }
    let ms_at = |quantile| Duration::from_nanos(total.value_at_quantile(quantile)).as_secs_f64() * 1e3;
    let per_second = total.len() as f64 / plan.measured.as_secs_f64();
    Ok(Figures { per_second, answered, p50_ms: ms_at(0.5), p99_ms: ms_at(0.99) })
}

/// When answers count.
#[derive(Clone, Copy)]
struct Window {
    start: Instant,
    end: Instant,
}

/// What one connection did.
struct Calls {
    /// Of the answers that came in the window.
    latencies: Histogram<u64>,
    answered: u64,
}

async fn call_until_end(
    mut connection: Connection,
    operation: Operation,
    workload: Arc<Workload>,
    window: Window,
    number: u64,
) -> Result<Calls> {
    let mut calls = Calls { latencies: empty_histogram()?, answered: 0 };
    let mut random = SmallRng::seed_from_u64(rand::random::<u64>() ^ number);
    let mut request = Vec::with_capacity(2048);
    loop {
        request.clear();
        workload.write_request(operation, &mut random, &mut request);
        let asked = Instant::now();
        let answer = connection.exchange(&request).await?;
        if answer.status != operation.expected_status() {
            bail!("{operation}: {} {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        let answered = Instant::now();
        calls.answered += 1;
        if answered >= window.end {
            return Ok(calls);
        }
        if answered >= window.start {
            let took = u64::try_from((answered - asked).as_nanos()).unwrap_or(CEILING_NS);
            calls.latencies.saturating_record(took);
        }
    }
}

fn empty_histogram() -> Result<Histogram<u64>> {
    Histogram::new_with_bounds(FLOOR_NS, CEILING_NS, DIGITS).context("a histogram")
}
