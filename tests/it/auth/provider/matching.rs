//! Which rule a token fits: issuer, audience, conditions, and the order of several.

use engine::Engine;
use hyper::StatusCode;
use serde_json::{Value, json};
use threadkeep::auth::rules::claims::Template;
use threadkeep::auth::rules::condition::Condition;
use threadkeep::auth::rules::model::Settings;

use super::{ALGORITHM, NO_ISS, NO_RULE, NOT_VALID, accept, accept_by, refuse_all, refuse_each};
use crate::support::issuer::{IssuerKey, hmac_token};
use crate::support::rules::{ISSUER, Trust, rule, with_claims};
use crate::support::tokens::{changed, part};
use crate::support::{Client, eventually};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(
    t101_t102_t142_conditions_and_other_audience_claims,
    t108_the_first_rule_that_verifies_decides,
    t109_a_rule_that_was_changed_or_removed_lets_nobody_in,
    t110_a_rule_of_another_project_counts_for_nothing,
);

on_one_engine!(
    t092_t093_an_issuer_is_compared_to_the_last_character,
    t094_an_issuer_is_a_text,
    t095_t096_any_text_can_be_an_issuer,
    t097_t098_t100_the_audience_is_among_the_tokens,
    t099_without_an_audience_in_the_rule_any_will_do,
    t107_of_rules_with_one_issuer_the_one_whose_key_signed_counts,
    t111_a_rule_never_makes_us_our_own_provider,
    t112_t113_other_kinds_of_tokens_are_refused,
    t192_t193_a_refusal_tells_the_bearer_nothing_of_the_rules,
);

async fn t092_t093_an_issuer_is_compared_to_the_last_character(engine: Engine) {
    let trust =
        Trust::start_with(engine, |rule| Settings { issuer: Some("https://id.example/a".into()), ..rule })
            .await;
    let others = [
        "https://id.example/a/",
        "https://id.example/A",
        "https://ID.example/a",
        "HTTPS://id.example/a",
        "http://id.example/a",
        "https://id.example:443/a",
        "https://id.example/a ",
        " https://id.example/a",
        "https://id.example/%61",
        "https://id.example/a/b",
        "https://id.example/",
        "https://id.example/a?x",
        "https://id.example/a#x",
        "https://id.example/a\0",
        "https://id.example/a.attacker.example",
        "x https://id.example/a",
        "id.example/a",
        "",
    ];
    let tokens = others.map(|iss| (format!("{iss:?}"), trust.token_with(json!({ "iss": iss }))));
    refuse_all(&trust.app, NO_RULE, tokens).await;
    assert_eq!(trust.keys.count(), 0);
    accept(&trust.app, &trust.token_with(json!({ "iss": "https://id.example/a" }))).await;
}

/// CVE-2025-30144.
async fn t094_an_issuer_is_a_text(engine: Engine) {
    let trust = Trust::start(engine).await;
    let odd = [
        json!([ISSUER, "https://evil.example"]),
        json!([ISSUER]),
        json!(7),
        json!({ "iss": ISSUER }),
        json!(null),
        json!(true),
    ];
    let tokens = odd.map(|iss| (iss.to_string(), trust.token_with(json!({ "iss": iss }))));
    refuse_all(&trust.app, NO_ISS, tokens).await;
    let without = trust.key.token(&changed(&trust.claims("ann"), "iss", None));
    refuse_all(&trust.app, NO_ISS, [("missing", without)]).await;
}

async fn t095_t096_any_text_can_be_an_issuer(engine: Engine) {
    let trust = Trust::start(engine).await;
    let long = format!("https://{}", "i".repeat(2_039));
    let issuers = [
        "stytch.com/project-x",
        "P2abc",
        "acme.com",
        "accounts.google.com",
        "https://bücher.example/ж😀",
        &long,
    ];
    let rules = issuers.iter().map(|issuer| rule(issuer, &trust.keys.at("/jwks"))).collect();
    trust.app.create_rules(&trust.app.project, rules).await;
    for issuer in issuers {
        accept(&trust.app, &trust.token_with(json!({ "iss": issuer }))).await;
    }
}

