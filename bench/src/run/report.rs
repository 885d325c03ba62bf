//! Medians, as Markdown.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::Engine;
use super::indexing::Indexed;
use super::server::{Memory, Server};
use crate::load::{Figures, Operation};

/// What was measured in one turn.
pub(super) struct Round {
    pub(super) figures: Figures,
    /// The server's, while it was under load.
    pub(super) cpu: Duration,
    /// What was left to be indexed afterwards.
    pub(super) indexed: Indexed,
}

impl Round {
    /// Microseconds of processor time for each request, with the indexing that follows from it.
    fn cpu_us(&self) -> f64 {
        self.per_request(self.cpu + self.indexed.cpu)
    }

    /// The same without indexing. What was indexed under load is reckoned at what the rest took afterwards.
    fn cpu_unindexed_us(&self) -> f64 {
        let Indexed { messages, cpu } = self.indexed;
        if messages == 0 {
            return self.cpu_us();
        }
        let meanwhile = self.figures.answered.saturating_sub(messages) as f64 / messages as f64;
        self.per_request(self.cpu.saturating_sub(cpu.mul_f64(meanwhile)))
    }

    fn per_request(&self, cpu: Duration) -> f64 {
        cpu.as_secs_f64() * 1e6 / self.figures.answered as f64
    }
}

/// Measurements of an operation and of what it is compared with.
pub(super) struct Comparison {
    pub(super) operation: Operation,
    pub(super) connections: u64,
    pub(super) rounds: [Vec<Round>; 2],
}

/// What a server's process needs.
pub(super) struct Process {
    name: &'static str,
    first_answer: Duration,
    idle: Memory,
    pub(super) after_load: Memory,
}

impl Process {
    /// Reads what is known before the load.
    pub(super) fn after_start(server: &Server) -> Result<Self> {
        let first_answer = median(&server.starts, Duration::as_secs_f64);
        Ok(Self {
            name: server.name,
            first_answer: Duration::from_secs_f64(first_answer),
            idle: server.memory()?,
            after_load: Memory::default(),
        })
    }
}

/// Says what was measured, and how.
pub(super) fn print_head(threadkeep: &Path, seconds: u64, rounds: u32) -> Result<()> {
    let cores = thread::available_parallelism()?;
    println!("{rounds} rounds of {seconds} s each, in turns, medians; {cores} cores shared with the load.");
    println!("Program file: {:.1} MB.", mega(fs::metadata(threadkeep)?.len()));
    Ok(())
}

/// Prints an engine's tables.
pub(super) fn print_engine(engine: Engine, comparisons: &[Comparison], processes: &[Process]) {
    println!("\n## {engine}\n");
    println!(
        "| operation | connections | req/s | p50 ms | p99 ms | CPU µs | compared with | req/s | p50 ms | p99 ms \
         | CPU µs | rate | CPU |\n|---|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|"
    );
    for comparison in comparisons {
        print_comparison(comparison);
    }
    println!(
        "\n| process | start to first answer | idle RSS | of it anonymous | RSS after the load | of it anonymous |\n\
         |---|---:|---:|---:|---:|---:|"
    );
    for Process { name, first_answer, idle, after_load } in processes {
        println!(
            "| {name} | {:.0} ms | {} | {} | {} | {} |",
            first_answer.as_secs_f64() * 1e3,
            kib(idle.resident_kib),
            kib(idle.anonymous_kib),
            kib(after_load.resident_kib),
            kib(after_load.anonymous_kib)
        );
    }
}

fn print_comparison(Comparison { operation, connections, rounds: [ours, theirs] }: &Comparison) {
    let yardstick =
        operation.yardstick().map_or("the bare server".to_owned(), |yardstick| yardstick.to_string());
    let cpu = [ours, theirs].map(|rounds| median(rounds, Round::cpu_unindexed_us));
    println!(
        "| {operation} | {connections} | {} | {:.1} | {yardstick} | {} | {:.1} | {:.2} | {:.2} |",
        columns(ours),
        cpu[0],
        columns(theirs),
        cpu[1],
        rate(ours) / rate(theirs),
        cpu[0] / cpu[1]
    );
    if operation.is_append() {
        let cpu = [ours, theirs].map(|rounds| median(rounds, Round::cpu_us));
        println!(
            "| … and index it | {connections} | | | | {:.1} | {yardstick} | | | | {:.1} | | {:.2} |",
            cpu[0],
            cpu[1],
            cpu[0] / cpu[1]
        );
    }
}

fn rate(rounds: &[Round]) -> f64 {
    median(rounds, |it| it.figures.per_second)
}

fn columns(rounds: &[Round]) -> String {
    let (p50, p99) = (median(rounds, |it| it.figures.p50_ms), median(rounds, |it| it.figures.p99_ms));
    format!("{:.0} | {p50:.2} | {p99:.2}", rate(rounds))
}

/// The middle one; of an even number, the mean of the two in the middle.
fn median<T>(of: &[T], value: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<f64> = of.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    let (lower, upper) = (values.len().saturating_sub(1) / 2, values.len() / 2);
    match (values.get(lower), values.get(upper)) {
        (Some(lower), Some(upper)) => f64::midpoint(*lower, *upper),
        _ => f64::NAN,
    }
}

fn kib(kib: u64) -> String {
    format!("{:.1} MB", mega(kib * 1024))
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert!((median(&[3.0, 1.0, 2.0], |it| *it) - 2.0).abs() < 1e-9);
        assert!((median(&[4.0, 1.0], |it| *it) - 2.5).abs() < 1e-9);
    }
}
