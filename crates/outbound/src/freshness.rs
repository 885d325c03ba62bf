//! How long an answer may be used again (RFC 9111).

use std::time::Duration;

use reqwest::header::{AGE, AsHeaderName, CACHE_CONTROL, HeaderMap};

/// What a longer time counts as (RFC 9111 §1.2.2), in seconds.
const FOREVER: u64 = 1 << 31;

/// How much longer the answer is fresh: `max-age` less `Age`; zero when it must not be kept, `None` when
/// nothing is said.
pub(crate) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let stated = directives(headers).filter_map(|directive| lifetime(&directive)).min()?;
    let age = values(headers, AGE).next().and_then(seconds).unwrap_or(0);
    Some(Duration::from_secs(stated.saturating_sub(age)))
}

fn directives(headers: &HeaderMap) -> impl Iterator<Item = String> {
    values(headers, CACHE_CONTROL)
        .flat_map(|value| value.split(','))
        .map(|part| part.trim().to_ascii_lowercase())
}

fn values(headers: &HeaderMap, name: impl AsHeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

/// The lifetime a directive sets, in seconds. A `max-age` that is no number means stale (§4.2.1); the
/// shortest of several counts.
fn lifetime(directive: &str) -> Option<u64> {
    let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
    match name {
        "no-store" | "no-cache" => Some(0),
        "max-age" => Some(seconds(value.trim_matches('"')).unwrap_or(0)),
        _ => None,
    }
}

fn seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().map_or(FOREVER, |seconds: u64| seconds.min(FOREVER)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn fresh(cache_control: &[&'static str], age: &'static str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        for value in cache_control {
            headers.append(CACHE_CONTROL, HeaderValue::from_static(value));
        }
        headers.insert(AGE, HeaderValue::from_static(age));
        max_age(&headers).map(|fresh| fresh.as_secs())
    }

    #[test]
    fn t066_max_age_less_age_is_what_is_left() {
        assert_eq!(fresh(&["max-age=300"], "0"), Some(300));
        assert_eq!(fresh(&["public, MAX-AGE=300 , must-revalidate"], "100"), Some(200));
        assert_eq!(fresh(&["public", "max-age=\"300\""], "301"), Some(0));
        assert_eq!(fresh(&["max-age=300"], "young"), Some(300));
        assert_eq!(fresh(&["max-age=99999999999999999999999"], "0"), Some(FOREVER));
        assert_eq!(fresh(&["max-age=600, max-age=60"], "0"), Some(60));
    }

    #[test]
    fn t066_what_must_not_be_kept_is_stale_at_once() {
        for value in [
            "no-store",
            "no-cache, max-age=60",
            "no-cache=\"set-cookie, x\"",
            "max-age=-1",
            "max-age=",
            "max-age",
        ] {
            assert_eq!(fresh(&[value], "0"), Some(0), "{value}");
        }
    }

    #[test]
    fn without_a_word_it_is_the_callers_choice() {
        for value in ["", "public", "s-maxage=60", "x-max-age=60", "private=\"x\""] {
            assert_eq!(fresh(&[value], "0"), None, "{value}");
        }
    }
}
