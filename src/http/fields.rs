//! Reading a JSON object member by member, collecting every problem on the way.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::error::{Error, Issue, Result, Step};
use crate::json::{Members, NotMembers};
use crate::rules::{self, Broken};

/// The most unknown members that a refusal names: a hostile body may have a million.
const MAX_UNKNOWN: usize = 10;

/// A request body that can be read from JSON.
pub trait FromBody: Sized {
    /// Whether a member that the type does not know is refused.
    const STRICT: bool = true;

    /// Takes the members it knows. `None` only when one of them broke its rule, which `fields` has noted.
    fn read(fields: &mut Fields<'_>) -> Option<Self>;
}

/// The members of a body, and what was wrong with them so far.
pub struct Fields<'b> {
    members: Vec<(Cow<'b, str>, &'b RawValue)>,
    issues: Vec<Issue>,
}

impl<'b> Fields<'b> {
    /// Parses a body.
    ///
    /// # Errors
    /// 400 for anything but an object with members of different names.
    pub fn parse(body: &'b [u8]) -> Result<Self> {
        let text = std::str::from_utf8(body)
            .map_err(|_| Error::malformed_json().with_help("The request body is not UTF-8"))?;
        match Members::parse_mended(text) {
            Ok(Members(members)) => Ok(Self { members, issues: Vec::new() }),
            Err(NotMembers::Malformed) => Err(Error::malformed_json()),
            Err(NotMembers::NotAnObject) => Err(Error::invalid(vec![Issue {
                code: "invalid_type",
                path: vec![],
                message: "The request body must be a JSON object".into(),
            }])),
            Err(NotMembers::Duplicate(name)) => {
                Err(Error::invalid(vec![Broken::new("custom", "stands twice in the body").into_issue(&name)]))
            }
        }
    }

    /// A member that must be there.
    pub fn required<T>(&mut self, name: &str, rule: impl Fn(&RawValue) -> Result<T, Broken>) -> Option<T> {
        match self.take(name) {
            Some(raw) => self.check(name, rule(raw)),
            None => {
                self.issues.push(Broken::new("invalid_type", "is required").into_issue(name));
                None
            }
        }
    }

    /// A member that must be an array of at most `max` elements, of which every one that breaks its rule
    /// is told.
    pub fn required_list<T>(
        &mut self,
        name: &str,
        max: usize,
        rule: impl Fn(&RawValue) -> Result<T, Broken>,
    ) -> Option<Vec<T>> {
        let elements = self.required(name, rules::array(0, max, |raw| Ok(raw.to_owned())))?;
        let mut values = Vec::new();
        for (index, raw) in elements.iter().enumerate() {
            match rule(raw) {
                Ok(value) => values.push(value),
                Err(broken) => self.issues.push(broken.at(Step::Index(index)).into_issue(name)),
            }
        }
        (values.len() == elements.len()).then_some(values)
    }

    /// A member that may be missing. The outer `None` is a broken rule.
    pub fn optional<T>(
        &mut self,
        name: &str,
        rule: impl Fn(&RawValue) -> Result<T, Broken>,
    ) -> Option<Option<T>> {
        match self.take(name) {
            Some(raw) => self.check(name, rule(raw)).map(Some),
            None => Some(None),
        }
    }

    /// A member that may be missing or `null`, which are two things: `Some(None)` inside is `null`.
    pub fn nullable<T>(
        &mut self,
        name: &str,
        rule: impl Fn(&RawValue) -> Result<T, Broken>,
    ) -> Option<Option<Option<T>>> {
        self.optional(name, rules::or_null(rule))
    }

    /// Notes a problem that concerns more than one member.
    pub fn refuse(&mut self, name: &str, broken: Broken) {
        self.issues.push(broken.into_issue(name));
    }

