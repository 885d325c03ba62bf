//! The parts of an `aui/v0` message as parts of the AI SDK.

use super::media::{image_type, is_url};
use super::metadata::Beside;
use super::tool_call::write_tool_call;
use super::{Target, Unreadable};
use crate::aui::{Attachment, Audio, Part};
use crate::json::{Cursor, Fields, Literal, Raw, put, put_optional};

/// What holds a part.
pub(super) enum Holder<'t> {
    /// The message itself.
    Message,
    /// One of its attachments, after which the part is called where it has no name of its own.
    Attachment {
        /// The name.
        name: Option<Raw<'t>>,
        /// The media type.
        content_type: Option<Raw<'t>>,
    },
}

impl<'t> Holder<'t> {
    pub(super) fn attachment(attachment: &Attachment<'t>) -> Self {
        Self::Attachment { name: string(attachment.name), content_type: string(attachment.content_type) }
    }

    fn name(&self) -> Option<Raw<'t>> {
        match self {
            Self::Message => None,
            Self::Attachment { name, .. } => *name,
        }
    }

    fn content_type(&self) -> Option<Literal<'t>> {
        match self {
            Self::Message => None,
            Self::Attachment { content_type, .. } => content_type.and_then(Raw::literal),
        }
    }
}

/// What a part lacks.
#[derive(Clone, Copy)]
pub(super) enum Lack {
    /// Being an object with a type.
    Type,
    /// A field that its type must have.
    Field(&'static str, &'static str),
}

impl Lack {
    /// The same of the part of a number.
    pub(super) fn at(self, index: usize) -> Unreadable {
        match self {
            Self::Type => Unreadable::Part(index),
            Self::Field(kind, field) => Unreadable::Field { index, kind, field },
        }
    }
}

/// Appends a part in the target format.
pub(super) fn write_part<'t>(
    part: &Part<'t>,
    holder: &Holder<'t>,
    target: Target,
    beside: &mut Beside<'t>,
    out: &mut Vec<u8>,
) -> Result<(), Lack> {
    let kind = part.kind.and_then(Raw::literal).ok_or(Lack::Type)?;
    match kind.text().as_ref() {
        "text" => write_text(part, out),
        "reasoning" => write_reasoning(part, out),
        "tool-call" => write_tool_call(part, target, beside, out),
        "source" => write_source(part, out),
        "image" => write_image(part, holder, out),
        "file" => write_file(part, holder, out),
        "audio" => write_audio(part, holder, out),
        "data" => write_data(part, out),
        "generative-ui" => write_generative_ui(part, out),
        other if other.starts_with("data-") => {
            put(out, part.whole.spelled());
            Ok(())
        }
        _ => write_unknown(part, kind, out),
    }
}

fn write_text(part: &Part<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let text = must(string(part.text), "text", "string `text`")?;
    put(out, "{\"type\":\"text\",\"text\":");
    put(out, text.spelled());
    end_with_metadata(part, out);
    Ok(())
}

fn write_reasoning(part: &Part<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let text = must(string(part.text), "reasoning", "string `text`")?;
    let summary = string(part.summary).filter(|_| text.is_empty());
    put(out, "{\"type\":\"reasoning\",\"text\":");
    put(out, summary.unwrap_or(text).spelled());
    end_with_metadata(part, out);
    Ok(())
}

fn write_source(part: &Part<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let id = must(string(part.id), "source", "string `id`")?;
    let source_type = part.source_type.and_then(Raw::literal);
    if source_type.is_some_and(|kind| kind.is("url")) {
        put(out, "{\"type\":\"source-url\",\"sourceId\":");
        put(out, id.spelled());
        put(out, ",\"url\":");
        put(out, must(string(part.url), "source", "string `url`")?.spelled());
        put_optional(out, ",\"title\":", string(part.title));
    } else if source_type.is_some_and(|kind| kind.is("document")) {
        put(out, "{\"type\":\"source-document\",\"sourceId\":");
        put(out, id.spelled());
        put(out, ",\"mediaType\":");
        put(out, must(string(part.media_type), "source", "string `mediaType`")?.spelled());
        put(out, ",\"title\":");
        put(out, must(string(part.title), "source", "string `title`")?.spelled());
        put_optional(out, ",\"filename\":", string(part.filename));
    } else {
        return Err(Lack::Field("source", "known `sourceType`"));
    }
    end_with_metadata(part, out);
    Ok(())
}

