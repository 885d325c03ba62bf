//! The parts of a message of the AI SDK.

use super::beside::{Copied, Record, given};
use super::call::{Call, Input, State};
use super::parts::{Parts, Source, filled};
use super::{Nested, Stored};
use crate::json::{Cursor, Fields, Literal, Malformed, Raw, fields};
use crate::sdk::{Envelope, Metadata, Part};

fields! {
    /// What was asked of the user before a call.
    Asked {
        id: b"id",
    }
}

/// What is kept about calls beside the parts.
struct Beside<'t, 'c> {
    artifacts: Record<'t>,
    interactions: Record<'t>,
    approvals: Record<'t>,
    copied: &'c Copied<'t>,
}

pub(super) fn write_parts<'t>(
    stored: &Stored<'t>,
    copied: &Copied<'t>,
    parts: &mut Parts<'_>,
    nested: &mut Nested,
) -> Result<(), Malformed> {
    let metadata = Metadata::of(stored.metadata)?;
    let beside = Beside {
        artifacts: Record::of(metadata.artifacts)?,
        interactions: Record::of(metadata.interactions)?,
        approvals: Record::of(metadata.approval_responses)?,
        copied,
    };
    let mut items = stored.parts.and_then(Cursor::items).ok_or(Malformed)?;
    while items.next_item()? {
        let part = Part::read(&mut items)?;
        if !write_part(&part, &beside, parts, nested)? {
            parts.raw(part.whole, part.kind);
        }
    }
    Ok(())
}

/// False when the part has not the shape of its type.
fn write_part<'t>(
    part: &Part<'t>,
    beside: &Beside<'t, '_>,
    parts: &mut Parts<'_>,
    nested: &mut Nested,
) -> Result<bool, Malformed> {
    let Some(kind) = part.kind.and_then(Raw::literal) else { return Ok(false) };
    match kind.text().as_ref() {
        // A boundary between the steps of a run, with nothing in it.
        "step-start" => {}
        name @ ("text" | "reasoning") => {
            let Some(text) = part.text.and_then(Raw::literal) else { return Ok(false) };
            parts.text(name, text);
        }
        "file" => return Ok(write_file(part, parts)),
        "source-url" | "source-document" => {
            let source = Source {
                url: part.url,
                title: part.title,
                filename: part.filename,
                media_type: part.media_type,
            };
            return Ok(parts.source(&source));
        }
        "dynamic-tool" => {
            let Some(name) = part.tool_name.and_then(Raw::literal) else { return Ok(false) };
            write_call(part, name.spelled(), beside, parts, nested)?;
        }
        name if name.starts_with("tool-") => {
            write_call(part, &kind.spelled_after("tool-"), beside, parts, nested)?;
        }
        name if name.starts_with("data-") => parts.data(&kind.spelled_after("data-"), part.data),
        _ => return Ok(false),
    }
    Ok(true)
}

fn write_file(part: &Part<'_>, parts: &mut Parts<'_>) -> bool {
    let Some(source) = filled(part.url) else { return false };
    let (name, media_type) = (filled(part.filename), filled(part.media_type));
    let is_image =
        media_type.and_then(Raw::literal).is_some_and(|media_type| media_type.text().starts_with("image/"));
    match source.literal() {
        Some(literal) if !is_image => parts.file(literal, name, media_type.map(Raw::spelled)),
        _ => parts.image(source, name),
    }
    true
}

fn write_call<'t>(
    part: &Part<'t>,
    name: &str,
    beside: &Beside<'t, '_>,
    parts: &mut Parts<'_>,
    nested: &mut Nested,
) -> Result<(), Malformed> {
    let id = filled(part.tool_call_id);
    let copied = beside.copied.call(id);
    let asked = Asked::of(part.approval)?;
    let answered = beside.approvals.get(asked.id);
    let call = Call {
        name,
        id,
        input: input_of(part),
        state: state_of(part)?,
        artifact: beside.artifacts.get(id).or(copied.artifact),
        interactions: copied.interactions.or(beside.interactions.get(id)),
        approval: copied.approval.or(answered).or(part.approval),
        messages: copied.messages,
    };
    call.write(parts, nested)
}

fn input_of<'t>(part: &Part<'t>) -> Input<'t> {
    match (part.input, part.raw_input) {
        (Some(input), _) => Input::Json(input),
        (None, Some(raw)) => raw.literal().map_or(Input::Json(raw), Input::Text),
        (None, None) => Input::Nothing,
    }
}

fn state_of<'t>(part: &Part<'t>) -> Result<State<'t>, Malformed> {
    let state = part.state.and_then(Raw::literal).map(Literal::text);
    Ok(match state.as_deref() {
        Some("output-available") => State::Result {
            value: unwrapped(part.output)?,
            is_preliminary: part.preliminary.is_some_and(Raw::is_true),
        },
        Some("output-error") => State::Error(part.error_text),
        Some("output-denied") => State::Denied,
        Some("approval-requested") => State::Asking,
        _ => State::Pending,
    })
}

/// The result, without what the client wraps around one that differs from what the model saw.
fn unwrapped(output: Option<Raw<'_>>) -> Result<Option<Raw<'_>>, Malformed> {
    let Some(output) = given(output) else { return Ok(None) };
    let envelope = Envelope::of(Some(output))?;
    Ok(if envelope.model_content.is_some() { envelope.value } else { Some(output) })
}
