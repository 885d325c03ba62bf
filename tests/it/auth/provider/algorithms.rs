//! Signatures: every algorithm with its own key, and none with another.

use engine::Engine;
use serde_json::{Value, json};

use super::{ALGORITHM, NOT_VALID, accept, refuse_all, refuse_each};
use crate::on_one_engine;
use crate::support::TestApp;
use crate::support::issuer::{ALGORITHMS, IssuerKey, hmac_token};
use crate::support::key_server::KeyServer;
use crate::support::rules::{Trust, claims, rule};
use crate::support::tokens::{changed, part, parts, unpart};

on_one_engine!(
    t012_t015_an_algorithm_is_the_name_of_a_signature,
    t016_t017_t018_t020_a_public_key_is_no_secret,
    t019_t022_every_algorithm_verifies_with_its_key,
    t021_a_key_has_the_algorithm_that_its_set_says,
    t023_a_key_verifies_nothing_of_another_kind,
    t025_t026_odd_ecdsa_signatures_fail,
    t030_the_two_rsa_paddings_are_not_exchanged,
    t031_a_flipped_bit_breaks_a_token,
    t032_parts_of_two_tokens_make_no_third,
);

/// A server that trusts an issuer with a key of every algorithm, each under its name as `kid`.
async fn with_every_key(
    engine: Engine,
    jwk: impl Fn(&IssuerKey) -> Value,
) -> (TestApp, KeyServer, Vec<IssuerKey>) {
    let app = TestApp::start_trusting(engine).await;
    let keys = KeyServer::start().await;
    let all: Vec<IssuerKey> = ALGORITHMS.iter().map(|alg| IssuerKey::new(alg, alg)).collect();
    let url = keys.put_keys("/jwks", &all.iter().map(jwk).collect::<Vec<_>>());
    app.create_rule(&app.project, rule(crate::support::rules::ISSUER, &url)).await;
    (app, keys, all)
}

async fn t012_t015_an_algorithm_is_the_name_of_a_signature(engine: Engine) {
    let trust = Trust::start(engine).await;
    let claims = trust.claims("ann");
    let odd =
        [json!(["RS256"]), json!(null), json!({}), json!(7), json!(""), json!(" RS256"), json!("rs256")];
    let none = ["none", "None", "NONE", "nOnE", "ES256K", "Ed448", "RS1", "HS256", "HS384", "dir"];
    let algs = odd.into_iter().chain(none.map(|name| json!(name)));
    let tokens = algs.map(|alg| {
        let header = changed(&trust.key.header(), "alg", Some(alg.clone()));
        (alg.to_string(), trust.key.sign(&header, &claims))
    });
    let without = ("no alg".to_owned(), trust.key.sign(&changed(&trust.key.header(), "alg", None), &claims));
    refuse_all(&trust.app, ALGORITHM, tokens.chain([without])).await;
    assert_eq!(trust.keys.count(), 0, "no key was asked for");
    accept(&trust.app, &trust.token("ann")).await;
}

/// CVE-2015-9235, CVE-2022-29217, CVE-2026-22817, CVE-2026-34950, CVE-2026-44699.
async fn t016_t017_t018_t020_a_public_key_is_no_secret(engine: Engine) {
    let trust = Trust::start(engine).await;
    let bare = changed(&trust.key.jwk(), "alg", None);
    trust.keys.put_keys("/jwks", &[bare]);
    accept(&trust.app, &trust.token("ann")).await;
    let claims = trust.claims("ann");
    let mut forged = Vec::new();
    for alg in ["HS256", "HS384", "HS512"] {
        let header = changed(&trust.key.header(), "alg", Some(json!(alg)));
        for (number, secret) in trust.key.public_texts().into_iter().enumerate() {
            forged.push((format!("{alg} with text {number}"), hmac_token(&secret, &header, &claims)));
        }
    }
    refuse_all(&trust.app, ALGORITHM, forged).await;
}

async fn t019_t022_every_algorithm_verifies_with_its_key(engine: Engine) {
    // Entra and old versions of Better Auth publish keys without `alg`.
    for jwk in [IssuerKey::jwk, |key: &IssuerKey| changed(&key.jwk(), "alg", None)] {
        let (app, keys, all) = with_every_key(engine, jwk).await;
        for key in &all {
            println!("{}", key.alg);
            let exchanged = accept(&app, &key.token(&claims(&app, key.alg))).await;
            assert_eq!((&exchanged["sub"], &exchanged["workspace_id"]), (&json!(key.alg), &json!(key.alg)));
        }
        assert_eq!(keys.count(), 1);
    }
}

async fn t021_a_key_has_the_algorithm_that_its_set_says(engine: Engine) {
    let trust = Trust::start(engine).await;
    let claims = trust.claims("ann").to_string();
    let tokens = ["RS384", "RS512", "PS256", "PS384", "PS512"].map(|alg| {
        let header = changed(&trust.key.header(), "alg", Some(json!(alg)));
        (alg, trust.key.sign_text(alg, &header.to_string(), &claims))
    });
    refuse_all(&trust.app, NOT_VALID, tokens).await;
    accept(&trust.app, &trust.token("ann")).await;
}

