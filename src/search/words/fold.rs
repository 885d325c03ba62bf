//! Characters as they are compared: in lower case, without diacritics, and the same however they are
//! written down.
//!
//! Every character is taken apart (NFKD), so that what Unicode calls equivalent is equal: precomposed and
//! decomposed letters, half-width and full-width ones, ligatures. Of the pieces two kinds are put together
//! again, because without them a word would be another one: the syllables of Hangul, and Kana with its voice
//! (ガ is not カ).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, compose};

/// What a character is to the words of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Part of a word.
    Letter(char),
    /// A word by itself.
    Single(char),
    /// Makes another character of the one before it: the voice of Kana, the vowel or the end of a syllable.
    Joining(char),
    /// Belongs to what stands before it, and says nothing.
    Silent,
    /// Ends a word.
    Gap(char),
}

/// Calls `visit` with the pieces of a character, in their order.
pub(super) fn pieces(c: char, mut visit: impl FnMut(Piece)) {
    if c.is_ascii() {
        let lower = c.to_ascii_lowercase();
        visit(if c.is_ascii_alphanumeric() { Piece::Letter(lower) } else { Piece::Gap(lower) });
        return;
    }
    for part in std::iter::once(c).nfkd() {
        match kind(part) {
            Piece::Letter(part) => part.to_lowercase().for_each(|c| plain(c, &mut visit)),
            piece => visit(piece),
        }
    }
}

fn kind(part: char) -> Piece {
    match part {
        // Invisible, and inside of words: soft hyphen, fillers, joiners, the choice of a variant. The tatweel
        // only makes a word of Arabic longer.
        '\u{ad}'
        | '\u{034f}'
        | '\u{0640}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200c}'
        | '\u{200d}'
        | '\u{2060}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{e0100}'..='\u{e01ef}' => Piece::Silent,
        '\u{3099}' | '\u{309a}' | '\u{1161}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}' => Piece::Joining(part),
        _ if canonical_combining_class(part) != 0 => Piece::Silent,
        _ if !part.is_alphanumeric() => Piece::Gap(part),
        '\u{0e00}'..='\u{0eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{312f}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Piece::Single(part),
        _ => Piece::Letter(part),
    }
}

/// Letters that Unicode does not take apart, as they are typed by whoever has no key for them.
fn plain(letter: char, visit: &mut impl FnMut(Piece)) {
    let plain = match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ð' | 'đ' | 'ɖ' | 'ɗ' => "d",
        'ł' => "l",
        'ø' => "o",
        'ı' => "i",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ɓ' => "b",
        'ƙ' => "k",
        'ƴ' => "y",
        'ƶ' => "z",
        'ς' => "σ",
        // The Persian forms of Kaf and Yeh.
        'ک' => "ك",
        'ی' => "ي",
        _ => return visit(Piece::Letter(letter)),
    };
    plain.chars().for_each(|c| visit(Piece::Letter(c)));
}

/// Puts a joining piece together with the last character of `text`; false when they make none.
pub(super) fn join(text: &mut String, piece: char) -> bool {
    let Some(joined) = text.chars().next_back().and_then(|last| compose(last, piece)) else { return false };
    text.pop();
    text.push(joined);
    true
}

/// Whether a joining piece that finds nothing to join is still a letter, as a vowel of Hangul is.
pub(super) fn is_letter(joining: char) -> bool {
    canonical_combining_class(joining) == 0
}

/// A text as it is compared, for names: what stands between its words stays.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        pieces(c, |piece| match piece {
            Piece::Letter(c) | Piece::Single(c) | Piece::Gap(c) => out.push(c),
            Piece::Joining(c) if !join(&mut out, c) && is_letter(c) => out.push(c),
            Piece::Joining(_) | Piece::Silent => {}
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_that_unicode_does_not_take_apart_are_plain() {
        let pairs = [
            ("Straße", "strasse"),
            ("STRASSE ẞ", "strasse ss"),
            ("Łódź", "lodz"),
            ("Đảm", "dam"),
            ("Øl", "ol"),
            ("Ærø", "aero"),
            ("Cœur", "coeur"),
            ("Þór ð", "thor d"),
            ("ISPARTA ısparta", "isparta isparta"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("Zoë O'Neil", "zoe o'neil"),
            ("کتابی", "كتابي"),
            ("مـــرحبا", "مرحبا"),
        ];
        for (text, folded) in pairs {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn voiced_kana_is_not_unvoiced_kana() {
        assert_eq!(fold("ガ カ\u{3099} ｶﾞ"), "ガ ガ ガ");
        assert_ne!(fold("ガ"), fold("カ"));
    }

    proptest! {
        #[test]
        fn equivalents_are_equal(text in "[가-힣ㄱ-ㅣᄀ-ᇿぁ-ヿｦ-ﾟＡ-ｚÀ-ỹΆ-ώऀ-ॿก-๛①-⓿ﬀ-ﬆㇰ-ㇿ㌀-㏿]{0,12}") {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&text.nfc().collect::<String>()), &folded);
            prop_assert_eq!(&fold(&text.nfd().collect::<String>()), &folded);
            prop_assert_eq!(&fold(&text.nfkc().collect::<String>()), &folded);
            prop_assert_eq!(&fold(&text.nfkd().collect::<String>()), &folded);
        }

        #[test]
        fn what_is_folded_stays(text: String) {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&folded), &folded);
        }
    }
}
