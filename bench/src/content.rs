//! Message contents as assistant-ui writes them (`aui/v0`), about 300 bytes each.

use std::fmt::Write as _;

/// The stored format of every message of the benchmark.
pub(crate) const FORMAT: &str = "aui/v0";

const QUESTIONS: [&str; 8] = [
    "Can you tell me where my parcel is? The tracking page has shown the same place since Monday.",
    "I was charged twice for the last order, and I would like to know which of the two is real.",
    "Which of the plans includes single sign-on, and what would it cost for a team of forty people?",
    "Please write a short note to the supplier that says we accept the new delivery date.",
    "The export stops at about sixty percent and then says that the file is too large.",
    "How do I move a project from one organization to another without losing its history?",
    "Summarize the last meeting for someone who could not be there, in not more than five lines.",
    "My colleague left the company. What happens to the documents that only she could see?",
];

const ANSWERS: [&str; 6] = [
    "It left the depot this morning and will be with you tomorrow before noon.",
    "Only one of them is final; the other is a hold that goes away by itself.",
    "The business plan has it, at nine euros for each person and month.",
    "Open the settings, choose transfer, and name the organization that takes it over.",
    "I have written a draft, tell me whether the tone is right for them.",
    "An administrator can take over whatever she owned, nothing is deleted.",
];

/// What a user says; `n` chooses the words.
pub(crate) fn push_user(out: &mut String, n: u32) {
    let (first, second) = (pick(&QUESTIONS, n), pick(&QUESTIONS, n / 8 + 3));
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        r#"{{"role":"user","content":[{{"type":"text","text":"{first} {second}"}}],"metadata":{{"custom":{{}}}}}}"#
    );
}

/// What an assistant answers; `n` chooses the words.
pub(crate) fn push_assistant(out: &mut String, n: u32) {
    let answer = pick(&ANSWERS, n);
    let _ = write!(
        out,
        r#"{{"role":"assistant","content":[{{"type":"text","text":"{answer}"}}],"status":{{"type":"complete","reason":"stop"}},"metadata":{{"unstable_state":null,"unstable_annotations":[],"unstable_data":[],"steps":[{{"usage":{{"inputTokens":812,"outputTokens":47}}}}],"custom":{{}}}}}}"#
    );
}

/// Writes the content of the `n`th message of a thread of that number.
pub(crate) type Turns = fn(out: &mut String, thread: u32, n: u32);

/// A question, then its answer, and so on.
pub(crate) fn push_turn(out: &mut String, thread: u32, n: u32) {
    let variety = thread.wrapping_add(n);
    if n.is_multiple_of(2) {
        push_user(out, variety);
    } else {
        push_assistant(out, variety);
    }
}

/// The title of a thread.
pub(crate) fn title(n: u32) -> String {
    let question = pick(&QUESTIONS, n);
    let mut words: Vec<&str> = question.split(' ').collect();
    words.truncate(6);
    words.join(" ")
}

fn pick<'a, const N: usize>(from: &[&'a str; N], n: u32) -> &'a str {
    from[n as usize % N]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_json_of_about_300_bytes() {
        for n in 0..100 {
            for push in [push_user, push_assistant] {
                let mut content = String::new();
                push(&mut content, n);
                assert!(serde_json::from_str::<serde_json::Value>(&content).is_ok());
                assert!((200..400).contains(&content.len()), "{}", content.len());
                assert!(!content.contains('\\') && !content.contains('\t'), "COPY takes it as it is");
            }
        }
    }
}
