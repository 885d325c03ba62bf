//! The queries on client libraries.

use engine::{Conn, Param};

use super::Sdk;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::ProjectId;

/// How long a library that nobody uses is remembered, in milliseconds: 180 days.
const KEPT_MS: i64 = 180 * 24 * 3600 * 1000;

/// Writes down when libraries were last seen.
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
    Ok(conn.execute_many(sql, &sets).await?)
}

/// Deletes the libraries that nobody used for long.
///
/// # Errors
/// The database's.
pub async fn delete_old_sdks(conn: &mut Conn<'_>, now: Timestamp) -> Result<u64> {
    let oldest = now.plus_millis(-KEPT_MS).millis();
    Ok(conn.execute("DELETE FROM sdks WHERE last_seen_at < ?1", &[&oldest]).await?)
}
