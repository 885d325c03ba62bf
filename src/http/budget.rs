//! The memory of the whole instance for bodies and answers that are on their way.
//!
//! Small ones are free: their number is limited by the number of connections. What is larger takes its bytes from
//! the budget before they are held in memory, and gives them back when they are sent, or with the request.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::client_address::ClientAddress;
use crate::error::{Error, Result};

/// The bytes of a body or a part of an answer that take nothing from the budget.
pub const FREE: usize = 64 * 1024;

/// The same for a body on HTTP/2, where a connection may have a hundred on their way.
pub const FREE_OF_STREAM: usize = 4 * 1024;

/// One client address may have this part of the budget, as a divisor.
const SHARE: usize = 4;

/// The bytes that every client address may have: a large message gets in and out.
pub const LEAST_SHARE: usize = 16 * 1024 * 1024;

/// The bytes that may be held.
pub struct Budget {
    left: Arc<Semaphore>,
    share: usize,
    shares: Mutex<Shares>,
    patience: Duration,
}

/// What is left of the shares of those who hold something.
#[derive(Default)]
struct Shares {
    of: HashMap<IpAddr, Weak<Semaphore>>,
    /// How many there may be before those are forgotten who hold nothing.
    most: usize,
}

/// What one client address may take.
#[derive(Clone, Debug)]
pub struct Account {
    left: Arc<Semaphore>,
    own: Arc<Semaphore>,
    patience: Duration,
}

/// Bytes taken from a [`Budget`], which gets them back when this is dropped.
#[derive(Debug, Default)]
pub struct Taken(Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>);

impl Budget {
    /// A budget of so many bytes, and how long a request waits for others to give back what they took.
    pub fn new(bytes: usize, patience: Duration) -> Self {
        let bytes = bytes.min(Semaphore::MAX_PERMITS);
        let share = (bytes / SHARE).max(LEAST_SHARE.min(bytes));
        Self { left: Arc::new(Semaphore::new(bytes)), share, shares: Mutex::default(), patience }
    }

    /// The account of a client address.
    pub fn account(&self, address: ClientAddress) -> Account {
        let own = self.shares.lock().unwrap_or_else(PoisonError::into_inner).find(address, self.share);
        Account { left: self.left.clone(), own, patience: self.patience }
    }
}

impl Shares {
    fn find(&mut self, address: ClientAddress, share: usize) -> Arc<Semaphore> {
        let household = address.household();
        if let Some(known) = self.of.get(&household).and_then(Weak::upgrade) {
            return known;
        }
        if self.of.len() >= self.most {
            self.of.retain(|_, held| held.strong_count() > 0);
            self.most = (2 * self.of.len()).max(64);
        }
        let own = Arc::new(Semaphore::new(share));
        self.of.insert(household, Arc::downgrade(&own));
        own
    }
}

impl Account {
    /// Takes bytes if they are there now.
    pub fn try_take(&self, bytes: usize) -> Option<Taken> {
        let bytes = u32::try_from(bytes).ok()?;
        let own = self.own.clone().try_acquire_many_owned(bytes).ok()?;
        Some(Taken(Some((self.left.clone().try_acquire_many_owned(bytes).ok()?, own))))
    }

    /// Takes bytes, and waits for them if need be.
    ///
    /// # Errors
    /// [`Kind::Unavailable`](crate::error::Kind::Unavailable) when they did not become free.
    pub async fn take(&self, bytes: usize) -> Result<Taken> {
        if let Some(taken) = self.try_take(bytes) {
            return Ok(taken);
        }
        let bytes = u32::try_from(bytes).map_err(Error::internal)?;
        let acquired = async {
            // Who waits for its own share keeps nobody else from theirs.
            let own = self.own.clone().acquire_many_owned(bytes).await.map_err(Error::internal)?;
            let left = self.left.clone().acquire_many_owned(bytes).await.map_err(Error::internal)?;
            Ok(Taken(Some((left, own))))
        };
        tokio::time::timeout(self.patience, acquired).await.unwrap_or_else(|_| {
            Err(Error::unavailable("The server is busy")
                .with_help("Too many large bodies and answers are on their way; try again"))
        })
    }
}

impl Taken {
    /// How many bytes.
    pub fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |(left, _)| left.num_permits())
    }

    /// Adds what was taken from the same account.
    pub fn add(&mut self, more: Self) {
        match (&mut self.0, more.0) {
            (Some((left, own)), Some((more_left, more_own))) => {
                left.merge(more_left);
                own.merge(more_own);
            }
            (held, more) => *held = held.take().or(more),
        }
    }

    /// Gives back what is more than so many bytes.
    pub fn shrink_to(&mut self, bytes: usize) {
        let more = self.bytes().saturating_sub(bytes);
        if let Some((left, own)) = &mut self.0 {
            drop((left.split(more), own.split(more)));
        }
    }

    /// Holds the bytes until all of `part` has been sent.
    pub fn until_sent(self, part: Vec<u8>) -> Bytes {
        if self.bytes() == 0 { part.into() } else { Bytes::from_owner(Sending { part, _taken: self }) }
    }

    /// Holds the bytes until the request that the current task answers is answered.
    pub fn until_answered(self) {
        if self.bytes() > 0 {
            // Without a request, as in a test, there is nothing to wait for.
            let _kept = OF_REQUEST.try_with(|held| held.borrow_mut().add(self));
        }
    }
}

