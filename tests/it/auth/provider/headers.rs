//! The token's header: it chooses a key among those of the rule, and nothing else.

use engine::Engine;
use serde_json::{Value, json};

use super::{NO_KID, NOT_VALID, accept, refuse_all};
use crate::on_one_engine;
use crate::support::issuer::IssuerKey;
use crate::support::rules::{Trust, rule, with_claims};
use crate::support::tokens::{changed, part};

on_one_engine!(
    t039_t040_a_key_in_the_header_is_not_used_nor_fetched,
    t041_t043_t044_what_is_not_critical_is_ignored,
    t042_t045_t046_a_header_that_asks_for_more_is_refused,
    a_payload_that_is_no_claims_is_refused_whatever_the_header_says,
    t047_t048_a_kid_is_a_text_that_is_only_compared,
    t049_of_keys_with_one_kid_the_fitting_one_verifies,
    t050_a_key_is_good_for_its_own_rule_only,
);

/// CVE-2018-0114.
async fn t039_t040_a_key_in_the_header_is_not_used_nor_fetched(engine: Engine) {
    let trust = Trust::start(engine).await;
    let attacker = IssuerKey::other_rsa("attacker");
    let theirs = crate::support::key_server::KeyServer::start().await;
    let url = theirs.put_keys("/jwks", &[attacker.jwk()]);
    let claims = trust.claims("ann");
    let mut forged = Vec::new();
    for kid in ["attacker", "k1"] {
        for (name, value) in
            [("jwk", attacker.jwk()), ("jku", json!(url)), ("x5u", json!(url)), ("x5c", json!(["MIIB"]))]
        {
            let header = with_claims(&attacker.header(), json!({ "kid": kid, name: value }));
            forged.push((format!("{name} under {kid}"), attacker.sign(&header, &claims)));
        }
    }
    refuse_all(&trust.app, NOT_VALID, forged).await;
    assert_eq!((theirs.count(), trust.keys.count()), (0, 1));
}

async fn t041_t043_t044_what_is_not_critical_is_ignored(engine: Engine) {
    let trust = Trust::start(engine).await;
    for more in [
        json!({ "x5t": "abc", "x5t#S256": "def", "x5c": ["MIIB"] }),
        json!({ "cat": "cl_B7d4PD111AAA", "oiat": 1, "gty": "implicit", "nonce": "n", "ver": "2.0" }),
        json!({ "typ": "jwt" }),
        json!({ "typ": "at+jwt" }),
        json!({ "typ": "application/at+jwt" }),
        json!({ "typ": "AT+JWT" }),
        json!({ "zip": "NONE" }),
        json!({ "zip": "DEF" }),
        json!({ "zip": null }),
        json!({ "cty": "JWT" }),
        json!({ "b64": true }),
        json!({ "b64": false }),
        json!({ "enc": "A256GCM", "apu": "x", "p2c": 1_000_000, "url": 7, "exp": 1, "iss": "x" }),
    ] {
        let header = with_claims(&trust.key.header(), more.clone());
        accept(&trust.app, &trust.key.sign(&header, &trust.claims("ann"))).await;
    }
    let without = changed(&trust.key.header(), "typ", None);
    accept(&trust.app, &trust.key.sign(&without, &trust.claims("ann"))).await;
}

/// CVE-2025-59420, CVE-2026-29000, CVE-2024-28180; RFC 8725 §3.11.
async fn t042_t045_t046_a_header_that_asks_for_more_is_refused(engine: Engine) {
    let trust = Trust::start(engine).await;
    let typ = |typ: Value| json!({ "typ": typ });
    let tokens = [
        json!({ "crit": ["exp"] }),
        json!({ "crit": ["b64"], "b64": false }),
        json!({ "crit": [] }),
        json!({ "crit": "exp" }),
        json!({ "crit": ["unknown"], "unknown": 1 }),
        json!({ "crit": ["zip"], "zip": "NONE" }),
        json!({ "crit": null }),
        typ(json!("dpop+jwt")),
        typ(json!("logout+jwt")),
        typ(json!("secevent+jwt")),
        typ(json!("refresh+jwt")),
        typ(json!("JOSE")),
        typ(json!("")),
        typ(json!(7)),
        typ(json!(null)),
    ];
    let tokens = tokens.map(|more| {
        let header = with_claims(&trust.key.header(), more.clone());
        (more.to_string(), trust.key.sign(&header, &trust.claims("ann")))
    });
    refuse_all(&trust.app, NOT_VALID, tokens).await;
}

