//! A text in parts, each of which becomes a document: an index takes only so much in one.

use std::collections::HashMap;

use super::words::Words;

/// The most words of a part. PostgreSQL tells 16,383 positions apart.
pub(super) const MAX_WORDS: usize = 12_000;

/// The most bytes of a part's words. PostgreSQL takes a mebibyte of them and their positions.
const MAX_BYTES: usize = 400 * 1024;

/// How often a part may hold a word before it ends, as PostgreSQL knows 255 places of one and a phrase
/// needs them all. Not before it has [`MIN_WORDS`]: what repeats itself that much has no phrases.
const MAX_REPEATS: u32 = 240;

/// The fewest words of a part, unless the text ends.
const MIN_WORDS: usize = 1_000;

/// How many words a part has in common with the one before: words that stand as near as this are found
/// together, and so is every phrase.
const OVERLAP: usize = 200;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The byte of the text that it begins with.
    pub(super) start: usize,
    pub(super) words: Vec<String>,
}

/// The parts of a text, one after the other.
pub(super) struct Parts {
    text: String,
    /// Where the next part begins; `None` after the last one.
    at: Option<usize>,
}

impl Parts {
    /// The parts of a text.
    pub(super) fn of(text: String) -> Self {
        Self { text, at: Some(0) }
    }

    /// Whether all of them were told.
    pub(super) fn is_done(&self) -> bool {
        self.at.is_none()
    }
}

impl Iterator for Parts {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        let start = self.at.take()?;
        let mut words = Words::from(&self.text, start);
        let mut part = Growing::default();
        for word in words.by_ref() {
            part.starts.push(word.start);
            part.push(word.text);
            if part.is_full() {
                let is_last = words.next().is_none();
                self.at = (!is_last).then(|| part.starts[part.starts.len() - OVERLAP]);
                break;
            }
        }
        (!part.words.is_empty()).then_some(Part { start, words: part.words })
    }
}

#[derive(Default)]
struct Growing {
    words: Vec<String>,
    starts: Vec<usize>,
    bytes: usize,
    /// How often each word occurs; not known before there are [`MIN_WORDS`].
    counts: HashMap<String, u32>,
    most: u32,
}

impl Growing {
    fn push(&mut self, word: String) {
        // With what an engine keeps of each beside its letters.
        self.bytes += word.len() + 16;
        self.words.push(word);
        match self.words.len() {
            MIN_WORDS => (0..MIN_WORDS).for_each(|at| self.count(at)),
            length if length > MIN_WORDS => self.count(length - 1),
            _ => {}
        }
    }

    fn count(&mut self, at: usize) {
        let count = self.counts.entry(self.words[at].clone()).or_default();
        *count += 1;
        self.most = self.most.max(*count);
    }

    fn is_full(&self) -> bool {
        let length = self.words.len();
        length >= MAX_WORDS || (length >= MIN_WORDS && (self.bytes >= MAX_BYTES || self.most >= MAX_REPEATS))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> Vec<Part> {
        Parts::of(text.to_owned()).collect()
    }

    #[test]
    fn a_short_text_is_one_part_and_one_without_words_none() {
        assert_eq!(parts("a b"), [Part { start: 0, words: vec!["a".to_owned(), "b".to_owned()] }]);
        assert_eq!(parts(" … "), []);
    }

    #[test]
    fn a_long_text_is_told_whole_and_its_parts_overlap() {
        let text: String = (0..30_000).map(|number| format!("w{number} ")).collect();
        let parts = parts(&text);
        assert_eq!(parts.len(), 3);
        for pair in parts.windows(2) {
            assert_eq!(pair[0].words[pair[0].words.len() - OVERLAP..], pair[1].words[..OVERLAP]);
            assert!(text[pair[1].start..].starts_with(&pair[1].words[0]));
        }
        assert_eq!(parts[2].words.last().unwrap(), "w29999");
    }

    #[test]
    fn no_part_is_more_than_an_index_takes() {
        let long: String = (0..9_000).map(|number| format!("{}{number} ", "й".repeat(58))).collect();
        assert!(
            parts(&long).iter().all(|part| part.words.iter().map(String::len).sum::<usize>() < 512 * 1024)
        );
        let repeated = "a b ".repeat(5_000);
        let repeated = parts(&repeated);
        assert!(repeated.len() > 9 && repeated.iter().all(|part| part.words.len() >= OVERLAP));
    }

    proptest! {
        #[test]
        fn every_word_is_in_a_part(words in prop::collection::vec("[ab]{1,2}", 0..4_000)) {
            let text = words.join(" ");
            let parts = parts(&text);
            let told: Vec<String> = parts
                .into_iter()
                .enumerate()
                .flat_map(|(number, part)| part.words.into_iter().skip(if number == 0 { 0 } else { OVERLAP }))
                .collect();
            prop_assert_eq!(told, words);
        }
    }
}
