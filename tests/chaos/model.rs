//! What a writer knows of its own writes.

use serde_json::{Value, json};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// An answer said that it is there.
    There,
    /// No answer came, to its append or to its deletion: it may be there or not.
    Unknown,
    /// An answer said that it was deleted, or a look found that it never came to be.
    Gone,
}

/// A message that a writer sent.
#[derive(Debug)]
pub struct Message {
    pub thread: String,
    /// Known once there was an answer.
    pub id: Option<String>,
    /// The parent it was sent with, an earlier message of the same writer in the same thread.
    pub parent: Option<usize>,
    pub external_id: Option<String>,
    /// What the content may be: one text, or several while a replacement was not answered.
    pub contents: Vec<String>,
    pub fate: Fate,
}

/// A thread that a writer sent, with its id once that was answered.
#[derive(Debug)]
pub struct Thread {
    pub external_id: String,
    pub id: Option<String>,
}

/// All that one writer knows.
#[derive(Debug, Default)]
pub struct Memory {
    pub messages: Vec<Message>,
    pub threads: Vec<Thread>,
    /// How many threads it sent in all; those that were looked at are no longer among `threads`.
    pub sent_threads: usize,
    /// Deletions of several messages that were not answered: all of them went, or none.
    pub open_deletes: Vec<Vec<usize>>,
    /// How many writes were answered.
    pub answered: usize,
    /// How many answers said that the server cannot, for now.
    pub refused: usize,
}

/// The name of a message that its content carries, whatever else it says.
pub fn tag(writer: usize, message: usize) -> String {
    format!("{writer}-{message}")
}

/// Whose message a tag names.
pub fn parse_tag(tag: &str) -> (usize, usize) {
    let (writer, message) = tag.split_once('-').unwrap();
    (writer.parse().unwrap(), message.parse().unwrap())
}

/// Content as it is sent and has to come back, byte for byte.
pub fn content(writer: usize, message: usize, version: usize, size: usize) -> String {
    // The role of a message stays what it was: a replacement must not change it.
    let role = if message.is_multiple_of(2) { "user" } else { "assistant" };
    let text = format!("{version} ").repeat(size / 2 + 1);
    json!({ "role": role, "tag": tag(writer, message), "text": text }).to_string()
}

impl Message {
    /// The body that appends it, or replaces what its external id names.
    pub fn body(&self, parent: Option<&Self>, content: &str) -> String {
        let mut body =
            json!({ "parent_id": parent.and_then(|parent| parent.id.as_deref()), "format": "aui/v0" });
        if let Some(external_id) = &self.external_id {
            body["external_id"] = Value::from(external_id.as_str());
        }
        // Every third one names its parent as a copied transcript does.
        let by_external_id =
            parent.and_then(|parent| parent.external_id.as_ref()).filter(|id| id.len() % 3 == 0);
        if let Some(external_id) = by_external_id {
            body["parent_id"] = Value::Null;
            body["parent_external_id"] = Value::from(external_id.as_str());
        }
        body["content"] = serde_json::from_str(content).unwrap();
        body.to_string()
    }
}
