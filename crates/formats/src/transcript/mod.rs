//! A message as people are shown it, in one form whatever its format.

mod aui;
mod beside;
mod call;
mod parts;
mod sdk;

use beside::Copied;
use parts::{Parts, write_raw};

use crate::Format;
use crate::json::print::write_cut;
use crate::json::{Fields, Malformed, Raw, embedded, fields, put, write_literal};

/// Conversations inside of calls inside of calls are shown to this depth.
const MOST_LEVELS: usize = 4;

/// Values are shown to this depth, which every reader in a browser can stand.
const DEEPEST: usize = 60;

fields! {
    /// A message of any format.
    Stored + whole {
        role: b"role",
        content: b"content",
        parts: b"parts",
        attachments: b"attachments",
        metadata: b"metadata",
        status: b"status",
        created_at: b"createdAt",
    }
}

fields! {
    /// How an answer ended.
    Status {
        kind: b"type",
        reason: b"reason",
        error: b"error",
    }
}

fields! {
    /// What the user thinks of an answer.
    Feedback {
        kind: b"type",
    }
}

/// Appends a message as people are shown it: a JSON object whose shape does not depend on the format.
///
/// `copy` is the content of the same message in `aui/v0`, where there is one beside a native content in
/// another format. What the native one has no place for comes from it: what the user did in calls of tools,
/// approvals, artifacts that the native one lacks, nested conversations, the timing and the thumb.
///
/// ```json
/// { "role": "user" | "assistant" | "system" | "other",
///   "role_name": string | null,
///   "parts": [part, …],
///   "ending": { "kind": "cancelled" | "length" | "filtered" | "failed" | "waiting" | "other",
///               "error": any } | null,
///   "thumb": "up" | "down" | null,
///   "timing": any }
/// ```
///
/// | `kind` of a part | Its other members |
/// |---|---|
/// | `text`, `reasoning` | `text` |
/// | `tool` | `name`, `call_id`, `input`: the arguments as indented JSON, or what the model wrote; `state`: `{ "kind": "result", "value", "is_preliminary" }`, `{ "kind": "error", "value" }` or `{ "kind": "denied" \| "asking" \| "pending" }`; `artifact`, `interactions`, `approval`: any JSON; `messages`: nested messages, each with an `id` that is unique within the message and its `created_at`, or `null` |
/// | `image` | `source`, `name` |
/// | `file` | `source`, `name`, `media_type` |
/// | `source` | `url`, `title`, `detail` |
/// | `data` | `name`, `value` |
/// | `raw` | `why`, `value`, `name`: what cannot be shown in any better way, because of its `format` or its `shape`, one `part`, or the parts after the first 300 (`many`, their number in `name`) |
///
/// Texts that are not there are `null`, and so is JSON that is not there. Whatever the content is, no
/// message and no part is missing, but for texts in which there is nothing to read; JSON that nests deeper
/// than 60 levels is cut to "…". Content that is no JSON is shown as the text that it is.
pub fn transcript(format: &str, content: &str, copy: Option<&str>, out: &mut Vec<u8>) {
    let start = out.len();
    if write(format, content, copy, out).is_err() {
        out.truncate(start);
        put(
            out,
            "{\"role\":\"other\",\"role_name\":null,\"parts\":[{\"kind\":\"raw\",\"why\":\"shape\",\"value\":",
        );
        write_literal(content, out);
        put(out, ",\"name\":");
        write_literal(format, out);
        put(out, "}],\"ending\":null,\"thumb\":null,\"timing\":null}");
    }
}

/// What the user thinks of an answer, as clients that write it into the message say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thumb {
    /// The answer is liked.
    Up,
    /// It is not.
    Down,
}

impl Thumb {
    /// `up` or `down`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// The thumb that stands in a message, the same that [`transcript`] shows.
pub fn thumb(format: &str, content: &str, copy: Option<&str>) -> Option<Thumb> {
    if ![Some(content), copy].into_iter().flatten().any(may_hold_thumb) {
        return None;
    }
    let (_, stored, copied) = choose(format, content, copy).ok()?;
    let metadata = crate::sdk::Metadata::of(stored.metadata).ok()?;
    read_thumb(copied.feedback.or(metadata.submitted_feedback)).ok()?
}

/// Whether the name of a thumb stands somewhere in a text, or something that may spell it by escapes: most messages
/// have none, and every one that is stored is asked.
fn may_hold_thumb(json: &str) -> bool {
    [&b"submittedFeedback"[..], b"\\u"]
        .iter()
        .any(|name| memchr::memmem::find(json.as_bytes(), name).is_some())
}

fn write(format: &str, content: &str, copy: Option<&str>, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let (format, stored, copied) = choose(format, content, copy)?;
    out.push(b'{');
    write_message(format, &stored, &copied, &mut Nested { level: 0, count: 0 }, out)
}

/// Which version of a message is shown, its format, and what comes from the other one.
fn choose<'t>(
    format: &'t str,
    content: &'t str,
    copy: Option<&'t str>,
) -> Result<(&'t str, Stored<'t>, Copied<'t>), Malformed> {
    let native = Stored::parse(content).and_then(|native| {
        // Content is an object; what is none may be no JSON either.
        if native.whole.is_object() || embedded::is_json(content) { Ok(native) } else { Err(Malformed) }
    });
    let copy = copy.and_then(|copy| Stored::parse(copy).ok()).filter(Stored::is_aui);
    let is_readable = native.as_ref().is_ok_and(|native| native.has_shape_of(Format::of(format)));
    Ok(match copy {
        Some(copy) if !is_readable => (Format::AuiV0.name(), copy, Copied::default()),
        Some(copy) if Format::of(format) != Some(Format::AuiV0) => (format, native?, Copied::of(&copy)?),
        _ => (format, native?, Copied::default()),
    })
}

