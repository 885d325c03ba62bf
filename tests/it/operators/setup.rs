//! The first operator comes by the link that the server prints.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::operators::setup;

use crate::on_both_engines;
use crate::support::{Client, TestApp};

on_both_engines!(
    the_link_makes_an_owner_once,
    a_wrong_link_makes_nobody,
    bad_input_names_its_field,
    of_two_at_once_one_becomes_the_owner,
);

pub fn owner(app: &TestApp) -> Value {
    let token = setup::token(&app.vault).unwrap();
    json!({
        "token": token.reveal(), "name": "Ann", "email": "Ann@Example.com", "password": "lamp orbit cactus 41",
    })
}

/// A browser with the cookie and the token of an answer that signed it in.
pub fn signed_in(app: &TestApp, answer: &crate::support::Answer) -> Client {
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap();
    app.anyone().with("cookie", cookie).with("x-csrf-token", answer.json()["csrf_token"].as_str().unwrap())
}

async fn the_link_makes_an_owner_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    assert_eq!(app.anyone().get("/api/status").await.expect(200)["setup_needed"], true);
    let answer = app.anyone().post("/api/setup", &owner(&app)).await;
    let session = answer.expect(201);
    assert_eq!(session["operator"]["email"], "ann@example.com");
    assert_eq!(session["is_instance_owner"], true);
    let organization = &session["organizations"][0];
    assert_eq!(
        (&organization["role"], &organization["projects"][0]["id"]),
        (&json!("owner"), &json!(app.project))
    );
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let ann = signed_in(&app, &answer);
    assert_eq!(ann.get("/api/session").await.expect(200), session);
    assert_eq!(app.anyone().get("/api/status").await.expect(200)["setup_needed"], false);
    let mut second = owner(&app);
    second["email"] = json!("eve@example.com");
    app.anyone().post("/api/setup", &second).await.refused(403, "This instance is set up");
}

async fn a_wrong_link_makes_nobody(engine: Engine) {
    let app = TestApp::start(engine).await;
    for token in ["x", "", "feLC13gTt-amgwQ4xLiSOFjPOv-4QJqooL9GYYNgEak"] {
        let mut wrong = owner(&app);
        wrong["token"] = json!(token);
        let answer = app.anyone().post("/api/setup", &wrong).await;
        match token {
            "" => drop(answer.invalid(&["token"])),
            _ => drop(answer.refused(403, "The setup link is not valid")),
        }
    }
    assert_eq!(app.anyone().get("/api/status").await.expect(200)["setup_needed"], true);
}

async fn bad_input_names_its_field(engine: Engine) {
    let app = TestApp::start(engine).await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("   ")),
        ("name", json!("x".repeat(256))),
        ("email", json!("nobody")),
        ("email", json!(null)),
        ("password", json!("short")),
        ("password", json!("password123")),
        ("password", json!("ann@example.com")),
        ("password", json!("x".repeat(129))),
        ("more", json!(1)),
    ] {
        let mut body = owner(&app);
        body[field] = value;
        app.anyone().post("/api/setup", &body).await.invalid(&[field]);
    }
    assert_eq!(app.anyone().get("/api/status").await.expect(200)["setup_needed"], true);
}

async fn of_two_at_once_one_becomes_the_owner(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (client, mut other) = (app.anyone(), owner(&app));
    other["email"] = json!("bob@example.com");
    let one = owner(&app);
    let (one, other) = tokio::join!(client.post("/api/setup", &one), client.post("/api/setup", &other));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403]);
}
