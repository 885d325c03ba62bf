//! The few words around what was found.

use super::parts::MAX_WORDS;
use super::query::{Search, Wanted};
use super::words::{Word, Words};

/// About how many characters are shown before and after a hit.
const BEFORE: usize = 48;
const AFTER: usize = 120;

/// A piece of text around what was found. Plain text: whoever shows it has to escape it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) before: String,
    pub(super) hit: String,
    pub(super) after: String,
}

/// The place of the first phrase that the part of the text holds which begins with byte `start`; the text's
/// beginning, should it hold none.
pub(super) fn snippet(text: &str, start: usize, search: &Search) -> Snippet {
    let words: Vec<Word> = Words::from(text, start).take(MAX_WORDS).collect();
    let found = search.wanted.iter().find_map(|wanted| {
        let mut windows = words.windows(wanted.words.len().max(1));
        windows.find(|window| is_found(window, wanted))
    });
    let (start, end) = match found {
        Some([first, .., last]) => (first.start, last.end),
        Some([only]) => (only.start, only.end),
        Some([]) | None => (0, 0),
    };
    Snippet { before: before(&text[..start]), hit: one_line(&text[start..end]), after: after(&text[end..]) }
}

fn is_found(window: &[Word], wanted: &Wanted) -> bool {
    if let [word] = window
        && wanted.inflections.contains(&word.text)
    {
        return true;
    }
    let last = wanted.words.len().saturating_sub(1);
    window.iter().zip(&wanted.words).enumerate().all(|(number, (word, text))| {
        word.text == *text || (wanted.is_prefix && number == last && word.text.starts_with(text.as_str()))
    })
}

fn before(text: &str) -> String {
    let Some((start, _)) = text.char_indices().rev().nth(BEFORE) else { return one_line(text) };
    let kept = &text[start..];
    // Not with the rest of a word, if there is a whole one.
    let kept = kept.split_once(char::is_whitespace).map_or(kept, |(_, rest)| rest);
    format!("…{}", one_line(kept))
}

fn after(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(AFTER) else { return one_line(text).trim_end().to_owned() };
    let kept = &text[..end];
    let kept = kept.rsplit_once(char::is_whitespace).map_or(kept, |(rest, _)| rest);
    format!("{}…", one_line(kept))
}

/// A text with every run of white space as one space.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, search: &str) -> [String; 3] {
        let Snippet { before, hit, after } = snippet(text, 0, &Search::parse(search).unwrap());
        [before, hit, after]
    }

    #[test]
    fn a_hit_is_told_as_it_is_written() {
        assert_eq!(found("Der ÄRGER\n\nist groß.", "arg"), ["Der ", "ÄRGER", " ist groß."]);
        assert_eq!(found("我们用中文搜索。", "中文"), ["我们用", "中文", "搜索。"]);
        assert_eq!(found("see user@example.com", "user@exa"), ["see ", "user@example", ".com"]);
        assert_eq!(found("die Straße!", "strass"), ["die ", "Straße", "!"]);
        let decomposed = "ein カ\u{3099}イ";
        assert_eq!(found(decomposed, "ガイ"), ["ein ", "カ\u{3099}イ", ""]);
        assert_eq!(found("Ｆｕｌｌ ﬁne", "fin"), ["Ｆｕｌｌ ", "ﬁne", ""]);
        assert_eq!(found("two cities", "city"), ["two ", "cities", ""]);
    }

    #[test]
    fn the_first_phrase_that_is_there_counts() {
        assert_eq!(found("one two", "zero two"), ["one ", "two", ""]);
        assert_eq!(found("one two", "zero"), ["", "", "one two"]);
    }

    #[test]
    fn long_texts_are_cut_at_words() {
        let text = format!("{} here {}", "before ".repeat(30), "after ".repeat(40));
        let [before, hit, after] = found(&text, "here");
        assert_eq!(hit, "here");
        assert!(before.starts_with("…before") && before.len() < 60, "{before}");
        assert!(after.ends_with("after…") && after.len() < 130, "{after}");
    }

    proptest! {
        #[test]
        fn any_text_can_be_cut(text: String, search: String, start in 0_usize..40) {
            if let Some(search) = Search::parse(&search) {
                let _snippet = snippet(&text, start, &search);
            }
        }
    }
}
