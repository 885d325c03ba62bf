//! Reading connections, used in place on the server's worker threads.
//!
//! A read takes tens of microseconds from memory, less than handing it to another thread and back
//! (measured, see the README), and no more of them run at once than there are workers.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row, params};
use tokio::runtime::Handle;

use crate::bare::token::Identity;
use crate::bare::wire::{List, MessageRow, ThreadRow};

const LIST_THREADS: &str = "SELECT id, title, external_id, metadata, is_archived, last_message_at, created_at, \
     updated_at FROM threads WHERE project_id = ?1 AND workspace_id = ?2 AND is_archived = FALSE \
     ORDER BY last_message_at DESC, id DESC LIMIT ?3";

const LIST_MESSAGES: &str = "SELECT id, parent_id, external_id, height, format, content, created_at, updated_at \
     FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND \
     (SELECT 1 FROM threads WHERE project_id = ?1 AND id = ?2 AND workspace_id = ?3) = 1 \
     ORDER BY height DESC, created_at DESC, id DESC LIMIT ?4";

/// As many connections as the server has workers.
pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let workers = Handle::current().metrics().num_workers();
        let idle = (0..workers)
            .map(|_| super::connect(file, OpenFlags::SQLITE_OPEN_READ_ONLY))
            .collect::<Result<_>>()?;
        Ok(Self { idle: Mutex::new(idle) })
    }

    /// Lends a connection to `read`, which runs here and now.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let taken = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = taken.context("more readers at once than workers")?;
        let outcome = read(&connection);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        outcome
    }
}

pub(super) fn list_threads(connection: &Connection, caller: &Identity, limit: i64) -> Result<Vec<u8>> {
    let mut statement = connection.prepare_cached(LIST_THREADS)?;
    let mut rows = statement.query(params![caller.project, caller.workspace, limit])?;
    let mut list = List::new("threads", 8 << 10);
    while let Some(row) = rows.next()? {
        let thread = ThreadRow {
            id: text(row, 0)?,
            title: optional_text(row, 1)?,
            external_id: optional_text(row, 2)?,
            metadata: optional_text(row, 3)?,
            is_archived: row.get(4)?,
            last_message_at: row.get(5)?,
            created_at: row.get(6)?,
            updated_at: row.get(7)?,
        };
        list.push_thread(&thread, &caller.project, &caller.workspace);
    }
    Ok(list.finish())
}

pub(super) fn list_messages(
    connection: &Connection,
    caller: &Identity,
    thread_id: &str,
    limit: i64,
) -> Result<Vec<u8>> {
    let mut statement = connection.prepare_cached(LIST_MESSAGES)?;
    let mut rows = statement.query(params![caller.project, thread_id, caller.workspace, limit])?;
    let mut list = List::new("messages", 128 << 10);
    while let Some(row) = rows.next()? {
        let message = MessageRow {
            id: text(row, 0)?,
            parent_id: optional_text(row, 1)?,
            external_id: optional_text(row, 2)?,
            height: row.get(3)?,
            format: text(row, 4)?,
            content: row.get_ref(5)?.as_bytes()?,
            created_at: row.get(6)?,
            updated_at: row.get(7)?,
        };
        list.push_message(&message);
    }
    Ok(list.finish())
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str> {
    Ok(row.get_ref(column)?.as_str()?)
}

fn optional_text<'a>(row: &'a Row<'_>, column: usize) -> Result<Option<&'a str>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        value => Ok(Some(value.as_str()?)),
    }
}
