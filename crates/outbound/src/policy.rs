//! What may be called.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, ParseError, Url};

use crate::address::is_public;
use crate::target::is_name;
use crate::{Refused, Target};

/// The most characters of a URL.
const MAX_CHARS: usize = 2047;

/// Suffixes of names that only mean something in a private network, as whole labels (RFC 6761, 6762,
/// 8375, and ICANN's reservation of `internal`).
const PRIVATE_SUFFIXES: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// Public HTTPS, and what the operator listed.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    hosts: Vec<String>,
    networks: Vec<IpNet>,
}

impl Policy {
    /// Public HTTPS and these targets.
    pub fn new(allow: Vec<Target>) -> Self {
        let mut policy = Self::default();
        for target in allow {
            match target {
                Target::Host(host) => policy.hosts.push(host.to_ascii_lowercase()),
                Target::Network(net) => policy.networks.push(net),
            }
        }
        policy
    }

    /// Whether the operator listed the host of a URL: by its name, or by a network that holds its address. What
    /// addresses a name has is not asked.
    pub fn lists(&self, host: &Host<&str>) -> bool {
        match host {
            Host::Domain(name) => self.lists_host(name),
            Host::Ipv4(address) => self.lists_address((*address).into()),
            Host::Ipv6(address) => self.lists_address((*address).into()),
        }
    }

    /// Reads a text that somebody wrote and checks all that can be known without asking for addresses.
    pub(crate) fn check_text(&self, text: &str) -> Result<Url, Refused> {
        if text.chars().count() > MAX_CHARS {
            return Err(Refused::TooLong);
        }
        // The parser drops or mends these, others do not: `https://host\@evil` has two readings.
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(Refused::NotAUrl);
        }
        let url = Url::parse(text).map_err(|error| match error {
            ParseError::InvalidPort => Refused::Port,
            _ => Refused::NotAUrl,
        })?;
        self.check_url(&url)?;
        Ok(url)
    }

    /// Checks all that can be known of a URL without asking for addresses.
    pub(crate) fn check_url(&self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "https" | "http") {
            return Err(Refused::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        if url.fragment().is_some() {
            return Err(Refused::Fragment);
        }
        if url.port() == Some(0) {
            return Err(Refused::Port);
        }
        self.check_host(url)
    }

    fn check_host(&self, url: &Url) -> Result<(), Refused> {
        let plain = is_plain(url);
        match url.host().ok_or(Refused::NotAUrl)? {
            Host::Domain(name) => self.check_name(name, plain),
            Host::Ipv4(address) => self.check_address(address.into(), plain),
            Host::Ipv6(address) => self.check_address(address.into(), plain),
        }
    }

    /// A name that has to be listed may also turn out to have its addresses in a listed network. So where
    /// there is one, the answer is left to [`Self::check_addresses`], without which no call is made.
    fn check_name(&self, name: &str, plain: bool) -> Result<(), Refused> {
        if name.ends_with('.') {
            return Err(Refused::TrailingDot);
        }
        if !is_name(name) {
            return Err(Refused::NotAUrl);
        }
        if self.lists_host(name) || !self.networks.is_empty() {
            return Ok(());
        }
        if plain {
            return Err(Refused::NotHttps);
        }
        if is_private_name(name) { Err(Refused::PrivateName) } else { Ok(()) }
    }

    fn check_address(&self, address: IpAddr, plain: bool) -> Result<(), Refused> {
        if self.lists_address(address) {
            return Ok(());
        }
        if plain {
            return Err(Refused::NotHttps);
        }
        if is_public(address) { Ok(()) } else { Err(Refused::PrivateAddress) }
    }

    /// Checks what a name stands for: every address must be allowed, since any may be tried, and there
    /// must be one.
    pub(crate) fn check_addresses(
        &self,
        name: &str,
        plain: bool,
        addresses: &[IpAddr],
    ) -> Result<(), Refused> {
        let must_be_listed = plain || is_private_name(name);
        let is_allowed = |address: &IpAddr| {
            self.lists_host(name) || self.lists_address(*address) || !must_be_listed && is_public(*address)
        };
        if addresses.is_empty() || !addresses.iter().all(is_allowed) {
            let is_only_plain = plain && !addresses.is_empty() && addresses.iter().copied().all(is_public);
            return Err(if is_only_plain { Refused::NotHttps } else { Refused::PrivateAddress });
        }
        Ok(())
    }

    fn lists_host(&self, name: &str) -> bool {
        self.hosts.iter().any(|host| host == name)
    }

    fn lists_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|net| net.contains(&address))
    }
}

/// Whether the URL is to be called without TLS.
pub(crate) fn is_plain(url: &Url) -> bool {
    url.scheme() != "https"
}

/// Whether the name cannot be one of the public internet.
fn is_private_name(name: &str) -> bool {
    let is_below =
        |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !name.contains('.') || PRIVATE_SUFFIXES.iter().any(is_below)
}

#[cfg(test)]
mod tests;
