//! Telling by its looks which kind of format a content is in.

use crate::json::{Fields, Raw, fields};

fields! {
    /// What tells the formats apart.
    Signs {
        content: b"content",
        parts: b"parts",
    }
}

/// What a content looks like, whatever format it is said to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A `content` array: `aui/v0`.
    Aui,
    /// A `parts` array: `ai-sdk/v5` or `ai-sdk/v6`.
    AiSdk,
}

impl Shape {
    /// The shape of messages in a format, or `None` for a format whose inside is not known.
    pub fn of(format: &str) -> Option<Self> {
        Some(match crate::Format::of(format)? {
            crate::Format::AuiV0 => Self::Aui,
            crate::Format::AiSdkV5 | crate::Format::AiSdkV6 => Self::AiSdk,
        })
    }
}

/// The shape of a content. `None` when it has neither, or both.
pub fn shape(content: &str) -> Option<Shape> {
    let signs = Signs::parse(content).ok()?;
    let is_array = |value: Option<Raw<'_>>| value.is_some_and(|value| value.is_array());
    match (is_array(signs.content), is_array(signs.parts)) {
        (true, false) => Some(Shape::Aui),
        (false, true) => Some(Shape::AiSdk),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_told_by_their_arrays() {
        assert_eq!(shape(r#"{"role":"user","content":[]}"#), Some(Shape::Aui));
        assert_eq!(shape(r#"{"p\u0061rts":[1],"content":"text"}"#), Some(Shape::AiSdk));
        assert_eq!(shape(r#"{"parts":[],"parts":null,"content":[]}"#), Some(Shape::Aui));
        for neither in ["{}", "[]", "", "{", r#"{"content":{},"parts":"x"}"#, r#"{"content":[],"parts":[]}"#]
        {
            assert_eq!(shape(neither), None, "{neither}");
        }
    }

    #[test]
    fn formats_have_shapes() {
        assert_eq!(Shape::of("aui/v0"), Some(Shape::Aui));
        assert_eq!(Shape::of("ai-sdk/v5"), Shape::of("ai-sdk/v6"));
        assert_eq!(Shape::of("langchain/v1"), None);
    }
}
