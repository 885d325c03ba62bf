//! Writing what is known of a message again.

use engine::{Conn, Param, Row};
use formats::Thumb;

use super::super::content::Content;
use super::super::versions::{AUI, Change, Versions};
use super::thumbs::set_thumb;
use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{LeaseId, MessageId, ThreadId, UserId};
use crate::leases::model::{Grant, Intent, Lease};
use crate::leases::store::grant;
use crate::search::store::renew_message;
use crate::threads::store::lock_thread;

/// A message that is about to be written again. The caller holds its thread.
pub(super) struct Target {
    pub(super) id: MessageId,
    pub(super) created_by: UserId,
    pub(super) versions: Versions,
    /// The thumb that is on record.
    thumb: Option<String>,
    pub(super) lease: Option<Lease>,
}

macro_rules! target {
    ($condition:literal) => {
        concat!(
            "SELECT m.id, m.created_by, m.format, m.content, c.content, l.id, l.user_id, l.ended_at, m.thumb
             FROM messages m
             LEFT JOIN message_copies c ON c.project_id = m.project_id AND c.thread_id = m.thread_id
                                       AND c.message_id = m.id
             LEFT JOIN run_leases l ON l.project_id = m.project_id AND l.thread_id = m.thread_id
                                   AND l.id = m.lease_id
             WHERE m.project_id = ?1 AND m.thread_id = ?2 AND ",
            $condition
        )
    };
}

fn to_target(row: &Row<'_>) -> engine::Result<Target> {
    let (lease, user): (Option<LeaseId>, Option<UserId>) = (row.get(5)?, row.get(6)?);
    let is_running = row.get::<Option<i64>>(7)?.is_none();
    Ok(Target {
        id: row.get(0)?,
        created_by: row.get(1)?,
        versions: to_versions(row, 2)?,
        thumb: row.get(8)?,
        lease: lease.zip(user).map(|(id, user)| Lease { id, user, is_running }),
    })
}

/// Reads format, content and copy from the columns that begin at `first`.
pub(super) fn to_versions(row: &Row<'_>, first: usize) -> engine::Result<Versions> {
    Ok(Versions {
        format: row.get(first)?,
        content: Content::stored(row.get(first + 1)?),
        copy: row.get::<Option<String>>(first + 2)?.map(Content::stored),
    })
}

pub(super) async fn find_by_external_id(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    external_id: &str,
) -> Result<Option<Target>> {
    let params: [&dyn Param; 3] = [scope.project(), thread, &external_id];
    Ok(conn.first(target!("m.external_id = ?3"), &params, to_target).await?)
}

async fn find_by_id(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    id: &MessageId,
) -> Result<Option<Target>> {
    Ok(conn.first(target!("m.id = ?3"), &[scope.project(), thread, id], to_target).await?)
}

/// New content of a message, and how it is to be written.
pub struct Update {
    /// The content.
    pub content: Content,
    /// What it wants with the message's leases.
    pub intent: Intent,
    /// Who writes it.
    pub author: UserId,
    /// The time.
    pub now: Timestamp,
}

/// Replaces the content of a message, or its copy when the new content looks like one; `None` when there is
/// none of that id in a thread of the workspace.
///
/// # Errors
/// 409 when the lease does not allow it, or the database's.
pub async fn update_message(
    conn: &mut Conn<'_>,
    scope: &Scope,
    place @ (thread, id): (&ThreadId, &MessageId),
    update: &Update,
) -> Result<Option<Grant>> {
    if !lock_thread(conn, scope, thread).await? {
        return Ok(None);
    }
    let Some(stored) = find_by_id(conn, scope, thread, id).await? else { return Ok(None) };
    let grant = grant(conn, scope, place, &update.intent, &update.author, stored.lease.as_ref()).await?;
    let written = Written {
        change: stored.versions.change_by_shape(&update.content),
        format: &stored.versions.format,
        content: &update.content,
        author: &update.author,
        now: update.now,
    };
    write_version(conn, scope, place, &stored, &written).await?;
    Ok(Some(grant))
}

/// Content on its way into a message.
pub(super) struct Written<'w> {
    pub(super) change: Change,
    /// The format of the message's own content from now on.
    pub(super) format: &'w str,
    pub(super) content: &'w Content,
    pub(super) author: &'w UserId,
    pub(super) now: Timestamp,
}

pub(super) async fn write_version(
    conn: &mut Conn<'_>,
    scope: &Scope,
    place: (&ThreadId, &MessageId),
    stored: &Target,
    written: &Written<'_>,
) -> Result<()> {
    match written.change {
        Change::Nothing => return Ok(()),
        Change::Own => write_own(conn, scope, place, stored, written).await?,
        Change::Copy => write_copy(conn, scope, place, written).await?,
        Change::Swap => {
            keep_own_as_copy(conn, scope, place, written.now).await?;
            write_own(conn, scope, place, stored, written).await?;
        }
    }
    let thumb = stored.versions.thumb_after(written.change, written.format, written.content);
    let thumb = thumb.map(Thumb::name);
    if thumb == stored.thumb.as_deref() {
        Ok(())
    } else {
        set_thumb(conn, scope.project(), place, thumb).await
    }
}

async fn write_own(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (thread, id): (&ThreadId, &MessageId),
    stored: &Target,
    written: &Written<'_>,
) -> Result<()> {
    let sql = "UPDATE messages SET content = ?4, format = ?5, updated_by = ?6, updated_at = ?7
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let params: [&dyn Param; 7] = [
        scope.project(),
        thread,
        id,
        &written.content.as_str(),
        &written.format,
        written.author,
        &written.now.millis(),
    ];
    conn.execute(sql, &params).await?;
    let was_empty = stored.versions.content.is_empty();
    renew_message(conn, scope.project(), thread, id, was_empty).await
}

/// A copy says the same as the message: nothing of it is indexed, and no reader has to look again.
async fn write_copy(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (thread, id): (&ThreadId, &MessageId),
    written: &Written<'_>,
) -> Result<()> {
    let sql = "INSERT INTO message_copies (project_id, thread_id, message_id, content, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (project_id, thread_id, message_id)
               DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at";
    let params: [&dyn Param; 5] =
        [scope.project(), thread, id, &written.content.as_str(), &written.now.millis()];
    conn.execute(sql, &params).await?;
    Ok(())
}

async fn keep_own_as_copy(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (thread, id): (&ThreadId, &MessageId),
    now: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO message_copies (project_id, thread_id, message_id, content, updated_at)
               SELECT project_id, thread_id, id, content, ?5 FROM messages
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3 AND format = ?4
               ON CONFLICT (project_id, thread_id, message_id) DO NOTHING";
    conn.execute(sql, &[scope.project(), thread, id, &AUI, &now.millis()]).await?;
    Ok(())
}
