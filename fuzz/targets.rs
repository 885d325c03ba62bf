//! What each fuzz target does with its bytes. Compiled into the targets and into the test that runs the
//! corpus, so that both do the same.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use outbound::Policy;
use threadkeep::auth::credential::{self, Credential};
use threadkeep::auth::jwt::Unverified;
use threadkeep::auth::key_sets::jwk::KeySet;
use threadkeep::auth::rules::claims::Template;
use threadkeep::projects::origins::{AllowedOrigin, admits};

/// The `Authorization` header, then the token in it.
pub fn token(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
    let Ok(Credential::Jwt(token)) = credential::read(&headers) else { return };
    let Ok(jwt) = Unverified::decode(token) else { return };
    for claims in [jwt.header(), jwt.payload()] {
        let names: Vec<&str> = claims.names().collect();
        assert!(names.iter().all(|name| claims.has(name)), "a member that is there is found");
        for name in names {
            let (_text, _integer, _number) = (claims.string(name), claims.integer(name), claims.number(name));
        }
    }
    assert!(token.starts_with(jwt.signing_input), "what is signed is what was sent");
}

/// A provider's answer.
pub fn key_set(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(set) = KeySet::parse(text) else { return };
    let keys = set.view();
    assert!(!keys.is_empty(), "a set without keys is refused");
    assert!(keys.iter().all(|key| set.has(&key.kid) && !key.kid.is_empty()));
}

/// A setting, a line end, and the payload of a token.
pub fn claim_template(bytes: &[u8]) {
    let Some((setting, payload)) = std::str::from_utf8(bytes).ok().and_then(|text| text.split_once('\n'))
    else {
        return;
    };
    let Ok(template) = Template::parse(setting) else { return };
    assert_eq!(template.as_str(), setting);
    let token = format!("e30.{}.c2ln", base64url(payload.as_bytes()));
    let Ok(jwt) = Unverified::decode(&token) else { return };
    if let Ok(value) = template.read(&jwt.payload()) {
        assert_eq!(template.read(&jwt.payload()), Ok(value), "the same token has the same workspace");
    }
}

/// An entry of an origin list, a line end, and a request's `Origin`.
pub fn origin(bytes: &[u8]) {
    let Some((entry, origin)) = std::str::from_utf8(bytes).ok().and_then(|text| text.split_once('\n')) else {
        return;
    };
    let private = Policy::new(["intranet", "10.0.0.0/8"].map(str::parse).into_iter().flatten().collect());
    let Some(allowed) = AllowedOrigin::parse(entry, &private) else { return };
    let stored = AllowedOrigin::parse(allowed.as_str(), &private);
    assert_eq!(stored.as_ref(), Some(&allowed), "what is stored is an entry");
    let is_wildcard = allowed.as_str().contains('*');
    let list = [allowed];
    if admits(&list, origin) && !is_wildcard {
        assert_eq!(origin, list[0].as_str(), "an exact entry admits itself alone");
    }
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}
