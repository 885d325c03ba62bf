//! Rules with a shared secret beside rules with a key set: neither verifies for the other.

use engine::Engine;
use serde_json::{Value, json};

use super::{ALGORITHM, NO_RULE, NO_SUB, NOT_VALID, accept, refuse_all, refuse_each};
use crate::support::issuer::hmac_token;
use crate::support::rules::{ISSUER, Trust, secret_rule, with_claims};
use crate::support::tokens::changed;
use crate::{on_both_engines, on_one_engine};

on_both_engines!(t033_during_a_migration_both_kinds_of_tokens_are_good, t038_a_secret_is_encrypted_at_rest,);

on_one_engine!(
    t034_t035_secret_and_key_set_are_never_mixed,
    t036_keys_of_a_provider_that_look_like_tokens_are_none,
);

const SECRET: &str = "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA";

fn header() -> Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

async fn migrating(engine: Engine) -> Trust {
    let trust = Trust::start(engine).await;
    trust.app.create_rule(&trust.app.project, secret_rule(ISSUER, SECRET)).await;
    trust
}

async fn t033_during_a_migration_both_kinds_of_tokens_are_good(engine: Engine) {
    let trust = migrating(engine).await;
    let by_secret = hmac_token(SECRET.as_bytes(), &header(), &trust.claims("ann"));
    let with_kid =
        hmac_token(SECRET.as_bytes(), &with_claims(&header(), json!({ "kid": "k1" })), &trust.claims("bob"));
    for token in [by_secret, with_kid] {
        accept(&trust.app, &token).await;
    }
    assert_eq!(trust.keys.count(), 0, "a secret needs no key set");
    accept(&trust.app, &trust.token("ann")).await;
}

async fn t034_t035_secret_and_key_set_are_never_mixed(engine: Engine) {
    let trust = migrating(engine).await;
    let claims = trust.claims("ann");
    let hs256 = changed(&trust.key.header(), "alg", Some(json!("HS256")));
    let texts = trust.key.public_texts().into_iter().enumerate();
    let mut forged: Vec<(String, String)> =
        texts.map(|(number, text)| (format!("text {number}"), hmac_token(&text, &hs256, &claims))).collect();
    for (what, secret) in
        [("another secret", "another secret, long enough to be one"), ("one character less", &SECRET[1..])]
    {
        forged.push((what.into(), hmac_token(secret.as_bytes(), &header(), &claims)));
    }
    let unknown = changed(&trust.key.header(), "kid", Some(json!("unknown")));
    forged.push(("a kid that names nothing".into(), trust.key.sign(&unknown, &claims)));
    let mac = hmac_token(SECRET.as_bytes(), &trust.key.header(), &claims);
    forged.push(("RS256 over a MAC".into(), mac));
    forged.push(("HS256 over a signature".into(), trust.key.sign(&hs256, &claims)));
    refuse_all(&trust.app, NOT_VALID, forged).await;
    let longer =
        ["HS384", "HS512"].map(|alg| (alg, hmac_token(SECRET.as_bytes(), &json!({ "alg": alg }), &claims)));
    refuse_all(&trust.app, ALGORITHM, longer).await;
}

/// The anon and service keys of a Supabase project are signed by its legacy secret.
async fn t036_keys_of_a_provider_that_look_like_tokens_are_none(engine: Engine) {
    let trust = Trust::start_with(engine, |_| {
        let rule = secret_rule("https://abc.supabase.co/auth/v1", SECRET);
        threadkeep::auth::rules::model::Settings { audience: Some("authenticated".into()), ..rule }
    })
    .await;
    let now = trust.app.now().secs();
    let key =
        |role: &str| json!({ "iss": "supabase", "ref": "abc", "role": role, "iat": now, "exp": now + 1_000 });
    let sign = |claims: &Value| hmac_token(SECRET.as_bytes(), &header(), claims);
    let own = json!({ "iss": "https://abc.supabase.co/auth/v1", "aud": "authenticated" });
    let nobody = with_claims(&key("anon"), own.clone());
    let user = with_claims(&nobody, json!({ "sub": "11111111-2222-4333-8444-555555555555" }));
    refuse_each(
        &trust.app,
        [
            ("anon", sign(&key("anon")), 403, NO_RULE),
            ("service", sign(&key("service_role")), 403, NO_RULE),
            ("no subject", sign(&nobody), 403, NO_SUB),
            ("signed with a key", trust.key.token(&user), 403, NO_RULE),
        ],
    )
    .await;
    accept(&trust.app, &sign(&user)).await;
}

async fn t038_a_secret_is_encrypted_at_rest(engine: Engine) {
    let trust = migrating(engine).await;
    let sealed = async |conn: &mut engine::Conn<'_>| {
        let sql = "SELECT secret_sealed FROM auth_rules WHERE secret_sealed IS NOT NULL";
        conn.first(sql, &[], |row| row.get::<Vec<u8>>(0)).await
    };
    let sealed = trust.app.store.read(sealed).await.unwrap().unwrap();
    assert!(!sealed.windows(8).any(|bytes| SECRET.as_bytes().windows(8).any(|part| part == bytes)));
    let audited = async |conn: &mut engine::Conn<'_>| {
        conn.all("SELECT COALESCE(after, '-') FROM audit_entries", &[], |row| row.get::<String>(0)).await
    };
    let audited = trust.app.store.read(audited).await.unwrap().join(" ");
    assert!(audited.contains("\"has_secret\":true") && !audited.contains(SECRET), "{audited}");
}
