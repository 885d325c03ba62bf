//! What a key set may hold, and what is made of the rest.

use engine::Engine;
use serde_json::{Value, json};

use super::{ALGORITHM, NOT_VALID, accept, refuse_all};
use crate::on_one_engine;
use crate::support::TestApp;
use crate::support::issuer::{IssuerKey, hmac_token, key_set};
use crate::support::key_server::{KeyServer, Reply};
use crate::support::rules::{claims, rule, with_claims};
use crate::support::tokens::{changed, part, unpart};

on_one_engine!(
    t051_t052_t053_t055_t056_t059_t060_sets_that_hold_more_than_the_key,
    t024_t027_t029_t053_unsound_and_foreign_keys_are_skipped,
    t054_a_secret_in_a_set_is_no_key,
    a_point_is_found_without_the_zeros_before_its_coordinates,
    t057_t058_what_is_no_key_set_verifies_nothing,
);

/// A server that trusts an issuer for each reply, with the key set that the reply is.
async fn with_sets(
    engine: Engine,
    replies: Vec<(&'static str, Reply)>,
) -> (TestApp, KeyServer, Vec<(String, Value)>) {
    let app = TestApp::start_trusting(engine).await;
    let keys = KeyServer::start().await;
    let (mut rules, mut all) = (Vec::new(), Vec::new());
    for (number, (what, reply)) in replies.into_iter().enumerate() {
        let issuer = format!("https://issuer-{number}.example");
        keys.put(&format!("/{number}"), reply);
        rules.push(rule(&issuer, &keys.at(&format!("/{number}"))));
        all.push((what.to_owned(), with_claims(&claims(&app, "ann"), json!({ "iss": issuer }))));
    }
    app.create_rules(&app.project, rules).await;
    (app, keys, all)
}

fn with(jwk: &Value, more: Value) -> Value {
    with_claims(jwk, more)
}

async fn t051_t052_t053_t055_t056_t059_t060_sets_that_hold_more_than_the_key(engine: Engine) {
    let key = IssuerKey::new("k1", "RS256");
    let jwk = key.jwk();
    let enc = with(&IssuerKey::other_rsa("k1").jwk(), json!({ "use": "enc", "alg": "RSA-OAEP" }));
    let set = |jwks: &[Value]| Reply::json(&key_set(jwks));
    let n = jwk["n"].as_str().unwrap();
    let more = json!({ "x5c": ["MIIB"], "x5t": "a", "issuer": "https://login.example/{tid}", "exp": 1, "ext": true });
    let text = || key_set(std::slice::from_ref(&jwk)).to_string();
    let (app, _keys, all) = with_sets(
        engine,
        vec![
            ("foreign members of a key", set(&[with(&jwk, more)])),
            (
                "foreign members of a set",
                Reply::json(
                    &json!({ "keys": [jwk], "request_id": "r", "status_code": 200, "public_certs": [{}] }),
                ),
            ),
            ("a key for encryption of the same kid", set(&[enc, jwk.clone()])),
            ("key_ops that verify", set(&[with(&jwk, json!({ "key_ops": ["verify"] }))])),
            (
                "unknown and broken neighbours",
                set(&[
                    json!({ "kty": "AKP" }),
                    json!("x"),
                    json!(null),
                    json!({ "kty": "RSA" }),
                    jwk.clone(),
                ]),
            ),
            (
                "a secret beside it",
                set(&[json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "k1" }), jwk.clone()]),
            ),
            ("private members", set(&[with(&jwk, json!({ "d": "AQAB", "p": "AQAB" }))])),
            ("another company's key beside it", set(&[IssuerKey::other_rsa("k2").jwk(), jwk.clone()])),
            ("100 keys", set(&vec![jwk.clone(); 100])),
            (
                "application/jwk-set+json",
                Reply::text(200, &text()).with("content-type", "application/jwk-set+json"),
            ),
            ("text/plain", Reply::text(200, &text()).with("content-type", "text/plain")),
            (
                "members that are null",
                set(&[with(
                    &jwk,
                    json!({ "d": null, "use": null, "key_ops": null, "alg": null, "x5c": null, "crv": null }),
                )]),
            ),
            ("padded numbers", set(&[with(&jwk, json!({ "n": format!("{n}=="), "e": "AQAB" }))])),
            (
                "numbers with leading zeros",
                set(&[with(
                    &jwk,
                    json!({ "n": part([&[0], &*key.modulus()].concat()), "e": part([0, 1, 0, 1]) }),
                )]),
            ),
            ("no content type", Reply::text(200, &text())),
            ("blanks around", Reply::text(200, &format!("\n {} \n", text()))),
        ],
    )
    .await;
    for (what, claims) in &all {
        println!("{what}");
        accept(&app, &key.token(claims)).await;
    }
    // The encryption key signs nothing; an imported one signs under its own kid alone.
    let stranger = |kid: &str| IssuerKey::other_rsa(kid);
    let of = |what: &str| all.iter().find(|(name, _)| name == what).unwrap().1.clone();
    let forged = [
        ("the key for encryption", stranger("k1").token(&of("a key for encryption of the same kid"))),
        ("the imported key", stranger("k1").token(&of("another company's key beside it"))),
    ];
    refuse_all(&app, NOT_VALID, forged).await;
    accept(&app, &stranger("k2").token(&of("another company's key beside it"))).await;
}

