//! Converting a message from the format that it is stored in to the one that a client asks for.

mod aui;
mod media;
mod metadata;
mod part;
mod tool_call;
mod upgrade;

use crate::Format;
use crate::json::{Malformed, Raw};

/// A format that messages are converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    V5,
    V6,
}

/// A pair of formats between which messages are converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion(Way);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    FromAui(Target),
    Upgrade,
}

impl Conversion {
    /// The conversion of what is stored in one format for a client that asks for another. `None` means that
    /// the client gets what is stored: the formats are equal, one of them is not known, or there is no way
    /// from the one to the other.
    pub fn between(stored: &str, requested: &str) -> Option<Self> {
        match (Format::of(stored)?, Format::of(requested)?) {
            (Format::AuiV0, Format::AiSdkV5) => Some(Self(Way::FromAui(Target::V5))),
            (Format::AuiV0, Format::AiSdkV6) => Some(Self(Way::FromAui(Target::V6))),
            (Format::AiSdkV5, Format::AiSdkV6) => Some(Self(Way::Upgrade)),
            _ => None,
        }
    }

    /// The format of what comes out.
    pub fn target(self) -> Format {
        match self.0 {
            Way::FromAui(Target::V5) => Format::AiSdkV5,
            Way::FromAui(Target::V6) | Way::Upgrade => Format::AiSdkV6,
        }
    }
}

/// Why a message cannot be converted: it has not the shape of the format that it says to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no JSON object.
    #[error("the content is not a JSON object")]
    NotAnObject,
    /// `role` is missing or another than `user`, `assistant` and `system`.
    #[error("`role` is none of user, assistant and system")]
    Role,
    /// The member that holds the parts is missing or of another type.
    #[error("`{0}` is not an array")]
    Parts(&'static str),
    /// A part is no object with a `type` that is a string.
    #[error("part {0} is not an object with a string `type`")]
    Part(usize),
    /// A part lacks what its type must have, or has it with another type of value.
    #[error("part {index}, of the type {kind}, has no {field}")]
    Field {
        /// The number of the part, from 0.
        index: usize,
        /// Its type.
        kind: &'static str,
        /// What it lacks.
        field: &'static str,
    },
}

impl From<Malformed> for Unreadable {
    fn from(Malformed: Malformed) -> Self {
        Self::NotAnObject
    }
}

/// What keeps a message from being converted while it is read, in one go: it has to be looked at with more care.
struct Odd;

impl<E: Into<Unreadable>> From<E> for Odd {
    fn from(_: E) -> Self {
        Self
    }
}

/// Appends the content in the target format. It holds every text, file, source, call and result of the
/// stored one; types of parts that the target does not know become data parts.
///
/// # Errors
/// [`Unreadable`]; then nothing is appended.
pub fn convert(conversion: Conversion, content: &str, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let start = out.len();
    out.reserve(content.len() + content.len() / 8);
    let converted = match conversion.0 {
        Way::FromAui(target) => aui::convert(content, target, out),
        Way::Upgrade => upgrade::convert(content, out),
    };
    if converted.is_err() {
        out.truncate(start);
    }
    converted
}

/// The role as it was spelled, if it is one that every client knows.
fn known_role(role: Option<Raw<'_>>) -> Result<Raw<'_>, Unreadable> {
    let is_known = |role: &Raw<'_>| match role.spelled() {
        "\"user\"" | "\"assistant\"" | "\"system\"" => true,
        _ => role.literal().is_some_and(|role| matches!(&*role.text(), "user" | "assistant" | "system")),
    };
    role.filter(is_known).ok_or(Unreadable::Role)
}
