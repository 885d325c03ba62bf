//! A project's public keys, and what happens when they are changed.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use engine::Engine;
use serde_json::{Value, json};
use threadkeep::id::ProjectId;

use crate::on_both_engines;
use crate::support::tokens::{changed, header_of, part, parts, unpart};
use crate::support::{Client, Signer, TestApp, create_thread, eventually};

on_both_engines!(
    the_key_set_has_the_public_half_of_the_signing_key_and_no_more,
    the_published_key_verifies_what_the_server_mints,
    discovery_names_the_issuer_and_the_key_set,
    bases_without_project_publish_nothing,
    t152_a_rotation_lets_the_previous_key_verify_for_ten_minutes,
    t152_a_token_of_a_key_that_is_new_everywhere_else_is_good_at_once,
    t152_a_second_rotation_does_not_cut_the_first_ones_time,
    t152_a_removed_key_does_not_come_back,
);

const KEYS: &str = "/.well-known/jwks.json";
const DISCOVERY: &str = "/.well-known/openid-configuration";

async fn key_set(client: &Client) -> Vec<Value> {
    client.get(KEYS).await.expect(200)["keys"].as_array().unwrap().clone()
}

async fn kids(client: &Client) -> Vec<String> {
    key_set(client).await.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn the_key_set_has_the_public_half_of_the_signing_key_and_no_more(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    for (base, project) in [
        (app.url.clone(), &app.project),
        (app.frontend(&app.project), &app.project),
        (app.frontend(&other), &other),
    ] {
        let signer = Signer::of(&app, project).await;
        let answer = Client::new(&base).with("origin", "https://anyone.example").get(KEYS).await;
        let jwk = json!({
            "kty": "OKP", "crv": "Ed25519", "x": part(signer.public()), "kid": signer.kid, "use": "sig", "alg": "EdDSA",
        });
        assert_eq!(answer.expect(200), json!({ "keys": [jwk] }));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://anyone.example"));
    }
}

/// As a backend would that has nothing but the project's address.
async fn the_published_key_verifies_what_the_server_mints(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    let token = app.token(&other, "w", "u").await;
    let issuer = app.claims(&other, "w", "u")["iss"].as_str().unwrap().to_owned();
    let document = Client::new(&issuer).get(DISCOVERY).await.expect(200);
    let keys = Client::new(document["jwks_uri"].as_str().unwrap()).get("").await.expect(200);
    let kid = header_of(&token)["kid"].clone();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap();
    let public = unpart(key["x"].as_str().unwrap());
    let [header, payload, signature] = parts(&token);
    let input = format!("{header}.{payload}");
    UnparsedPublicKey::new(&ED25519, public).verify(input.as_bytes(), &unpart(signature)).unwrap();
}

async fn discovery_names_the_issuer_and_the_key_set(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    for (base, project) in [
        (app.url.clone(), &app.project),
        (app.frontend(&app.project), &app.project),
        (app.frontend(&other), &other),
    ] {
        let answer = Client::new(&base).get(DISCOVERY).await;
        let document = answer.expect(200);
        let issuer = app.frontend(project);
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["jwks_uri"], format!("{issuer}{KEYS}"));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    }
}

async fn bases_without_project_publish_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let nobody = Client::new(app.frontend(&ProjectId::parse("proj_000000000000").unwrap()));
    let invalid = Client::new(format!("{}/proj-NONE", app.url));
    for path in [KEYS, DISCOVERY] {
        nobody.get(path).await.refused(404, "Project not found");
        invalid.get(path).await.refused(403, "Invalid issuer format or projectId");
    }
    app.forget_default_project().await;
    for path in [KEYS, DISCOVERY] {
        app.anyone().get(path).await.refused(403, "Invalid issuer format or projectId");
    }
}

/// A client whose token that key signed, with `jti` to make it unlike every other.
fn holder(app: &TestApp, signer: &Signer, jti: &str) -> Client {
    let claims = changed(&app.claims(&app.project, "w", "u"), "jti", Some(json!(jti)));
    app.anyone().bearing(&signer.token(&claims))
}

