//! Minting and refreshing.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};
use threadkeep::id::ProjectId;
use threadkeep::projects::model::ProjectChange;

use super::{Visitor, refresh};
use crate::on_both_engines;
use crate::support::tokens::claims_of;
use crate::support::{Client, TestApp, create_thread};

on_both_engines!(
    t169_a_visitor_is_a_new_user_in_a_workspace_of_the_same_name,
    a_visitor_works_like_anyone_else,
    a_credential_of_someone_who_asks_for_a_session_is_ignored,
    t171_a_refresh_token_is_stored_as_its_hash,
    t172_a_refresh_gives_the_same_identity_and_the_same_token_each_time,
    t172_ten_refreshes_at_once_all_succeed,
    t173_thirty_days_begin_anew_with_each_refresh,
    t174_a_refresh_token_that_is_none_is_refused,
    t174_a_long_refresh_token_is_one_that_nobody_has,
    t174_a_refresh_token_of_another_project_is_refused,
    t175_a_broken_database_never_costs_a_visitor_their_identity,
    t176_a_project_that_wants_no_visitors_gets_none,
    t176_a_session_that_begins_while_visitors_are_turned_away_is_whole_or_not_there,
    a_base_without_project_has_no_visitors,
    without_default_project_the_root_has_no_visitors,
);

const DAY: i64 = 24 * 3600;
const MINT: &str = "/v1/auth/tokens/anonymous";
const REFUSED: &str = "Invalid refresh token";

/// The members of an object, sorted.
fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

async fn t169_a_visitor_is_a_new_user_in_a_workspace_of_the_same_name(engine: Engine) {
    let app = TestApp::start(engine).await;
    let mut seen = std::collections::HashSet::new();
    for _ in 0..5 {
        let answer = app.anyone().post_empty(MINT).await;
        let session = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(names(&session), ["access_token", "refresh_token"]);
        assert_eq!(names(&session["refresh_token"]), ["expires_at", "token"]);
        let end = app.now().plus_millis(30 * DAY * 1000);
        assert_eq!(session["refresh_token"]["expires_at"], end.to_string());
        let visitor = Visitor::of(&app, &session);
        let digits = visitor.id.strip_prefix("usr_anon_0").expect("the form of a visitor's id");
        assert_eq!(digits.len(), 23);
        assert!(digits.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let secret = visitor.refresh_token.strip_prefix("refresh_0").expect("the form of a refresh token");
        assert!(secret.len() >= 43, "fewer than 256 bits");
        let claims = claims_of(session["access_token"].as_str().unwrap());
        assert_eq!(claims, app.claims(&app.project, &visitor.id, &visitor.id));
        // Nothing of one visitor's id or secret is found in another's.
        assert!(seen.insert(digits[..8].to_owned()) && seen.insert(secret[..8].to_owned()));
    }
    assert!(!app.written().await.iter().any(|row| row.starts_with("workspace")));
}

async fn a_visitor_works_like_anyone_else(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (visitor, other) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let path = format!("/v1/threads/{}", create_thread(&visitor.client).await);
    assert_eq!(visitor.client.get(&path).await.expect(200)["workspace_id"], visitor.id);
    other.client.get(&path).await.refused(404, "Thread not found");
    // At a project's own base too.
    let project = app.create_project().await;
    let frontend = Client::new(app.frontend(&project));
    let session = frontend.post_empty(MINT).await.expect(200);
    let guest = frontend.bearing(session["access_token"].as_str().unwrap());
    let path = format!("/v1/threads/{}", create_thread(&guest).await);
    assert_eq!(guest.get(&path).await.expect(200)["project_id"], project.as_str());
}

async fn a_credential_of_someone_who_asks_for_a_session_is_ignored(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser("w", "u").await;
    let nonsense = app.anyone().with("authorization", "Basic x").with("authorization", "y");
    let expired = {
        let browser = app.browser("w", "v").await;
        app.advance_secs(301);
        browser
    };
    for client in [&browser, &nonsense, &expired] {
        let visitor = Visitor::of(&app, &client.post_empty(MINT).await.expect(200));
        assert!(visitor.id.starts_with("usr_anon_0"));
        refresh(client, &visitor.refresh_token).await.expect(200);
    }
}

async fn t171_a_refresh_token_is_stored_as_its_hash(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let read = async |conn: &mut engine::Conn<'_>| {
        conn.first("SELECT hash, user_id FROM anonymous_tokens", &[], |row| Ok((row.get(0)?, row.get(1)?)))
            .await
    };
    let (hash, user): (Vec<u8>, String) = app.store.read(read).await.unwrap().unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, visitor.refresh_token.as_bytes());
    assert_eq!(hash, digest.as_ref());
    assert_eq!(user, visitor.id);
}

