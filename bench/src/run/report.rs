//! Medians, as Markdown.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::Engine;
use super::server::{Memory, Server};
use crate::load::{Figures, Operation};

/// Both servers' measurements of one operation.
pub(super) struct Comparison {
    pub(super) operation: Operation,
    pub(super) connections: u64,
    pub(super) threadkeep: Vec<Figures>,
    pub(super) bare: Vec<Figures>,
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
        "| operation | connections | Threadkeep req/s | p50 ms | p99 ms | bare req/s | p50 ms | p99 ms | ratio |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|"
    );
    for Comparison { operation, connections, threadkeep, bare } in comparisons {
        let ratio = rate(threadkeep) / rate(bare);
        println!(
            "| {operation} | {connections} | {} | {} | {ratio:.2} |",
            columns(threadkeep),
            columns(bare)
        );
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

fn rate(figures: &[Figures]) -> f64 {
    median(figures, |it| it.per_second)
}

fn columns(figures: &[Figures]) -> String {
    let (p50, p99) = (median(figures, |it| it.p50_ms), median(figures, |it| it.p99_ms));
    format!("{:.0} | {p50:.2} | {p99:.2}", rate(figures))
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
