//! The queries on users' activity and names.

use engine::{Conn, Param, Row};

use super::listing::{UserDetail, UserRow, UserWorkspace};
use super::names::{Teller, ToldName};
use crate::auth::scope::ProjectScope;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{ProjectId, UserId};
use crate::search::words::fold;

/// Puts a user on record as active in the month of `now`, unless that would exceed the project's cap.
/// Visitors are counted apart and have a cap of their own: anybody can be as many of them as they like.
/// The counts are kept in a row of its own, whose lock puts users who arrive together in a line.
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
    record_seen_user(conn, project, user, now).await?;
    let (count, cap) = if user.is_anonymous() {
        (
            "INSERT INTO active_user_counts (project_id, month, count, visitors) VALUES (?1, ?2, 0, 1)
             ON CONFLICT (project_id, month) DO UPDATE SET visitors = active_user_counts.visitors + 1
             RETURNING visitors",
            "SELECT active_visitor_cap FROM projects WHERE id = ?1",
        )
    } else {
        (
            "INSERT INTO active_user_counts (project_id, month, count, visitors) VALUES (?1, ?2, 1, 0)
             ON CONFLICT (project_id, month) DO UPDATE SET count = active_user_counts.count + 1
             RETURNING count",
            "SELECT active_user_cap FROM projects WHERE id = ?1",
        )
    };
    let count = conn.first(count, &[project, &month], |row| row.get::<i64>(0)).await?.unwrap_or(0);
    let cap = conn.first(cap, &[project], |row| row.get::<Option<i64>>(0)).await?.flatten();
    match cap {
        Some(cap) if count > cap => Err(Error::quota_exceeded(now.next_month(), cap)),
        _ => Ok(()),
    }
}

/// Puts an end user on record as seen.
///
/// # Errors
/// The database's.
pub async fn record_seen_user(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    user: &UserId,
    now: Timestamp,
) -> Result<()> {
    if user.is_system() {
        return Ok(());
    }
    let sql = "INSERT INTO user_activity (project_id, user_id, first_seen_at, last_active_at)
               VALUES (?1, ?2, ?3, ?3) ON CONFLICT (project_id, user_id) DO NOTHING";
    conn.execute(sql, &[project, user, &now.millis()]).await?;
    Ok(())
}

/// Moves users' last activity forward. One who was erased meanwhile, and did nothing since, stays gone.
///
/// # Errors
/// The database's.
pub async fn touch_users(conn: &mut Conn<'_>, seen: &[((ProjectId, UserId), Timestamp)]) -> Result<u64> {
    let sql = "INSERT INTO user_activity (project_id, user_id, first_seen_at, last_active_at)
               SELECT id, ?2, ?3, ?3 FROM projects WHERE id = ?1 AND (
                   EXISTS (SELECT 1 FROM threads WHERE project_id = ?1 AND created_by = ?2)
                   OR EXISTS (SELECT 1 FROM messages WHERE project_id = ?1 AND created_by = ?2 AND is_guests)
                   OR EXISTS (SELECT 1 FROM scores WHERE project_id = ?1 AND author_id = ?2))
               ON CONFLICT (project_id, user_id) DO UPDATE SET last_active_at =
                   CASE WHEN user_activity.last_active_at > excluded.last_active_at
                        THEN user_activity.last_active_at ELSE excluded.last_active_at END";
    let times: Vec<i64> = seen.iter().map(|(_, at)| at.millis()).collect();
    let sets: Vec<[&dyn Param; 3]> = seen
        .iter()
        .zip(&times)
        .map(|(((project, user), _), at)| [project as &dyn Param, user as _, at as _])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    Ok(conn.execute_many(sql, &sets).await?)
}

const LIKE_ESCAPE: char = '\\';

