//! What is said in a message's content, as far as it is indexed.

use std::ops::ControlFlow;

/// The most characters of a message that can be found.
pub(super) const MAX_TEXT: usize = 20_000;

/// The text of a message's content, part after part. Takes what is no JSON for no text.
pub(super) fn text_of(content: &str) -> String {
    let mut out = String::new();
    let mut room = MAX_TEXT;
    formats::searchable(content, |text| {
        push(&mut out, &mut room, text);
        if room > 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    out
}

fn push(out: &mut String, room: &mut usize, text: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    let end = text.char_indices().nth(*room).map_or(text.len(), |(at, _)| at);
    out.push_str(&text[..end]);
    *room -= text[..end].chars().count();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_stand_on_lines_of_their_own() {
        let json = r#"{"content":[{"type":"text","text":"Is \"this\" mine?"},{"text":"yes"}],"metadata":{"text":"no"}}"#;
        assert_eq!(text_of(json), "Is \"this\" mine?\nyes");
    }

    #[test]
    fn a_text_has_an_end() {
        let long = json!({ "content": [{ "text": "é".repeat(15_000) }, { "text": "ö".repeat(15_000) }] });
        let text = text_of(&long.to_string());
        assert_eq!(text.chars().filter(|c| *c != '\n').count(), MAX_TEXT);
    }
}
