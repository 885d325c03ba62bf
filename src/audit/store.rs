//! The queries on the audit log.

use engine::{Conn, Param, Row};
use serde_json::Value;

use super::model::{Act, AuditEntry, Change};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{AuditEntryId, OrganizationId, ProjectId};

macro_rules! insert_into {
    ($table:literal, $owner:literal) => {
        concat!(
            "INSERT INTO ",
            $table,
            " (",
            $owner,
            ", id, action, resource_type, resource_id, actor_type, actor_id, actor_label,
              before, after, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        )
    };
}

/// Puts a change of a project on record, in the transaction that makes it.
///
/// # Errors
/// The database's.
pub async fn append_entry(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    act: &Act,
    change: &Change<'_>,
) -> Result<()> {
    append(conn, insert_into!("audit_entries", "project_id"), project, act, change).await
}

/// Puts a change of an organization on record, in the transaction that makes it.
///
/// # Errors
/// The database's.
pub async fn append_organization_entry(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    act: &Act,
    change: &Change<'_>,
) -> Result<()> {
    let sql = insert_into!("organization_audit_entries", "organization_id");
    append(conn, sql, organization, act, change).await
}

async fn append(
    conn: &mut Conn<'_>,
    sql: &'static str,
    owner: &dyn Param,
    act: &Act,
    change: &Change<'_>,
) -> Result<()> {
    let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
    conn.execute(
        sql,
        &[
            owner,
            &act.id,
            &change.action,
            &change.resource_type,
            &change.resource_id,
            &act.actor.kind,
            &act.actor.id,
            &act.actor.label,
            &text(&change.before),
            &text(&change.after),
            &act.at.millis(),
        ],
    )
    .await?;
    Ok(())
}

/// A page of a project's entries, the latest first, from before an entry on.
///
/// # Errors
/// The database's.
pub async fn list_entries(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    before: Option<&AuditEntryId>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    // No id is as great as this one.
    const END: &str = "~";
    let sql = "SELECT id, created_at, action, resource_type, resource_id, actor_type, actor_id, actor_label,
                      before, after
               FROM audit_entries WHERE project_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
    let before = before.map_or(END, AuditEntryId::as_str);
    Ok(conn.all(sql, &[project, &before, &i64::from(limit)], to_entry).await?)
}

fn to_entry(row: &Row<'_>) -> engine::Result<AuditEntry> {
    // What is stored was printed by `append_entry`.
    let json = |index| -> engine::Result<Option<Value>> {
        Ok(row.optional_text(index)?.and_then(|text| serde_json::from_str(text).ok()))
    };
    Ok(AuditEntry {
        id: row.get(0)?,
        created_at: Timestamp::from_millis(row.get(1)?),
        action: row.get(2)?,
        resource_type: row.get(3)?,
        resource_id: row.get(4)?,
        actor_type: row.get(5)?,
        actor_id: row.get(6)?,
        actor_label: row.get(7)?,
        before: json(8)?,
        after: json(9)?,
    })
}
