//! The deletion of a project: it answers no client from that moment on, can be restored for a day, and is
//! then purged with everything in it.

pub mod store;

use engine::{Conn, Store};

use self::store::{Step, list_due_projects, purge_some};
use super::model::{PURGE_GRACE_MS, RESTORABLE_MS};
use crate::audit::model::{Act, Actor};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{Ids, ProjectId};

/// Purges every project whose time to be restored is over, in many small transactions: others write in
/// between, and a node that is killed has done no half thing. Several nodes may do so at once.
///
/// # Errors
/// The database's. What is left is purged by the next call.
pub async fn purge_deleted_projects(store: &Store, ids: &Ids, now: Timestamp) -> Result<()> {
    let deleted_before = now.plus_millis(-(RESTORABLE_MS + PURGE_GRACE_MS));
    for project in store.read(async |conn| list_due_projects(conn, deleted_before).await).await? {
        let act = Act::new(ids, Actor::instance(), now)?;
        purge(store, &project, deleted_before, act).await?;
    }
    Ok(())
}

async fn purge(store: &Store, project: &ProjectId, deleted_before: Timestamp, act: Act) -> Result<()> {
    let mut table = 0;
    loop {
        let (id, act) = (project.clone(), act.clone());
        let some = async move |conn: &mut Conn<'_>| purge_some(conn, &id, deleted_before, table, &act).await;
        match store.write(some).await? {
            Step::More { at } => table = at,
            Step::Done => {
                tracing::info!(project.id = %project, "a deleted project is purged");
                return Ok(());
            }
            Step::Gone => return Ok(()),
        }
    }
}
