//! Tokens that were not made by the project they name.

use aws_lc_rs::hmac;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use engine::Engine;
use serde_json::{Value, json};

use super::knock;
use crate::on_both_engines;
use crate::support::tokens::{changed, claims_of, part, parts, unpart};
use crate::support::{Signer, TestApp};

on_both_engines!(
    t031_a_flipped_bit_breaks_a_token,
    t032_parts_of_two_tokens_make_no_third,
    t039_a_key_in_the_header_is_not_used,
    t144_no_project_signs_for_another,
    t145_t147_only_eddsa_signs_workspace_tokens,
    t146_changed_claims_break_the_signature,
    the_other_issuer_rules_are_checked_in_order,
);

const NOT_VALID: &str = "JWT token is not valid";

async fn refuse_all(app: &TestApp, tokens: impl IntoIterator<Item = String>) {
    let before = app.written().await;
    for token in tokens {
        knock(&app.anyone().bearing(&token)).await.refused(403, NOT_VALID);
    }
    assert_eq!(app.written().await, before);
}

async fn t031_a_flipped_bit_breaks_a_token(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    knock(&app.anyone().bearing(&token)).await.expect(201);
    let before = app.written().await;
    for index in 0..3 {
        let length = unpart(parts(&token)[index]).len();
        for at in (0..length).step_by(7).chain([length - 1]) {
            let mut changed = parts(&token).map(unpart);
            changed[index][at] ^= 1 << (at % 8);
            let forged = changed.map(part).join(".");
            let answer = knock(&app.anyone().bearing(&forged)).await;
            assert_eq!(answer.status, 403, "part {index}, byte {at}: {answer:?}");
        }
    }
    assert_eq!(app.written().await, before);
}

async fn t032_parts_of_two_tokens_make_no_third(engine: Engine) {
    let app = TestApp::start(engine).await;
    let one = app.token(&app.project, "w", "u").await;
    let two = app.token(&app.project, "other", "v").await;
    for token in [&one, &two] {
        knock(&app.anyone().bearing(token)).await.expect(201);
    }
    let ([header, claims, signature], [_, other_claims, other_signature]) = (parts(&one), parts(&two));
    refuse_all(
        &app,
        [
            format!("{header}.{other_claims}.{signature}"),
            format!("{header}.{claims}.{other_signature}"),
            format!("{header}.{claims}.{}", part([0; 64])),
            format!("{header}.{claims}.{}", part(&unpart(signature)[..63])),
            format!("{header}.{claims}.{}", part([unpart(signature), vec![0]].concat())),
            format!("{header}.{claims}.{}", part("x")),
        ],
    )
    .await;
}

async fn t039_a_key_in_the_header_is_not_used(engine: Engine) {
    let app = TestApp::start(engine).await;
    let attacker = Signer::stranger("attacker");
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": part(attacker.public()), "kid": "attacker" });
    let claims = app.claims(&app.project, "w", "u").to_string();
    let own = Signer::of(&app, &app.project).await;
    let with = |name: &str, value: Value, kid: &str| {
        let header = changed(&attacker.header(), name, Some(value));
        attacker.sign(&changed(&header, "kid", Some(kid.into())).to_string(), &claims)
    };
    let mut forged = Vec::new();
    for kid in ["attacker", &own.kid] {
        forged.push(with("jwk", jwk.clone(), kid));
        forged.push(with("jku", json!("https://attacker.example/jwks.json"), kid));
        forged.push(with("x5u", json!("https://attacker.example/cert.pem"), kid));
        forged.push(with("x5c", json!([part(attacker.public())]), kid));
    }
    refuse_all(&app, forged).await;
}

async fn t144_no_project_signs_for_another(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    let (own, foreign) = (Signer::of(&app, &app.project).await, Signer::of(&app, &other).await);
    let claims = app.claims(&app.project, "w", "u");
    let under_our_kid = changed(&foreign.header(), "kid", Some(json!(own.kid))).to_string();
    let stranger = Signer::stranger(&own.kid);
    refuse_all(
        &app,
        [
            foreign.token(&claims),
            foreign.sign(&under_our_kid, &claims.to_string()),
            stranger.token(&claims),
            Signer::stranger("unknown").token(&claims),
        ],
    )
    .await;
    // A token whose issuer and project disagree is nobody's.
    let before = app.written().await;
    let mixed = changed(&claims, "project_id", Some(json!(other)));
    let tokens = [own.token(&mixed), foreign.token(&mixed), own.token(&changed(&claims, "project_id", None))];
    for token in tokens {
        let answer = knock(&app.anyone().bearing(&token)).await;
        answer.refused(403, "No auth rule matches the JWT iss and aud claims");
    }
    assert_eq!(app.written().await, before);
}

