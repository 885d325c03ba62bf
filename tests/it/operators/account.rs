//! What operators do with their own account.

use engine::Engine;
use serde_json::json;
use threadkeep::auth::api_key::hash;
use threadkeep::id::SessionId;
use threadkeep::operators::model::Email;
use threadkeep::operators::store::{change_password, create_reset, find_password_hash, is_password_hash};

use super::setup::{owner, signed_in};
use crate::on_both_engines;
use crate::support::{Client, TestApp};

on_both_engines!(
    a_new_password_ends_the_other_sessions,
    the_old_password_is_asked_for,
    sessions_are_listed_and_ended,
    signing_out_everywhere_ends_this_session_too,
    a_reset_link_works_once_within_an_hour,
    a_password_that_was_changed_meanwhile_proves_nothing,
    an_operator_can_be_renamed,
);

const OLD: &str = "lamp orbit cactus 41";
const NEW: &str = "quiet marble engine 77";

async fn sign_in(app: &TestApp, password: &str) -> crate::support::Answer {
    let body = json!({ "email": "ann@example.com", "password": password });
    app.anyone().with("user-agent", "Test/1").post("/api/session", &body).await
}

async fn ann(app: &TestApp) -> Client {
    signed_in(app, &app.anyone().post("/api/setup", &owner(app)).await)
}

async fn a_new_password_ends_the_other_sessions(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = ann(&app).await;
    let other = signed_in(&app, &sign_in(&app, OLD).await);
    ann.put("/api/account/password", &json!({ "current_password": OLD, "new_password": NEW }))
        .await
        .expect(200);
    ann.get("/api/session").await.expect(200);
    other.get("/api/session").await.refused(401, "Sign in first");
    sign_in(&app, OLD).await.refused(401, "Wrong e-mail or password");
    sign_in(&app, NEW).await.expect(200);
}

async fn the_old_password_is_asked_for(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = ann(&app).await;
    for current in [json!("wrong"), json!(null), json!("")] {
        let body = json!({ "current_password": current, "new_password": NEW });
        ann.put("/api/account/password", &body).await.invalid(&["current_password"]);
    }
    for guessable in ["12345678901", "ann@example.com"] {
        let body = json!({ "current_password": OLD, "new_password": guessable });
        ann.put("/api/account/password", &body).await.invalid(&["new_password"]);
    }
    sign_in(&app, OLD).await.expect(200);
}

async fn sessions_are_listed_and_ended(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = ann(&app).await;
    app.advance_secs(1);
    let other = signed_in(&app, &sign_in(&app, OLD).await);
    let listed = ann.get("/api/account/sessions").await.expect(200);
    let sessions = listed["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!((&sessions[0]["is_current"], &sessions[0]["user_agent"]), (&json!(false), &json!("Test/1")));
    assert_eq!(sessions[0]["address"], "127.0.0.1");
    assert_eq!(sessions[1]["is_current"], true);
    let id = sessions[0]["id"].as_str().unwrap();
    let stranger = app.stranger().await;
    stranger.delete(&format!("/api/account/sessions/{id}")).await.refused(404, "Session not found");
    other.get("/api/session").await.expect(200);
    ann.delete(&format!("/api/account/sessions/{id}")).await.expect(200);
    other.get("/api/session").await.refused(401, "Sign in first");
    ann.delete(&format!("/api/account/sessions/{id}")).await.refused(404, "Session not found");
}

async fn signing_out_everywhere_ends_this_session_too(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = ann(&app).await;
    let other = signed_in(&app, &sign_in(&app, OLD).await);
    let stranger = app.stranger().await;
    ann.delete("/api/account/sessions").await.expect(200);
    for client in [&ann, &other] {
        client.get("/api/session").await.refused(401, "Sign in first");
    }
    stranger.get("/api/session").await.expect(200);
}

async fn a_reset_link_works_once_within_an_hour(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = ann(&app).await;
    let make = async |token: &str| {
        let (email, link, now) = (Email::parse("ann@example.com").unwrap(), hash(token), app.now());
        let write = async move |conn: &mut engine::Conn<'_>| create_reset(conn, &email, &link, now).await;
        app.store.write(write).await.unwrap().unwrap()
    };
    let reset = async |token: &str| {
        app.anyone().post("/api/password-reset", &json!({ "token": token, "password": NEW })).await
    };
    make("first").await;
    make("second").await;
    reset("first").await.refused(403, "The link is not valid");
    app.anyone()
        .post("/api/password-reset", &json!({ "token": "second", "password": "short" }))
        .await
        .invalid(&["password"]);
    app.anyone()
        .post("/api/password-reset", &json!({ "token": "second", "password": "ann@example.com" }))
        .await
        .invalid(&["password"]);
    signed_in(&app, &reset("second").await).get("/api/session").await.expect(200);
    ann.get("/api/session").await.refused(401, "Sign in first");
    sign_in(&app, NEW).await.expect(200);
    reset("second").await.refused(403, "The link is not valid");
    // What is not let in costs no estimate: a password that nobody could set is no reason to tell so.
    app.anyone()
        .post("/api/password-reset", &json!({ "token": "none", "password": "1234567890" }))
        .await
        .refused(403, "The link is not valid");
    make("late").await;
    app.advance_secs(3600);
    reset("late").await.refused(403, "The link is not valid");
}

async fn a_password_that_was_changed_meanwhile_proves_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = ann(&app).await;
    let email = Email::parse("ann@example.com").unwrap();
    let find = async |conn: &mut engine::Conn<'_>| find_password_hash(conn, &email).await;
    let (operator, old) = app.store.read(find).await.unwrap().unwrap();
    let old = old.unwrap();
    let listed = ann.get("/api/account/sessions").await.expect(200);
    let session = SessionId::named(listed["sessions"][0]["id"].as_str().unwrap());
    ann.put("/api/account/password", &json!({ "current_password": OLD, "new_password": NEW }))
        .await
        .expect(200);
    let now = app.now();
    let late = async move |conn: &mut engine::Conn<'_>| -> threadkeep::error::Result<(bool, bool)> {
        let fits = is_password_hash(conn, &operator.id, &old).await?;
        Ok((fits, change_password(conn, &operator.id, (Some(&old), "a hash"), &session, now).await?))
    };
    assert_eq!(app.store.write(late).await.unwrap(), (false, false));
    sign_in(&app, NEW).await.expect(200);
}

async fn an_operator_can_be_renamed(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = ann(&app).await;
    let renamed = ann.put("/api/account", &json!({ "name": " <b>Ann</b> " })).await.expect(200);
    assert_eq!(renamed["name"], "<b>Ann</b>");
    assert_eq!(ann.get("/api/session").await.expect(200)["operator"], renamed);
    ann.put("/api/account", &json!({ "name": "" })).await.invalid(&["name"]);
}
