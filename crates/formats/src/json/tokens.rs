//! The tokens of a JSON text, one after the other.

use super::Literal;
use super::literal::end_of_literal;

/// A token. Colons and commas are left to who writes: they follow from the rest.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token<'t> {
    /// `{` or `[`.
    Open(u8),
    /// `}` or `]`.
    Close(u8),
    /// A string that is a member's name.
    Name(Literal<'t>),
    /// A string that is a value.
    Text(Literal<'t>),
    /// A number, `true`, `false` or `null`, as it was spelled.
    Scalar(&'t str),
}

/// The tokens of a text. Ends where it is no JSON any more.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<'t> {
    rest: &'t str,
}

impl<'t> Tokens<'t> {
    pub(crate) fn of(json: &'t str) -> Self {
        Self { rest: json }
    }

    /// Steps over the array or object that was just opened.
    pub(crate) fn skip_nested(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next() {
                Some(Token::Open(_)) => depth += 1,
                Some(Token::Close(_)) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    fn take(&mut self, size: usize) -> &'t str {
        let (token, rest) = self.rest.split_at_checked(size).unwrap_or((self.rest, ""));
        self.rest = rest;
        token
    }

    fn string(&mut self) -> Option<Token<'t>> {
        let end = end_of_literal(self.rest.as_bytes(), 1)?.at;
        let literal = Literal::new(self.take(end + 1).get(1..end)?);
        self.rest = self.rest.trim_ascii_start();
        match self.rest.strip_prefix(':') {
            Some(rest) => {
                self.rest = rest;
                Some(Token::Name(literal))
            }
            None => Some(Token::Text(literal)),
        }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let is_between = |byte: u8| matches!(byte, b',' | b':') || byte.is_ascii_whitespace();
        let between = self.rest.bytes().position(|byte| !is_between(byte)).unwrap_or(self.rest.len());
        self.take(between);
        match *self.rest.as_bytes().first()? {
            byte @ (b'{' | b'[') => {
                self.take(1);
                Some(Token::Open(byte))
            }
            byte @ (b'}' | b']') => {
                self.take(1);
                Some(Token::Close(byte))
            }
            b'"' => self.string(),
            _ => {
                let ends = |byte: u8| is_between(byte) || matches!(byte, b'{' | b'}' | b'[' | b']' | b'"');
                let size = self.rest.bytes().position(ends).unwrap_or(self.rest.len());
                Some(Token::Scalar(self.take(size)))
            }
        }
    }
}
