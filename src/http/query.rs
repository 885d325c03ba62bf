//! Reading the query string and path parameters.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::extract;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Issue, Result};
use crate::rules::{self, Broken, check_text};

/// Query parameters of a route.
pub trait FromQuery: Sized {
    /// Takes the parameters it knows; others are ignored.
    fn read(query: &mut Params) -> Option<Self>;
}

/// The parameters of a query string, and what was wrong with them so far.
pub struct Params {
    /// Names, and values unless they are not UTF-8.
    pairs: Vec<(String, Option<String>)>,
    issues: Vec<Issue>,
}

impl Params {
    fn parse(query: &str) -> Self {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A name that is not UTF-8 is none that a route knows.
            (decode(name).unwrap_or_default(), decode(value))
        };
        Self { pairs: query.split('&').map(pair).collect(), issues: Vec::new() }
    }

    /// A parameter that must be there.
    pub fn required<T>(&mut self, name: &str, rule: impl Fn(&str) -> Result<T, Broken>) -> Option<T> {
        let found = self.optional(name, rule)?;
        if found.is_none() {
            self.issues.push(Broken::new("invalid_type", "is missing").into_issue(name));
        }
        found
    }

    /// A parameter that may be missing. The outer `None` is a broken rule.
    pub fn optional<T>(&mut self, name: &str, rule: impl Fn(&str) -> Result<T, Broken>) -> Option<Option<T>> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        let outcome = match (values.next(), values.next()) {
            (None, _) => return Some(None),
            (Some(Some(value)), None) => rule(value),
            (Some(None), None) => Err(not_utf8()),
            (Some(_), Some(_)) => Err(Broken::new("custom", "must be given once")),
        };
        outcome.map_err(|broken| self.issues.push(broken.into_issue(name))).ok().map(Some)
    }
}

/// Decodes `application/x-www-form-urlencoded` text, unless what comes out is not UTF-8. Halves of surrogate
/// pairs, which some programs encode as if they were characters, become U+FFFD, as they do in bodies.
fn decode(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    let mut bytes: Vec<u8> = percent_encoding::percent_decode_str(&text).collect();
    for at in 2..bytes.len() {
        // No character's UTF-8 begins so.
        if let half @ [0xED, 0xA0..=0xBF, 0x80..=0xBF] = &mut bytes[at - 2..=at] {
            half.copy_from_slice("\u{fffd}".as_bytes());
        }
    }
    String::from_utf8(bytes).ok()
}

fn not_utf8() -> Broken {
    Broken::new("custom", "must be percent-encoded UTF-8")
}

/// Text of 1 to 255 characters.
///
/// # Errors
/// [`Broken`].
pub fn short_text(value: &str) -> Result<String, Broken> {
    check_text(value, 1, 255)?;
    Ok(value.to_owned())
}

/// What somebody types into a search box: at most 255 characters; only white space searches nothing.
///
/// # Errors
/// [`Broken`].
pub fn search(value: &str) -> Result<Option<String>, Broken> {
    let value = value.trim();
    check_text(value, 0, 255)?;
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// Exactly `true` or `false`.
///
/// # Errors
/// [`Broken`].
pub fn boolean(value: &str) -> Result<bool, Broken> {
    value.parse().map_err(|_| Broken::new("invalid_value", "must be true or false"))
}

/// An ISO 8601 date-time as [`Timestamp::parse`] reads it.
///
/// # Errors
/// [`Broken`].
pub fn timestamp(value: &str) -> Result<Timestamp, Broken> {
    Timestamp::parse(value).ok_or_else(rules::no_timestamp)
}

/// A decimal integer from 1 to `max`.
pub fn limit(max: u32) -> impl Fn(&str) -> Result<u32, Broken> {
    move |value| {
        let digits = value.strip_prefix('-').unwrap_or(value);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Broken::new("invalid_type", "must be an integer"));
        }
        // Too many digits for the type are too many for the limit.
        match value.parse::<i64>() {
            Ok(number) if number < 1 => {
                Err(Broken::new("too_small", format!("must be an integer from 1 to {max}")))
            }
            Ok(number) if number <= i64::from(max) => u32::try_from(number)
                .map_err(|_| Broken::new("too_big", format!("must be an integer from 1 to {max}"))),
            _ => Err(Broken::new("too_big", format!("must be an integer from 1 to {max}"))),
        }
    }
}

