//! Addresses and keys among the words of a line.

use super::script::{is_dense, is_punctuation};

/// The characters that a token must have more of before it is looked at as a key.
const LONG: usize = 40;

/// The letters and digits in a row that no word or path has with both among them.
const KEY_RUN: usize = 20;

/// A line whose URLs are only their hosts, without tokens that look like keys.
pub(super) fn shorten(line: &str) -> String {
    let words: Vec<String> =
        line.split_whitespace().map(shorten_word).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn shorten_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some((before, address)) = split_before_url(rest) {
        push_without_keys(&mut out, before);
        let (host, after) = split_url(address);
        out.push_str(host);
        rest = after;
    }
    push_without_keys(&mut out, rest);
    out
}

/// What stands before the first URL, and the URL from its host on.
fn split_before_url(word: &str) -> Option<(&str, &str)> {
    if let Some(at) = word.find("://") {
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let before = word[..at].trim_end_matches(is_scheme);
        return Some((before, &word[at + 3..]));
    }
    let at = word.find("www.")?;
    let is_inside = word[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
    (!is_inside).then(|| word.split_at(at))
}

/// The host of a URL without scheme, and what follows the whole of it.
fn split_url(address: &str) -> (&str, &str) {
    let authority = address.find(['/', '?', '#']).unwrap_or(address.len());
    let start = address[..authority].rfind('@').map_or(0, |at| at + 1);
    let mut has_dot = false;
    let host_end = address[start..].find(|c: char| {
        has_dot |= c == '.';
        // A name may be in any script, but a sentence may go on right behind it.
        !(c.is_alphanumeric() || matches!(c, '-' | '.')) || (has_dot && is_dense(c))
    });
    let host = &address[start..host_end.map_or(address.len(), |end| start + end)];
    let host = host.trim_end_matches(['.', '-']);
    let tail = &address[start + host.len()..];
    (host, &tail[path_end(tail)..])
}

/// Where the rest of a URL, after its host, ends: before the text and the marks that only stand beside it.
fn path_end(tail: &str) -> usize {
    if !tail.starts_with(['/', '?', '#', ':']) {
        return 0;
    }
    let is_beside =
        |c: char| matches!(c, '<' | '>' | '"') || is_dense(c) || (!c.is_ascii() && is_punctuation(c));
    let path = &tail[..tail.find(is_beside).unwrap_or(tail.len())];
    path.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'']).len()
}

/// Appends text without its keys. They are in ASCII, and a sentence in another script may stand around them.
fn push_without_keys(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| c.is_ascii() != first.is_ascii()).unwrap_or(rest.len());
        if !looks_like_key(&rest[..end]) {
            out.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
}

fn looks_like_key(run: &str) -> bool {
    if !run.is_ascii() || run.len() <= LONG {
        return false;
    }
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let is_mixed = |part: &str| {
        part.len() >= KEY_RUN
            && part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    digits * 5 >= run.len() || run.split(|c: char| !c.is_ascii_alphanumeric()).any(is_mixed)
}
