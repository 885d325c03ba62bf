//! Calls of tools.

use super::parts::Parts;
use super::{DEEPEST, Nested, write_any, write_nested};
use crate::json::print::{compact_to, indented};
use crate::json::{Cursor, Literal, Malformed, Raw, embedded, put, write_literal};

/// A call of a tool, whatever the format.
pub(super) struct Call<'t> {
    /// As it is spelled within a literal.
    pub(super) name: &'t str,
    pub(super) id: Option<Raw<'t>>,
    pub(super) input: Input<'t>,
    pub(super) state: State<'t>,
    pub(super) artifact: Option<Raw<'t>>,
    pub(super) interactions: Option<Raw<'t>>,
    pub(super) approval: Option<Raw<'t>>,
    pub(super) messages: Option<Raw<'t>>,
}

/// What a tool was called with.
pub(super) enum Input<'t> {
    Nothing,
    Json(Raw<'t>),
    /// What the model wrote, which may be JSON.
    Text(Literal<'t>),
}

/// How a call went.
pub(super) enum State<'t> {
    Result { value: Option<Raw<'t>>, is_preliminary: bool },
    Error(Option<Raw<'t>>),
    Denied,
    Asking,
    Pending,
}

impl Call<'_> {
    pub(super) fn write(&self, parts: &mut Parts<'_>, nested: &mut Nested) -> Result<(), Malformed> {
        let out = parts.next();
        put(out, "{\"kind\":\"tool\",\"name\":\"");
        put(out, self.name);
        put(out, "\",\"call_id\":");
        put(out, self.id.map_or("null", Raw::spelled));
        put(out, ",\"input\":");
        self.input.write(out);
        put(out, ",\"state\":");
        self.state.write(out);
        for (name, value) in
            [("artifact", self.artifact), ("interactions", self.interactions), ("approval", self.approval)]
        {
            put(out, ",\"");
            put(out, name);
            put(out, "\":");
            write_any(value, out);
        }
        put(out, ",\"messages\":[");
        self.write_messages(nested, out)?;
        put(out, "]}");
        Ok(())
    }

    fn write_messages(&self, nested: &mut Nested, out: &mut Vec<u8>) -> Result<(), Malformed> {
        let Some(mut messages) = self.messages.and_then(Cursor::items) else { return Ok(()) };
        let mut is_first = true;
        while messages.next_item()? {
            if !std::mem::take(&mut is_first) {
                out.push(b',');
            }
            write_nested(messages.value()?, nested, out)?;
        }
        Ok(())
    }
}

impl Input<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Nothing => put(out, "\"\""),
            Self::Json(json) => write_literal(&readable(json.spelled()), out),
            Self::Text(text) => match embedded::parse(*text) {
                Some(json) => write_literal(&readable(&json), out),
                None => {
                    out.push(b'"');
                    put(out, text.spelled());
                    out.push(b'"');
                }
            },
        }
    }
}

/// JSON as a person reads it. Indenting may not make more of it than this: a hostile value would become
/// many times as long.
fn readable(json: &str) -> String {
    let longest = 4 * json.len() + 4_096;
    indented(json, DEEPEST, longest).unwrap_or_else(|| compact_to(json, DEEPEST))
}

impl State<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Result { value, is_preliminary } => {
                put(out, "{\"kind\":\"result\",\"value\":");
                write_any(*value, out);
                put(out, ",\"is_preliminary\":");
                put(out, if *is_preliminary { "true}" } else { "false}" });
            }
            Self::Error(value) => {
                put(out, "{\"kind\":\"error\",\"value\":");
                write_any(*value, out);
                out.push(b'}');
            }
            Self::Denied => put(out, "{\"kind\":\"denied\"}"),
            Self::Asking => put(out, "{\"kind\":\"asking\"}"),
            Self::Pending => put(out, "{\"kind\":\"pending\"}"),
        }
    }
}