async fn t097_t098_t100_the_audience_is_among_the_tokens(engine: Engine) {
    let trust =
        Trust::start_with(engine, |rule| Settings { audience: Some("https://api.example".into()), ..rule })
            .await;
    let api = "https://api.example";
    for aud in [json!(api), json!([api]), json!([api, "https://t.auth0.com/userinfo"]), json!(["x", api])] {
        accept(&trust.app, &trust.token_with(json!({ "aud": aud }))).await;
    }
    let others = [
        json!([]),
        json!(""),
        json!(null),
        json!(7),
        json!({ "aud": api }),
        json!([1, 2]),
        json!([[api]]),
        json!("https://api"),
        json!("https://api.example.evil"),
        json!("https://api.example/"),
        json!("HTTPS://api.example"),
        json!("https://api.example "),
        json!("https://api.example https://other.example"),
        json!(true),
    ];
    let tokens = others.map(|aud| (aud.to_string(), trust.token_with(json!({ "aud": aud }))));
    refuse_all(&trust.app, NO_RULE, tokens).await;
    refuse_all(&trust.app, NO_RULE, [("missing", trust.token("ann"))]).await;
}

async fn t099_without_an_audience_in_the_rule_any_will_do(engine: Engine) {
    let trust = Trust::start(engine).await;
    accept(&trust.app, &trust.token("ann")).await;
    for aud in [json!([]), json!("anything"), json!(["a", "b"])] {
        accept(&trust.app, &trust.token_with(json!({ "aud": aud }))).await;
    }
    let odd = [json!(7), json!(null), json!({}), json!([1, 2]), json!(["a", 7]), json!(true)];
    let tokens = odd.map(|aud| (aud.to_string(), trust.token_with(json!({ "aud": aud }))));
    refuse_all(&trust.app, NOT_VALID, tokens).await;
}

async fn t101_t102_t142_conditions_and_other_audience_claims(engine: Engine) {
    let conditions = ["token_use = access", "sts != pending", "{session.verified} = true"];
    let conditions: Vec<Condition> = conditions.map(|text| Condition::parse(text).unwrap()).into();
    let trust = Trust::start_with(engine, |rule| Settings {
        audience: Some("client-1".into()),
        audience_claim: "client_id".into(),
        conditions,
        ..rule
    })
    .await;
    let good = json!({ "client_id": "client-1", "token_use": "access", "session": { "verified": true } });
    let token = |more: Value| trust.token_with(with_claims(&good, more));
    for more in [json!({}), json!({ "sts": "active" }), json!({ "aud": "whatever" })] {
        accept(&trust.app, &token(more)).await;
    }
    let refused = [
        json!({ "client_id": "client-2" }),
        json!({ "client_id": "client-2", "aud": "client-1" }),
        json!({ "client_id": null }),
        json!({ "token_use": "id" }),
        json!({ "token_use": null }),
        json!({ "token_use": ["access"] }),
        json!({ "sts": "pending" }),
        json!({ "session": { "verified": false } }),
        json!({ "session": {} }),
    ];
    refuse_all(&trust.app, NO_RULE, refused.map(|more| (more.to_string(), token(more)))).await;
}

fn prefixed(prefix: &str, url: &str) -> Settings {
    Settings { user_prefix: Some(prefix.into()), ..rule(ISSUER, url) }
}

/// WorkOS: all customers have one issuer.
async fn t107_of_rules_with_one_issuer_the_one_whose_key_signed_counts(engine: Engine) {
    let trust = Trust::start_with(engine, |rule| Settings { user_prefix: Some("0:".into()), ..rule }).await;
    let keys = [IssuerKey::other_rsa("k1"), IssuerKey::new("k1", "ES256")];
    let urls = [trust.keys.put_keys("/1", &[keys[0].jwk()]), trust.keys.put_keys("/2", &[keys[1].jwk()])];
    trust
        .app
        .create_rules(&trust.app.project, vec![prefixed("1:", &urls[0]), prefixed("2:", &urls[1])])
        .await;
    for (number, key) in [(2, &keys[1]), (0, &trust.key), (1, &keys[0])] {
        let exchanged = accept(&trust.app, &key.token(&trust.claims("ann"))).await;
        assert_eq!(exchanged["sub"], format!("{number}:ann"));
    }
    refuse_all(
        &trust.app,
        NOT_VALID,
        [("a fourth", IssuerKey::new("k1", "ES256").token(&trust.claims("ann")))],
    )
    .await;
}