async fn t172_a_refresh_gives_the_same_identity_and_the_same_token_each_time(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    for _ in 0..3 {
        app.advance_secs(3600);
        let body = json!({ "refresh_token": visitor.refresh_token, "project_id": "x", "more": [1] });
        let answer = app.anyone().post("/v1/auth/tokens/refresh", &body).await;
        let session = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(names(&session), ["access_token", "refresh_token"]);
        let end = app.now().plus_millis(30 * DAY * 1000).to_string();
        assert_eq!(session["refresh_token"], json!({ "token": visitor.refresh_token, "expires_at": end }));
        let claims = claims_of(session["access_token"].as_str().unwrap());
        assert_eq!(claims, app.claims(&app.project, &visitor.id, &visitor.id));
    }
}

async fn t172_ten_refreshes_at_once_all_succeed(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let client = app.anyone();
    let answers = join_all((0..10).map(|_| refresh(&client, &visitor.refresh_token))).await;
    for answer in answers {
        let again = Visitor::of(&app, &answer.expect(200));
        assert_eq!((again.id, again.refresh_token), (visitor.id.clone(), visitor.refresh_token.clone()));
    }
}

async fn t173_thirty_days_begin_anew_with_each_refresh(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (visitor, idle) = (Visitor::new(&app).await, Visitor::new(&app).await);
    app.advance_secs(29 * DAY);
    refresh(&app.anyone(), &visitor.refresh_token).await.expect(200);
    app.advance_secs(DAY - 1);
    refresh(&app.anyone(), &visitor.refresh_token).await.expect(200);
    app.advance_secs(1);
    let before = app.written().await;
    refresh(&app.anyone(), &idle.refresh_token).await.refused(403, REFUSED);
    assert_eq!(app.written().await, before);
    app.advance_secs(30 * DAY - 2);
    refresh(&app.anyone(), &visitor.refresh_token).await.expect(200);
    app.advance_secs(30 * DAY);
    let before = app.written().await;
    refresh(&app.anyone(), &visitor.refresh_token).await.refused(403, REFUSED);
    app.advance_secs(DAY);
    refresh(&app.anyone(), &visitor.refresh_token).await.refused(403, REFUSED);
    assert_eq!(app.written().await, before);
}

async fn t174_a_refresh_token_that_is_none_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = Visitor::new(&app).await.refresh_token;
    let before = app.written().await;
    let path = "/v1/auth/tokens/refresh";
    for body in [
        json!({}),
        json!({ "refresh_token": null }),
        json!({ "refresh_token": 7 }),
        json!({ "refresh_token": "" }),
        json!({ "refresh_token": [token] }),
        json!({ "refresh_token": { "token": token } }),
        json!({ "refresh_token": "refresh_0\u{0}" }),
        json!({ "token": token }),
    ] {
        app.anyone().post(path, &body).await.invalid(&["refresh_token"]);
    }
    app.anyone()
        .post_empty(&format!("{path}?refresh_token={token}"))
        .await
        .refused(400, "Malformed JSON in request body");
    for wrong in ["x", "refresh_", "refresh_1abc", "Refresh_0abc", &token[1..], &format!(" {token}")] {
        refresh(&app.anyone(), wrong).await.refused(403, "Invalid refresh token format");
    }
    for wrong in [
        "refresh_0",
        &token[..token.len() - 1],
        &format!("{token} "),
        &token.to_uppercase().replacen("REFRESH", "refresh", 1),
    ] {
        refresh(&app.anyone(), wrong).await.refused(403, REFUSED);
    }
    assert_eq!(app.written().await, before);
}

/// The contract names no longest refresh token, so a long one is one that nobody has.
async fn t174_a_long_refresh_token_is_one_that_nobody_has(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = Visitor::new(&app).await.refresh_token;
    let before = app.written().await;
    let long = format!("{token}{}", "x".repeat(10_000));
    refresh(&app.anyone(), &long).await.refused(403, REFUSED);
    assert_eq!(app.written().await, before);
}

async fn t174_a_refresh_token_of_another_project_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let other = Client::new(app.frontend(&app.create_project().await));
    let before = app.written().await;
    refresh(&other, &visitor.refresh_token).await.refused(403, REFUSED);
    assert_eq!(app.written().await, before);
    let guest = Visitor::of(&app, &other.post_empty(MINT).await.expect(200));
    let before = app.written().await;
    refresh(&app.anyone(), &guest.refresh_token).await.refused(403, REFUSED);
    assert_eq!(app.written().await, before);
    refresh(&other, &guest.refresh_token).await.expect(200);
    let frontend = Client::new(app.frontend(&app.project));
    refresh(&frontend, &visitor.refresh_token).await.expect(200);
}

