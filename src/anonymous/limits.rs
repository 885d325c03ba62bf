//! How often one client address may ask for a session.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use moka::sync::Cache;

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;

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
}

impl Default for Limits {
    fn default() -> Self {
        Self { mint: Limiter::new(MINTS), refresh: Limiter::new(REFRESHES) }
    }
}

fn check(parts: &Parts, app: &App, limiter: impl Fn(&Limits) -> &Limiter) -> Result<()> {
    let household = ClientAddress::read(parts, app)?.household();
    if limiter(app.limits()).admits(household) { Ok(()) } else { Err(Error::rate_limited(WINDOW_SECS)) }
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
    use super::*;

    #[test]
    fn t170_each_address_has_so_many_requests_in_a_window() {
        let limiter = Limiter::new(MINTS);
        let [one, other] = ["1.1.1.1", "2.2.2.2"].map(|address| address.parse().unwrap());
        let admitted = (0..100).filter(|_| limiter.admits(one)).count();
        assert_eq!(admitted, 30);
        assert!(limiter.admits(other));
    }
}
