//! What of a text can be seen, and no more of it than a title needs.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, VariationSelector};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;

/// The bytes of a text that are looked at. A hostile one is eight million long.
const LOOK: usize = 16 * 1024;

/// The beginning of a text, cut between words where it has any.
pub(super) fn beginning(text: &str) -> &str {
    if text.len() <= LOOK {
        return text;
    }
    let head = &text[..text.floor_char_boundary(LOOK)];
    head.rfind(char::is_whitespace).map_or(head, |at| &head[..at])
}

/// Whether a character ends a line in plain text.
pub(super) fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A line in its composed form, every white space a blank, without what nobody sees: control characters,
/// marks of direction, fillers, halves of characters.
pub(super) fn visible(line: &str) -> String {
    let mut seen = String::with_capacity(line.len());
    for c in line.chars() {
        if c.is_whitespace() {
            seen.push(' ');
        } else if !is_junk(c, seen.chars().next_back()) {
            seen.push(c);
        }
    }
    // What stood between two accents may have been left out: only now it is known what they belong to.
    seen.nfc().collect()
}

/// The first character of a flag that is spelt in tags, such as Scotland's.
const BLACK_FLAG: char = '\u{1f3f4}';

fn is_junk(c: char, before: Option<char>) -> bool {
    if c.is_ascii_graphic() {
        return false;
    }
    match c {
        // Inside of words and emoji the joiners change what is seen; one at a time.
        '\u{200c}' | '\u{200d}' => before.is_none_or(|before| before == ' ' || is_joiner(before)),
        '\u{e0020}'..='\u{e007f}' => !before.is_some_and(|c| c == BLACK_FLAG || is_tag(c)),
        '\u{fff9}'..='\u{fffd}' => true,
        _ if CodePointSetData::new::<VariationSelector>().contains(c) => {
            before.is_none_or(|before| CodePointSetData::new::<VariationSelector>().contains(before))
        }
        _ if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) => true,
        _ => matches!(
            CodePointMapData::<GeneralCategory>::new().get(c),
            GeneralCategory::Control | GeneralCategory::PrivateUse | GeneralCategory::Surrogate
        ),
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}
