//! Appending messages, and writing them again under the same external id.

use engine::{Conn, Param, Row};
use formats::Thumb;

use super::super::content::{Content, Judgement};
use super::super::model::{Appended, NewMessage, Parent};
use super::super::versions::{Change, Undecided};
use super::write::{Target, Written, find_by_external_id, write_version};
use crate::auth::scope::Scope;
use crate::error::{Error, Result};
use crate::id::{LeaseId, MessageId, ThreadId};
use crate::leases::model::{Grant, Intent, lease_mismatch};
use crate::leases::store::{NewLease, grant, open_lease};
use crate::search::store::QUEUE_NEW_MESSAGE;
use crate::threads::model::thread_not_found;
use crate::threads::store::{advance_thread, lock_thread};
use crate::titles::local_title;
use crate::titles::store::title_from_message;
use crate::users::store::record_active_user;

/// What comes of an attempt to append a message.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is stored.
    Appended(Appended),
    /// Nothing was written: whether this content is another one is to be judged outside of a transaction.
    Undecided(Content),
}

/// Appends a message, or writes the one that has the same external id again.
///
/// # Errors
/// As the spec orders the checks of `POST /v1/threads/{thread_id}/messages`, or the database's.
pub async fn append_message(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new: &NewMessage,
    counts_user: bool,
    judged: Option<&Judgement>,
) -> Result<Outcome> {
    // The thread's row is held from here on: appends to one thread stand in line, which is what makes
    // external ids, heights and leases safe. It is moved forward at once where the message will be new,
    // which it nearly always is.
    let external_id = new.external_id.as_deref();
    let is_advanced = advance_thread(conn, scope, &new.thread, external_id, &new.author, new.now).await?;
    if !is_advanced {
        if !lock_thread(conn, scope, &new.thread).await? {
            return Err(thread_not_found());
        }
        if let Some(stored) = find_stored(conn, scope, new).await? {
            return write_again(conn, scope, new, (&stored, judged), false).await;
        }
        advance_thread(conn, scope, &new.thread, None, &new.author, new.now).await?;
    }
    if let Some(appended) = insert_new(conn, scope, new, counts_user).await? {
        return Ok(Outcome::Appended(appended));
    }
    // While the thread's row was waited for, somebody else stored the message.
    let stored = find_stored(conn, scope, new).await?;
    let stored = stored.ok_or_else(|| Error::internal("a message is in the way that is not there"))?;
    write_again(conn, scope, new, (&stored, judged), true).await
}

async fn find_stored(conn: &mut Conn<'_>, scope: &Scope, new: &NewMessage) -> Result<Option<Target>> {
    let Some(external_id) = &new.external_id else { return Ok(None) };
    find_by_external_id(conn, scope, &new.thread, external_id).await
}

/// Stores a message that is not there yet; `None` when one that has its external id is.
async fn insert_new(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new: &NewMessage,
    counts_user: bool,
) -> Result<Option<Appended>> {
    let grant = match &new.intent {
        Intent::None => Grant::None,
        Intent::Open(lease) => Grant::Opened(lease.clone()),
        Intent::Hold(_) => return Err(lease_mismatch()),
    };
    let (parent, height) = resolve_parent(conn, scope, &new.thread, &new.parent).await?;
    if counts_user {
        record_active_user(conn, scope.project(), &new.author, new.now).await?;
    }
    if !insert_message(conn, scope, new, parent.as_ref(), height, grant.lease()).await? {
        return Ok(None);
    }
    if let Grant::Opened(id) = &grant {
        let (message, user) = (&new.id, &new.author);
        let lease = NewLease { id, former: None, message, user, is_authors: true, now: new.now };
        open_lease(conn, scope, &new.thread, &lease).await?;
    }
    if new.is_of_user {
        let title = || local_title(&new.format, new.content.as_str());
        title_from_message(conn, scope, &new.thread, title, new.now).await?;
    }
    Ok(Some(Appended { id: new.id.clone(), is_new: true, grant }))
}

