//! Drafts that presets make of what an operator knows.

use std::collections::BTreeMap;

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};
use threadkeep::auth::presets;
use threadkeep::auth::rules::view::RuleSettings;
use threadkeep::config::Secret;
use threadkeep::members::model::Role;

use super::{SECRET, paths};
use crate::support::TestApp;
use crate::{on_both_engines, on_one_engine};

on_both_engines!(nothing_is_stored_by_a_draft,);

on_one_engine!(
    every_preset_is_listed_and_makes_a_draft_of_its_examples,
    a_draft_is_what_the_command_line_makes,
    what_a_preset_lacks_is_named,
);

async fn nothing_is_stored_by_a_draft(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let body = json!({ "preset": "auth0", "facts": { "domain": "nowhere.invalid" }, "audience": "api" });
    let draft = member.post(&app.path("rules/draft"), &body).await.expect(200);
    assert_eq!(draft["settings"]["issuer"], "https://nowhere.invalid/");
    assert_eq!(member.get(&app.path("rules")).await.expect(200), json!({ "rules": [] }));
    assert!(!app.audit_text().await.contains("auth_rule"));
}

async fn every_preset_is_listed_and_makes_a_draft_of_its_examples(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let listed = member.get("/api/presets").await.expect(200);
    let listed = listed["presets"].as_array().unwrap();
    assert_eq!(listed.len(), presets::all().len());
    app.anyone().get("/api/presets").await.refused(401, "Sign in first");
    let mut drafts = Vec::new();
    for (preset, view) in presets::all().iter().zip(listed) {
        let facts: BTreeMap<&str, String> =
            preset.facts.iter().map(|fact| (fact.name.as_str(), fact.example.clone())).collect();
        for (variant, view) in preset.variants.iter().zip(view["variants"].as_array().unwrap()) {
            let audience =
                (view["audience_required"] == true || view["shared_keys"] == true).then_some("app");
            let secret = (view["shared_secret"] == true).then_some(SECRET);
            let body = json!({
                "preset": preset.id, "variant": variant.id, "facts": facts, "audience": audience, "secret": secret,
            });
            let made = preset.settings(variant, &facts, audience.map(Into::into), secret.map(Secret::new));
            let (member, app) = (&member, &app);
            drafts.push(async move {
                let draft = member.post(&app.path("rules/draft"), &body).await.expect(200);
                assert_eq!(draft["settings"], json!(RuleSettings::from(&made.unwrap())), "{body}");
                let told = draft["warnings"].as_array().unwrap();
                assert!(preset.warnings.iter().all(|warning| told.contains(&json!(warning))), "{draft}");
            });
        }
    }
    assert!(drafts.len() > 20, "{}", drafts.len());
    join_all(drafts).await;
}

async fn a_draft_is_what_the_command_line_makes(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let member = app.operator(Role::Member).await;
    let program = app.program();
    let file = program.folder().join("secret");
    std::fs::write(&file, SECRET).unwrap();
    let file = file.to_str().unwrap();
    let table = [
        (
            json!({ "preset": "auth0", "facts": { "domain": "https://Nowhere.invalid/" }, "audience": "api" }),
            vec!["--preset", "auth0", "--domain", "https://Nowhere.invalid/", "--audience", "api"],
        ),
        (
            json!({ "preset": "keycloak", "facts": { "url": "https://nowhere.invalid", "realm": "r" }, "audience": "app" }),
            vec![
                "--preset",
                "keycloak",
                "--url",
                "https://nowhere.invalid",
                "--realm",
                "r",
                "--audience",
                "app",
            ],
        ),
        (
            json!({ "preset": "supabase", "variant": "legacy-secret", "facts": { "project-id": "ref" }, "secret": SECRET }),
            vec![
                "--preset",
                "supabase",
                "--variant",
                "legacy-secret",
                "--project-id",
                "ref",
                "--secret-file",
                file,
            ],
        ),
    ];
    for (body, flags) in table {
        let draft = member.post(&app.path("rules/draft"), &body).await.expect(200);
        let made = program.run(&[&["rules", "add"], &flags[..], &["--json"]].concat()).json();
        for (name, value) in draft["settings"].as_object().unwrap() {
            assert_eq!(&made[name], value, "{name} of {body}");
        }
        let told = |view: &Value| view["warnings"].to_string().replace(" (--user-prefix)", "");
        assert_eq!(told(&made), told(&draft));
    }
}

async fn what_a_preset_lacks_is_named(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    for (body, named) in [
        (json!({ "facts": {} }), json!([["preset"]])),
        (json!({ "preset": "auth9", "facts": {} }), json!([["preset"]])),
        (json!({ "preset": "clerk" }), json!([["facts"]])),
        (json!({ "preset": "clerk", "facts": [] }), json!([["facts"]])),
        (json!({ "preset": "clerk", "variant": "x", "facts": {} }), json!([["variant"]])),
        (json!({ "preset": "clerk", "facts": { "domain": 1 } }), json!([["facts", "domain"]])),
        (json!({ "preset": "clerk", "facts": { "domain": " " } }), json!([["facts", "domain"]])),
        (json!({ "preset": "clerk", "facts": { "domain": "a b" } }), json!([["facts", "domain"]])),
        (json!({ "preset": "clerk", "facts": { "domain": "127.0.0.1" } }), json!([["facts", "domain"]])),
        (
            json!({ "preset": "clerk", "facts": { "domain": "a.invalid", "realm": "x" } }),
            json!([["facts", "realm"]]),
        ),
        (json!({ "preset": "auth0", "facts": {} }), json!([["facts", "domain"], ["audience"]])),
        (
            json!({ "preset": "keycloak", "facts": {}, "audience": "a" }),
            json!([["facts", "url"], ["facts", "realm"]]),
        ),
        (
            json!({ "preset": "supabase", "variant": "legacy-secret", "facts": { "project-id": "r" } }),
            json!([["secret"]]),
        ),
        (
            json!({ "preset": "supabase", "variant": "legacy-secret", "facts": { "project-id": "r" }, "secret": "x" }),
            json!([["secret"]]),
        ),
        (
            json!({ "preset": "clerk", "facts": { "domain": "a.invalid" }, "secret": SECRET }),
            json!([["secret"]]),
        ),
    ] {
        let refused =
            member.post(&app.path("rules/draft"), &body).await.refused(400, "Schema validation error");
        assert_eq!(json!(paths(&refused)), named, "{body}: {refused}");
        assert!(!refused.to_string().contains("--"), "no word of flags: {refused}");
    }
}
