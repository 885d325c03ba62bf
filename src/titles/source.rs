//! What of a conversation a title is made of.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::local::Title;
use crate::clock::Timestamp;
use crate::json::pick::{elements, members};
use crate::json::surrogates::mended_string;
use crate::rules;

/// The bytes of a message's text from which on no more parts of it are read.
const ENOUGH: usize = 64 * 1024;

/// The title of a thread whose first message has this content; `None` unless a user wrote it in a format that
/// is known and it says something.
pub fn local_title(format: &str, content: &str) -> Option<Title> {
    Candidates::of_stored(format, content).into_title()
}

/// What a conversation may be called, by what it is taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    text: Option<Title>,
    file: Option<Title>,
}

impl Candidates {
    /// What a stored message gives; nothing unless a user wrote it in a format that is known.
    pub fn of_stored(format: &str, content: &str) -> Self {
        let said = formats::text(format, content).filter(|said| said.speaker == formats::Speaker::User);
        let Some(said) = said else { return Self::default() };
        Self { text: Title::of_text(&said.text), file: said.file_name.as_deref().and_then(Title::of_file) }
    }

    /// What the messages of a request give, the newest first or last.
    pub fn of_messages(messages: &RawValue) -> Self {
        let mut all = Vec::new();
        elements(messages, |message| all.extend(Said::by(message)));
        if is_newest_first(&all) {
            all.reverse();
        }
        Self::of_said(all.iter())
    }

