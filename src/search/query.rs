//! What somebody looks for.

use engine::{Phrase, TextDocument, TextQuery};

use super::words::words;
use crate::id::{ProjectId, ThreadId, UserId, WorkspaceId};

/// The most phrases of a query that count.
const MAX_PHRASES: usize = 16;

/// The most words of a phrase that count.
const MAX_WORDS: usize = 32;

/// The most words of a document: as many positions as PostgreSQL tells apart, less the labels.
const MAX_DOCUMENT: usize = 16_000;

/// The phrases that all have to be found. The last word of the last one may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Folded words that follow each other: what stands between two spaces.
    pub(super) phrases: Vec<Vec<String>>,
    /// Whether the last word may go on.
    pub(super) is_prefix: bool,
}

impl Search {
    /// What a text asks for; `None` when it has no words.
    pub fn parse(text: &str) -> Option<Self> {
        let phrase = |chunk: &str| -> Vec<String> {
            words(chunk, MAX_WORDS).into_iter().map(|word| word.text).collect()
        };
        let phrases: Vec<Vec<String>> = text
            .split_whitespace()
            .map(phrase)
            .filter(|phrase| !phrase.is_empty())
            .take(MAX_PHRASES)
            .collect();
        // A single letter would find nearly everything, at the cost of nearly everything.
        let is_prefix = phrases.last()?.last()?.chars().count() > 1;
        Some(Self { phrases, is_prefix })
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

    /// A document of these labels and the words of a text.
    pub fn document(&self, labels: Vec<String>, text: &str) -> TextDocument {
        let words = words(text, MAX_DOCUMENT).into_iter().map(|word| self.word(&word.text));
        TextDocument::new(labels.into_iter().chain(words))
    }

    /// A query for documents that have all of the labels and phrases.
    pub fn query(&self, search: &Search, labels: &[String]) -> TextQuery {
        let last = search.phrases.len().saturating_sub(1);
        let phrases = search.phrases.iter().enumerate().map(|(number, words)| {
            let words = words.iter().map(|word| self.word(word));
            Phrase::new(words, search.is_prefix && number == last)
        });
        let labels = labels.iter().map(|label| Phrase::new([label], false));
        TextQuery::new(labels.chain(phrases))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_stands_together_is_a_phrase_and_the_last_word_may_go_on() {
        let search = Search::parse(" Refund 中文 user@example.com inv").unwrap();
        let phrases: Vec<String> = search.phrases.iter().map(|words| words.join(" ")).collect();
        assert_eq!(phrases, ["refund", "中 文", "user example com", "inv"]);
        assert!(search.is_prefix);
        assert!(!Search::parse("refund a").unwrap().is_prefix);
        assert_eq!(Search::parse(" \"'*:&|!() -- "), None);
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