async fn t024_t027_t029_t053_unsound_and_foreign_keys_are_skipped(engine: Engine) {
    let key = IssuerKey::new("k1", "RS256");
    let jwk = key.jwk();
    let ec = IssuerKey::new("k1", "ES256").jwk();
    let okp =
        |crv: &str, size: usize| json!({ "kty": "OKP", "crv": crv, "kid": "k1", "x": part(vec![9; size]) });
    let flipped = ec["y"].as_str().unwrap().replace(['A', 'B', 'C', 'D', 'E'], "F");
    let n = key.modulus();
    let bad = [
        ("RSA 1024", with(&jwk, json!({ "n": part(&n[..128]) }))),
        ("RSA 16384", with(&jwk, json!({ "n": part(n.repeat(8)) }))),
        ("exponent 1", with(&jwk, json!({ "e": part([1]) }))),
        ("an even exponent", with(&jwk, json!({ "e": part([1, 0, 0]) }))),
        ("a huge exponent", with(&jwk, json!({ "e": part([1, 0, 0, 0, 1]) }))),
        ("a point off the curve", with(&ec, json!({ "y": flipped }))),
        ("the point at infinity", with(&ec, json!({ "x": part([0; 32]), "y": part([0; 32]) }))),
        ("coordinates beyond the prime", with(&ec, json!({ "x": part([0xff; 32]) }))),
        ("short coordinates", with(&ec, json!({ "x": part([1; 31]) }))),
        ("secp256k1", with(&ec, json!({ "crv": "secp256k1", "alg": "ES256K" }))),
        ("Ed448", okp("Ed448", 57)),
        ("X25519", okp("X25519", 32)),
        ("Ed25519 of small order", okp("Ed25519", 0)),
        ("for encryption", with(&jwk, json!({ "use": "enc" }))),
        ("key_ops that encrypt", with(&jwk, json!({ "key_ops": ["encrypt"] }))),
        ("use and key_ops that contradict", with(&jwk, json!({ "use": "sig", "key_ops": ["encrypt"] }))),
        ("an alg that is none", with(&jwk, json!({ "alg": "RSA-OAEP" }))),
        ("an alg that is no text", with(&jwk, json!({ "alg": 7 }))),
        ("no kid", changed(&jwk, "kid", None)),
        ("too much padding", with(&jwk, json!({ "n": format!("{}====", part(&n)) }))),
        ("a kid that is null", with(&jwk, json!({ "kid": null }))),
        ("members of 200 KB", with(&jwk, json!({ "kid": "k".repeat(200_000) }))),
    ];
    // A good one beside it, so that the set itself is good.
    let beside = IssuerKey::other_rsa("k2");
    let sets = bad.map(|(what, jwk)| (what, Reply::json(&key_set(&[jwk, beside.jwk()]))));
    let (app, _keys, all) = with_sets(engine, sets.into()).await;
    let tokens = all.iter().map(|(what, claims)| {
        let eddsa = json!({ "alg": "EdDSA", "kid": "k1" });
        let is_curve = what.contains("25519") || what.contains("448");
        let token = if is_curve { key.sign(&eddsa, claims) } else { key.token(claims) };
        (what.clone(), token)
    });
    refuse_all(&app, NOT_VALID, tokens).await;
    for (what, claims) in &all {
        println!("{what}");
        accept(&app, &beside.token(claims)).await;
    }
}

