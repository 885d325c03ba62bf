//! The places that connections have, and who has to give one up.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ipnet::IpNet;
use slab::Slab;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::deadlines::Deadlines;
use super::watch::{Limits, Tick, Ticks, Watch};
use crate::http::client_address::ClientAddress;

/// One address may have this part of all places, as a divisor.
const SHARE: usize = 4;

/// The places that every address may have, however few there are.
const LEAST_SHARE: usize = 64;

/// How long a connection is left alone at least, so that it can send its first request.
const LEAST_REST: Tick = 1;

/// All connections.
pub struct Places {
    ticks: Ticks,
    tick: Duration,
    limits: Limits,
    most: usize,
    trusted_proxies: Vec<IpNet>,
    table: Mutex<Table>,
    freed: Notify,
}

#[derive(Default)]
struct Table {
    connections: Slab<Connection>,
    households: HashMap<IpAddr, usize>,
}

struct Connection {
    watch: Arc<Watch>,
    /// `None` for a trusted proxy, which stands for many.
    household: Option<IpAddr>,
    task: Option<AbortHandle>,
}

impl Places {
    /// As many places as that.
    pub fn new(most: usize, trusted_proxies: Vec<IpNet>, deadlines: &Deadlines) -> Arc<Self> {
        Arc::new(Self {
            ticks: Ticks::default(),
            tick: deadlines.tick(),
            limits: Limits::new(deadlines),
            most,
            trusted_proxies,
            table: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Takes a place for a connection of that address: waits until one is free, and has connections that rest give
    /// way. `None` when its household has its share.
    pub async fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let household = self.household(peer);
        loop {
            match self.try_enter(household) {
                Entered::In(place) => return Some(place),
                Entered::OverShare => return None,
                Entered::Full => self.give_way(),
            }
            // Whoever is busy now may rest at the next look.
            let _freed_or_not = tokio::time::timeout(self.tick, self.freed.notified()).await;
        }
    }

    /// Looks at all connections now and then, and ends those that are overdue. Never returns.
    pub async fn look_after(self: Arc<Self>) {
        let mut interval = tokio::time::interval(self.tick);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            self.end_overdue(self.ticks.advance());
        }
    }

    fn try_enter(self: &Arc<Self>, household: Option<IpAddr>) -> Entered {
        let mut table = self.table();
        if household.is_some_and(|household| table.count(household) >= self.share()) {
            return Entered::OverShare;
        }
        if table.connections.len() >= self.most {
            return Entered::Full;
        }
        let watch = Arc::new(Watch::new(self.ticks.clone()));
        if let Some(household) = household {
            *table.households.entry(household).or_default() += 1;
        }
        let key = table.connections.insert(Connection { watch: watch.clone(), household, task: None });
        Entered::In(Place { places: self.clone(), key, watch })
    }

    fn share(&self) -> usize {
        (self.most / SHARE).max(LEAST_SHARE)
    }

    fn household(&self, peer: IpAddr) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        let is_proxy = self.trusted_proxies.iter().any(|net| net.contains(&peer));
        (!is_proxy).then(|| ClientAddress(peer).household())
    }

    /// Ends some connections that rest, so that the next ones need not look again: those of the households with the
    /// most connections first, and the longest resting ones of these.
    fn give_way(&self) {
        let (now, table) = (self.ticks.now(), self.table());
        let resting = table.connections.iter().filter_map(|(_, connection)| {
            let since = connection.watch.resting_since()?;
            let count = connection.household.map_or(0, |household| table.count(household));
            (now.saturating_sub(since) > LEAST_REST).then_some((Reverse(count), since, connection))
        });
        let mut resting: Vec<_> = resting.collect();
        resting.sort_by_key(|(count, since, _)| (*count, *since));
        for (_, _, connection) in resting.into_iter().take((self.most / 64).max(1)) {
            connection.end();
        }
    }

