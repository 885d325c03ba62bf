//! What operators see and set of a project.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::instance::store::first_organization;
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::rules::{ISSUER, secret_rule};
use crate::support::{Client, TestApp, append, create_thread};

on_both_engines!(
    a_project_is_shown_as_it_is,
    settings_are_changed_and_in_force,
    the_first_steps_are_seen_as_they_are_made,
    what_cannot_be_set_is_named,
    every_line_that_is_no_origin_is_told,
    a_project_is_made_in_an_organization,
    roles_are_asked_for,
);

async fn a_project_is_shown_as_it_is(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let path = format!("/api/projects/{}", app.project);
    let view = member.get(&path).await.expect(200);
    assert_eq!(view["name"], "Default project");
    assert_eq!((&view["role"], &view["is_default"]), (&json!("member"), &json!(true)));
    assert_eq!(view["base_url"], app.frontend(&app.project));
    assert_eq!((&view["active_user_cap"], &view["active_users"]), (&Value::Null, &json!(0)));
    assert_eq!((&view["anonymous_access"], &view["allowed_origins"]), (&json!(true), &json!([])));
    assert_eq!((&view["deleted_at"], &view["purge_at"]), (&Value::Null, &Value::Null));
    let visitor = app.browser("w", "ann").await;
    let thread = create_thread(&visitor).await;
    append(&visitor, &thread, None, "hello").await;
    assert_eq!(member.get(&path).await.expect(200)["active_users"], 1);
    app.advance_secs(32 * 24 * 3600);
    let member = app.operator(Role::Member).await;
    assert_eq!(member.get(&path).await.expect(200)["active_users"], 0, "another month");
    let other = app.create_project().await;
    let other = member.get(&format!("/api/projects/{other}")).await.expect(200);
    assert_eq!((&other["is_default"], &other["name"]), (&json!(false), &json!("Other")));
}

async fn settings_are_changed_and_in_force(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let path = format!("/api/projects/{}", app.project);
    let changed = admin.put(&path, &json!({ "name": " Acme " })).await.expect(200);
    assert_eq!((&changed["name"], &changed["anonymous_access"]), (&json!("Acme"), &json!(true)));
    app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let changed = admin.put(&path, &json!({ "anonymous_access": false })).await.expect(200);
    assert_eq!((&changed["name"], &changed["anonymous_access"]), (&json!("Acme"), &json!(false)));
    app.anyone()
        .post_empty("/v1/auth/tokens/anonymous")
        .await
        .refused(403, "Anonymous access is not allowed");
    assert_eq!(admin.put(&path, &json!({})).await.expect(200), changed);

    let cap = format!("{path}/active-user-cap");
    assert_eq!(admin.put(&cap, &json!({ "active_user_cap": 0 })).await.expect(200)["active_user_cap"], 0);
    let visitor = app.browser("w", "ann").await;
    let thread = create_thread(&visitor).await;
    let message = crate::support::user_message(None, "hello");
    visitor
        .post(&format!("/v1/threads/{thread}/messages"), &message)
        .await
        .refused(402, "plan_limit_reached");
    let lifted = admin.put(&cap, &json!({ "active_user_cap": null })).await.expect(200);
    assert_eq!(lifted["active_user_cap"], Value::Null);
    append(&visitor, &thread, None, "hello").await;

    let origins =
        json!({ "allowed_origins": ["https://App.example/", "https://*.b.example", "https://app.example"] });
    let set = admin.put(&format!("{path}/origins"), &origins).await.expect(200);
    assert_eq!(set["allowed_origins"], json!(["https://app.example", "https://*.b.example"]));
    let admitted = async |origin: &str| {
        let answer = app.anyone().with("origin", origin).get("/v1/threads").await;
        answer.header("access-control-allow-origin").is_some()
    };
    assert!(admitted("https://x.b.example").await && !admitted("https://evil.example").await);
    let none = admin.put(&format!("{path}/origins"), &json!({ "allowed_origins": [] })).await.expect(200);
    assert_eq!(none["allowed_origins"], json!([]));
    assert!(admitted("https://evil.example").await);
    let audit = app.audit_text().await;
    assert_eq!(audit.matches("project.update").count(), 6, "{audit}");
}

async fn the_first_steps_are_seen_as_they_are_made(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let steps = async || member.get(&app.path("first-steps")).await.expect(200);
    let nothing =
        json!({ "has_rule": false, "has_api_key": false, "has_request": false, "first_thread": null });
    assert_eq!(steps().await, nothing);
    let key = member.post(&app.path("api-keys"), &json!({ "name": "k", "expires": "7d" })).await.expect(201);
    assert_eq!(steps().await["has_api_key"], true);
    app.create_rule(&app.project, secret_rule(ISSUER, "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA")).await;
    let ready = steps().await;
    assert_eq!((&ready["has_rule"], &ready["has_request"]), (&json!(true), &json!(false)));
    let backend = app.anyone().bearing(key["key"].as_str().unwrap()).with("aui-workspace-id", "w");
    backend.with("aui-sdk", "assistant-cloud/0.1.43").get("/v1/threads").await.expect(200);
    let called = steps().await;
    assert_eq!((&called["has_request"], &called["first_thread"]), (&json!(true), &Value::Null));
    let first = create_thread(&backend).await;
    app.advance_secs(1);
    create_thread(&backend).await;
    let thread = steps().await["first_thread"].clone();
    assert_eq!(
        (&thread["id"], &thread["workspace_id"], &thread["match"]),
        (&json!(first), &json!("w"), &Value::Null)
    );
    // Of another project nothing is seen, and a visitor's session is a request too.
    let other = app.create_project().await;
    let there = format!("/api/projects/{other}/first-steps");
    assert_eq!(member.get(&there).await.expect(200), nothing);
    Client::new(app.frontend(&other)).post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    assert_eq!(member.get(&there).await.expect(200)["has_request"], true);
}

