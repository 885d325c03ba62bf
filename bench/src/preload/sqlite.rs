//! The SQLite way: one transaction, no fsync until the end, rows in key order.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, Transaction, params};

use crate::content::{self, Turns};
use crate::dataset::{self, Sizes, Thread};

/// Fills the file and leaves it checkpointed, with an empty write-ahead log, so that it can be copied.
pub(super) fn fill(file: &Path, project: &str, sizes: &Sizes, turns: Turns) -> Result<()> {
    let mut connection = Connection::open(file)?;
    // Nothing is lost with it: a load that was cut off is started again from an empty database.
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF;")?;
    let transaction = connection.transaction()?;
    insert_workspaces(&transaction, project, sizes)?;
    insert_threads(&transaction, project, sizes, turns)?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

fn insert_workspaces(transaction: &Transaction<'_>, project: &str, sizes: &Sizes) -> Result<()> {
    let (month, now) = super::this_month()?;
    let mut workspace = transaction
        .prepare("INSERT INTO workspaces (project_id, id, created_by, created_at) VALUES (?1, ?2, ?3, ?4)")?;
    let mut active = transaction
        .prepare("INSERT INTO active_users (project_id, month, user_id, first_at) VALUES (?1, ?2, ?3, ?4)")?;
    for number in 0..sizes.all_workspaces() {
        let user = dataset::user_id(number);
        workspace.execute(params![project, dataset::workspace_id(number), user, now])?;
        active.execute(params![project, month, user, now])?;
    }
    transaction.execute(
        "INSERT INTO active_user_counts (project_id, month, count) VALUES (?1, ?2, ?3)",
        params![project, month, sizes.all_workspaces()],
    )?;
    Ok(())
}

fn insert_threads(transaction: &Transaction<'_>, project: &str, sizes: &Sizes, turns: Turns) -> Result<()> {
    let mut insert = transaction.prepare(
        "INSERT INTO threads (project_id, id, workspace_id, title, is_archived, last_message_at, \
         thumbs_up, thumbs_down, created_by, updated_by, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, FALSE, ?5, 0, 0, ?6, ?6, ?7, ?5)",
    )?;
    let mut message = transaction.prepare(
        "INSERT INTO messages (project_id, thread_id, id, parent_id, height, format, content, \
         created_by, updated_by, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?9)",
    )?;
    let mut text = String::new();
    for number in 0..sizes.all_threads() {
        let thread = Thread(number);
        let workspace = sizes.workspace_of(thread);
        let (thread_id, user) = (sizes.thread_id(thread), dataset::user_id(workspace));
        let count = sizes.messages_of(thread);
        insert.execute(params![
            project,
            thread_id,
            dataset::workspace_id(workspace),
            content::title(number),
            sizes.message_time(thread, count.saturating_sub(1)),
            user,
            sizes.thread_time(thread),
        ])?;
        let mut parent: Option<String> = None;
        for n in 0..count {
            let id = sizes.message_id(thread, n);
            text.clear();
            turns(&mut text, number, n);
            let time = sizes.message_time(thread, n);
            message.execute(params![project, thread_id, id, parent, n, content::FORMAT, text, user, time])?;
            parent = Some(id);
        }
    }
    Ok(())
}