async fn t175_a_broken_database_never_costs_a_visitor_their_identity(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let execute = async |sql: &'static str| {
        let write = async move |conn: &mut engine::Conn<'_>| conn.execute(sql, &[]).await;
        app.store.write::<_, engine::Error, _>(write).await.unwrap();
    };
    execute("ALTER TABLE anonymous_tokens RENAME TO anonymous_tokens_away").await;
    for answer in [refresh(&app.anyone(), &visitor.refresh_token).await, app.anyone().post_empty(MINT).await]
    {
        assert!(answer.status.is_server_error(), "the client throws its identity away: {answer:?}");
        assert!(answer.json()["message"].is_string(), "{answer:?}");
    }
    execute("ALTER TABLE anonymous_tokens_away RENAME TO anonymous_tokens").await;
    let session = refresh(&app.anyone(), &visitor.refresh_token).await.expect(200);
    assert_eq!(Visitor::of(&app, &session).id, visitor.id);
}

async fn t176_a_project_that_wants_no_visitors_gets_none(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let open =
        |anonymous_access| ProjectChange { anonymous_access: Some(anonymous_access), ..Default::default() };
    app.change_project(&app.project, open(false)).await;
    let before = app.written().await;
    let refused = "Anonymous access is not allowed";
    app.anyone().post_empty(MINT).await.refused(403, refused);
    refresh(&app.anyone(), &visitor.refresh_token).await.refused(403, refused);
    // Asked for before anything about the body.
    app.anyone().post_empty("/v1/auth/tokens/refresh").await.refused(403, refused);
    assert_eq!(app.written().await, before);
    // What was handed out stays good for its five minutes.
    create_thread(&visitor.client).await;
    app.advance_secs(300);
    visitor.client.get("/v1/threads").await.refused(401, "JWT token has expired");
    // Another project is not concerned.
    let other = Client::new(app.frontend(&app.create_project().await));
    other.post_empty(MINT).await.expect(200);
    app.change_project(&app.project, open(true)).await;
    refresh(&app.anyone(), &visitor.refresh_token).await.expect(200);
}

async fn t176_a_session_that_begins_while_visitors_are_turned_away_is_whole_or_not_there(engine: Engine) {
    let app = TestApp::start(engine).await;
    let shut = ProjectChange { anonymous_access: Some(false), ..Default::default() };
    let mints = async {
        let mut minted = 0;
        // One address each, and on until the door is shut.
        for n in 0..20_000 {
            let client = app.anyone().with("x-forwarded-for", &format!("10.{}.{}.1", n / 256 % 256, n % 256));
            let answer = client.post_empty(MINT).await;
            match answer.status.as_u16() {
                200 => minted += 1,
                _ => return (minted, answer),
            }
        }
        panic!("the door is never shut");
    };
    let ((minted, last), ()) = tokio::join!(mints, app.change_project(&app.project, shut));
    last.refused(403, "Anonymous access is not allowed");
    let rows = app.written().await;
    assert_eq!(rows.iter().filter(|row| row.starts_with("session")).count(), minted);
}

async fn a_base_without_project_has_no_visitors(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = Visitor::new(&app).await.refresh_token;
    let before = app.written().await;
    let nobody = Client::new(app.frontend(&ProjectId::parse("proj_000000000000").unwrap()));
    nobody.post_empty(MINT).await.refused(404, "Project not found");
    refresh(&nobody, &token).await.refused(404, "Project not found");
    for label in ["proj-", "proj-0LTYJCUAXPV1", "proj-0ltyjcuaxpv", "proj-0ltyjcuaxpv12", "proj-0ltyjcuaxp_1"]
    {
        let invalid = Client::new(format!("{}/{label}", app.url));
        invalid.post_empty(MINT).await.refused(403, "Invalid issuer format or projectId");
        refresh(&invalid, &token).await.refused(403, "Invalid issuer format or projectId");
    }
    assert_eq!(app.written().await, before);
}

async fn without_default_project_the_root_has_no_visitors(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = Visitor::new(&app).await.refresh_token;
    app.forget_default_project().await;
    let before = app.written().await;
    app.anyone().post_empty(MINT).await.refused(403, "Invalid issuer format or projectId");
    refresh(&app.anyone(), &token).await.refused(403, "Invalid issuer format or projectId");
    assert_eq!(app.written().await, before);
    refresh(&Client::new(app.frontend(&app.project)), &token).await.expect(200);
}
