//! Where a request comes from, as far as proxies can be believed.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use super::server::Peer;
use crate::app::App;
use crate::error::{Error, Result};

/// The address that a request is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address of a request.
    ///
    /// # Errors
    /// When the request came by no connection.
    pub fn read(parts: &Parts, app: &App) -> Result<Self> {
        let peer = parts.extensions.get::<Peer>();
        let peer = peer.ok_or_else(|| Error::internal("the request has no peer address"))?.0.ip();
        Ok(Self(behind(&app.config().trusted_proxies, peer, &parts.headers)))
    }

    /// One household of addresses: an IPv6 client has a whole /64 to itself.
    pub fn household(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        }
    }
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Self::read(parts, app)
    }
}

/// Whose request it is: the peer's, or, when that is a trusted proxy, the last forwarded address
/// that is not one itself. Whatever stands before it could have been written by anyone.
fn behind(trusted_proxies: &[IpNet], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted_proxies.iter().any(|net| net.contains(address));
    let mut client = peer.to_canonical();
    let forwarded = headers.get_all("x-forwarded-for").iter();
    let hops: Vec<&str> =
        forwarded.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    for hop in hops.into_iter().rev() {
        if !is_trusted(&client) {
            break;
        }
        let Some(address) = parse_hop(hop.trim()) else { break };
        client = address;
    }
    client
}

/// An address, with or without port.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address
        .or_else(|| hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
        .map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let headers = forwarded.iter().map(|value| ("x-forwarded-for", *value));
        let headers: HeaderMap = headers
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        behind(&trusted, peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn t170_a_forwarded_address_counts_only_from_a_trusted_proxy() {
        assert_eq!(client(&[], "9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["1.1.1.1"]), "1.1.1.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["6.6.6.6, 1.1.1.1, 10.0.0.2"]), "1.1.1.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["6.6.6.6", "1.1.1.1"]), "1.1.1.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["1.1.1.1:4567"]), "1.1.1.1");
        assert_eq!(client(&["10.0.0.0/8"], "::ffff:10.0.0.1", &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn t170_ipv6_neighbours_share_a_counter() {
        let household = |text: &str| ClientAddress(text.parse().unwrap()).household();
        assert_eq!(household("2001:db8:1:2::1"), household("2001:db8:1:2:ffff::9"));
        assert_ne!(household("2001:db8:1:2::1"), household("2001:db8:1:3::1"));
        assert_ne!(household("1.2.3.4"), household("1.2.3.5"));
    }
}