async fn what_cannot_be_set_is_named(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let path = format!("/api/projects/{}", app.project);
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "name": "n".repeat(256) }), "name"),
        (json!({ "anonymous_access": "yes" }), "anonymous_access"),
        (json!({ "allowed_origins": [] }), "allowed_origins"),
    ] {
        admin.put(&path, &body).await.invalid(&[field]);
    }
    for cap in [json!(-1), json!(1.5), json!("3"), json!(1e30), json!([]), json!(100_000_000_001_i64)] {
        let body = json!({ "active_user_cap": cap });
        admin.put(&format!("{path}/active-user-cap"), &body).await.invalid(&["active_user_cap"]);
    }
    admin.put(&format!("{path}/active-user-cap"), &json!({})).await.invalid(&["active_user_cap"]);
    assert!(!app.audit_text().await.contains("project.update"));
}

async fn every_line_that_is_no_origin_is_told(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let path = app.path("origins");
    let set = async |list: Value| admin.put(&path, &json!({ "allowed_origins": list })).await;
    let paths = |body: &Value| -> Vec<Value> {
        body["details"].as_array().unwrap().iter().map(|issue| issue["path"].clone()).collect()
    };
    let list = json!([
        "https://a.example",
        "a.example",
        "https://b.example",
        "",
        "http://c.example",
        "https://d.example/x"
    ]);
    let refused = set(list).await.refused(400, "Schema validation error");
    let expected: Vec<Value> =
        [1, 3, 4, 5].into_iter().map(|line| json!(["allowed_origins", line])).collect();
    assert_eq!(paths(&refused), expected);
    assert!(
        refused["details"][0]["message"]
            .as_str()
            .unwrap()
            .starts_with("allowed_origins[1] must be an origin")
    );
    let refused = set(json!(["https://a.example", 1, null])).await.refused(400, "Schema validation error");
    assert_eq!(paths(&refused), [json!(["allowed_origins", 1]), json!(["allowed_origins", 2])]);
    let many: Vec<String> = (0..33).map(|number| format!("https://a{number}.example")).collect();
    set(json!(many)).await.invalid(&["allowed_origins"]);
    set(json!(many[..32])).await.expect(200);
    set(json!(vec!["x"; 1_001])).await.invalid(&["allowed_origins"]);
    set(json!("https://a.example")).await.invalid(&["allowed_origins"]);
    let kept = admin.get(&format!("/api/projects/{}", app.project)).await.expect(200);
    assert_eq!(kept["allowed_origins"].as_array().unwrap().len(), 32);
}

async fn organization(app: &TestApp) -> String {
    let found = app.store.read(async |conn| first_organization(conn).await).await.unwrap();
    found.unwrap().to_string()
}

async fn a_project_is_made_in_an_organization(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let path = format!("/api/organizations/{}/projects", organization(&app).await);
    let made = admin.post(&path, &json!({ "name": "Second" })).await.expect(201);
    assert_eq!(
        (&made["name"], &made["role"], &made["is_default"]),
        (&json!("Second"), &json!("admin"), &json!(false))
    );
    let id = made["id"].as_str().unwrap();
    assert_eq!(admin.get(&format!("/api/projects/{id}")).await.expect(200), made);
    // It answers at once.
    let base = made["base_url"].as_str().unwrap();
    Client::new(base).post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    admin.post(&path, &json!({ "name": " " })).await.invalid(&["name"]);
    admin.post(&path, &json!({})).await.invalid(&["name"]);
    let nowhere = admin.post("/api/organizations/org_0/projects", &json!({ "name": "x" })).await;
    nowhere.refused(404, "Organization not found");
    assert!(app.audit_text().await.contains(&format!("project.create project {id} operator")));
}

async fn roles_are_asked_for(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let organization = organization(&app).await;
    let refused = [
        member.put(&app.path("origins"), &json!({ "allowed_origins": [] })).await,
        member.put(&app.path("active-user-cap"), &json!({ "active_user_cap": 1 })).await,
        member.post(&format!("/api/organizations/{organization}/projects"), &json!({ "name": "x" })).await,
        member
            .delete_with(&format!("/api/projects/{}", app.project), &json!({ "name": "Default project" }))
            .await,
        member.post_empty(&app.path("restore")).await,
    ];
    for answer in refused {
        answer.refused(403, "Not allowed");
    }
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "name": "Default project" });
    admin.delete_with(&format!("/api/projects/{}", app.project), &body).await.refused(403, "Not allowed");
}
