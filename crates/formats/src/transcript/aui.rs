//! The parts of a message in `aui/v0`.

use super::beside::given;
use super::call::{Call, Input, State};
use super::parts::{Parts, Source, filled};
use super::{Nested, Stored};
use crate::aui::{Approval, Attachment, Audio, Part};
use crate::json::{Cursor, Fields, Literal, Malformed, Raw};

pub(super) fn write_parts(
    stored: &Stored<'_>,
    parts: &mut Parts<'_>,
    nested: &mut Nested,
) -> Result<(), Malformed> {
    if let Some(text) = stored.content.and_then(Raw::literal) {
        parts.full_text("text", text);
        return Ok(());
    }
    let mut items = stored.content.and_then(Cursor::items).ok_or(Malformed)?;
    while items.next_item()? {
        write_part(&Part::read(&mut items)?, None, parts, nested)?;
    }
    let Some(attachments) = given(stored.attachments) else { return Ok(()) };
    let Some(mut items) = Cursor::items(attachments) else {
        parts.raw(attachments, None);
        return Ok(());
    };
    while items.next_item()? {
        write_attachment(&Attachment::read(&mut items)?, parts, nested)?;
    }
    Ok(())
}

fn write_attachment(
    attachment: &Attachment<'_>,
    parts: &mut Parts<'_>,
    nested: &mut Nested,
) -> Result<(), Malformed> {
    let Some(content) = attachment.content.filter(Raw::is_array) else {
        parts.raw(attachment.whole, attachment.kind);
        return Ok(());
    };
    let holder = Holder { name: filled(attachment.name), media_type: filled(attachment.content_type) };
    if content.is_empty() {
        parts.file(Literal::new(""), holder.name, holder.media_type.map(Raw::spelled));
    }
    let mut items = Cursor::items(content).ok_or(Malformed)?;
    while items.next_item()? {
        write_part(&Part::read(&mut items)?, Some(&holder), parts, nested)?;
    }
    Ok(())
}

/// An attachment, after which is named what it holds.
struct Holder<'t> {
    name: Option<Raw<'t>>,
    media_type: Option<Raw<'t>>,
}

fn write_part(
    part: &Part<'_>,
    holder: Option<&Holder<'_>>,
    parts: &mut Parts<'_>,
    nested: &mut Nested,
) -> Result<(), Malformed> {
    let kind = part.kind.and_then(Raw::literal).map(Literal::text);
    let is_written = match kind.as_deref() {
        Some("tool-call") => write_call(part, parts, nested)?,
        Some(kind) => write_plain(part, kind, holder, parts),
        None => false,
    };
    if !is_written {
        parts.raw(part.whole, part.kind);
    }
    Ok(())
}

/// False when the part has not the shape of its type.
fn write_plain(part: &Part<'_>, kind: &str, holder: Option<&Holder<'_>>, parts: &mut Parts<'_>) -> bool {
    match kind {
        "text" => write_text(part, holder, parts),
        "reasoning" => write_reasoning(part, parts),
        "source" => parts.source(&Source {
            url: part.url,
            title: part.title,
            filename: part.filename,
            media_type: part.media_type,
        }),
        "image" => write_image(part, holder, parts),
        "file" => write_file(part, holder, parts),
        "audio" => write_audio(part, holder, parts),
        "data" => write_data(part, parts),
        "generative-ui" => {
            parts.data("generative-ui", part.spec);
            true
        }
        other if other.starts_with("data-") => write_named_data(part, parts),
        _ => false,
    }
}

fn write_text(part: &Part<'_>, holder: Option<&Holder<'_>>, parts: &mut Parts<'_>) -> bool {
    let Some(text) = part.text.and_then(Raw::literal) else { return false };
    match holder {
        None => parts.text("text", text),
        // What a text file holds is not what the user says.
        Some(holder) if !text.is_blank() => {
            let name = holder.name.and_then(Raw::literal).map_or("attachment", Literal::spelled);
            parts.data(name, part.text);
        }
        Some(_) => {}
    }
    true
}

