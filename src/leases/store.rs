//! The queries on run leases. A message's latest one is named in its row.

use engine::{Conn, Param};

use super::beats::Beat;
use super::model::{EndReason, Grant, Intent, Lease, lease_mismatch, run_ended, run_in_progress};
use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{LeaseId, MessageId, ProjectId, ThreadId, UserId};

/// Decides what a write to a message of the thread may do, given the message's latest lease.
///
/// # Errors
/// 409 with `run_in_progress`, `run_ended` or `lease_mismatch`, or the database's.
pub async fn grant(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (thread, message): (&ThreadId, &MessageId),
    intent: &Intent,
    user: &UserId,
    latest: Option<&Lease>,
) -> Result<Grant> {
    let running = latest.filter(|lease| lease.is_running);
    match (intent, running) {
        (Intent::None, _) => Ok(Grant::None),
        (Intent::Open(new), None) => Ok(Grant::Opened(new.clone())),
        // The request is a repeat: its first answer did not arrive.
        (Intent::Open(_), Some(held)) if held.user == *user => Ok(Grant::Held(held.id.clone())),
        (Intent::Open(_), Some(_)) => Err(run_in_progress()),
        (Intent::Hold(lease), Some(held)) if held.id == *lease => Ok(Grant::Held(lease.clone())),
        (Intent::Hold(lease), _) => {
            // Of a message's leases only the latest can be running.
            let is_of_message = is_lease_of(conn, scope, (thread, message), lease).await?;
            Err(if is_of_message { run_ended() } else { lease_mismatch() })
        }
    }
}

async fn is_lease_of(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (thread, message): (&ThreadId, &MessageId),
    lease: &LeaseId,
) -> Result<bool> {
    let sql = "SELECT 1 FROM run_leases
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3 AND message_id = ?4";
    let params: [&dyn Param; 4] = [scope.project(), thread, lease, message];
    Ok(conn.first(sql, &params, |_| Ok(())).await?.is_some())
}

/// A lease to open.
pub struct NewLease<'n> {
    /// Its id.
    pub id: &'n LeaseId,
    /// The lease that was the message's latest until now.
    pub former: Option<&'n LeaseId>,
    /// The message, whose row the caller lets name the lease.
    pub message: &'n MessageId,
    /// Who holds it.
    pub user: &'n UserId,
    /// Whether that is also who created the message.
    pub is_authors: bool,
    /// The time.
    pub now: Timestamp,
}

/// Opens a lease on a message of a thread of the workspace.
///
/// # Errors
/// The database's.
pub async fn open_lease(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    new: &NewLease<'_>,
) -> Result<()> {
    let sql = "INSERT INTO run_leases
               (project_id, thread_id, id, message_id, user_id, is_authors, opened_at, beat_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)";
    let at = new.now.millis();
    let params: [&dyn Param; 7] =
        [scope.project(), thread, new.id, new.message, new.user, &new.is_authors, &at];
    conn.execute(sql, &params).await?;
    let Some(former) = new.former else { return Ok(()) };
    let sql = "UPDATE run_leases SET is_former = TRUE WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    conn.execute(sql, &[scope.project(), thread, former]).await?;
    Ok(())
}

/// Whether a lease of a thread of the workspace is running; `None` when there is no such lease.
///
/// # Errors
/// The database's.
pub async fn find_is_running(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    lease: &LeaseId,
) -> Result<Option<bool>> {
    let sql = "SELECT ended_at IS NULL FROM run_leases
               WHERE project_id = ?1 AND thread_id = ?3 AND id = ?4
                 AND EXISTS (SELECT 1 FROM threads t
                             WHERE t.project_id = ?1 AND t.workspace_id = ?2 AND t.id = ?3)";
    let params: [&dyn Param; 4] = [scope.project(), scope.workspace(), thread, lease];
    Ok(conn.first(sql, &params, |row| row.get(0)).await?)
}

