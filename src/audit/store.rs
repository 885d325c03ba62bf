//! The queries on the audit log.

use engine::{Conn, Param, Row};
use serde_json::Value;

use super::model::{Act, AuditEntry, AuditFilter, Change};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{OrganizationId, ProjectId};

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

/// The statement that lists what a filter asks for. What it does not ask for is not in the statement, so
/// that each has the index it needs.
macro_rules! select_from {
    ($table:literal, $owner:literal, $filter:expr) => {{
        macro_rules! select {
            ($conditions:literal) => {
                concat!(
                    "SELECT id, created_at, action, resource_type, resource_id, actor_type, actor_id, actor_label,
                            before, after
                     FROM ", $table, " WHERE ", $owner, " = ?1 AND id >= ?2 AND id < ?3",
                    $conditions,
                    " ORDER BY id DESC LIMIT ?4"
                )
            };
        }
        let filter: &AuditFilter = $filter;
        match (&filter.resource_type, &filter.actor_type, &filter.actor_id) {
            (None, None, None) => select!(""),
            (Some(_), None, None) => select!(" AND resource_type = ?5"),
            (None, Some(_), None) => select!(" AND actor_type = ?5"),
            (None, None, Some(_)) => select!(" AND actor_id = ?5"),
            (Some(_), Some(_), None) => select!(" AND resource_type = ?5 AND actor_type = ?6"),
            (Some(_), None, Some(_)) => select!(" AND resource_type = ?5 AND actor_id = ?6"),
            (None, Some(_), Some(_)) => select!(" AND actor_type = ?5 AND actor_id = ?6"),
            (Some(_), Some(_), Some(_)) => {
                select!(" AND resource_type = ?5 AND actor_type = ?6 AND actor_id = ?7")
            }
        }
    }};
}

/// A project's entries that the filter takes, the latest first.
///
/// # Errors
/// The database's.
pub async fn list_entries(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    filter: &AuditFilter,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let sql = select_from!("audit_entries", "project_id", filter);
    list(conn, sql, project, filter, limit).await
}

/// An organization's entries that the filter takes, the latest first.
///
/// # Errors
/// The database's.
pub async fn list_organization_entries(
    conn: &mut Conn<'_>,
    organization: &OrganizationId,
    filter: &AuditFilter,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let sql = select_from!("organization_audit_entries", "organization_id", filter);
    list(conn, sql, organization, filter, limit).await
}

async fn list(
    conn: &mut Conn<'_>,
    sql: &'static str,
    owner: &dyn Param,
    filter: &AuditFilter,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let ((from, end), limit) = (filter.bounds(), i64::from(limit));
    let mut params: Vec<&dyn Param> = vec![owner, &from, &end, &limit];
    let texts = [&filter.resource_type, &filter.actor_type, &filter.actor_id];
    params.extend(texts.into_iter().flatten().map(|text| text as &dyn Param));
    Ok(conn.all(sql, &params, to_entry).await?)
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
