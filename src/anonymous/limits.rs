//! How often one client address may ask for a session.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;
use moka::sync::Cache;

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::server::Peer;

const MINTS: u32 = 30;
const REFRESHES: u32 = 120;

/// How long a counter counts, from its first request on, in seconds.
const WINDOW_SECS: u32 = 60;

/// The most addresses counted at a time: some 30 MB.
const REMEMBERED: u64 = 200_000;

/// Counts the requests of every client address within a window of its own.
struct Limiter {
    limit: u32,
    counters: Cache<IpAddr, Arc<AtomicU32>>,
}

impl Limiter {
    fn new(limit: u32) -> Self {
        let window = Duration::from_secs(WINDOW_SECS.into());
        let counters = Cache::builder().max_capacity(REMEMBERED).time_to_live(window).build();
        Self { limit, counters }
    }

    fn admits(&self, client: IpAddr) -> bool {
        let counter = self.counters.get_with(client, Arc::default);
        counter.fetch_add(1, Ordering::Relaxed) < self.limit
    }
}

/// The counters of the anonymous routes.
pub struct Limits {
    mint: Limiter,
    refresh: Limiter,
    trusted_proxies: Vec<IpNet>,
}

impl Limits {
    /// Fresh counters; the addresses that proxies in these networks forward are believed.
    pub fn new(trusted_proxies: &[IpNet]) -> Self {
        Self {
            mint: Limiter::new(MINTS),
            refresh: Limiter::new(REFRESHES),
            trusted_proxies: trusted_proxies.to_vec(),
        }
    }

    /// Whose request it is: the peer's, or, when that is a trusted proxy, the last forwarded address
    /// that is not one itself. Whatever stands before it could have been written by anyone.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let is_trusted = |address: &IpAddr| self.trusted_proxies.iter().any(|net| net.contains(address));
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
}

/// An address, with or without port.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address
        .or_else(|| hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
        .map(|ip: IpAddr| ip.to_canonical())
}

/// One household of addresses: an IPv6 client has a whole /64 to itself.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

fn check(parts: &Parts, app: &App, limiter: impl Fn(&Limits) -> &Limiter) -> Result<()> {
    let peer = parts.extensions.get::<Peer>();
    let peer = peer.ok_or_else(|| Error::internal("the request has no peer address"))?.0.ip();
    let limits = app.limits();
    let client = household(limits.client(peer, &parts.headers));
    if limiter(limits).admits(client) { Ok(()) } else { Err(Error::rate_limited(WINDOW_SECS)) }
}

/// Counts a request for a new session.
pub struct MintLimit;

impl FromRequestParts<App> for MintLimit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        check(parts, app, |limits| &limits.mint).map(|()| Self)
    }
}

/// Counts a request to go on with a session.
pub struct RefreshLimit;

impl FromRequestParts<App> for RefreshLimit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        check(parts, app, |limits| &limits.refresh).map(|()| Self)
    }
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
        Limits::new(&trusted).client(peer.parse().unwrap(), &headers).to_string()
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
    fn t170_each_address_has_so_many_requests_in_a_window() {
        let limiter = Limiter::new(MINTS);
        let [one, other] = ["1.1.1.1", "2.2.2.2"].map(|address| address.parse().unwrap());
        let admitted = (0..100).filter(|_| limiter.admits(one)).count();
        assert_eq!(admitted, 30);
        assert!(limiter.admits(other));
    }

    #[test]
    fn t170_ipv6_neighbours_share_a_counter() {
        let household = |text: &str| household(text.parse().unwrap());
        assert_eq!(household("2001:db8:1:2::1"), household("2001:db8:1:2:ffff::9"));
        assert_ne!(household("2001:db8:1:2::1"), household("2001:db8:1:3::1"));
        assert_ne!(household("1.2.3.4"), household("1.2.3.5"));
    }
}
