//! Finding values in a token: a claim by its name, a path into nested objects, a template of several.
//!
//! A setting without braces names one claim, literally, dots and slashes included. With braces it is a
//! template: `{o.id}` reaches into nested objects, `{/json/pointer}` follows RFC 6901, and the text
//! between placeholders stands for itself.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::value::RawValue;

use crate::auth::jwt::Claims;
use crate::json::surrogates::mended_string;
use crate::json::{self, Members};
use crate::rules::characters;

/// The most characters of a setting.
const MAX_SETTING: usize = 255;

/// The most steps into nested objects.
const MAX_STEPS: usize = 16;

/// A setting that says where in a token a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The names to follow, outermost first; never empty.
    Claim(Vec<String>),
}

/// Why a text is no such setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    /// Empty or too long.
    #[error("must be 1 to 255 characters")]
    Length,
    /// A brace without its counterpart, or one inside another.
    #[error("has a brace without its counterpart")]
    Braces,
    /// A placeholder that names nothing, or reaches too deep.
    #[error("has a placeholder that names no claim")]
    Path,
    /// A template of text alone would give every token the same value.
    #[error("names no claim")]
    NoClaim,
    /// `{a}{b}`: `x` and `yz` would meet `xy` and `z`.
    #[error("needs a separator between two placeholders, such as `{{org_id}}:{{sub}}`")]
    Adjacent,
}

/// Why a token has no value for a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoValue {
    /// A claim is not there at all.
    Absent,
    /// A claim is there and identifies nobody: what kind of JSON it is.
    Kind(&'static str),
    /// A claim holds a character that separates placeholders, and could be mistaken for another user's.
    Separator,
}

impl Template {
    /// Reads a setting.
    ///
    /// # Errors
    /// [`BadTemplate`].
    pub fn parse(text: &str) -> Result<Self, BadTemplate> {
        if text.is_empty() || characters(text) > MAX_SETTING || text.contains('\0') {
            return Err(BadTemplate::Length);
        }
        let parts = match text.contains(['{', '}']) {
            true => parse_parts(text)?,
            false => vec![Part::Claim(vec![text.to_owned()])],
        };
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The setting's text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What every value of it begins with, whatever the token; empty when that is up to a claim.
    pub fn beginning(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            Some(Part::Claim(_)) | None => "",
        }
    }

    /// The outermost claims that it reads.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Claim(path) => path.first().map(String::as_str),
            Part::Text(_) => None,
        })
    }

    /// The JSON of the claim, when the setting is one claim and nothing else.
    pub fn raw<'t>(&self, claims: &Claims<'t>) -> Option<&'t RawValue> {
        match self.parts.as_slice() {
            [Part::Claim(path)] => follow(claims, path),
            _ => None,
        }
    }

    /// The value in a token, of strings and integers.
    ///
    /// # Errors
    /// [`NoValue`].
    pub fn read(&self, claims: &Claims<'_>) -> Result<String, NoValue> {
        self.read_with(claims, scalar, &self.separators())
    }

    /// The value in a token, of strings alone, whatever they hold: for texts that identify nobody. Halves of
    /// surrogate pairs become U+FFFD.
    ///
    /// # Errors
    /// [`NoValue`].
    pub fn read_text(&self, claims: &Claims<'_>) -> Result<String, NoValue> {
        self.read_with(claims, mended_string, &HashSet::new())
    }

    fn read_with<'t>(
        &self,
        claims: &Claims<'t>,
        value_of: fn(&'t RawValue) -> Option<Cow<'t, str>>,
        separators: &HashSet<char>,
    ) -> Result<String, NoValue> {
        let mut value = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Claim(path) => {
                    let found = follow(claims, path).ok_or(NoValue::Absent)?;
                    let found = value_of(found).ok_or(NoValue::Kind(json::kind(found)))?;
                    if found.chars().any(|c| separators.contains(&c)) {
                        return Err(NoValue::Separator);
                    }
                    value.push_str(&found);
                }
            }
        }
        Ok(value)
    }

    /// The characters that keep two placeholders apart, which no value may hold: else `a:b` and `c`
    /// would meet `a` and `b:c` in `{x}:{y}`.
    fn separators(&self) -> HashSet<char> {
        if self.claims().count() < 2 {
            return HashSet::new();
        }
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text),
            Part::Claim(_) => None,
        });
        texts.flat_map(|text| text.chars()).collect()
    }
}

fn parse_parts(text: &str) -> Result<Vec<Part>, BadTemplate> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(open);
        let inner = after.strip_prefix('{').ok_or(BadTemplate::Braces)?;
        let (path, after) = inner.split_once('}').ok_or(BadTemplate::Braces)?;
        if path.contains('{') {
            return Err(BadTemplate::Braces);
        }
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        } else if matches!(parts.last(), Some(Part::Claim(_))) {
            return Err(BadTemplate::Adjacent);
        }
        parts.push(Part::Claim(parse_path(path)?));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    if parts.iter().any(|part| matches!(part, Part::Claim(_))) {
        Ok(parts)
    } else {
        Err(BadTemplate::NoClaim)
    }
}

fn parse_path(path: &str) -> Result<Vec<String>, BadTemplate> {
    let steps: Option<Vec<String>> = match path.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(unescape_step).collect(),
        None => path.split('.').map(|step| Some(step.to_owned())).collect(),
    };
    let steps = steps.filter(|steps| steps.len() <= MAX_STEPS && steps.iter().all(|step| !step.is_empty()));
    steps.ok_or(BadTemplate::Path)
}

