//! From `ai-sdk/v5` to `ai-sdk/v6`.

use std::borrow::Cow;
use std::ops::Range;

use super::tool_call::write_error_text;
use super::{Odd, Unreadable, known_role};
use crate::json::{Cursor, Fields, Malformed, Raw, embedded, put, write_literal};
use crate::sdk::Message;

pub(super) fn convert(content: &str, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let start = out.len();
    if convert_at_once(content, out).is_ok() {
        return Ok(());
    }
    out.truncate(start);
    convert_with_care(content, out)
}

/// Converts a message in which no member comes twice while it is read.
fn convert_at_once(content: &str, out: &mut Vec<u8>) -> Result<(), Odd> {
    let mut members = Cursor::new(content);
    let (mut has_role, mut has_parts) = (false, false);
    if !members.enter_object() {
        return Err(Odd);
    }
    out.push(b'{');
    while let Some(member) = members.next_member()? {
        member.write_name(out);
        match member.name().as_bytes() {
            b"parts" if !has_parts && members.enter_array() => {
                has_parts = true;
                write_parts(&mut members, out)?;
            }
            b"role" if !has_role => {
                has_role = true;
                put(out, known_role(Some(members.value()?))?.spelled());
            }
            b"parts" | b"role" => return Err(Odd),
            b"metadata" => write_metadata(&mut members, out)?,
            _ => put(out, members.value()?.spelled()),
        }
        out.push(b',');
    }
    out.pop();
    out.push(b'}');
    if has_role && has_parts { Ok(()) } else { Err(Odd) }
}

fn convert_with_care(content: &str, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let message = Message::parse(content)?;
    if !message.whole.is_object() {
        return Err(Unreadable::NotAnObject);
    }
    known_role(message.role)?;
    let parts = message.parts.filter(Raw::is_array).ok_or(Unreadable::Parts("parts"))?;

    let mut members = Cursor::members(message.whole).ok_or(Unreadable::NotAnObject)?;
    out.push(b'{');
    while let Some(member) = members.next_member()? {
        member.write_name(out);
        if member.name() == "metadata" {
            write_metadata(&mut members, out)?;
        } else {
            let value = members.value()?;
            match Cursor::items(value).filter(|_| is_same(value, parts)) {
                Some(mut items) => write_parts(&mut items, out)?,
                None => put(out, value.spelled()),
            }
        }
        out.push(b',');
    }
    out.pop();
    out.push(b'}');
    Ok(())
}

/// Whether both are the same piece of the text: of several `parts` the last counts.
fn is_same(a: Raw<'_>, b: Raw<'_>) -> bool {
    std::ptr::eq(a.spelled(), b.spelled())
}

fn write_parts(items: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let mut part = Part::default();
    let mut index = 0;
    out.push(b'[');
    while items.next_item()? {
        if index > 0 {
            out.push(b',');
        }
        part.read(items)?;
        part.write(out).ok_or(Unreadable::Part(index))?;
        index += 1;
    }
    out.push(b']');
    Ok(())
}

/// What decides how a part is written.
#[derive(Default)]
struct Part<'t> {
    whole: &'t str,
    kind: Option<Raw<'t>>,
    state: Option<Raw<'t>>,
    error_text: Option<Raw<'t>>,
    /// The members that may have to go, with their places.
    cuts: Vec<(Cut, Range<usize>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    ToolName,
    Output,
    ErrorText,
}

impl<'t> Part<'t> {
    /// Reads the next part in place of the one before.
    fn read(&mut self, items: &mut Cursor<'t>) -> Result<(), Malformed> {
        let start = items.begin();
        (self.kind, self.state, self.error_text) = (None, None, None);
        self.cuts.clear();
        if items.enter_object() {
            self.read_members(items, start)?;
        } else {
            items.value()?;
        }
        self.whole = items.since(start)?.spelled();
        Ok(())
    }

