//! Text as words: what is indexed and what is looked for.
//!
//! A word is a run of letters and digits, in lower case and without diacritics. Scripts that put no space
//! between words (Han, Kana, Thai and their like) give one word for each character, and are found as
//! phrases. Words do not go across punctuation, unlike those of UAX #29: `example` has to find
//! `www.example.com` and `user` has to find `user_id`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The most characters of a word that count.
const MAX_WORD: usize = 64;

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

/// What a character is to the words of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Part of a word.
    Letter,
    /// A word by itself.
    Single,
    /// Belongs to what stands before it, and says nothing.
    Silent,
    /// Ends a word.
    Gap,
}

fn role(c: char) -> Role {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Role::Letter } else { Role::Gap };
    }
    // The soft hyphen and the joiners are invisible, and inside of words.
    if matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
        || canonical_combining_class(c) != 0
    {
        return Role::Silent;
    }
    match c {
        _ if !c.is_alphanumeric() => Role::Gap,
        '\u{0e00}'..='\u{0eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{312f}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}' => Role::Single,
        _ => Role::Letter,
    }
}

/// Appends a character in lower case, without diacritics.
fn push_folded(out: &mut String, c: char) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    // Taken apart, a syllable of Hangul would be three characters, and a voiced Kana an unvoiced one.
    if matches!(c, '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}') {
        out.push(c);
        return;
    }
    for part in std::iter::once(c).nfkd().filter(|part| canonical_combining_class(*part) == 0) {
        // The sigma at the end of a word has a form of its own.
        out.extend(part.to_lowercase().map(|part| if part == 'ς' { 'σ' } else { part }));
    }
}

/// A text in lower case and without diacritics, for comparisons of names.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| canonical_combining_class(*c) == 0) {
        push_folded(&mut out, c);
    }
    out
}

/// The words of a text, at most `limit`.
pub fn words(text: &str, limit: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_open = false;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        match (role(c), words.last_mut().filter(|_| is_open)) {
            (Role::Letter, Some(word)) => {
                push_folded(&mut word.text, c);
                word.end = end;
            }
            (Role::Silent, Some(word)) => word.end = end,
            (Role::Silent, None) => {}
            (Role::Gap, _) => is_open = false,
            (role @ (Role::Letter | Role::Single), _) => {
                if words.len() > limit {
                    break;
                }
                let mut folded = String::new();
                push_folded(&mut folded, c);
                words.push(Word { text: folded, start, end });
                is_open = role == Role::Letter;
            }
        }
    }
    for word in &mut words {
        tidy(&mut word.text);
    }
    words.retain(|word| !word.text.is_empty());
    words.truncate(limit);
    words
}

/// A character may fold to some that are not part of words, and a word may be too long for an index.
fn tidy(word: &mut String) {
    if !word.is_ascii() {
        word.retain(char::is_alphanumeric);
    }
    if let Some((at, _)) = word.char_indices().nth(MAX_WORD) {
        word.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        assert_eq!(fold("Zoë O'Neil"), "zoe o'neil");
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
