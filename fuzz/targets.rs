//! What each fuzz target does with its bytes. Compiled into the targets and into the test that runs the
//! corpus, so that both do the same.

use std::ops::ControlFlow;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use formats::{Conversion, convert, searchable, shape, text, transcript};
use outbound::Policy;
use serde::de::IgnoredAny;
use threadkeep::auth::credential::{self, Credential};
use threadkeep::auth::jwt::Unverified;
use threadkeep::auth::key_sets::jwk::KeySet;
use threadkeep::auth::rules::claims::Template;
use threadkeep::json::Compact;
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

/// A message's content and, after a line end, the copy of it.
pub fn message(bytes: &[u8]) {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    let (content, copy) =
        input.split_once('\n').map_or((input, None), |(content, copy)| (content, Some(copy)));
    let is_content = is_json(content) && copy.is_none_or(is_json);
    for (from, to) in [("aui/v0", "ai-sdk/v5"), ("aui/v0", "ai-sdk/v6"), ("ai-sdk/v5", "ai-sdk/v6")] {
        let Some(conversion) = Conversion::between(from, to) else { continue };
        let mut out = Vec::new();
        match convert(conversion, content, &mut out) {
            Ok(()) => assert!(!is_content || is_json_bytes(&out), "what comes out of JSON is JSON"),
            Err(_) => assert!(out.is_empty(), "nothing is appended when nothing is converted"),
        }
    }
    for format in ["aui/v0", "ai-sdk/v5", "ai-sdk/v6", "other"] {
        let mut out = Vec::new();
        transcript(format, content, copy, &mut out);
        assert!(!is_content || is_json_bytes(&out), "a transcript of JSON is JSON");
        let _said = text(format, content);
    }
    let _shape = shape(content);
}

/// A message's content, of which the words are wanted.
pub fn searchable_text(bytes: &[u8]) {
    let Ok(content) = std::str::from_utf8(bytes) else { return };
    let mut length = 0;
    searchable(content, |text| {
        length += text.len();
        ControlFlow::Continue(())
    });
    assert!(length <= content.len() * 3, "a text is no longer than what it is written as");
}

/// A JSON text that is to be stored.
pub fn compact(bytes: &[u8]) {
    let Ok(json) = std::str::from_utf8(bytes) else { return };
    let Some(compact) = Compact::of(json, 100) else { return };
    assert!(compact.text.len() <= json.len());
    if is_json(json) {
        assert!(is_json(&compact.text), "JSON stays JSON");
        let again = Compact::of(&compact.text, 100).map(|again| (again.text, again.length));
        assert_eq!(again, Some((compact.text, compact.length)), "what is compact stays as it is");
    }
}

fn is_json(text: &str) -> bool {
    is_json_bytes(text.as_bytes())
}

fn is_json_bytes(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
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