fn write_reasoning(part: &Part<'_>, parts: &mut Parts<'_>) -> bool {
    let string = |value: Option<Raw<'_>>| value.is_some_and(|value| value.literal().is_some());
    let text = filled(part.text).or(part.summary.filter(|summary| string(Some(*summary)))).or(part.text);
    let Some(text) = text.and_then(Raw::literal) else { return false };
    parts.text("reasoning", text);
    true
}

fn write_image(part: &Part<'_>, holder: Option<&Holder<'_>>, parts: &mut Parts<'_>) -> bool {
    let Some(source) = filled(part.image) else { return false };
    parts.image(source, filled(part.filename).or(holder.and_then(|holder| holder.name)));
    true
}

fn write_file(part: &Part<'_>, holder: Option<&Holder<'_>>, parts: &mut Parts<'_>) -> bool {
    let Some(source) = part.data.and_then(Raw::literal) else { return false };
    let name = filled(part.filename).or(holder.and_then(|holder| holder.name));
    let media_type = filled(part.mime_type).or(holder.and_then(|holder| holder.media_type));
    parts.file(source, name, media_type.map(Raw::spelled));
    true
}

fn write_audio(part: &Part<'_>, holder: Option<&Holder<'_>>, parts: &mut Parts<'_>) -> bool {
    let audio = part.audio.and_then(|audio| Audio::of(Some(audio)).ok());
    let Some(source) = audio.and_then(|audio| audio.data).and_then(Raw::literal) else { return false };
    let format = audio.and_then(|audio| audio.format).and_then(Raw::literal).map_or("*", Literal::spelled);
    parts.file(source, holder.and_then(|holder| holder.name), Some(&format!("\"audio/{format}\"")));
    true
}

fn write_data(part: &Part<'_>, parts: &mut Parts<'_>) -> bool {
    let Some(name) = part.name.and_then(Raw::literal) else { return false };
    parts.data(name.spelled(), part.data);
    true
}

/// A part of the type `data-<name>`, which may be spelled with escapes.
fn write_named_data(part: &Part<'_>, parts: &mut Parts<'_>) -> bool {
    let Some(kind) = part.kind.and_then(Raw::literal) else { return false };
    parts.data(&kind.spelled_after("data-"), part.data);
    true
}

fn write_call(part: &Part<'_>, parts: &mut Parts<'_>, nested: &mut Nested) -> Result<bool, Malformed> {
    let Some(name) = part.tool_name.and_then(Raw::literal) else { return Ok(false) };
    let input = match (given(part.args), part.args_text.and_then(Raw::literal)) {
        (Some(args), _) => Input::Json(args),
        (None, Some(text)) => Input::Text(text),
        (None, None) => Input::Nothing,
    };
    let call = Call {
        name: name.spelled(),
        id: filled(part.tool_call_id),
        input,
        state: state_of(part)?,
        artifact: part.artifact,
        interactions: part.interactions,
        approval: given(part.approval).or(part.interrupt),
        messages: part.messages,
    };
    call.write(parts, nested)?;
    Ok(true)
}

fn state_of<'t>(part: &Part<'t>) -> Result<State<'t>, Malformed> {
    if part.is_error.is_some_and(Raw::is_true) {
        return Ok(State::Error(part.result));
    }
    if let Some(value) = part.result {
        let is_preliminary = part.is_preliminary.is_some_and(Raw::is_true);
        return Ok(State::Result { value: Some(value), is_preliminary });
    }
    let Some(approval) = part.approval.filter(Raw::is_object) else { return Ok(State::Pending) };
    let approved = Approval::of(Some(approval))?.approved;
    Ok(match approved {
        Some(approved) if approved.is_false() => State::Denied,
        Some(approved) if approved.is_true() => State::Pending,
        _ => State::Asking,
    })
}
