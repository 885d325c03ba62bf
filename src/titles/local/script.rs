//! What kind of character one is, as far as titles ask.

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, Script};

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

/// Written without blanks, a word of one or two characters.
pub(super) fn is_cjk(c: char) -> bool {
    // The sign that makes a vowel long stands among the common characters.
    matches!(c, 'ー' | 'ｰ')
        || matches!(
            script(c),
            Script::Han | Script::Hiragana | Script::Katakana | Script::Bopomofo | Script::Yi
        )
}

/// Written without blanks between words.
pub(super) fn is_dense(c: char) -> bool {
    !c.is_ascii()
        && (is_cjk(c) || matches!(script(c), Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar))
}

pub(super) fn is_greek(c: char) -> bool {
    script(c) == Script::Greek
}

pub(super) fn is_punctuation(c: char) -> bool {
    use GeneralCategory as Category;
    matches!(
        category(c),
        Category::ConnectorPunctuation
            | Category::DashPunctuation
            | Category::OpenPunctuation
            | Category::ClosePunctuation
            | Category::InitialPunctuation
            | Category::FinalPunctuation
            | Category::OtherPunctuation
    )
}

/// Stands on, under or around the character before it.
pub(super) fn is_accent(c: char) -> bool {
    matches!(category(c), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

/// Begins what another mark ends.
pub(super) fn is_opening(c: char) -> bool {
    matches!(category(c), GeneralCategory::OpenPunctuation | GeneralCategory::InitialPunctuation)
        || matches!(c, '¿' | '¡')
}

/// A picture such as an emoji.
pub(super) fn is_picture(c: char) -> bool {
    category(c) == GeneralCategory::OtherSymbol
}

/// The mark that a question ends with, if `c` is one; `before` is the letter it follows. The Greek mark is
/// the Latin semicolon.
pub(super) fn question_mark(c: char, before: Option<char>) -> Option<char> {
    match c {
        '?' | '？' | '؟' | '፧' | '⸮' | '꘏' | '꛷' => Some(c),
        '⁇' | '⁈' | '⁉' | '‽' | '﹖' => Some('?'),
        ';' if before.is_some_and(is_greek) => Some(c),
        _ => None,
    }
}

/// Double quotation marks of every language. Which of a pair opens differs from one to the next.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}
