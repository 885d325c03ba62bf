//! Messages whose words are as unevenly common as those of a language, for searching in them.
//!
//! The vocabulary is made up, so that nothing has to be shipped: the word of rank `k` is `k` times as rare
//! as the first one (Zipf's law). Some messages are Chinese, which has no spaces.

use std::fmt::Write as _;

use crate::dataset::mix;

/// Words there are.
const WORDS: u32 = 50_000;

/// Chinese characters there are.
const CHARACTERS: u32 = 3_000;

/// One in so many messages is Chinese.
const CHINESE: u64 = 50;

/// The word of a rank; 0 is the most common one.
pub(crate) fn word(rank: u32) -> String {
    const CONSONANTS: &[u8; 14] = b"bdfghklmnprstv";
    const VOWELS: &[u8; 5] = b"aeiou";
    let (mut rest, mut text) = (rank + 70, String::new());
    while rest > 0 {
        let syllable = (rest % 70) as usize;
        text.push(char::from(CONSONANTS[syllable / 5]));
        text.push(char::from(VOWELS[syllable % 5]));
        rest /= 70;
    }
    text
}

/// The character of a rank.
pub(crate) fn character(rank: u32) -> char {
    char::from_u32(0x4e00 + rank * 5).unwrap_or('一')
}

/// A rank below `count`, the smaller the more often.
fn draw(bits: u64, count: u32) -> u32 {
    let even = (bits >> 11) as f64 / (1_u64 << 53) as f64;
    let rank = (f64::from(count).ln() * even).exp() as u32;
    rank.saturating_sub(1).min(count - 1)
}

/// A message of 20 to 60 words.
pub(crate) fn push_prose(out: &mut String, thread: u32, n: u32) {
    let seed = mix((u64::from(thread) << 32) | u64::from(n));
    let role = if n.is_multiple_of(2) { "user" } else { "assistant" };
    // Writing to a String cannot fail.
    let _ = write!(out, r#"{{"role":"{role}","content":[{{"type":"text","text":""#);
    let is_chinese = seed.is_multiple_of(CHINESE);
    for place in 0..20 + (seed >> 32) % 41 {
        let bits = mix(seed.wrapping_add(place));
        if is_chinese {
            out.push(character(draw(bits, CHARACTERS)));
        } else {
            out.push_str(&word(draw(bits, WORDS)));
            out.push(' ');
        }
    }
    out.push_str(r#""}],"metadata":{"custom":{}}}"#);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rank_has_a_word_of_its_own() {
        let words: HashSet<String> = (0..WORDS).map(word).collect();
        assert_eq!(words.len(), WORDS as usize);
    }

    #[test]
    fn prose_is_json_and_its_words_are_unevenly_common() {
        let mut common = 0;
        for n in 0..1_000 {
            let mut content = String::new();
            push_prose(&mut content, 7, n);
            assert!(serde_json::from_str::<serde_json::Value>(&content).is_ok());
            assert!(!content.contains('\\') && !content.contains('\t'), "COPY takes it as it is");
            common += u32::from(content.contains(&format!("{} ", word(0))));
        }
        assert!((700..1_000).contains(&common), "{common}");
    }
}
