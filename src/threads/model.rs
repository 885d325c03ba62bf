//! Threads, their metadata, and pages of them.

use serde_json::value::RawValue;

use crate::clock::Timestamp;
use crate::error::{Error, Step};
use crate::id::{ThreadId, UserId};
use crate::json::surrogates::mend;
use crate::json::{Compact, Members, NotMembers, is_strict, string};
use crate::rules::{Broken, characters};

/// The most keys of a thread's metadata.
const MAX_KEYS: usize = 16;

/// The most characters of a metadata key.
const MAX_KEY: usize = 64;

/// The most characters of a metadata value that is a string.
const MAX_VALUE: usize = 512;

/// The most characters of any metadata, printed compactly. Values may be of any type, and only strings
/// have a limit of their own.
const MAX_METADATA: usize = 65_536;

/// A thread's metadata: a JSON object, as compact text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata(String);

impl Metadata {
    /// Checks and compacts an object. Halves of surrogate pairs become U+FFFD, in keys too, of which two may
    /// be the same then.
    ///
    /// # Errors
    /// [`Broken`], naming the key.
    pub fn from_json(raw: &RawValue) -> Result<Self, Broken> {
        let json = mend(raw.get());
        let Members(members) = Members::parse(&json).map_err(|problem| match problem {
            NotMembers::Duplicate(name) => Broken::new("custom", "stands twice").at(Step::Member(name)),
            NotMembers::Malformed | NotMembers::NotAnObject => {
                Broken::new("invalid_type", "must be an object")
            }
        })?;
        if members.len() > MAX_KEYS {
            return Err(Broken::new("too_big", format!("must have at most {MAX_KEYS} keys")));
        }
        for (key, value) in &members {
            check_member(key, value).map_err(|broken| broken.at(Step::Member(key.to_string())))?;
        }
        // What passed the check nests less deeply than this.
        let compact = Compact::of(&json, usize::MAX).filter(|compact| compact.length <= MAX_METADATA);
        compact.map(|compact| Self(compact.text)).ok_or_else(|| {
            Broken::new("too_big", format!("must be at most {MAX_METADATA} characters of JSON"))
        })
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_member(key: &str, raw: &RawValue) -> Result<(), Broken> {
    if characters(key) > MAX_KEY {
        return Err(Broken::new("too_big", format!("has a key of more than {MAX_KEY} characters")));
    }
    if key.contains('\0') || !is_strict(raw) {
        let text = "nests too deeply, has a key twice, or holds U+0000";
        return Err(Broken::new("custom", text));
    }
    match string(raw) {
        Some(text) if characters(&text) > MAX_VALUE => {
            Err(Broken::new("too_big", format!("must be at most {MAX_VALUE} characters")))
        }
        _ => Ok(()),
    }
}

/// A thread as it is read, borrowed from its row: most are only printed.
#[derive(Clone, Copy, Debug)]
pub struct Thread<'r> {
    /// Its id.
    pub id: &'r str,
    /// Its project.
    pub project_id: &'r str,
    /// Its workspace.
    pub workspace_id: &'r str,
    /// What it is called.
    pub title: Option<&'r str>,
    /// The caller's own id for it.
    pub external_id: Option<&'r str>,
    /// What the caller keeps with it: a JSON object.
    pub metadata: Option<&'r str>,
    /// Whether it is put away.
    pub is_archived: bool,
    /// Its place in lists.
    pub last_message_at: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// When anything of it was last written.
    pub updated_at: Timestamp,
}

/// The refusal of an id that names no thread of the workspace.
pub fn thread_not_found() -> Error {
    Error::not_found("Thread not found")
}

/// A thread to create.
#[derive(Clone, Debug)]
pub struct NewThread {
    /// Its id.
    pub id: ThreadId,
    /// When its last message was written, as the caller says.
    pub last_message_at: Timestamp,
    /// What it is called.
    pub title: Option<String>,
    /// What the caller keeps with it.
    pub metadata: Option<Metadata>,
    /// The caller's own id for it.
    pub external_id: Option<String>,
    /// Who creates it.
    pub created_by: UserId,
    /// The time.
    pub now: Timestamp,
}

/// What to change of a thread; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadChange {
    /// A new title.
    pub title: Option<String>,
    /// A new place in the order.
    pub last_message_at: Option<Timestamp>,
    /// New metadata; `Some(None)` clears it.
    pub metadata: Option<Option<Metadata>>,
    /// Archive or restore.
    pub is_archived: Option<bool>,
}

/// A page of a workspace's threads to ask for.
#[derive(Clone, Debug)]
pub struct ThreadPage {
    /// Which side of the archive.
    pub is_archived: bool,
    /// Only threads with this external id.
    pub external_id: Option<String>,
    /// The most rows.
    pub limit: u32,
    /// The last thread of the page before.
    pub after: Option<ThreadId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(json: &str) -> Result<Metadata, String> {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        Metadata::from_json(raw).map_err(|broken| broken.into_issue("metadata").message)
    }

    #[test]
    fn metadata_is_any_object_within_its_limits() {
        assert_eq!(
            metadata(r#"{ "b": [1, {"c": null}], "a": "x" }"#).unwrap().as_str(),
            r#"{"b":[1,{"c":null}],"a":"x"}"#
        );
        assert!(metadata("{}").is_ok());
        let keys = |count: usize| {
            let members: Vec<String> = (0..count).map(|n| format!("\"{n}\":1")).collect();
            metadata(&format!("{{{}}}", members.join(",")))
        };
        assert!(keys(16).is_ok());
        assert_eq!(keys(17).unwrap_err(), "metadata must have at most 16 keys");
        assert!(metadata(&format!(r#"{{"{}":1}}"#, "k".repeat(65))).is_err());
        assert!(metadata(&format!(r#"{{"a":"{}"}}"#, "v".repeat(512))).is_ok());
        let long = metadata(&format!(r#"{{"a":"{}"}}"#, "v".repeat(513))).unwrap_err();
        assert_eq!(long, "metadata.a must be at most 512 characters");
    }

    #[test]
    fn halves_of_surrogate_pairs_are_replaced_at_every_depth() {
        assert_eq!(
            metadata(r#"{ "\ud83d": [{ "a\ude00": "b\ud83d" }], "c": "\ud83d\ude00" }"#).unwrap().as_str(),
            "{\"\u{fffd}\":[{\"a\u{fffd}\":\"b\u{fffd}\"}],\"c\":\"\\ud83d\\ude00\"}"
        );
    }

    #[test]
    fn odd_metadata_is_refused() {
        for json in [
            "[]",
            "1",
            "null",
            r#"{"a":1,"a":2}"#,
            r#"{"a":"\u0000"}"#,
            r#"{"a\ud800":1,"a\ud801":2}"#,
            r#"{"a":{"\ud800":1,"\ud801":2}}"#,
        ] {
            assert!(metadata(json).is_err(), "{json}");
        }
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        assert!(metadata(&deep).is_err());
    }
}