fn write_image(part: &Part<'_>, holder: &Holder<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let image = must(string(part.image), "image", "string `image`")?;
    put(out, "{\"type\":\"file\",\"mediaType\":\"");
    put(out, &image_type(image.literal(), holder.content_type()));
    out.push(b'"');
    put_optional(out, ",\"filename\":", string(part.filename).or(holder.name()));
    put(out, ",\"url\":");
    put(out, image.spelled());
    end_with_metadata(part, out);
    Ok(())
}

fn write_file(part: &Part<'_>, holder: &Holder<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let data = must(part.data.and_then(Raw::literal), "file", "string `data`")?;
    let own_type = part.mime_type.and_then(Raw::literal);
    let named_type = own_type.filter(|kind| !kind.spelled().is_empty()).or(holder.content_type());
    let mime_type = must(named_type.or(own_type), "file", "string `mimeType`")?;
    put(out, "{\"type\":\"file\",\"mediaType\":\"");
    put(out, mime_type.spelled());
    out.push(b'"');
    put_optional(out, ",\"filename\":", string(part.filename).or(holder.name()));
    let is_id = part.source_type.and_then(Raw::literal).is_some_and(|kind| kind.is("id"));
    write_url(data, is_id, mime_type.spelled(), out);
    end_with_metadata(part, out);
    Ok(())
}

fn write_audio(part: &Part<'_>, holder: &Holder<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let audio = part.audio.map(|audio| Audio::of(Some(audio)));
    let audio = must(audio.and_then(Result::ok), "audio", "object `audio`")?;
    let data = must(audio.data.and_then(Raw::literal), "audio", "string `data`")?;
    let format = must(audio.format.and_then(Raw::literal), "audio", "string `format`")?;
    let media_type = format!("audio/{}", format.spelled());
    put(out, "{\"type\":\"file\",\"mediaType\":\"");
    put(out, &media_type);
    out.push(b'"');
    put_optional(out, ",\"filename\":", holder.name());
    write_url(data, false, &media_type, out);
    out.push(b'}');
    Ok(())
}

/// A URL as it is; other data, which then is base64, as a data URL.
fn write_url(data: Literal<'_>, is_id: bool, media_type: &str, out: &mut Vec<u8>) {
    put(out, ",\"url\":\"");
    if !is_id && !is_url(data) {
        put(out, "data:");
        put(out, media_type);
        put(out, ";base64,");
    }
    put(out, data.spelled());
    out.push(b'"');
}

fn write_data(part: &Part<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let name = must(part.name.and_then(Raw::literal), "data", "string `name`")?;
    let data = must(part.data, "data", "`data`")?;
    put(out, "{\"type\":\"data-");
    put(out, name.spelled());
    put(out, "\",\"data\":");
    put(out, data.spelled());
    end_with_id(part, out);
    Ok(())
}

fn write_generative_ui(part: &Part<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let spec = must(part.spec.filter(Raw::is_object), "generative-ui", "object `spec`")?;
    put(out, "{\"type\":\"data-generative-ui\",\"data\":");
    put(out, spec.spelled());
    end_with_id(part, out);
    Ok(())
}

/// A part of a type that is not known, as a data part: nothing of it is lost.
fn write_unknown(part: &Part<'_>, kind: Literal<'_>, out: &mut Vec<u8>) -> Result<(), Lack> {
    let mut members = Cursor::members(part.whole).ok_or(Lack::Type)?;
    put(out, "{\"type\":\"data-");
    put(out, kind.spelled());
    put(out, "\",\"data\":{");
    let start = out.len();
    let has_id = string(part.id).is_some();
    while let Some(member) = members.next_member().map_err(|_| Lack::Type)? {
        let value = members.value().map_err(|_| Lack::Type)?;
        let name = member.name();
        if name == "type" || (has_id && name == "id") {
            continue;
        }
        if out.len() > start {
            out.push(b',');
        }
        member.write(value, out);
    }
    out.push(b'}');
    end_with_id(part, out);
    Ok(())
}

fn end_with_metadata(part: &Part<'_>, out: &mut Vec<u8>) {
    put_optional(out, ",\"providerMetadata\":", part.provider_metadata.filter(Raw::is_object));
    out.push(b'}');
}

fn end_with_id(part: &Part<'_>, out: &mut Vec<u8>) {
    put_optional(out, ",\"id\":", string(part.id));
    out.push(b'}');
}

/// The value when it is a string.
pub(super) fn string(value: Option<Raw<'_>>) -> Option<Raw<'_>> {
    value.filter(|value| value.literal().is_some())
}

/// What a part of a type must have.
pub(super) fn must<T>(field: Option<T>, kind: &'static str, name: &'static str) -> Result<T, Lack> {
    field.ok_or(Lack::Field(kind, name))
}
