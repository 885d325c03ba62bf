//! Text as words: what is indexed and what is looked for.
//!
//! A word is a run of letters and digits, folded (`fold`). Scripts that put no space between words (Han,
//! Kana, Thai and their like) give one word for each character, and are found as phrases. Words do not go
//! across punctuation, unlike those of UAX #29: `example` has to find `www.example.com` and `user` has to
//! find `user_id`.

mod fold;
mod inflections;

use std::collections::VecDeque;

pub use fold::fold;
use fold::{Piece, is_letter, join, pieces};
pub(super) use inflections::inflections;

/// The most characters of a word that count.
const MAX_WORD: usize = 64;

/// The most letters, digits and `+/-_=` in a row. What is longer is encoded data, of which only the beginning
/// counts.
const MAX_RUN: usize = 256;

/// A word, and where it stands in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Folded.
    pub text: String,
    /// The byte it begins with.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
}

/// The words of a text, at most `limit`.
pub fn words(text: &str, limit: usize) -> Vec<Word> {
    Words::from(text, 0).take(limit).collect()
}

/// The words of a text one after the other.
pub(super) struct Words<'t> {
    text: &'t str,
    /// The byte that is read next.
    at: usize,
    /// Where the run of ASCII that holds it ends, once that is known.
    run_end: usize,
    open: Option<Open>,
    ready: VecDeque<Word>,
}

/// A word that may go on.
struct Open {
    word: Word,
    /// Its characters, those beyond the limit included.
    length: usize,
    /// A word by itself, which only a joining piece may change.
    is_single: bool,
}

impl<'t> Words<'t> {
    /// The words from a byte on: the first one of a character, or none are told.
    pub(super) fn from(text: &'t str, start: usize) -> Self {
        let at = if text.is_char_boundary(start) { start } else { text.len() };
        Self { text, at, run_end: 0, open: None, ready: VecDeque::new() }
    }

    /// Reads a character, or skips what is encoded; false at the end.
    fn read(&mut self) -> bool {
        let Some(c) = self.text[self.at..].chars().next() else { return false };
        let (start, end) = (self.at, self.at + c.len_utf8());
        self.at = end;
        if start >= self.run_end && is_of_run(c) {
            let run = self.text.as_bytes()[start..].iter().take_while(|byte| is_of_run(char::from(**byte)));
            self.run_end = start + run.count();
            if self.run_end - start > MAX_RUN {
                self.read_encoded(start);
                return true;
            }
        }
        pieces(c, |piece| self.take(piece, start, end));
        true
    }

    fn read_encoded(&mut self, start: usize) {
        for (offset, c) in self.text[start..start + MAX_WORD].char_indices() {
            pieces(c, |piece| self.take(piece, start + offset, start + offset + 1));
        }
        self.close();
        self.at = self.run_end;
    }

    fn take(&mut self, piece: Piece, start: usize, end: usize) {
        match piece {
            Piece::Letter(c) => match &mut self.open {
                Some(open) if !open.is_single => open.push(c, end),
                _ => self.begin(c, start, end, false),
            },
            Piece::Single(c) => self.begin(c, start, end, true),
            Piece::Joining(c) => {
                let has_joined = self.open.as_mut().is_some_and(|open| open.join(c));
                let is_letter = !has_joined && is_letter(c);
                self.take(if is_letter { Piece::Letter(c) } else { Piece::Silent }, start, end);
            }
            Piece::Silent => {
                if let Some(open) = &mut self.open {
                    open.word.end = end;
                }
            }
            Piece::Gap(_) => self.close(),
        }
    }

    fn begin(&mut self, c: char, start: usize, end: usize, is_single: bool) {
        self.close();
        self.open = Some(Open { word: Word { text: c.into(), start, end }, length: 1, is_single });
    }

    fn close(&mut self) {
        self.ready.extend(self.open.take().map(|open| open.word));
    }
}

/// Whether a character may be part of encoded data: Base64 of either alphabet, or hexadecimal digits.
fn is_of_run(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=')
}

impl Open {
    fn push(&mut self, c: char, end: usize) {
        if self.length < MAX_WORD {
            self.word.text.push(c);
        }
        self.length += 1;
        self.word.end = end;
    }

