//! What an operator lists as an allowed private target.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::Host;

/// A private host or network that may be called all the same, and by plain `http`, too.
///
/// Reads `keycloak.internal` (that name, no other below it), `10.0.0.0/8` or a single address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A host by its name, in lower case, whatever its addresses are.
    Host(String),
    /// Every host whose address is in the network.
    Network(IpNet),
}

/// A text that names neither a host nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a host name nor a network such as 10.0.0.0/8")]
pub struct BadTarget(String);

impl FromStr for Target {
    type Err = BadTarget;

    fn from_str(text: &str) -> Result<Self, BadTarget> {
        network(text)
            .map(Self::Network)
            .or_else(|| host(text).map(Self::Host))
            .ok_or_else(|| BadTarget(text.into()))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => host.fmt(f),
            Self::Network(net) => net.fmt(f),
        }
    }
}

fn network(text: &str) -> Option<IpNet> {
    let address = |text: &str| text.parse::<IpAddr>().ok().map(|address| address.to_canonical().into());
    text.parse::<IpNet>().ok().map(|net| net.trunc()).or_else(|| address(text))
}

/// The host as the `url` crate spells it, so that it compares equal to the one of a URL.
fn host(text: &str) -> Option<String> {
    match Host::parse(text).ok()? {
        Host::Domain(name) if is_name(&name) => Some(name),
        _ => None,
    }
}

/// Whether it is made of what names are made of. The `url` crate lets more pass, such as `*`, which
/// would look like a wildcard and match nothing, or what no resolver accepts.
pub(crate) fn is_name(host: &str) -> bool {
    let of_a_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !host.ends_with('.') && host.bytes().all(of_a_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_addresses_and_networks_are_told_apart() {
        for (text, expected) in [
            ("keycloak", "keycloak"),
            ("Keycloak.Internal", "keycloak.internal"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("under_score", "under_score"),
            ("127.0.0.1", "127.0.0.1/32"),
            ("::ffff:10.0.0.1", "10.0.0.1/32"),
            ("::1", "::1/128"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("fd00::/8", "fd00::/8"),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), expected);
        }
        assert!(matches!("10.0.0.0/8".parse(), Ok(Target::Network(_))));
        assert!(matches!("keycloak".parse(), Ok(Target::Host(_))));
    }

    #[test]
    fn what_is_neither_is_refused_by_its_text() {
        for text in [
            "",
            " ",
            "keycloak ",
            "*.internal",
            "keycloak.",
            "http://keycloak",
            "keycloak:8080",
            "keycloak/x",
            "10.0.0.0/99",
            "10.0.0.0/",
            "127.1",
            "0x7f000001",
            "[::1]",
            "a@b",
        ] {
            let error = text.parse::<Target>().unwrap_err().to_string();
            assert!(error.contains(&format!("{text:?}")), "{error}");
        }
    }
}
