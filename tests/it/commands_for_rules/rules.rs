//! Rules are added, listed, shown, changed and removed.

use engine::Engine;
use serde_json::{Value, json};

use super::{add, claims, provider, run, secret_file, trusting};
use crate::support::Client;
use crate::support::issuer::hmac_token;
use crate::support::key_server::Reply;
use crate::support::program::{Program, instance};
use crate::support::rules::ISSUER;
use crate::{on_both_engines, on_one_engine};

on_both_engines!(a_rule_lives_from_add_to_remove,);

on_one_engine!(
    a_rule_is_in_force_when_the_command_has_returned,
    t038_a_secret_is_never_shown,
    t057_a_key_set_that_is_none_is_told_by_its_kind,
    t065_keys_can_be_refreshed,
    t075_after_a_restart_keys_are_fetched_again,
    a_preset_asks_for_what_it_needs,
);

async fn a_rule_lives_from_add_to_remove(engine: Engine) {
    let program = trusting(engine).await;
    let (_keys, _key, url) = provider().await;
    assert_eq!(run(&program, &["rules", "list"]), json!([]));
    let made = add(
        &program,
        &[
            "--jwks-url",
            &url,
            "--name",
            " Shop ",
            "--audience",
            "app",
            "--workspace",
            "{o.id}",
            "--condition",
            "sts!=pending",
        ],
    );
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("rule_"), "{id}");
    let expected = json!({
        "id": id, "name": "Shop", "provider": "custom", "issuer": ISSUER, "audience": "app", "audience_claim": "aud",
        "jwks_url": url, "has_secret": false, "user_claim": "sub", "user_prefix": null, "workspace": "{o.id}",
        "workspace_fallback": "refuse", "personal_prefix": null, "name_claim": null, "conditions": ["sts != pending"],
        "created_at": made["created_at"], "updated_at": made["created_at"],
    });
    assert_eq!(without(&made, &["warnings"]), expected);
    assert_eq!(run(&program, &["rules", "list"]), json!([expected]));
    let shown = run(&program, &["rules", "show", id]);
    assert_eq!(without(&shown, &["warnings", "key_set"]), expected);
    let health = json!({ "kid": "k1", "kind": "EC P256" });
    assert_eq!((&shown["key_set"]["keys"], &shown["key_set"]["error"]), (&json!([health]), &Value::Null));

    let changed = run(
        &program,
        &[
            "rules",
            "update",
            id,
            "--audience",
            "",
            "--workspace",
            "",
            "--condition",
            "",
            "--name-claim",
            "name",
            "--user-claim",
            "oid",
        ],
    );
    let after = json!({
        "audience": null, "workspace": null, "conditions": [], "name_claim": "name", "user_claim": "oid",
        "updated_at": changed["updated_at"],
    });
    let expected = crate::support::rules::with_claims(&expected, after);
    assert_eq!(without(&changed, &["warnings"]), expected);
    assert_eq!(run(&program, &["rules", "list"]), json!([expected]));

    for arguments in [["rules", "show", "rule_0nowhere"], ["rules", "remove", "rule_0nowhere"]] {
        program.run(&arguments).failed("the project has no rule rule_0nowhere");
    }
    assert_eq!(run(&program, &["rules", "remove", id]), json!({ "id": id, "removed": true }));
    assert_eq!(run(&program, &["rules", "list"]), json!([]));
    program.run(&["rules", "update", id, "--name", "x"]).failed("the project has no rule");
}

fn without(view: &Value, names: &[&str]) -> Value {
    let mut view = view.clone();
    view.as_object_mut().unwrap().retain(|name, _| !names.contains(&name.as_str()));
    view
}