async fn t108_the_first_rule_that_verifies_decides(engine: Engine) {
    let trust =
        Trust::start_with(engine, |rule| Settings { user_prefix: Some("oldest:".into()), ..rule }).await;
    let url = trust.keys.at("/jwks");
    let of_app = Settings {
        audience: Some("app".into()),
        workspace: Template::parse("org_id").ok(),
        ..prefixed("with-audience:", &url)
    };
    trust.app.create_rules(&trust.app.project, vec![prefixed("younger:", &url), of_app]).await;
    let user = async |more: Value| accept(&trust.app, &trust.token_with(more)).await["sub"].clone();
    assert_eq!(user(json!({})).await, "oldest:ann");
    assert_eq!(user(json!({ "aud": "other" })).await, "oldest:ann");
    assert_eq!(user(json!({ "aud": "app", "org_id": "o" })).await, "with-audience:ann");
    // What the deciding rule refuses, no other one softens.
    let error = "JWT org_id is not a valid workspace ID: ID must be 1 to 255 characters";
    refuse_all(&trust.app, error, [("no organization", trust.token_with(json!({ "aud": "app" })))]).await;
}

async fn t109_a_rule_that_was_changed_or_removed_lets_nobody_in(engine: Engine) {
    let trust = Trust::start(engine).await;
    let (app, project) = (&trust.app, &trust.app.project);
    let token = trust.token("ann");
    let answer = app.anyone().bearing(&token).get("/v1/threads").await;
    let workspace_token = super::exchanged_token(&answer);
    let status = async || app.anyone().bearing(&token).get("/v1/threads").await.status;
    let narrowed = Settings { audience: Some("app".into()), ..trust.rule.settings.clone() };
    let rule = app.update_rule(project, &trust.rule, narrowed).await;
    eventually("the change", async || (status().await == StatusCode::FORBIDDEN).then_some(())).await;
    refuse_all(app, NO_RULE, [("seen before", token.clone())]).await;
    let rule = app.update_rule(project, &rule, trust.rule.settings.clone()).await;
    eventually("the change back", async || (status().await == StatusCode::OK).then_some(())).await;
    app.delete_rule(project, &rule).await;
    eventually("the removal", async || (status().await == StatusCode::FORBIDDEN).then_some(())).await;
    refuse_all(app, NO_RULE, [("seen before", token)]).await;
    // What was given in exchange ends by itself.
    app.anyone().bearing(&workspace_token).get("/v1/threads").await.expect(200);
    app.advance_secs(300);
    app.anyone().bearing(&workspace_token).get("/v1/threads").await.refused(401, super::EXPIRED);
}

async fn t110_a_rule_of_another_project_counts_for_nothing(engine: Engine) {
    let trust = Trust::start(engine).await;
    let other = trust.app.create_project().await;
    let before = trust.app.written().await;
    let there = Client::new(trust.app.frontend(&other)).bearing(&trust.token("ann"));
    super::knock(&there).await.refused(403, NO_RULE);
    let nowhere = threadkeep::id::ProjectId::parse("proj_000000000000").unwrap();
    let there = Client::new(trust.app.frontend(&nowhere)).bearing(&trust.token("ann"));
    super::knock(&there).await.refused(403, "Invalid project ID");
    assert_eq!(trust.app.written().await, before);
    let here = Client::new(trust.app.frontend(&trust.app.project));
    accept_by(&here, &trust.token("ann")).await;
}

async fn t111_a_rule_never_makes_us_our_own_provider(engine: Engine) {
    let trust = Trust::start(engine).await;
    let (app, project) = (&trust.app, &trust.app.project);
    let own = app.frontend(project);
    let slash = format!("{own}/");
    let url = trust.keys.at("/jwks");
    app.create_rules(project, vec![rule(&own, &url), rule(&slash, &url)]).await;
    let other = app.create_project().await;
    let claims = app.claims(project, "w", "ann");
    let foreign = app.claims(&other, "w", "ann");
    refuse_each(
        app,
        [
            ("our issuer", trust.token_with(json!({ "iss": own })), 403, NO_RULE),
            ("our issuer with a slash", trust.token_with(json!({ "iss": slash })), 403, NO_RULE),
            // T145: issuer and project are ours, the signature is not.
            ("our issuer and project", trust.key.token(&claims), 403, NOT_VALID),
            (
                "our issuer, another project",
                trust.token_with(json!({ "iss": own, "project_id": other })),
                403,
                NO_RULE,
            ),
            ("another project of ours", trust.key.token(&foreign), 403, NOT_VALID),
        ],
    )
    .await;
    assert_eq!(trust.keys.count(), 0);
}