async fn t145_t147_only_eddsa_signs_workspace_tokens(engine: Engine) {
    let app = TestApp::start(engine).await;
    let own = Signer::of(&app, &app.project).await;
    let token = app.token(&app.project, "w", "u").await;
    let claims = claims_of(&token).to_string();
    let with_alg = |alg: &str| changed(&own.header(), "alg", Some(json!(alg))).to_string();
    let mut forged = Vec::new();
    let der =
        [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00], own.public()].concat();
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----");
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": part(own.public()) }).to_string();
    let with_newline = format!("{pem}\n");
    let x = part(own.public());
    let secrets: [&[u8]; 8] = [
        own.public(),
        x.as_bytes(),
        &der,
        pem.as_bytes(),
        with_newline.as_bytes(),
        jwk.as_bytes(),
        own.kid.as_bytes(),
        b"",
    ];
    let algorithms =
        [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)];
    for (name, algorithm) in algorithms {
        for secret in secrets {
            let input = format!("{}.{}", part(with_alg(name)), part(&claims));
            let tag = hmac::sign(&hmac::Key::new(algorithm, secret), input.as_bytes());
            forged.push(format!("{input}.{}", part(tag)));
        }
    }
    for none in ["none", "None", "NONE", "nOnE"] {
        forged.push(format!("{}.{}.{}", part(with_alg(none)), part(&claims), parts(&token)[2]));
    }
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let input = format!("{}.{}", part(with_alg("RS256")), part(&claims));
    let mut signature = vec![0; rsa.public_modulus_len()];
    let random = aws_lc_rs::rand::SystemRandom::new();
    rsa.sign(&RSA_PKCS1_SHA256, &random, input.as_bytes(), &mut signature).unwrap();
    forged.push(format!("{input}.{}", part(signature)));
    // Rightly signed, and still called something else.
    forged.extend(
        ["RS256", "ES256", "Ed25519", "EdDSA ", "HS256"].map(|alg| own.sign(&with_alg(alg), &claims)),
    );
    refuse_all(&app, forged).await;
}

async fn t146_changed_claims_break_the_signature(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    knock(&app.anyone().bearing(&token)).await.expect(201);
    let [header, _, signature] = parts(&token);
    let claims = claims_of(&token);
    let forged = |claims: Value| format!("{header}.{}.{signature}", part(claims.to_string()));
    refuse_all(
        &app,
        [
            forged(changed(&claims, "sub", Some(json!("admin")))),
            forged(changed(&claims, "sub", None)),
            forged(changed(&claims, "workspace_id", Some(json!("other")))),
            forged(changed(&claims, "workspace_id", None)),
            forged(changed(&claims, "exp", Some(json!(app.now().secs() + 86_400)))),
            forged(changed(&claims, "nbf", None)),
            forged(changed(&claims, "role", Some(json!("admin")))),
        ],
    )
    .await;
}

async fn the_other_issuer_rules_are_checked_in_order(engine: Engine) {
    let app = TestApp::start(engine).await;
    let stranger = Signer::stranger("k1");
    let token = |header: Value, claims: Value| stranger.sign(&header.to_string(), &claims.to_string());
    let rs256 = |kid: Option<Value>| changed(&json!({ "alg": "RS256" }), "kid", kid);
    let before = app.written().await;
    let iss = json!("https://issuer.example/");
    for (token, error) in [
        (token(json!({}), json!({})), "JWT token algorithm is not valid"),
        (token(json!({ "alg": "HS256" }), json!({ "iss": iss })), "JWT token algorithm is not valid"),
        (token(json!({ "alg": "ES256K" }), json!({ "iss": iss })), "JWT token algorithm is not valid"),
        (token(rs256(None), json!({})), "JWT payload is missing iss"),
        (token(rs256(None), json!({ "iss": null })), "JWT payload is missing iss"),
        (token(rs256(None), json!({ "iss": [iss] })), "JWT payload is missing iss"),
        (token(rs256(None), json!({ "iss": 7 })), "JWT payload is missing iss"),
        (token(rs256(None), json!({ "iss": iss })), "JWT header is missing kid"),
        (token(rs256(Some(json!(7))), json!({ "iss": iss })), "JWT header is missing kid"),
        (
            token(rs256(Some(json!("k1"))), json!({ "iss": iss, "exp": 1, "sub": "u" })),
            "No auth rule matches the JWT iss and aud claims",
        ),
        (
            token(
                rs256(Some(json!("k1"))),
                app.claims(&threadkeep::id::ProjectId::parse("proj_000000000000").unwrap(), "w", "u"),
            ),
            "No auth rule matches the JWT iss and aud claims",
        ),
    ] {
        knock(&app.anyone().bearing(&token)).await.refused(403, error);
    }
    assert_eq!(app.written().await, before);
}
