//! Origins are listed and set, and every change is on record.

use engine::Engine;
use serde_json::{Value, json};

use super::{add, provider, run, secret_file, trusting};
use crate::support::Client;
use crate::support::program::{Program, instance};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(the_audit_log_has_pages,);

on_one_engine!(
    origins_are_normalized_listed_and_set,
    every_change_is_on_record_with_before_and_after,
    what_is_no_origin_is_told,
);

async fn origins_are_normalized_listed_and_set(engine: Engine) {
    let program = instance(engine).await;
    assert_eq!(run(&program, &["origins", "list"]), json!([]));
    let server = program.serve().await;
    let set = [
        "origins",
        "set",
        "https://App.Example.com/",
        "https://*.Example.com",
        "https://app.example.com",
        "http://localhost:3000",
        "https://app.example.com:443",
        "https://app.example.com:8443",
    ];
    let expected = json!([
        "https://app.example.com",
        "https://*.example.com",
        "http://localhost:3000",
        "https://app.example.com:8443",
    ]);
    assert_eq!(run(&program, &set), expected);
    assert_eq!(run(&program, &["origins", "list"]), expected);
    assert_eq!(run(&program, &["projects", "list"])[0]["allowed_origins"], expected);
    assert!(program.run(&["origins", "list"]).text().contains("https://*.example.com"));
    // In force when the command has returned.
    let admitted = async |origin: &str| {
        let answer = Client::new(&server.url).with("origin", origin).get("/v1/threads").await;
        answer.header("access-control-allow-origin").is_some()
    };
    assert!(admitted("https://a.example.com").await && !admitted("https://evil.example").await);
    assert_eq!(run(&program, &["origins", "set"]), json!([]));
    assert!(admitted("https://evil.example").await);
    // Of another project.
    let other = run(&program, &["projects", "create", "Other"])["id"].as_str().unwrap().to_owned();
    run(&program, &["origins", "set", "https://b.example", "--project", &other]);
    assert_eq!(run(&program, &["origins", "list", "--project", &other]), json!(["https://b.example"]));
    assert_eq!(run(&program, &["origins", "list"]), json!([]));
    program
        .run(&["origins", "list", "--project", "proj_000000000000"])
        .failed("there is no project proj_000000000000");
}

async fn what_is_no_origin_is_told(engine: Engine) {
    let program = instance(engine).await;
    run(&program, &["origins", "set", "https://kept.example"]);
    let long = format!("https://{}.example", "a".repeat(250));
    for origin in [
        "",
        " https://a.example",
        "https://a.example ",
        "a.example",
        "null",
        "*",
        "http://a.example",
        "ftp://a.example",
        "https://",
        "https://a.example/path",
        "https://a.example//",
        "https://a.example?x",
        "https://a.example#x",
        "https://u:p@a.example",
        "https://*",
        "https://*.example",
        "https://*.*.example.com",
        "https://a.*.example.com",
        "https://a*.example.com",
        "http://*.example.com",
        "https://*.127.0.0.1",
        "http://localhost.evil.example",
        &long,
    ] {
        let ran = program.run(&["origins", "set", "https://good.example", "--", origin]);
        ran.failed(&format!("Invalid allowed origin: {origin}"));
    }
    let many: Vec<String> = (0..33).map(|number| format!("https://{number}.example")).collect();
    let many: Vec<&str> = ["origins", "set"].into_iter().chain(many.iter().map(String::as_str)).collect();
    program.run(&many).failed("At most 32 allowed origins are permitted");
    assert_eq!(run(&program, &["origins", "list"]), json!(["https://kept.example"]));
    // Repetitions do not count.
    let repeated = [&many[..34], &["https://0.example", "https://1.example/"]].concat();
    assert_eq!(run(&program, &repeated).as_array().unwrap().len(), 32);
}

/// The entries with this action, the latest first.
fn entries(program: &Program, action: &str) -> Vec<Value> {
    let all = run(program, &["audit", "list", "--limit", "1000"]);
    all.as_array().unwrap().iter().filter(|entry| entry["action"] == action).cloned().collect()
}

/// Asserts one entry of the action about a thing, and what changed.
fn on_record(program: &Program, action: &str, id: &Value, before: &Value, after: &Value) {
    let all = entries(program, action);
    let entry =
        all.iter().find(|entry| entry["resource_id"] == *id).unwrap_or_else(|| panic!("{action} {id}"));
    assert_eq!((&entry["before"], &entry["after"]), (before, after), "{entry}");
    assert_eq!(entry["resource_type"], action.split('.').next().unwrap());
    assert!(entry["id"].is_string() && entry["created_at"].is_string(), "{entry}");
}

