//! Erasing a user (spec: authentication, section 12), in the order of the contract: what they have much of in small
//! transactions that others' writes pass between, then the rest in one, with the entry in the audit log.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::Conn;
use serde_json::json;

use super::listing::ErasurePreview;
use crate::app::App;
use crate::audit::model::{Act, Change};
use crate::audit::store::append_entry;
use crate::auth::scope::ProjectScope;
use crate::error::Result;
use crate::id::{ProjectId, UserId};
use crate::leases::store::delete_leases_of_user;
use crate::messages::store::{delete_deepest, redact_some};
use crate::search::store::forget_user;
use crate::threads::store::{delete_rows, forget_local_titles, hold_thread, list_some_threads_of};

/// What was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Erased {
    /// Threads deleted.
    pub(super) threads: u64,
    /// Runs that belong to nobody now.
    pub(super) runs: u64,
}

/// Erases a user of a project, also from what is remembered of them in memory.
///
/// # Errors
/// The database's.
pub(super) async fn erase(app: &App, project: &ProjectId, user: UserId, act: Act) -> Result<Erased> {
    app.names().forget(project, &user);
    app.activity().forget(project, &user);
    let mut threads = 0;
    loop {
        let (project, user) = (project.clone(), user.clone());
        let step = async move |conn: &mut Conn<'_>| delete_some_threads(conn, &project, &user).await;
        let Some(deleted) = app.store().write(step).await? else { break };
        threads += deleted;
    }
    forget_titles(app, project, &user).await?;
    while redact_more(app, project, &user).await? {}
    let project = project.clone();
    let rest = async move |conn: &mut Conn<'_>| erase_user(conn, &project, &user, threads, &act).await;
    app.store().write(rest).await
}

/// The messages after whose deletion a step ends.
const STEP: usize = 500;

/// Deletes some of the user's threads; returns how many, or `None` when there are none. The deepest messages of a long
/// one go first.
async fn delete_some_threads(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<Option<u64>> {
    let threads = list_some_threads_of(conn, project, user).await?;
    if threads.is_empty() {
        return Ok(None);
    }
    let (mut deleted, mut messages) = (0, 0);
    for thread in &threads {
        // Held, so that no message arrives in it any more.
        if !hold_thread(conn, project, thread).await? {
            continue;
        }
        let some = delete_deepest(conn, project, thread).await?;
        messages += some;
        if some == 0 {
            messages += delete_rows(conn, project, thread).await? as usize;
            deleted += 1;
        }
        if messages >= STEP {
            break;
        }
    }
    Ok(Some(deleted))
}

/// While their messages still tell in which threads their words may be.
async fn forget_titles(app: &App, project: &ProjectId, user: &UserId) -> Result<()> {
    let (project, user) = (project.clone(), user.clone());
    app.store().write(async move |conn| forget_local_titles(conn, &project, &user).await).await
}

async fn redact_more(app: &App, project: &ProjectId, user: &UserId) -> Result<bool> {
    let (project, user) = (project.clone(), user.clone());
    let step = async move |conn: &mut Conn<'_>| redact_some(conn, &project, &user).await;
    Ok(app.store().write(step).await? > 0)
}

/// Counts what [`erase_user`] would touch.
///
/// # Errors
/// The database's.
pub(super) async fn preview_erasure(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    user: &UserId,
) -> Result<ErasurePreview> {
    let sql = "SELECT
        (SELECT COUNT(*) FROM threads WHERE project_id = ?1 AND created_by = ?2),
        (SELECT COUNT(*) FROM threads t JOIN messages m ON m.project_id = t.project_id AND m.thread_id = t.id
             WHERE t.project_id = ?1 AND t.created_by = ?2),
        (SELECT COUNT(*) FROM messages WHERE project_id = ?1 AND created_by = ?2 AND is_guests),
        (SELECT COUNT(*) FROM scores WHERE project_id = ?1 AND author_id = ?2),
        (SELECT COUNT(*) FROM workspaces w WHERE w.project_id = ?1 AND w.created_by = ?2 AND NOT EXISTS
             (SELECT 1 FROM threads t
              WHERE t.project_id = ?1 AND t.workspace_id = w.id AND t.created_by <> ?2)),
        (SELECT COUNT(*) FROM anonymous_tokens WHERE project_id = ?1 AND user_id = ?2),
        (SELECT COUNT(*) FROM users WHERE project_id = ?1 AND id = ?2)";
    let to_preview = |row: &engine::Row<'_>| {
        Ok(ErasurePreview {
            threads: row.get(0)?,
            messages: row.get(1)?,
            messages_elsewhere: row.get(2)?,
            scores: row.get(3)?,
            workspaces: row.get(4)?,
            sessions: row.get(5)?,
            has_display_name: row.get::<i64>(6)? > 0,
        })
    };
    let preview = conn.first(sql, &[scope.project(), user], to_preview).await?;
    preview.ok_or_else(|| crate::error::Error::internal("a count without a row"))
}

/// Erases a user of a project. What others built upon stays, with nothing of the user in it.
///
/// # Errors
/// The database's.
async fn erase_user(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    user: &UserId,
    threads_before: u64,
    act: &Act,
) -> Result<Erased> {
    // What they wrote since the steps before is little.
    let threads = threads_before + delete_threads(conn, project, user).await?;
    forget_local_titles(conn, project, user).await?;
    redact_elsewhere(conn, project, user).await?;
    delete_identity(conn, project, user).await?;
    delete_scores(conn, project, user).await?;
    hide_activity(conn, project, user).await?;
    let erased = Erased { threads, runs: 0 };
    let change = Change {
        action: "user.erase",
        resource_type: "user",
        resource_id: user.as_str(),
        before: None,
        after: Some(json!({ "threads": erased.threads, "runs": erased.runs })),
    };
    append_entry(conn, project, act, &change).await?;
    Ok(erased)
}

