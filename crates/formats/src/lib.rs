//! The formats that messages are stored in: converting one into another, what a message says, and the one
//! form that people are shown, whatever the format.
//!
//! A message's content is JSON that its client wrote. Three formats are known: [`Format`] names them. The
//! server keeps what it was sent, to the letter, and what is moved from one format into another is moved as
//! text, too: no number is read, no escape is resolved that does not have to be. So a converted message
//! loses nothing to the way from JSON into a tree and back, and costs little more than copying it.
//!
//! All functions expect what the server stores: valid JSON without white space between its tokens. Whatever
//! else they are given, they do not panic, and need time that grows with its length and no stack for its
//! depth.
//!
//! This is a crate because it is pure: text goes in and text comes out, without a database, a clock or a
//! word of the program's domain. So it can be tested by itself against the published readers of these
//! formats, and fuzzed, and there is one place where the product reads messages.

mod aui;
mod convert;
mod json;
mod sdk;
mod searchable;
mod shape;
mod text;
mod transcript;

pub use convert::{Conversion, Unreadable, convert};
pub use searchable::searchable;
pub use shape::{Shape, shape};
pub use text::{Said, Speaker, text};
pub use transcript::{Thumb, thumb, transcript};

/// A format whose inside is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The messages of `@assistant-ui/react` itself: a `content` array.
    AuiV0,
    /// The UI messages of the AI SDK 5: a `parts` array.
    AiSdkV5,
    /// The UI messages of the AI SDK 6 and later.
    AiSdkV6,
}

impl Format {
    /// The format of a name, or `None` for one whose inside is not known.
    pub fn of(name: &str) -> Option<Self> {
        [Self::AuiV0, Self::AiSdkV5, Self::AiSdkV6].into_iter().find(|format| format.name() == name)
    }

    /// The name by which clients store and ask for the format.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuiV0 => "aui/v0",
            Self::AiSdkV5 => "ai-sdk/v5",
            Self::AiSdkV6 => "ai-sdk/v6",
        }
    }
}
