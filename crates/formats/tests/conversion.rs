//! Every rule of the conversions, case by case, from the files in `cases/`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use formats::{Conversion, convert};

/// A block of a file of cases: its heading and its lines, each a key and a value.
struct Case {
    name: String,
    lines: Vec<(String, String)>,
}

impl Case {
    fn all(&self, key: &str) -> Option<&str> {
        self.lines.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// What is read in a format, if the case says so.
    fn read_as(&self, version: &str) -> Option<&str> {
        self.all(version).or(self.all("sdk"))
    }
}

fn cases(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("\n# ").skip(1);
    let cases: Vec<_> = blocks.map(case).collect();
    assert!(cases.len() > 10, "{file} has {} cases", cases.len());
    cases
}

fn case(block: &str) -> Case {
    let (name, lines) = block.split_once('\n').unwrap();
    let lines = lines.lines().filter(|line| !line.is_empty()).map(|line| {
        let (key, value) = line.split_once(' ').unwrap();
        assert!(["aui", "v5", "v6", "sdk", "meta", "not"].contains(&key), "{name}: {key}");
        (key.to_owned(), value.to_owned())
    });
    Case { name: name.to_owned(), lines: lines.collect() }
}

/// What comes out, or why nothing does. Whatever stood in the output before is left alone.
fn converted(from: &str, to: &str, content: &str) -> Result<String, String> {
    let mut out = b"before".to_vec();
    let result = convert(Conversion::between(from, to).unwrap(), content, &mut out);
    let text = String::from_utf8(out).unwrap();
    let text = text.strip_prefix("before").unwrap();
    match result {
        Ok(()) => Ok(text.to_owned()),
        Err(why) => {
            assert_eq!(text, "", "nothing is appended when nothing is converted");
            Err(why.to_string())
        }
    }
}

fn message(part: &str) -> String {
    format!(r#"{{"role":"assistant","content":[{part}]}}"#)
}

#[test]
fn every_part_of_aui_is_converted() {
    for case in cases("parts.txt") {
        let stored = message(case.all("aui").unwrap());
        for version in ["v5", "v6"] {
            let read = converted("aui/v0", &format!("ai-sdk/{version}"), &stored);
            if let Some(why) = case.all("not") {
                assert_eq!(read, Err(why.to_owned()), "{} in {version}", case.name);
            } else if let Some(part) = case.read_as(version) {
                let metadata =
                    case.all("meta").map_or(String::new(), |meta| format!(r#","metadata":{meta}"#));
                let expected = format!(r#"{{"role":"assistant","parts":[{part}]{metadata}}}"#);
                assert_eq!(read, Ok(expected), "{} in {version}", case.name);
            }
        }
    }
}

#[test]
fn every_message_of_aui_is_converted() {
    for case in cases("messages.txt") {
        for version in ["v5", "v6"] {
            let read = converted("aui/v0", &format!("ai-sdk/{version}"), case.all("aui").unwrap());
            if let Some(why) = case.all("not") {
                assert_eq!(read, Err(why.to_owned()), "{} in {version}", case.name);
            } else if let Some(expected) = case.read_as(version) {
                assert_eq!(read, Ok(expected.to_owned()), "{} in {version}", case.name);
            }
        }
    }
}

#[test]
fn every_message_of_v5_is_upgraded() {
    for case in cases("upgrades.txt") {
        let read = converted("ai-sdk/v5", "ai-sdk/v6", case.all("v5").unwrap());
        let expected = match case.all("not") {
            Some(why) => Err(why.to_owned()),
            None => Ok(case.all("v6").unwrap().to_owned()),
        };
        assert_eq!(read, expected, "{}", case.name);
    }
}

#[test]
fn other_pairs_are_read_as_they_are_stored() {
    for (stored, requested) in [
        ("aui/v0", "aui/v0"),
        ("ai-sdk/v5", "ai-sdk/v5"),
        ("ai-sdk/v6", "ai-sdk/v6"),
        ("ai-sdk/v6", "ai-sdk/v5"),
        ("ai-sdk/v5", "aui/v0"),
        ("ai-sdk/v6", "aui/v0"),
        ("langchain/v1", "ai-sdk/v6"),
        ("aui/v0", "langchain/v1"),
        ("aui/v0", ""),
    ] {
        assert_eq!(Conversion::between(stored, requested), None, "{stored} as {requested}");
    }
    assert_eq!(Conversion::between("aui/v0", "ai-sdk/v5").unwrap().target().name(), "ai-sdk/v5");
    assert_eq!(Conversion::between("aui/v0", "ai-sdk/v6").unwrap().target().name(), "ai-sdk/v6");
    assert_eq!(Conversion::between("ai-sdk/v5", "ai-sdk/v6").unwrap().target().name(), "ai-sdk/v6");
}

#[test]
fn content_as_deep_as_it_may_be_stored_is_converted() {
    let deep = format!("{}1{}", "[".repeat(990), "]".repeat(990));
    let stored = message(&format!(r#"{{"type":"data","name":"deep","data":{deep}}}"#));
    let read = converted("aui/v0", "ai-sdk/v6", &stored).unwrap();
    assert_eq!(read, format!(r#"{{"role":"assistant","parts":[{{"type":"data-deep","data":{deep}}}]}}"#));
}