    fn end_overdue(&self, now: Tick) {
        for (_, connection) in &self.table().connections {
            if let Some(overdue) = connection.watch.overdue(now, &self.limits) {
                tracing::debug!(?overdue, "a connection was ended");
                connection.end();
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn count(&self, household: IpAddr) -> usize {
        self.households.get(&household).copied().unwrap_or_default()
    }

    fn remove(&mut self, key: usize) {
        let Some(connection) = self.connections.try_remove(key) else { return };
        let Some(household) = connection.household else { return };
        if let Some(count) = self.households.get_mut(&household) {
            *count -= 1;
            if *count == 0 {
                self.households.remove(&household);
            }
        }
    }
}

impl Connection {
    fn end(&self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

enum Entered {
    In(Place),
    Full,
    OverShare,
}

/// A connection's place, until it is dropped.
pub struct Place {
    places: Arc<Places>,
    key: usize,
    watch: Arc<Watch>,
}

impl Place {
    /// What the connection of the place waits for.
    pub fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }

    /// Spawns what drives the connection; it ends when the connection is overdue or has to give way.
    pub fn spawn(self, driver: impl Future<Output = ()> + Send + 'static) {
        let (places, key, watch) = (self.places.clone(), self.key, self.watch.clone());
        let task = tokio::spawn(async move {
            driver.await;
            drop(self);
        });
        // A task that has ended has no place any more; the key may be another's by now.
        let mut table = places.table();
        let connection = table.connections.get_mut(key).filter(|found| Arc::ptr_eq(&found.watch, &watch));
        if let Some(connection) = connection {
            connection.task = Some(task.abort_handle());
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.table().remove(self.key);
        self.places.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn places(most: usize) -> Arc<Places> {
        Places::new(most, vec!["10.0.0.0/8".parse().unwrap()], &Deadlines::default())
    }

    async fn enter(places: &Arc<Places>, peer: &str) -> Option<Place> {
        let entering = places.enter(peer.parse().unwrap());
        tokio::time::timeout(Duration::from_millis(50), entering).await.ok().flatten()
    }

    #[tokio::test]
    async fn an_address_has_a_share_and_a_trusted_proxy_as_many_as_it_takes() {
        let places = places(400);
        let mut taken = Vec::new();
        for _ in 0..100 {
            taken.push(enter(&places, "2001:db8::1").await.unwrap());
        }
        assert!(enter(&places, "2001:db8::2").await.is_none(), "the same household");
        assert!(enter(&places, "2001:db8:0:1::1").await.is_some());
        taken.pop();
        assert!(enter(&places, "2001:db8::2").await.is_some());
        for _ in 0..200 {
            taken.push(enter(&places, PROXY).await.unwrap());
        }
    }

    #[tokio::test]
    async fn who_rests_gives_way_and_who_is_busy_does_not() {
        let places = places(2);
        let busy = enter(&places, PROXY).await.unwrap();
        let request = busy.watch().begin_request();
        busy.spawn(std::future::pending());
        let resting = enter(&places, "9.9.9.9").await.unwrap();
        resting.spawn(std::future::pending());
        assert!(enter(&places, PROXY).await.is_none(), "too early");
        places.ticks.advance();
        places.ticks.advance();
        let next = enter(&places, PROXY).await.expect("the resting one gives way");
        let _second = next.watch().begin_request();
        places.ticks.advance();
        places.ticks.advance();
        assert!(enter(&places, PROXY).await.is_none(), "everybody is busy");
        drop(request);
        places.ticks.advance();
        places.ticks.advance();
        assert!(enter(&places, PROXY).await.is_some());
    }

    #[tokio::test]
    async fn the_household_with_the_most_gives_way_first() {
        let places = places(3);
        let (ended, mut of_whom) = tokio::sync::mpsc::unbounded_channel();
        for peer in ["1.1.1.1", "9.9.9.9", "9.9.9.9"] {
            let (place, ended) = (enter(&places, peer).await.unwrap(), OnDrop(peer, ended.clone()));
            place.spawn(async move {
                std::future::pending::<()>().await;
                drop(ended);
            });
        }
        places.ticks.advance();
        places.ticks.advance();
        assert!(enter(&places, "2.2.2.2").await.is_some());
        assert_eq!(of_whom.recv().await, Some("9.9.9.9"));
    }

    struct OnDrop(&'static str, tokio::sync::mpsc::UnboundedSender<&'static str>);

    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.1.send(self.0).ok();
        }
    }
}
