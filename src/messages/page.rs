//! A page of messages, printed while it is read: stored content goes out as the bytes it is.

use engine::Row;

use crate::clock::Timestamp;
use crate::json::print::List;

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

/// Part of the JSON of a list, `{"messages":[…`, and where its next part begins.
pub struct Page {
    list: List,
    cursor: Option<Cursor>,
}

impl Page {
    /// An empty list that begins after the cursor, or with the first message.
    pub fn new(cursor: Option<Cursor>) -> Self {
        Self { list: List::new("messages", ROOM), cursor }
    }

    /// The place after the last message so far.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// Bytes that wait to be sent.
    pub fn waiting(&self) -> usize {
        self.list.waiting()
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

    /// Prints the row: id, parent, external id, height, created, updated, format, content.
    ///
    /// # Errors
    /// When a column has another type.
    pub fn push(&mut self, row: &Row<'_>) -> engine::Result<()> {
        let (id, parent_id, external_id) = (row.text(0)?, row.optional_text(1)?, row.optional_text(2)?);
        let (height, created_at, updated_at): (i64, i64, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let (format, content) = (row.text(6)?, row.text(7)?);
        let created = Timestamp::from_millis(created_at).print();
        // Most messages are never changed.
        let updated =
            if updated_at == created_at { created } else { Timestamp::from_millis(updated_at).print() };
        self.list.push(|message| {
            message.text("id", Some(id));
            message.text("parent_id", parent_id);
            message.text("external_id", external_id);
            message.printed_time("created_at", &created);
            message.printed_time("updated_at", &updated);
            message.text("format", Some(format));
            message.integer("height", height);
            message.json("content", content);
        });
        let cursor = self.cursor.get_or_insert_default();
        cursor.height = height;
        cursor.created_at = created_at;
        cursor.id.clear();
        cursor.id.push_str(id);
        Ok(())
    }
}
