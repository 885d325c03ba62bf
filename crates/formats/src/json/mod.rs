//! JSON as text: walking over it and moving pieces of it without parsing it into a tree.
//!
//! Everything here expects valid JSON and is safe with any other text: what does not look like JSON is
//! [`Malformed`] or skipped, never a panic, and no depth of nesting costs stack.

mod cursor;
pub(crate) mod embedded;
mod fields;
mod literal;
pub(crate) mod print;
mod tokens;

pub(crate) use cursor::{Cursor, Member};
pub(crate) use fields::{Fields, fields};
pub(crate) use literal::{Literal, Piece, write_literal};
pub(crate) use tokens::{Token, Tokens};

/// A text that is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// A JSON value as it was spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raw<'t>(&'t str);

impl<'t> Raw<'t> {
    pub(crate) fn spelled(self) -> &'t str {
        self.0
    }

    pub(crate) fn is_object(&self) -> bool {
        self.0.starts_with('{')
    }

    pub(crate) fn is_array(&self) -> bool {
        self.0.starts_with('[')
    }

    pub(crate) fn is_null(&self) -> bool {
        self.0 == "null"
    }

    pub(crate) fn is_true(self) -> bool {
        self.0 == "true"
    }

    pub(crate) fn is_false(self) -> bool {
        self.0 == "false"
    }

    /// True for `null`, `""`, `[]` and `{}`.
    pub(crate) fn is_empty(self) -> bool {
        match self.0.as_bytes() {
            [b'[' | b'{', inner @ .., _] => inner.trim_ascii().is_empty(),
            other => matches!(other, b"null" | b"\"\""),
        }
    }

    /// The value when it is a string.
    pub(crate) fn literal(self) -> Option<Literal<'t>> {
        Some(Literal::new(self.0.strip_prefix('"')?.strip_suffix('"')?))
    }
}

/// Appends text to an output.
pub(crate) fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Appends a value after what introduces it, unless there is none.
pub(crate) fn put_optional(out: &mut Vec<u8>, introduction: &str, value: Option<Raw<'_>>) {
    if let Some(value) = value {
        put(out, introduction);
        put(out, value.spelled());
    }
}
