//! In which of its formats a reader is given a message.

use formats::{Conversion, Unreadable, convert};

use super::versions::AUI;
use crate::json::print::Object;

/// What is stored of a message, borrowed from its row.
#[derive(Clone, Copy, Debug)]
pub struct StoredVersions<'r> {
    /// The format of the content.
    pub format: &'r str,
    /// The message's own content.
    pub content: &'r str,
    /// Its copy in [`AUI`], if there is one and the reader has a use for it.
    pub copy: Option<&'r str>,
}

/// What a reader asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The copies, and messages that have none as they are stored.
    Copies,
    /// A format that messages in others are converted to.
    Converted(formats::Format),
    /// Every message as it is stored.
    Own,
    /// What people are shown.
    Transcript,
    /// Both versions, as they are stored.
    Both,
}

impl Reading {
    /// The reading of a list that is asked for in `format`.
    pub fn of(format: Option<&str>) -> Self {
        let Some(format) = format else { return Self::Copies };
        match formats::Format::of(format) {
            Some(formats::Format::AuiV0) => Self::Copies,
            Some(format) => Self::Converted(format),
            None => Self::Own,
        }
    }

    /// Messages whose own content has this format are read without their copies.
    pub fn own_format(&self) -> &'static str {
        match self {
            Self::Converted(format) => format.name(),
            Self::Copies | Self::Own | Self::Transcript | Self::Both => AUI,
        }
    }

    /// Prints the members that hold what the message says.
    ///
    /// # Errors
    /// [`Unreadable`] for a message that cannot be converted; what is printed then is no JSON.
    pub fn print(&self, message: &mut Object<'_>, stored: &StoredVersions<'_>) -> Result<(), Unreadable> {
        match self {
            Self::Own => print_version(message, stored.format, stored.content),
            Self::Copies => match stored.copy {
                Some(copy) => print_version(message, AUI, copy),
                None => print_version(message, stored.format, stored.content),
            },
            Self::Converted(format) => return print_converted(message, stored, *format),
            Self::Transcript => print_transcript(message, stored),
            Self::Both => {
                print_version(message, stored.format, stored.content);
                message.json("copy", stored.copy.unwrap_or("null"));
            }
        }
        Ok(())
    }
}

fn print_version(message: &mut Object<'_>, format: &str, content: &str) {
    message.text("format", Some(format));
    message.json("content", content);
}

fn print_transcript(message: &mut Object<'_>, stored: &StoredVersions<'_>) {
    message.text("format", Some(stored.format));
    message.boolean("has_copy", stored.copy.is_some());
    message.json_with("transcript", |out| {
        formats::transcript(stored.format, stored.content, stored.copy, out);
    });
}

/// The message's own content converted, else its copy converted. What has no way to the format is given as
/// it is stored: clients leave out what they do not ask for, and other readers lose nothing.
fn print_converted(
    message: &mut Object<'_>,
    stored: &StoredVersions<'_>,
    format: formats::Format,
) -> Result<(), Unreadable> {
    let of_own =
        Conversion::between(stored.format, format.name()).map(|conversion| (conversion, stored.content));
    let of_copy = stored.copy.and_then(|copy| Some((Conversion::between(AUI, format.name())?, copy)));
    let Some((conversion, content)) = of_own.or(of_copy) else {
        print_version(message, stored.format, stored.content);
        return Ok(());
    };
    message.text("format", Some(format.name()));
    message.json_by("content", |out| {
        convert(conversion, content, out).or_else(|unreadable| match of_copy {
            Some((conversion, copy)) => convert(conversion, copy, out),
            None => Err(unreadable),
        })
    })
}

#[cfg(test)]
mod tests {
    use formats::Format;

    use super::*;
    use crate::json::print::object;

    const OWN: &str = r#"{"role":"user","parts":[{"type":"text","text":"own"}]}"#;
    const COPY: &str = r#"{"role":"user","content":[{"type":"text","text":"copy"}]}"#;
    const CONVERTED_COPY: &str = r#"{"role":"user","parts":[{"type":"text","text":"copy"}]}"#;
    const UNREADABLE: &str = r#"{"role":"user","parts":{}}"#;

    fn read(reading: &Reading, stored: &StoredVersions<'_>) -> Result<String, Unreadable> {
        let mut outcome = Ok(());
        let json = object(|message| outcome = reading.print(message, stored));
        outcome.map(|()| String::from_utf8(json).unwrap())
    }

    fn of<'r>(format: &'r str, content: &'r str, copy: Option<&'r str>) -> StoredVersions<'r> {
        StoredVersions { format, content, copy }
    }

    fn version(format: &str, content: &str) -> Result<String, Unreadable> {
        Ok(format!(r#"{{"format":"{format}","content":{content}}}"#))
    }

    #[test]
    fn a_format_that_is_not_known_is_asked_for_in_vain() {
        assert_eq!(Reading::of(Some("mine")), Reading::Own);
        assert_eq!(read(&Reading::Own, &of("ai-sdk/v6", OWN, Some(COPY))), version("ai-sdk/v6", OWN));
    }

    #[test]
    fn the_copy_stands_for_the_message_where_its_format_is_asked_for() {
        for format in [None, Some(AUI)] {
            let reading = Reading::of(format);
            assert_eq!(read(&reading, &of("ai-sdk/v6", OWN, Some(COPY))), version(AUI, COPY));
            assert_eq!(read(&reading, &of("ai-sdk/v6", OWN, None)), version("ai-sdk/v6", OWN));
        }
    }

    #[test]
    fn what_can_be_converted_is() {
        let v6 = Reading::of(Some("ai-sdk/v6"));
        assert_eq!(read(&v6, &of(AUI, COPY, None)), version("ai-sdk/v6", CONVERTED_COPY));
        assert_eq!(read(&v6, &of("ai-sdk/v5", OWN, Some(COPY))), version("ai-sdk/v6", OWN));
        assert!(read(&v6, &of("ai-sdk/v5", UNREADABLE, None)).is_err());
    }

    #[test]
    fn the_copy_is_converted_where_the_message_cannot_be() {
        let v6 = Reading::of(Some("ai-sdk/v6"));
        let converted = version("ai-sdk/v6", CONVERTED_COPY);
        assert_eq!(read(&v6, &of("ai-sdk/v5", UNREADABLE, Some(COPY))), converted);
        assert_eq!(read(&v6, &of("mine", "{}", Some(COPY))), converted);
        assert!(read(&v6, &of("ai-sdk/v5", UNREADABLE, Some("{}"))).is_err());
        let v5 = Reading::of(Some("ai-sdk/v5"));
        assert_eq!(read(&v5, &of("ai-sdk/v6", OWN, Some(COPY))), version("ai-sdk/v5", CONVERTED_COPY));
    }

    #[test]
    fn what_has_no_way_is_given_as_it_is() {
        let v5 = Reading::Converted(Format::AiSdkV5);
        assert_eq!(read(&v5, &of("ai-sdk/v6", OWN, None)), version("ai-sdk/v6", OWN));
        assert_eq!(read(&v5, &of("mine", "{}", None)), version("mine", "{}"));
    }
}