/// A `LIKE` pattern for texts that contain `text`, folded as stored names are.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold(text).chars() {
        if matches!(c, '%' | '_' | LIKE_ESCAPE) {
            pattern.push(LIKE_ESCAPE);
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// What sorts after every text that begins with `prefix`.
fn end_of(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

fn to_user(row: &Row<'_>) -> engine::Result<UserRow> {
    let id: UserId = row.get(0)?;
    Ok(UserRow {
        is_anonymous: id.is_anonymous(),
        id,
        display_name: row.get(1)?,
        first_seen_at: Timestamp::from_millis(row.get(2)?),
        last_active_at: Timestamp::from_millis(row.get(3)?),
        threads: row.get(4)?,
    })
}

macro_rules! users {
    ($($rest:literal)*) => {
        concat!(
            "SELECT a.user_id, u.display_name, a.first_seen_at, a.last_active_at,
                    (SELECT COUNT(*) FROM threads t
                     WHERE t.project_id = a.project_id AND t.created_by = a.user_id)
             FROM user_activity a LEFT JOIN users u ON u.project_id = a.project_id AND u.id = a.user_id
             WHERE a.project_id = ?1 ", $($rest)*
        )
    };
}

/// The users of a project, the most recently active first: at most `limit` after the cursor. With
/// `search` only those whose id begins with it or whose name contains it.
///
/// # Errors
/// The database's.
pub async fn list_users(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    search: Option<&str>,
    after: Option<&(i64, String)>,
    limit: usize,
) -> Result<Vec<UserRow>> {
    let (time, id) = after.cloned().unwrap_or((i64::MAX, String::new()));
    let limit = i64::try_from(limit).map_err(Error::internal)?;
    let mut params: Vec<&dyn Param> = vec![scope.project(), &time, &id, &limit];
    let search = search.map(|text| (text, end_of(text), containing(text)));
    let sql = match &search {
        None => users!(
            "AND (a.last_active_at, a.user_id) < (?2, ?3)
                        ORDER BY a.last_active_at DESC, a.user_id DESC LIMIT ?4"
        ),
        Some((start, end, pattern)) => {
            params.extend([start as &dyn Param, end, pattern]);
            users!(
                "AND (a.last_active_at, a.user_id) < (?2, ?3)
                    AND ((a.user_id >= ?5 AND a.user_id < ?6) OR u.folded_name LIKE ?7 ESCAPE '\\')
                    ORDER BY a.last_active_at DESC, a.user_id DESC LIMIT ?4"
            )
        }
    };
    Ok(conn.all(sql, &params, to_user).await?)
}

/// Users whose id begins with `prefix`, at most `limit`.
///
/// # Errors
/// The database's.
pub async fn list_users_by_prefix(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    prefix: &str,
    limit: usize,
) -> Result<Vec<(UserId, Option<String>)>> {
    let sql = "SELECT a.user_id, u.display_name
               FROM user_activity a LEFT JOIN users u ON u.project_id = a.project_id AND u.id = a.user_id
               WHERE a.project_id = ?1 AND a.user_id >= ?2 AND a.user_id < ?3 ORDER BY a.user_id LIMIT ?4";
    let limit = i64::try_from(limit).map_err(Error::internal)?;
    let params: [&dyn Param; 4] = [scope.project(), &prefix, &end_of(prefix), &limit];
    Ok(conn.all(sql, &params, |row| Ok((row.get(0)?, row.get(1)?))).await?)
}

/// The most workspaces of a user that are told.
const MAX_WORKSPACES: i64 = 100;

/// A user with the workspaces that hold threads of theirs.
///
/// # Errors
/// The database's.
pub async fn find_user(
    conn: &mut Conn<'_>,
    scope: &ProjectScope,
    user: &UserId,
) -> Result<Option<UserDetail>> {
    let sql = users!("AND a.user_id = ?2");
    let Some(row) = conn.first(sql, &[scope.project(), user], to_user).await? else { return Ok(None) };
    let sql = "SELECT workspace_id, COUNT(*) FROM threads WHERE project_id = ?1 AND created_by = ?2
               GROUP BY workspace_id ORDER BY COUNT(*) DESC, workspace_id LIMIT ?3";
    let to_workspace = |row: &Row<'_>| Ok(UserWorkspace { id: row.get(0)?, threads: row.get(1)? });
    let workspaces = conn.all(sql, &[scope.project(), user, &MAX_WORKSPACES], to_workspace).await?;
    Ok(Some(UserDetail { row, workspaces }))
}

/// Writes down what users are called: what a provider tells as long as a rule of their project says where names
/// come from.
///
/// # Errors
/// The database's.
pub async fn upsert_names(conn: &mut Conn<'_>, names: &[ToldName]) -> Result<u64> {
    // A name may arrive after the last rule that tells names was removed.
    let sql = "INSERT INTO users (project_id, id, display_name, folded_name, updated_at, needs_folding)
               SELECT id, ?2, ?3, ?4, ?5, FALSE FROM projects WHERE id = ?1 AND (?6 OR EXISTS
                   (SELECT 1 FROM auth_rules WHERE project_id = ?1 AND name_claim IS NOT NULL))
               ON CONFLICT (project_id, id) DO UPDATE SET display_name = excluded.display_name,
                   folded_name = excluded.folded_name, updated_at = excluded.updated_at,
                   needs_folding = FALSE";
    let more: Vec<(String, i64, bool)> = names
        .iter()
        .map(|told| (fold(&told.name), told.at.millis(), told.teller == Teller::Backend))
        .collect();
    let sets: Vec<[&dyn Param; 6]> = names
        .iter()
        .zip(&more)
        .map(|(told, (folded, at, is_sure))| {
            [&told.project as &dyn Param, &told.user, &told.name, folded, at, is_sure]
        })
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    let written = conn.execute_many(sql, &sets).await?;
    // Whoever has a name was seen.
    let sql = "INSERT INTO user_activity (project_id, user_id, first_seen_at, last_active_at)
               SELECT project_id, id, updated_at, updated_at FROM users WHERE project_id = ?1 AND id = ?2
               ON CONFLICT (project_id, user_id) DO NOTHING";
    let sets: Vec<[&dyn Param; 2]> =
        names.iter().map(|told| [&told.project as &dyn Param, &told.user]).collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(sql, &sets).await?;
    Ok(written)
}

/// Folds some of the names that older rules have folded; returns how many there were.
///
/// # Errors
/// The database's.
pub async fn fold_some_names(conn: &mut Conn<'_>) -> Result<usize> {
    let sql = "SELECT project_id, id, display_name FROM users WHERE needs_folding LIMIT 500";
    let to_name = |row: &Row<'_>| {
        let name: String = row.get(2)?;
        Ok((row.get::<ProjectId>(0)?, row.get::<UserId>(1)?, fold(&name), name))
    };
    let names = conn.all(sql, &[], to_name).await?;
    let sql = "UPDATE users SET folded_name = ?3, needs_folding = FALSE
               WHERE project_id = ?1 AND id = ?2 AND display_name = ?4";
    let sets: Vec<[&dyn Param; 4]> = names
        .iter()
        .map(|(project, user, folded, name)| [project as &dyn Param, user, folded, name])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(sql, &sets).await?;
    Ok(names.len())
}

/// Forgets what a project's users are called.
///
/// # Errors
/// The database's.
pub async fn forget_names(conn: &mut Conn<'_>, project: &ProjectId) -> Result<()> {
    conn.execute("DELETE FROM users WHERE project_id = ?1", &[project]).await?;
    Ok(())
}

/// How many users were active in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActiveCounts {
    /// Those who have signed in.
    pub users: i64,
    /// Anonymous visitors.
    pub visitors: i64,
}

/// How many users were active in a project in the month of `now`.
///
/// # Errors
/// The database's.
pub async fn count_active_users(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    now: Timestamp,
) -> Result<ActiveCounts> {
    let sql = "SELECT count, visitors FROM active_user_counts WHERE project_id = ?1 AND month = ?2";
    let to_counts = |row: &Row<'_>| Ok(ActiveCounts { users: row.get(0)?, visitors: row.get(1)? });
    Ok(conn.first(sql, &[project, &now.month()], to_counts).await?.unwrap_or_default())
}
