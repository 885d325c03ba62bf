//! A list of messages that may be too long to hold at once: read in parts, each when the one before is sent.

use axum::body::{Body, Bytes};

use super::page::{Cursor, Page};
use super::reading::Reading;
use super::store::{Step, list_messages};
use crate::app::App;
use crate::auth::scope::Scope;
use crate::error::Result;
use crate::http::budget::{Account, FREE, Taken};
use crate::http::extract::MAX_BODY;
use crate::id::ThreadId;

/// Bytes of a list from which it is sent in parts. With its last row, and the end of the part before that is on its
/// way, a part has 1 MiB.
const PART: usize = 896 * 1024;

/// The bytes that a part of the usual rows takes from the budget while it is read.
const ROOM: usize = 1024 * 1024;

/// The same for one with a large message, which got in as a body.
const ROOM_FOR_LARGE: usize = ROOM + MAX_BODY;

/// A list on its way out.
pub(super) struct Listing {
    app: App,
    scope: Scope,
    thread: ThreadId,
    step: Step,
    page: Page,
    account: Account,
    taken: Taken,
}

impl Listing {
    /// The list of a thread's messages, at most `limit`, that begins after the cursor or with the first message. As
    /// long as its reader's account has nothing left, its first part is a small one, which takes nothing.
    pub(super) fn new(
        app: App,
        account: Account,
        (scope, thread): (Scope, ThreadId),
        reading: Reading,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Self {
        let taken = account.try_take(ROOM);
        let part = if taken.is_some() { PART } else { FREE };
        let page = Page::new(reading, cursor, limit, part, app.clock().now());
        Self { app, scope, thread, step: Step::first(), page, account, taken: taken.unwrap_or_default() }
    }

    /// The JSON of the list.
    ///
    /// # Errors
    /// The database's, and when the budget is used up.
    pub(super) async fn into_body(mut self) -> Result<Body> {
        if self.read_part().await? {
            return Ok(self.finish().into());
        }
        let first = self.take();
        Ok(Body::from_stream(self.into_stream(first)))
    }

    /// Reads until the list ends (true) or a part is full.
    async fn read_part(&mut self) -> Result<bool> {
        while self.page.left() > 0 {
            if matches!(self.step, Step::Large) {
                self.take_room(ROOM_FOR_LARGE).await?;
            }
            let Self { app, scope, thread, step, page, .. } = &mut *self;
            let read =
                async |conn: &mut engine::Conn<'_>| list_messages(conn, scope, thread, *step, page).await;
            let Some(next) = app.store().read(read).await? else { return Ok(true) };
            *step = next;
            if page.left() > 0 && page.is_full() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn read_next_part(&mut self) -> Result<bool> {
        self.take_room(ROOM).await?;
        self.page.set_part(PART);
        self.read_part().await
    }

    async fn take_room(&mut self, bytes: usize) -> Result<()> {
        let missing = bytes.saturating_sub(self.taken.bytes());
        if missing > 0 {
            self.taken.add(self.account.take(missing).await?);
        }
        Ok(())
    }

    fn take(&mut self) -> Bytes {
        hold(self.page.take(), std::mem::take(&mut self.taken))
    }

    fn finish(self) -> Bytes {
        hold(self.page.finish(), self.taken)
    }

    /// The parts, the first of which is read already.
    fn into_stream(self, first: Bytes) -> impl futures_util::Stream<Item = Result<Bytes>> + Send {
        let patience = engine::Patience::current();
        futures_util::stream::unfold(Some((self, Some(first))), move |state| {
            let patience = patience.clone();
            async move {
                match state? {
                    (listing, Some(first)) => Some((Ok(first), Some((listing, None)))),
                    (mut listing, None) => match patience.during(listing.read_next_part()).await {
                        Ok(true) => Some((Ok(listing.finish()), None)),
                        Ok(false) => Some((Ok(listing.take()), Some((listing, None)))),
                        // The connection breaks off, so that nobody takes half a list for a whole one.
                        Err(error) => Some((Err(error), None)),
                    },
                }
            }
        })
    }
}

/// Holds what a part takes of the budget until it is sent: nothing when it is small.
fn hold(part: Vec<u8>, mut taken: Taken) -> Bytes {
    taken.shrink_to(if part.len() > FREE { part.capacity() } else { 0 });
    taken.until_sent(part)
}
