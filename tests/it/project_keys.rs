//! What operators do with a project's API keys, signing keys and tokens.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::{Client, TestApp, create_thread};

on_both_engines!(
    a_key_is_made_listed_used_and_revoked,
    keys_are_made_of_a_name_and_a_choice,
    a_key_of_another_project_is_not_there,
    signing_keys_are_listed_and_rotated,
    a_token_is_minted_for_anybody_and_put_on_record,
    reserved_ids_get_no_token,
    nobody_else_gets_near,
);

async fn a_key_is_made_listed_used_and_revoked(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let path = app.path("api-keys");
    assert_eq!(member.get(&path).await.expect(200), json!({ "api_keys": [] }));
    let made = member.post(&path, &json!({ "name": " Server ", "expires": "7d" })).await.expect(201);
    let (key, view) = (made["key"].as_str().unwrap().to_owned(), made["api_key"].clone());
    assert_eq!(view["name"], "Server");
    assert_eq!(view["suffix"], key[key.len() - 4..]);
    assert_eq!((&view["last_used_at"], &view["is_expired"]), (&Value::Null, &json!(false)));
    assert_eq!(view["expires_at"], json!(app.now().plus_millis(7 * 24 * 3600 * 1000)));
    let backend = app.anyone().bearing(&key).with("aui-workspace-id", "w");
    create_thread(&backend).await;
    let list = member.get(&path).await;
    assert!(!String::from_utf8_lossy(&list.body).contains(&key), "a key is shown once");
    assert_eq!(list.expect(200)["api_keys"][0]["id"], view["id"]);

    app.advance_secs(7 * 24 * 3600);
    assert_eq!(member.get(&path).await.expect(200)["api_keys"][0]["is_expired"], true);
    let forever = member.post(&path, &json!({ "name": "b", "expires": "never" })).await.expect(201);
    assert_eq!(forever["api_key"]["expires_at"], Value::Null);
    let listed = member.get(&path).await.expect(200);
    assert_eq!(listed["api_keys"][0]["id"], forever["api_key"]["id"], "the newest first");

    let backend = app.anyone().bearing(forever["key"].as_str().unwrap()).with("aui-workspace-id", "w");
    backend.get("/v1/threads").await.expect(200);
    let own = format!("{path}/{}", forever["api_key"]["id"].as_str().unwrap());
    assert_eq!(member.delete(&own).await.expect(200), json!({}));
    backend.get("/v1/threads").await.refused(403, "Unknown or expired API key");
    member.delete(&own).await.refused(404, "API key not found");
    let audit = app.audit_text().await;
    assert!(audit.contains("api_key.create") && audit.contains("api_key.delete"), "{audit}");
    assert!(!audit.contains(&key[30..60]), "no secret is on record");
}

async fn keys_are_made_of_a_name_and_a_choice(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let path = app.path("api-keys");
    for (body, field) in [
        (json!({ "expires": "never" }), "name"),
        (json!({ "name": "", "expires": "never" }), "name"),
        (json!({ "name": "  ", "expires": "never" }), "name"),
        (json!({ "name": "n".repeat(256), "expires": "never" }), "name"),
        (json!({ "name": "a\u{0}", "expires": "never" }), "name"),
        (json!({ "name": 1, "expires": "never" }), "name"),
        (json!({ "name": "n" }), "expires"),
        (json!({ "name": "n", "expires": "8d" }), "expires"),
        (json!({ "name": "n", "expires": null }), "expires"),
        (json!({ "name": "n", "expires": "7d", "key": "sk" }), "key"),
    ] {
        member.post(&path, &body).await.invalid(&[field]);
    }
    assert_eq!(member.get(&path).await.expect(200), json!({ "api_keys": [] }));
}

async fn a_key_of_another_project_is_not_there(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let other = app.create_project().await;
    let made = member.post(&app.path("api-keys"), &json!({ "name": "n", "expires": "7d" })).await.expect(201);
    let id = made["api_key"]["id"].as_str().unwrap();
    member.delete(&format!("/api/projects/{other}/api-keys/{id}")).await.refused(404, "API key not found");
    member.get("/api/projects/proj_000000000000/api-keys").await.refused(404, "Project not found");
    member.get("/api/projects/nonsense/api-keys").await.refused(404, "Project not found");
    assert_eq!(member.get(&app.path("api-keys")).await.expect(200)["api_keys"].as_array().unwrap().len(), 1);
}

