//! From `aui/v0` to the messages of the AI SDK.

use super::metadata::{Beside, write_metadata};
use super::part::{Holder, write_part};
use super::{Odd, Target, Unreadable, known_role};
use crate::aui::{Attachment, Message, Metadata, Part};
use crate::json::{Cursor, Fields, Raw, put};

pub(super) fn convert(content: &str, target: Target, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let start = out.len();
    if convert_at_once(content, target, out).is_ok() {
        return Ok(());
    }
    out.truncate(start);
    convert_with_care(content, target, out)
}

/// Converts a message as clients write it, who speaks first and once, while it is read. So its text is
/// walked over once and not twice.
fn convert_at_once(content: &str, target: Target, out: &mut Vec<u8>) -> Result<(), Odd> {
    let mut members = Cursor::new(content);
    let (mut role, mut attachments) = (None, None);
    let mut metadata = Metadata::of(None)?;
    let mut beside = Beside::default();
    let mut parts = None;
    if !members.enter_object() {
        return Err(Odd);
    }
    while let Some(member) = members.next_member()? {
        match member.name().as_bytes() {
            b"content" if parts.is_none() && members.enter_array() => {
                parts = Some(begin(known_role(role)?, out));
                write_parts(&mut members, target, &mut beside, out)?;
            }
            b"role" if role.is_none() => role = Some(members.value()?),
            b"content" | b"role" => return Err(Odd),
            b"attachments" => attachments = Some(members.value()?),
            b"metadata" => metadata = Metadata::read(&mut members)?,
            _ => drop(members.value()?),
        }
    }
    finish(attachments, &metadata, parts.ok_or(Odd)?, beside, target, out)?;
    Ok(())
}

fn convert_with_care(content: &str, target: Target, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let message = Message::parse(content)?;
    if !message.whole.is_object() {
        return Err(Unreadable::NotAnObject);
    }
    let role = known_role(message.role)?;
    let mut items = message.content.and_then(Cursor::items).ok_or(Unreadable::Parts("content"))?;
    let mut beside = Beside::default();
    let parts = begin(role, out);
    write_parts(&mut items, target, &mut beside, out)?;
    finish(message.attachments, &Metadata::of(message.metadata)?, parts, beside, target, out)
}

/// Appends the beginning of a message, and tells where its parts begin.
fn begin(role: Raw<'_>, out: &mut Vec<u8>) -> usize {
    put(out, "{\"role\":");
    put(out, role.spelled());
    put(out, ",\"parts\":[");
    out.len()
}

/// Appends what follows the parts of the message itself.
fn finish<'t>(
    attachments: Option<Raw<'t>>,
    metadata: &Metadata<'t>,
    parts: usize,
    mut beside: Beside<'t>,
    target: Target,
    out: &mut Vec<u8>,
) -> Result<(), Unreadable> {
    if let Some(attachments) = attachments.and_then(Cursor::items) {
        write_attachments(attachments, target, &mut beside, out)?;
    }
    end_list(parts, out);
    write_metadata(metadata, &beside, target, out)?;
    out.push(b'}');
    Ok(())
}

fn write_parts<'t>(
    parts: &mut Cursor<'t>,
    target: Target,
    beside: &mut Beside<'t>,
    out: &mut Vec<u8>,
) -> Result<(), Unreadable> {
    let mut index = 0;
    while parts.next_item()? {
        let part = Part::read(parts)?;
        write_part(&part, &Holder::Message, target, beside, out).map_err(|lack| lack.at(index))?;
        out.push(b',');
        index += 1;
    }
    Ok(())
}

/// The parts of attachments follow those of the message. What cannot be read of them makes no message
/// unreadable: the clients leave it out, too.
fn write_attachments<'t>(
    mut attachments: Cursor<'t>,
    target: Target,
    beside: &mut Beside<'t>,
    out: &mut Vec<u8>,
) -> Result<(), Unreadable> {
    while attachments.next_item()? {
        let attachment = Attachment::read(&mut attachments)?;
        let Some(mut parts) = attachment.content.and_then(Cursor::items) else { continue };
        let holder = Holder::attachment(&attachment);
        while parts.next_item()? {
            let part = Part::read(&mut parts)?;
            let start = out.len();
            match write_part(&part, &holder, target, beside, out) {
                Ok(()) => out.push(b','),
                Err(_) => out.truncate(start),
            }
        }
    }
    Ok(())
}

/// Ends a list whose items are each followed by a comma.
fn end_list(start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.pop();
    }
    out.push(b']');
}

/// A value, but none that is `null`: clients write `null` for what is not there.
pub(super) fn present(value: Option<Raw<'_>>) -> Option<Raw<'_>> {
    value.filter(|value| !value.is_null())
}
