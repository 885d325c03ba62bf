//! A place in a JSON text, and the ways to move on from it.

use std::borrow::Cow;

use super::literal::end_of_literal;
use super::{Literal, Malformed, Raw, put};

/// A place in a JSON text.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

/// The name of a member of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'t> {
    inner: Literal<'t>,
    has_escapes: bool,
}

impl<'t> Member<'t> {
    /// What it stands for. Halves of surrogate pairs are U+FFFD.
    #[inline]
    pub(crate) fn name(self) -> Cow<'t, str> {
        if self.has_escapes { self.inner.text() } else { Cow::Borrowed(self.inner.spelled()) }
    }

    /// Appends it as it was spelled, and its value.
    #[inline]
    pub(crate) fn write(self, value: Raw<'t>, out: &mut Vec<u8>) {
        self.write_name(out);
        put(out, value.spelled());
    }

    /// Appends what stands before its value.
    #[inline]
    pub(crate) fn write_name(self, out: &mut Vec<u8>) {
        out.push(b'"');
        put(out, self.inner.spelled());
        put(out, "\":");
    }
}

impl<'t> Cursor<'t> {
    /// The beginning of a text.
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The members of an object, or nothing when the value is none.
    pub(crate) fn members(value: Raw<'t>) -> Option<Self> {
        value.is_object().then_some(Self { text: value.0, at: 1 })
    }

    /// The items of an array, or nothing when the value is none.
    pub(crate) fn items(value: Raw<'t>) -> Option<Self> {
        value.is_array().then_some(Self { text: value.0, at: 1 })
    }

    /// The place where the next value begins.
    pub(crate) fn begin(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// What was walked over since a place.
    #[inline]
    pub(crate) fn since(&self, start: usize) -> Result<Raw<'t>, Malformed> {
        self.text.get(start..self.at).map(Raw).ok_or(Malformed)
    }

    /// The place after what was walked over.
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    /// The first byte of what comes next, white space aside.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Some(*byte),
            _ => self.peek_after_white_space(),
        }
    }

    /// The same where there is some: what is stored has none.
    #[cold]
    fn peek_after_white_space(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over a byte that must come next.
    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.peek() != Some(byte) {
            return Err(Malformed);
        }
        self.at += 1;
        Ok(())
    }

    /// Steps into an object, if one comes next.
    pub(crate) fn enter_object(&mut self) -> bool {
        let is_object = self.peek() == Some(b'{');
        self.at += usize::from(is_object);
        is_object
    }

    /// Steps into an array, if one comes next.
    pub(crate) fn enter_array(&mut self) -> bool {
        let is_array = self.peek() == Some(b'[');
        self.at += usize::from(is_array);
        is_array
    }

    /// The name of the next member, or `None` after the last, which ends the object. Its value comes next
    /// and has to be taken.
    #[inline(always)]
    pub(crate) fn next_member(&mut self) -> Result<Option<Member<'t>>, Malformed> {
        if self.next_or_end(b'}')? {
            return Ok(None);
        }
        self.expect(b'"')?;
        let start = self.at;
        let end = end_of_literal(self.text.as_bytes(), start).ok_or(Malformed)?;
        let inner = self.text.get(start..end.at).ok_or(Malformed)?;
        self.at = end.at + 1;
        self.expect(b':')?;
        Ok(Some(Member { inner: Literal::new(inner), has_escapes: end.has_escapes }))
    }

    /// Whether another item comes next; after the last the array ends.
    pub(crate) fn next_item(&mut self) -> Result<bool, Malformed> {
        Ok(!self.next_or_end(b']')?)
    }

    #[inline]
    fn next_or_end(&mut self, end: u8) -> Result<bool, Malformed> {
        match self.peek().ok_or(Malformed)? {
            b',' => {
                self.at += 1;
                self.peek().ok_or(Malformed)?;
                Ok(false)
            }
            byte => {
                let is_end = byte == end;
                self.at += usize::from(is_end);
                Ok(is_end)
            }
        }
    }

    /// Takes the value that comes next.
    #[inline]
    pub(crate) fn value(&mut self) -> Result<Raw<'t>, Malformed> {
        let first = self.peek().ok_or(Malformed)?;
        let start = self.at;
        match first {
            b'"' => self.skip_literal()?,
            b'{' | b'[' => self.skip_nested()?,
            _ => self.skip_scalar()?,
        }
        self.since(start)
    }

    #[inline]
    fn skip_literal(&mut self) -> Result<(), Malformed> {
        self.at = end_of_literal(self.text.as_bytes(), self.at + 1).ok_or(Malformed)?.at + 1;
        Ok(())
    }

    fn skip_nested(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        let (mut at, mut depth) = (self.at, 0_usize);
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'"' => at = end_of_literal(bytes, at).ok_or(Malformed)?.at + 1,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at = at;
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(Malformed)
    }

    fn skip_scalar(&mut self) -> Result<(), Malformed> {
        let rest = self.text.as_bytes().get(self.at..).ok_or(Malformed)?;
        let ends =
            |byte: &u8| matches!(byte, b',' | b'}' | b']' | b':' | b'"' | b'{' | b'[') || *byte <= b' ';
        let size = rest.iter().position(ends).unwrap_or(rest.len());
        if size == 0 {
            return Err(Malformed);
        }
        self.at += size;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Result<Vec<(String, &str)>, Malformed> {
        let mut cursor = Cursor::members(Raw(text)).unwrap();
        let mut members = Vec::new();
        while let Some(member) = cursor.next_member()? {
            members.push((member.name().into_owned(), cursor.value()?.spelled()));
        }
        Ok(members)
    }

    #[test]
    fn members_come_with_the_text_of_their_values() {
        let text = r#"{"a":[1,{"b":"]}\""}],"\u0062":-1.50e+3,"":"x","a":{}}"#;
        let expected = [("a", r#"[1,{"b":"]}\""}]"#), ("b", "-1.50e+3"), ("", r#""x""#), ("a", "{}")];
        assert_eq!(members(text).unwrap(), expected.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn white_space_between_tokens_does_no_harm() {
        assert_eq!(members("{ \"a\" : [ 1 ] ,\n\"b\":null }").unwrap()[0], ("a".to_owned(), "[ 1 ]"));
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for text in
            ["{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":[1}", "{\"a\":1", "{a:1}", "{\"a\":,}", "{1:2}"]
        {
            assert_eq!(members(text), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn no_depth_costs_stack() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(members(&deep).unwrap()[0].1.len(), 2_000_000);
    }
}