    fn take(&mut self, name: &str) -> Option<&'b RawValue> {
        let at = self.members.iter().position(|(member, _)| member == name)?;
        Some(self.members.swap_remove(at).1)
    }

    fn check<T>(&mut self, name: &str, outcome: Result<T, Broken>) -> Option<T> {
        outcome.map_err(|broken| self.issues.push(broken.into_issue(name))).ok()
    }

    /// Ends the reading of a whole body.
    ///
    /// # Errors
    /// 400 with every problem that was noted.
    pub fn finish<T: FromBody>(mut self, value: Option<T>) -> Result<T> {
        if T::STRICT && !self.members.is_empty() {
            self.members.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            self.issues.extend(self.members.iter().take(MAX_UNKNOWN).map(|(name, _)| unknown(name)));
        }
        match value {
            Some(value) if self.issues.is_empty() => Ok(value),
            _ => Err(Error::invalid(self.issues)),
        }
    }
}

fn unknown(name: &str) -> Issue {
    let shown: String = name.chars().take(64).collect();
    Issue {
        code: "unrecognized_keys",
        path: vec![Step::Member(shown.clone())],
        message: format!("{shown} is not a known key of this request"),
    }
}

/// Reads a whole body.
///
/// # Errors
/// 400 naming the fields.
pub fn read<T: FromBody>(body: &[u8]) -> Result<T> {
    let mut fields = Fields::parse(body)?;
    let value = T::read(&mut fields);
    fields.finish(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[derive(Debug, PartialEq)]
    struct Sample {
        name: String,
        note: Option<Option<String>>,
    }

    impl FromBody for Sample {
        fn read(fields: &mut Fields<'_>) -> Option<Self> {
            let name = fields.required("name", rules::text(1, 3));
            let note = fields.nullable("note", rules::text(0, 5));
            Some(Self { name: name?, note: note? })
        }
    }

    fn issues(body: &str) -> Vec<(String, &'static str)> {
        let error = read::<Sample>(body.as_bytes()).unwrap_err();
        let Kind::Invalid(issues) = error.kind() else { panic!("{error:?}") };
        issues.iter().map(|issue| (issue.message.clone(), issue.code)).collect()
    }

    #[test]
    fn null_and_missing_are_two_things() {
        let note = |body: &str| read::<Sample>(body.as_bytes()).unwrap().note;
        assert_eq!(note(r#"{"name":"a"}"#), None);
        assert_eq!(note(r#"{"name":"a","note":null}"#), Some(None));
        assert_eq!(note(r#"{"note":"x","name":"a"}"#), Some(Some("x".into())));
    }

    #[test]
    fn every_problem_is_told_and_names_its_field() {
        assert_eq!(
            issues(r#"{"note":5,"zeta":1,"name":"four"}"#),
            [
                ("name must be 1 to 3 characters".into(), "too_big"),
                ("note must be a string".into(), "invalid_type"),
                ("zeta is not a known key of this request".into(), "unrecognized_keys"),
            ]
        );
        assert_eq!(issues("{}"), [("name is required".into(), "invalid_type")]);
        assert_eq!(issues(r#"{"name":null}"#), [("name must be a string".into(), "invalid_type")]);
    }

    #[test]
    fn odd_characters_are_refused() {
        assert_eq!(issues(r#"{"name":"\u0000"}"#)[0].0, "name must not contain the character U+0000");
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        assert_eq!(read::<Sample>(br#"{"name":"a\ud83d"}"#).unwrap().name, "a\u{fffd}");
        assert_eq!(issues(r#"{"name":"a","\ud800":1}"#)[0].0, "\u{fffd} is not a known key of this request");
        assert_eq!(issues(r#"{"name":"a","\ud800":1,"\ud801":2}"#)[0].0, "\u{fffd} stands twice in the body");
    }

    #[test]
    fn duplicates_are_refused_even_when_unknown() {
        assert_eq!(issues(r#"{"name":"a","x":1,"x":1}"#)[0].0, "x stands twice in the body");
    }

    #[test]
    fn what_is_no_json_is_told_apart() {
        for body in [&b"{"[..], b"", b"{\"name\":\"a\"}x", b"\xff"] {
            let error = read::<Sample>(body).unwrap_err();
            assert_eq!(error.code(), "Malformed JSON in request body");
        }
        assert_eq!(issues("[]")[0].0, "The request body must be a JSON object");
    }
}
