//! JSON as text: reading objects strictly, every member once and none lost, and compacting.

pub mod equality;
pub mod pick;
pub mod print;
pub mod surrogates;

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The members of a JSON object in the order they were written, their values still as text.
pub struct Members<'t>(pub Vec<(Cow<'t, str>, &'t RawValue)>);

/// Why a text is not an object with members of different names.
#[derive(Debug, PartialEq, Eq)]
pub enum NotMembers {
    /// It is not JSON.
    Malformed,
    /// It is JSON of another type.
    NotAnObject,
    /// A name stands twice.
    Duplicate(String),
}

impl<'t> Members<'t> {
    /// Reads an object. Values are checked to be JSON but not looked into, so that no depth of nesting
    /// costs stack.
    ///
    /// # Errors
    /// [`NotMembers`]; a name with half of a surrogate pair, which no text can hold, is malformed.
    pub fn parse(text: &'t str) -> Result<Self, NotMembers> {
        Self::read(text, string)
    }

    /// As [`Members::parse`], with U+FFFD in names in the place of halves of surrogate pairs. Two names may
    /// be one then.
    ///
    /// # Errors
    /// [`NotMembers`].
    pub fn parse_mended(text: &'t str) -> Result<Self, NotMembers> {
        Self::read(text, surrogates::mended_string)
    }

    fn read(text: &'t str, name_of: fn(&'t RawValue) -> Option<Cow<'t, str>>) -> Result<Self, NotMembers> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|_| NotMembers::Malformed)?;
        if !raw.get().starts_with('{') {
            return Err(NotMembers::NotAnObject);
        }
        let RawMembers(raw) = serde_json::from_str(raw.get()).map_err(|_| NotMembers::Malformed)?;
        let named = raw.into_iter().map(|(name, value)| name_of(name).map(|name| (name, value)));
        let members = Self(named.collect::<Option<_>>().ok_or(NotMembers::Malformed)?);
        match members.duplicate() {
            Some(name) => Err(NotMembers::Duplicate(name.to_owned())),
            None => Ok(members),
        }
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&'t RawValue> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    /// Few members are compared with each other; many are sorted, so that a hostile body of a million
    /// members costs no more than its length.
    fn duplicate(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
    }
}

/// The members of an object, names and values as they are written.
struct RawMembers<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de> Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AllMembers;

        impl<'de> Visitor<'de> for AllMembers {
            type Value = RawMembers<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(RawMembers(members))
            }
        }

        deserializer.deserialize_map(AllMembers)
    }
}

/// A JSON string's value, borrowed when it is written without escapes; `None` for JSON of another type and for
/// halves of surrogate pairs.
pub fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let literal = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if !literal.contains('\\') {
        return Some(literal.into());
    }
    serde_json::from_str::<String>(raw.get()).ok().map(Cow::Owned)
}

/// What kind of JSON a value is, in words that follow "is".
pub fn kind(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Checks that every object inside a JSON value has members of different names and that no text has
/// U+0000 or half of a surrogate pair: what is asked of all JSON but message content.
pub fn is_strict(raw: &RawValue) -> bool {
    serde_json::from_str::<Strict>(raw.get()).is_ok()
}

/// Any JSON value, looked through and thrown away. The parser bounds the nesting.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = Strict;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Strict, E> {
        if text.contains('\0') { Err(E::custom("U+0000")) } else { Ok(Strict) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strict, A::Error> {
        while seq.next_element::<Strict>()?.is_some() {}
        Ok(Strict)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, Strict)) = map.next_entry::<String, Strict>()? {
            if name.contains('\0') || !names.insert(name) {
                return Err(serde::de::Error::custom("a name twice, or with U+0000"));
            }
        }
        Ok(Strict)
    }
}

/// A JSON text without its white space, and its length as `JSON.stringify` would print it.
pub struct Compact {
    /// The text.
    pub text: String,
    /// UTF-16 code units.
    pub length: usize,
}

impl Compact {
    /// Compacts a JSON text, which the caller has parsed before; `None` when arrays and objects nest
    /// deeper than `max_depth`.
    pub fn of(json: &str, max_depth: usize) -> Option<Self> {
        let mut compact = Self { text: String::with_capacity(json.len()), length: 0 };
        let mut depth = 0_usize;
        let mut rest = json;
        while let Some(token) = rest.as_bytes().first() {
            let size = match token {
                b'"' => {
                    let (size, length) = measure_string(rest);
                    compact.length += length;
                    compact.text.push_str(&rest[..size]);
                    rest = &rest[size..];
                    continue;
                }
                b' ' | b'\t' | b'\n' | b'\r' => {
                    rest = &rest[1..];
                    continue;
                }
                b'{' | b'[' => {
                    depth += 1;
                    1
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    1
                }
                // Outside of strings JSON is ASCII; a caller that has not parsed it gets it back as it is.
                _ => rest.chars().next().map_or(1, char::len_utf8),
            };
            if depth > max_depth {
                return None;
            }
            compact.length += size;
            compact.text.push_str(&rest[..size]);
            rest = &rest[size..];
        }
        Some(compact)
    }
}

