//! Runs what the fuzzers have found worth keeping through their targets, as ordinary tests.

#[path = "../fuzz/targets.rs"]
#[expect(unreachable_pub, reason = "written for the fuzz targets")]
mod targets;

use std::path::Path;

fn run(target: &str, check: fn(&[u8])) -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        assert!(std::panic::catch_unwind(|| check(&bytes)).is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count > 5, "{target} has a corpus of {count}");
    Ok(())
}

#[test]
fn tokens() -> std::io::Result<()> {
    run("token", targets::token)
}

#[test]
fn key_sets() -> std::io::Result<()> {
    run("key_set", targets::key_set)
}

#[test]
fn claim_templates() -> std::io::Result<()> {
    run("claim_template", targets::claim_template)
}

#[test]
fn origins() -> std::io::Result<()> {
    run("origin", targets::origin)
}

#[test]
fn messages() -> std::io::Result<()> {
    run("message", targets::message)
}

#[test]
fn searchable_texts() -> std::io::Result<()> {
    run("searchable_text", targets::searchable_text)
}

#[test]
fn compacted_json() -> std::io::Result<()> {
    run("compact", targets::compact)
}
