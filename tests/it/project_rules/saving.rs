//! Rules are saved, listed, changed and removed.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::auth::rules::model::{KeySource, Settings};
use threadkeep::config::Secret;
use threadkeep::members::model::Role;

use super::{SECRET, paths, settings};
use crate::on_both_engines;
use crate::support::issuer::{IssuerKey, hmac_token};
use crate::support::key_server::KeyServer;
use crate::support::rules::{ISSUER, claims};
use crate::support::{Client, TestApp};

on_both_engines!(
    a_rule_is_saved_in_force_and_shown_with_its_keys,
    a_rule_is_changed_and_removed,
    the_stored_secret_stays_until_it_is_replaced,
    keys_are_fetched_when_an_operator_asks,
    every_setting_that_cannot_be_saved_is_named,
    rules_are_listed_in_the_order_in_which_they_are_tried,
    the_younger_of_two_issuers_is_to_have_a_prefix,
    names_that_two_rules_can_give_are_refused_or_told,
    a_workspace_beside_those_of_users_is_told,
    a_rule_of_another_project_is_not_there,
);

async fn provider() -> (KeyServer, IssuerKey, Value) {
    let keys = KeyServer::start().await;
    let key = IssuerKey::new("k1", "ES256");
    let url = keys.put_keys("/jwks", &[key.jwk()]);
    (keys, key, settings(json!({ "jwks_url": url })))
}

async fn a_rule_is_saved_in_force_and_shown_with_its_keys(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let member = app.operator(Role::Member).await;
    let (_keys, key, body) = provider().await;
    let rules = app.path("rules");
    assert_eq!(member.get(&rules).await.expect(200), json!({ "rules": [] }));
    let made = member.post(&rules, &body).await.expect(201);
    assert_eq!(
        (&made["name"], &made["issuer"], &made["has_secret"]),
        (&json!("Issuer"), &json!(ISSUER), &json!(false))
    );
    assert_eq!((&made["user_claim"], &made["audience_claim"]), (&json!("sub"), &json!("aud")));
    assert_eq!((&made["workspace"], &made["workspace_fallback"]), (&Value::Null, &json!("refuse")));
    assert_eq!((&made["conditions"], &made["warnings"]), (&json!([]), &json!([])));
    assert_eq!(made["key_set"]["keys"][0]["kid"], "k1", "fetched at once: {made}");
    assert_eq!(made["key_set"]["error"], Value::Null);
    assert_eq!(member.get(&rules).await.expect(200), json!({ "rules": [made] }));
    // In force when it is answered.
    let user = app.anyone().bearing(&key.token(&claims(&app, "ann")));
    user.get("/v1/threads").await.expect(200);
    assert!(app.audit_text().await.contains("auth_rule.create auth_rule rule_"));
}

async fn a_rule_is_changed_and_removed(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let member = app.operator(Role::Member).await;
    let (_keys, key, mut body) = provider().await;
    let made = member.post(&app.path("rules"), &body).await.expect(201);
    let rule = app.path(&format!("rules/{}", made["id"].as_str().unwrap()));
    body["audience"] = json!(" app ");
    body["conditions"] = json!(["sts != pending"]);
    body["user_prefix"] = json!("");
    let changed = member.put(&rule, &body).await.expect(200);
    assert_eq!((&changed["audience"], &changed["user_prefix"]), (&json!("app"), &Value::Null));
    assert_eq!(changed["conditions"], json!(["sts != pending"]));
    assert_eq!((&changed["id"], &changed["created_at"]), (&made["id"], &made["created_at"]));
    let user = app.anyone().bearing(&key.token(&claims(&app, "ann")));
    user.get("/v1/threads").await.refused(403, "No auth rule matches the JWT iss and aud claims");
    assert_eq!(member.delete(&rule).await.expect(200), json!({}));
    assert_eq!(member.get(&app.path("rules")).await.expect(200), json!({ "rules": [] }));
    member.delete(&rule).await.refused(404, "Rule not found");
    member.put(&rule, &body).await.refused(404, "Rule not found");
    let audit = app.audit_text().await;
    assert!(audit.contains("auth_rule.update") && audit.contains("auth_rule.delete"), "{audit}");
}

