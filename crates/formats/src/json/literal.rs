//! String literals: finding their end, and what they stand for.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// The inside of a string literal, still with its escapes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal<'t>(&'t str);

/// A piece of what a literal stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// Written as it is.
    Plain(&'t str),
    /// Written as an escape.
    Escaped(char),
    /// Half of a surrogate pair, whose other half is missing.
    Half(u16),
}

impl<'t> Literal<'t> {
    pub(crate) fn new(inner: &'t str) -> Self {
        Self(inner)
    }

    /// As it was spelled, without quotes.
    pub(crate) fn spelled(self) -> &'t str {
        self.0
    }

    /// What follows a beginning of ASCII letters, which the literal has, as it may be spelled.
    pub(crate) fn spelled_after(self, beginning: &str) -> Cow<'t, str> {
        if let Some(rest) = self.0.strip_prefix(beginning) {
            return Cow::Borrowed(rest);
        }
        let mut out = Vec::new();
        let text = self.text();
        write_escaped(text.strip_prefix(beginning).unwrap_or(&text), &mut out);
        Cow::Owned(String::from_utf8(out).unwrap_or_default())
    }

    /// What it stands for. Halves of surrogate pairs become U+FFFD.
    pub(crate) fn text(self) -> Cow<'t, str> {
        if memchr(b'\\', self.0.as_bytes()).is_none() {
            return Cow::Borrowed(self.0);
        }
        let mut text = String::with_capacity(self.0.len());
        for piece in self.pieces() {
            match piece {
                Piece::Plain(plain) => text.push_str(plain),
                Piece::Escaped(c) => text.push(c),
                Piece::Half(_) => text.push(char::REPLACEMENT_CHARACTER),
            }
        }
        Cow::Owned(text)
    }

    pub(crate) fn is(self, expected: &str) -> bool {
        self.0 == expected || (self.0.len() > expected.len() && self.text() == expected)
    }

    /// True when there is nothing to read in it, as JavaScript's `trim` sees it.
    pub(crate) fn is_blank(self) -> bool {
        let is_white = |c: char| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}';
        self.pieces().all(|piece| match piece {
            Piece::Plain(plain) => plain.chars().all(is_white),
            Piece::Escaped(c) => is_white(c),
            Piece::Half(_) => false,
        })
    }

    pub(crate) fn pieces(self) -> Pieces<'t> {
        Pieces { rest: self.0 }
    }
}

/// The pieces of a literal, in order.
pub(crate) struct Pieces<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        if self.rest.is_empty() {
            return None;
        }
        let plain = memchr(b'\\', self.rest.as_bytes()).unwrap_or(self.rest.len());
        if plain > 0 {
            let (piece, rest) = self.rest.split_at_checked(plain)?;
            self.rest = rest;
            return Some(Piece::Plain(piece));
        }
        Some(self.escape())
    }
}

impl Pieces<'_> {
    fn escape(&mut self) -> Piece<'static> {
        let mut chars = self.rest.chars();
        chars.next();
        let c = chars.next().unwrap_or(char::REPLACEMENT_CHARACTER);
        let escape = self.rest;
        self.rest = chars.as_str();
        match c {
            'b' => Piece::Escaped('\u{8}'),
            'f' => Piece::Escaped('\u{c}'),
            'n' => Piece::Escaped('\n'),
            'r' => Piece::Escaped('\r'),
            't' => Piece::Escaped('\t'),
            'u' => self.unicode(escape),
            c => Piece::Escaped(c),
        }
    }

    fn unicode(&mut self, escape: &str) -> Piece<'static> {
        let Some(unit) = unit_of(escape) else { return Piece::Escaped(char::REPLACEMENT_CHARACTER) };
        self.rest = self.rest.get(4..).unwrap_or_default();
        let low = unit_of(self.rest).filter(|low| (0xDC00..0xE000).contains(low));
        match (unit, low) {
            (0xD800..0xDC00, Some(low)) => {
                self.rest = self.rest.get(6..).unwrap_or_default();
                let code = 0x1_0000 + ((u32::from(unit) & 0x3FF) << 10) + (u32::from(low) & 0x3FF);
                Piece::Escaped(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            _ => char::from_u32(u32::from(unit)).map_or(Piece::Half(unit), Piece::Escaped),
        }
    }
}

/// The code unit of an escape like `\u00e9` at the beginning of a text.
fn unit_of(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    // Digits alone: the standard library would take a sign, too.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// Where a literal ends.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// The place of its closing quote.
    pub(super) at: usize,
    /// Whether there are escapes in it.
    pub(super) has_escapes: bool,
}