async fn signing_keys_are_listed_and_rotated(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (admin, member) = (app.operator(Role::Admin).await, app.operator(Role::Member).await);
    let path = app.path("signing-keys");
    let before = member.get(&path).await.expect(200);
    assert_eq!(before["issuer"], app.frontend(&app.project));
    assert_eq!(before["key_set_url"], format!("{}/.well-known/jwks.json", app.frontend(&app.project)));
    assert_eq!(before["signing_keys"].as_array().unwrap().len(), 1);
    let old = before["signing_keys"][0].clone();
    assert_eq!((&old["is_current"], &old["retires_at"]), (&json!(true), &Value::Null));
    let token = app.token(&app.project, "w", "ann").await;
    member.post_empty(&format!("{path}/rotate")).await.refused(403, "Not allowed");
    let after = admin.post_empty(&format!("{path}/rotate")).await.expect(200);
    let keys = after["signing_keys"].as_array().unwrap();
    assert_eq!((keys.len(), &keys[0]["is_current"], &keys[1]["id"]), (2, &json!(true), &old["id"]));
    assert_eq!(keys[1]["retires_at"], json!(app.now().plus_millis(600_000)));
    assert_eq!(member.get(&path).await.expect(200), after);
    // In force at once: the published set has both, and the old key's token is still good.
    let published = Client::new(app.frontend(&app.project)).get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(published["keys"][0]["kid"], keys[0]["id"]);
    app.anyone().bearing(&token).get("/v1/threads").await.expect(200);
    app.advance_secs(600);
    assert_eq!(member.get(&path).await.expect(200)["signing_keys"].as_array().unwrap().len(), 1);
}

async fn a_token_is_minted_for_anybody_and_put_on_record(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let body = json!({ "user_id": "ann", "workspace_id": "team 1".replace(' ', ":") });
    let minted = member.post(&app.path("tokens"), &body).await.expect(200);
    let token = minted["token"].as_str().unwrap();
    let thread = create_thread(&app.anyone().bearing(token)).await;
    app.backend("team:1", "bob").await.get(&format!("/v1/threads/{thread}")).await.expect(200);
    let audit = app.audit_text().await;
    assert!(audit.contains("token.create token ann"), "{audit}");
    assert!(!audit.contains(token), "no token is on record");
    app.advance_secs(300);
    app.anyone().bearing(token).get("/v1/threads").await.refused(401, "JWT token has expired");
}

async fn reserved_ids_get_no_token(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    for bad in ["", "a b", "a\u{7}", "__SYSTEM__", "__OTLP__", "usr_deleted", "usr_anon_0x", &"u".repeat(256)]
    {
        for (field, body) in [
            ("user_id", json!({ "user_id": bad, "workspace_id": "w" })),
            ("workspace_id", json!({ "user_id": "u", "workspace_id": bad })),
        ] {
            member.post(&app.path("tokens"), &body).await.invalid(&[field]);
        }
    }
    member.post(&app.path("tokens"), &json!({ "user_id": "u" })).await.invalid(&["workspace_id"]);
    assert!(!app.audit_text().await.contains("token.create"));
}

async fn nobody_else_gets_near(engine: Engine) {
    let app = TestApp::start(engine).await;
    let stranger = app.stranger().await;
    for path in ["api-keys", "signing-keys"] {
        app.anyone().get(&app.path(path)).await.refused(401, "Sign in first");
        stranger.get(&app.path(path)).await.refused(404, "Project not found");
    }
    let body = json!({ "user_id": "u", "workspace_id": "w" });
    app.anyone().post(&app.path("tokens"), &body).await.refused(401, "Sign in first");
    stranger.post(&app.path("tokens"), &body).await.refused(404, "Project not found");
    let backend = app.backend("w", "u").await;
    backend.post(&app.path("tokens"), &body).await.refused(401, "Sign in first");
}
