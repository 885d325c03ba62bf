//! A page of messages, printed while it is read: stored content goes out as the bytes it is.

use engine::Row;
use formats::Unreadable;

use super::reading::{Reading, StoredVersions};
use crate::clock::Timestamp;
use crate::json::print::{List, Object};
use crate::leases::model::RunState;

/// A place in the order of a thread's messages: those strictly after it follow.
#[derive(Clone, Debug, Default)]
pub struct Cursor {
    /// The message's height.
    pub height: i64,
    /// When it was created, in milliseconds.
    pub created_at: i64,
    /// Its id.
    pub id: String,
}

/// Bytes that most lists fit in.
const ROOM: usize = 32 * 1024;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is in the page, or left out of it.
    Taken,
    /// As [`Self::Taken`], and the page is full.
    Full,
    /// Its content was too large to be read along with other rows.
    TooLarge,
}

/// Part of the JSON of a list, `{"messages":[…`, and where its next part begins.
pub struct Page {
    list: List,
    reading: Reading,
    cursor: Option<Cursor>,
    /// Messages that are still asked for.
    left: u32,
    /// Bytes from which on the page is full.
    part: usize,
    /// A message was left out.
    has_gap: bool,
    now: Timestamp,
}

impl Page {
    /// An empty list of at most `limit` messages, that begins after the cursor or with the first message,
    /// and is full at `part` bytes.
    pub fn new(reading: Reading, cursor: Option<Cursor>, limit: u32, part: usize, now: Timestamp) -> Self {
        Self { list: List::new("messages", ROOM), reading, cursor, left: limit, part, has_gap: false, now }
    }

    /// The place after the last message so far.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// How many messages are still asked for.
    pub fn left(&self) -> u32 {
        self.left
    }

    /// Messages whose own content has this format are read without their copies.
    pub fn own_format(&self) -> &'static str {
        self.reading.own_format()
    }

    /// Whether the page takes no more messages: it has all that were asked for, or its bytes must be taken
    /// first.
    pub fn is_full(&self) -> bool {
        self.left == 0 || self.list.waiting() >= self.part
    }

    /// From now on the page is full at `part` bytes.
    pub fn set_part(&mut self, part: usize) {
        self.part = part;
    }

    /// Takes the bytes that wait.
    pub fn take(&mut self) -> Vec<u8> {
        self.list.take()
    }

    /// Ends the list and takes the bytes that wait.
    pub fn finish(self) -> Vec<u8> {
        self.list.finish()
    }

    /// As [`Self::finish`], with the cursor of the next page beside the list.
    pub fn finish_with_cursor(self, next: Option<&str>) -> Vec<u8> {
        self.list.finish_with("next_cursor", next)
    }

    /// Prints the row: id, parent, external id, height, created, updated, format, content (NULL when it is too
    /// large), its copy (NULL without one, empty when it is too large), the latest lease's last heartbeat and end.
    ///
    /// # Errors
    /// When a column has another type.
    pub fn push(&mut self, row: &Row<'_>) -> engine::Result<Pushed> {
        let (content, copy) = (row.optional_text(7)?, row.optional_text(8)?);
        let Some(content) = content.filter(|_| copy != Some("")) else { return Ok(Pushed::TooLarge) };
        let (id, parent_id, external_id) = (row.text(0)?, row.optional_text(1)?, row.optional_text(2)?);
        let (height, created_at, updated_at): (i64, i64, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let stored = StoredVersions { format: row.text(6)?, content, copy };
        let run = run_state(row)?;
        let created = Timestamp::from_millis(created_at).print();
        // Most messages are never changed.
        let updated =
            if updated_at == created_at { created } else { Timestamp::from_millis(updated_at).print() };
        let (reading, now) = (&self.reading, self.now);
        let printed = self.list.try_push(|message| {
            message.text("id", Some(id));
            message.text("parent_id", parent_id);
            message.text("external_id", external_id);
            message.printed_time("created_at", &created);
            message.printed_time("updated_at", &updated);
            message.integer("height", height);
            if let Some(run) = run {
                message.object("run", |object| print_run(object, run, now));
            }
            reading.print(message, &stored)
        });
        match printed {
            Ok(()) => self.left -= 1,
            Err(unreadable) => self.leave_out(id, unreadable),
        }
        let cursor = self.cursor.get_or_insert_default();
        cursor.height = height;
        cursor.created_at = created_at;
        cursor.id.clear();
        cursor.id.push_str(id);
        Ok(if self.is_full() { Pushed::Full } else { Pushed::Taken })
    }

    /// A message that cannot be read hides no other. The first one is told, as its list may be asked for
    /// again and again.
    fn leave_out(&mut self, id: &str, unreadable: Unreadable) {
        if !self.has_gap {
            let reason = &unreadable as &dyn std::error::Error;
            tracing::warn!(message.id = id, reason, "a message that cannot be converted was left out");
        }
        self.has_gap = true;
    }
}

fn run_state(row: &Row<'_>) -> engine::Result<Option<RunState>> {
    let beat_at: Option<i64> = row.get(9)?;
    let Some(beat_at) = beat_at else { return Ok(None) };
    Ok(Some(RunState { is_running: row.get::<Option<i64>>(10)?.is_none(), beat_at }))
}

fn print_run(object: &mut Object<'_>, run: RunState, now: Timestamp) {
    object.text("status", Some(run.status()));
    object.integer("last_heartbeat_ms_ago", run.last_heartbeat_ms_ago(now));
}