    fn of_said<'s>(said: impl Iterator<Item = &'s Said> + Clone) -> Self {
        let said = said.filter(|said| said.speaker == Speaker::User);
        Self {
            text: said.clone().find_map(|said| Title::of_text(&said.text)),
            file: said.filter_map(|said| said.file.as_deref()).find_map(Title::of_file),
        }
    }

    /// Whether a text gives a title, so that nothing better can follow.
    pub fn is_of_text(&self) -> bool {
        self.text.is_some()
    }

    /// Fills what is missing from messages that come after.
    #[must_use]
    pub fn or(self, later: Self) -> Self {
        Self { text: self.text.or(later.text), file: self.file.or(later.file) }
    }

    /// The title: of a text, or else of a file's name.
    pub fn into_title(self) -> Option<Title> {
        self.text.or(self.file)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaker {
    User,
    Assistant,
}

/// What a message says.
#[derive(Debug)]
struct Said {
    speaker: Speaker,
    /// Its text parts, one after the other. The beginning, when there are many.
    text: String,
    /// The name of its first file or image.
    file: Option<String>,
    created_at: Option<Timestamp>,
}

impl Said {
    /// What a message of a request says: parts stand under `content`, or under `parts` as the AI SDK has them. `None` for what is neither of a user nor of an assistant.
    fn by(message: &RawValue) -> Option<Self> {
        let names = ["role", "content", "parts", "attachments", "createdAt"];
        let [role, content, parts, attachments, created_at] = members(message, names)?;
        let speaker = match mended_string(role?)?.as_ref() {
            "user" => Speaker::User,
            "assistant" => Speaker::Assistant,
            _ => return None,
        };
        let created_at = created_at.and_then(|raw| rules::timestamp(raw).ok());
        let mut said = Self { speaker, text: String::new(), file: None, created_at };
        // Nothing an assistant says is asked for.
        if speaker == Speaker::User {
            for part in [content, parts].into_iter().flatten() {
                elements(part, |part| said.take_part(part));
            }
            attachments.map(|attachments| elements(attachments, |attachment| said.take_name(attachment)));
        }
        Some(said)
    }

    fn take_part(&mut self, part: &RawValue) {
        let Some([Some(kind), text]) = members(part, ["type", "text"]) else { return };
        match mended_string(kind).as_deref() {
            Some("text") if self.text.len() < ENOUGH => {
                self.text.extend(text.and_then(mended_string));
            }
            Some("file" | "image") => self.take_name(part),
            _ => {}
        }
    }

    fn take_name(&mut self, file: &RawValue) {
        if self.file.is_none() {
            let names = members(file, ["filename", "name"]).unwrap_or_default();
            let name = names.into_iter().flatten().find_map(mended_string);
            self.file = name.filter(|name| !name.is_empty()).map(Cow::into_owned);
        }
    }
}

/// Whether messages go from the newest to the oldest, as old clients send them for a title: their times say
/// so, or an answer stands at the beginning and a question at the end.
fn is_newest_first(all: &[Said]) -> bool {
    let [first, .., last] = all else { return false };
    match (first.created_at, last.created_at) {
        (Some(first), Some(last)) if first != last => first > last,
        _ => first.speaker == Speaker::Assistant && last.speaker == Speaker::User,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn title(messages: &Value) -> Option<String> {
        let raw = serde_json::value::to_raw_value(messages).unwrap();
        Candidates::of_messages(&raw).into_title().map(|title| title.as_str().to_owned())
    }

    fn says(role: &str, text: &str) -> Value {
        json!({ "role": role, "content": [{ "type": "text", "text": text }] })
    }

    #[test]
    fn the_first_question_counts_whichever_end_it_stands_at() {
        let (first, second) = (says("user", "first question"), says("user", "second question"));
        let (one, two) = (says("assistant", "one"), says("assistant", "two"));
        let expected = Some("First question".to_owned());
        assert_eq!(title(&json!([first, one, second, two])), expected);
        assert_eq!(title(&json!([two, second, one, first])), expected);
        assert_eq!(title(&json!([first, one])), expected);
        assert_eq!(title(&json!([one, first])), expected);
        assert_eq!(title(&json!([first])), expected);
    }

    #[test]
    fn times_tell_the_order_when_messages_have_them() {
        let at = |mut message: Value, time: &str| {
            message["createdAt"] = json!(time);
            message
        };
        let newest = at(says("user", "second question"), "2026-01-02T03:05:00.000Z");
        let oldest = at(says("user", "first question"), "2026-01-02T03:04:00.000Z");
        assert_eq!(title(&json!([newest, oldest])).as_deref(), Some("First question"));
        assert_eq!(title(&json!([oldest, newest])).as_deref(), Some("First question"));
        let welcome = at(says("assistant", "welcome"), "2026-01-02T03:03:00.000Z");
        assert_eq!(title(&json!([welcome, oldest, newest])).as_deref(), Some("First question"));
    }

    #[test]
    fn messages_of_every_shape_are_read() {
        let parts = json!([
            { "type": "step-start" },
            { "type": "text", "text": "explain " },
            { "type": "text", "text": "tides", "state": "done" },
        ]);
        assert_eq!(
            title(&json!([{ "id": "a", "role": "user", "parts": parts }])).as_deref(),
            Some("Explain tides")
        );
        assert_eq!(title(&json!([{ "role": "user", "content": parts }])).as_deref(), Some("Explain tides"));
    }

    #[test]
    fn a_file_gives_its_name_when_nothing_is_said() {
        let attached = json!([{ "name": "report 2026.pdf", "content": [] }]);
        let silent = json!([{ "role": "user", "content": [], "attachments": attached }]);
        assert_eq!(title(&silent).as_deref(), Some("Report 2026"));
        let picture = json!([{ "role": "user", "content": [
            { "type": "text", "text": "  " }, { "type": "image", "image": "data:", "filename": "IMG_2041.jpg" },
        ] }]);
        assert_eq!(title(&picture).as_deref(), Some("IMG_2041"));
        let spoken = json!([silent[0], says("user", "what is in it?")]);
        assert_eq!(title(&spoken).as_deref(), Some("What is in it?"));
    }

    #[test]
    fn nothing_gives_no_title() {
        for messages in [
            json!([]),
            json!([says("assistant", "hello")]),
            json!([says("system", "be kind")]),
            json!([{ "role": "user", "content": [{ "type": "image", "image": "data:" }] }]),
            json!([{ "role": "user", "content": "text" }, 7, null, { "role": 1 }]),
        ] {
            assert_eq!(title(&messages), None, "{messages}");
        }
    }

    #[test]
    fn stored_content_is_read_in_the_formats_that_are_known() {
        let aui = r#"{"role":"user","content":[{"type":"text","text":"plan a trip\ud83d"}]}"#;
        let title = |format: &str, content: &str| local_title(format, content).map(|t| t.as_str().to_owned());
        assert_eq!(title("aui/v0", aui).as_deref(), Some("Plan a trip"));
        let sdk = r#"{"role":"user","parts":[{"type":"text","text":"plan a \u0000trip"}]}"#;
        assert_eq!(title("ai-sdk/v6", sdk).as_deref(), Some("Plan a trip"));
        assert_eq!(title("langgraph", aui), None);
        assert_eq!(title("aui/v0", &aui.replace("user", "assistant")), None);
        assert_eq!(title("aui/v0", "{"), None);
    }
}