async fn t023_a_key_verifies_nothing_of_another_kind(engine: Engine) {
    let (app, _keys, all) = with_every_key(engine, |key| changed(&key.jwk(), "alg", None)).await;
    let claims = claims(&app, "ann");
    let family = |alg: &str| if matches!(alg, "EdDSA" | "Ed25519") { "Ed".into() } else { alg.to_owned() };
    let mut tokens = Vec::new();
    for key in &all {
        let is_rsa = |alg: &str| alg.starts_with(['R', 'P']);
        for alg in ALGORITHMS {
            // One RSA key may sign by all six.
            if family(alg) != family(key.alg) && !(is_rsa(alg) && is_rsa(key.alg)) {
                let header = changed(&key.header(), "alg", Some(json!(alg)));
                tokens.push((format!("{alg} by a key for {}", key.alg), key.sign(&header, &claims)));
            }
        }
    }
    refuse_all(&app, NOT_VALID, tokens).await;
}

/// CVE-2022-21449, and signatures of a wrong length.
async fn t025_t026_odd_ecdsa_signatures_fail(engine: Engine) {
    let (app, _keys, all) = with_every_key(engine, IssuerKey::jwk).await;
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&order[2 * at..2 * at + 2], 16).unwrap()).collect();
    let key = all.iter().find(|key| key.alg == "ES256").unwrap();
    let token = key.token(&claims(&app, "ann"));
    let [header, payload, signature] = parts(&token);
    let good = unpart(signature);
    let (r, s) = good.split_at(32);
    let zero_one = [&[0; 63][..], &[1]].concat();
    // An ASN.1 integer has a zero in front where its first bit is set.
    let integer = |bytes: &[u8]| [&[2, 33, 0], bytes].concat();
    let der = [vec![0x30, 70], integer(r), integer(s)].concat();
    let signatures = [
        ("zeros", vec![0; 64]),
        ("the order twice", [&order[..], &order].concat()),
        ("zero and one", zero_one),
        ("DER", der),
        ("63 bytes", good[..63].to_vec()),
        ("65 bytes", [&good[..], &[0]].concat()),
        ("96 bytes", [&good[..], &[0; 32]].concat()),
        ("the halves exchanged", [s, r].concat()),
        ("9,000 bytes", vec![7; 9_000]),
        ("one byte", vec![1]),
    ];
    let tokens = signatures.map(|(what, bytes)| (what, format!("{header}.{payload}.{}", part(bytes))));
    refuse_all(&app, NOT_VALID, tokens).await;
    accept(&app, &token).await;
}

async fn t030_the_two_rsa_paddings_are_not_exchanged(engine: Engine) {
    let (app, _keys, all) = with_every_key(engine, |key| changed(&key.jwk(), "alg", None)).await;
    let rsa = &all[0];
    let claims = claims(&app, "ann").to_string();
    let pairs = [("PS256", "RS256"), ("RS256", "PS256"), ("RS256", "RS384"), ("PS384", "PS256")];
    let tokens = pairs.map(|(said, made)| {
        let header = changed(&rsa.header(), "alg", Some(json!(said))).to_string();
        (format!("{said} over {made}"), rsa.sign_text(made, &header, &claims))
    });
    refuse_all(&app, NOT_VALID, tokens).await;
}

async fn t031_a_flipped_bit_breaks_a_token(engine: Engine) {
    let trust = Trust::start(engine).await;
    let token = trust.token("ann");
    accept(&trust.app, &token).await;
    let before = trust.app.written().await;
    for index in 0..3 {
        let length = unpart(parts(&token)[index]).len();
        for at in (0..length).step_by(11).chain([length - 1]) {
            let mut changed = parts(&token).map(unpart);
            changed[index][at] ^= 1 << (at % 8);
            let forged = changed.map(part).join(".");
            let answer = super::knock(&trust.app.anyone().bearing(&forged)).await;
            assert!(answer.header("authorization").is_none());
            assert!([401, 403].contains(&answer.status.as_u16()), "part {index}, byte {at}: {answer:?}");
        }
    }
    assert_eq!(trust.app.written().await, before);
}

async fn t032_parts_of_two_tokens_make_no_third(engine: Engine) {
    let trust = Trust::start(engine).await;
    let (one, two) = (trust.token("ann"), trust.token("bob"));
    for token in [&one, &two] {
        accept(&trust.app, token).await;
    }
    let ([header, claims, signature], [_, other_claims, other_signature]) = (parts(&one), parts(&two));
    let own = crate::support::Signer::of(&trust.app, &trust.app.project).await;
    let input = format!("{header}.{claims}");
    refuse_each(
        &trust.app,
        [
            ("other claims", format!("{header}.{other_claims}.{signature}"), 403, NOT_VALID),
            ("other signature", format!("{header}.{claims}.{other_signature}"), 403, NOT_VALID),
            // Our own key signs nothing for others.
            (
                "our signature",
                own.sign(&own.header().to_string(), &trust.claims("ann").to_string()),
                403,
                NOT_VALID,
            ),
            ("no signature", format!("{input}."), 403, "Unsupported authorization value"),
        ],
    )
    .await;
}