async fn t112_t113_other_kinds_of_tokens_are_refused(engine: Engine) {
    let trust = Trust::start_with(engine, |rule| Settings { audience: Some("app".into()), ..rule }).await;
    let claims = with_claims(&trust.claims("ann"), json!({ "aud": "app" }));
    let hmac = |alg: &str, more: Value| {
        hmac_token(
            b"a secret of the provider",
            &json!({ "alg": alg, "kid": "k1" }),
            &with_claims(&claims, more),
        )
    };
    let none = format!("{}.{}.", part(r#"{"alg":"none","typ":"JWT"}"#), part(claims.to_string()));
    let identitytoolkit =
        "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit";
    let nonce = with_claims(&trust.key.header(), json!({ "nonce": "n" }));
    refuse_each(
        &trust.app,
        [
            ("Keycloak refresh token", hmac("HS512", json!({ "typ": "Refresh" })), 403, ALGORITHM),
            ("Better Auth cookie", hmac("HS256", json!({ "session": {} })), 403, ALGORITHM),
            (
                "Firebase custom token",
                trust.token_with(json!({ "iss": "fb@app.iam.gserviceaccount.com", "aud": identitytoolkit })),
                403,
                NO_RULE,
            ),
            (
                "Firebase session cookie",
                trust.token_with(json!({ "iss": "https://session.firebase.google.com/app", "aud": "app" })),
                403,
                NO_RULE,
            ),
            (
                "Entra token for Graph",
                trust.key.sign(
                    &nonce,
                    &with_claims(&claims, json!({ "aud": "00000003-0000-0000-c000-000000000000" })),
                ),
                403,
                NO_RULE,
            ),
            ("Firebase emulator", none.clone(), 403, "Unsupported authorization value"),
            ("Firebase emulator, signed somehow", format!("{none}c2ln"), 403, ALGORITHM),
        ],
    )
    .await;
    accept(&trust.app, &trust.key.token(&claims)).await;
}

async fn t192_t193_a_refusal_tells_the_bearer_nothing_of_the_rules(engine: Engine) {
    let trust = Trust::start(engine).await;
    trust.keys.put_keys("/hidden-path", &[trust.key.jwk()]);
    let hidden = Settings {
        name: "hidden-name".into(),
        audience: Some("hidden-audience".into()),
        conditions: vec![Condition::parse("hidden-claim = hidden-value").unwrap()],
        ..rule("https://hidden.example", &trust.keys.at("/hidden-path"))
    };
    let other = trust.app.create_project().await;
    let foreign = rule("https://foreign.example", &trust.keys.at("/hidden-path"));
    trust.app.create_rules(&trust.app.project, vec![hidden]).await;
    trust.app.create_rule(&other, foreign).await;
    let before = trust.app.written().await;
    let iss = "https://hidden.example";
    let tokens = [
        trust.token_with(json!({ "iss": "https://x.example", "sub": "my-subject" })),
        trust.token_with(json!({ "iss": "https://foreign.example" })),
        trust.token_with(json!({ "iss": "a\u{1b}[31m\r\nb\u{202e}", "aud": "c\u{1b}[31m" })),
        trust.token_with(json!({ "iss": "https://x.example", "aud": "y".repeat(5_000) })),
        IssuerKey::other_rsa("my-kid").token(&trust.claims("my-subject")),
        trust.token_with(json!({ "sub": "my subject" })),
    ];
    for token in tokens {
        let answer = super::knock(&trust.app.anyone().bearing(&token)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let body = answer.json();
        let text = format!("{} {}", body["error"].as_str().unwrap(), body["message"].as_str().unwrap());
        for secret in
            ["hidden", "/jwks", &trust.keys.url, "my-kid", "my-subject", "my subject", &token, "SELECT"]
        {
            assert!(!text.contains(secret), "{text} holds {secret}");
        }
        assert!(
            !text.contains(|c: char| c.is_control() || c == '\u{202e}') && text.len() < 1_000,
            "{text:?}"
        );
    }
    // Who has the issuer right is told what is missing, and not its value.
    let refusal = super::knock(&trust.app.anyone().bearing(&trust.token_with(json!({ "iss": iss })))).await;
    let message = refusal.refused(403, NO_RULE)["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("asks for another audience") && !message.contains("hidden-audience"),
        "{message}"
    );
    let right = json!({ "iss": iss, "aud": "hidden-audience" });
    let refusal = super::knock(&trust.app.anyone().bearing(&trust.token_with(right))).await;
    let message = refusal.refused(403, NO_RULE)["message"].as_str().unwrap().to_owned();
    assert!(message.contains("one of its conditions") && !message.contains("hidden-claim"), "{message}");
    assert_eq!(trust.app.written().await, before);
}
