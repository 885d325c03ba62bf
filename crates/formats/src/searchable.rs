//! What can be searched for in a message, whatever its format.
//!
//! Every format keeps its prose under the names `text`, `reasoning` or, as a string, `content`; what a
//! vendor or an app keeps beside it stands under `metadata` and its like. So it is enough to know names,
//! and content of an unknown format can be found too.

use std::ops::ControlFlow;

use crate::json::{Literal, Piece, Token, Tokens};

/// Hands every text in a content to the visitor, in order, until it has enough or the content ends. What is
/// no JSON has no text. Line ends and other control characters that are written as escapes come as blanks,
/// halves of surrogate pairs as U+FFFD.
pub fn searchable(content: &str, mut visit: impl FnMut(&str) -> ControlFlow<()>) {
    let mut tokens = Tokens::of(content);
    while let Some(token) = tokens.next() {
        let Token::Name(name) = token else { continue };
        match name.text().as_ref() {
            "text" | "reasoning" | "content" => {
                let mut ahead = tokens.clone();
                let Some(Token::Text(text)) = ahead.next() else { continue };
                tokens = ahead;
                if visit_text(text, &mut visit).is_break() {
                    return;
                }
            }
            "metadata" | "providerMetadata" | "callProviderMetadata" => skip_value(&mut tokens),
            _ => {}
        }
    }
}

fn skip_value(tokens: &mut Tokens<'_>) {
    if let Some(Token::Open(_)) = tokens.next() {
        tokens.skip_nested();
    }
}

fn visit_text(text: Literal<'_>, visit: &mut impl FnMut(&str) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut pieces = text.pieces();
    let first = match (pieces.next(), pieces.next()) {
        (None, _) => return visit(""),
        (Some(Piece::Plain(plain)), None) => return visit(plain),
        (first, second) => first.into_iter().chain(second),
    };
    let mut out = String::with_capacity(text.spelled().len());
    for piece in first.chain(pieces) {
        match piece {
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Escaped('\u{8}'..='\u{d}') => out.push(' '),
            Piece::Escaped(c) => out.push(c),
            Piece::Half(_) => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
    visit(&out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn texts_of(content: &str) -> Vec<String> {
        let mut texts = Vec::new();
        searchable(content, |text| {
            texts.push(text.to_owned());
            ControlFlow::Continue(())
        });
        texts
    }

    #[test]
    fn the_prose_of_every_format_is_found() {
        let aui = r#"{"role":"user","content":[{"type":"text","text":"Is \"this\" mine?"}],
                      "attachments":[{"content":[{"type":"text","text":"a file"}]}]}"#;
        assert_eq!(texts_of(aui), ["Is \"this\" mine?", "a file"]);
        let sdk = json!({ "role": "assistant", "parts": [
            { "type": "reasoning", "text": "think" }, { "type": "step-start" },
            { "type": "tool-x", "output": { "state": "in transit" } }, { "type": "text", "text": "done" } ] });
        assert_eq!(texts_of(&sdk.to_string()), ["think", "done"]);
        assert_eq!(texts_of(r#"{"type":"human","content":"hello"}"#), ["hello"]);
        assert_eq!(texts_of(r#"{"content":[{"reasoning":"r"},"loose"]}"#), ["r"]);
        assert_eq!(texts_of(r#"{"t\u0065xt":"spelled oddly"}"#), ["spelled oddly"]);
    }

    #[test]
    fn metadata_is_no_prose() {
        let json = r#"{"metadata":{"custom":{"text":"no","a":["]}"]}},"text":"yes","metadata":null,"content":"and"}"#;
        assert_eq!(texts_of(json), ["yes", "and"]);
    }

    #[test]
    fn escapes_are_read_and_half_pairs_replaced() {
        assert_eq!(texts_of(r#"{"text":"a\nb\u00e9\ud83d\ude00 \ud83d\\\"x\/"}"#), ["a bé😀 \u{fffd}\\\"x/"]);
    }

    #[test]
    fn the_visitor_says_when_it_has_enough() {
        let mut seen = 0;
        searchable(r#"[{"text":"a"},{"text":"b"},{"text":"c"}]"#, |_| {
            seen += 1;
            if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(seen, 2);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\PC\"\\\\{}:,u]{0,80}") {
            let _texts = texts_of(&text);
        }

        #[test]
        fn no_damaged_content_makes_it_panic(text: String, cut in 0_usize..200) {
            let json = json!({ "metadata": { "a": [text] }, "text": text, "content": text }).to_string();
            let _texts = texts_of(&json[..json.floor_char_boundary(cut)]);
        }

        #[test]
        fn what_was_written_is_read(text in "[^\\x00-\\x1f\\x7f]{0,60}") {
            prop_assert_eq!(texts_of(&json!({ "text": text }).to_string()), [text]);
        }
    }
}
