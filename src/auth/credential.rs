//! From the `Authorization` header to the kind of credential it holds. Pure.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::error::{Error, Result};

/// The longest value that is looked at, in bytes.
pub(super) const MAX_LENGTH: usize = 16 * 1024;

/// What an API key begins with.
pub const KEY_PREFIX: &str = "sk_aui_proj_";

/// A credential by its looks; nothing of it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential<'h> {
    /// Something that begins as an API key does.
    ApiKey(&'h str),
    /// Three parts with dots between them.
    Jwt(&'h str),
}

/// Reads the header. More than one of them is refused: which one counts should be no question.
///
/// # Errors
/// Steps 1, 2 and 4 of the order of checks (spec: authentication, section 2).
pub fn read(headers: &HeaderMap) -> Result<Credential<'_>> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Err(Error::unauthenticated("Authorization header is missing"));
    };
    if values.next().is_some() || value.len() > MAX_LENGTH {
        return Err(unsupported());
    }
    let Some(rest) = value.as_bytes().strip_prefix(b"Bearer ") else {
        return Err(scheme());
    };
    // A second space or a tab is no part of any credential, but of a sloppy scheme.
    if matches!(rest.first(), None | Some(b' ' | b'\t')) {
        return Err(scheme());
    }
    let text = std::str::from_utf8(rest).map_err(|_| unsupported())?;
    if text.starts_with(KEY_PREFIX) {
        return Ok(Credential::ApiKey(text));
    }
    let mut parts = text.split('.');
    let three = [parts.next(), parts.next(), parts.next()];
    if three.into_iter().all(|part| part.is_some_and(is_base64url)) && parts.next().is_none() {
        Ok(Credential::Jwt(text))
    } else {
        Err(unsupported())
    }
}

/// Whether a part is not empty and has no other characters (RFC 4648 §5). Looks at every byte without a way out in
/// between, which is a few times as fast: every request has one of these.
fn is_base64url(part: &str) -> bool {
    const ALPHABET: [bool; 256] = {
        let mut alphabet = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            alphabet[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            byte += 1;
        }
        alphabet
    };
    !part.is_empty() && part.bytes().fold(true, |fits, byte| fits & ALPHABET[usize::from(byte)])
}

fn scheme() -> Error {
    Error::unauthenticated("Authorization header must begin with \"Bearer \"")
}

pub(super) fn unsupported() -> Error {
    Error::forbidden("Unsupported authorization value")
        .with_help("The Authorization header must hold one API key or one JWT after \"Bearer \"")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let entry = |value: &&[u8]| (AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        values.iter().map(entry).collect()
    }

    fn refusal(values: &[&[u8]]) -> String {
        read(&headers(values)).unwrap_err().code().to_owned()
    }

    const SCHEME: &str = "Authorization header must begin with \"Bearer \"";
    const UNSUPPORTED: &str = "Unsupported authorization value";

    #[test]
    fn t001_no_header_is_missing() {
        assert_eq!(refusal(&[]), "Authorization header is missing");
    }

    #[test]
    fn t002_the_scheme_is_exact() {
        for value in ["Basic eDp5", "bearer a.b.c", "Bearer", "Bearer ", "Bearer  a.b.c", "Bearer\ta.b.c", ""]
        {
            assert_eq!(refusal(&[value.as_bytes()]), SCHEME, "{value:?}");
        }
    }

    #[test]
    fn t003_two_headers_are_refused() {
        assert_eq!(refusal(&[b"Bearer a.b.c", b"Bearer a.b.c"]), UNSUPPORTED);
        assert_eq!(refusal(&[b"Bearer a.b.c, Bearer d.e.f"]), UNSUPPORTED);
    }

    #[test]
    fn t005_long_values_are_refused_unread() {
        let long = format!("Bearer {}.b.c", "a".repeat(16 * 1024));
        assert_eq!(refusal(&[long.as_bytes()]), UNSUPPORTED);
    }

    #[test]
    fn t006_t007_t008_a_jwt_has_three_parts_of_base64url() {
        for value in
            ["a", "a.b", "a.b.c.d", "a.b.c.d.e", "h.p.", ".p.s", "h..s", "a.b.c=", "a+.b.c", "a.b c.d"]
        {
            assert_eq!(refusal(&[format!("Bearer {value}").as_bytes()]), UNSUPPORTED, "{value}");
        }
        assert_eq!(refusal(&[format!("Bearer {}", ".".repeat(10_000)).as_bytes()]), UNSUPPORTED);
        assert_eq!(refusal(&[b"Bearer a.b.\xff"]), UNSUPPORTED);
        assert_eq!(read(&headers(&[b"Bearer a-_.b.c"])).unwrap(), Credential::Jwt("a-_.b.c"));
    }

    #[test]
    fn keys_are_told_by_their_prefix() {
        let key = b"Bearer sk_aui_proj_whatever";
        assert_eq!(read(&headers(&[key])).unwrap(), Credential::ApiKey("sk_aui_proj_whatever"));
        assert_eq!(refusal(&[b"Bearer sk_live_x"]), UNSUPPORTED);
        assert_eq!(refusal(&[b"Bearer SK_AUI_PROJ_X"]), UNSUPPORTED);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(value in prop::collection::vec(32_u8..=255, 0..200)) {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                let _outcome = read(&HeaderMap::from_iter([(AUTHORIZATION, value)]));
            }
        }
    }
}
