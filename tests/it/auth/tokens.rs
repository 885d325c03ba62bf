//! Workspace tokens: what they say, for how long, and who gets one.

use engine::Engine;
use serde_json::{Value, json};

use super::knock;
use crate::on_both_engines;
use crate::support::tokens::{changed, claims_of, header_of};
use crate::support::{Signer, TestApp, create_thread};

on_both_engines!(
    a_token_says_what_the_contract_says,
    every_call_mints_a_token_and_ignores_its_body,
    t114_t122_a_token_ends_at_the_very_second_used_or_not,
    t117_a_token_is_good_from_ten_seconds_before_its_minting,
    t115_t116_a_time_of_another_type_is_no_time,
    t123_t124_subject_and_workspace_must_be_valid_ids,
    t042_a_header_that_asks_for_more_is_refused,
    t148_t149_no_token_renews_itself,
    t155_only_a_key_mints_tokens,
    t156_a_key_may_name_any_user,
);

const NOT_VALID: &str = "JWT token is not valid";
const EXPIRED: &str = "JWT token has expired";
const EARLY: &str = "JWT token is not yet valid";

async fn a_token_says_what_the_contract_says(engine: Engine) {
    let app = TestApp::start(engine).await;
    let answer = app.backend("org_4:usr_17", "usr_17").await.post_empty("/v1/auth/tokens").await;
    let body = answer.expect(200);
    assert_eq!(body.as_object().unwrap().len(), 1);
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let token = body["token"].as_str().unwrap();
    assert_eq!(claims_of(token), app.claims(&app.project, "org_4:usr_17", "usr_17"));
    assert_eq!(header_of(token), Signer::of(&app, &app.project).await.header());
}

async fn every_call_mints_a_token_and_ignores_its_body(engine: Engine) {
    let app = TestApp::start(engine).await;
    let backend = app.backend("w", "u").await;
    let before = app.written().await;
    for body in ["", "{", "[]", r#"{"sub":"other","workspace_id":"other"}"#, "\0\u{1}"] {
        let answer = backend.send(hyper::Method::POST, "/v1/auth/tokens", body.into()).await;
        let claims = claims_of(answer.expect(200)["token"].as_str().unwrap());
        assert_eq!((&claims["sub"], &claims["workspace_id"]), (&json!("u"), &json!("w")));
    }
    assert_eq!(app.written().await, before);
    app.advance_secs(1);
    let later = backend.post_empty("/v1/auth/tokens").await.expect(200);
    assert_eq!(claims_of(later["token"].as_str().unwrap())["iat"], app.now().secs());
}

async fn t114_t122_a_token_ends_at_the_very_second_used_or_not(engine: Engine) {
    let app = TestApp::start(engine).await;
    let used = app.browser("w", "u").await;
    let unused = app.browser("w", "v").await;
    knock(&used).await.expect(201);
    app.advance_secs(299);
    knock(&used).await.expect(201);
    app.advance_secs(1);
    let before = app.written().await;
    knock(&used).await.refused(401, EXPIRED);
    knock(&unused).await.refused(401, EXPIRED);
    app.advance_secs(24 * 3600);
    knock(&used).await.refused(401, EXPIRED);
    assert_eq!(app.written().await, before);
    // A clock that is set back makes it good again for its own time and no longer.
    app.advance_secs(-24 * 3600 - 1);
    knock(&unused).await.expect(201);
}

async fn t117_a_token_is_good_from_ten_seconds_before_its_minting(engine: Engine) {
    let app = TestApp::start(engine).await;
    let used = app.browser("w", "u").await;
    let unused = app.browser("w", "v").await;
    knock(&used).await.expect(201);
    app.advance_secs(-10);
    knock(&used).await.expect(201);
    app.advance_secs(-1);
    let before = app.written().await;
    knock(&used).await.refused(401, EARLY);
    knock(&unused).await.refused(401, EARLY);
    assert_eq!(app.written().await, before);
    app.advance_secs(1);
    knock(&unused).await.expect(201);
}

async fn t115_t116_a_time_of_another_type_is_no_time(engine: Engine) {
    let app = TestApp::start(engine).await;
    let signer = Signer::of(&app, &app.project).await;
    let claims = app.claims(&app.project, "w", "u");
    let before = app.written().await;
    let bad = [json!(null), json!("9999999999"), json!([9_999_999_999_i64]), json!(true), json!({})];
    for value in bad.into_iter().map(Some).chain([None]) {
        let token = signer.token(&changed(&claims, "exp", value.clone()));
        knock(&app.anyone().bearing(&token)).await.refused(403, NOT_VALID);
        // A missing `nbf` is no lie; one of another type is.
        if value.is_some() {
            let token = signer.token(&changed(&claims, "nbf", value));
            knock(&app.anyone().bearing(&token)).await.refused(403, NOT_VALID);
        }
    }
    for absurd in ["1e400", "-1e400", "99999999999999999999", "1e99"] {
        let payload = changed(&claims, "exp", Some(json!(77))).to_string();
        let payload = payload.replace("\"exp\":77", &format!("\"exp\":{absurd}"));
        let answer = knock(&app.anyone().bearing(&signer.sign(&signer.header().to_string(), &payload))).await;
        assert!([401, 403].contains(&answer.status.as_u16()), "{answer:?}");
    }
    for past in [json!(0), json!(-1), json!(app.now().secs()), json!(i64::MIN)] {
        let token = signer.token(&changed(&claims, "exp", Some(past)));
        knock(&app.anyone().bearing(&token)).await.refused(401, EXPIRED);
    }
    assert_eq!(app.written().await, before);
}