/// Rotates and waits until the server signs with the new key.
async fn rotate(app: &TestApp) -> Signer {
    app.rotate(&app.project).await;
    let signer = Signer::of(app, &app.project).await;
    eventually("a token of the new key", async || {
        let token = app.token(&app.project, "w", "u").await;
        (header_of(&token)["kid"] == signer.kid).then_some(())
    })
    .await;
    signer
}

async fn t152_a_rotation_lets_the_previous_key_verify_for_ten_minutes(engine: Engine) {
    let app = TestApp::start(engine).await;
    let old = Signer::of(&app, &app.project).await;
    let (used, unused) = (app.browser("w", "u").await, app.browser("w", "v").await);
    create_thread(&used).await;
    let new = rotate(&app).await;
    assert_ne!(old.kid, new.kid);
    // Tokens that are out live on, seen before or not.
    create_thread(&used).await;
    create_thread(&unused).await;
    let mut both = [old.kid.clone(), new.kid.clone()];
    let mut published = kids(&app.anyone()).await;
    both.sort();
    published.sort();
    assert_eq!(published, both);
    app.advance_secs(599);
    create_thread(&holder(&app, &old, "at 599")).await;
    create_thread(&holder(&app, &new, "at 599")).await;
    assert_eq!(kids(&app.anyone()).await.len(), 2);
    app.advance_secs(1);
    let before = app.written().await;
    let late = holder(&app, &old, "at 600");
    late.post("/v1/threads", &json!({ "last_message_at": "2026-01-02T03:04:05.678Z" }))
        .await
        .refused(403, "JWT token is not valid");
    assert_eq!(kids(&app.anyone()).await, [new.kid.as_str()]);
    assert_eq!(app.written().await, before);
    create_thread(&holder(&app, &new, "at 600")).await;
}

async fn t152_a_token_of_a_key_that_is_new_everywhere_else_is_good_at_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    // The server knows the project's keys by now.
    create_thread(&app.browser("w", "u").await).await;
    app.rotate(&app.project).await;
    let new = Signer::of(&app, &app.project).await;
    create_thread(&holder(&app, &new, "first")).await;
}

async fn t152_a_second_rotation_does_not_cut_the_first_ones_time(engine: Engine) {
    let app = TestApp::start(engine).await;
    let first = Signer::of(&app, &app.project).await;
    let second = rotate(&app).await;
    app.advance_secs(300);
    let third = rotate(&app).await;
    for signer in [&first, &second, &third] {
        create_thread(&holder(&app, signer, "at 300")).await;
    }
    assert_eq!(kids(&app.anyone()).await.len(), 3);
    app.advance_secs(300);
    holder(&app, &first, "at 600").get("/v1/threads").await.refused(403, "JWT token is not valid");
    create_thread(&holder(&app, &second, "at 600")).await;
    app.advance_secs(300);
    holder(&app, &second, "at 900").get("/v1/threads").await.refused(403, "JWT token is not valid");
    create_thread(&holder(&app, &third, "at 900")).await;
}

/// A key that was taken out of the database verifies nothing any more, even what it verified before.
async fn t152_a_removed_key_does_not_come_back(engine: Engine) {
    let app = TestApp::start(engine).await;
    let old = Signer::of(&app, &app.project).await;
    let seen = holder(&app, &old, "seen");
    create_thread(&seen).await;
    rotate(&app).await;
    create_thread(&seen).await;
    let now = app.now().plus_millis(600_000);
    let delete = async move |conn: &mut engine::Conn<'_>| {
        threadkeep::projects::store::delete_retired_signing_keys(conn, now).await
    };
    assert_eq!(app.store.write(delete).await.unwrap(), 1);
    eventually("the end of the old key", async || {
        let answer = seen.get("/v1/threads").await;
        (answer.status != 200).then(|| answer.refused(403, "JWT token is not valid"))
    })
    .await;
    assert_eq!(kids(&app.anyone()).await.len(), 1);
}
