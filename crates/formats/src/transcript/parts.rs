//! The list of the parts of a message, and the parts that look the same in all formats.

use super::write_any;
use crate::json::{Literal, Raw, put, write_literal};

/// As many parts of a message are shown one by one.
const MOST_PARTS: usize = 300;

/// The parts of a message, one after the other.
pub(super) struct Parts<'o> {
    count: usize,
    out: &'o mut Vec<u8>,
}

impl<'o> Parts<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { count: 0, out }
    }

    /// Where the next part is to be written.
    pub(super) fn next(&mut self) -> &mut Vec<u8> {
        if self.count > 0 {
            self.out.push(b',');
        }
        if self.count == MOST_PARTS {
            put(self.out, "{\"kind\":\"raw\",\"why\":\"many\",\"value\":[");
        }
        self.count += 1;
        self.out
    }

    /// Ends the part that holds the parts which are too many.
    pub(super) fn end(self) {
        if self.count > MOST_PARTS {
            put(self.out, &format!("],\"name\":\"{}\"}}", self.count - MOST_PARTS));
        }
    }

    /// A text, or reasoning; nothing when there is nothing to read in it.
    pub(super) fn text(&mut self, kind: &str, text: Literal<'_>) {
        if !text.is_blank() {
            self.full_text(kind, text);
        }
    }

    /// The same, whatever is in it.
    pub(super) fn full_text(&mut self, kind: &str, text: Literal<'_>) {
        let out = self.next();
        put(out, "{\"kind\":\"");
        put(out, kind);
        put(out, "\",\"text\":\"");
        put(out, text.spelled());
        put(out, "\"}");
    }

    pub(super) fn image(&mut self, source: Raw<'_>, name: Option<Raw<'_>>) {
        let out = self.next();
        put(out, "{\"kind\":\"image\",\"source\":");
        put(out, source.spelled());
        put_text(out, ",\"name\":", name);
        out.push(b'}');
    }

    pub(super) fn file(&mut self, source: Literal<'_>, name: Option<Raw<'_>>, media_type: Option<&str>) {
        let out = self.next();
        put(out, "{\"kind\":\"file\",\"source\":\"");
        put(out, source.spelled());
        out.push(b'"');
        put_text(out, ",\"name\":", name);
        put(out, ",\"media_type\":");
        put(out, media_type.unwrap_or("null"));
        out.push(b'}');
    }

    /// A source; false when there is nothing that says which.
    #[must_use]
    pub(super) fn source(&mut self, source: &Source<'_>) -> bool {
        let (url, title) = (filled(source.url), filled(source.title));
        if url.is_none() && title.is_none() {
            return false;
        }
        let out = self.next();
        put(out, "{\"kind\":\"source\"");
        put_text(out, ",\"url\":", url);
        put_text(out, ",\"title\":", title);
        put_text(out, ",\"detail\":", filled(source.filename).or(filled(source.media_type)));
        out.push(b'}');
        true
    }

    /// Data under a name, which is spelled as within a literal.
    pub(super) fn data(&mut self, name: &str, value: Option<Raw<'_>>) {
        let out = self.next();
        put(out, "{\"kind\":\"data\",\"name\":\"");
        put(out, name);
        put(out, "\",\"value\":");
        write_any(value, out);
        out.push(b'}');
    }

    /// A part that has no shape that is known.
    pub(super) fn raw(&mut self, part: Raw<'_>, kind: Option<Raw<'_>>) {
        let out = self.next();
        put(out, "{\"kind\":\"raw\",\"why\":\"part\",\"value\":");
        write_any(Some(part), out);
        put_text(out, ",\"name\":", kind.filter(|kind| kind.literal().is_some()));
        out.push(b'}');
    }
}

/// What is known of a source.
pub(super) struct Source<'t> {
    pub(super) url: Option<Raw<'t>>,
    pub(super) title: Option<Raw<'t>>,
    pub(super) filename: Option<Raw<'t>>,
    pub(super) media_type: Option<Raw<'t>>,
}

/// Appends a whole content that cannot be shown in any better way.
pub(super) fn write_raw(why: &str, value: Raw<'_>, name: Option<&str>, out: &mut Vec<u8>) {
    put(out, "{\"kind\":\"raw\",\"why\":\"");
    put(out, why);
    put(out, "\",\"value\":");
    write_any(Some(value), out);
    put(out, ",\"name\":");
    match name {
        Some(name) => write_literal(name, out),
        None => put(out, "null"),
    }
    out.push(b'}');
}

/// The value when it is a string in which there is something to read.
pub(super) fn filled(value: Option<Raw<'_>>) -> Option<Raw<'_>> {
    value.filter(|value| value.literal().is_some_and(|literal| !literal.is_blank()))
}

fn put_text(out: &mut Vec<u8>, introduction: &str, text: Option<Raw<'_>>) {
    put(out, introduction);
    put(out, text.map_or("null", Raw::spelled));
}
