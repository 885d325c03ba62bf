//! Deleting messages in steps that others' writes pass between.

use std::collections::HashSet;
use std::sync::Arc;

use engine::{Conn, Store};

use super::store::{
    Left, delete_deepest, delete_some, list_unsettled_threads, settle_left_thread, settle_thread,
};
use crate::auth::scope::Scope;
use crate::error::Result;
use crate::id::{MessageId, ThreadId};
use crate::threads::{self, store::lock_thread};

/// Deletes those of the messages that are in the thread; returns how many went, once everything below them has its
/// new place. For most trees that is one transaction.
///
/// # Errors
/// The database's. What was begun of the heights is ended by [`settle_left_threads`].
pub async fn delete(store: &Store, scope: Scope, thread: ThreadId, ids: HashSet<MessageId>) -> Result<usize> {
    let what = Arc::new((scope, thread, ids));
    let mut deleted = 0;
    loop {
        let some = what.clone();
        let delete = async move |conn: &mut Conn<'_>| {
            let (scope, thread, ids) = &*some;
            delete_some(conn, scope, thread, ids).await
        };
        let step = store.write(delete).await?;
        deleted += step.deleted;
        match step.left {
            Left::Messages => {}
            Left::Heights => break,
            Left::Nothing => return Ok(deleted),
        }
    }
    loop {
        let some = what.clone();
        let settle = async move |conn: &mut Conn<'_>| settle_thread(conn, &some.0, &some.1).await;
        if store.write(settle).await? {
            return Ok(deleted);
        }
    }
}

/// Deletes a thread with its messages, the deepest first when it has many; false when the workspace has none of that
/// id.
///
/// # Errors
/// The database's. Then some of the messages may be gone.
pub async fn delete_thread(store: &Store, scope: Scope, thread: ThreadId) -> Result<bool> {
    let what = Arc::new((scope, thread));
    loop {
        let some = what.clone();
        let delete = async move |conn: &mut Conn<'_>| -> Result<Option<bool>> {
            let (scope, thread) = &*some;
            if lock_thread(conn, scope, thread).await?
                && delete_deepest(conn, scope.project(), thread).await? > 0
            {
                return Ok(None);
            }
            threads::store::delete_thread(conn, scope, thread).await.map(Some)
        };
        if let Some(deleted) = store.write(delete).await? {
            return Ok(deleted);
        }
    }
}

/// Ends what deletions left that did not come to their end.
///
/// # Errors
/// The database's.
pub async fn settle_left_threads(store: &Store) -> Result<()> {
    for thread in store.read(async |conn: &mut Conn<'_>| list_unsettled_threads(conn).await).await? {
        let thread = Arc::new(thread);
        loop {
            let some = thread.clone();
            let settle = async move |conn: &mut Conn<'_>| settle_left_thread(conn, &some).await;
            if store.write(settle).await? {
                break;
            }
        }
    }
    Ok(())
}
