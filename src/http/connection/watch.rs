//! What a connection waits for, and since when.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use slab::Slab;

use super::deadlines::Deadlines;

/// A moment, as the number of looks that were taken at all connections before it.
pub type Tick = u64;

/// The moment of what does not wait.
const NEVER: Tick = Tick::MAX;

/// The clock of all connections.
#[derive(Clone, Debug, Default)]
pub struct Ticks(Arc<AtomicU64>);

impl Ticks {
    /// The present moment.
    pub fn now(&self) -> Tick {
        self.0.load(Ordering::Relaxed)
    }

    /// Moves on by one, and tells the new moment.
    pub fn advance(&self) -> Tick {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// What a connection is overdue with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// It did not say which protocol it speaks.
    Protocol,
    /// The head of a request did not arrive.
    Head,
    /// No other request came.
    Idle,
    /// What was sent to it was not taken.
    Unread,
}

/// The [`Deadlines`] of connections in ticks.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    protocol: Tick,
    head: Tick,
    idle: Tick,
    unread: Tick,
}

impl Limits {
    /// Never shorter than the deadlines, as a wait may begin anywhere between two ticks.
    pub fn new(deadlines: &Deadlines) -> Self {
        let ticks = |time: Duration| {
            let whole = time.as_nanos().div_ceil(deadlines.tick().as_nanos());
            Tick::try_from(whole).unwrap_or(NEVER - 1) + 1
        };
        Self {
            protocol: ticks(deadlines.protocol),
            head: ticks(deadlines.head),
            idle: ticks(deadlines.idle),
            unread: ticks(deadlines.unread),
        }
    }
}

/// What a connection without requests waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    Protocol,
    Head,
    Idle,
}

/// A [`Rest`] and the moment of its beginning, in one number, so that nobody sees one without the other.
#[derive(Debug)]
struct Resting(AtomicU64);

impl Resting {
    fn new(rest: Rest, now: Tick) -> Self {
        Self(AtomicU64::new(Self::pack(rest, now)))
    }

    fn pack(rest: Rest, now: Tick) -> u64 {
        let kind = match rest {
            Rest::Protocol => 0,
            Rest::Head => 1,
            Rest::Idle => 2,
        };
        now << 2 | kind
    }

    fn set(&self, rest: Rest, now: Tick) {
        self.0.store(Self::pack(rest, now), Ordering::Relaxed);
    }

    fn get(&self) -> (Rest, Tick) {
        let packed = self.0.load(Ordering::Relaxed);
        let rest = match packed & 3 {
            0 => Rest::Protocol,
            1 => Rest::Head,
            _ => Rest::Idle,
        };
        (rest, packed >> 2)
    }
}

/// The state of a connection, written by what drives it and read by who looks after all of them.
#[derive(Debug)]
pub struct Watch {
    ticks: Ticks,
    is_http2: AtomicBool,
    resting: Resting,
    /// Requests whose body or answer is on its way.
    requests: AtomicUsize,
    /// Since when the socket takes nothing.
    unwritten: AtomicU64,
    /// Since when frames of HTTP/2 wait for windows of their streams.
    frames: Mutex<Slab<Tick>>,
}

impl Watch {
    /// Of a connection that begins now.
    pub fn new(ticks: Ticks) -> Self {
        Self {
            is_http2: AtomicBool::new(false),
            resting: Resting::new(Rest::Protocol, ticks.now()),
            requests: AtomicUsize::new(0),
            unwritten: AtomicU64::new(NEVER),
            frames: Mutex::default(),
            ticks,
        }
    }

    /// The first bytes are of HTTP/1.
    pub fn note_http1(&self) {
        self.resting.set(Rest::Head, self.ticks.now());
    }

    /// The first bytes were the preface of HTTP/2.
    pub fn note_http2(&self) {
        self.is_http2.store(true, Ordering::Relaxed);
        self.resting.set(Rest::Idle, self.ticks.now());
    }

    /// Whether it speaks HTTP/2.
    pub fn is_http2(&self) -> bool {
        self.is_http2.load(Ordering::Relaxed)
    }

    /// Bytes arrived that are not the first. On HTTP/1 they begin a head when no request is on its way.
    pub fn note_read(&self) {
        let begins_head = !self.has_requests() && !self.is_http2() && self.resting.get().0 == Rest::Idle;
        if begins_head {
            self.resting.set(Rest::Head, self.ticks.now());
        }
    }

    /// The socket took bytes, or (`is_full`) did not.
    pub fn note_write(&self, is_full: bool) {
        let was_full = self.unwritten.load(Ordering::Relaxed) != NEVER;
        if is_full != was_full {
            self.unwritten.store(if is_full { self.ticks.now() } else { NEVER }, Ordering::Relaxed);
        }
    }

    /// A request has begun, and is on its way until what this returns is dropped.
    pub fn begin_request(self: &Arc<Self>) -> OnItsWay {
        self.requests.fetch_add(1, Ordering::Relaxed);
        OnItsWay(self.clone())
    }

    /// A frame of HTTP/2 waits to be sent until what this returns is dropped.
    pub fn begin_frame(self: &Arc<Self>) -> Unsent {
        let key = self.frames().insert(self.ticks.now());
        Unsent { watch: self.clone(), key }
    }

