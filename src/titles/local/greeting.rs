//! Greetings at the beginning of a message, in the common languages.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::script::{is_dense, is_opening, is_picture, is_punctuation, is_quote};

/// One language a line. What stands behind `+` may follow a greeting: "Hello there!".
const TABLE: &str = include_str!("greetings.txt");

/// The most greetings in a row: "Hi! Good morning. How are you?"
const MOST: usize = 4;

struct Greetings {
    /// In lower case, the longest first.
    phrases: Vec<&'static str>,
    addressees: HashSet<&'static str>,
}

static GREETINGS: LazyLock<Greetings> = LazyLock::new(|| {
    let lines = TABLE.lines().filter_map(|line| line.split_once(": ")).map(|(_, words)| words);
    let (mut phrases, mut addressees) = (Vec::new(), HashSet::new());
    for line in lines {
        let (greetings, others) = line.split_once(" + ").unwrap_or((line, ""));
        phrases.extend(greetings.split(", "));
        addressees.extend(others.split(", ").filter(|word| !word.is_empty()));
    }
    phrases.sort_unstable_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    Greetings { phrases, addressees }
});

/// A line without the greetings that it begins with, if they stand alone: a mark follows, or nothing.
pub(super) fn without_greetings(line: &str) -> &str {
    let mut line = line;
    for _ in 0..MOST {
        match without_greeting(line) {
            Some(rest) => line = rest,
            None => break,
        }
    }
    line
}

fn without_greeting(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '¡');
    let ends = GREETINGS.phrases.iter().filter_map(|phrase| after_phrase(line, phrase));
    ends.filter_map(after_addressee_and_marks).next()
}

/// What follows the phrase that a line begins with, in whatever case.
fn after_phrase<'t>(line: &'t str, phrase: &str) -> Option<&'t str> {
    let mut wanted = phrase.chars();
    let mut chars = line.chars();
    while !wanted.as_str().is_empty() {
        for c in chars.next()?.to_lowercase() {
            let c = if c == '’' { '\'' } else { c };
            if wanted.next() != Some(c) {
                return None;
            }
        }
    }
    let rest = chars.as_str();
    // Where no blanks stand between words, only a mark or a blank tells that the greeting is over.
    Some(rest).filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '\''))
}

fn after_addressee_and_marks(rest: &str) -> Option<&str> {
    after_marks(rest).or_else(|| after_addressee(rest))
}

/// What follows the marks that a greeting ends with.
fn after_marks(rest: &str) -> Option<&str> {
    let trimmed = rest.trim_start();
    if trimmed.is_empty() {
        return Some(trimmed);
    }
    let is_mark = |c: char| {
        is_picture(c)
            || (is_punctuation(c) && !is_opening(c) && !is_quote(c) && !matches!(c, '#' | '@' | '/'))
    };
    let end = trimmed.find(|c: char| !(is_mark(c) || c.is_whitespace() || is_invisible(c)));
    let (marks, after) = trimmed.split_at(end.unwrap_or(trimmed.len()));
    // "Hi-fi" and "hello.txt" greet nobody; a blank alone ends greetings in scripts that have few of them.
    let is_tight = marks.len() == 1 && marks.len() + after.len() == rest.len();
    let is_inside = is_tight && !after.is_empty() && !marks.starts_with([',', '!']);
    let has_blank = rest.len() > trimmed.len() && after.starts_with(is_dense);
    ((!marks.is_empty() && !is_inside) || has_blank).then_some(after)
}

/// Selectors and joiners in emoji.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// What follows whoever is greeted: those of the table, or one word with an upper case letter and a comma.
fn after_addressee(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix(' ')?;
    let end = rest
        .find(|c: char| c != ' ' && c != '\'' && is_punctuation(c) || is_picture(c))
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let is_known = GREETINGS.addressees.contains(name.trim_end().to_lowercase().as_str());
    let is_name = after.starts_with([',', '，', '،'])
        && !name.contains(' ')
        && name.starts_with(char::is_uppercase)
        && !name.eq_ignore_ascii_case("world");
    if is_known || is_name { after_marks(after) } else { None }
}
