//! Work on large texts, away from the threads that carry the sockets.

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// From how many bytes on a text is large. To parse a smaller one takes less than a millisecond, and little more than to
/// hand it over.
pub const LARGE: usize = 64 * 1024;

/// One at a time, so that the others have the other processors.
static LANE: Semaphore = Semaphore::const_new(1);

/// Does some work aside, when those who came before have had their turn. A caller who goes away gives theirs up; what
/// was begun is ended.
///
/// # Errors
/// When the work panics.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let turn = LANE.acquire().await.map_err(Error::internal)?;
    let work = move || {
        // Held to the end of the work, not only as long as somebody waits for it.
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
