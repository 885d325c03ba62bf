//! A message to append, and what comes of it.

use formats::Thumb;
use serde_json::value::RawValue;

use super::content::{Content, InvalidContent, MAX_DEPTH, MAX_LENGTH, NewContent};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{MessageId, ThreadId, UserId};
use crate::leases::model::{Grant, Intent};
use crate::rules::Broken;

/// A message to append.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its id, if it is new.
    pub id: MessageId,
    /// The thread.
    pub thread: ThreadId,
    /// The caller's own id for it: the same one again replaces its content.
    pub external_id: Option<String>,
    /// What it hangs below.
    pub parent: Parent,
    /// How the content is to be read; stored as it is.
    pub format: String,
    /// What is said.
    pub content: Content,
    /// What it wants with the message's leases.
    pub intent: Intent,
    /// Its role is `user`.
    pub is_of_user: bool,
    /// The thumb that stands in it.
    pub thumb: Option<Thumb>,
    /// Who appends it.
    pub author: UserId,
    /// The time.
    pub now: Timestamp,
}

/// How a new message names its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parent {
    /// It has none.
    Root,
    /// By an id that looks like ours.
    Id(MessageId),
    /// By an id of the client's own, for want of ours: the message of that external id, or none.
    Local(String),
    /// By the caller's id.
    ExternalId(String),
}

/// What came of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The message.
    pub id: MessageId,
    /// False when the external id was known.
    pub is_new: bool,
    /// What it did with the message's leases.
    pub grant: Grant,
}

/// The rule for content in a request.
///
/// # Errors
/// [`Broken`].
pub fn content_rule(raw: &RawValue) -> Result<NewContent, Broken> {
    Content::from_json(raw).map_err(|problem| match problem {
        InvalidContent::NotAnObject => Broken::new("invalid_type", "must be an object"),
        InvalidContent::TooLong => too_long(MAX_LENGTH),
        InvalidContent::TooDeep => {
            Broken::new("too_big", format!("must not nest more than {MAX_DEPTH} levels deep"))
        }
    })
}

/// Content of no more characters than the operator allows.
///
/// # Errors
/// 400 that names the limit.
pub fn allowed_content(new: NewContent, max: usize) -> Result<Content> {
    new.within(max).ok_or_else(|| Error::invalid(vec![too_long(max).into_issue("content")]))
}

fn too_long(max: usize) -> Broken {
    Broken::new("too_big", format!("must be at most {max} characters of JSON"))
}
