//! Cutting a sentence between its words.

use icu_segmenter::{GraphemeClusterSegmenter, WordSegmenter};

use super::script::{is_cjk, is_dense};

/// What a word weighs: as much as two characters of a script that has words of one or two.
pub(super) const WORD: usize = 2;

/// The bytes of a line that are looked at for sentences and words: more than any title has.
pub(super) const LOOK: usize = 1024;

/// Text without a place to cut it at; it begins where the one before ends.
struct Piece {
    end: usize,
    weight: usize,
    is_closed: bool,
}

/// The pieces of a text. Between blanks, text is one piece, hyphens and dots included; but words of scripts
/// without blanks, which a dictionary finds, are a piece each.
fn pieces(text: &str) -> Vec<Piece> {
    let text = &text[..text.floor_char_boundary(LOOK)];
    let mut pieces: Vec<Piece> = Vec::new();
    let mut ends = WordSegmenter::new_dictionary(Default::default()).segment_str(text);
    let mut start = ends.next().unwrap_or(0);
    for end in ends {
        let segment = &text[start..end];
        let is_dense = segment.chars().any(is_dense);
        let is_word = segment.chars().any(char::is_alphanumeric);
        let weight = if is_dense { dense_weight(segment) } else { WORD * usize::from(is_word) };
        match pieces.last_mut() {
            Some(last) if segment.trim().is_empty() => last.is_closed = true,
            Some(last) if !last.is_closed && !is_dense => {
                last.end = end;
                last.weight = last.weight.max(weight);
            }
            _ if segment.trim().is_empty() => {}
            _ => pieces.push(Piece { end, weight, is_closed: is_dense }),
        }
        start = end;
    }
    pieces
}

fn dense_weight(segment: &str) -> usize {
    let characters = segment.chars().filter(|c| is_cjk(*c)).count();
    if characters > 0 { characters } else { WORD }
}

/// What the words of a text weigh.
pub(super) fn weight(text: &str) -> usize {
    pieces(text).iter().map(|piece| piece.weight).sum()
}

/// The beginning of a text that weighs at most `max_weight` and has at most `max_units` UTF-16 code units.
/// A first word that is too long is cut between two characters as people see them.
pub(super) fn cut(text: &str, max_weight: usize, max_units: usize) -> &str {
    let (mut end, mut weight, mut units) = (0, 0, 0);
    for piece in pieces(text) {
        weight += piece.weight;
        units += text[end..piece.end].encode_utf16().count();
        if weight > max_weight || units > max_units {
            let is_first = text[..end].trim().is_empty();
            let max_characters = if piece.weight > max_weight { max_weight } else { max_units };
            let room = if is_first { &text[..piece.end] } else { &text[..end] };
            return whole_characters(room, text, max_characters, max_units);
        }
        end = piece.end;
    }
    whole_characters(&text[..end], text, max_units, max_units)
}

/// The characters, as people see them, of a text that are whole in its `beginning`; at most so many.
fn whole_characters<'t>(beginning: &str, text: &'t str, max: usize, max_units: usize) -> &'t str {
    let text = &text[..text.floor_char_boundary(LOOK)];
    let fits = |end: &usize| *end <= beginning.len() && text[..*end].encode_utf16().count() <= max_units;
    let ends = GraphemeClusterSegmenter::new().segment_str(text).take(max + 1);
    &text[..ends.take_while(fits).last().unwrap_or(0)]
}