/// `~1` stands for a slash and `~0` for a tilde (RFC 6901 §4).
fn unescape_step(step: &str) -> Option<String> {
    let is_proper = step.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    is_proper.then(|| step.replace("~1", "/").replace("~0", "~"))
}

/// The value at the end of a path. Lists are not looked into.
fn follow<'t>(claims: &Claims<'t>, path: &[String]) -> Option<&'t RawValue> {
    let (first, rest) = path.split_first()?;
    let mut value = claims.raw(first)?;
    for step in rest {
        value = Members::parse(value.get()).ok()?.get(step)?;
    }
    Some(value)
}

/// A string's value or an integer's digits; nothing else identifies anyone.
fn scalar(value: &RawValue) -> Option<Cow<'_, str>> {
    if let Some(text) = json::string(value) {
        return Some(text);
    }
    let is_integer = |digits: &str| digits.parse::<i64>().is_ok_and(|number| number.to_string() == digits);
    is_integer(value.get()).then(|| value.get().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str = r#"{"sub":"u1","org_id":"o1","n":17,"a.b":"literal","a":{"b":"nested"},"o":{"id":"o2"},
        "https://stytch.com/organization":{"organization_id":"org-1"},"list":["x"],"t":true,"f":1.5,"e":1e3,
        "z":-0,"nil":null,"empty":"","colon":"a:b","m~n":{"x":"tilde"}}"#;

    fn read(setting: &str) -> Result<String, NoValue> {
        Template::parse(setting).unwrap().read(&Claims::of(TOKEN))
    }

    #[test]
    fn t131_t132_names_paths_and_pointers_find_their_values() {
        for (setting, value) in [
            ("sub", "u1"),
            ("n", "17"),
            ("{org_id}:{sub}", "o1:u1"),
            ("{o.id}", "o2"),
            ("{/https:~1~1stytch.com~1organization/organization_id}", "org-1"),
            ("{/m~0n/x}", "tilde"),
            ("team-{o.id}", "team-o2"),
        ] {
            assert_eq!(read(setting), Ok(value.to_owned()), "{setting}");
        }
    }

    #[test]
    fn t133_without_braces_a_name_is_literal_and_inside_them_dots_nest() {
        assert_eq!(read("a.b"), Ok("literal".into()));
        assert_eq!(read("{a.b}"), Ok("nested".into()));
    }

    #[test]
    fn t130_only_strings_and_integers_count() {
        for (setting, kind) in [
            ("list", "a list"),
            ("t", "a boolean"),
            ("f", "a number"),
            ("e", "a number"),
            ("z", "a number"),
            ("nil", "null"),
            ("a", "an object"),
        ] {
            assert_eq!(read(setting), Err(NoValue::Kind(kind)), "{setting}");
        }
        assert_eq!(read("missing"), Err(NoValue::Absent));
        assert_eq!(read("empty"), Ok(String::new()), "the id rule refuses it");
    }

    #[test]
    fn t134_odd_paths_find_nothing() {
        for setting in ["__proto__", "constructor", "{list.0}", "{/list/0}", "{sub.x}", "{o.id.x}"] {
            assert!(read(setting).is_err(), "{setting}");
        }
        for setting in ["{a..b}", "{.a}", "{}", "{/}", "{/a~2}", "{/a~}"] {
            assert_eq!(Template::parse(setting), Err(BadTemplate::Path), "{setting}");
        }
        let deep = format!("{{{}}}", vec!["a"; 17].join("."));
        assert_eq!(Template::parse(&deep), Err(BadTemplate::Path));
    }

    #[test]
    fn t135_two_placeholders_never_meet_by_accident() {
        assert_eq!(read("{colon}:{sub}"), Err(NoValue::Separator));
        assert_eq!(read("x-{colon}"), Ok("x-a:b".into()), "one placeholder cannot be mistaken");
        assert_eq!(Template::parse("{a}{b}"), Err(BadTemplate::Adjacent));
    }

    #[test]
    fn settings_that_say_nothing_are_refused() {
        for (setting, problem) in [
            ("", BadTemplate::Length),
            ("{a", BadTemplate::Braces),
            ("a}", BadTemplate::Braces),
            ("{a{b}}", BadTemplate::Braces),
            ("{{a}}", BadTemplate::Braces),
        ] {
            assert_eq!(Template::parse(setting), Err(problem), "{setting}");
        }
        assert_eq!(Template::parse(&"a".repeat(256)), Err(BadTemplate::Length));
    }

    proptest! {
        #[test]
        fn no_setting_makes_it_panic(setting in "\\PC{0,40}|[{}a./~]{0,20}") {
            if let Ok(template) = Template::parse(&setting) {
                let _value = template.read(&Claims::of(TOKEN));
            }
        }

        #[test]
        fn templates_are_injective(a in "[ab:]{1,3}", b in "[ab:]{1,3}", c in "[ab:]{1,3}", d in "[ab:]{1,3}") {
            let template = Template::parse("{x}:{y}").unwrap();
            let read = |x: &str, y: &str| template.read(&Claims::of(&format!(r#"{{"x":"{x}","y":"{y}"}}"#)));
            if let (Ok(one), Ok(other)) = (read(&a, &b), read(&c, &d)) {
                prop_assert_eq!(one == other, (a, b) == (c, d));
            }
        }
    }
}
