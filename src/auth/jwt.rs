//! Taking a JWT apart, strictly and without trusting it (RFC 7515 §5.2, RFC 8725). Pure.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::json::{self, Members};

/// A JWT's parts, decoded; nothing of it is verified.
#[derive(Debug)]
pub struct Unverified<'t> {
    /// What the signature is over.
    pub signing_input: &'t str,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    header: String,
    payload: String,
}

impl<'t> Unverified<'t> {
    /// Decodes the three parts. Only canonical base64url passes, so one token has one text.
    ///
    /// # Errors
    /// 403 `Unsupported authorization value` when a part is not base64url, 403 `Invalid JWT token` when
    /// header or payload is not a JSON object with members of different names.
    pub fn decode(token: &'t str) -> Result<Self> {
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(super::credential::unsupported());
        };
        let bytes = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| super::credential::unsupported());
        let (header_bytes, payload_bytes) = (bytes(header)?, bytes(payload)?);
        let signature = bytes(signature)?;
        let signing_input = &token[..=header.len() + payload.len()];
        Ok(Self { signing_input, signature, header: object(header_bytes)?, payload: object(payload_bytes)? })
    }

    /// The JOSE header.
    pub fn header(&self) -> Claims<'_> {
        Claims::of(&self.header)
    }

    /// The claims.
    pub fn payload(&self) -> Claims<'_> {
        Claims::of(&self.payload)
    }
}

fn object(bytes: Vec<u8>) -> Result<String> {
    let invalid = || Error::forbidden("Invalid JWT token");
    let text = String::from_utf8(bytes).map_err(|_| invalid())?;
    Members::parse(&text).map_err(|_| invalid())?;
    Ok(text)
}

/// The members of a header or payload, by type: a value of another type is no value.
pub struct Claims<'t>(Members<'t>);

impl<'t> Claims<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        // `object` has parsed the same text before.
        Self(Members::parse(text).unwrap_or(Members(Vec::new())))
    }

    /// A string.
    pub fn string(&self, name: &str) -> Option<Cow<'t, str>> {
        json::string(self.0.get(name)?)
    }

    /// A whole number of seconds.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.get().parse().ok()
    }

    /// A number of seconds, which RFC 7519 §2 lets have a fraction.
    pub fn number(&self, name: &str) -> Option<f64> {
        serde_json::from_str::<f64>(self.0.get(name)?.get()).ok()
    }

    /// The JSON of a member.
    pub fn raw(&self, name: &str) -> Option<&'t RawValue> {
        self.0.get(name)
    }

    /// The names of all members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.0.iter().map(|(name, _)| name.as_ref())
    }

    /// Whether there is a member of that name, of any type.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(header), part(payload), part("signature"))
    }

    fn refusal(token: &str) -> String {
        Unverified::decode(token).unwrap_err().code().to_owned()
    }

    #[test]
    fn parts_come_decoded() {
        let text = token(r#"{"alg":"EdDSA"}"#, r#"{"sub":"a","exp":5,"nbf":"7","iat":1.5}"#);
        let jwt = Unverified::decode(&text).unwrap();
        assert_eq!(jwt.header().string("alg").as_deref(), Some("EdDSA"));
        let payload = jwt.payload();
        assert_eq!(payload.integer("exp"), Some(5));
        assert_eq!(payload.integer("nbf"), None, "a string is no time");
        assert_eq!(payload.integer("iat"), None);
        assert!(payload.has("nbf"));
        assert_eq!(jwt.signature, b"signature");
        assert_eq!(format!("{}.{}", jwt.signing_input, URL_SAFE_NO_PAD.encode("signature")), text);
    }

    #[test]
    fn t008_only_canonical_base64url_passes() {
        // "e30" is `{}`; its last character has two unused bits, which must be zero.
        assert_eq!(refusal("e31.e30.c2ln"), "Unsupported authorization value");
        assert_eq!(refusal("e30.e30.c"), "Unsupported authorization value");
    }

    #[test]
    fn t009_t010_header_and_payload_are_objects_with_members_of_different_names() {
        let ok = "{}";
        for bad in ["", "[]", "1", "\"a\"", "{", "\u{feff}{}", r#"{"a":1,"a":2}"#, r#"{"\ud800":1}"#] {
            assert_eq!(refusal(&token(bad, ok)), "Invalid JWT token", "{bad:?}");
            assert_eq!(refusal(&token(ok, bad)), "Invalid JWT token", "{bad:?}");
        }
        let not_utf8 = format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(b"{\"a\":\"\xff\"}"));
        assert_eq!(refusal(&not_utf8), "Invalid JWT token");
    }

    #[test]
    fn t011_deep_nesting_costs_no_stack() {
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
        assert!(Unverified::decode(&token("{}", &deep)).is_ok());
    }
}
