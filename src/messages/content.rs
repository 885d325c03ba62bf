//! A message's content: opaque JSON, kept as it was sent.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::json::equality::is_equal;
use crate::json::pick::members;
use crate::json::{self, Compact};

/// The most UTF-16 code units content may have when printed compactly, unless the operator allows less:
/// room for a picture or two that stand in it as data URLs.
pub const MAX_LENGTH: usize = 8_388_608;

/// The deepest nesting of arrays and objects in content. Deeper than any tree that an app draws, shallow
/// enough for what recurses.
pub const MAX_DEPTH: usize = 1_000;

/// The most bytes of content that says nothing: of the placeholder of a reply that is to come.
const MAX_EMPTY: usize = 4096;

/// The most bytes that are compared, on both sides together, while others wait for that.
const MAX_COMPARED: usize = 128 * 1024;

/// A JSON object as text, without white space between its tokens. Everything else is as it was sent:
/// escapes, the spelling of numbers, duplicate names, halves of surrogate pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content(String);

/// Content on its way in, and how long it is.
#[derive(Clone, Debug)]
pub struct NewContent {
    content: Content,
    length: usize,
}

impl NewContent {
    /// The content, if it has at most `max` characters.
    pub fn within(self, max: usize) -> Option<Content> {
        (self.length <= max).then_some(self.content)
    }
}

/// Why a JSON text cannot be content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidContent {
    /// JSON of another type.
    NotAnObject,
    /// More than [`MAX_LENGTH`].
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

impl Content {
    /// Takes a JSON text, which the caller has parsed before, as content.
    ///
    /// # Errors
    /// [`InvalidContent`].
    pub fn from_json(raw: &RawValue) -> Result<NewContent, InvalidContent> {
        if !raw.get().starts_with('{') {
            return Err(InvalidContent::NotAnObject);
        }
        let compact = Compact::of(raw.get(), MAX_DEPTH).ok_or(InvalidContent::TooDeep)?;
        if compact.length > MAX_LENGTH {
            return Err(InvalidContent::TooLong);
        }
        Ok(NewContent { content: Self(compact.text), length: compact.length })
    }

    /// Content as the database returned it.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Who speaks: the `role` member when it is a string. The last of several counts, as in JavaScript.
    pub fn role(&self) -> Option<String> {
        let raw = serde_json::from_str(&self.0).ok()?;
        let [role] = members(raw, ["role"])?;
        role.and_then(json::string).map(std::borrow::Cow::into_owned)
    }

