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
    a_host_without_an_address_is_told_where_it_was_given,
    every_preset_is_listed_and_makes_a_draft_of_its_examples,
    a_draft_is_what_the_command_line_makes,
    what_a_preset_lacks_is_named,
    a_draft_is_checked_with_the_workspace_that_was_chosen,
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

async fn a_host_without_an_address_is_told_where_it_was_given(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let body = json!({ "preset": "auth0", "facts": { "domain": "nowhere.invalid" }, "audience": "api" });
    let draft = member.post(&app.path("rules/draft"), &body).await.expect(200);
    let message = "The key set URL cannot be checked: its host has no address now";
    let doubt = json!({ "code": "custom", "path": ["facts", "domain"], "message": message });
    assert_eq!(draft["doubts"], json!([doubt]));
    assert!(!draft["warnings"].to_string().contains(message), "{draft}");
    let mut rule = draft["settings"].clone();
    rule.as_object_mut().unwrap().remove("has_secret");
    let checked = member.post(&app.path("rules/check"), &rule).await.expect(200);
    assert_eq!(checked["doubts"][0]["path"], json!(["jwks_url"]), "{checked}");
    assert_eq!(checked["warnings"], json!([]));
}

async fn a_draft_is_checked_with_the_workspace_that_was_chosen(engine: Engine) {
    let app = TestApp::start(engine).await;
    let member = app.operator(Role::Member).await;
    let mut body = json!({ "preset": "auth0", "facts": { "domain": "nowhere.invalid" }, "audience": "api" });
    body["workspace"] = json!("org_id");
    body["workspace_fallback"] = json!("sub");
    let draft = member.post(&app.path("rules/draft"), &body).await.expect(200);
    assert_eq!(
        (
            &draft["settings"]["workspace"],
            &draft["settings"]["workspace_fallback"],
            &draft["personal_prefix"]
        ),
        (&json!("org_id"), &json!("sub"), &json!("personal:"))
    );
    assert!(draft["warnings"].to_string().contains("open the user's own workspace"), "{draft}");
    body["workspace"] = json!("{org_id");
    member.post(&app.path("rules/draft"), &body).await.invalid(&["workspace"]);
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
        assert_eq!(told(&made), told(&draft));
    }
}

/// Every sentence about a rule or a draft, wherever it stands.
fn told(view: &Value) -> Vec<String> {
    let doubts = view["doubts"].as_array().into_iter().flatten().map(|doubt| &doubt["message"]);
    let sentences = view["warnings"].as_array().unwrap().iter().chain(doubts);
    let mut told: Vec<String> =
        sentences.map(|sentence| sentence.as_str().unwrap().replace(" (--user-prefix)", "")).collect();
    told.sort();
    told
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
