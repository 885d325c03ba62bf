//! Reading a JWK Set (RFC 7517 §5): every key that can verify a token, and what was wrong with the rest.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::auth::algorithm::{Algorithm, Curve, PublicKey};
use crate::json::{Members, NotMembers, string};

/// The most keys of a set; providers publish a handful.
const MAX_KEYS: usize = 100;

/// The most characters of a `kid`, an RSA modulus of 8192 bits, and everything between.
const MAX_MEMBER: usize = 2_048;

/// The most keys of one `kid` that are tried.
const MAX_TRIES: usize = 4;

/// Numbers as issuers write them: by the standard without padding (RFC 7515 §2), and with it.
const NUMBERS: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A key that can verify tokens.
pub struct Jwk {
    kid: String,
    /// What the set says it is for; one key has one algorithm then (RFC 8725 §3.1).
    algorithm: Option<Algorithm>,
    key: PublicKey,
}

/// The usable keys of a set.
pub struct KeySet {
    keys: Vec<Jwk>,
    /// Keys that cannot verify a token: for encryption, of unknown kinds, unsound.
    pub skipped: usize,
    /// The provider published private keys.
    pub has_private_members: bool,
}

/// A key for people.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = KeySetKey)]
pub struct KeyView {
    /// Its `kid`.
    pub kid: String,
    /// Its kind, such as `RSA 2048`.
    pub kind: String,
}

/// Why a text is no usable JWK Set. The sentences are for operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeySet {
    /// Not JSON at all, a web page for example.
    #[error("the answer is not JSON")]
    NotJson,
    /// A list of keys without the object around it.
    #[error("the answer is a bare list of keys, not a JWK Set; look for another version of the URL")]
    BareList,
    /// Certificates by `kid`.
    #[error("the answer is a map of PEM certificates, not a JWK Set; look for the provider's JWK URL")]
    PemMap,
    /// No `keys` list.
    #[error("the answer has no list named `keys`")]
    NoKeys,
    /// An empty list.
    #[error("the key set is empty")]
    Empty,
    /// Too many keys.
    #[error("the key set has more than 100 keys")]
    TooMany,
    /// Keys, but none that can verify a token.
    #[error("the key set has no key that can verify a token")]
    NoneUsable,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    /// [`BadKeySet`].
    pub fn parse(text: &str) -> Result<Self, BadKeySet> {
        let set = Members::parse(text).map_err(|problem| match problem {
            NotMembers::NotAnObject if text.trim_start().starts_with('[') => BadKeySet::BareList,
            _ => BadKeySet::NotJson,
        })?;
        let Some(list) = set.get("keys") else {
            let is_pem = |(_, value): &(_, &RawValue)| value.get().contains("-----BEGIN");
            return Err(if set.0.iter().any(is_pem) { BadKeySet::PemMap } else { BadKeySet::NoKeys });
        };
        let list: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(|_| BadKeySet::NoKeys)?;
        match list.len() {
            0 => return Err(BadKeySet::Empty),
            count if count > MAX_KEYS => return Err(BadKeySet::TooMany),
            _ => {}
        }
        let members: Vec<_> =
            list.iter().filter_map(|key| Members::parse(key.get()).ok().map(Fields)).collect();
        let keys: Vec<Jwk> = members.iter().filter_map(Jwk::read).collect();
        if keys.is_empty() {
            return Err(BadKeySet::NoneUsable);
        }
        let has_private_members =
            members.iter().any(|fields| !fields.is("kty", "oct") && fields.get("d").is_some());
        Ok(Self { skipped: list.len() - keys.len(), has_private_members, keys })
    }

    /// Whether a key of that `kid` is there, of whatever kind.
    pub fn has(&self, kid: &str) -> bool {
        self.keys.iter().any(|jwk| jwk.kid == kid)
    }

    /// Whether a key of that `kid` which fits the algorithm verifies the signature.
    pub fn verifies(&self, kid: &str, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let fits = |jwk: &&Jwk| {
            jwk.kid == kid && jwk.algorithm.is_none_or(|only| only == algorithm) && jwk.key.fits(algorithm)
        };
        let mut candidates = self.keys.iter().filter(fits).take(MAX_TRIES);
        candidates.any(|jwk| jwk.key.verifies(algorithm, message, signature))
    }

    /// The keys for people.
    pub fn view(&self) -> Vec<KeyView> {
        self.keys.iter().map(|jwk| KeyView { kid: jwk.kid.clone(), kind: jwk.key.describe() }).collect()
    }
}