async fn t123_t124_subject_and_workspace_must_be_valid_ids(engine: Engine) {
    let app = TestApp::start(engine).await;
    let signer = Signer::of(&app, &app.project).await;
    let claims = app.claims(&app.project, "w", "u");
    let before = app.written().await;
    let mut bad: Vec<Option<Value>> = vec![None];
    bad.extend([json!(null), json!(7), json!(["u"]), json!({}), json!(true)].map(Some));
    bad.extend(
        ["", "a b", "a\tb", "a\u{0}b", "a\u{7f}b", "a\u{9f}b", "a\u{a0}b", "a\u{2028}b"]
            .map(|id| Some(json!(id))),
    );
    bad.extend(["a".repeat(256), "😀".repeat(128)].map(|id| Some(json!(id))));
    for value in bad {
        for claim in ["sub", "workspace_id"] {
            let token = signer.token(&changed(&claims, claim, value.clone()));
            knock(&app.anyone().bearing(&token)).await.refused(403, NOT_VALID);
        }
    }
    assert_eq!(app.written().await, before);
    for good in ["a".repeat(255), format!("{}a", "😀".repeat(127)), "auth0|x/..%2F';--".to_owned()] {
        for claim in ["sub", "workspace_id"] {
            let token = signer.token(&changed(&claims, claim, Some(json!(good))));
            knock(&app.anyone().bearing(&token)).await.expect(201);
        }
    }
}

async fn t042_a_header_that_asks_for_more_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let signer = Signer::of(&app, &app.project).await;
    let claims = app.claims(&app.project, "w", "u").to_string();
    let before = app.written().await;
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("crit", json!("exp")),
        ("crit", json!(null)),
        ("typ", json!("at+jwt")),
        ("typ", json!("refresh")),
        ("kid", json!(null)),
        ("kid", json!(1)),
        ("kid", json!("")),
        ("kid", json!("../../etc/passwd")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", json!("a\u{0}b")),
    ] {
        let header = changed(&signer.header(), name, Some(value)).to_string();
        let answer = knock(&app.anyone().bearing(&signer.sign(&header, &claims))).await;
        answer.refused(403, NOT_VALID);
    }
    let without = changed(&signer.header(), "kid", None).to_string();
    knock(&app.anyone().bearing(&signer.sign(&without, &claims))).await.refused(403, NOT_VALID);
    assert_eq!(app.written().await, before);
}

async fn t148_t149_no_token_renews_itself(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (browser, backend) = (app.browser("w", "u").await, app.backend("w", "u").await);
    let thread = create_thread(&browser).await;
    for client in [&browser, &backend] {
        for path in ["/v1/threads".to_owned(), format!("/v1/threads/{thread}"), "/v1/threads/none".to_owned()]
        {
            let answer = client.get(&path).await;
            assert!(answer.header("authorization").is_none(), "{answer:?}");
        }
    }
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await;
    assert!(session.header("authorization").is_none());
}

async fn t155_only_a_key_mints_tokens(engine: Engine) {
    let app = TestApp::start(engine).await;
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let visitor = app.anyone().bearing(session["access_token"].as_str().unwrap());
    let browser = app.browser("w", "u").await;
    let before = app.written().await;
    for client in [&visitor, &browser] {
        let answer = client.post_empty("/v1/auth/tokens").await;
        answer.refused(403, "This endpoint may only be accessed from the backend");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    }
    let key = app.create_key(&app.project, None).await;
    let answer = app.anyone().bearing(&key).post_empty("/v1/auth/tokens").await;
    answer.refused(403, "Invalid Aui-Workspace-Id header");
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let answer = app.anyone().post_empty("/v1/auth/tokens").await;
    answer.refused(401, "Authorization header is missing");
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    assert_eq!(app.written().await, before);
    // A key of another project mints for that project.
    let other = app.create_project().await;
    let claims = claims_of(&app.token(&other, "w", "u").await);
    assert_eq!(claims, app.claims(&other, "w", "u"));
}

async fn t156_a_key_may_name_any_user(engine: Engine) {
    let app = TestApp::start(engine).await;
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let visitor = claims_of(session["access_token"].as_str().unwrap())["sub"].as_str().unwrap().to_owned();
    for user in ["__SYSTEM__", "usr_deleted", &visitor] {
        let token = app.token(&app.project, user, user).await;
        assert_eq!(claims_of(&token)["sub"], user);
        knock(&app.anyone().bearing(&token)).await.expect(201);
    }
}
