//! From which origins browsers may read a project's answers (spec: authentication, section 10).

use outbound::Policy;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::rules::characters;

/// The most origins of a project.
const MAX_ORIGINS: usize = 32;

/// The most characters of an entry.
const MAX_LENGTH: usize = 255;

/// Under which schemes programs that are made of web pages serve those to themselves.
const APP_SCHEMES: [&str; 7] =
    ["tauri", "capacitor", "ionic", "app", "chrome-extension", "moz-extension", "safari-web-extension"];

/// The name of one's own machine, and what stands at the end of others for it (RFC 6761 §6.3).
const LOCAL: &str = "localhost";

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
    /// host. Plain `http` is for this machine, and for hosts that `private` lists. `None` for anything else.
    pub fn parse(text: &str, private: &Policy) -> Option<Self> {
        // A name in another script grows when it is written for the network.
        let stored = normalize(text, private).filter(|stored| characters(stored) <= MAX_LENGTH);
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

fn normalize(text: &str, private: &Policy) -> Option<String> {
    if text.is_empty() || characters(text) > MAX_LENGTH || text.trim() != text {
        return None;
    }
    let bare = text.strip_suffix('/').unwrap_or(text);
    let (scheme, host) = bare.split_once("://")?;
    // What the URL parser would mend or drop is no origin as a browser writes it.
    if host.is_empty() || host.contains(['/', '\\', '?', '#', '@', '%']) || host.contains(char::is_whitespace)
    {
        return None;
    }
    match (scheme.to_ascii_lowercase().as_str(), host.strip_prefix("*.")) {
        (scheme @ ("https" | "http"), Some(below)) => normalize_wildcard(scheme, below),
        (scheme @ ("https" | "http"), None) => normalize_exact(scheme, host, private),
        (scheme, _) if APP_SCHEMES.contains(&scheme) => normalize_app(scheme, host),
        _ => None,
    }
}

fn normalize_wildcard(scheme: &str, below: &str) -> Option<String> {
    if below.contains('*') {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{below}")).ok()?;
    let Some(Host::Domain(domain)) = url.host() else { return None };
    let labels: Vec<&str> = domain.split('.').collect();
    let is_safe = match scheme {
        "https" => labels.len() >= 2,
        _ => labels.last() == Some(&LOCAL),
    };
    if !is_safe || labels.iter().any(|label| label.is_empty()) {
        return None;
    }
    Some(format!("{scheme}://*.{domain}{}", port(&url)))
}

fn normalize_exact(scheme: &str, host: &str, private: &Policy) -> Option<String> {
    if host.contains('*') {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{host}")).ok()?;
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let is_safe = scheme == "https" || is_local(&url) || private.lists(&url.host()?);
    (is_bare && is_safe).then(|| url.origin().ascii_serialization())
}

fn is_local(url: &Url) -> bool {
    match url.host_str() {
        Some(LOCAL | "127.0.0.1" | "[::1]") => true,
        Some(host) => host.strip_suffix(LOCAL).and_then(|rest| rest.strip_suffix('.')).is_some_and(is_name),
        None => false,
    }
}

/// To browsers the hosts of such schemes are plain text, in which case counts.
fn normalize_app(scheme: &str, host: &str) -> Option<String> {
    let url = Url::parse(&format!("{scheme}://{host}")).ok()?;
    let name = url.host_str().filter(|name| is_name(name))?;
    Some(format!("{scheme}://{name}{}", port(&url)))
}

/// Whether a text is labels with dots between them.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    text.split('.').all(is_label)
}

fn port(url: &Url) -> String {
    url.port().map_or_else(String::new, |port| format!(":{port}"))
}

/// Reads a list as an operator gives it: normalized, without repetitions, in the given order.
///
/// # Errors
/// [`BadOrigins`].
pub fn parse_origins<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    private: &Policy,
) -> Result<Vec<AllowedOrigin>, BadOrigins> {
    let (mut origins, mut bad) = (Vec::new(), Vec::new());
    for (index, text) in texts.into_iter().enumerate() {
        match AllowedOrigin::parse(text, private) {
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
        AllowedOrigin::parse(text, &Policy::default()).map(|origin| origin.0)
    }

    fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Vec<AllowedOrigin>, BadOrigins> {
        parse_origins(texts, &Policy::default())
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
            ("http://app.localhost:3000", "http://app.localhost:3000"),
            ("HTTP://Tauri.Localhost/", "http://tauri.localhost"),
            ("http://a.b.localhost:80", "http://a.b.localhost"),
            ("http://*.localhost", "http://*.localhost"),
            ("http://*.app.localhost:3000", "http://*.app.localhost:3000"),
            ("https://*.app.localhost", "https://*.app.localhost"),
            ("tauri://localhost", "tauri://localhost"),
            ("TAURI://localhost/", "tauri://localhost"),
            ("capacitor://localhost", "capacitor://localhost"),
            ("ionic://localhost", "ionic://localhost"),
            ("app://localhost:3000", "app://localhost:3000"),
            ("app://com.example.My_App", "app://com.example.My_App"),
            (
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            ),
            (
                "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc/",
                "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
            ),
            (
                "safari-web-extension://5A1B2C3D-0000-4000-8000-0123456789AB",
                "safari-web-extension://5A1B2C3D-0000-4000-8000-0123456789AB",
            ),
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
            "https://*.localhost",
            "http://localhost.example",
            "http://notlocalhost",
            "http://.localhost",
            "http://a..localhost",
            "http://localhost.",
            "http://*.localhost.example",
            "http://*.*.localhost",
            "http://*.127.0.0.1",
            "http://10.0.0.1",
            "tauri://",
            "tauri://*",
            "tauri://*.localhost",
            "tauri://a..b",
            "tauri://localhost/index.html",
            "tauri://u@localhost",
            "tauri://localhost:port",
            "tauri://lo cal",
            "tauri:localhost",
            "app://é.example",
            "app://-/?x",
            "app://[::1]",
            "file://",
            "file://localhost",
            "ws://localhost",
            "javascript://localhost",
            "data://localhost",
            "chrome://extensions",
            "mailto://a.example",
            &long,
        ] {
            assert_eq!(normalized(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_has_no_repetitions_and_an_end() {
        let same = list(["https://a.example", "https://a.example/", "https://A.example"]).unwrap();
        assert_eq!(same.len(), 1);
        let many: Vec<String> = (0..33).map(|number| format!("https://a{number}.example")).collect();
        assert_eq!(list(many.iter().map(String::as_str)), Err(BadOrigins::TooMany));
        assert!(list(many[..32].iter().map(String::as_str)).is_ok());
        let bad = list(["a.example", "https://a.example", "*"]).unwrap_err();
        assert_eq!(bad.to_string(), "Invalid allowed origin: a.example, *");
        let BadOrigins::Invalid(lines) = bad else { panic!("{bad:?}") };
        assert_eq!(lines.iter().map(|line| line.index).collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn plain_http_is_for_hosts_that_the_operator_lists() {
        let targets = ["intranet", "apps.corp.example", "10.0.0.0/8", "fd00::/8"];
        let private = Policy::new(targets.iter().map(|target| target.parse().unwrap()).collect());
        for text in
            ["http://intranet", "http://apps.corp.example:8080", "http://10.1.2.3:3000", "http://[fd00::1]"]
        {
            assert!(AllowedOrigin::parse(text, &private).is_some(), "{text}");
            assert!(normalized(text).is_none(), "{text}");
        }
        for text in [
            "http://a.intranet",
            "http://*.corp.example",
            "http://11.0.0.1",
            "http://[fe80::1]",
            "ftp://intranet",
        ] {
            assert!(AllowedOrigin::parse(text, &private).is_none(), "{text}");
        }
    }

    #[test]
    fn t199_only_the_listed_origins_are_admitted() {
        let list = list([
            "https://*.a.example",
            "https://good.example",
            "http://localhost:3000",
            "http://*.localhost:5173",
            "tauri://localhost",
        ])
        .unwrap();
        for origin in [
            "https://x.a.example",
            "https://x.y.a.example",
            "https://good.example",
            "http://localhost:3000",
            "http://app.localhost:5173",
            "tauri://localhost",
        ] {
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
            "http://localhost:5173",
            "http://app.localhost",
            "https://app.localhost:5173",
            "tauri://localhost:5173",
            "tauri://evil",
            "tauri://localhost.evil",
            "capacitor://localhost",
            "xtauri://localhost",
        ] {
            assert!(!admits(&list, origin), "{origin}");
        }
        assert!(admits(&[], "https://anything.example"));
    }

    proptest! {
        #[test]
        fn what_is_stored_is_stored_again_unchanged(text in "(https?|tauri|app)://(\\*\\.)?[a-zA-Z0-9.-]{1,20}(:[0-9]{1,5})?/?") {
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