async fn every_change_is_on_record_with_before_and_after(engine: Engine) {
    const SECRET: &str = "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA";
    let program = trusting(engine).await;
    let (_keys, _key, url) = provider().await;
    let project = run(&program, &["projects", "list"])[0]["id"].clone();
    let settings = |rule: &Value| {
        let mut view = rule.clone();
        let names = ["id", "personal_prefix", "created_at", "updated_at", "warnings"];
        view.as_object_mut().unwrap().retain(|name, _| !names.contains(&name.as_str()));
        view
    };
    let rule = add(&program, &["--jwks-url", &url]);
    on_record(&program, "auth_rule.create", &rule["id"], &Value::Null, &settings(&rule));
    let file = secret_file(&program, SECRET);
    let id = rule["id"].as_str().unwrap();
    let changed = run(&program, &["rules", "update", id, "--secret-file", &file]);
    on_record(&program, "auth_rule.update", &rule["id"], &settings(&rule), &settings(&changed));
    run(&program, &["rules", "remove", id]);
    on_record(&program, "auth_rule.delete", &rule["id"], &settings(&changed), &Value::Null);

    let key = run(&program, &["keys", "create", "backend", "--expires", "7d"]);
    let shown = json!({ "name": "backend", "expires_at": key["expires_at"] });
    on_record(&program, "api_key.create", &key["id"], &Value::Null, &shown);
    run(&program, &["keys", "revoke", key["id"].as_str().unwrap()]);
    on_record(&program, "api_key.delete", &key["id"], &shown, &Value::Null);

    let view = |name: &str, origins: Value| {
        json!({
            "name": name, "anonymous_access": true, "active_user_cap": null, "active_visitor_cap": null,
            "allowed_origins": origins,
            "visitors.user_threads_per_minute": 30, "visitors.user_messages_per_minute": 120,
            "visitors.workspace_stored_bytes": 268_435_456, "visitors.user_sdks_per_day": 32,
        })
    };
    let id = project.as_str().unwrap();
    run(&program, &["projects", "rename", id, "Shop"]);
    on_record(
        &program,
        "project.update",
        &project,
        &view("Default project", json!([])),
        &view("Shop", json!([])),
    );
    run(&program, &["origins", "set", "https://a.example"]);
    let origins = json!(["https://a.example"]);
    on_record(&program, "project.update", &project, &view("Shop", json!([])), &view("Shop", origins));
    let rotated = run(&program, &["projects", "rotate-key", id]);
    on_record(&program, "project.rotate_key", &project, &Value::Null, &json!({ "kid": rotated["kid"] }));

    let text = program.create_key();
    let server = program.serve().await;
    let backend = Client::new(&server.url).bearing(&text).with("aui-workspace-id", "w");
    backend.delete("/v1/projects/users/ann").await.expect(200);
    let after = json!({ "threads": 0, "runs": 0 });
    on_record(&program, "user.erase", &json!("ann"), &Value::Null, &after);
    let erasure = &entries(&program, "user.erase")[0];
    assert_eq!((&erasure["actor_type"], &erasure["actor_label"]), (&json!("api_key"), &json!("test")));
    assert_eq!(entries(&program, "auth_rule.create")[0]["actor_type"], "command_line");

    let everything =
        program.run(&["audit", "list", "--json"]).text().to_owned() + program.run(&["audit", "list"]).text();
    for secret in [SECRET, key["key"].as_str().unwrap(), &text] {
        assert!(!everything.contains(secret), "a secret is in the audit log");
    }
    assert!(everything.contains("user.erase") && everything.contains("auth_rule.delete"));
}

async fn the_audit_log_has_pages(engine: Engine) {
    let program = instance(engine).await;
    for name in ["a", "b", "c"] {
        run(&program, &["keys", "create", name]);
    }
    let all = run(&program, &["audit", "list"]);
    let all = all.as_array().unwrap();
    assert_eq!(all[0]["after"]["name"], "c", "the latest first");
    let page = run(&program, &["audit", "list", "--limit", "2"]);
    assert_eq!(page, json!([all[0], all[1]]));
    let next = run(&program, &["audit", "list", "--before", all[1]["id"].as_str().unwrap()]);
    assert_eq!(next.as_array().unwrap(), &all[2..]);
    let other = run(&program, &["projects", "create", "Other"]);
    let theirs = run(&program, &["audit", "list", "--project", other["id"].as_str().unwrap()]);
    assert!(theirs.as_array().unwrap().iter().all(|entry| entry["resource_id"] == other["id"]), "{theirs}");
    program.run(&["audit", "list", "--limit", "0"]).failed("--limit");
}