/// Writes a message again: its own content, or its copy in another format. What says nothing new writes
/// nothing.
async fn write_again(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new: &NewMessage,
    (stored, judged): (&Target, Option<&Judgement>),
    is_advanced: bool,
) -> Result<Outcome> {
    let versions = &stored.versions;
    let change = match versions.change(&new.format, &new.content, judged) {
        Ok(change) => change,
        Err(Undecided(stored)) => {
            conn.undo();
            return Ok(Outcome::Undecided(stored));
        }
    };
    if !versions.content.is_of_role_of(&new.content, judged) {
        return Err(Error::conflict("Message role cannot change"));
    }
    let place = (&new.thread, &stored.id);
    let grant = grant(conn, scope, place, &new.intent, &new.author, stored.lease.as_ref()).await?;
    if change == Change::Nothing && !matches!(grant, Grant::Opened(_)) {
        conn.undo();
        return Ok(Outcome::Appended(Appended { id: stored.id.clone(), is_new: false, grant }));
    }
    // Whoever watches the thread looks again when it has moved; a copy shows nothing new.
    if !is_advanced && change.is_seen() {
        advance_thread(conn, scope, &new.thread, None, &new.author, new.now).await?;
    }
    let written =
        Written { change, format: &new.format, content: &new.content, author: &new.author, now: new.now };
    write_version(conn, scope, place, stored, &written).await?;
    if let Grant::Opened(id) = &grant {
        reopen(conn, scope, new, stored, id).await?;
    }
    Ok(Outcome::Appended(Appended { id: stored.id.clone(), is_new: false, grant }))
}

/// Opens a lease on a message that is there already, and has the message name it.
async fn reopen(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new: &NewMessage,
    stored: &Target,
    id: &LeaseId,
) -> Result<()> {
    let lease = NewLease {
        id,
        former: stored.lease.as_ref().map(|lease| &lease.id),
        message: &stored.id,
        user: &new.author,
        is_authors: stored.created_by == new.author,
        now: new.now,
    };
    open_lease(conn, scope, &new.thread, &lease).await?;
    let sql = "UPDATE messages SET lease_id = ?4 WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    conn.execute(sql, &[scope.project(), &new.thread, &stored.id, id]).await?;
    Ok(())
}

/// The parent's id and the height of a message below it.
async fn resolve_parent(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    parent: &Parent,
) -> Result<(Option<MessageId>, i64)> {
    let below = |found: Option<(MessageId, i64)>| found.map(|(id, height)| (Some(id), height + 1));
    match parent {
        Parent::Root => Ok((None, 0)),
        Parent::Id(id) => {
            let found = match find_place(conn, scope, thread, id).await? {
                // An app may give its own messages ids that look like ours.
                None => find_place_by_external_id(conn, scope, thread, id.as_str()).await?,
                found => found,
            };
            below(found).ok_or_else(|| Error::bad_request("Parent message not found in thread"))
        }
        Parent::Local(id) => {
            Ok(below(find_place_by_external_id(conn, scope, thread, id).await?).unwrap_or((None, 0)))
        }
        Parent::ExternalId(id) => below(find_place_by_external_id(conn, scope, thread, id).await?)
            .ok_or_else(|| Error::bad_request("Parent message with external_id not found in thread")),
    }
}

fn to_place(row: &Row<'_>) -> engine::Result<(MessageId, i64)> {
    Ok((row.get(0)?, row.get(1)?))
}

async fn find_place(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    id: &MessageId,
) -> Result<Option<(MessageId, i64)>> {
    let sql = "SELECT id, height FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    Ok(conn.first(sql, &[scope.project(), thread, id], to_place).await?)
}

async fn find_place_by_external_id(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    external_id: &str,
) -> Result<Option<(MessageId, i64)>> {
    let sql = "SELECT id, height FROM messages
               WHERE project_id = ?1 AND thread_id = ?2 AND external_id = ?3";
    Ok(conn.first(sql, &[scope.project(), thread, &external_id], to_place).await?)
}

/// Stores the message and has it indexed; false when one that has its external id is there already. What
/// is to be indexed and is not there is passed over by the indexer.
async fn insert_message(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new: &NewMessage,
    parent: Option<&MessageId>,
    height: i64,
    lease: Option<&LeaseId>,
) -> Result<bool> {
    let sql = "INSERT INTO messages
               (project_id, thread_id, id, parent_id, external_id, height, format, content,
                created_by, updated_by, created_at, updated_at, lease_id, thumb, is_guests)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?10, ?11, ?12,
                       (SELECT created_by <> ?9 FROM threads WHERE project_id = ?1 AND id = ?2))
               ON CONFLICT (project_id, thread_id, external_id) WHERE external_id IS NOT NULL DO NOTHING";
    let params: [&dyn Param; 12] = [
        scope.project(),
        &new.thread,
        &new.id,
        &parent,
        &new.external_id,
        &height,
        &new.format,
        &new.content.as_str(),
        &new.author,
        &new.now.millis(),
        &lease,
        &new.thumb.map(Thumb::name),
    ];
    let queue: [&dyn Param; 3] = [scope.project(), &new.thread, &new.id];
    let changed = conn.execute_all(&[(sql, &params), (QUEUE_NEW_MESSAGE, &queue)]).await?;
    Ok(changed.first() == Some(&1))
}
