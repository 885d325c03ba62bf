//! From which origins browsers may read a project's answers (spec: authentication, section 10).

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::rules::characters;

/// The most origins of a project.
const MAX_ORIGINS: usize = 32;

/// The most characters of an entry.
const MAX_LENGTH: usize = 255;

/// An entry of a list, normalized.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AllowedOrigin(String);

/// Why a list cannot be saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOrigins {
    /// Entries that are no origins.
    #[error("Invalid allowed origin: {}", .0.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<BadLine>),
    /// The list is too long.
    #[error("At most 32 allowed origins are permitted")]
    TooMany,
}

/// An entry of a list that is no origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What it is.
    pub text: String,
}

impl AllowedOrigin {
    /// Reads and normalizes an entry: an origin, or one with `*.` in the place of everything below a
    /// host. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        // A name in another script grows when it is written for the network.
        let stored = normalize(text).filter(|stored| characters(stored) <= MAX_LENGTH);
        stored.map(Self)
    }

    /// The entry's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request's `Origin` is this one, or below it.
    fn admits(&self, origin: &str) -> bool {
        let Some((scheme, suffix)) = self.0.split_once("://*") else { return self.0 == origin };
        // The suffix begins with a dot: what stands before it must be at least one label.
        let rest = origin.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://"));
        let label = rest.and_then(|rest| rest.strip_suffix(suffix));
        label.is_some_and(|label| {
            !label.is_empty() && !label.starts_with('.') && !label.contains(['/', ':', '@', '?', '#'])
        })
    }
}

fn normalize(text: &str) -> Option<String> {
    if text.is_empty() || characters(text) > MAX_LENGTH || text.trim() != text {
        return None;
    }
    let bare = text.strip_suffix('/').unwrap_or(text);
    let (scheme, host) = bare.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    // What the URL parser would mend or drop is no origin as a browser writes it.
    if !is_web
        || host.is_empty()
        || host.contains(['/', '\\', '?', '#', '@', '%'])
        || host.contains(char::is_whitespace)
    {
        return None;
    }
    match host.strip_prefix("*.") {
        Some(below) => normalize_wildcard(scheme, below),
        None if host.contains('*') => None,
        None => normalize_exact(bare),
    }
}

fn normalize_wildcard(scheme: &str, below: &str) -> Option<String> {
    if below.contains('*') || !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let url = Url::parse(&format!("https://{below}")).ok()?;
    let Some(Host::Domain(domain)) = url.host() else { return None };
    let labels: Vec<&str> = domain.split('.').collect();
    if labels.len() < 2 || labels.iter().any(|label| label.is_empty()) {
        return None;
    }
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("https://*.{domain}{port}"))
}

fn normalize_exact(bare: &str) -> Option<String> {
    let url = Url::parse(bare).ok()?;
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let is_local = matches!(url.host_str()?, "localhost" | "127.0.0.1" | "[::1]");
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_local;
    (is_bare && is_safe).then(|| url.origin().ascii_serialization())
}

/// Reads a list as an operator gives it: normalized, without repetitions, in the given order.
///
/// # Errors
/// [`BadOrigins`].
pub fn parse_origins<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Vec<AllowedOrigin>, BadOrigins> {
    let (mut origins, mut bad) = (Vec::new(), Vec::new());
    for (index, text) in texts.into_iter().enumerate() {
        match AllowedOrigin::parse(text) {
            None => bad.push(BadLine { index, text: text.to_owned() }),
            Some(origin) if !origins.contains(&origin) => origins.push(origin),
            Some(_) => {}
        }
    }
    if !bad.is_empty() {
        return Err(BadOrigins::Invalid(bad));
    }
    if origins.len() > MAX_ORIGINS { Err(BadOrigins::TooMany) } else { Ok(origins) }
}

/// Whether a page of an origin may read answers. An empty list admits every origin.
pub fn admits(origins: &[AllowedOrigin], origin: &str) -> bool {
    origins.is_empty() || origins.iter().any(|allowed| allowed.admits(origin))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normalized(text: &str) -> Option<String> {
        AllowedOrigin::parse(text).map(|origin| origin.0)
    }

    #[test]
    fn entries_are_stored_as_browsers_write_origins() {
        for (text, stored) in [
            ("https://app.example", "https://app.example"),
            ("https://app.example/", "https://app.example"),
            ("HTTPS://App.Example:443", "https://app.example"),
            ("https://app.example:8443", "https://app.example:8443"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1", "http://127.0.0.1"),
            ("http://[::1]:5173", "http://[::1]:5173"),
            ("https://*.a.example", "https://*.a.example"),
            ("https://*.A.example:8443/", "https://*.a.example:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(normalized(text).as_deref(), Some(stored), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        let long = format!("https://{}.example", "a".repeat(255));
        for text in [
            "",
            " https://a.example",
            "a.example",
            "ftp://a.example",
            "http://a.example",
            "https://",
            "null",
            "*",
            "https://*",
            "https://*.example",
            "https://*.*.example",
            "https://a.*.example",
            "http://*.a.example",
            "https://a.example/x",
            "https://a.example?",
            "https://a.example#",
            "https://u@a.example",
            "https://a.example//",
            "https://*.",
            "https://*..example",
            "https://a\\.example",
            &long,
        ] {
            assert_eq!(AllowedOrigin::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_has_no_repetitions_and_an_end() {
        let same = parse_origins(["https://a.example", "https://a.example/", "https://A.example"]).unwrap();
        assert_eq!(same.len(), 1);
        let many: Vec<String> = (0..33).map(|number| format!("https://a{number}.example")).collect();
        assert_eq!(parse_origins(many.iter().map(String::as_str)), Err(BadOrigins::TooMany));
        assert!(parse_origins(many[..32].iter().map(String::as_str)).is_ok());
        let bad = parse_origins(["a.example", "https://a.example", "*"]).unwrap_err();
        assert_eq!(bad.to_string(), "Invalid allowed origin: a.example, *");
        let BadOrigins::Invalid(lines) = bad else { panic!("{bad:?}") };
        assert_eq!(lines.iter().map(|line| line.index).collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn t199_only_the_listed_origins_are_admitted() {
        let list =
            parse_origins(["https://*.a.example", "https://good.example", "http://localhost:3000"]).unwrap();
        for origin in
            ["https://x.a.example", "https://x.y.a.example", "https://good.example", "http://localhost:3000"]
        {
            assert!(admits(&list, origin), "{origin}");
        }
        for origin in [
            "null",
            "",
            "https://a.example",
            "https://good.example.evil",
            "https://xa.example",
            "http://x.a.example",
            "https://x.a.example:8443",
            "http://good.example",
            "https://good.example:8443",
            "http://localhost",
            "https://.a.example",
            "https://evil.example/.a.example",
            "https://evil.example:1.a.example",
        ] {
            assert!(!admits(&list, origin), "{origin}");
        }
        assert!(admits(&[], "https://anything.example"));
    }

    proptest! {
        #[test]
        fn what_is_stored_is_stored_again_unchanged(text in "https?://(\\*\\.)?[a-zA-Z0-9.-]{1,20}(:[0-9]{1,5})?/?") {
            if let Some(stored) = normalized(&text) {
                prop_assert_eq!(normalized(&stored), Some(stored));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _origin = normalized(&text);
        }
    }
}
