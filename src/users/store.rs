//! The queries on users' activity and names.

use engine::{Conn, Param};

use super::names::ToldName;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{ProjectId, UserId};

/// Puts a user on record as active in the month of `now`, unless that would exceed the project's cap.
/// The count is kept in a row of its own, whose lock puts users who arrive together in a line.
///
/// # Errors
/// 402 over the cap, or the database's.
pub async fn record_active_user(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    user: &UserId,
    now: Timestamp,
) -> Result<()> {
    let month = now.month();
    let sql = "INSERT INTO active_users (project_id, month, user_id, first_at)
               VALUES (?1, ?2, ?3, ?4) ON CONFLICT (project_id, month, user_id) DO NOTHING";
    if conn.execute(sql, &[project, &month, user, &now.millis()]).await? == 0 {
        return Ok(());
    }
    let sql = "INSERT INTO active_user_counts (project_id, month, count) VALUES (?1, ?2, 1)
               ON CONFLICT (project_id, month) DO UPDATE SET count = active_user_counts.count + 1
               RETURNING count";
    let count = conn.first(sql, &[project, &month], |row| row.get::<i64>(0)).await?.unwrap_or(0);
    let sql = "SELECT active_user_cap FROM projects WHERE id = ?1";
    let cap = conn.first(sql, &[project], |row| row.get::<Option<i64>>(0)).await?.flatten();
    match cap {
        Some(cap) if count > cap => Err(Error::quota_exceeded(now.next_month(), cap)),
        _ => Ok(()),
    }
}

/// Writes down what users are called, as long as a rule of their project says where names come from.
///
/// # Errors
/// The database's.
pub async fn upsert_names(conn: &mut Conn<'_>, names: &[ToldName]) -> Result<u64> {
    // A name may arrive after the last rule that tells names was removed.
    let sql = "INSERT INTO users (project_id, id, display_name, updated_at)
               SELECT id, ?2, ?3, ?4 FROM projects WHERE id = ?1 AND EXISTS
                   (SELECT 1 FROM auth_rules WHERE project_id = ?1 AND name_claim IS NOT NULL)
               ON CONFLICT (project_id, id) DO UPDATE SET
                   display_name = excluded.display_name, updated_at = excluded.updated_at";
    let times: Vec<i64> = names.iter().map(|told| told.at.millis()).collect();
    let sets: Vec<[&dyn Param; 4]> = names
        .iter()
        .zip(&times)
        .map(|(told, at)| [&told.project as &dyn Param, &told.user, &told.name, at])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    Ok(conn.execute_many(sql, &sets).await?)
}

/// Forgets what a project's users are called.
///
/// # Errors
/// The database's.
pub async fn forget_names(conn: &mut Conn<'_>, project: &ProjectId) -> Result<()> {
    conn.execute("DELETE FROM users WHERE project_id = ?1", &[project]).await?;
    Ok(())
}

/// How many users were active in a project in the month of `now`.
///
/// # Errors
/// The database's.
pub async fn count_active_users(conn: &mut Conn<'_>, project: &ProjectId, now: Timestamp) -> Result<i64> {
    let sql = "SELECT count FROM active_user_counts WHERE project_id = ?1 AND month = ?2";
    Ok(conn.first(sql, &[project, &now.month()], |row| row.get(0)).await?.unwrap_or(0))
}
