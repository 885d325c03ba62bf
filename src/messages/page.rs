//! A page of messages, printed while it is read: stored content goes out as the bytes it is.

use std::io::Write as _;

use engine::Row;

use crate::clock::Timestamp;

/// A place in the order of a thread's messages: those strictly after it follow.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The message's height.
    pub height: i64,
    /// When it was created, in milliseconds.
    pub created_at: i64,
    /// Its id.
    pub id: String,
}

impl Cursor {
    /// Before every message.
    pub fn start() -> Self {
        Self { height: i64::MAX, created_at: i64::MAX, id: String::new() }
    }
}

/// Bytes that most lists fit in, so that the buffer does not grow step by step.
const ROOM: usize = 32 * 1024;

/// Part of the JSON of a list, `{"messages":[…`, and where its next part begins.
pub struct Page {
    json: Vec<u8>,
    cursor: Cursor,
    is_empty: bool,
}

impl Page {
    /// An empty list that begins after the cursor.
    pub fn new(cursor: Cursor) -> Self {
        let mut json = Vec::with_capacity(ROOM);
        json.extend_from_slice(b"{\"messages\":[");
        Self { json, cursor, is_empty: true }
    }

    /// The place after the last message so far.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// Bytes that wait to be sent.
    pub fn waiting(&self) -> usize {
        self.json.len()
    }

    /// Takes the bytes that wait.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.json)
    }

    /// Ends the list and takes the bytes that wait.
    pub fn finish(mut self) -> Vec<u8> {
        self.json.extend_from_slice(b"]}");
        self.json
    }

    /// Prints the row: id, parent, external id, height, created, updated, format, content.
    ///
    /// # Errors
    /// When a column has another type.
    pub fn push(&mut self, row: &Row<'_>) -> engine::Result<()> {
        if !self.is_empty {
            self.json.push(b',');
        }
        self.is_empty = false;
        let (id, height): (_, i64) = (row.text(0)?, row.get(3)?);
        let (created_at, updated_at): (i64, i64) = (row.get(4)?, row.get(5)?);
        self.member("{\"id\":", Some(id));
        self.member(",\"parent_id\":", row.optional_text(1)?);
        self.member(",\"external_id\":", row.optional_text(2)?);
        let created = Timestamp::from_millis(created_at).print();
        // Most messages are never changed.
        let updated =
            if updated_at == created_at { created } else { Timestamp::from_millis(updated_at).print() };
        self.raw(",\"created_at\":\"", &created);
        self.raw("\",\"updated_at\":\"", &updated);
        self.member("\",\"format\":", Some(row.text(6)?));
        // Writing to a vector cannot fail.
        let _written = write!(self.json, ",\"height\":{height}");
        self.raw(",\"content\":", row.text(7)?.as_bytes());
        self.json.push(b'}');
        self.cursor.height = height;
        self.cursor.created_at = created_at;
        self.cursor.id.clear();
        self.cursor.id.push_str(id);
        Ok(())
    }

    fn member(&mut self, name: &str, text: Option<&str>) {
        self.raw(name, b"");
        let _written = serde_json::to_writer(&mut self.json, &text);
    }

    fn raw(&mut self, name: &str, value: &[u8]) {
        self.json.extend_from_slice(name.as_bytes());
        self.json.extend_from_slice(value);
    }
}