    fn read_members(&mut self, members: &mut Cursor<'t>, start: usize) -> Result<(), Malformed> {
        loop {
            let from = members.place() - start;
            let Some(member) = members.next_member()? else { return Ok(()) };
            let value = members.value()?;
            let cut = match member.name().as_bytes() {
                b"type" => {
                    self.kind = Some(value);
                    continue;
                }
                b"state" => {
                    self.state = Some(value);
                    continue;
                }
                b"errorText" => {
                    self.error_text = Some(value);
                    Cut::ErrorText
                }
                b"toolName" => Cut::ToolName,
                b"output" => Cut::Output,
                _ => continue,
            };
            self.cuts.push((cut, from..members.place() - start));
        }
    }

    /// Appends it as it is in v6, or `None` when it has no type.
    fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        let kind = self.kind?.literal()?.text();
        let is_dynamic = kind == "dynamic-tool";
        if !is_dynamic && !kind.starts_with("tool-") {
            put(out, self.whole);
            return Some(());
        }
        let has_failed = self.state.and_then(Raw::literal).is_some_and(|state| state.is("output-error"));
        let goes = |cut: Cut| match cut {
            Cut::ToolName => !is_dynamic,
            Cut::Output => has_failed,
            Cut::ErrorText => true,
        };
        if has_failed || self.cuts.iter().any(|(cut, _)| goes(*cut)) {
            let cuts = self.cuts.iter().filter(|(cut, _)| goes(*cut)).map(|(_, place)| place.clone());
            write_without(self.whole, cuts, out);
            if has_failed {
                put(out, ",\"errorText\":");
                upgrade_error_text(self.error_text, out);
            }
            out.push(b'}');
        } else {
            put(out, self.whole);
        }
        Some(())
    }
}

/// Appends an object without some of its members, and without its end.
fn write_without(object: &str, cuts: impl Iterator<Item = Range<usize>>, out: &mut Vec<u8>) {
    let is_between = |c: char| c == ',' || c.is_ascii_whitespace();
    let end = object.len().saturating_sub(1);
    let mut at = 1;
    out.push(b'{');
    let start = out.len();
    for cut in cuts.chain(std::iter::once(end..end)) {
        let kept = object.get(at..cut.start).unwrap_or_default().trim_matches(is_between);
        at = cut.end;
        if kept.is_empty() {
            continue;
        }
        if out.len() > start {
            out.push(b',');
        }
        put(out, kept);
    }
}

/// The error of a call in v5 may be JSON as text; v6 has it as a person would read it.
fn upgrade_error_text(stored: Option<Raw<'_>>, out: &mut Vec<u8>) {
    match stored.and_then(Raw::literal).and_then(embedded::parse) {
        Some(text) if text.starts_with('"') => put(out, &text),
        Some(json) => write_literal(&json, out),
        None => write_error_text(stored, out),
    }
}

/// The metadata with the members of `custom` one level higher, where they replace nothing.
fn write_metadata(cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let start = cursor.begin();
    if !cursor.enter_object() {
        put(out, cursor.value()?.spelled());
        return Ok(());
    }
    let (mut names, mut cuts, mut custom) = (Vec::new(), Vec::new(), None);
    loop {
        let from = cursor.place() - start;
        let Some(member) = cursor.next_member()? else { break };
        let value = cursor.value()?;
        match member.name() {
            name if name == "custom" => {
                custom = Some(value);
                cuts.push(from..cursor.place() - start);
            }
            name => names.push(name),
        }
    }
    let whole = cursor.since(start)?.spelled();
    let Some(custom) = custom.and_then(Cursor::members) else {
        put(out, whole);
        return Ok(());
    };
    write_without(whole, cuts.into_iter(), out);
    write_others(custom, names, out)?;
    out.push(b'}');
    Ok(())
}

/// Appends the members of an object whose names are not taken to the object that was begun.
fn write_others<'t>(
    mut members: Cursor<'t>,
    mut taken: Vec<Cow<'t, str>>,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    taken.sort_unstable();
    let mut is_first = taken.is_empty();
    while let Some(member) = members.next_member()? {
        let value = members.value()?;
        if taken.binary_search(&member.name()).is_err() {
            if !std::mem::take(&mut is_first) {
                out.push(b',');
            }
            member.write(value, out);
        }
    }
    Ok(())
}
