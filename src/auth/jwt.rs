//! Taking a JWT apart, strictly and without trusting it (RFC 7515 §5.2, RFC 8725). Pure.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::json::{self, Members, NotMembers};

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
    /// header or payload is not a JSON object with members of different names: whatever the header says of
    /// its payload, compressed and nested ones are none.
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
        let (header, payload) = (object(header_bytes, "header")?, object(payload_bytes, "payload")?);
        Ok(Self { signing_input, signature, header, payload })
    }

    /// Whether the header makes an extension of the standard a condition (RFC 7515 §4.1.11). None is
    /// understood here, so such a token must be refused. Everything else that a header may hold and that is
    /// not understood is to be ignored (§4), `b64` too: where it counts, `crit` names it (RFC 7797 §6).
    pub fn has_critical_extension(&self) -> bool {
        self.header().has("crit")
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

fn object(bytes: Vec<u8>, part: &str) -> Result<String> {
    let invalid = |what: &str| {
        Error::forbidden("Invalid JWT token").with_help(format!("The token's {part} is not {what}"))
    };
    let text = String::from_utf8(bytes).map_err(|_| invalid("JSON"))?;
    match Members::parse(&text) {
        Ok(_) => Ok(text),
        Err(NotMembers::Malformed) => Err(invalid("JSON")),
        Err(NotMembers::NotAnObject) => Err(invalid("a JSON object")),
        Err(NotMembers::Duplicate(_)) => Err(invalid("a JSON object with members of different names")),
    }
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

    /// What a member is that was to be `wanted`: the rest of a sentence that begins with its name.
    pub fn is_instead(&self, name: &str, wanted: &str) -> String {
        match self.0.get(name) {
            Some(raw) => format!("is {}, not {wanted}", json::kind(raw)),
            None => "is missing".into(),
        }
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
    fn a_payload_that_is_no_claims_is_refused_for_that() {
        // `{"sub":"a"}` by DEFLATE (RFC 1951), as "zip":"DEF" announces.
        let deflated = [0xab, 0x56, 0x2a, 0x2e, 0x4d, 0x52, 0xb2, 0x52, 0x4a, 0x54, 0xaa, 0x05, 0x00];
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let header = part(br#"{"alg":"RS256","zip":"DEF","cty":"JWT"}"#);
        let nested = token("{}", "{}");
        for (payload, told) in [
            (&deflated[..], "The token's payload is not JSON"),
            (nested.as_bytes(), "The token's payload is not JSON"),
            (b"\"claims\"", "The token's payload is not a JSON object"),
            (br#"{"a":1,"a":2}"#, "The token's payload is not a JSON object with members of different names"),
        ] {
            let error = Unverified::decode(&format!("{header}.{}.c2ln", part(payload))).unwrap_err();
            assert_eq!((error.code(), error.message()), ("Invalid JWT token", told));
        }
    }

    #[test]
    fn a_claim_of_another_type_is_named_by_its_type() {
        let text = token("{}", r#"{"a":17,"b":null,"c":[],"d":{},"e":true,"f":"x"}"#);
        let jwt = Unverified::decode(&text).unwrap();
        for (name, told) in [
            ("a", "is a number, not a string"),
            ("b", "is null, not a string"),
            ("c", "is a list, not a string"),
            ("d", "is an object, not a string"),
            ("e", "is a boolean, not a string"),
            ("g", "is missing"),
        ] {
            assert_eq!(jwt.payload().is_instead(name, "a string"), told);
        }
    }

    #[test]
    fn t011_deep_nesting_costs_no_stack() {
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
        assert!(Unverified::decode(&token("{}", &deep)).is_ok());
    }
}