    /// Since when no request is on its way, if none is: others may need the place.
    pub fn resting_since(&self) -> Option<Tick> {
        (!self.has_requests()).then(|| self.resting.get().1)
    }

    /// What the connection is overdue with.
    pub fn overdue(&self, now: Tick, limits: &Limits) -> Option<Overdue> {
        let waits = |since: Tick, limit: Tick| now.saturating_sub(since) >= limit;
        if waits(self.unwritten.load(Ordering::Relaxed), limits.unread) {
            return Some(Overdue::Unread);
        }
        if self.is_http2() && self.frames().iter().any(|(_, since)| waits(*since, limits.unread)) {
            return Some(Overdue::Unread);
        }
        if self.has_requests() {
            return None;
        }
        let (rest, since) = self.resting.get();
        let (limit, overdue) = match rest {
            Rest::Protocol => (limits.protocol, Overdue::Protocol),
            Rest::Head => (limits.head, Overdue::Head),
            Rest::Idle => (limits.idle, Overdue::Idle),
        };
        waits(since, limit).then_some(overdue)
    }

    fn has_requests(&self) -> bool {
        self.requests.load(Ordering::Relaxed) > 0
    }

    fn frames(&self) -> MutexGuard<'_, Slab<Tick>> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is on its way.
#[derive(Debug)]
pub struct OnItsWay(Arc<Watch>);

impl OnItsWay {
    /// The connection that it came by.
    pub fn connection(&self) -> &Arc<Watch> {
        &self.0
    }
}

impl Clone for OnItsWay {
    fn clone(&self) -> Self {
        self.0.begin_request()
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        // Before it is the last one no more, so that no older rest is seen.
        self.0.resting.set(Rest::Idle, self.0.ticks.now());
        self.0.requests.fetch_sub(1, Ordering::Release);
    }
}

/// A frame that waits to be sent.
#[derive(Debug)]
pub struct Unsent {
    watch: Arc<Watch>,
    key: usize,
}

impl Drop for Unsent {
    fn drop(&mut self) {
        self.watch.frames().try_remove(self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ticks of a second.
    fn limits() -> Limits {
        Limits::new(&Deadlines::default())
    }

    fn connection() -> (Ticks, Arc<Watch>) {
        let ticks = Ticks::default();
        (ticks.clone(), Arc::new(Watch::new(ticks)))
    }

    /// After how many seconds from now the connection is overdue, and with what.
    fn ends(ticks: &Ticks, watch: &Watch) -> Option<(Tick, Overdue)> {
        let now = ticks.now();
        (0..200).find_map(|secs| Some((secs, watch.overdue(now + secs, &limits())?)))
    }

    #[test]
    fn every_rest_has_its_deadline() {
        let (ticks, watch) = connection();
        assert_eq!(ends(&ticks, &watch), Some((11, Overdue::Protocol)));
        ticks.advance();
        watch.note_http1();
        assert_eq!(ends(&ticks, &watch), Some((16, Overdue::Head)));
        ticks.advance();
        watch.note_read();
        assert_eq!(ends(&ticks, &watch), Some((15, Overdue::Head)), "another byte wins no time");
        let request = watch.begin_request();
        assert_eq!(ends(&ticks, &watch), None);
        watch.note_read();
        drop(request);
        assert_eq!(ends(&ticks, &watch), Some((76, Overdue::Idle)));
        watch.note_read();
        assert_eq!(ends(&ticks, &watch), Some((16, Overdue::Head)));
    }

    #[test]
    fn http2_rests_between_requests_whatever_else_arrives() {
        let (ticks, watch) = connection();
        watch.note_http2();
        ticks.advance();
        watch.note_read();
        assert_eq!(ends(&ticks, &watch), Some((75, Overdue::Idle)));
    }

    #[test]
    fn a_request_with_two_parts_is_on_its_way_until_both_have_ended() {
        let (ticks, watch) = connection();
        watch.note_http1();
        let body = watch.begin_request();
        let answer = body.clone();
        drop(body);
        assert_eq!((ends(&ticks, &watch), watch.resting_since()), (None, None));
        drop(answer);
        assert_eq!(watch.resting_since(), Some(0));
    }

    #[test]
    fn who_takes_nothing_is_overdue_in_the_middle_of_a_request() {
        let (ticks, watch) = connection();
        watch.note_http1();
        let _request = watch.begin_request();
        watch.note_write(true);
        ticks.advance();
        watch.note_write(true);
        assert_eq!(ends(&ticks, &watch), Some((30, Overdue::Unread)));
        watch.note_write(false);
        assert_eq!(ends(&ticks, &watch), None);
    }

    #[test]
    fn one_frame_that_is_not_taken_is_enough() {
        let (ticks, watch) = connection();
        watch.note_http2();
        let _request = watch.begin_request();
        let stuck = watch.begin_frame();
        ticks.advance();
        let taken = watch.begin_frame();
        drop(taken);
        assert_eq!(ends(&ticks, &watch), Some((30, Overdue::Unread)));
        drop(stuck);
        assert_eq!(ends(&ticks, &watch), None);
    }
}
