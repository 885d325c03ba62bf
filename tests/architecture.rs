//! Which room may know of which: read off the `use` lines, so that an arrow in the wrong direction fails
//! before it is missed in a review.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

const ROOMS: [&str; 19] = [
    "instance",
    "projects",
    "api_keys",
    "anonymous",
    "workspaces",
    "users",
    "threads",
    "messages",
    "leases",
    "titles",
    "runs",
    "scores",
    "sdks",
    "operators",
    "members",
    "search",
    "audit",
    "figures",
    "fair_use",
];

/// What stands below every room and may know of none.
const GROUND: [&str; 4] = ["id.rs", "clock.rs", "json.rs", "rules.rs"];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the sources");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.chain(folders.iter().flat_map(|folder| rust_files(folder))).collect()
}

/// Every `(file, module path)` pair of `crate::…` mentions, tests of the files included.
fn mentions() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut out = Vec::new();
    for file in rust_files(&root) {
        let name = file.strip_prefix(&root).expect("a source file").display().to_string();
        let text = fs::read_to_string(&file).expect("a readable source file");
        for (at, _) in text.match_indices("crate::") {
            let rest = &text[at + "crate::".len()..];
            let end =
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
            out.push((name.clone(), rest[..end].to_owned()));
        }
    }
    out
}

fn first(path: &str) -> &str {
    path.split(['/', ':']).next().expect("a first segment")
}

#[test]
fn a_room_uses_no_other_rooms_routes() {
    let wrong: Vec<_> = mentions()
        .into_iter()
        .filter(|(file, path)| {
            let to_routes = ROOMS.contains(&first(path)) && path.contains("routes");
            to_routes && first(file) != first(path) && !file.starts_with("http/router.rs")
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn queries_and_models_know_nothing_of_http() {
    let wrong: Vec<_> = mentions()
        .into_iter()
        .filter(|(file, path)| {
            let is_store = file.ends_with("/store.rs") || file.contains("/store/");
            (is_store || file.ends_with("/model.rs")) && first(path) == "http"
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_ground_knows_of_no_room() {
    let wrong: Vec<_> = mentions()
        .into_iter()
        .filter(|(file, path)| {
            let upward =
                ROOMS.contains(&first(path)) || ["http", "auth", "app", "cli"].contains(&first(path));
            GROUND.contains(&file.as_str()) && upward
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_command_line_is_known_to_nobody() {
    let wrong: Vec<_> = mentions()
        .into_iter()
        .filter(|(file, path)| first(path) == "cli" && !file.starts_with("cli/") && file != "main.rs")
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_names_a_database_driver() {
    let manifest = include_str!("../Cargo.toml");
    for driver in ["rusqlite", "tokio-postgres", "deadpool", "sqlx"] {
        assert!(!manifest.contains(driver), "{driver} belongs into crates/engine");
    }
}
