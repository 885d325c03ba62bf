//! In which of its formats a reader is given a message.

use std::convert::Infallible;

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
#[derive(Clone, Debug)]
pub enum Reading {
    /// The copies, and messages that have none as they are stored.
    Copies,
    /// Every message as it is stored.
    Own(String),
}

impl Reading {
    /// The reading of a list that is asked for in `format`.
    pub fn of(format: Option<String>) -> Self {
        match format {
            None => Self::Copies,
            Some(format) if format == AUI => Self::Copies,
            Some(format) => Self::Own(format),
        }
    }

    /// Messages whose own content has this format are read without their copies.
    pub fn own_format(&self) -> &str {
        match self {
            Self::Copies => AUI,
            Self::Own(format) => format,
        }
    }

    /// Prints the members `format` and `content`.
    pub fn print(&self, message: &mut Object<'_>, stored: &StoredVersions<'_>) -> Result<(), Infallible> {
        let (format, content) = match (self, stored.copy) {
            (Self::Copies, Some(copy)) => (AUI, copy),
            _ => (stored.format, stored.content),
        };
        message.text("format", Some(format));
        message.json("content", content);
        Ok(())
    }
}
