//! The queries that delete, restore and purge projects.

use engine::{Conn, Row};
use serde_json::json;

use super::super::model::{Project, RESTORABLE_MS};
use super::super::store::{find_project, record};
use crate::audit::model::{Act, Change};
use crate::audit::store::append_organization_entry;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{OrganizationId, ProjectId};
use crate::instance::store::raise_directory_version;
use crate::search::store::forget_some_of_project;

/// The number of rows stands in the text: PostgreSQL would plan for a tenth of the table otherwise.
macro_rules! delete_some {
    ($table:literal, $key:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE project_id = ?1 AND (",
            $key,
            ") IN
                 (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE project_id = ?1 LIMIT 500)"
        )
    };
}

/// Statements that delete some rows of a project from one table each, children before parents. Every
/// table with a `project_id` has one but for those of the search; a test reads the schema and finds a table that has not.
const TABLES: &[&str] = &[
    delete_some!("scores", "id"),
    delete_some!("run_leases", "thread_id, id"),
    delete_some!("message_copies", "thread_id, message_id"),
    delete_some!("messages", "thread_id, id"),
    delete_some!("unsettled_threads", "thread_id"),
    delete_some!("threads", "id"),
    delete_some!("workspaces", "id"),
    delete_some!("anonymous_tokens", "hash"),
    delete_some!("active_users", "month, user_id"),
    delete_some!("active_user_counts", "month"),
    delete_some!("daily_counts", "day"),
    delete_some!("daily_users", "day, user_id"),
    delete_some!("user_activity", "user_id"),
    delete_some!("users", "id"),
    delete_some!("sdks", "name, version"),
    delete_some!("auth_rules", "id"),
    delete_some!("api_keys", "id"),
    delete_some!("audit_entries", "id"),
    delete_some!("signing_keys", "id"),
];

/// Deletes a project: it can be restored for a day. Returns it as it is then; `None` when there is no such
/// project, or a deleted one.
///
/// # Errors
/// The database's.
pub async fn delete_project(conn: &mut Conn<'_>, id: &ProjectId, act: &Act) -> Result<Option<Project>> {
    let sql = "UPDATE projects SET deleted_at = ?2, updated_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
    if conn.execute(sql, &[id, &act.at.millis()]).await? == 0 {
        return Ok(None);
    }
    finish(conn, id, "project.delete", act).await
}

/// Restores a deleted project, as long as its time is not over. Returns it as it is then; `None` when
/// there is no such project, or one that is not deleted.
///
/// # Errors
/// 409 when the time is over, or the database's.
pub async fn restore_project(conn: &mut Conn<'_>, id: &ProjectId, act: &Act) -> Result<Option<Project>> {
    let sql = "UPDATE projects SET deleted_at = NULL, updated_at = ?2
               WHERE id = ?1 AND deleted_at > ?3";
    let oldest = act.at.plus_millis(-RESTORABLE_MS).millis();
    if conn.execute(sql, &[id, &act.at.millis(), &oldest]).await? > 0 {
        return finish(conn, id, "project.restore", act).await;
    }
    match find_project(conn, id).await? {
        Some(project) if project.deleted_at.is_some() => {
            Err(Error::conflict("The project cannot be restored any more")
                .with_help("A deleted project can be restored for 24 hours; its data is being purged"))
        }
        _ => Ok(None),
    }
}

/// Puts it on record with the project, and with the organization, where it stays after a purge.
async fn finish(
    conn: &mut Conn<'_>,
    id: &ProjectId,
    action: &'static str,
    act: &Act,
) -> Result<Option<Project>> {
    let Some(project) = find_project(conn, id).await? else { return Ok(None) };
    let after = json!({ "name": project.name, "deleted_at": project.deleted_at });
    record(conn, id, action, None, Some(after.clone()), act).await?;
    let change = Change {
        action,
        resource_type: "project",
        resource_id: id.as_str(),
        before: None,
        after: Some(after),
    };
    append_organization_entry(conn, &project.organization, act, &change).await?;
    Ok(Some(project))
}

/// The projects that were deleted by then, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_due_projects(conn: &mut Conn<'_>, deleted_before: Timestamp) -> Result<Vec<ProjectId>> {
    let sql = "SELECT id FROM projects WHERE deleted_at <= ?1 ORDER BY deleted_at, id";
    Ok(conn.all(sql, &[&deleted_before.millis()], |row| row.get(0)).await?)
}

/// How far a purge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There may be more rows, in the table of this number or later ones.
    More {
        /// The table; 0 for those of the search.
        at: usize,
    },
    /// This was the last of it.
    Done,
    /// There is no such deleted project: another node has purged it.
    Gone,
}

/// Deletes some rows of a project that was deleted by then: what can be found in it first, then from the
/// table of that number on, counted from 1; after the last ones the project itself, which goes on record
/// with its organization.
///
/// # Errors
/// The database's.
pub async fn purge_some(
    conn: &mut Conn<'_>,
    id: &ProjectId,
    deleted_before: Timestamp,
    from: usize,
    act: &Act,
) -> Result<Step> {
    // Held, so that of two nodes one waits for the other's rows to be gone.
    let sql = "UPDATE projects SET updated_at = updated_at WHERE id = ?1 AND deleted_at <= ?2
               RETURNING organization_id, name, deleted_at";
    let to_project = |row: &Row<'_>| {
        let deleted_at = Timestamp::from_millis(row.get(2)?);
        Ok((row.get::<OrganizationId>(0)?, json!({ "name": row.text(1)?, "deleted_at": deleted_at })))
    };
    let found = conn.first(sql, &[id, &deleted_before.millis()], to_project).await?;
    let Some((organization, before)) = found else { return Ok(Step::Gone) };
    if from == 0 && forget_some_of_project(conn, id).await? > 0 {
        return Ok(Step::More { at: 0 });
    }
    for (at, sql) in (1..).zip(TABLES.iter().copied()).skip(from.saturating_sub(1)) {
        if conn.execute(sql, &[id]).await? > 0 {
            return Ok(Step::More { at });
        }
    }
    let sql = "UPDATE instance SET default_project_id = NULL WHERE default_project_id = ?1";
    conn.execute(sql, &[id]).await?;
    conn.execute("DELETE FROM projects WHERE id = ?1", &[id]).await?;
    let change = Change {
        action: "project.purge",
        resource_type: "project",
        resource_id: id.as_str(),
        before: Some(before),
        after: None,
    };
    append_organization_entry(conn, &organization, act, &change).await?;
    raise_directory_version(conn).await?;
    Ok(Step::Done)
}
