//! The token tester says what the command line says.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use super::{SECRET, settings};
use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::issuer::{IssuerKey, hmac_token};
use crate::support::key_server::KeyServer;
use crate::support::rules::{claims, with_claims};

on_both_engines!(a_token_is_explained_as_the_command_line_does, what_is_no_request_to_explain_is_refused,);

/// What does not depend on when it is said.
fn verdict(explanation: &Value) -> Value {
    let rules: Vec<Value> = explanation["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| json!([rule["id"], rule["name"], rule["decides"], rule["problem"], rule["identity"]]))
        .collect();
    let token = &explanation["unverified"];
    json!([explanation["is_accepted"], explanation["problem"], rules, token["iss"], token["claims"]])
}

async fn a_token_is_explained_as_the_command_line_does(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let member = app.operator(Role::Member).await;
    let program = app.program();
    let keys = KeyServer::start().await;
    let key = IssuerKey::new("k1", "ES256");
    let url = keys.put_keys("/jwks", &[key.jwk()]);
    let unruled = key.token(&claims(&app, "ann"));
    let explain =
        async |token: &str| member.post(&app.path("explain"), &json!({ "token": token })).await.expect(200);
    let told = explain(&unruled).await;
    assert_eq!(told["problem"]["found"], "the project has no auth rule");
    assert!(!told.to_string().contains("threadkeep "), "no word of commands: {told}");
    let body = settings(json!({ "jwks_url": url, "audience": "app", "workspace": "org_id" }));
    member.post(&app.path("rules"), &body).await.expect(201);
    app.advance_secs(1);
    let second = settings(json!({ "name": "Other", "issuer": "https://other.example", "secret": SECRET }));
    member.post(&app.path("rules"), &second).await.expect(201);
    let good = with_claims(&claims(&app, "ann"), json!({ "aud": "app", "org_id": "o" }));
    let accepted = explain(&format!(" Bearer {}\n", key.token(&good))).await;
    assert_eq!(accepted["is_accepted"], true);
    assert_eq!(
        accepted["rules"][0]["identity"],
        json!({ "user_id": "ann", "workspace_id": "o", "name": null })
    );
    assert_eq!(accepted["rules"][0]["key_set"]["keys"][0]["kid"], "k1");
    assert_eq!(accepted["unverified"]["aud"], "app");
    assert!(accepted["unverified"]["expires"]["from_now_secs"].is_i64());
    let with = |more: Value| with_claims(&good, more);
    for token in [
        key.token(&good),
        key.token(&with(json!({ "aud": "other" }))),
        key.token(&with(json!({ "iss": "https://third.example" }))),
        key.token(&with(json!({ "org_id": 1.5 }))),
        key.token(&with(json!({ "exp": 5 }))),
        key.token(&with(json!({ "sub": 17 }))),
        key.token(&with(json!({ "aud": 17 }))),
        key.sign_text("ES256", &key.header().to_string(), "no claims"),
        IssuerKey::new("k1", "ES256").token(&good),
        hmac_token(b"wrong", &json!({ "alg": "HS256" }), &with(json!({ "iss": "https://other.example" }))),
        "a.b.c".to_owned(),
        "opaque".to_owned(),
        format!("sk_aui_{}_0abc", app.project),
    ] {
        let by_command = program.run_with_input(&["auth", "explain", "--json"], &token).json();
        let told = explain(&token).await;
        assert_eq!(verdict(&told), verdict(&by_command), "{token}");
        assert!(!told.to_string().contains("--") && !told.to_string().contains("threadkeep "), "{told}");
    }
    let found = async |token: String| {
        let told = explain(&token).await;
        let problem = [&told["problem"], &told["rules"][0]["problem"]].into_iter().find(|it| !it.is_null());
        problem.unwrap()["found"].as_str().unwrap().to_owned()
    };
    let sub = found(key.token(&with(json!({ "sub": 17 })))).await;
    assert_eq!(sub, "The token's `sub`, which the rule takes for the user ID, is a number, not a string");
    assert_eq!(
        found(key.token(&with(json!({ "aud": 17 })))).await,
        "the token's aud is 17, the rule asks for \"app\""
    );
    let no_claims = key.sign_text("ES256", &key.header().to_string(), "no claims");
    assert_eq!(found(no_claims).await, "the token does not decode. The token's payload is not JSON");
    assert!(!app.audit_text().await.contains("explain"));
}

async fn what_is_no_request_to_explain_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    for body in
        [json!({}), json!({ "token": "" }), json!({ "token": 1 }), json!({ "token": "a".repeat(65_537) })]
    {
        member.post(&app.path("explain"), &body).await.invalid(&["token"]);
    }
    let long =
        member.post(&app.path("explain"), &json!({ "token": "a.b.".to_owned() + &"c".repeat(60_000) })).await;
    assert_eq!(long.expect(200)["problem"]["found"], "the token is over 16 KiB");
    app.stranger()
        .await
        .post(&app.path("explain"), &json!({ "token": "a" }))
        .await
        .refused(404, "Project not found");
}
