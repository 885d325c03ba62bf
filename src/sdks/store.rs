//! The queries on client libraries.

use std::collections::BTreeSet;

use engine::{Conn, Param};

use super::Sdk;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::ProjectId;

/// How long a library that nobody uses is remembered, in milliseconds: 180 days.
const KEPT_MS: i64 = 180 * 24 * 3600 * 1000;

/// The number stands in the text twice: the most libraries that a project keeps, and more than are written at
/// a time.
const KEEP_LATEST: &str = "DELETE FROM sdks WHERE project_id = ?1 AND (name, version) IN
    (SELECT name, version FROM sdks WHERE project_id = ?1
     ORDER BY last_seen_at DESC, name, version LIMIT 1000 OFFSET 1000)";

/// Writes down when libraries were last seen. Of each project the thousand that were seen last are kept.
///
/// # Errors
/// The database's.
pub async fn upsert_sdks(conn: &mut Conn<'_>, seen: &[((ProjectId, Sdk), Timestamp)]) -> Result<u64> {
    let sql = "INSERT INTO sdks (project_id, name, version, last_seen_at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (project_id, name, version) DO UPDATE SET last_seen_at = excluded.last_seen_at";
    let times: Vec<i64> = seen.iter().map(|(_, at)| at.millis()).collect();
    let sets: Vec<[&dyn Param; 4]> = seen
        .iter()
        .zip(&times)
        .map(|(((project, sdk), _), at)| [project as &dyn Param, &sdk.name, &sdk.version, at])
        .collect();
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    let written = conn.execute_many(sql, &sets).await?;
    let projects: BTreeSet<&ProjectId> = seen.iter().map(|((project, _), _)| project).collect();
    for project in projects {
        conn.execute(KEEP_LATEST, &[project]).await?;
    }
    Ok(written)
}

/// Deletes the libraries that nobody used for long.
///
/// # Errors
/// The database's.
pub async fn delete_old_sdks(conn: &mut Conn<'_>, now: Timestamp) -> Result<u64> {
    let oldest = now.plus_millis(-KEPT_MS).millis();
    Ok(conn.execute("DELETE FROM sdks WHERE last_seen_at < ?1", &[&oldest]).await?)
}
