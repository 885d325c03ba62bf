//! What is said in a message's content, as far as it is indexed.

use std::ops::ControlFlow;

/// The text of a message's content, part after part, or the parts that begin within its first `limit` bytes.
/// Takes what is no JSON for no text.
pub(crate) fn text_of(content: &str, limit: usize) -> String {
    let mut out = String::new();
    formats::searchable(content, |text| {
        push(&mut out, text);
        if out.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    out
}

fn push(out: &mut String, text: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    fn text_of(content: &str) -> String {
        super::text_of(content, usize::MAX)
    }

    #[test]
    fn texts_stand_on_lines_of_their_own() {
        let json = r#"{"content":[{"type":"text","text":"Is \"this\" mine?"},{"text":"yes"}],"metadata":{"text":"no"}}"#;
        assert_eq!(text_of(json), "Is \"this\" mine?\nyes");
    }

    #[test]
    fn a_long_text_is_read_whole_or_as_far_as_it_is_asked_for() {
        let long = json!({ "content": [{ "text": "é".repeat(150_000) }, { "text": "ö".repeat(150_000) }] });
        let text = super::text_of(&long.to_string(), usize::MAX);
        assert_eq!(text.chars().count(), 300_001);
        let text = super::text_of(&long.to_string(), 10);
        assert_eq!(text.chars().count(), 150_000);
    }
}
