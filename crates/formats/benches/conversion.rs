//! What it costs to convert a message, next to copying it as a plain list does: the whole of what a list of
//! a foreign format costs more.
//!
//!     cargo bench -p formats

use std::hint::black_box;
use std::time::Instant;

use formats::{Conversion, convert, searchable, text, transcript};

/// A short answer, and one with reasoning, a call and a source, about as long as most.
const ANSWERS: [&str; 2] = [include_str!("short.json"), include_str!("long.json")];

const ROUNDS: u32 = 1_000;

const CALLS: u32 = 200;

fn main() {
    for answer in ANSWERS {
        measure_message(answer.trim_end());
    }
}

fn measure_message(aui: &str) {
    let v5 = converted("aui/v0", "ai-sdk/v5", aui);
    println!("A message of {} bytes, in ns:\n\n| | ns |\n|---|---:|", aui.len());
    let copying = measure(|out| out.extend_from_slice(black_box(aui).as_bytes()));
    println!("| copied as it is | {copying:.0} |");
    for (from, to, content) in
        [("aui/v0", "ai-sdk/v6", aui), ("aui/v0", "ai-sdk/v5", aui), ("ai-sdk/v5", "ai-sdk/v6", &v5)]
    {
        let Some(conversion) = Conversion::between(from, to) else { continue };
        let each = measure(|out| {
            let _converted = convert(conversion, black_box(content), out);
        });
        println!("| {from} → {to} | {each:.0} |");
    }
    println!("| transcript | {:.0} |", measure(|out| transcript("aui/v0", black_box(aui), None, out)));
    println!("| text for a title | {:.0} |", measure(|_| drop(text("aui/v0", black_box(aui)))));
    let searched = measure(|out| {
        searchable(black_box(aui), |text| {
            out.extend_from_slice(text.as_bytes());
            std::ops::ControlFlow::Continue(())
        });
    });
    println!("| text to be searched | {searched:.0} |\n");
}

fn converted(from: &str, to: &str, content: &str) -> String {
    let mut out = Vec::new();
    if let Some(conversion) = Conversion::between(from, to) {
        let _converted = convert(conversion, content, &mut out);
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The best of many short rounds, so that other work on the machine does not count; per call, into an output
/// that has room: a list has one for all messages.
fn measure(mut work: impl FnMut(&mut Vec<u8>)) -> f64 {
    let mut out = Vec::with_capacity(1 << 20);
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..CALLS {
            out.clear();
            work(&mut out);
            black_box(&out);
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
    }
    best
}
