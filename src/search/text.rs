//! What is said in a message's content, whatever its format.
//!
//! Every format keeps its prose under the names `text`, `reasoning` or, as a string, `content`; what a
//! vendor or an app keeps beside it stands under `metadata` and its like. So it is enough to know names,
//! and content of an unknown format can be found too.

use std::borrow::Cow;

/// The text of a message's content, part after part, or the parts that begin within its first `limit` bytes.
/// Takes what is no JSON for no text.
pub(crate) fn text_of(content: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut rest = content;
    while let Some(at) = rest.find('"').filter(|_| out.len() < limit) {
        let Some((name, after)) = take_string(&rest[at..]) else { break };
        rest = after;
        let Some(value) = rest.strip_prefix(':') else { continue };
        match name {
            "text" | "reasoning" | "content" if value.starts_with('"') => {
                let Some((text, after)) = take_string(value) else { break };
                push(&mut out, &unescape(text));
                rest = after;
            }
            "metadata" | "providerMetadata" | "callProviderMetadata" => rest = skip(value),
            _ => rest = value,
        }
    }
    out
}

fn push(out: &mut String, text: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(text);
}

/// The string literal that `json` begins with, still with its escapes, and what follows it.
fn take_string(json: &str) -> Option<(&str, &str)> {
    let inner = json.strip_prefix('"')?;
    let mut is_escaped = false;
    let end = inner.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })?;
    Some((&inner[..end], &inner[end + 1..]))
}

/// What follows the value that `json` begins with. Values other than arrays and objects are not skipped:
/// there is nothing in them.
fn skip(json: &str) -> &str {
    let (mut rest, mut depth) = (json, 0_usize);
    while let Some(byte) = rest.as_bytes().first() {
        match byte {
            b'"' => match take_string(rest) {
                Some((_, after)) => {
                    rest = after;
                    continue;
                }
                None => return "",
            },
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && !matches!(byte, b'}' | b']') {
            return rest;
        }
        // Outside of strings JSON is ASCII; should it not be, there is nothing to be found.
        rest = rest.get(1..).unwrap_or_default();
        if depth == 0 {
            return rest;
        }
    }
    rest
}

/// The text that a literal stands for. Halves of surrogate pairs become U+FFFD.
fn unescape(literal: &str) -> Cow<'_, str> {
    if !literal.contains('\\') {
        return Cow::Borrowed(literal);
    }
    let mut units: Vec<u16> = Vec::with_capacity(literal.len());
    let mut chars = literal.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' {
            chars.next().unwrap_or(' ')
        } else {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            continue;
        };
        units.push(match c {
            'u' => {
                let digits: String = chars.by_ref().take(4).collect();
                u16::from_str_radix(&digits, 16).unwrap_or(0xFFFD)
            }
            'n' | 't' | 'r' | 'b' | 'f' => u16::from(b' '),
            c => u16::try_from(u32::from(c)).unwrap_or(0xFFFD),
        });
    }
    Cow::Owned(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    fn text_of(content: &str) -> String {
        super::text_of(content, usize::MAX)
    }

    #[test]
    fn the_prose_of_every_format_is_found() {
        let aui = r#"{"role":"user","content":[{"type":"text","text":"Is \"this\" mine?"}],
                      "attachments":[{"content":[{"type":"text","text":"a file"}]}]}"#;
        assert_eq!(text_of(aui), "Is \"this\" mine?\na file");
        let sdk = json!({ "role": "assistant", "parts": [
            { "type": "reasoning", "text": "think" }, { "type": "step-start" },
            { "type": "tool-x", "output": { "state": "in transit" } }, { "type": "text", "text": "done" } ] });
        assert_eq!(text_of(&sdk.to_string()), "think\ndone");
        assert_eq!(text_of(r#"{"type":"human","content":"hello"}"#), "hello");
        assert_eq!(text_of(r#"{"content":[{"reasoning":"r"},"loose"]}"#), "r");
    }

    #[test]
    fn metadata_is_no_prose() {
        let json = r#"{"metadata":{"custom":{"text":"no","a":["]}"]}},"text":"yes","metadata":null,"content":"and"}"#;
        assert_eq!(text_of(json), "yes\nand");
    }

    #[test]
    fn escapes_are_read_and_half_pairs_replaced() {
        assert_eq!(text_of(r#"{"text":"a\nb\u00e9\ud83d\ude00 \ud83d\\\"x\/"}"#), "a bé😀 \u{fffd}\\\"x/");
    }

    #[test]
    fn a_long_text_is_read_whole_or_as_far_as_it_is_asked_for() {
        let long = json!({ "content": [{ "text": "é".repeat(150_000) }, { "text": "ö".repeat(150_000) }] });
        let text = super::text_of(&long.to_string(), usize::MAX);
        assert_eq!(text.chars().count(), 300_001);
        let text = super::text_of(&long.to_string(), 10);
        assert_eq!(text.chars().count(), 150_000);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\PC\"\\\\{}:,u]{0,80}") {
            let _text = text_of(&text);
        }

        #[test]
        fn no_damaged_content_makes_it_panic(text: String, cut in 0_usize..200) {
            let json = json!({ "metadata": { "a": [text] }, "text": text, "content": text }).to_string();
            let end = (0..=cut.min(json.len())).rev().find(|at| json.is_char_boundary(*at)).unwrap();
            let _text = text_of(&json[..end]);
        }

        #[test]
        fn what_was_written_is_read(text in "[^\\x00-\\x1f\\x7f]{0,60}") {
            prop_assert_eq!(text_of(&json!({ "text": text }).to_string()), text);
        }
    }
}