async fn a_rule_is_in_force_when_the_command_has_returned(engine: Engine) {
    let program = trusting(engine).await;
    let (_keys, key, url) = provider().await;
    let server = program.serve().await;
    let client = Client::new(&server.url).bearing(&key.token(&claims("ann")));
    let no_rule = "No auth rule matches the JWT iss and aud claims";
    let refusal = client.get("/v1/threads").await.refused(403, no_rule);
    assert!(refusal["message"].as_str().unwrap().contains("this project has no auth rule yet"), "{refusal}");
    let id = add(&program, &["--jwks-url", &url])["id"].as_str().unwrap().to_owned();
    let answer = client.get("/v1/threads").await;
    answer.expect(200);
    assert!(answer.header("authorization").is_some());
    run(&program, &["rules", "update", &id, "--audience", "app"]);
    client.get("/v1/threads").await.refused(403, no_rule);
    run(&program, &["rules", "remove", &id]);
    client.get("/v1/threads").await.refused(403, no_rule);
}

async fn t038_a_secret_is_never_shown(engine: Engine) {
    let secret = "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA";
    let program = instance(engine).await;
    let file = secret_file(&program, secret);
    let made = program.run(&["rules", "add", "--issuer", ISSUER, "--secret-file", &file, "--json"]);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!((&made.json()["has_secret"], &made.json()["jwks_url"]), (&json!(true), &Value::Null));
    let stdin = ["rules", "update", &id, "--secret-file", "-"];
    let other = program.run_with_input(&stdin, &format!("{secret}-and-more\n"));
    let server = program.serve().await;
    let token = |secret: &str| hmac_token(secret.as_bytes(), &json!({ "alg": "HS256" }), &claims("ann"));
    let visit = async |token: &str| Client::new(&server.url).bearing(token).get("/v1/threads").await;
    visit(&token(secret)).await.refused(403, "JWT token is not valid");
    visit(&token(&format!("{secret}-and-more"))).await.expect(200);
    let shown = [
        made,
        other,
        program.run(&["rules", "show", &id]),
        program.run(&["rules", "show", &id, "--json"]),
        program.run(&["rules", "list"]),
        program.run(&["rules", "list", "--json"]),
        program.run(&["audit", "list"]),
        program.run(&["audit", "list", "--json"]),
        program.run_with_input(&["auth", "explain"], &token(secret)),
        program.run_with_input(&["auth", "explain", "--json"], &token(secret)),
    ];
    for ran in shown {
        assert!(!ran.text().contains("q8Zp3LxV") && !ran.stderr.contains("q8Zp3LxV"), "{ran:?}");
    }
    let log = std::fs::read_to_string(program.folder().join("server.log")).unwrap();
    assert!(!log.contains("q8Zp3LxV"));
}