async fn the_stored_secret_stays_until_it_is_replaced(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let member = app.operator(Role::Member).await;
    let made = member.post(&app.path("rules"), &settings(json!({ "secret": SECRET }))).await;
    assert!(!String::from_utf8_lossy(&made.body).contains(SECRET));
    let made = made.expect(201);
    assert_eq!((&made["has_secret"], &made["key_set"]), (&json!(true), &Value::Null));
    let rule = app.path(&format!("rules/{}", made["id"].as_str().unwrap()));
    let try_with = async |secret: &str| {
        let header = json!({ "alg": "HS256", "typ": "JWT" });
        let token = hmac_token(secret.as_bytes(), &header, &claims(&app, "ann"));
        app.anyone().bearing(&token).get("/v1/threads").await.status.as_u16()
    };
    assert_eq!(try_with(SECRET).await, 200);
    let kept = member.put(&rule, &settings(json!({ "name": "Renamed" }))).await.expect(200);
    assert_eq!((&kept["has_secret"], &kept["name"]), (&json!(true), &json!("Renamed")));
    assert_eq!(try_with(SECRET).await, 200, "the secret is kept");
    let other = "Xq8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA\n";
    member.put(&rule, &settings(json!({ "secret": other }))).await.expect(200);
    assert_eq!((try_with(SECRET).await, try_with(other.trim()).await), (403, 200));
    // The secret gives way to a key set, and to discovery when it is taken away.
    let keys = KeyServer::start().await;
    let url = keys.put_keys("/jwks", &[IssuerKey::new("k1", "ES256").jwk()]);
    let open = member.put(&rule, &settings(json!({ "secret": null, "issuer": url }))).await.expect(200);
    assert_eq!((&open["has_secret"], &open["jwks_url"]), (&json!(false), &Value::Null));
    let listed = member.get(&app.path("rules")).await;
    let everything = format!("{} {}", app.audit_text().await, String::from_utf8_lossy(&listed.body));
    assert!(!everything.contains(SECRET) && !everything.contains(other.trim()), "{everything}");
    member.post_empty(&format!("{rule}/fetch-keys")).await.expect(200);
    let secret = member.put(&rule, &settings(json!({ "secret": SECRET }))).await.expect(200);
    assert_eq!(secret["has_secret"], true);
    member.post_empty(&format!("{rule}/fetch-keys")).await.refused(409, "The rule has no key set");
}

async fn keys_are_fetched_when_an_operator_asks(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let member = app.operator(Role::Member).await;
    let (mut keys, key, body) = provider().await;
    let made = member.post(&app.path("rules"), &body).await.expect(201);
    let fetch = app.path(&format!("rules/{}/fetch-keys", made["id"].as_str().unwrap()));
    let user = app.anyone().bearing(&key.token(&claims(&app, "ann")));
    user.get("/v1/threads").await.expect(200);
    app.advance_secs(10);
    keys.put_keys("/jwks", &[IssuerKey::new("k2", "ES256").jwk()]);
    let fetched = member.post_empty(&fetch).await.expect(200);
    assert_eq!(fetched["key_set"]["keys"][0]["kid"], "k2", "{fetched}");
    user.get("/v1/threads").await.refused(403, "JWT token is not valid");
    // A provider that is away costs nothing but a word.
    keys.put_keys("/jwks", &[key.jwk()]);
    app.advance_secs(10);
    member.post_empty(&fetch).await.expect(200);
    user.get("/v1/threads").await.expect(200);
    keys.stop().await;
    app.advance_secs(10);
    let failed = member.post_empty(&fetch).await.expect(200);
    assert!(failed["key_set"]["error"].is_string() && failed["key_set"]["failed_at"].is_string(), "{failed}");
    assert_eq!(failed["key_set"]["keys"][0]["kid"], "k1", "what was fetched before stays");
    user.get("/v1/threads").await.expect(200);
    member.post_empty(&app.path("rules/rule_0/fetch-keys")).await.refused(404, "Rule not found");
}

