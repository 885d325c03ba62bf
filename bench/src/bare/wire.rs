//! Rows as JSON, written straight into the body.
//!
//! Ids and formats that the server made go out between quotes as they are; what a caller chose is
//! escaped; stored content is copied, never parsed.

use crate::time::push_timestamp;

/// A row of `threads`, borrowed from the driver.
pub(super) struct ThreadRow<'a> {
    pub(super) id: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) external_id: Option<&'a str>,
    pub(super) metadata: Option<&'a str>,
    pub(super) is_archived: bool,
    pub(super) last_message_at: i64,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
}

/// A row of `messages`, borrowed from the driver.
pub(super) struct MessageRow<'a> {
    pub(super) id: &'a str,
    pub(super) parent_id: Option<&'a str>,
    pub(super) external_id: Option<&'a str>,
    pub(super) height: i64,
    pub(super) format: &'a str,
    pub(super) content: &'a [u8],
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
}

/// A JSON object with one array, written item by item.
pub(super) struct List {
    body: Vec<u8>,
    is_first: bool,
}

impl List {
    /// Starts `{"name":[`.
    pub(super) fn new(name: &str, capacity: usize) -> Self {
        let mut body = Vec::with_capacity(capacity);
        body.extend_from_slice(b"{\"");
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(b"\":[");
        Self { body, is_first: true }
    }

    /// Adds a thread; project and workspace are the caller's own.
    pub(super) fn push_thread(&mut self, thread: &ThreadRow<'_>, project: &str, workspace: &str) {
        let out = self.next();
        push_raw(out, b"{\"id\":\"", thread.id.as_bytes());
        push_raw(out, b"\",\"project_id\":\"", project.as_bytes());
        out.extend_from_slice(b"\",\"workspace_id\":");
        push_text(out, workspace);
        push_time(out, b",\"created_at\":\"", thread.created_at);
        push_time(out, b",\"updated_at\":\"", thread.updated_at);
        out.extend_from_slice(b",\"title\":");
        push_optional(out, thread.title);
        push_time(out, b",\"last_message_at\":\"", thread.last_message_at);
        out.extend_from_slice(if thread.is_archived {
            b",\"is_archived\":true"
        } else {
            b",\"is_archived\":false"
        });
        out.extend_from_slice(b",\"external_id\":");
        push_optional(out, thread.external_id);
        push_raw(out, b",\"metadata\":", thread.metadata.unwrap_or("null").as_bytes());
        out.push(b'}');
    }

    /// Adds a message.
    pub(super) fn push_message(&mut self, message: &MessageRow<'_>) {
        let out = self.next();
        push_raw(out, b"{\"id\":\"", message.id.as_bytes());
        out.extend_from_slice(b"\",\"external_id\":");
        push_optional(out, message.external_id);
        match message.parent_id {
            Some(parent) => {
                push_raw(out, b",\"parent_id\":\"", parent.as_bytes());
                out.push(b'"');
            }
            None => out.extend_from_slice(b",\"parent_id\":null"),
        }
        push_time(out, b",\"created_at\":\"", message.created_at);
        push_time(out, b",\"updated_at\":\"", message.updated_at);
        out.extend_from_slice(b",\"format\":");
        push_text(out, message.format);
        push_raw(out, b",\"content\":", message.content);
        push_raw(out, b",\"height\":", itoa::Buffer::new().format(message.height).as_bytes());
        out.push(b'}');
    }

    /// Ends it.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.body.extend_from_slice(b"]}");
        self.body
    }

    fn next(&mut self) -> &mut Vec<u8> {
        if !self.is_first {
            self.body.push(b',');
        }
        self.is_first = false;
        &mut self.body
    }
}

/// The answer to an anonymous mint.
pub(super) fn anonymous(refresh_token: &str, expires_at: i64, access_token: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(640);
    push_raw(&mut out, b"{\"refresh_token\":{\"token\":\"", refresh_token.as_bytes());
    push_time(&mut out, b"\",\"expires_at\":\"", expires_at);
    push_raw(&mut out, b"},\"access_token\":\"", access_token.as_bytes());
    out.extend_from_slice(b"\"}");
    out
}

fn push_raw(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(value);
}

fn push_time(out: &mut Vec<u8>, name: &[u8], ms: i64) {
    out.extend_from_slice(name);
    push_timestamp(out, ms);
    out.push(b'"');
}

fn push_optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => push_text(out, text),
        None => out.extend_from_slice(b"null"),
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    // Writing text to a Vec cannot fail.
    let _ = serde_json::to_writer(out, text);
}
