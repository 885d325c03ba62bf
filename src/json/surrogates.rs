//! Halves of surrogate pairs, which JSON can write and no text can hold. Programs send them that cut a text
//! between two UTF-16 code units, in the middle of an emoji for example.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{has_low_half, string, unicode_escape};

/// What stands in the place of a half.
const REPLACEMENT: &str = "\u{fffd}";

/// A JSON text with U+FFFD in the place of every half of a surrogate pair, in names and values at any depth.
/// Nothing else of it changes.
pub fn mend(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let (mut copied, mut at) = (0, 0);
    // Outside of strings JSON has no backslash, and in them each begins an escape.
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        let escape = &json.as_bytes()[at..];
        match unicode_escape(escape) {
            Some(0xD800..=0xDBFF) if has_low_half(&escape[6..]) => at += 12,
            Some(0xD800..=0xDFFF) => {
                mended.push_str(&json[copied..at]);
                mended.push_str(REPLACEMENT);
                at += 6;
                copied = at;
            }
            Some(_) => at += 6,
            None => at += 2,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(&json[copied..]);
    Cow::Owned(mended)
}

/// A JSON string's value with U+FFFD in the place of every half of a surrogate pair; `None` for JSON of another
/// type.
pub fn mended_string(raw: &RawValue) -> Option<Cow<'_, str>> {
    string(raw).or_else(|| {
        let literal = Some(raw.get()).filter(|json| json.starts_with('"'))?;
        serde_json::from_str::<String>(&mend(literal)).ok().map(Cow::Owned)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn halves_are_replaced_and_nothing_else() {
        for (json, mended) in [
            (r#""a\ud83d""#, "\"a\u{fffd}\""),
            (r#""\ude00b""#, "\"\u{fffd}b\""),
            (r#""\ud83d\ud83d\ude00""#, "\"\u{fffd}\\ud83d\\ude00\""),
            (r#""\ude00\ud83d""#, "\"\u{fffd}\u{fffd}\""),
            (r#""\uD83D\n""#, "\"\u{fffd}\\n\""),
            (r#"{ "\ud83d" : ["\udc00", 1.50] }"#, "{ \"\u{fffd}\" : [\"\u{fffd}\", 1.50] }"),
        ] {
            assert_eq!(mend(json), mended, "{json}");
        }
        for whole in [r#""\ud83d\ude00""#, r#""\\ud83d""#, r#""\u0000\/é😀""#, "[1, 2]", r#""\\\\""#] {
            assert!(matches!(mend(whole), Cow::Borrowed(same) if same == whole), "{whole}");
        }
    }

    #[test]
    fn a_mended_string_is_a_string() {
        let read = |json: &str| mended_string(serde_json::from_str(json).unwrap()).map(Cow::into_owned);
        assert_eq!(read(r#""a\ud83d\n""#), Some("a\u{fffd}\n".into()));
        assert_eq!(read(r#""plain""#), Some("plain".into()));
        for other in ["1", "null", r#"["\ud83d"]"#] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_mended_is_json_as_javascript_would_read_it(units: Vec<u16>) {
            let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let json = format!("{{\"k{escapes}\":\"{escapes}\"}}");
            let text = String::from_utf16_lossy(&units);
            let value: Value = serde_json::from_str(&mend(&json)).unwrap();
            prop_assert_eq!(value, serde_json::json!({ format!("k{text}"): text }));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\PC\\\\udD8-9]{0,60}") {
            let _mended = mend(&text);
        }
    }
}