struct Sending {
    part: Vec<u8>,
    _taken: Taken,
}

impl AsRef<[u8]> for Sending {
    fn as_ref(&self) -> &[u8] {
        &self.part
    }
}

tokio::task_local! {
    static OF_REQUEST: RefCell<Taken>;
}

/// Answers a request, and holds what is taken for it [`until_answered`](Taken::until_answered).
pub async fn answering<F: Future>(answer: F) -> F::Output {
    OF_REQUEST.scope(RefCell::default(), answer).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    const WHOLE: usize = 8 * LEAST_SHARE;
    const SHARE_OF_ONE: usize = 2 * LEAST_SHARE;

    fn budget() -> Budget {
        Budget::new(WHOLE, Duration::from_millis(50))
    }

    fn account(budget: &Budget, address: &str) -> Account {
        budget.account(ClientAddress(address.parse().unwrap()))
    }

    fn left(account: &Account) -> usize {
        assert_eq!(WHOLE - account.left.available_permits(), SHARE_OF_ONE - account.own.available_permits());
        account.own.available_permits()
    }

    #[tokio::test]
    async fn who_finds_nothing_left_waits_and_is_told_to_come_again() {
        let budget = budget();
        let account = account(&budget, "9.9.9.9");
        let taken = account.take(SHARE_OF_ONE - 10).await.unwrap();
        assert_eq!(*account.take(11).await.unwrap_err().kind(), Kind::Unavailable);
        let waiting = tokio::spawn({
            let account = account.clone();
            async move { account.take(11).await.map(|taken| taken.bytes()) }
        });
        tokio::task::yield_now().await;
        drop(taken);
        assert_eq!(waiting.await.unwrap().unwrap(), 11);
        assert_eq!(left(&account), SHARE_OF_ONE);
    }

    #[tokio::test]
    async fn nobody_has_more_than_a_share_and_all_together_no_more_than_the_whole() {
        let budget = budget();
        let mut taken = Vec::new();
        for address in ["2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1"] {
            let account = account(&budget, address);
            taken.push(account.take(SHARE_OF_ONE).await.unwrap());
            assert!(account.try_take(1).is_none());
        }
        assert!(account(&budget, "2001:db8::2").try_take(1).is_none(), "the same household");
        let other = account(&budget, "9.9.9.9");
        assert!(other.take(1).await.is_err());
        taken.pop();
        assert!(other.take(1).await.is_ok());
    }

    #[test]
    fn who_holds_nothing_is_forgotten() {
        let budget = budget();
        let held = account(&budget, "2001:db8::1").try_take(10).unwrap();
        for number in 0..1_000 {
            account(&budget, &format!("2001:db9:0:{number:x}::1"));
        }
        assert!(budget.shares.lock().unwrap().of.len() <= 64);
        assert_eq!(left(&account(&budget, "2001:db8::1")), SHARE_OF_ONE - held.bytes());
    }

    #[test]
    fn what_is_taken_grows_and_shrinks() {
        let budget = budget();
        let account = account(&budget, "9.9.9.9");
        let mut taken = Taken::default();
        taken.add(account.try_take(10).unwrap());
        taken.add(account.try_take(50).unwrap());
        taken.add(Taken::default());
        assert_eq!((taken.bytes(), left(&account)), (60, SHARE_OF_ONE - 60));
        taken.shrink_to(70);
        taken.shrink_to(25);
        assert_eq!((taken.bytes(), left(&account)), (25, SHARE_OF_ONE - 25));
    }

    #[test]
    fn a_part_holds_its_bytes_until_the_last_piece_is_gone() {
        let budget = budget();
        let account = account(&budget, "9.9.9.9");
        let mut part = account.try_take(100).unwrap().until_sent(vec![b'x'; 100]);
        let piece = part.split_to(10);
        drop(part);
        assert_eq!(left(&account), SHARE_OF_ONE - 100);
        drop(piece);
        assert_eq!(left(&account), SHARE_OF_ONE);
    }

    #[tokio::test]
    async fn a_request_holds_its_bytes_to_its_end() {
        let budget = budget();
        let account = account(&budget, "9.9.9.9");
        answering(async {
            account.try_take(30).unwrap().until_answered();
            account.try_take(30).unwrap().until_answered();
            assert_eq!(left(&account), SHARE_OF_ONE - 60);
        })
        .await;
        assert_eq!(left(&account), SHARE_OF_ONE);
    }
}
