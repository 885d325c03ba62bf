//! Whether two JSON texts mean the same.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{has_low_half, unicode_escape};

/// Whether two compact JSON texts, which the caller has parsed before, have the same values under the same
/// names: the order of members and the spelling of strings do not count, the last of members of one name
/// does. Numbers are the same only when their text is: no number type holds every one that JSON can write.
///
/// Recurses as deep as the texts nest, which the caller has bounded.
pub fn is_equal(a: &str, b: &str) -> bool {
    a == b || matches!((parse(a), parse(b)), (Some(a), Some(b)) if a == b)
}

/// A value, whose strings are decoded.
#[derive(PartialEq)]
enum Value<'t> {
    /// A number, `true`, `false` or `null`, as it is spelled.
    Word(&'t str),
    Text(Cow<'t, [u8]>),
    Array(Vec<Self>),
    Object(BTreeMap<Cow<'t, [u8]>, Self>),
}

fn parse(json: &str) -> Option<Value<'_>> {
    let mut rest = json;
    let value = take_value(&mut rest)?;
    rest.is_empty().then_some(value)
}

fn take_value<'t>(rest: &mut &'t str) -> Option<Value<'t>> {
    match rest.as_bytes().first()? {
        b'"' => take_text(rest).map(Value::Text),
        b'[' => take_array(rest).map(Value::Array),
        b'{' => take_object(rest).map(Value::Object),
        _ => {
            let end = rest.find([',', ']', '}']).unwrap_or(rest.len());
            let word;
            (word, *rest) = rest.split_at(end);
            Some(Value::Word(word))
        }
    }
}

fn take_array<'t>(rest: &mut &'t str) -> Option<Vec<Value<'t>>> {
    let mut elements = Vec::new();
    take(rest, '[')?;
    if take(rest, ']').is_some() {
        return Some(elements);
    }
    loop {
        elements.push(take_value(rest)?);
        if take(rest, ',').is_none() {
            return take(rest, ']').map(|()| elements);
        }
    }
}

fn take_object<'t>(rest: &mut &'t str) -> Option<BTreeMap<Cow<'t, [u8]>, Value<'t>>> {
    let mut members = BTreeMap::new();
    take(rest, '{')?;
    if take(rest, '}').is_some() {
        return Some(members);
    }
    loop {
        let name = take_text(rest)?;
        take(rest, ':')?;
        members.insert(name, take_value(rest)?);
        if take(rest, ',').is_none() {
            return take(rest, '}').map(|()| members);
        }
    }
}

fn take(rest: &mut &str, token: char) -> Option<()> {
    *rest = rest.strip_prefix(token)?;
    Some(())
}

/// A string's text in UTF-8, in which halves of surrogate pairs are three bytes each as well.
fn take_text<'t>(rest: &mut &'t str) -> Option<Cow<'t, [u8]>> {
    take(rest, '"')?;
    let plain = rest.find(['"', '\\'])?;
    if rest[plain..].starts_with('"') {
        let text = &rest[..plain];
        *rest = &rest[plain + 1..];
        return Some(Cow::Borrowed(text.as_bytes()));
    }
    let mut text = Vec::new();
    loop {
        let plain = rest.find(['"', '\\'])?;
        text.extend_from_slice(&rest.as_bytes()[..plain]);
        *rest = &rest[plain..];
        if take(rest, '"').is_some() {
            return Some(Cow::Owned(text));
        }
        let size = unescape(rest.as_bytes(), &mut text)?;
        *rest = rest.get(size..)?;
    }
}

/// Decodes the escape that `json` begins with; returns the bytes it takes.
fn unescape(json: &[u8], text: &mut Vec<u8>) -> Option<usize> {
    let plain = match json.get(1)? {
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unescape_unit(json, text),
        other => *other,
    };
    text.push(plain);
    Some(2)
}

fn unescape_unit(json: &[u8], text: &mut Vec<u8>) -> Option<usize> {
    let unit = unicode_escape(json)?;
    let next = json.get(6..).unwrap_or_default();
    let (code, size) = if (0xD800..0xDC00).contains(&unit) && has_low_half(next) {
        (0x10000 + ((unit - 0xD800) << 10) + (unicode_escape(next)? - 0xDC00), 12)
    } else {
        (unit, 6)
    };
    match char::from_u32(code) {
        Some(character) => text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        // What UTF-8 would be for half of a pair, were it allowed: no other text has these bytes.
        None => text.extend([0xED, 0x80 | (code >> 6 & 0x3F) as u8, 0x80 | (code & 0x3F) as u8]),
    }
    Some(size)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_and_spelling_do_not_count() {
        assert!(is_equal(r#"{"a":1,"b":[2,{"c":"A"}]}"#, r#"{"b":[2,{"c":"\u0041"}],"a":1}"#));
        assert!(is_equal(r#"{"a":"\/\n\"\\é😀"}"#, r#"{"\u0061":"/\u000a\u0022\u005c\u00e9\ud83d\ude00"}"#));
        assert!(is_equal(r#"{"a":1,"a":2}"#, r#"{"a":2}"#));
        assert!(is_equal("[]", "[]"));
    }

    #[test]
    fn values_count() {
        for (a, b) in [
            (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#),
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":"1"}"#, r#"{"a":1}"#),
            (r#"{"a":[]}"#, r#"{"a":{}}"#),
            (r#"{"a":true}"#, r#"{"a":false}"#),
            ("[1]", "[1,1]"),
        ] {
            assert!(!is_equal(a, b), "{a} {b}");
        }
    }

    #[test]
    fn numbers_are_compared_by_their_text() {
        assert!(!is_equal(r#"{"n":738529527931269425}"#, r#"{"n":738529527931269426}"#));
        assert!(!is_equal(r#"{"n":0.1}"#, r#"{"n":0.10000000000000000555}"#));
        assert!(!is_equal(r#"{"n":1}"#, r#"{"n":1.0}"#));
        assert!(is_equal(r#"{"n":1e400,"m":-0}"#, r#"{"m":-0,"n":1e400}"#));
    }

    #[test]
    fn halves_of_surrogate_pairs_are_values_of_their_own() {
        assert!(is_equal(r#"{"a":"\ud83d","b":1}"#, r#"{"b":1,"a":"\uD83D"}"#));
        assert!(!is_equal(r#"{"a":"\ud83d"}"#, r#"{"a":"\ud83c"}"#));
        assert!(!is_equal(r#"{"a":"\ud83d"}"#, r#"{"a":"�"}"#));
        assert!(!is_equal(r#"{"a":"\ud83d\ude00"}"#, r#"{"a":"\ude00\ud83d"}"#));
        assert!(is_equal(r#"["\ud83d\ud83d\ude00",1]"#, r#"["\ud83d😀",1]"#));
    }

    #[test]
    fn the_deepest_content_is_compared() {
        let nested = |inner: &str| format!("{}{inner}{}", "[".repeat(1_000), "]".repeat(1_000));
        assert!(is_equal(&nested(r#""A""#), &nested(r#""\u0041""#)));
        assert!(!is_equal(&nested("1"), &nested("2")));
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(a in ".{0,40}", b in r#"[\[\]{}",:\\u0-9a-f]{0,40}"#) {
            is_equal(&a, &b);
            prop_assert!(is_equal(&b, &b));
        }
    }
}
