//! The messages that a run is given: which of them are well formed.

use serde_json::value::RawValue;

use crate::error::{Error, Result, Step};
use crate::json;
use crate::json::pick::{elements, members};
use crate::rules::Broken;

/// The most problems that a refusal names: a hostile body may have a million.
const MAX_ISSUES: usize = 10;

/// Checks every message of an array: its role, and that its parts are objects that say their type.
///
/// # Errors
/// 400 that tells what is wrong with which message.
pub(super) fn check_messages(messages: &RawValue) -> Result<()> {
    let mut checker = Checker::default();
    checker.check_list(Some(messages), Checker::check_message);
    if checker.problems.is_empty() {
        return Ok(());
    }
    Err(Error::bad_request(format!("Invalid messages format: {}", checker.problems.join("; "))))
}

#[derive(Default)]
struct Checker {
    /// Where it is looking, inside of the messages.
    path: Vec<Step>,
    problems: Vec<String>,
}

impl Checker {
    fn refuse(&mut self, text: &str) {
        let path = self.path.iter().rev();
        let broken = path.fold(Broken::new("custom", text), |broken, step| broken.at(step.clone()));
        self.problems.push(broken.into_issue("messages").message);
    }

    fn within(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    fn within_member(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        self.within(Step::Member(name.to_owned()), check);
    }

    fn check_list(&mut self, list: Option<&RawValue>, check: impl Fn(&mut Self, &RawValue)) {
        let mut index = 0;
        let is_list = list.is_some_and(|list| {
            elements(list, |element| {
                if self.problems.len() < MAX_ISSUES {
                    self.within(Step::Index(index), |checker| check(checker, element));
                }
                index += 1;
            })
        });
        if !is_list {
            self.refuse("must be an array");
        }
    }

    fn check_message(&mut self, message: &RawValue) {
        let names = ["role", "content", "parts", "attachments"];
        let Some([role, content, parts, attachments]) = members(message, names) else {
            return self.refuse("must be an object");
        };
        let role = role.and_then(json::string).unwrap_or_default();
        if !matches!(role.as_ref(), "system" | "user" | "assistant" | "tool") {
            self.within_member("role", |checker| {
                checker.refuse("must be one of system, user, assistant, tool");
            });
        }
        match (content, parts) {
            // The one text of a system message need not be a list.
            (Some(content), _) if role == "system" && content.get().starts_with('"') => {}
            // Messages of the AI SDK have no content but parts.
            (None, Some(_)) => self.within_member("parts", |checker| checker.check_parts(parts)),
            _ => self.within_member("content", |checker| checker.check_parts(content)),
        }
        if role == "user" && attachments.is_some() {
            self.within_member("attachments", |checker| {
                checker.check_list(attachments, Self::check_attachment);
            });
        }
    }

    fn check_attachment(&mut self, attachment: &RawValue) {
        match members(attachment, ["content"]) {
            Some([content]) => self.within_member("content", |checker| checker.check_parts(content)),
            None => self.refuse("must be an object"),
        }
    }

    fn check_parts(&mut self, parts: Option<&RawValue>) {
        self.check_list(parts, |checker, part| match members(part, ["type"]) {
            Some([Some(kind)]) if kind.get().starts_with('"') => {}
            Some(_) => checker.within_member("type", |checker| checker.refuse("must be a string")),
            None => checker.refuse("must be an object"),
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn problem(messages: &Value) -> Option<String> {
        let raw = serde_json::value::to_raw_value(messages).unwrap();
        check_messages(&raw).err().map(|error| error.code().to_owned())
    }

    #[test]
    fn what_clients_send_is_accepted() {
        let text = json!([{ "type": "text", "text": "Hi" }]);
        for message in [
            json!({ "role": "user", "content": text }),
            json!({ "role": "user", "content": [] }),
            json!({ "role": "assistant", "content": [{ "type": "tool-call", "args": { "deep": [[[]]] } }] }),
            json!({ "role": "system", "content": "Be kind" }),
            json!({ "role": "tool", "content": [{ "type": "tool-result", "output": {} }] }),
            json!({ "role": "user", "content": text, "attachments": [{ "id": "a", "content": text }], "id": 7 }),
            json!({ "role": "user", "parts": text }),
            // Only those of users are looked at.
            json!({ "role": "assistant", "content": text, "attachments": null }),
        ] {
            assert_eq!(problem(&json!([message])), None, "{message}");
        }
        assert_eq!(problem(&json!([])), None);
    }

    #[test]
    fn a_refusal_tells_what_is_wrong_and_where() {
        for (message, told) in [
            (json!(7), "messages[0] must be an object"),
            (json!({ "content": [] }), "messages[0].role must be one of system, user, assistant, tool"),
            (
                json!({ "role": "bot", "content": [] }),
                "messages[0].role must be one of system, user, assistant, tool",
            ),
            (json!({ "role": "user" }), "messages[0].content must be an array"),
            (json!({ "role": "user", "content": "Hi" }), "messages[0].content must be an array"),
            (json!({ "role": "user", "content": null, "parts": [] }), "messages[0].content must be an array"),
            (json!({ "role": "user", "content": ["Hi"] }), "messages[0].content[0] must be an object"),
            (
                json!({ "role": "user", "content": [{ "text": "Hi" }] }),
                "messages[0].content[0].type must be a string",
            ),
            (
                json!({ "role": "user", "content": [{ "type": 7 }] }),
                "messages[0].content[0].type must be a string",
            ),
            (
                json!({ "role": "user", "content": [], "attachments": {} }),
                "messages[0].attachments must be an array",
            ),
            (
                json!({ "role": "user", "content": [], "attachments": [{}] }),
                "messages[0].attachments[0].content must be an array",
            ),
            (
                json!({ "role": "user", "content": [], "attachments": [{ "content": [{}] }] }),
                "messages[0].attachments[0].content[0].type must be a string",
            ),
        ] {
            let told = format!("Invalid messages format: {told}");
            assert_eq!(problem(&json!([message])), Some(told), "{message}");
        }
    }

    #[test]
    fn every_problem_is_told_up_to_a_limit() {
        let told = problem(&json!([1, { "role": "user", "content": [] }, { "role": "x", "content": [] }]));
        let expected = "Invalid messages format: messages[0] must be an object; \
                        messages[2].role must be one of system, user, assistant, tool";
        assert_eq!(told.as_deref(), Some(expected));
        let many = problem(&json!(vec![0; 1000])).unwrap();
        assert_eq!(many.matches("must be").count(), MAX_ISSUES);
    }
}