async fn every_setting_that_cannot_be_saved_is_named(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let frontend = app.frontend(&app.project);
    let nine = json!(["a = b"; 9].to_vec());
    for (more, path) in [
        (json!({ "name": " " }), json!(["name"])),
        (json!({ "provider": "auth9" }), json!(["provider"])),
        (json!({ "issuer": null }), json!(["issuer"])),
        (json!({ "issuer": "i".repeat(2_048) }), json!(["issuer"])),
        (json!({ "issuer": frontend, "secret": SECRET }), json!(["issuer"])),
        (json!({ "issuer": "https://10.0.0.1" }), json!(["issuer"])),
        (json!({ "issuer": "https://accounts.google.com", "secret": SECRET }), json!(["audience"])),
        (json!({ "jwks_url": "http://issuer.example/jwks" }), json!(["jwks_url"])),
        (json!({ "jwks_url": "https://127.0.0.1/jwks" }), json!(["jwks_url"])),
        (json!({ "jwks_url": 5 }), json!(["jwks_url"])),
        (json!({ "secret": "short" }), json!(["secret"])),
        (json!({ "secret": "password".repeat(5) }), json!(["secret"])),
        (json!({ "secret": "x1Y2z3W4v5".repeat(410) }), json!(["secret"])),
        (json!({ "secret": SECRET, "jwks_url": "https://x.invalid/jwks" }), json!(["secret"])),
        (json!({ "secret": SECRET, "user_prefix": "a b" }), json!(["user_prefix"])),
        (json!({ "secret": SECRET, "user_claim": "c".repeat(256) }), json!(["user_claim"])),
        (json!({ "secret": SECRET, "workspace": "{a}{b}" }), json!(["workspace"])),
        (json!({ "secret": SECRET, "workspace_fallback": "own" }), json!(["workspace_fallback"])),
        (json!({ "secret": SECRET, "name_claim": "{a" }), json!(["name_claim"])),
        (json!({ "secret": SECRET, "conditions": ["a = b", "azp"] }), json!(["conditions", 1])),
        (json!({ "secret": SECRET, "conditions": nine }), json!(["conditions"])),
        (json!({ "secret": SECRET, "has_secret": true }), json!(["has_secret"])),
    ] {
        for route in ["rules", "rules/check"] {
            let answer = member.post(&app.path(route), &settings(more.clone())).await;
            let refused = answer.refused(400, "Schema validation error");
            assert_eq!(paths(&refused)[0], path, "{route} {more}: {refused}");
        }
    }
    // Not only the first one.
    let two = settings(json!({ "secret": "short", "user_prefix": "a b" }));
    let refused = member.post(&app.path("rules"), &two).await.refused(400, "Schema validation error");
    assert_eq!(paths(&refused), [json!(["user_prefix"]), json!(["secret"])]);
    assert_eq!(member.get(&app.path("rules")).await.expect(200), json!({ "rules": [] }));
    assert!(!app.audit_text().await.contains("auth_rule"));
}

async fn rules_are_listed_in_the_order_in_which_they_are_tried(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    for (name, audience) in [("first", Value::Null), ("second", json!("app")), ("third", Value::Null)] {
        let body = settings(json!({ "name": name, "secret": SECRET, "audience": audience }));
        member.post(&app.path("rules"), &body).await.expect(201);
        app.advance_secs(1);
    }
    let listed = member.get(&app.path("rules")).await.expect(200);
    let names: Vec<&str> =
        listed["rules"].as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["second", "first", "third"]);
}

async fn the_younger_of_two_issuers_is_to_have_a_prefix(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    member.post(&app.path("rules"), &settings(json!({ "secret": SECRET }))).await.expect(201);
    app.advance_secs(1);
    let told = |view: &Value| view["warnings"].to_string().contains("a user prefix keeps them apart");
    let mut second = settings(json!({ "issuer": "https://second.example", "secret": SECRET }));
    assert!(told(&member.post(&app.path("rules/check"), &second).await.expect(200)));
    let made = member.post(&app.path("rules"), &second).await.expect(201);
    assert!(told(&made));
    let all = member.get(&app.path("rules")).await.expect(200);
    assert!(told(&all["rules"][0]) && told(&all["rules"][1]));
    // The rule's own settings are no rival of theirs.
    second["user_prefix"] = json!("second:");
    second["rule_id"] = made["id"].clone();
    second.as_object_mut().unwrap().remove("secret");
    let checked = member.post(&app.path("rules/check"), &second).await.expect(200);
    assert_eq!((&checked["settings"]["has_secret"], told(&checked)), (&json!(true), false));
    second.as_object_mut().unwrap().remove("rule_id");
    let rule = app.path(&format!("rules/{}", made["id"].as_str().unwrap()));
    assert!(!told(&member.put(&rule, &second).await.expect(200)));
    let all = member.get(&app.path("rules")).await.expect(200);
    assert!(!told(&all["rules"][0]) && !told(&all["rules"][1]), "{all}");
    second["rule_id"] = json!("rule_0");
    member.post(&app.path("rules/check"), &second).await.refused(404, "Rule not found");
}

