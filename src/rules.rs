//! The rules that single values of a request must keep.

use serde_json::value::RawValue;

use crate::clock::Timestamp;
use crate::error::{Issue, Step};
use crate::json::{self, surrogates::mended_string};

/// Why a value breaks its rule; `text` goes on from the value's name.
#[derive(Clone, Debug)]
pub struct Broken {
    code: &'static str,
    text: String,
    tail: Vec<Step>,
}

impl Broken {
    /// A broken rule, told as the rest of a sentence: "must be 1 to 255 characters".
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), tail: Vec::new() }
    }

    /// Places the problem inside the value.
    #[must_use]
    pub fn at(mut self, step: Step) -> Self {
        self.tail.insert(0, step);
        self
    }

    /// The issue, for the value of that name.
    pub fn into_issue(self, name: &str) -> Issue {
        let mut path = vec![Step::Member(name.to_owned())];
        path.extend(self.tail);
        let message = format!("{} {}", display_path(&path), self.text);
        Issue { code: self.code, path, message }
    }
}

/// The most characters of a caller's own name for something that an error repeats.
const SHOWN: usize = 64;

fn display_path(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Member(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.extend(name.chars().take(SHOWN));
            }
            Step::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    out
}

/// UTF-16 code units, which is what "characters" means in every limit.
pub fn characters(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Text of `min` to `max` characters without U+0000.
pub fn text(min: usize, max: usize) -> impl Fn(&RawValue) -> Result<String, Broken> {
    move |raw| {
        let text = string(raw)?;
        check_text(&text, min, max)?;
        Ok(text)
    }
}

/// The rule of [`text`] for a value that is text already.
///
/// # Errors
/// [`Broken`].
pub fn check_text(text: &str, min: usize, max: usize) -> Result<(), Broken> {
    let length = characters(text);
    if length < min {
        return Err(Broken::new("too_small", format!("must be {min} to {max} characters")));
    }
    if length > max {
        return Err(Broken::new("too_big", format!("must be {min} to {max} characters")));
    }
    if text.contains('\0') { Err(without_nul()) } else { Ok(()) }
}

/// A JSON string of any length, without U+0000, which PostgreSQL cannot hold. Half of a surrogate pair, which
/// no engine can, becomes U+FFFD: whoever cut an emoji in two must not lose the rest of the request for it.
///
/// # Errors
/// [`Broken`].
pub fn string(raw: &RawValue) -> Result<String, Broken> {
    match mended_string(raw) {
        Some(text) if text.contains('\0') => Err(without_nul()),
        Some(text) => Ok(text.into_owned()),
        None => Err(Broken::new("invalid_type", "must be a string")),
    }
}

/// As [`string`] for what proves something: a secret is never another one than was sent.
///
/// # Errors
/// [`Broken`].
pub fn secret(raw: &RawValue) -> Result<String, Broken> {
    match json::string(raw) {
        None if raw.get().starts_with('"') => {
            Err(Broken::new("custom", "must not contain half of a surrogate pair"))
        }
        _ => string(raw),
    }
}

/// A JSON string that is not empty.
///
/// # Errors
/// [`Broken`].
pub fn non_empty(raw: &RawValue) -> Result<String, Broken> {
    let text = string(raw)?;
    if text.is_empty() { Err(Broken::new("too_small", "must not be empty")) } else { Ok(text) }
}

fn without_nul() -> Broken {
    Broken::new("custom", "must not contain the character U+0000")
}

/// What operators call something: 1 to 255 characters, not only white space, which is cut off at both
/// ends.
///
/// # Errors
/// [`Broken`].
pub fn name(raw: &RawValue) -> Result<String, Broken> {
    check_name(&string(raw)?)
}

/// The rule of [`name`] for a value that is text already.
///
/// # Errors
/// [`Broken`].
pub fn check_name(text: &str) -> Result<String, Broken> {
    let name = text.trim();
    check_text(name, 1, 255)?;
    Ok(name.to_owned())
}

/// What people call an end user, made of whatever text: trimmed, cut to 255 characters, without U+0000. `None`
/// when nothing is left.
pub fn display_name(text: &str) -> Option<String> {
    const MAX: usize = 255;
    let text = text.replace('\0', "");
    let mut name = String::new();
    let mut length = 0;
    for character in text.trim().chars() {
        length += character.len_utf16();
        if length > MAX {
            break;
        }
        name.push(character);
    }
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// A whole number from `min` to `max`, written in digits.
pub fn integer(min: i64, max: i64) -> impl Fn(&RawValue) -> Result<i64, Broken> {
    move |raw| match raw.get().parse::<i64>() {
        Ok(number) if number < min => {
            Err(Broken::new("too_small", format!("must be a whole number from {min} to {max}")))
        }
        Ok(number) if number <= max => Ok(number),
        Ok(_) => Err(Broken::new("too_big", format!("must be a whole number from {min} to {max}"))),
        Err(_) => Err(Broken::new("invalid_type", format!("must be a whole number from {min} to {max}"))),
    }
}

/// One of a few texts, as `read` knows them.
pub fn choice<T>(
    choices: &'static [&'static str],
    read: impl Fn(&str) -> Option<T>,
) -> impl Fn(&RawValue) -> Result<T, Broken> {
    move |raw| {
        let text = string(raw)?;
        read(&text)
            .ok_or_else(|| Broken::new("invalid_value", format!("must be one of {}", choices.join(", "))))
    }
}

/// Another rule, or `null`.
pub fn or_null<T>(
    rule: impl Fn(&RawValue) -> Result<T, Broken>,
) -> impl Fn(&RawValue) -> Result<Option<T>, Broken> {
    move |raw| if raw.get() == "null" { Ok(None) } else { rule(raw).map(Some) }
}

/// A JSON boolean.
///
/// # Errors
/// [`Broken`].
pub fn boolean(raw: &RawValue) -> Result<bool, Broken> {
    match raw.get() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Broken::new("invalid_type", "must be true or false")),
    }
}

/// An ISO 8601 date-time as [`Timestamp::parse`] reads it.
///
/// # Errors
/// [`Broken`].
pub fn timestamp(raw: &RawValue) -> Result<Timestamp, Broken> {
    let text = string(raw)?;
    Timestamp::parse(&text).ok_or_else(no_timestamp)
}

/// What is wrong with a text that [`Timestamp::parse`] does not read.
pub fn no_timestamp() -> Broken {
    Broken::new("invalid_format", "must be an ISO 8601 date-time such as 2026-09-21T14:13:20.000Z")
}

/// An array of `min` to `max` elements, each keeping `rule`.
pub fn array<T>(
    min: usize,
    max: usize,
    rule: impl Fn(&RawValue) -> Result<T, Broken>,
) -> impl Fn(&RawValue) -> Result<Vec<T>, Broken> {
    move |raw| {
        let elements: Vec<&RawValue> =
            serde_json::from_str(raw.get()).map_err(|_| Broken::new("invalid_type", "must be an array"))?;
        if elements.len() < min {
            return Err(Broken::new("too_small", format!("must have {min} to {max} elements")));
        }
        if elements.len() > max {
            return Err(Broken::new("too_big", format!("must have {min} to {max} elements")));
        }
        let each = elements.into_iter().enumerate();
        each.map(|(index, raw)| rule(raw).map_err(|broken| broken.at(Step::Index(index)))).collect()
    }
}