/// The bytes of the string literal that `json` begins with, quotes included, and the UTF-16 code units
/// that `JSON.stringify` needs for it: it escapes only quotes, backslashes, control characters and
/// halves of surrogate pairs.
fn measure_string(json: &str) -> (usize, usize) {
    let bytes = json.as_bytes();
    let (mut at, mut length) = (1, 2);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return (at + 1, length),
            b'\\' => {
                let (size, units) = measure_escape(&bytes[at..]);
                at += size;
                length += units;
            }
            // The first byte of a character outside the basic plane: two code units.
            0xF0.. => {
                at += 4;
                length += 2;
            }
            0x80..0xC0 => at += 1,
            _ => {
                at += 1;
                length += 1;
            }
        }
    }
    (bytes.len(), length)
}

fn measure_escape(escape: &[u8]) -> (usize, usize) {
    match escape.get(1) {
        Some(b'/') => (2, 1),
        Some(b'u') => match unicode_escape(escape) {
            Some(0xD800..=0xDBFF) if has_low_half(&escape[6..]) => (12, 2),
            Some(0x08 | 0x09 | 0x0A | 0x0C | 0x0D | 0x22 | 0x5C) => (6, 2),
            Some(0x00..=0x1F | 0xD800..=0xDFFF) => (6, 6),
            _ => (6, 1),
        },
        _ => (2, 2),
    }
}

fn has_low_half(next: &[u8]) -> bool {
    unicode_escape(next).is_some_and(|low| (0xDC00..=0xDFFF).contains(&low))
}

fn unicode_escape(escape: &[u8]) -> Option<u32> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_in_order_with_their_text() {
        let members = Members::parse(r#" {"a": [1, 2], "b\u0041":{"x":1}} "#).unwrap();
        let seen: Vec<_> = members.0.iter().map(|(name, value)| (name.as_ref(), value.get())).collect();
        assert_eq!(seen, [("a", "[1, 2]"), ("bA", r#"{"x":1}"#)]);
    }

    #[test]
    fn a_name_may_stand_once_however_it_is_written() {
        assert!(
            matches!(Members::parse(r#"{"a":1,"\u0061":2}"#), Err(NotMembers::Duplicate(name)) if name == "a")
        );
    }

    #[test]
    fn other_json_is_told_from_no_json() {
        for text in ["[]", "1", "\"{}\"", "null"] {
            assert_eq!(Members::parse(text).err(), Some(NotMembers::NotAnObject), "{text}");
        }
        for text in ["", "{", "{\"a\":}", "{} {}", "{'a':1}", "{\"a\":01}", r#"{"\ud800":1}"#] {
            assert_eq!(Members::parse(text).err(), Some(NotMembers::Malformed), "{text}");
        }
    }

    #[test]
    fn no_depth_overflows_the_stack() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert!(Members::parse(&deep).is_ok());
    }

    fn length(json: &str) -> usize {
        Compact::of(json, 9).unwrap().length
    }

    #[test]
    fn the_length_is_that_of_json_stringify() {
        assert_eq!(length(r#"{"a":"\u0041\/"}"#), r#"{"a":"A/"}"#.len());
        assert_eq!(length(r#"{"a":"\u0000"}"#), r#"{"a":"\u0000"}"#.len());
        assert_eq!(length(r#"{"a":"\u000a\""}"#), r#"{"a":"\n\""}"#.len());
        assert_eq!(length(r#"{"a":"😀é"}"#), 8 + 3);
        assert_eq!(length(r#"{"a":"\ud83d\ude00"}"#), 8 + 2);
        assert_eq!(length(r#"{"a":"\ud83d"}"#), 8 + 6);
        assert_eq!(length(r#"{"a":"\ud83d\ud83d\ude00"}"#), 8 + 6 + 2);
    }

    #[test]
    fn kinds_of_json_have_names() {
        for (json, name) in [
            ("\"a\"", "a string"),
            ("{}", "an object"),
            ("[1]", "a list"),
            ("true", "a boolean"),
            ("null", "null"),
            ("-1.5", "a number"),
        ] {
            assert_eq!(kind(serde_json::from_str(json).unwrap()), name);
        }
    }

    #[test]
    fn names_are_mended_only_when_asked_to() {
        let text = r#"{"a\ud83d":1}"#;
        assert_eq!(Members::parse(text).err(), Some(NotMembers::Malformed));
        assert!(Members::parse_mended(text).unwrap().get("a\u{fffd}").is_some());
        // Both were cut at the same place: neither may be lost for the other.
        assert_eq!(
            Members::parse_mended(r#"{"a\ud83d":1,"a\ud83e":2}"#).err(),
            Some(NotMembers::Duplicate("a\u{fffd}".into()))
        );
    }

    #[test]
    fn strict_json_has_no_name_twice_and_no_odd_characters() {
        let is_strict = |json: &str| super::is_strict(serde_json::from_str(json).unwrap());
        assert!(is_strict(r#"{"a":[1,-1,1.5,true,null,"x",{"a":1}],"b":{"a":1}}"#));
        for json in [
            r#"[{"a":1,"a":2}]"#,
            r#"{"a":{"b":1,"\u0062":2}}"#,
            r#"["\u0000"]"#,
            r#"{"\u0000":1}"#,
            r#"["\ud800"]"#,
        ] {
            assert!(!is_strict(json), "{json}");
        }
        assert!(!is_strict(&format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))));
    }
}
