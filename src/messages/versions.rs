//! One message in two formats: its own content, and a copy in `aui/v0` that some clients write beside it.
//!
//! The AI SDK's runtime stores each message twice under one external id, in an order that is a race. So a
//! write in another format never takes the place of what is there.

use formats::{Shape, Thumb, shape, thumb};

use super::content::{Content, Judgement};

/// The format of copies, and of most clients' own content.
pub const AUI: &str = "aui/v0";

/// What is stored of a message.
#[derive(Clone, Debug)]
pub struct Versions {
    /// The format of the content.
    pub format: String,
    /// The message's own content.
    pub content: Content,
    /// The copy in [`AUI`]; there is none when that is the message's own format.
    pub copy: Option<Content>,
}

/// What a write of known content changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is stored already.
    Nothing,
    /// It takes the place of the message's own content, in the format it came in.
    Own,
    /// It becomes the copy, or takes its place.
    Copy,
    /// It becomes the message's own content, and what was that becomes the copy.
    Swap,
}

/// Whether a write changes anything takes long to say: what it is to be compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided(pub Content);

impl Change {
    /// Whether those who read the thread have something new to see.
    pub fn is_seen(self) -> bool {
        matches!(self, Self::Own | Self::Swap)
    }
}

impl Versions {
    /// What a write of the message in `format` changes.
    ///
    /// # Errors
    /// [`Undecided`] when that is to be judged first.
    pub fn change(
        &self,
        format: &str,
        content: &Content,
        judged: Option<&Judgement>,
    ) -> Result<Change, Undecided> {
        let (stored, change) = if format == self.format {
            (Some(&self.content), Change::Own)
        } else if format == AUI {
            (self.copy.as_ref(), Change::Copy)
        } else if self.format == AUI {
            (None, Change::Swap)
        } else {
            (None, Change::Own)
        };
        let Some(stored) = stored else { return Ok(change) };
        match stored.means_the_same_as(content, judged) {
            Some(true) => Ok(Change::Nothing),
            Some(false) => Ok(change),
            None => Err(Undecided(stored.clone())),
        }
    }

    /// The thumb that stands in the message.
    pub fn thumb(&self) -> Option<Thumb> {
        thumb(&self.format, self.content.as_str(), self.copy.as_ref().map(Content::as_str))
    }

    /// The thumb that stands in the message once the change is made by this content, in `format` as its own.
    pub fn thumb_after(&self, change: Change, format: &str, content: &Content) -> Option<Thumb> {
        let (own, copy) = (&self.content, self.copy.as_ref());
        let (format, own, copy) = match change {
            Change::Nothing => (&*self.format, own, copy),
            Change::Own => (format, content, copy),
            Change::Copy => (&*self.format, own, Some(content)),
            Change::Swap => (format, content, Some(own)),
        };
        thumb(format, own.as_str(), copy.map(Content::as_str))
    }

    /// What an update changes, which does not say its format: the copy, when it looks like one and the
    /// message's own content does not.
    pub fn change_by_shape(&self, content: &Content) -> Change {
        let looks_like_copy = |content: &Content| shape(content.as_str()) == Some(Shape::Aui);
        let is_of_copy = self.copy.is_some() && looks_like_copy(content) && !looks_like_copy(&self.content);
        if is_of_copy { Change::Copy } else { Change::Own }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(json: &str) -> Content {
        Content::stored(json.to_owned())
    }

    fn aui(text: &str) -> Content {
        content(&format!(r#"{{"role":"user","content":[{{"type":"text","text":"{text}"}}]}}"#))
    }

    fn ai_sdk(text: &str) -> Content {
        content(&format!(r#"{{"role":"user","parts":[{{"type":"text","text":"{text}"}}]}}"#))
    }

    fn versions(format: &str, own: Content, copy: Option<Content>) -> Versions {
        Versions { format: format.into(), content: own, copy }
    }

    #[test]
    fn every_order_of_the_two_writes_keeps_both() {
        let first_own = versions("ai-sdk/v6", ai_sdk("a"), None);
        assert_eq!(first_own.change(AUI, &aui("a"), None), Ok(Change::Copy));
        let first_copy = versions(AUI, aui("a"), None);
        assert_eq!(first_copy.change("ai-sdk/v6", &ai_sdk("a"), None), Ok(Change::Swap));
    }

    #[test]
    fn what_is_stored_is_not_written_again() {
        let both = versions("ai-sdk/v6", ai_sdk("a"), Some(aui("a")));
        assert_eq!(both.change("ai-sdk/v6", &ai_sdk("a"), None), Ok(Change::Nothing));
        assert_eq!(both.change(AUI, &aui("a"), None), Ok(Change::Nothing));
        assert_eq!(both.change("ai-sdk/v6", &ai_sdk("b"), None), Ok(Change::Own));
        assert_eq!(both.change(AUI, &aui("b"), None), Ok(Change::Copy));
    }

    #[test]
    fn a_third_format_takes_the_place_of_the_own_one() {
        let both = versions("ai-sdk/v5", ai_sdk("a"), Some(aui("a")));
        assert_eq!(both.change("ai-sdk/v6", &ai_sdk("a"), None), Ok(Change::Own));
    }

    #[test]
    fn an_update_goes_to_what_it_looks_like() {
        let both = versions("ai-sdk/v6", ai_sdk("a"), Some(aui("a")));
        assert_eq!(both.change_by_shape(&aui("b")), Change::Copy);
        assert_eq!(both.change_by_shape(&ai_sdk("b")), Change::Own);
        assert_eq!(both.change_by_shape(&content("{}")), Change::Own);
        let alone = versions("ai-sdk/v6", ai_sdk("a"), None);
        assert_eq!(alone.change_by_shape(&aui("b")), Change::Own);
        let alike = versions("mine", aui("a"), Some(aui("a")));
        assert_eq!(alike.change_by_shape(&aui("b")), Change::Own);
    }
}
