//! From `aui/v0` to the messages of the AI SDK.

use super::metadata::{Beside, write_metadata};
use super::part::{Holder, write_part};
use super::{Target, Unreadable, known_role};
use crate::aui::{Attachment, Message, Part};
use crate::json::{Cursor, Fields, Raw, put};

pub(super) fn convert(content: &str, target: Target, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let message = Message::parse(content)?;
    if !message.whole.is_object() {
        return Err(Unreadable::NotAnObject);
    }
    let role = known_role(message.role)?;
    let parts = message.content.and_then(Cursor::items).ok_or(Unreadable::Parts("content"))?;

    put(out, "{\"role\":");
    put(out, role.spelled());
    put(out, ",\"parts\":[");
    let mut beside = Beside::default();
    let start = out.len();
    write_parts(parts, target, &mut beside, out)?;
    if let Some(attachments) = message.attachments.and_then(Cursor::items) {
        write_attachments(attachments, target, &mut beside, out)?;
    }
    end_list(start, out);
    write_metadata(message.metadata, &beside, target, out)?;
    out.push(b'}');
    Ok(())
}

fn write_parts<'t>(
    mut parts: Cursor<'t>,
    target: Target,
    beside: &mut Beside<'t>,
    out: &mut Vec<u8>,
) -> Result<(), Unreadable> {
    let mut index = 0;
    while parts.next_item()? {
        let part = Part::read(&mut parts)?;
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