async fn a_payload_that_is_no_claims_is_refused_whatever_the_header_says(engine: Engine) {
    let trust = Trust::start(engine).await;
    let claims = trust.claims("ann").to_string();
    // A stored block of DEFLATE (RFC 1951 §3.2.4).
    let length = u16::try_from(claims.len()).unwrap();
    let deflated = [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), claims.as_bytes()].concat();
    let payloads = [
        ("compressed", json!({ "zip": "DEF" }), deflated),
        ("nested", json!({ "cty": "JWT" }), trust.token("ann").into_bytes()),
        ("a text", json!({}), b"\"ann\"".to_vec()),
        ("a list", json!({}), format!("[{claims}]").into_bytes()),
    ];
    let tokens = payloads.map(|(what, more, payload)| {
        let header = with_claims(&trust.key.header(), more).to_string();
        let input = format!("{}.{}", part(header), part(payload));
        (what, format!("{input}.{}", part(trust.key.signature("RS256", input.as_bytes()))))
    });
    refuse_all(&trust.app, "Invalid JWT token", tokens).await;
}

async fn t047_t048_a_kid_is_a_text_that_is_only_compared(engine: Engine) {
    let trust = Trust::start(engine).await;
    let claims = trust.claims("ann");
    let with_kid = |kid: Option<Value>| trust.key.sign(&changed(&trust.key.header(), "kid", kid), &claims);
    let missing =
        [None, Some(json!(7)), Some(json!(["k1"])), Some(json!("")), Some(json!(null)), Some(json!({}))];
    let missing = missing.map(|kid| (format!("{kid:?}"), with_kid(kid)));
    refuse_all(&trust.app, NO_KID, missing).await;
    assert_eq!(trust.keys.count(), 0, "no key was asked for");
    let long = "k".repeat(6_000);
    let local = trust.keys.at("/else");
    let unknown = [
        &*long,
        "../../dev/null",
        "' OR 1=1 --",
        &local,
        "k1\0",
        "K1",
        " k1",
        "k1 ",
        "k１",
        "\u{202e}1k",
        "k1\r\nx: y",
    ];
    let unknown = unknown.map(|kid| (format!("{kid:?}"), with_kid(Some(json!(kid)))));
    refuse_all(&trust.app, NOT_VALID, unknown).await;
    assert_eq!(trust.keys.count(), 1, "the flood of unknown keys made no further request");
    accept(&trust.app, &trust.token("ann")).await;
}

async fn t049_of_keys_with_one_kid_the_fitting_one_verifies(engine: Engine) {
    let trust = Trust::start(engine).await;
    let (ec, ed) = (IssuerKey::new("k1", "ES256"), IssuerKey::new("k1", "EdDSA"));
    let other = IssuerKey::other_rsa("k1");
    let bare = |key: &IssuerKey| changed(&key.jwk(), "alg", None);
    trust.keys.put_keys("/jwks", &[ed.jwk(), ec.jwk(), bare(&other), bare(&trust.key)]);
    for key in [&trust.key, &other, &ec, &ed] {
        accept(&trust.app, &key.token(&trust.claims("ann"))).await;
    }
    // The tries are bounded: of many keys under one name the last is out of reach.
    let strangers = (0..9).map(|_| bare(&other));
    trust.keys.put_keys("/jwks", &strangers.chain([bare(&trust.key)]).collect::<Vec<_>>());
    trust.app.advance_secs(601);
    refuse_all(&trust.app, NOT_VALID, [("behind nine others", trust.token("bob"))]).await;
}

async fn t050_a_key_is_good_for_its_own_rule_only(engine: Engine) {
    let trust = Trust::start(engine).await;
    let theirs = IssuerKey::other_rsa("k2");
    let url = trust.keys.put_keys("/theirs", &[theirs.jwk()]);
    trust.app.create_rule(&trust.app.project, rule("https://other.example", &url)).await;
    let other = with_claims(&trust.claims("ann"), json!({ "iss": "https://other.example" }));
    accept(&trust.app, &theirs.token(&other)).await;
    let forged = [
        ("their key under our issuer", theirs.token(&trust.claims("ann"))),
        ("our key under their issuer", trust.key.token(&other)),
    ];
    refuse_all(&trust.app, NOT_VALID, forged).await;
}
