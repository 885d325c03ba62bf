//! The queries on daily counts.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Conn, Param};

use super::model::{Active, Day, Figure, Figures, KEPT_DAYS, Written, day_of};
use crate::auth::scope::ProjectScope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{ProjectId, UserId};

/// Counts what was written. The caller sees to it that nothing is told twice.
///
/// # Errors
/// The database's.
pub async fn count_written(conn: &mut Conn<'_>, written: &[Written<'_>], now: Timestamp) -> Result<()> {
    // In one order, so that nobody waits for somebody who waits for them.
    let mut counts: BTreeMap<(&ProjectId, i64), (i64, i64)> = BTreeMap::new();
    let mut users: BTreeSet<(&ProjectId, i64, &UserId)> = BTreeSet::new();
    let first = day_of(now) - KEPT_DAYS;
    for Written { project, at, author } in written {
        let day = day_of(*at);
        let (threads, messages) = counts.entry((project, day)).or_default();
        let Some(author) = author else {
            *threads += 1;
            continue;
        };
        *messages += 1;
        if day > first && !author.is_system() && **author != UserId::deleted() {
            users.insert((*project, day, *author));
        }
    }
    add_counts(conn, &counts).await?;
    let sql = "INSERT INTO daily_users (project_id, day, user_id) VALUES (?1, ?2, ?3)
               ON CONFLICT (project_id, day, user_id) DO NOTHING";
    let sets: Vec<[&dyn Param; 3]> =
        users.iter().map(|(project, day, user)| [*project as &dyn Param, day, *user]).collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(sql, &sets).await?;
    Ok(())
}

async fn add_counts(conn: &mut Conn<'_>, counts: &BTreeMap<(&ProjectId, i64), (i64, i64)>) -> Result<()> {
    let sql = "INSERT INTO daily_counts (project_id, day, threads, messages) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (project_id, day) DO UPDATE SET
                   threads = daily_counts.threads + excluded.threads,
                   messages = daily_counts.messages + excluded.messages";
    let sets: Vec<[&dyn Param; 4]> = counts
        .iter()
        .map(|((project, day), (threads, messages))| [*project as &dyn Param, day, threads, messages])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(sql, &sets).await?;
    Ok(())
}

/// What was written in a project lately.
///
/// # Errors
/// The database's.
pub async fn read_figures(conn: &mut Conn<'_>, scope: &ProjectScope, now: Timestamp) -> Result<Figures> {
    let today = day_of(now);
    let sql = "SELECT day, threads, messages FROM daily_counts WHERE project_id = ?1 AND day > ?2";
    let first = today - KEPT_DAYS;
    let to_day =
        |row: &engine::Row<'_>| Ok(Day { day: row.get(0)?, threads: row.get(1)?, messages: row.get(2)? });
    let days = conn.all(sql, &[scope.project(), &first], to_day).await?;
    let users = count_users(conn, scope, today).await?;
    Ok(Figures::new(&days, users, today))
}

/// How many users, and how many visitors, wrote something in each period and the one before, those of several
/// days once.
async fn count_users(conn: &mut Conn<'_>, scope: &ProjectScope, today: i64) -> Result<[Active; 3]> {
    let [yesterday, week, week_before, month, month_before] =
        [1, 7, 14, 30, KEPT_DAYS].map(|days| today - days);
    // A row for each user first, so that a period is counted without sorting its days.
    let sql = "SELECT is_visitor, COUNT(NULLIF(of_day, 0)), COUNT(NULLIF(day_before, 0)),
                      COUNT(NULLIF(of_week, 0)), COUNT(NULLIF(week_before, 0)),
                      COUNT(NULLIF(of_month, 0)), COUNT(NULLIF(month_before, 0))
               FROM (SELECT substr(user_id, 1, 10) = 'usr_anon_0' AS is_visitor,
                            MAX(CASE WHEN day = ?2 THEN 1 ELSE 0 END) AS of_day,
                            MAX(CASE WHEN day = ?3 THEN 1 ELSE 0 END) AS day_before,
                            MAX(CASE WHEN day > ?4 THEN 1 ELSE 0 END) AS of_week,
                            MAX(CASE WHEN day > ?5 AND day <= ?4 THEN 1 ELSE 0 END) AS week_before,
                            MAX(CASE WHEN day > ?6 THEN 1 ELSE 0 END) AS of_month,
                            MAX(CASE WHEN day <= ?6 THEN 1 ELSE 0 END) AS month_before
                     FROM daily_users WHERE project_id = ?1 AND day > ?7 AND day <= ?2
                     GROUP BY user_id) by_user
               GROUP BY is_visitor";
    let figure = |row: &engine::Row<'_>, at: usize| -> engine::Result<Figure> {
        Ok(Figure { count: row.get(at)?, before: row.get(at + 1)? })
    };
    let to_figures = |row: &engine::Row<'_>| {
        Ok((row.get::<bool>(0)?, [figure(row, 1)?, figure(row, 3)?, figure(row, 5)?]))
    };
    let params: [&dyn Param; 7] =
        [scope.project(), &today, &yesterday, &week, &week_before, &month, &month_before];
    let counted = conn.all(sql, &params, to_figures).await?;
    let of = |visitors: bool| {
        counted.iter().find(|(is_visitor, _)| *is_visitor == visitors).map(|(_, of)| *of).unwrap_or_default()
    };
    let (users, visitors) = (of(false), of(true));
    Ok(std::array::from_fn(|at| Active { users: users[at], visitors: visitors[at] }))
}

/// Forgets who wrote something on days that no figure tells any more.
///
/// # Errors
/// The database's.
pub async fn delete_old_users(conn: &mut Conn<'_>, now: Timestamp) -> Result<u64> {
    let sql = "DELETE FROM daily_users WHERE project_id IN (SELECT id FROM projects) AND day <= ?1";
    Ok(conn.execute(sql, &[&(day_of(now) - KEPT_DAYS)]).await?)
}