/// Ends a lease, unless it has ended before; false when there is no such lease in a thread of the workspace.
///
/// # Errors
/// The database's.
pub async fn end_lease(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (thread, lease): (&ThreadId, &LeaseId),
    reason: Option<EndReason>,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE run_leases SET ended_at = ?5, beat_at = ?5, end_reason = ?6
               WHERE project_id = ?1 AND thread_id = ?3 AND id = ?4 AND ended_at IS NULL
                 AND EXISTS (SELECT 1 FROM threads t
                             WHERE t.project_id = ?1 AND t.workspace_id = ?2 AND t.id = ?3)";
    let params: [&dyn Param; 6] =
        [scope.project(), scope.workspace(), thread, lease, &now.millis(), &reason.map(EndReason::as_str)];
    if conn.execute(sql, &params).await? > 0 {
        return Ok(true);
    }
    Ok(find_is_running(conn, scope, thread, lease).await?.is_some())
}

/// Moves the last heartbeats of leases that are running forward.
///
/// # Errors
/// The database's.
pub async fn record_beats(conn: &mut Conn<'_>, beats: &[(Beat, Timestamp)]) -> Result<u64> {
    let sql = "UPDATE run_leases SET beat_at = ?4
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3 AND ended_at IS NULL AND beat_at < ?4";
    let times: Vec<i64> = beats.iter().map(|(_, at)| at.millis()).collect();
    let sets: Vec<[&dyn Param; 4]> = beats
        .iter()
        .zip(&times)
        .map(|((beat, _), at)| [&beat.project as &dyn Param, &beat.thread, &beat.lease, at])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    Ok(conn.execute_many(sql, &sets).await?)
}

/// Deletes the leases of messages that are about to be deleted, but are not yet.
///
/// # Errors
/// The database's.
pub async fn delete_leases<'m>(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    messages: impl Iterator<Item = &'m MessageId>,
) -> Result<()> {
    let sets: Vec<[&dyn Param; 3]> =
        messages.map(|message| [project as &dyn Param, thread, message]).collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    for sql in [
        "DELETE FROM run_leases WHERE project_id = ?1 AND thread_id = ?2 AND message_id = ?3 AND is_former",
        "DELETE FROM run_leases WHERE project_id = ?1 AND thread_id = ?2 AND id =
             (SELECT lease_id FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3)",
    ] {
        conn.execute_many(sql, &sets).await?;
    }
    Ok(())
}

/// Deletes the leases of a thread that is about to be deleted.
///
/// # Errors
/// The database's.
pub async fn delete_leases_of_thread(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
) -> Result<()> {
    let sql = "DELETE FROM run_leases WHERE project_id = ?1 AND thread_id = ?2";
    conn.execute(sql, &[project, thread]).await?;
    Ok(())
}

/// Deletes the leases of a user who is erased: all in the threads they created, those on their messages in
/// the threads of others, and those they hold on the messages of others. The messages are still as they
/// were; what is left of them names no lease.
///
/// # Errors
/// The database's.
pub async fn delete_leases_of_user(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<()> {
    for sql in [
        "DELETE FROM run_leases WHERE project_id = ?1 AND thread_id IN
             (SELECT id FROM threads WHERE project_id = ?1 AND created_by = ?2)",
        "DELETE FROM run_leases WHERE project_id = ?1 AND is_former AND (thread_id, message_id) IN
             (SELECT thread_id, id FROM messages WHERE project_id = ?1 AND created_by = ?2 AND is_guests)",
        "DELETE FROM run_leases WHERE project_id = ?1 AND (thread_id, id) IN
             (SELECT thread_id, lease_id FROM messages
              WHERE project_id = ?1 AND created_by = ?2 AND is_guests AND lease_id IS NOT NULL)",
        "UPDATE messages SET lease_id = NULL
         WHERE project_id = ?1
           AND (thread_id, id) IN (SELECT thread_id, message_id FROM run_leases
                                   WHERE project_id = ?1 AND user_id = ?2 AND NOT is_authors)
           AND lease_id IN (SELECT id FROM run_leases
                            WHERE project_id = ?1 AND user_id = ?2 AND NOT is_authors)",
        "DELETE FROM run_leases WHERE project_id = ?1 AND user_id = ?2 AND NOT is_authors",
    ] {
        conn.execute(sql, &[project, user]).await?;
    }
    Ok(())
}
