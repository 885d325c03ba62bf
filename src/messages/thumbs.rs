//! The job that finds the thumbs in messages that were stored before thumbs were counted there.

use engine::{Conn, Store};
use tokio::task::yield_now;

use super::store::{list_places_of_thumbs, read_thumb};
use crate::error::Result;
use crate::threads::store::{list_threads_without_thumbs, mark_thumbs_found};

/// Finds the thumbs in the threads that have yet to be looked through, thread by thread. A thread that was
/// begun is looked through again.
///
/// # Errors
/// The database's.
pub async fn find_thumbs(store: &Store) -> Result<()> {
    loop {
        let threads = store.read(async |conn: &mut Conn<'_>| list_threads_without_thumbs(conn).await).await?;
        if threads.is_empty() {
            return Ok(());
        }
        for thread in &threads {
            let list = async |conn: &mut Conn<'_>| list_places_of_thumbs(conn, thread).await;
            for place in store.read(list).await? {
                store.write(async move |conn| read_thumb(conn, &place).await).await?;
            }
        }
        store.write(async move |conn| mark_thumbs_found(conn, &threads).await).await?;
        yield_now().await;
    }
}
