//! Fills a database with the data set.
//!
//! Threadkeep has made the schema and the project before; this only adds rows, the fast way of each
//! engine. What belongs here: how rows get in. What they are is `dataset` and `content`.

mod postgres;
mod sqlite;

use anyhow::Result;

use crate::content::Turns;
use crate::database::Database;
use crate::dataset::Sizes;
use crate::time;

/// Adds the data set to `project`, with messages that `turns` writes.
pub(crate) async fn fill(database: &Database, project: &str, sizes: Sizes, turns: Turns) -> Result<()> {
    match database {
        Database::Sqlite(file) => sqlite::fill(file, project, &sizes, turns),
        Database::Postgres(url) => postgres::fill(url, project, &sizes, turns).await,
    }
}

/// The current UTC month as `active_users` spells it. Every user of the data set counts as active
/// already, so that an append meets the usual case and not a first message of the month.
fn this_month() -> Result<(String, i64)> {
    let now = time::now_ms();
    let mut text = Vec::new();
    time::push_timestamp(&mut text, now);
    text.truncate("2026-09".len());
    Ok((String::from_utf8(text)?, now))
}