async fn t057_a_key_set_that_is_none_is_told_by_its_kind(engine: Engine) {
    let program = trusting(engine).await;
    let (keys, key, url) = provider().await;
    let id = add(&program, &["--jwks-url", &url])["id"].as_str().unwrap().to_owned();
    let pem = r#"{"k1":"-----BEGIN CERTIFICATE-----\nSECRETBODY\n-----END CERTIFICATE-----\n"}"#;
    let bare = json!([key.jwk()]).to_string();
    let table = [
        (Reply::text(200, r#"{"keys":[]}"#), "the key set is empty"),
        (Reply::text(200, pem), "a map of PEM certificates"),
        (Reply::text(200, &bare), "a bare list of keys"),
        (Reply::text(200, "<html>SECRETBODY</html>"), "not JSON"),
        (Reply::text(200, r#"{"SECRETBODY":1}"#), "no list named `keys`"),
        (Reply::text(200, r#"{"keys":[{"kty":"oct","k":"SECRETBODY"}]}"#), "no key that can verify a token"),
        (Reply::text(404, "SECRETBODY"), "status 404"),
        (Reply::redirect(302, "http://10.0.0.1/SECRETBODY"), "https"),
    ];
    for (reply, sentence) in table {
        keys.put("/jwks", reply);
        let shown = run(&program, &["rules", "show", &id]);
        let error = shown["key_set"]["error"].as_str().unwrap();
        assert!(error.contains(sentence), "{sentence}: {error}");
        // T88: of what came, nothing is shown.
        let text = program.run(&["rules", "show", &id]).text().to_owned() + &shown.to_string();
        assert!(!text.contains("SECRETBODY"), "{text}");
    }
    // T56.
    keys.put_keys("/jwks", &[crate::support::rules::with_claims(&key.jwk(), json!({ "d": "AQAB" }))]);
    let shown = program.run(&["rules", "show", &id]);
    assert!(shown.text().contains("PRIVATE") && !shown.stdout.contains("AQAB"), "{}", shown.stdout);
}

async fn t065_keys_can_be_refreshed(engine: Engine) {
    let program = trusting(engine).await;
    let (keys, key, url) = provider().await;
    let id = add(&program, &["--jwks-url", &url])["id"].as_str().unwrap().to_owned();
    let server = program.serve().await;
    let client = Client::new(&server.url).bearing(&key.token(&claims("ann")));
    client.get("/v1/threads").await.expect(200);
    keys.put_keys("/jwks", &[crate::support::issuer::IssuerKey::new("k2", "ES256").jwk()]);
    client.get("/v1/threads").await.expect(200);
    run(&program, &["rules", "refresh-keys", &id]);
    client.get("/v1/threads").await.refused(403, "JWT token is not valid");
}

async fn t075_after_a_restart_keys_are_fetched_again(engine: Engine) {
    let program = trusting(engine).await;
    let (mut keys, key, url) = provider().await;
    add(&program, &["--jwks-url", &url]);
    let token = key.token(&claims("ann"));
    let server = program.serve().await;
    Client::new(&server.url).bearing(&token).get("/v1/threads").await.expect(200);
    server.terminate();
    server.ended().await;
    keys.stop().await;
    let server = program.serve().await;
    let answer = Client::new(&server.url).bearing(&token).get("/v1/threads").await;
    answer.refused(403, "JWT token is not valid");
}

async fn a_preset_asks_for_what_it_needs(engine: Engine) {
    let program = instance(engine).await;
    // A host that is not there: the tests call nobody.
    let domain = "nowhere.invalid";
    program.run(&["rules", "add", "--preset", "auth0"]).failed("--domain");
    program
        .run(&["rules", "add", "--preset", "auth0", "--domain", domain])
        .failed("Auth0 needs --audience: its API identifier");
    program.run(&["rules", "add", "--preset", "auth9"]).failed("there is no preset `auth9`");
    program
        .run(&["rules", "add", "--preset", "clerk", "--variant", "x", "--domain", domain])
        .failed("session, template");
    program.run(&["rules", "add", "--preset", "clerk", "--realm", "x"]).failed("does not ask for --realm");
    program.run(&["rules", "add", "--domain", domain]).failed("--preset");
    program.run(&["rules", "add"]).failed("a rule needs --preset");
    assert_eq!(run(&program, &["rules", "list"]), json!([]));
}

#[test]
fn presets_are_listed() {
    let program = Program::new(None);
    let presets = run(&program, &["rules", "presets"]);
    let ids: Vec<&str> =
        presets.as_array().unwrap().iter().map(|preset| preset["id"].as_str().unwrap()).collect();
    let known: Vec<&str> = threadkeep::auth::presets::all().iter().map(|preset| preset.id.as_str()).collect();
    assert_eq!(ids, known);
    for preset in presets.as_array().unwrap() {
        assert!(preset["facts"].is_array() && preset["variants"][0]["id"].is_string(), "{preset}");
        assert!(
            !preset["warnings"].as_array().unwrap().is_empty() && preset["guide"].is_string(),
            "{preset}"
        );
    }
    assert!(program.run(&["rules", "presets"]).text().contains("cloudflare-access"));
    assert!(!program.data_dir().exists(), "telling makes nothing");
}