    /// Whether an end user wrote it.
    pub fn is_of_user(&self) -> bool {
        match self.role() {
            Some(role) => role == "user",
            None => self.0.contains(r#""type":"human""#),
        }
    }

    /// Whether nothing is said in it: its parts are none, or texts without a word. What is longer than
    /// [`MAX_EMPTY`] says something.
    pub fn is_empty(&self) -> bool {
        if self.0.len() > MAX_EMPTY {
            return false;
        }
        let Ok(Value::Object(members)) = serde_json::from_str(&self.0) else { return false };
        let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        let is_empty_part = |part: &Value| part.get("text").is_some_and(is_blank);
        ["content", "parts"].iter().filter_map(|name| members.get(*name)).all(|value| match value {
            Value::Array(parts) => parts.iter().all(is_empty_part),
            value => is_blank(value),
        })
    }

    /// Whether this, which is stored, and other content mean the same JSON, whatever the order of members and the
    /// spelling of strings. `None` when it takes so long to say that it must be judged first.
    pub fn means_the_same_as(&self, other: &Self, judged: Option<&Judgement>) -> Option<bool> {
        if self.0 == other.0 {
            return Some(true);
        }
        match judged {
            Some(judged) if judged.stored == *self => Some(judged.is_same),
            _ if self.0.len() + other.0.len() > MAX_COMPARED => None,
            _ => Some(is_equal(&self.0, &other.0)),
        }
    }

    /// Whether this, which is stored, and other content are of one role.
    pub fn is_of_role_of(&self, other: &Self, judged: Option<&Judgement>) -> bool {
        match judged {
            Some(judged) if judged.stored == *self => judged.is_of_same_role,
            _ => self.role() == other.role(),
        }
    }
}

/// How content that somebody wants to write compares with what is stored.
#[derive(Clone, Debug)]
pub struct Judgement {
    stored: Content,
    is_same: bool,
    is_of_same_role: bool,
}

impl Judgement {
    /// Compares content of any length. Takes 0.2 s for a mebibyte of the most hostile kind.
    pub fn of(stored: Content, new: &Content) -> Self {
        let is_of_same_role = stored.role() == new.role();
        Self { is_same: is_equal(&stored.0, &new.0), is_of_same_role, stored }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn content(json: &str) -> Result<Content, InvalidContent> {
        Content::from_json(serde_json::from_str(json).unwrap()).map(|new| new.content)
    }

    #[test]
    fn only_white_space_between_tokens_goes() {
        let json = "{ \"a\" : [ 1.50 , \"x y\\u0000\\ud83d\" ] ,\n\t\"a\":\r{ } }";
        assert_eq!(content(json).unwrap().as_str(), r#"{"a":[1.50,"x y\u0000\ud83d"],"a":{}}"#);
    }

    #[test]
    fn the_limit_is_exact() {
        let of_length = |length: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(length - 8));
        assert!(content(&of_length(MAX_LENGTH)).is_ok());
        assert_eq!(content(&of_length(MAX_LENGTH + 1)), Err(InvalidContent::TooLong));
        let padded = format!("{}{}", " ".repeat(100), of_length(MAX_LENGTH));
        assert!(content(&padded).is_ok());
        let new =
            |length: usize| Content::from_json(serde_json::from_str(&of_length(length)).unwrap()).unwrap();
        assert!(new(20).within(20).is_some());
        assert!(new(21).within(20).is_none());
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1));
        assert!(content(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(content(&nested(MAX_DEPTH + 1)), Err(InvalidContent::TooDeep));
        assert_eq!(content(&nested(10_000)), Err(InvalidContent::TooDeep));
    }

    #[test]
    fn only_objects_are_content() {
        for json in ["[]", "null", "\"{}\"", "1"] {
            assert_eq!(content(json), Err(InvalidContent::NotAnObject));
        }
    }

    #[test]
    fn the_last_role_counts_and_must_be_a_string() {
        let role = |json: &str| content(json).unwrap().role();
        assert_eq!(role(r#"{"role":"user","parts":[{"role":"x"}]}"#).as_deref(), Some("user"));
        assert_eq!(role(r#"{"role":"user","\u0072ole":"assistant"}"#).as_deref(), Some("assistant"));
        assert_eq!(role(r#"{"role":["user"]}"#), None);
        assert_eq!(role(r#"{"role":"user","role":null}"#), None);
        assert_eq!(role("{}"), None);
    }

    #[test]
    fn equality_is_of_meaning() {
        let same =
            |a: &str, b: &str| content(a).unwrap().means_the_same_as(&content(b).unwrap(), None).unwrap();
        assert!(same(r#"{"a":1,"b":[2,{"c":"A"}]}"#, r#"{"b":[2,{"c":"\u0041"}],"a":1}"#));
        assert!(!same(r#"{"n":738529527931269425}"#, r#"{"n":738529527931269426}"#));
        assert!(!same(r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#));
        assert!(!same(r#"{"a":null}"#, "{}"));
        assert!(same(r#"{"a":"\ud83d"}"#, r#"{ "a": "\ud83d" }"#));
        assert!(!same(r#"{"a":"\ud83d"}"#, r#"{"a":"\ud83c"}"#));
    }

    #[test]
    fn what_is_long_is_judged_first() {
        let long =
            |members: &str| content(&format!(r#"{{{members},"c":"{}"}}"#, "x".repeat(MAX_COMPARED))).unwrap();
        let (stored, same, other) = (long(r#""a":1,"b":2"#), long(r#""b":2,"a":1"#), long(r#""a":1,"b":3"#));
        assert_eq!(stored.means_the_same_as(&stored, None), Some(true));
        for (new, is_same) in [(same, true), (other, false)] {
            assert_eq!(stored.means_the_same_as(&new, None), None);
            let judgement = Judgement::of(stored.clone(), &new);
            assert_eq!(stored.means_the_same_as(&new, Some(&judgement)), Some(is_same));
            // Meanwhile somebody has written something else.
            let changed = long(r#""a":4"#);
            assert_eq!(changed.means_the_same_as(&new, Some(&judgement)), None);
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[\\PC\\x00-\\x1f]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,6}", inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn pretty_printing_changes_nothing(value in any_json()) {
            let value = serde_json::json!({ "value": value });
            let compact = content(&value.to_string()).unwrap();
            let pretty = content(&serde_json::to_string_pretty(&value).unwrap()).unwrap();
            prop_assert_eq!(&compact, &pretty);
            prop_assert_eq!(compact.as_str(), value.to_string());
            prop_assert_eq!(
                Compact::of(compact.as_str(), MAX_DEPTH).unwrap().length,
                value.to_string().encode_utf16().count()
            );
        }
    }
}
