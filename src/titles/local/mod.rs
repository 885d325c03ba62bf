//! A title made of a text by rule, without a model.

mod greeting;
mod prose;
mod script;
mod sentence;
#[cfg(test)]
mod tests;
mod tidy;
mod tokens;
mod visible;
mod words;

use self::greeting::without_greetings;
use self::prose::Lines;
use self::sentence::first_sentence;
use self::tidy::{capitalized, says_anything, tidy};
use self::tokens::shorten;
use self::visible::{beginning, visible};
use self::words::{WORD, cut};

/// The most words of a title. In scripts whose words are one or two characters, twice as many of those.
const MAX_WORDS: usize = 6;

/// The most UTF-16 code units of a title.
const MAX_UNITS: usize = 60;

/// The most lines that are looked at for one that says anything.
const MAX_LINES: usize = 64;

/// What a thread may be called that nobody has named: one line of 1 to 60 UTF-16 code units, without blanks
/// at its ends and without anything that cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// The title of a thread that begins with this text; `None` when there is nothing to be said of it.
    ///
    /// It is the beginning of the first sentence or line behind a greeting, without Markdown, without
    /// anything of URLs but their hosts and without what looks like a key. Code between fences counts only
    /// when nothing else is there. Takes the same time for a text of any length.
    pub fn of_text(text: &str) -> Option<Self> {
        let lines = Lines::of(beginning(text));
        let of_prose = title_of(&lines.prose).map(|(title, line)| capitalized(&title, &line));
        of_prose.or_else(|| title_of(&lines.code).map(|(title, _)| title)).map(|title| Self::new(&title))
    }

    /// The title of a thread that begins with a file of this name: the name without its folders and its
    /// extension.
    pub fn of_file(name: &str) -> Option<Self> {
        let name = visible(beginning(name));
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem =
            name.rsplit_once('.').map(|(stem, _)| stem).filter(|stem| says_anything(stem)).unwrap_or(name);
        let title = title_of_sentence(stem.trim())?;
        Some(Self::new(&capitalized(&title, stem)))
    }

    /// Brings what is left of a line into order again: what now stands side by side may compose, and a
    /// joiner or a blank may have lost what it stood behind.
    fn new(title: &str) -> Self {
        let title = visible(title);
        let words: Vec<&str> = title.split_whitespace().collect();
        Self(words.join(" "))
    }

    /// The title.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The title that one of the lines gives, and that line.
fn title_of(lines: &[String]) -> Option<(String, String)> {
    let lines = lines.iter().map(|line| shorten(&visible(line))).filter(|line| says_anything(line));
    let lines: Vec<String> = lines.take(MAX_LINES).collect();
    let subjects = lines.iter().map(|line| without_greetings(line));
    // Whoever only greets has a thread that is called so.
    let mut subjects = subjects.chain(lines.iter().map(String::as_str));
    subjects.find_map(|line| Some((title_of_sentence(first_sentence(line))?, line.to_owned())))
}

fn title_of_sentence(sentence: &str) -> Option<String> {
    let beginning = cut(sentence, MAX_WORDS * WORD, MAX_UNITS);
    tidy(beginning, beginning.len() == sentence.len())
}
