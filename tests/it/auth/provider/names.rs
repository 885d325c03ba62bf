//! Display names that tokens tell, and the client libraries that requests name.

use engine::{Conn, Engine};
use serde_json::{Value, json};
use threadkeep::auth::rules::claims::Template;
use threadkeep::auth::rules::model::Settings;

use super::accept;
use crate::on_both_engines;
use crate::support::rules::{Trust, rule, with_claims};
use crate::support::{TestApp, eventually};

on_both_engines!(
    t140_t141_names_and_client_libraries_are_recorded_in_the_background,
    names_are_forgotten_with_the_last_rule_that_tells_them,
    a_backend_tells_names_as_it_mints_tokens,
);

fn by_name(rule: Settings) -> Settings {
    Settings { name_claim: Template::parse("name").ok(), ..rule }
}

async fn rows(app: &TestApp, sql: &'static str) -> Vec<String> {
    let read = async move |conn: &mut Conn<'_>| conn.all(sql, &[], |row| row.get::<String>(0)).await;
    app.store.read(read).await.unwrap()
}

async fn names(app: &TestApp) -> Vec<String> {
    rows(app, "SELECT id || ' ' || display_name FROM users ORDER BY project_id, id").await
}

async fn has_names(app: &TestApp, expected: &[String]) {
    eventually("the names", async || (names(app).await == expected).then_some(())).await;
}

async fn t140_t141_names_and_client_libraries_are_recorded_in_the_background(engine: Engine) {
    let trust = Trust::start_with(engine, by_name).await;
    call_with_libraries(&trust).await;
    let mut expected = tell_names(&trust).await;
    // The latest of several names counts.
    for number in 0..20 {
        accept(&trust.app, &trust.token_with(json!({ "name": format!("Ada {number}") }))).await;
    }
    expected.insert(0, "ann Ada 19".to_owned());
    has_names(&trust.app, &expected).await;
    has_libraries(&trust.app).await;
}

/// Tells a name for each user; returns what must be stored. No name is a reason to refuse.
async fn tell_names(trust: &Trust) -> Vec<String> {
    let long = "n".repeat(10_000);
    let told = [
        (json!("  Ada Lovelace "), Some("Ada Lovelace")),
        (json!("<script>alert(1)</script>"), Some("<script>alert(1)</script>")),
        (json!("=HYPERLINK(\"x\")"), Some("=HYPERLINK(\"x\")")),
        (json!("\u{202e}Ada"), Some("\u{202e}Ada")),
        (json!("Ada\0"), Some("Ada")),
        (json!("Ada @"), Some("Ada \u{fffd}")),
        (json!("n".repeat(255)), Some(&long[..255])),
        (json!("n".repeat(256)), Some(&long[..255])),
        (json!(long), Some(&long[..255])),
        (json!(format!("{}😀", "n".repeat(254))), Some(&long[..254])),
        (json!(""), None),
        (json!(" \t "), None),
        (json!(7), None),
        (json!({ "first": "Ada" }), None),
        (json!(["Ada"]), None),
        (json!(null), None),
    ];
    let mut expected = Vec::new();
    for (number, (name, stored)) in told.iter().enumerate() {
        let user = format!("user-{number:02}");
        let claims = with_claims(&trust.claims(&user), json!({ "name": name })).to_string();
        // Half of an emoji, as an issuer writes it that has cut the name.
        let claims = claims.replace('@', "\\ud83d");
        let token = trust.key.sign_text("RS256", &trust.key.header().to_string(), &claims);
        accept(&trust.app, &token).await;
        expected.extend(stored.map(|stored| format!("{user} {stored}")));
    }
    accept(&trust.app, &trust.token("without")).await;
    expected
}

async fn names_are_forgotten_with_the_last_rule_that_tells_them(engine: Engine) {
    let trust = Trust::start_with(engine, by_name).await;
    let (app, project) = (&trust.app, &trust.app.project);
    let second = by_name(rule("https://two.example", &trust.keys.at("/jwks")));
    let second = app.create_rule(project, second).await;
    // Another project's names are its own business.
    let other = app.create_project().await;
    let theirs = by_name(rule(crate::support::rules::ISSUER, &trust.keys.at("/jwks")));
    app.create_rule(&other, theirs).await;
    accept(app, &trust.token_with(json!({ "name": "Ada" }))).await;
    let there = crate::support::Client::new(app.frontend(&other));
    super::accept_by(&there, &trust.token_with(json!({ "sub": "bob", "name": "Bob" }))).await;
    eventually("two names", async || (names(app).await.len() == 2).then_some(())).await;

    app.delete_rule(project, &second).await;
    assert_eq!(names(app).await.len(), 2, "the first rule still tells names");
    let silent = Settings { name_claim: None, ..trust.rule.settings.clone() };
    app.update_rule(project, &trust.rule, silent).await;
    assert_eq!(names(app).await, ["bob Bob"]);
}