/// The query string, read and checked.
pub struct Query<T>(pub T);

impl<T: FromQuery> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        extract::check_declared_size(&parts.headers)?;
        let mut params = Params::parse(parts.uri.query().unwrap_or_default());
        let value = T::read(&mut params);
        match value {
            Some(value) if params.issues.is_empty() => Ok(Self(value)),
            _ => Err(Error::invalid(params.issues)),
        }
    }
}

/// The path's parameters in order, percent-decoded once, each 1 to 255 characters.
pub struct PathIds<const N: usize>(pub [String; N]);

impl<const N: usize> FromRequestParts<App> for PathIds<N> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        extract::check_declared_size(&parts.headers)?;
        let raw = RawPathParams::from_request_parts(parts, app).await;
        let raw = raw.map_err(|_| Error::invalid(vec![not_utf8().into_issue("path")]))?;
        let mut ids = Vec::with_capacity(N);
        for (name, value) in &raw {
            check_text(value, 1, 255).map_err(|broken| Error::invalid(vec![broken.into_issue(name)]))?;
            ids.push(value.to_owned());
        }
        ids.try_into()
            .map(Self)
            .map_err(|_| Error::internal("the path has other parameters than its handler"))
    }
}

/// The id in a part of a path of the operator API. Browsers take the parts `.` and `..` for steps in the
/// path, percent-encoded too, so these ids have a `~` before them; those that look like that then, one more.
pub fn id_in_path(part: &str) -> &str {
    let is_step = |id: &&str| matches!(id.trim_start_matches('~'), "." | "..");
    part.strip_prefix('~').filter(is_step).unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_integers_in_range() {
        let limit = limit(100);
        assert_eq!(limit("1").unwrap(), 1);
        assert_eq!(limit("0100").unwrap(), 100);
        for value in ["0", "-1", "101", "99999999999999999999", "1.0", "1e1", "", " 1", "+1", "0x1", "abc"] {
            assert!(limit(value).is_err(), "{value}");
        }
    }

    #[test]
    fn a_parameter_may_stand_once() {
        let mut params = Params::parse("a=1&b=2&a=3");
        assert!(params.optional("a", short_text).is_none());
        assert_eq!(params.optional("b", short_text), Some(Some("2".into())));
        assert_eq!(params.optional("c", short_text), Some(None));
        assert_eq!(params.issues[0].message, "a must be given once");
    }

    #[test]
    fn a_parameter_that_must_be_there_is_told_when_it_is_not() {
        let mut params = Params::parse("a=1");
        assert_eq!(params.required("a", short_text), Some("1".into()));
        assert!(params.issues.is_empty());
        assert_eq!(params.required("b", short_text), None);
        assert_eq!(params.issues[0].message, "b is missing");
    }

    #[test]
    fn every_id_has_a_part_of_a_path_that_no_browser_changes() {
        for (part, id) in
            [("ann", "ann"), ("~..", ".."), ("~.", "."), ("~~..", "~.."), ("~ann", "~ann"), ("~", "~")]
        {
            assert_eq!(id_in_path(part), id);
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        let mut params = Params::parse("a=x%ED%A0%BD&b=%F0%9F%98%80%ED%BF%BFy&c=%ED%9F%BF&d=%ED%A0");
        assert_eq!(params.optional("a", short_text), Some(Some("x\u{fffd}".into())));
        assert_eq!(params.optional("b", short_text), Some(Some("😀\u{fffd}y".into())));
        assert_eq!(params.optional("c", short_text), Some(Some("\u{d7ff}".into())));
        assert!(params.optional("d", short_text).is_none());
    }

    #[test]
    fn texts_are_decoded_once() {
        let mut params = Params::parse("a=x+y%2B%2541&b=%ff&c");
        assert_eq!(params.optional("a", short_text), Some(Some("x y+%41".into())));
        assert!(params.optional("b", short_text).is_none());
        assert!(params.optional("c", short_text).is_none(), "an empty value is a value");
        assert_eq!(params.issues[0].message, "b must be percent-encoded UTF-8");
    }
}
