//! Strict reading of JSON objects: every member once, none lost.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
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
    /// [`NotMembers`].
    pub fn parse(text: &'t str) -> Result<Self, NotMembers> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|_| NotMembers::Malformed)?;
        if !raw.get().starts_with('{') {
            return Err(NotMembers::NotAnObject);
        }
        // What is left to fail is a name with half of a surrogate pair, which no string can hold.
        let members: Self = serde_json::from_str(raw.get()).map_err(|_| NotMembers::Malformed)?;
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

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AllMembers;

        impl<'de> Visitor<'de> for AllMembers {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(AllMembers)
    }
}

/// A member's name, borrowed when it is written without escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);

/// A JSON string's value, or `None` for JSON of another type and for half surrogate pairs.
pub fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Name<'_>>(raw.get()).ok().map(|Name(text)| text)
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
}
