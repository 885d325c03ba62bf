//! What operators set.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use super::{is_limited, new_thread, visitor};
use crate::on_both_engines;
use crate::support::program::instance;
use crate::support::{TestApp, append, create_thread};

on_both_engines!(
    limits_are_shown_set_and_in_force,
    what_cannot_be_set_is_named,
    a_member_cannot_set_limits,
    every_change_is_on_record,
    the_command_line_sets_limits,
    visitors_and_users_have_caps_of_their_own,
);

async fn limits_are_shown_set_and_in_force(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let shown = admin.get(&format!("/api/projects/{}", app.project)).await.expect(200)["fair_use"].clone();
    let none = json!({
        "user_threads_per_minute": null, "user_messages_per_minute": null,
        "workspace_threads_per_minute": null, "workspace_messages_per_minute": null,
        "workspace_stored_bytes": null, "user_sdks_per_day": null,
    });
    let mut visitors = none.clone();
    visitors["user_threads_per_minute"] = json!(30);
    visitors["user_messages_per_minute"] = json!(120);
    visitors["workspace_stored_bytes"] = json!(268_435_456);
    visitors["user_sdks_per_day"] = json!(32);
    assert_eq!(shown, json!({ "visitors": visitors, "users": none, "keys": none }));

    let change = json!({
        "visitors": { "user_threads_per_minute": 1 },
        "users": { "user_threads_per_minute": 2, "user_messages_per_minute": null },
    });
    let set = admin.put(&app.path("fair-use"), &change).await.expect(200)["fair_use"].clone();
    visitors["user_threads_per_minute"] = json!(1);
    let mut users = none.clone();
    users["user_threads_per_minute"] = json!(2);
    assert_eq!(set, json!({ "visitors": visitors, "users": users, "keys": none }));
    let (visitor, user) = (visitor(&app).await, app.browser("w", "ann").await);
    new_thread(&visitor).await.expect(201);
    is_limited(&new_thread(&visitor).await);
    new_thread(&user).await.expect(201);
    new_thread(&user).await.expect(201);
    is_limited(&new_thread(&user).await);
    let lifted = json!({ "users": { "user_threads_per_minute": null } });
    admin.put(&app.path("fair-use"), &lifted).await.expect(200);
    new_thread(&user).await.expect(201);
    // Another project has the limits that it had.
    let other = app.create_project().await;
    let other = admin.get(&format!("/api/projects/{other}")).await.expect(200);
    assert_eq!(other["fair_use"]["visitors"]["user_threads_per_minute"], 30);
}

async fn what_cannot_be_set_is_named(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let path = app.path("fair-use");
    for (limit, value) in [
        ("user_threads_per_minute", json!(-1)),
        ("user_messages_per_minute", json!(100_001)),
        ("workspace_threads_per_minute", json!(1.5)),
        ("workspace_messages_per_minute", json!("3")),
        ("workspace_stored_bytes", json!(1e30)),
        ("user_sdks_per_day", json!(101)),
        ("requests", json!(1)),
    ] {
        let body = json!({ "keys": { limit: value } });
        let told = admin.put(&path, &body).await.expect(400);
        let issue: &Value = &told["details"][0];
        assert_eq!(issue["path"], json!(["keys", limit]), "{told}");
    }
    admin.put(&path, &json!({ "users": 1, "visitors": [], "keys": null })).await.expect(400);
    admin.put(&path, &json!({ "everybody": {} })).await.invalid(&["everybody"]);
    for cap in [json!(-1), json!("3")] {
        let body = json!({ "active_visitor_cap": cap });
        admin.put(&app.path("active-user-cap"), &body).await.invalid(&["active_visitor_cap"]);
    }
    assert!(!app.audit_text().await.contains("project.update"));
}

async fn a_member_cannot_set_limits(engine: Engine) {
    let app = TestApp::start(engine).await;
    let body = json!({ "visitors": { "user_threads_per_minute": null } });
    app.operator(Role::Member).await.put(&app.path("fair-use"), &body).await.expect(403);
}

async fn every_change_is_on_record(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "keys": { "workspace_messages_per_minute": 4321 } });
    admin.put(&app.path("fair-use"), &body).await.expect(200);
    let entries = admin.get(&app.path("audit")).await.expect(200);
    let entry =
        entries["entries"].as_array().unwrap().iter().find(|entry| entry["action"] == "project.update");
    let (before, after) = (&entry.unwrap()["before"], &entry.unwrap()["after"]);
    let limit = "keys.workspace_messages_per_minute";
    assert_eq!((before.get(limit), &after[limit]), (None, &json!(4321)), "{entries}");
    let same = "visitors.user_threads_per_minute";
    assert_eq!((&before[same], &after[same]), (&json!(30), &json!(30)), "{entries}");
}

async fn the_command_line_sets_limits(engine: Engine) {
    let program = instance(engine).await;
    let project = program.run(&["projects", "list", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    let limits = [
        "--limit",
        "users.user_messages_per_minute=7",
        "--limit",
        "visitors.workspace_stored_bytes=none",
        "--active-visitor-cap",
        "9",
    ];
    let set = program.run(&[&["projects", "update", &project, "--json"], &limits[..]].concat()).json();
    assert_eq!(set["fair_use"]["users"]["user_messages_per_minute"], 7);
    assert_eq!(set["fair_use"]["visitors"]["workspace_stored_bytes"], Value::Null);
    assert_eq!(set["fair_use"]["visitors"]["user_threads_per_minute"], 30);
    assert_eq!((&set["active_visitor_cap"], &set["active_user_cap"]), (&json!(9), &Value::Null));
}

async fn visitors_and_users_have_caps_of_their_own(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let caps = json!({ "active_user_cap": 1, "active_visitor_cap": 2 });
    let set = admin.put(&app.path("active-user-cap"), &caps).await.expect(200);
    assert_eq!((&set["active_user_cap"], &set["active_visitor_cap"]), (&json!(1), &json!(2)));
    let say = async |client: &crate::support::Client| {
        let thread = create_thread(client).await;
        let body = crate::support::user_message(None, "x");
        client.post(&format!("/v1/threads/{thread}/messages"), &body).await
    };
    for _ in 0..2 {
        let thread = visitor(&app).await;
        let id = create_thread(&thread).await;
        append(&thread, &id, None, "x").await;
    }
    let refused = say(&visitor(&app).await).await.refused(402, "plan_limit_reached");
    assert_eq!(refused["cap"], 2);
    // However many visitors there are, a customer gets in.
    say(&app.browser("w", "ann").await).await.expect(201);
    let refused = say(&app.browser("w", "bob").await).await.refused(402, "plan_limit_reached");
    assert_eq!(refused["cap"], 1);
    let shown = admin.get(&format!("/api/projects/{}", app.project)).await.expect(200);
    assert_eq!((&shown["active_users"], &shown["active_visitors"]), (&json!(1), &json!(2)));
    // Each is set without the other.
    let set = admin.put(&app.path("active-user-cap"), &json!({ "active_visitor_cap": null })).await;
    assert_eq!(set.expect(200)["active_user_cap"], 1);
    say(&visitor(&app).await).await.expect(201);
}