/// Steps 2 and 3: the user's threads with all messages in them, whoever wrote them. What they wrote
/// anywhere cannot be found any more.
async fn delete_threads(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<u64> {
    // Held first, so that no message arrives in a thread that is about to go.
    let sql = "UPDATE threads SET updated_at = updated_at WHERE project_id = ?1 AND created_by = ?2";
    conn.execute(sql, &[project, user]).await?;
    forget_user(conn, project, user).await?;
    delete_leases_of_user(conn, project, user).await?;
    for sql in [
        "DELETE FROM message_copies WHERE project_id = ?1 AND thread_id IN
             (SELECT id FROM threads WHERE project_id = ?1 AND created_by = ?2)",
        "DELETE FROM messages WHERE project_id = ?1 AND thread_id IN
             (SELECT id FROM threads WHERE project_id = ?1 AND created_by = ?2)",
        "DELETE FROM unsettled_threads WHERE project_id = ?1 AND thread_id IN
             (SELECT id FROM threads WHERE project_id = ?1 AND created_by = ?2)",
    ] {
        conn.execute(sql, &[project, user]).await?;
    }
    let sql = "DELETE FROM threads WHERE project_id = ?1 AND created_by = ?2";
    Ok(conn.execute(sql, &[project, user]).await?)
}

/// Steps 4 and 5: messages in other users' threads stay in the tree, empty.
async fn redact_elsewhere(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<()> {
    let sql = "DELETE FROM message_copies WHERE project_id = ?1 AND (thread_id, message_id) IN
                   (SELECT thread_id, id FROM messages WHERE project_id = ?1 AND created_by = ?2 AND is_guests)";
    conn.execute(sql, &[project, user]).await?;
    for sql in [
        "UPDATE messages SET content = '{}', lease_id = NULL, thumb = NULL, created_by = ?3,
                             updated_by = CASE WHEN updated_by = ?2 THEN ?3 ELSE updated_by END
         WHERE project_id = ?1 AND created_by = ?2 AND is_guests",
        "UPDATE messages SET updated_by = ?3
         WHERE project_id = ?1 AND updated_by = ?2 AND updated_by <> created_by",
        "UPDATE threads SET updated_by = ?3
         WHERE project_id = ?1 AND updated_by = ?2 AND updated_by <> created_by",
    ] {
        conn.execute(sql, &[project, user, &UserId::deleted()]).await?;
    }
    Ok(())
}

/// Step 6: workspaces without threads of others, the name, when they were seen, the refresh tokens.
async fn delete_identity(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<()> {
    for sql in [
        "DELETE FROM workspaces WHERE project_id = ?1 AND created_by = ?2 AND NOT EXISTS
             (SELECT 1 FROM threads
              WHERE threads.project_id = ?1 AND threads.workspace_id = workspaces.id)",
        "DELETE FROM users WHERE project_id = ?1 AND id = ?2",
        "DELETE FROM user_activity WHERE project_id = ?1 AND user_id = ?2",
        "DELETE FROM anonymous_tokens WHERE project_id = ?1 AND user_id = ?2",
    ] {
        conn.execute(sql, &[project, user]).await?;
    }
    let sql = "UPDATE workspaces SET created_by = ?3 WHERE project_id = ?1 AND created_by = ?2";
    conn.execute(sql, &[project, user, &UserId::deleted()]).await?;
    Ok(())
}

/// Step 7: the thumbs that the user gave are taken off the counters of their threads first.
async fn delete_scores(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<()> {
    let sql = "UPDATE threads SET
                   thumbs_up = thumbs_up - (SELECT COUNT(*) FROM scores s
                       WHERE s.project_id = ?1 AND s.author_id = ?2 AND s.thread_id = threads.id
                         AND s.name = 'feedback' AND s.source = 'end_user' AND s.value > 0.5),
                   thumbs_down = thumbs_down - (SELECT COUNT(*) FROM scores s
                       WHERE s.project_id = ?1 AND s.author_id = ?2 AND s.thread_id = threads.id
                         AND s.name = 'feedback' AND s.source = 'end_user' AND s.value <= 0.5)
               WHERE project_id = ?1 AND id IN
                   (SELECT thread_id FROM scores WHERE project_id = ?1 AND author_id = ?2)";
    conn.execute(sql, &[project, user]).await?;
    conn.execute("DELETE FROM scores WHERE project_id = ?1 AND author_id = ?2", &[project, user]).await?;
    Ok(())
}

/// The months and days in which the user counted still count them, under a name that tells nothing.
async fn hide_activity(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<()> {
    let text = format!("{project} {user}");
    let hash = format!("erased_{}", URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())));
    // Whoever comes back after an erasure and is erased again is already there under that name.
    for sql in [
        "DELETE FROM active_users WHERE project_id = ?1 AND user_id = ?2 AND EXISTS
             (SELECT 1 FROM active_users other WHERE other.project_id = ?1 AND other.user_id = ?3
                                                 AND other.month = active_users.month)",
        "UPDATE active_users SET user_id = ?3 WHERE project_id = ?1 AND user_id = ?2",
        "DELETE FROM daily_users WHERE project_id = ?1 AND user_id = ?2 AND EXISTS
             (SELECT 1 FROM daily_users other WHERE other.project_id = ?1 AND other.user_id = ?3
                                                AND other.day = daily_users.day)",
        "UPDATE daily_users SET user_id = ?3 WHERE project_id = ?1 AND user_id = ?2",
    ] {
        conn.execute(sql, &[project, user, &hash]).await?;
    }
    Ok(())
}
