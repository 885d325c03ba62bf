//! Header values as text.

use std::borrow::Cow;

use axum::http::HeaderValue;

/// A header value's text: UTF-8, and Latin-1 when it is not. Browsers and Node send one byte for each
/// character up to U+00FF (RFC 9110 §5.5), other clients the bytes of UTF-8.
pub fn text(value: &HeaderValue) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> String {
        text(&HeaderValue::from_bytes(bytes).unwrap()).into_owned()
    }

    #[test]
    fn one_name_is_read_alike_in_both_encodings() {
        assert_eq!(read(b"jos\xe9@example.com"), "josé@example.com");
        assert_eq!(read("josé@example.com".as_bytes()), "josé@example.com");
        assert_eq!(read(b"plain"), "plain");
        assert_eq!(read(b""), "");
        assert_eq!(read(b"\x85\xff"), "\u{85}ÿ", "what is a control character stays one");
    }

    proptest! {
        #[test]
        fn every_value_has_a_text(bytes in prop::collection::vec(0x80_u8..=0xff, 0..20)) {
            let text = read(&bytes);
            prop_assert!(text.as_bytes() == bytes || text.chars().count() == bytes.len());
        }
    }
}