/// Where a message stands among nested ones.
struct Nested {
    /// How many calls it stands inside of.
    level: usize,
    /// How many nested messages came before.
    count: usize,
}

impl Stored<'_> {
    fn is_aui(&self) -> bool {
        self.content.is_some_and(|content| content.is_array() || content.literal().is_some())
    }

    fn has_shape_of(&self, format: Option<Format>) -> bool {
        match format {
            Some(Format::AuiV0) => self.is_aui(),
            Some(Format::AiSdkV5 | Format::AiSdkV6) => self.parts.is_some_and(|parts| parts.is_array()),
            None => false,
        }
    }
}

/// Appends the members of a message and the end of its object.
fn write_message(
    format: &str,
    stored: &Stored<'_>,
    copied: &Copied<'_>,
    nested: &mut Nested,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    write_role(stored.role, out);
    put(out, ",\"parts\":[");
    let known =
        Format::of(format).filter(|known| nested.level <= MOST_LEVELS && stored.has_shape_of(Some(*known)));
    let mut parts = Parts::new(out);
    match known {
        Some(Format::AuiV0) => aui::write_parts(stored, &mut parts, nested)?,
        Some(Format::AiSdkV5 | Format::AiSdkV6) => sdk::write_parts(stored, copied, &mut parts, nested)?,
        None => {
            let why = if Format::of(format).is_some() { "shape" } else { "format" };
            write_raw(why, stored.whole, Some(format), parts.next());
        }
    }
    parts.end();
    put(out, "],\"ending\":");
    write_ending(stored.status, out)?;
    let metadata = crate::sdk::Metadata::of(stored.metadata)?;
    put(out, ",\"thumb\":");
    match read_thumb(copied.feedback.or(metadata.submitted_feedback))? {
        Some(thumb) => put(out, &format!("\"{}\"", thumb.name())),
        None => put(out, "null"),
    }
    put(out, ",\"timing\":");
    write_any(copied.timing.or(metadata.timing), out);
    out.push(b'}');
    Ok(())
}

/// Appends a message from inside of a call, which is written in `aui/v0` too.
fn write_nested(message: Raw<'_>, nested: &mut Nested, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let stored = Stored::of(Some(message))?;
    nested.count += 1;
    put(out, &format!("{{\"id\":\"{}\",\"created_at\":", nested.count));
    write_any(stored.created_at.filter(|at| at.literal().is_some()), out);
    out.push(b',');
    nested.level += 1;
    let written = write_message(Format::AuiV0.name(), &stored, &Copied::default(), nested, out);
    nested.level -= 1;
    written
}

fn write_role(role: Option<Raw<'_>>, out: &mut Vec<u8>) {
    let literal = role.and_then(Raw::literal);
    let is_known =
        literal.is_some_and(|role| ["user", "assistant", "system"].iter().any(|known| role.is(known)));
    put(out, "\"role\":");
    match role {
        Some(role) if is_known => {
            put(out, role.spelled());
            put(out, ",\"role_name\":null");
        }
        other => {
            put(out, "\"other\",\"role_name\":");
            write_any(other.filter(|role| role.literal().is_some()), out);
        }
    }
}

fn write_ending(status: Option<Raw<'_>>, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let status = Status::of(status)?;
    let is =
        |field: Option<Raw<'_>>, text: &str| field.and_then(Raw::literal).is_some_and(|field| field.is(text));
    if is(status.kind, "requires-action") {
        put(out, "{\"kind\":\"waiting\",\"error\":null}");
        return Ok(());
    }
    if !is(status.kind, "incomplete") {
        put(out, "null");
        return Ok(());
    }
    let kinds = [
        ("cancelled", "cancelled"),
        ("length", "length"),
        ("content-filter", "filtered"),
        ("error", "failed"),
    ];
    let kind = kinds.iter().find(|(reason, _)| is(status.reason, reason)).map_or("other", |(_, kind)| kind);
    put(out, "{\"kind\":\"");
    put(out, kind);
    put(out, "\",\"error\":");
    write_any(status.error, out);
    out.push(b'}');
    Ok(())
}

fn read_thumb(feedback: Option<Raw<'_>>) -> Result<Option<Thumb>, Malformed> {
    let kind = Feedback::of(feedback)?.kind.and_then(Raw::literal);
    Ok(match kind {
        Some(kind) if kind.is("positive") => Some(Thumb::Up),
        Some(kind) if kind.is("negative") => Some(Thumb::Down),
        _ => None,
    })
}

/// Appends any JSON, or `null` when there is none.
fn write_any(value: Option<Raw<'_>>, out: &mut Vec<u8>) {
    match value {
        Some(value) => write_cut(value, DEEPEST, out),
        None => put(out, "null"),
    }
}