    fn join(&mut self, c: char) -> bool {
        self.length <= MAX_WORD && join(&mut self.word.text, c)
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        while self.ready.is_empty() && self.read() {}
        self.ready.pop_front().or_else(|| self.open.take().map(|open| open.word))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text, 1_000).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(texts("Hello, World! don't user_id"), ["hello", "world", "don", "t", "user", "id"]);
        assert_eq!(texts("www.example.com:8080/a-b"), ["www", "example", "com", "8080", "a", "b"]);
        assert_eq!(texts(" \t!?… 😀 "), [""; 0]);
    }

    #[test]
    fn case_and_diacritics_do_not_count() {
        assert_eq!(
            texts("Ärger CAFÉ cafe\u{301} İstanbul ΣΊΣΥΦΟΣ"),
            ["arger", "cafe", "cafe", "istanbul", "σισυφοσ"]
        );
        assert_eq!(texts("ﬁne Ｆｕｌｌ sepa\u{ad}rate"), ["fine", "full", "separate"]);
        assert_eq!(texts("5㎏ ㍿"), ["5kg", "株", "式", "会", "社"]);
    }

    #[test]
    fn characters_that_stand_for_white_space_end_words() {
        assert_eq!(texts("a\u{fe70}b \u{fe70}"), ["a", "b"]);
    }

    #[test]
    fn the_way_a_text_is_encoded_does_not_count() {
        for (text, words) in
            [("테스트", &["테스트"][..]), ("ガイド", &["ガ", "イ", "ド"]), ("Ｇｕｉｄｅ ｶﾞ", &["guide", "ガ"])]
        {
            for text in [text.nfc().collect::<String>(), text.nfd().collect(), text.nfkd().collect()] {
                assert_eq!(texts(&text), words);
            }
        }
        assert_eq!(texts("カ\u{3099}x"), ["ガ", "x"]);
    }

    #[test]
    fn of_encoded_data_only_the_beginning_counts() {
        let data = "A9+/".repeat(100);
        let text = format!("see data:image/png;base64,{data} and go on");
        let found = texts(&text);
        assert_eq!(found[..5], ["see", "data", "image", "png", "base64"]);
        assert_eq!(found[found.len() - 3..], ["and", "go", "on"]);
        assert!(found.len() < 30, "{found:?}");
        assert_eq!(texts(&"a-b ".repeat(500)).len(), 1_000);
    }

    #[test]
    fn words_can_be_read_from_any_of_them_on() {
        let text = "one två 三";
        let all = words(text, 9);
        for (number, word) in all.iter().enumerate() {
            assert_eq!(Words::from(text, word.start).collect::<Vec<_>>(), all[number..]);
        }
        assert_eq!(Words::from(text, 7).count(), 0, "within a character");
        assert_eq!(Words::from(text, 700).count(), 0);
    }

    #[test]
    fn scripts_without_spaces_give_a_word_for_each_character() {
        assert_eq!(texts("中文搜索 iPhone手机"), ["中", "文", "搜", "索", "iphone", "手", "机"]);
        assert_eq!(texts("ガール"), ["ガ", "ー", "ル"]);
        assert_eq!(texts("한국어 검색"), ["한국어", "검색"]);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "a Éé, 中";
        let found: Vec<&str> = words(text, 9).iter().map(|word| &text[word.start..word.end]).collect();
        assert_eq!(found, ["a", "Éé", "中"]);
    }

    #[test]
    fn no_word_is_longer_than_an_index_takes() {
        assert_eq!(texts(&"é".repeat(1_000)), ["e".repeat(64)]);
        assert_eq!(words(&"a ".repeat(1_000), 10).len(), 10);
    }

    proptest! {
        #[test]
        fn any_text_has_words_of_letters_and_digits(text: String) {
            for word in words(&text, 100) {
                prop_assert!(!word.text.is_empty() && word.text.chars().all(char::is_alphanumeric));
                prop_assert!(text.get(word.start..word.end).is_some_and(|slice| !slice.is_empty()));
            }
        }

        #[test]
        fn words_of_words_are_the_same(text: String) {
            for word in texts(&text) {
                prop_assert_eq!(texts(&word).concat(), word);
            }
        }
    }
}