async fn a_point_is_found_without_the_zeros_before_its_coordinates(engine: Engine) {
    let mut sets = Vec::new();
    let mut keys = Vec::new();
    for alg in ["ES256", "ES384", "ES512"] {
        // One key in 128 has such a coordinate; those of P-521 mostly do.
        let (key, short) = std::iter::repeat_with(|| IssuerKey::new("k1", alg))
            .find_map(|key| without_leading_zeros(&key.jwk()).map(|jwk| (key, jwk)))
            .unwrap();
        sets.push((alg, Reply::json(&key_set(&[short]))));
        keys.push(key);
    }
    let (app, _keys, all) = with_sets(engine, sets).await;
    for (key, (what, claims)) in keys.iter().zip(&all) {
        println!("{what}");
        accept(&app, &key.token(claims)).await;
    }
}

/// The key with its coordinates as numbers of as few bytes as hold them, if that makes one of them shorter.
fn without_leading_zeros(jwk: &Value) -> Option<Value> {
    let strip = |name: &str| {
        let bytes = unpart(jwk[name].as_str().unwrap());
        let digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        (part(&digits), digits.len() < bytes.len())
    };
    let ((x, is_shorter_x), (y, is_shorter_y)) = (strip("x"), strip("y"));
    (is_shorter_x || is_shorter_y).then(|| with(jwk, json!({ "x": x, "y": y })))
}

async fn t054_a_secret_in_a_set_is_no_key(engine: Engine) {
    let secret = b"q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA";
    let oct = json!({ "kty": "oct", "k": part(secret), "kid": "k1", "alg": "HS256" });
    let beside = IssuerKey::other_rsa("k2");
    let sets = vec![("a secret", Reply::json(&key_set(&[oct, beside.jwk()])))];
    let (app, _keys, all) = with_sets(engine, sets).await;
    let token = hmac_token(secret, &json!({ "alg": "HS256", "kid": "k1" }), &all[0].1);
    refuse_all(&app, ALGORITHM, [("signed with the secret", token)]).await;
}

async fn t057_t058_what_is_no_key_set_verifies_nothing(engine: Engine) {
    let key = IssuerKey::new("k1", "RS256");
    let jwk = key.jwk();
    let good = key_set(std::slice::from_ref(&jwk)).to_string();
    let pem = json!({ "k1": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" });
    let padded = format!("{good}{}", " ".repeat(256 * 1024));
    let sets = vec![
        ("an empty object", Reply::text(200, "{}")),
        ("an empty set", Reply::text(200, r#"{"keys":[]}"#)),
        ("an object of keys", Reply::text(200, r#"{"keys":{}}"#)),
        ("a bare list", Reply::json(&json!([jwk]))),
        ("a map of certificates", Reply::json(&pem)),
        ("a web page", Reply::text(200, "<!doctype html><title>Sign in</title>")),
        ("nothing", Reply::text(200, "")),
        ("no UTF-8", Reply::text(200, "").with_body(vec![0xff, 0xfe, b'{', b'}'])),
        ("keys given twice", Reply::text(200, &format!("{},{}", &good[..good.len() - 1], &good[1..]))),
        ("101 keys", Reply::json(&key_set(&vec![jwk.clone(); 101]))),
        ("1,000 keys", Reply::json(&key_set(&vec![json!({ "kty": "RSA" }); 1_000]))),
        ("over 256 KiB", Reply::text(200, &padded)),
        ("status 404", Reply::text(404, &good)),
        ("status 500", Reply::text(500, &good)),
        ("status 203", Reply::text(203, &good)),
        ("an end before the end", Reply::text(200, &good).cut_off()),
        ("a broken encoding", Reply::text(200, &good).with("content-encoding", "gzip")),
    ];
    let (app, keys, all) = with_sets(engine, sets).await;
    let tokens = all.iter().map(|(what, claims)| (what.clone(), key.token(claims)));
    refuse_all(&app, NOT_VALID, tokens).await;
    assert_eq!(keys.count(), all.len());
}