async fn call_with_libraries(trust: &Trust) {
    let value = "assistant-cloud/0.1.43 @assistant-ui/react/0.12.1-rc.1+b bad x/1 é/1.0.0";
    let calls: [(&str, Value); 2] = [("by token", json!({})), ("again", json!({ "sub": "bob" }))];
    for (what, more) in calls {
        println!("{what}");
        let client = trust.app.anyone().with_bytes("aui-sdk", value.as_bytes());
        super::accept_by(&client, &trust.key.token(&with_claims(&trust.claims("ann"), more))).await;
    }
    let backend = trust.app.backend("w", "ann").await.with("aui-sdk", "python-sdk/2.0.0");
    backend.get("/v1/threads").await.expect(200);
    // Who is refused has recorded nothing.
    let stranger = trust.app.anyone().bearing("a.b.c").with("aui-sdk", "stranger/1.0.0");
    assert_eq!(stranger.get("/v1/threads").await.status, 403);
}

async fn has_libraries(app: &TestApp) {
    let sql = "SELECT name || ' ' || version FROM sdks ORDER BY name";
    let expected = ["@assistant-ui/react 0.12.1-rc.1+b", "assistant-cloud 0.1.43", "python-sdk 2.0.0"];
    eventually("the libraries", async || (rows(app, sql).await == expected).then_some(())).await;
}

async fn a_backend_tells_names_as_it_mints_tokens(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, None).await;
    let backend = app.anyone().bearing(&key).with("aui-workspace-id", "w");
    let long = "n".repeat(300);
    let mint = async |user: &str, name: &[u8]| {
        let client = backend.with("aui-user-id", user).with_bytes("aui-user-name", name);
        let minted = client.post_empty("/v1/auth/tokens").await.expect(200);
        let claims = crate::support::tokens::claims_of(minted["token"].as_str().unwrap());
        assert_eq!(claims, app.claims(&app.project, "w", user), "the token says nothing of the name");
    };
    // There is no rule in the project that could tell where names come from.
    for (user, name) in [
        ("a", "Ada Lovelace".as_bytes()),
        ("b", b"%E6%9D%8E%20%E5%B0%8F%E9%BE%99"),
        ("c", b"Jos\xe9"),
        ("d", "José".as_bytes()),
        ("e", b"100% Ann"),
        ("f", long.as_bytes()),
        ("g", b"  "),
        ("h", b"%00"),
        ("__SYSTEM__", b"Nobody"),
    ] {
        mint(user, name).await;
    }
    backend.with("aui-user-name", "Nobody").post_empty("/v1/auth/tokens").await.expect(200);
    let expected = ["a Ada Lovelace", "b 李 小龙", "c José", "d José", "e 100% Ann"].map(str::to_owned);
    let expected = [&expected[..], &[format!("f {}", &long[..255])]].concat();
    has_names(&app, &expected).await;
    // The latest counts, and a mint without name takes none away.
    mint("a", b"Ada King").await;
    backend.with("aui-user-id", "b").post_empty("/v1/auth/tokens").await.expect(200);
    has_names(&app, &[&["a Ada King".to_owned()], &expected[1..]].concat()).await;
    // Elsewhere the header says nothing, and a token cannot tell a name.
    backend.with("aui-user-id", "a").with("aui-user-name", "X").get("/v1/threads").await.expect(200);
    let token = app.token(&app.project, "w", "a").await;
    let browser = app.anyone().bearing(&token).with("aui-user-name", "X");
    browser.post_empty("/v1/auth/tokens").await.expect(403);
    // A name that was forgotten with the rules of the project comes back with the next token.
    let silent = app.create_rule(&app.project, rule("https://issuer.example", "https://keys.example")).await;
    app.delete_rule(&app.project, &silent).await;
    assert_eq!(names(&app).await, Vec::<String>::new());
    mint("a", b"Ada King").await;
    has_names(&app, &["a Ada King".to_owned()]).await;
}
