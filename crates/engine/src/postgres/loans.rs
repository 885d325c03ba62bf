//! Connections on loan: who gets one, and how it comes back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Object, Pool, PoolError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::WAIT;
use super::connect::Server;
use crate::turns::Party;
use crate::{Error, Result};

/// How long a statement that nobody waits for any more may take to end by itself: to cancel it takes a connection.
const GRACE: Duration = Duration::from_millis(50);

/// The connections of the pool, and who has how many of them.
pub(super) struct Loans {
    pool: Pool,
    server: Arc<Server>,
    /// The most connections of a group: all but a quarter, which is for the others.
    share: usize,
    /// The places of the groups that have or wait for a connection.
    groups: Mutex<HashMap<u64, Arc<Semaphore>>>,
    /// How many wait for a place of their group.
    waiting: AtomicUsize,
}

/// A connection on loan, and its group's place for it.
pub(super) struct Loan {
    pub(super) client: Object,
    place: Place,
    server: Arc<Server>,
}

/// One of a group's places; the last one that comes back takes the group with it.
struct Place {
    permit: Option<OwnedSemaphorePermit>,
    group: u64,
    loans: Arc<Loans>,
}

impl Loans {
    pub(super) fn new(pool: Pool, server: Server, connections: usize) -> Self {
        let share = connections - connections / 4;
        Self {
            pool,
            server: Arc::new(server),
            share: share.max(1),
            groups: Mutex::default(),
            waiting: AtomicUsize::new(0),
        }
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    /// How many wait for a connection.
    pub(super) fn waiting(&self) -> usize {
        self.pool.status().waiting + self.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// Waits for a connection for whoever the running task works for.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Loan> {
        let place = self.clone().place(Party::current().group()).await?;
        let client = self.client().await?;
        Ok(Loan { client, place, server: self.server.clone() })
    }

    /// Waits for a connection, whoever has how many.
    pub(super) async fn client(&self) -> Result<Object> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => self.server.explain(error),
            error => error.into(),
        })
    }

    async fn place(self: Arc<Self>, group: u64) -> Result<Place> {
        let places = {
            let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
            groups.entry(group).or_insert_with(|| Arc::new(Semaphore::new(self.share))).clone()
        };
        let mut place = Place { permit: None, group, loans: self };
        place.permit = match places.clone().try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) => Some(place.loans.wait_for(places).await?),
        };
        Ok(place)
    }

    async fn wait_for(&self, places: Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
        let _waiting = Waiting::new(&self.waiting);
        let permit = tokio::time::timeout(WAIT, places.acquire_owned()).await;
        permit.map_err(|_| Error::Busy)?.map_err(Error::unavailable)
    }

    fn forget_idle(&self, group: u64) {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        // One more is that of the map; whoever waits or has a place holds another.
        if groups.get(&group).is_some_and(|places| Arc::strong_count(places) == 1) {
            groups.remove(&group);
        }
    }
}

/// Counts somebody who waits, as long as they do.
struct Waiting<'c>(&'c AtomicUsize);

impl<'c> Waiting<'c> {
    fn new(count: &'c AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.loans.forget_idle(self.group);
    }
}

impl Loan {
    /// Brings the connection back out of whatever statement or transaction it is in. Meanwhile it counts as lent, so
    /// that nobody has the database work at more than they have places for.
    pub(super) fn clear(self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let Self { client, place, server } = self;
            if !is_cleared(&client, &server).await {
                drop(Object::take(client));
            }
            drop(place);
        });
    }
}

/// Whether the connection is good for somebody else.
async fn is_cleared(client: &Object, server: &Server) -> bool {
    let mut end = std::pin::pin!(client.batch_execute("ROLLBACK"));
    if let Ok(ended) = tokio::time::timeout(GRACE, &mut end).await {
        return ended.is_ok();
    }
    let cancelled = tokio::time::timeout(WAIT, server.cancel(&client.cancel_token())).await;
    let ended = tokio::time::timeout(WAIT, end).await;
    tracing::debug!(?cancelled, ?ended, "a statement of PostgreSQL was given up");
    // PostgreSQL gives the signal twice, and the second one may hit whatever comes next.
    false
}