async fn names_that_two_rules_can_give_are_refused_or_told(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let body = |issuer: &str, prefix: Option<&str>, workspace: Option<&str>| {
        let (issuer, name) = (format!("https://{issuer}.example"), issuer.to_uppercase());
        let set = json!({ "issuer": issuer, "name": name, "user_prefix": prefix, "workspace": workspace });
        let mut body = settings(json!({ "secret": SECRET }));
        body.as_object_mut().unwrap().extend(set.as_object().unwrap().clone());
        body
    };
    let (rules, check) = (app.path("rules"), app.path("rules/check"));
    let first = member.post(&rules, &body("a", Some("a:"), Some("org"))).await.expect(201);
    assert_eq!(first["warnings"], json!([]));
    // Nobody means these two beside each other.
    for prefix in ["a:b:", "a"] {
        for path in [&rules, &check] {
            member.post(path, &body("b", Some(prefix), None)).await.invalid(&["user_prefix"]);
        }
    }
    // These may be meant, and are told before they are saved.
    for (prefix, workspace, told) in [
        (Some("a:"), Some("b:{org}"), "where both name a user alike"),
        (None, Some("b:{org}"), "Users of this rule can have IDs that begin with the user prefix of “A”"),
        (Some("b:"), Some("org"), "This rule and “A” can open the same workspaces"),
        (Some("b:"), None, "This rule and “A” can open the same workspaces"),
    ] {
        let checked = member.post(&check, &body("b", prefix, workspace)).await.expect(200);
        assert!(checked["warnings"].to_string().contains(told), "{checked}");
    }
    let first_path = app.path(&format!("rules/{}", first["id"].as_str().unwrap()));
    let apart = body("a", Some("a:"), Some("a:{org}"));
    assert_eq!(member.put(&first_path, &apart).await.expect(200)["warnings"], json!([]));
    let second = member.post(&rules, &body("b", Some("b:"), Some("b:{org}"))).await.expect(201);
    assert_eq!(second["warnings"], json!([]));
    // What is there already can go on, and is told.
    let nested = Settings {
        issuer: Some("https://c.example".into()),
        user_prefix: Some("a:c:".into()),
        ..Settings::new("C", "custom", KeySource::Secret(Secret::new(SECRET)))
    };
    app.create_rule(&app.project, nested).await;
    let mut changed = apart;
    changed["name"] = json!("Renamed");
    let changed = member.put(&first_path, &changed).await.expect(200);
    assert!(changed["warnings"].to_string().contains("begin with the user prefix of “C”"), "{changed}");
}

async fn a_workspace_beside_those_of_users_is_told(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let mut body = settings(json!({ "secret": SECRET }));
    let made = member.post(&app.path("rules"), &body).await.expect(201);
    assert_eq!((&made["personal_prefix"], &made["warnings"]), (&Value::Null, &json!([])));
    body["workspace"] = json!("org_id");
    body["workspace_fallback"] = json!("sub");
    let told = |view: &Value, words: &str| view["warnings"].to_string().contains(words);
    let drafted = member.post(&app.path("rules/check"), &body).await.expect(200);
    assert_eq!(drafted["personal_prefix"], "personal:");
    assert!(told(&drafted, "the user's own workspace, `personal:`") && !told(&drafted, "a new workspace"));
    let changed = member.put(&app.path(&format!("rules/{}", made["id"].as_str().unwrap())), &body).await;
    let changed = changed.expect(200);
    assert!(told(&changed, "get a new workspace"), "users had the workspace of their id before: {changed}");
    assert_eq!(changed["personal_prefix"], "personal:");
    body["workspace"] = json!("personal:{org_id}");
    member.post(&app.path("rules/check"), &body).await.invalid(&["workspace"]);
}

async fn a_rule_of_another_project_is_not_there(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (member, stranger) = (app.operator(Role::Member).await, app.stranger().await);
    let other = app.create_project().await;
    let body = settings(json!({ "secret": SECRET }));
    let made = member.post(&app.path("rules"), &body).await.expect(201);
    let id = made["id"].as_str().unwrap();
    let there = format!("/api/projects/{other}/rules/{id}");
    member.put(&there, &body).await.refused(404, "Rule not found");
    member.delete(&there).await.refused(404, "Rule not found");
    member.post_empty(&format!("{there}/fetch-keys")).await.refused(404, "Rule not found");
    let here = app.path(&format!("rules/{id}"));
    for client in [&stranger, &Client::new(&app.url)] {
        let status = |answer: crate::support::Answer| answer.status.as_u16();
        assert!([401, 404].contains(&status(client.delete(&here).await)));
        assert!([401, 404].contains(&status(client.put(&here, &body).await)));
        assert!([401, 404].contains(&status(client.get(&app.path("rules")).await)));
    }
    assert_eq!(member.get(&app.path("rules")).await.expect(200)["rules"].as_array().unwrap().len(), 1);
}
