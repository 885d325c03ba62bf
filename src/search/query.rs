//! What somebody looks for.

use std::collections::HashSet;

use engine::{Phrase, TextDocument, TextQuery};

use super::words::{inflections, words};
use crate::id::{ProjectId, ThreadId, UserId, WorkspaceId};

/// The most phrases of a query that count.
const MAX_PHRASES: usize = 16;

/// The most words of a phrase that count.
const MAX_WORDS: usize = 32;

/// The most words of a query that count: each costs a look at every place where it stands.
const MAX_ALL_WORDS: usize = 48;

/// What has to be found, all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub(super) wanted: Vec<Wanted>,
}

/// Something that has to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Folded words that follow each other: what stands between two spaces.
    pub(super) words: Vec<String>,
    /// Whether the last one may go on.
    pub(super) is_prefix: bool,
    /// Words that do as well, if it is a single one.
    pub(super) inflections: Vec<String>,
}

impl Search {
    /// What a text asks for; `None` when it has no words.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut room, mut seen) = (MAX_ALL_WORDS, HashSet::new());
        let phrases = text.split_whitespace().map(|chunk| -> Vec<String> {
            words(chunk, MAX_WORDS).into_iter().map(|word| word.text).collect()
        });
        let wanted: Vec<Wanted> = phrases
            .filter(|words| !words.is_empty() && seen.insert(words.clone()))
            .take_while(|words| {
                let fits = words.len() <= room;
                room = room.saturating_sub(words.len());
                fits
            })
            .take(MAX_PHRASES)
            .map(Wanted::new)
            .collect();
        (!wanted.is_empty()).then_some(Self { wanted })
    }
}

impl Wanted {
    fn new(words: Vec<String>) -> Self {
        // A single letter would find nearly everything, at the cost of nearly everything.
        let is_prefix = words.last().is_some_and(|word| word.chars().nth(1).is_some());
        let inflections = match &words[..] {
            [word] => inflections(word),
            _ => Vec::new(),
        };
        Self { words, is_prefix, inflections }
    }
}

/// Words that begin with their project, so that each project has an index of its own within the one
/// table: a small project does not pay for what is common in a large one. Labels, which have an
/// underscore that no word has, tell where a document belongs.
#[derive(Clone, Debug)]
pub struct Terms {
    project: String,
}

impl Terms {
    /// The terms of a project.
    pub fn of(project: &ProjectId) -> Self {
        // Projects that share a prefix are told apart by the document's column.
        let mut rest = crc32fast::hash(project.as_str().as_bytes());
        let digits = (0..4).map(|_| {
            let digit = char::from_digit(rest % 36, 36).unwrap_or('0');
            rest /= 36;
            digit
        });
        Self { project: digits.collect() }
    }

    fn word(&self, word: &str) -> String {
        format!("{}{word}", self.project)
    }

    fn label(&self, kind: &str, id: &str) -> String {
        format!("{}_{kind}{:08x}", self.project, crc32fast::hash(id.as_bytes()))
    }

    /// The label of what is in a workspace.
    pub fn workspace(&self, id: &WorkspaceId) -> String {
        self.label("w", id.as_str())
    }

    /// The label of what is in threads that a user created.
    pub fn user(&self, id: &UserId) -> String {
        self.label("u", id.as_str())
    }

    /// The label of what is in a thread.
    pub fn thread(&self, id: &ThreadId) -> String {
        self.label("t", id.as_str())
    }

    /// The label of titles.
    pub fn title(&self) -> String {
        self.label("k", "title")
    }

    /// A document of these labels and words.
    pub(super) fn document(&self, labels: &[String], words: &[String]) -> TextDocument {
        TextDocument::new(labels.iter().cloned().chain(words.iter().map(|word| self.word(word))))
    }

    /// A query for documents that have all of the labels and of what is wanted.
    pub fn query(&self, search: &Search, labels: &[String]) -> TextQuery {
        let wanted = search.wanted.iter().map(|wanted| {
            let words = wanted.words.iter().map(|word| self.word(word));
            let phrase = Phrase::new(words, wanted.is_prefix);
            let others = wanted.inflections.iter().map(|word| Phrase::new([self.word(word)], false));
            std::iter::once(phrase).chain(others).collect()
        });
        let labels = labels.iter().map(|label| vec![Phrase::new([label], false)]);
        TextQuery::new(labels.chain(wanted))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_stands_together_is_a_phrase_whose_last_word_may_go_on() {
        let search = Search::parse(" Refund 中文 user@example.com a refund").unwrap();
        let phrases: Vec<(String, bool)> =
            search.wanted.iter().map(|wanted| (wanted.words.join(" "), wanted.is_prefix)).collect();
        let expected = [("refund", true), ("中 文", false), ("user example com", true), ("a", false)];
        assert_eq!(phrases, expected.map(|(words, is_prefix)| (words.to_owned(), is_prefix)));
        assert_eq!(Search::parse(" \"'*:&|!() -- "), None);
    }

    #[test]
    fn a_query_has_an_end() {
        let many: String = (0..99).map(|number| format!("w{number} ")).collect();
        assert_eq!(Search::parse(&many).unwrap().wanted.len(), MAX_PHRASES);
        assert_eq!(Search::parse(&"a b ".repeat(60)).unwrap().wanted.len(), 2);
        let long: String = (0..9).map(|number| format!("{number}{} ", "-a".repeat(30))).collect();
        let words: usize = Search::parse(&long).unwrap().wanted.iter().map(|wanted| wanted.words.len()).sum();
        assert!((1..=MAX_ALL_WORDS).contains(&words));
    }

    #[test]
    fn projects_and_labels_have_terms_of_their_own() {
        let of = |id: &str| Terms::of(&ProjectId::parse(id).unwrap());
        let (one, two) = (of("proj_000000000000"), of("proj_000000000001"));
        assert_eq!(one.project.len(), 4);
        assert_ne!(one.word("a"), two.word("a"));
        let workspace = one.workspace(&WorkspaceId::parse("x").unwrap());
        assert_ne!(workspace, one.user(&UserId::parse("x").unwrap()));
        assert!(workspace.contains('_'));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_query_panic(text: String) {
            if let Some(search) = Search::parse(&text) {
                let terms = Terms::of(&ProjectId::parse("proj_000000000000").unwrap());
                prop_assert!(!terms.query(&search, &[]).is_empty());
            }
        }
    }
}