impl Jwk {
    fn read(fields: &Fields<'_>) -> Option<Self> {
        if !fields.is_for_signatures() {
            return None;
        }
        let key = match fields.text("kty")?.as_ref() {
            "RSA" => PublicKey::rsa(&fields.bytes("n")?, &fields.bytes("e")?)?,
            "EC" => {
                PublicKey::ec(Curve::parse(&fields.text("crv")?)?, &fields.bytes("x")?, &fields.bytes("y")?)?
            }
            "OKP" if fields.is("crv", "Ed25519") => PublicKey::ed25519(&fields.bytes("x")?)?,
            // `oct` too: a secret is never fetched.
            _ => return None,
        };
        let algorithm = match fields.get("alg") {
            Some(_) => Some(Algorithm::parse(&fields.text("alg")?)?),
            None => None,
        };
        let kid = fields.text("kid").filter(|kid| !kid.is_empty())?;
        Some(Self { kid: kid.into_owned(), algorithm, key })
    }
}

/// The members of a JWK.
struct Fields<'t>(Members<'t>);

impl Fields<'_> {
    /// A member. Null is what many programs print in the place of one that is not there.
    fn get(&self, name: &str) -> Option<&RawValue> {
        self.0.get(name).filter(|raw| raw.get() != "null")
    }

    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        string(self.get(name)?).filter(|text| text.len() <= MAX_MEMBER)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.text(name).is_some_and(|text| text == value)
    }

    /// A number, or a point, of whichever of the two alphabets.
    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let text = self.text(name)?.replace('+', "-").replace('/', "_");
        NUMBERS.decode(text).ok()
    }

    /// `use` and `key_ops`, where they are there, must both allow it (RFC 7517 §4.2, §4.3).
    fn is_for_signatures(&self) -> bool {
        let by_use = self.get("use").is_none() || self.is("use", "sig");
        let by_ops = self.get("key_ops").is_none_or(|raw| {
            serde_json::from_str::<Vec<String>>(raw.get())
                .is_ok_and(|ops| ops.iter().any(|op| op == "verify"))
        });
        by_use && by_ops
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 8037, appendix A.2.
    const GOOD: &str =
        r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn with(extra: &str) -> String {
        GOOD.replacen('{', &format!("{{{extra},"), 1)
    }

    fn parse(keys: &[&str]) -> Result<KeySet, BadKeySet> {
        KeySet::parse(&format!(r#"{{"request_id":"x","keys":[{}]}}"#, keys.join(",")))
    }

    #[test]
    fn t051_t055_foreign_members_and_broken_neighbours_do_no_harm() {
        let set =
            parse(&[&with(r#""x5c":[],"issuer":"i""#), r#"{"kty":"XYZ","kid":"b"}"#, "7", "[]"]).unwrap();
        assert!(set.has("a") && !set.has("b"));
        assert_eq!(set.skipped, 3);
    }

    #[test]
    fn t052_t053_keys_for_encryption_are_skipped() {
        for extra in [
            r#""use":"enc""#,
            r#""use":7"#,
            r#""key_ops":["encrypt"]"#,
            r#""use":"sig","key_ops":["encrypt"]"#,
        ] {
            assert_eq!(parse(&[&with(extra)]).err(), Some(BadKeySet::NoneUsable), "{extra}");
        }
        for extra in
            [r#""use":"sig""#, r#""key_ops":["verify"]"#, r#""use":"sig","key_ops":["verify","sign"]"#]
        {
            assert!(parse(&[&with(extra)]).is_ok(), "{extra}");
        }
    }

    #[test]
    fn t054_secrets_in_a_set_are_no_keys() {
        assert_eq!(parse(&[r#"{"kty":"oct","kid":"a","k":"c2VjcmV0"}"#]).err(), Some(BadKeySet::NoneUsable));
    }

    #[test]
    fn t056_private_members_are_noticed() {
        assert!(
            parse(&[&with(r#""d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A""#)])
                .unwrap()
                .has_private_members
        );
        assert!(!parse(&[GOOD]).unwrap().has_private_members);
    }

    #[test]
    fn a_null_member_is_an_absent_one() {
        let set = parse(&[&with(
            r#""d":null,"p":null,"k":null,"use":null,"key_ops":null,"alg":null,"x5c":null,"n":null"#,
        )])
        .unwrap();
        assert!(set.has("a") && !set.has_private_members);
        assert_eq!(set.skipped, 0);
        for missing in ["kty", "crv", "x", "kid"] {
            let key = GOOD.replacen(
                &format!("\"{missing}\":\""),
                &format!("\"{missing}\":null,\"_{missing}\":\""),
                1,
            );
            assert_eq!(parse(&[&key]).err(), Some(BadKeySet::NoneUsable), "{key}");
        }
    }

    /// The point is that of RFC 7517, appendix A.1.
    #[test]
    fn numbers_are_read_however_they_are_written() {
        let (x, y) =
            ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
        let n = &NUMBERS.encode([0xff; 256]);
        let padded = |text: &str| format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4));
        let standard = |text: &str| padded(text).replace('-', "+").replace('_', "/");
        let zero_before =
            |text: &str| NUMBERS.encode([&[0], NUMBERS.decode(text).unwrap().as_slice()].concat());
        for write in [&str::to_owned as &dyn Fn(&str) -> String, &padded, &standard, &zero_before] {
            let ec =
                format!(r#"{{"kty":"EC","crv":"P-256","kid":"ec","x":"{}","y":"{}"}}"#, write(x), write(y));
            let rsa = format!(r#"{{"kty":"RSA","kid":"rsa","n":"{}","e":"{}"}}"#, write(n), write("AQAB"));
            let set = parse(&[&ec, &rsa]).unwrap_or_else(|bad| panic!("{bad}: {ec} {rsa}"));
            assert!(set.has("ec") && set.has("rsa"), "{ec} {rsa}");
        }
        for wrong in [x.trim_end_matches('4'), &format!("={x}"), &format!("{x} "), &format!("{x}======")] {
            let ec = format!(r#"{{"kty":"EC","crv":"P-256","kid":"ec","x":"{wrong}","y":"{y}"}}"#);
            assert_eq!(parse(&[&ec]).err(), Some(BadKeySet::NoneUsable), "{wrong}");
        }
    }

    #[test]
    fn t057_each_kind_of_wrong_answer_has_its_sentence() {
        for (text, problem) in [
            ("", BadKeySet::NotJson),
            ("<html></html>", BadKeySet::NotJson),
            ("[]", BadKeySet::BareList),
            ("{}", BadKeySet::NoKeys),
            (r#"{"keys":{}}"#, BadKeySet::NoKeys),
            (r#"{"keys":[]}"#, BadKeySet::Empty),
            (r#"{"abc":"-----BEGIN CERTIFICATE-----"}"#, BadKeySet::PemMap),
        ] {
            assert_eq!(KeySet::parse(text).err(), Some(problem), "{text}");
        }
    }

    #[test]
    fn t058_large_sets_and_members_are_refused() {
        assert_eq!(parse(&vec![GOOD; 101]).err(), Some(BadKeySet::TooMany));
        let long = GOOD.replace("\"a\"", &format!("\"{}\"", "a".repeat(200_000)));
        assert_eq!(parse(&[&long]).err(), Some(BadKeySet::NoneUsable));
    }

    #[test]
    fn t024_other_curves_are_skipped() {
        for curve in ["Ed448", "X25519", "ed25519"] {
            assert!(parse(&[&GOOD.replace("Ed25519", curve)]).is_err(), "{curve}");
        }
        assert!(parse(&[&with(r#""alg":"RS256""#)]).is_ok(), "it will fit no token");
        assert!(parse(&[&with(r#""alg":"RSA-OAEP""#)]).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}|[{}\\[\\]\",:a-z]{0,60}") {
            let _set = KeySet::parse(&text);
        }
    }
}
