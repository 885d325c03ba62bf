//! From `ai-sdk/v5` to `ai-sdk/v6`.

use std::collections::HashSet;

use super::tool_call::write_error_text;
use super::{Unreadable, known_role};
use crate::json::{Cursor, Fields, Malformed, Raw, embedded, put, write_literal};
use crate::sdk::{Message, Metadata, Part};

pub(super) fn convert(content: &str, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let message = Message::parse(content)?;
    if !message.whole.is_object() {
        return Err(Unreadable::NotAnObject);
    }
    known_role(message.role)?;
    let parts = message.parts.filter(Raw::is_array).ok_or(Unreadable::Parts("parts"))?;

    let mut members = Cursor::members(message.whole).ok_or(Unreadable::NotAnObject)?;
    out.push(b'{');
    while let Some(member) = members.next_member()? {
        let value = members.value()?;
        put(out, member.spelled);
        out.push(b':');
        match member.name.as_ref() {
            "parts" if is_same(value, parts) => write_parts(parts, out)?,
            "metadata" => write_metadata(value, out)?,
            _ => put(out, value.spelled()),
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

fn write_parts(parts: Raw<'_>, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let mut items = Cursor::items(parts).ok_or(Unreadable::Parts("parts"))?;
    out.push(b'[');
    let mut index = 0;
    while items.next_item()? {
        if index > 0 {
            out.push(b',');
        }
        let part = Part::read(&mut items)?;
        let kind = part.kind.and_then(Raw::literal).ok_or(Unreadable::Part(index))?.text();
        match kind.as_ref() {
            "dynamic-tool" => write_tool(&part, true, out)?,
            kind if kind.starts_with("tool-") => write_tool(&part, false, out)?,
            _ => put(out, part.whole.spelled()),
        }
        index += 1;
    }
    out.push(b']');
    Ok(())
}

fn write_tool(part: &Part<'_>, keeps_name: bool, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let has_failed = part.state.and_then(Raw::literal).is_some_and(|state| state.is("output-error"));
    let changes = has_failed || part.error_text.is_some() || (!keeps_name && part.tool_name.is_some());
    if !changes {
        put(out, part.whole.spelled());
        return Ok(());
    }
    let mut members = Cursor::members(part.whole).ok_or(Malformed)?;
    out.push(b'{');
    while let Some(member) = members.next_member()? {
        let value = members.value()?;
        match member.name.as_ref() {
            "toolName" if !keeps_name => continue,
            "output" if has_failed => continue,
            "errorText" => continue,
            _ => {}
        }
        put(out, member.spelled);
        out.push(b':');
        put(out, value.spelled());
        out.push(b',');
    }
    if has_failed {
        put(out, "\"errorText\":");
        upgrade_error_text(part.error_text, out);
    } else {
        out.pop();
    }
    out.push(b'}');
    Ok(())
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
fn write_metadata(metadata: Raw<'_>, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let custom = Metadata::of(Some(metadata))?.custom;
    let (Some(mut members), Some(mut customs)) =
        (Cursor::members(metadata), custom.and_then(Cursor::members))
    else {
        put(out, metadata.spelled());
        return Ok(());
    };
    out.push(b'{');
    let start = out.len();
    let mut names = HashSet::new();
    while let Some(member) = members.next_member()? {
        let value = members.value()?;
        if member.name != "custom" {
            write_member(member.spelled, value, start, out);
            names.insert(member.name);
        }
    }
    while let Some(member) = customs.next_member()? {
        let value = customs.value()?;
        if !names.contains(&member.name) {
            write_member(member.spelled, value, start, out);
        }
    }
    out.push(b'}');
    Ok(())
}

fn write_member(name: &str, value: Raw<'_>, start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b',');
    }
    put(out, name);
    out.push(b':');
    put(out, value.spelled());
}
