//! JSON that stands as text inside of a string of JSON.

use serde::de::IgnoredAny;

use super::print::compact;
use super::{Literal, Piece};

/// As deep as content itself may nest. What nests deeper counts as text.
const DEEPEST: usize = 1_000;

/// The JSON that a string holds, compact; `None` when its text is no JSON.
pub(crate) fn parse(literal: Literal<'_>) -> Option<String> {
    let text = decode(literal)?;
    (is_json(&text) && is_shallow(&text)).then(|| compact(&text))
}

/// Whether a text is JSON.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The text of a literal. Halves of surrogate pairs, which no text can hold, become the escapes that mean
/// the same inside of a string of the JSON to be; elsewhere JSON has room for neither.
fn decode(literal: Literal<'_>) -> Option<String> {
    let mut text = String::with_capacity(literal.spelled().len());
    for piece in literal.pieces() {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Escaped(c) => text.push(c),
            // After a backslash it would be taken for a part of that escape.
            Piece::Half(_) if ends_in_escape(&text) => return None,
            Piece::Half(unit) => text.push_str(&format!("\\u{unit:04x}")),
        }
    }
    Some(text)
}

fn ends_in_escape(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn is_shallow(json: &str) -> bool {
    let mut depth = 0_usize;
    super::Tokens::of(json).all(|token| {
        match token {
            super::Token::Open(_) => depth += 1,
            super::Token::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth <= DEEPEST
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(literal: &str) -> Option<String> {
        parse(Literal::new(literal))
    }

    #[test]
    fn text_is_told_from_json() {
        assert_eq!(parsed(r#"{\"id\": 4}"#).as_deref(), Some(r#"{"id":4}"#));
        assert_eq!(parsed(r#" \"card expired\" "#).as_deref(), Some(r#""card expired""#));
        assert_eq!(parsed("1.50").as_deref(), Some("1.50"));
        for text in ["", "card expired", r#"{\"id\":"#, "{} {}", "01", "NaN", r#"{'a':1}"#] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn halves_of_surrogate_pairs_are_kept_within_strings() {
        assert_eq!(parsed(r#"[\"\ud83d\"]"#).as_deref(), Some(r#"["\ud83d"]"#));
        assert_eq!(parsed(r#"[\"\\ud83d\"]"#).as_deref(), Some(r#"["\ud83d"]"#));
        assert_eq!(parsed(r#"[\"\\\ud83d\"]"#), None);
        assert_eq!(parsed(r#"[\"\\\\\ud83d\"]"#).as_deref(), Some(r#"["\\\ud83d"]"#));
        assert_eq!(parsed(r"\ud83d"), None);
    }

    #[test]
    fn what_nests_deeper_than_content_may_is_text() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parsed(&nested(1_000)).is_some());
        assert_eq!(parsed(&nested(1_001)), None);
        assert_eq!(parsed(&nested(1_000_000)), None);
    }
}
