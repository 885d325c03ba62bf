//! The ends of a title, its brackets and quotation marks, and its first letter.

use super::script::{is_accent, is_opening, is_picture, is_punctuation, is_quote, question_mark};

const BRACKETS: [(char, char); 10] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('（', '）'),
    ('［', '］'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('《', '》'),
    ('〈', '〉'),
];

/// Punctuation that belongs to the word it stands at.
fn is_part_of_word(c: char) -> bool {
    matches!(c, '#' | '%' | '‰' | '٪' | '*' | '/' | '\\' | '&' | '@' | '_' | '׳' | '״' | '՞')
}

/// Whether there is anything in a text to call a thread by.
pub(super) fn says_anything(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() || is_picture(c))
}

/// A title made of the beginning of a sentence, or of a whole one, with the question mark of a whole one.
/// `None` when nothing is left.
pub(super) fn tidy(beginning: &str, is_whole: bool) -> Option<String> {
    let balanced = balance(beginning, is_whole);
    let (title, question) = trim_end(unquoted(balanced.trim()));
    let question = if is_whole { question } else { String::new() };
    let title = trim_start(title, !question.is_empty());
    says_anything(title).then(|| format!("{title}{question}"))
}

/// Takes out what is opened and not closed, or closed and not opened. What was cut inside of brackets ends
/// before them.
fn balance(text: &str, is_whole: bool) -> String {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut alone: Vec<usize> = Vec::new();
    let mut quotes: Vec<usize> = Vec::new();
    for (at, c) in text.char_indices() {
        if let Some((_, close)) = BRACKETS.iter().find(|(bracket, _)| *bracket == c) {
            open.push((at, *close));
        } else if BRACKETS.iter().any(|(_, close)| *close == c) {
            match open.last() {
                Some((_, close)) if *close == c => drop(open.pop()),
                _ => alone.push(at),
            }
        } else if is_quote(c) {
            quotes.push(at);
        }
    }
    let end = open.first().map(|(at, _)| *at).filter(|at| !is_whole && says_anything(&text[..*at]));
    let text = &text[..end.unwrap_or(text.len())];
    alone.extend(open.iter().map(|(at, _)| *at));
    if quotes.iter().filter(|at| **at < text.len()).count() % 2 == 1 {
        alone.extend(quotes.iter().rfind(|at| **at < text.len()));
    }
    text.char_indices().filter(|(at, _)| !alone.contains(at)).map(|(_, c)| c).collect()
}

/// A text without the quotation marks that stand around the whole of it.
fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix(is_quote).and_then(|text| text.strip_suffix(is_quote));
    inner.filter(|inner| !inner.contains(is_quote)).unwrap_or(text)
}

/// A text without the punctuation at its end, and the question mark that was part of it, with the blank that
/// French puts before it.
fn trim_end(text: &str) -> (&str, String) {
    let (mut text, mut question) = (text, String::new());
    while let Some(c) = text.chars().next_back() {
        let rest = &text[..text.len() - c.len_utf8()];
        let mark = question_mark(c, rest.chars().next_back());
        let is_closed = is_quote(c) || BRACKETS.iter().any(|(_, close)| *close == c);
        let is_end = is_punctuation(c) && !is_part_of_word(c) && !is_closed;
        if mark.is_none() && !is_end && !c.is_whitespace() && !is_joiner(c) {
            break;
        }
        if let Some(mark) = mark {
            let blank = if rest.ends_with(' ') { " " } else { "" };
            question = format!("{blank}{mark}");
        }
        text = rest;
    }
    (text, question)
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// A text without the marks before its first word. The Spanish one stays with a question that has both.
fn trim_start(text: &str, is_question: bool) -> &str {
    let mut text = text;
    while let Some(c) = text.chars().next() {
        let rest = &text[c.len_utf8()..];
        let stands_alone = rest.chars().next().is_none_or(char::is_whitespace);
        let is_opened =
            is_quote(c) || BRACKETS.iter().any(|(open, _)| *open == c) || (c == '¿' && is_question);
        let belongs = matches!(c, '.' | '-') || is_part_of_word(c) || is_opened;
        let is_mark = is_punctuation(c) && (stands_alone || !belongs);
        if !is_mark && !c.is_whitespace() && !is_joiner(c) && !is_accent(c) {
            break;
        }
        text = rest;
    }
    text
}

/// A title whose first word begins with an upper case letter, unless it is a name that is written otherwise:
/// `iPhone`, `useState`, `example.com`.
/// `text` is what the writer's language can be told from.
pub(super) fn capitalized(title: &str, text: &str) -> String {
    let start = title.find(|c: char| !(is_quote(c) || is_opening(c))).unwrap_or(0);
    let (before, rest) = title.split_at(start);
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_end_matches(|c: char| is_punctuation(c) && !is_part_of_word(c));
    let is_name = word.chars().skip(1).any(char::is_uppercase)
        || word.contains(|c: char| !(c.is_alphabetic() || is_inside_word(c)));
    match rest.chars().next() {
        Some(first) if !is_name => {
            let (upper, length) = upper_case(first, word, text);
            format!("{before}{upper}{}", &rest[length..])
        }
        _ => title.to_owned(),
    }
}

/// What a word may hold besides letters: accents that are characters of their own, apostrophes, hyphens.
fn is_inside_word(c: char) -> bool {
    matches!(c, '\'' | '’' | '-' | '‑') || !(c.is_ascii() || c.is_numeric() || is_punctuation(c))
}

/// The upper case of a word's first letter, and the bytes of the word that it takes the place of.
fn upper_case(first: char, word: &str, text: &str) -> (String, usize) {
    let is_turkic = || text.contains(['ı', 'ğ', 'İ']);
    let mut upper = first.to_uppercase();
    match (first, upper.next(), upper.next()) {
        ('i', ..) if is_turkic() => ("İ".to_owned(), 1),
        // One letter of Dutch, written as two.
        ('i', ..) if word.starts_with("ij") => ("IJ".to_owned(), 2),
        ('ǆ' | 'ǉ' | 'ǌ' | 'ǳ', ..) => (titled(first).to_string(), first.len_utf8()),
        // Capitals of Georgian are for whole words only, and a letter without a capital of one letter begins none.
        ('ა'..='ჿ', ..) | (_, None, _) | (_, _, Some(_)) => (first.to_string(), first.len_utf8()),
        (_, Some(upper), None) => (upper.to_string(), first.len_utf8()),
    }
}

fn titled(letter: char) -> char {
    match letter {
        'ǆ' => 'ǅ',
        'ǉ' => 'ǈ',
        'ǌ' => 'ǋ',
        'ǳ' => 'ǲ',
        other => other,
    }
}
