//! What a message says, for titles.

use crate::json::{Cursor, Fields, Malformed, Raw};
use crate::{Format, aui, sdk};

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The role `user`.
    User,
    /// The role `assistant`.
    Assistant,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who speaks.
    pub speaker: Speaker,
    /// The text parts in order, one right after the other. Halves of surrogate pairs are U+FFFD.
    pub text: String,
    /// The name of the first file or image that has one, with its extension.
    pub file_name: Option<String>,
}

/// Reads what a message says. `None` for formats whose inside is not known, for content that has not the
/// shape of its format, and for other roles than `user` and `assistant`. Parts that cannot be read say
/// nothing.
pub fn text(format: &str, content: &str) -> Option<Said> {
    match Format::of(format)? {
        Format::AuiV0 => said_in_aui(content),
        Format::AiSdkV5 | Format::AiSdkV6 => said_in_sdk(content),
    }
    .ok()?
}

fn said_in_aui(content: &str) -> Result<Option<Said>, Malformed> {
    let message = aui::Message::parse(content)?;
    let parts = message.content.and_then(Cursor::items);
    let (Some(mut said), Some(mut parts)) = (Said::nothing_yet(message.role), parts) else { return Ok(None) };
    while parts.next_item()? {
        let part = aui::Part::read(&mut parts)?;
        match kind(part.kind) {
            Kind::Text => said.add_text(part.text),
            Kind::File => said.add_file(part.filename),
            Kind::Other => {}
        }
    }
    let mut attachments = message.attachments.and_then(Cursor::items);
    while let Some(attachments) = attachments.as_mut().filter(|_| said.file_name.is_none()) {
        if !attachments.next_item()? {
            break;
        }
        said.add_file(aui::Attachment::read(attachments)?.name);
    }
    Ok(Some(said))
}

fn said_in_sdk(content: &str) -> Result<Option<Said>, Malformed> {
    let message = sdk::Message::parse(content)?;
    let parts = message.parts.and_then(Cursor::items);
    let (Some(mut said), Some(mut parts)) = (Said::nothing_yet(message.role), parts) else { return Ok(None) };
    while parts.next_item()? {
        let part = sdk::Part::read(&mut parts)?;
        match kind(part.kind) {
            Kind::Text => said.add_text(part.text),
            Kind::File => said.add_file(part.filename),
            Kind::Other => {}
        }
    }
    Ok(Some(said))
}

enum Kind {
    Text,
    File,
    Other,
}

fn kind(kind: Option<Raw<'_>>) -> Kind {
    match kind.and_then(Raw::literal).map(crate::json::Literal::text).as_deref() {
        Some("text") => Kind::Text,
        Some("file" | "image") => Kind::File,
        _ => Kind::Other,
    }
}

impl Said {
    fn nothing_yet(role: Option<Raw<'_>>) -> Option<Self> {
        let speaker = match role?.literal()?.text().as_ref() {
            "user" => Speaker::User,
            "assistant" => Speaker::Assistant,
            _ => return None,
        };
        Some(Self { speaker, text: String::new(), file_name: None })
    }

    fn add_text(&mut self, text: Option<Raw<'_>>) {
        if let Some(text) = text.and_then(Raw::literal) {
            self.text.push_str(&text.text());
        }
    }

    fn add_file(&mut self, name: Option<Raw<'_>>) {
        if self.file_name.is_none() {
            let name = name.and_then(Raw::literal).filter(|name| !name.is_blank());
            self.file_name = name.map(|name| name.text().into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(format: &str, content: &str) -> Option<(Speaker, String, Option<String>)> {
        text(format, content).map(|said| (said.speaker, said.text, said.file_name))
    }

    #[test]
    fn text_parts_are_joined_in_order() {
        let parts = r#"[{"type":"text","text":"Is "},{"type":"reasoning","text":"no"},{"text":"this mine?","type":"text"}]"#;
        let expected = Some((Speaker::User, "Is this mine?".to_owned(), None));
        assert_eq!(said("aui/v0", &format!(r#"{{"role":"user","content":{parts}}}"#)), expected);
        for format in ["ai-sdk/v5", "ai-sdk/v6"] {
            assert_eq!(said(format, &format!(r#"{{"role":"user","parts":{parts}}}"#)), expected);
        }
    }

    #[test]
    fn messages_without_text_may_have_files() {
        let aui =
            r#"{"role":"user","content":[],"attachments":[{"name":" "},{"name":"box.png"},{"name":"b"}]}"#;
        assert_eq!(said("aui/v0", aui), Some((Speaker::User, String::new(), Some("box.png".to_owned()))));
        let aui = r#"{"role":"user","content":[{"type":"image","image":"x","filename":"a.png"}],"attachments":[{"name":"b"}]}"#;
        assert_eq!(said("aui/v0", aui).unwrap().2.as_deref(), Some("a.png"));
        let sdk = r#"{"role":"user","parts":[{"type":"file","url":"x"},{"type":"file","filename":"a.pdf"}]}"#;
        assert_eq!(said("ai-sdk/v6", sdk).unwrap().2.as_deref(), Some("a.pdf"));
    }

    #[test]
    fn others_say_nothing() {
        let nothing = [
            ("langchain/v1", r#"{"role":"user","content":[{"type":"text","text":"a"}]}"#),
            ("aui/v0", r#"{"role":"system","content":[{"type":"text","text":"a"}]}"#),
            ("aui/v0", r#"{"role":"user","parts":[{"type":"text","text":"a"}]}"#),
            ("ai-sdk/v6", r#"{"role":"user","content":[{"type":"text","text":"a"}]}"#),
            ("aui/v0", "{"),
            ("aui/v0", ""),
        ];
        for (format, content) in nothing {
            assert_eq!(said(format, content), None, "{content}");
        }
    }

    #[test]
    fn an_answer_without_text_is_one() {
        let empty = r#"{"role":"assistant","content":[7,{"type":"text"},{"type":"text","text":7}]}"#;
        assert_eq!(said("aui/v0", empty), Some((Speaker::Assistant, String::new(), None)));
    }

    #[test]
    fn escapes_are_read_and_half_pairs_replaced() {
        let odd = r#"{"\u0072ole":"us\u0065r","parts":[{"type":"t\u0065xt","text":"a\n\ud83d"}]}"#;
        assert_eq!(said("ai-sdk/v5", odd).unwrap().1, "a\n\u{fffd}");
    }
}