/// Where the literal ends whose inside begins at `at`.
#[inline]
pub(super) fn end_of_literal(bytes: &[u8], at: usize) -> Option<End> {
    let mut at = at;
    let mut has_escapes = false;
    loop {
        at += first_special(bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(End { at, has_escapes });
        }
        has_escapes = true;
        at += 2;
    }
}

/// The place of the first quote or backslash.
#[inline]
fn first_special(bytes: &[u8]) -> Option<usize> {
    // Most are in names and short words, for which setting up a search of large blocks costs more than it saves.
    const SHORT: usize = 4;
    let (words, _) = bytes.as_chunks();
    for (number, word) in words.iter().take(SHORT).enumerate() {
        if let Some(place) = special_in_word(*word) {
            return Some(8 * number + place);
        }
    }
    let searched = 8 * words.len().min(SHORT);
    Some(searched + memchr2(b'"', b'\\', bytes.get(searched..)?)?)
}

/// The place of the first quote or backslash among eight bytes.
#[inline]
fn special_in_word(word: [u8; 8]) -> Option<usize> {
    const LOW: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let word = u64::from_le_bytes(word);
    // The lowest bit that is set stands in the first byte that is zero; only above it may others be wrong.
    let zero = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let special = zero(word ^ (LOW * u64::from(b'"'))) | zero(word ^ (LOW * u64::from(b'\\')));
    (special != 0).then_some(special.trailing_zeros() as usize / 8)
}

/// Appends a text as a string literal with its quotes, escaped as `JSON.stringify` does it.
pub(crate) fn write_literal(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    write_escaped(text, out);
    out.push(b'"');
}

/// Appends a text with the escapes that it needs within a literal.
pub(crate) fn write_escaped(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bytes = text.as_bytes();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let short = match byte {
            b'"' | b'\\' => *byte,
            b'\n' => b'n',
            b'\t' => b't',
            b'\r' => b'r',
            0x08 => b'b',
            0x0C => b'f',
            0x00..0x20 => b'u',
            _ => continue,
        };
        out.extend_from_slice(bytes.get(start..at).unwrap_or_default());
        start = at + 1;
        out.extend_from_slice(&[b'\\', short]);
        if short == b'u' {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
            out.extend_from_slice(&[b'0', b'0', high, low]);
        }
    }
    out.extend_from_slice(bytes.get(start..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn literal(text: &str) -> String {
        let mut out = Vec::new();
        write_literal(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_are_read() {
        let text = Literal::new(r#"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00é"#).text();
        assert_eq!(text, "\"\\/\u{8}\u{c}\n\r\tAé😀é");
    }

    #[test]
    fn halves_of_pairs_are_told() {
        let pieces: Vec<_> = Literal::new(r"a\ud83d\ud83d\ude00\ude00b").pieces().collect();
        let expected = [
            Piece::Plain("a"),
            Piece::Half(0xD83D),
            Piece::Escaped('😀'),
            Piece::Half(0xDE00),
            Piece::Plain("b"),
        ];
        assert_eq!(pieces, expected);
    }

    #[test]
    fn damaged_escapes_do_no_harm() {
        for text in ["\\", "\\u", "\\u12", "\\u+123", "\\é", "\\ué", "\\ud83d\\u", "\\ud83d\\ué"] {
            let _text = Literal::new(text).text();
        }
    }

    #[test]
    fn texts_are_compared_by_what_they_stand_for() {
        assert!(Literal::new("role").is("role"));
        assert!(Literal::new(r"\u0072ole").is("role"));
        assert!(!Literal::new("roles").is("role"));
        assert!(!Literal::new(r"r\ole").is("rule"));
    }

    #[test]
    fn blank_is_what_javascript_trims() {
        for blank in ["", "  ", r"\n\t", "\u{feff}\u{a0}\u{2028}", r"\u00a0"] {
            assert!(Literal::new(blank).is_blank(), "{blank:?}");
        }
        for filled in [".", "\u{85}", r"\u0085", r"\ud83d", " \u{200b}"] {
            assert!(!Literal::new(filled).is_blank(), "{filled:?}");
        }
    }

    proptest! {
        #[test]
        fn literals_are_written_as_serde_json_does(text in "[\\PC\\x00-\\x1f\"\\\\]{0,40}") {
            prop_assert_eq!(literal(&text), serde_json::to_string(&text).unwrap());
        }

        #[test]
        fn what_was_written_is_read(text: String) {
            let literal = literal(&text);
            prop_assert_eq!(end_of_literal(literal.as_bytes(), 1).map(|end| end.at), Some(literal.len() - 1));
            prop_assert_eq!(Literal::new(&literal[1..literal.len() - 1]).text(), text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\\\ud8c0-9é\"]{0,30}") {
            let _pieces: Vec<_> = Literal::new(&text).pieces().collect();
        }
    }
}
