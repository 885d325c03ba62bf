//! Where the first sentence of a line ends.

use icu_properties::CodePointSetData;
use icu_properties::props::SentenceTerminal;

use super::script::{is_dense, is_opening, is_punctuation, is_quote, question_mark};
use super::words::{LOOK, WORD, weight};

/// What ends in a full stop that ends no sentence, in lower case.
const ABBREVIATIONS: &str = "\
    approx art bzw ca cf cfr co corp dept dr e.g eg env esp est etc evtl ex feat fig figs fr ggf hr i.e ie inc incl \
    inkl jr ltd max min mio mlle mme mr mrs ms nr num numéro op pag pg pl pp prof resp s.a sig sr sra srta st str tel \
    u.a usw v.a vgl vol vs z.b zzgl др напр пр проф рис см стр т.д т.е т.к т.п тел ул";

/// The letters of a word from which a full stop behind it ends a sentence that goes on in lower case.
const LONG_WORD: usize = 4;

/// The most ends that are tried: hostile lines have nothing else.
const MOST_ENDS: usize = 8;

/// The first sentence of a line with the marks that end it. One of less than two words is taken together
/// with the next: "Help! My printer is on fire".
pub(super) fn first_sentence(line: &str) -> &str {
    let head = &line[..line.floor_char_boundary(LOOK)];
    let ends = head.char_indices().filter_map(|(at, c)| sentence_end(head, at, c)).take(MOST_ENDS);
    ends.map(|end| line[..end].trim_end()).find(|sentence| weight(sentence) >= 2 * WORD).unwrap_or(line)
}

/// The byte after a sentence whose terminal stands at `at`, if one ends there and something follows.
fn sentence_end(line: &str, at: usize, c: char) -> Option<usize> {
    let before = line[..at].chars().next_back();
    let is_question = question_mark(c, before).is_some();
    if !is_question && !CodePointSetData::new::<SentenceTerminal>().contains(c) {
        return None;
    }
    let after = &line[at + c.len_utf8()..];
    let rest = after.trim_start_matches(|c: char| is_quote(c) || (is_punctuation(c) && !is_opening(c)));
    let next = rest.chars().next()?;
    // In scripts without blanks a sentence ends where its mark does.
    let is_end = next.is_whitespace() || (!c.is_ascii() && before.is_some_and(is_dense));
    (is_end && (c != '.' || is_full_stop(&line[..at], rest))).then(|| line.len() - rest.len())
}

/// Whether a full stop after `before` ends a sentence, and is no part of an abbreviation or a number.
fn is_full_stop(before: &str, rest: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let letters = word.chars().count();
    // An initial, or the day of a date.
    if letters <= 1 || (letters <= 2 && word.chars().all(char::is_numeric)) {
        return false;
    }
    let goes_on = rest.trim_start().chars().next().is_some_and(char::is_lowercase);
    let lower = word.to_lowercase();
    (!goes_on || letters >= LONG_WORD) && !ABBREVIATIONS.split_whitespace().any(|known| known == lower)
}
