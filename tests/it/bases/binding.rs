//! Which credential is good at which base.

use engine::Engine;
use serde_json::json;
use threadkeep::id::ProjectId;

use crate::on_both_engines;
use crate::support::{Answer, Client, Signer, TestApp, create_thread};

on_both_engines!(
    t143_each_credential_is_good_at_its_own_bases_only,
    without_default_project_the_root_is_for_keys_only,
    both_frontends_of_a_project_are_issuers_of_its_tokens,
    t198_no_forwarding_header_moves_a_request,
);

const ORIGIN: &str = "Origin does not match project ID";

async fn knock(client: &Client) -> Answer {
    client.post("/v1/threads", &json!({ "last_message_at": "2026-01-02T03:04:05.678Z" })).await
}

async fn t143_each_credential_is_good_at_its_own_bases_only(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (default, other, third) =
        (app.project.clone(), app.create_project().await, app.create_project().await);
    let key = |key: String| app.anyone().bearing(&key).with("aui-workspace-id", "w");
    let default_key = key(app.create_key(&default, None).await);
    let other_key = key(app.create_key(&other, None).await);
    let default_token = app.anyone().bearing(&app.token(&default, "w", "u").await);
    let other_token = app.anyone().bearing(&app.token(&other, "w", "u").await);
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let visitor = app.anyone().bearing(session["access_token"].as_str().unwrap());
    let session = Client::new(app.frontend(&other)).post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let other_visitor = app.anyone().bearing(session["access_token"].as_str().unwrap());

    let root = app.url.clone();
    let base = |project: &ProjectId| app.frontend(project);
    let nowhere = app.frontend(&ProjectId::parse("proj_000000000000").unwrap());
    let invalid = format!("{}/proj-NONE", app.url);
    for (what, client, good, bad) in [
        ("key of the default project", &default_key, vec![&root], vec![base(&default), base(&other)]),
        ("key of another project", &other_key, vec![&root], vec![base(&default), base(&other)]),
        ("token of the default project", &default_token, vec![&root, &base(&default)], vec![base(&other)]),
        ("token of another project", &other_token, vec![&base(&other)], vec![root.clone(), base(&default)]),
        ("visitor of the default project", &visitor, vec![&root, &base(&default)], vec![base(&other)]),
        (
            "visitor of another project",
            &other_visitor,
            vec![&base(&other)],
            vec![root.clone(), base(&default)],
        ),
    ] {
        for base in good {
            assert_eq!(knock(&client.at(base)).await.status, 201, "{what} at {base}");
        }
        let before = app.written().await;
        for base in bad.iter().chain([&base(&third), &nowhere, &invalid]) {
            println!("{what} at {base}");
            knock(&client.at(base)).await.refused(403, ORIGIN);
        }
        assert_eq!(app.written().await, before, "{what}");
    }
}

async fn without_default_project_the_root_is_for_keys_only(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let backend = app.backend("w", "u").await;
    let provider = Signer::stranger("k").token(&json!({ "iss": "https://issuer.example", "sub": "u" }));
    app.anyone().bearing(&token).get("/v1/threads").await.expect(200);
    app.forget_default_project().await;
    let before = app.written().await;
    knock(&app.anyone().bearing(&token)).await.refused(403, ORIGIN);
    knock(&app.anyone().bearing(&provider)).await.refused(403, "Invalid project ID");
    assert_eq!(app.written().await, before);
    knock(&backend).await.expect(201);
    knock(&app.anyone().bearing(&token).at(app.frontend(&app.project))).await.expect(201);
}

const TEMPLATE: (&str, &str) = ("project_url_template", "https://{label}.chat.example.org");

/// A change of the template must not break tokens that are out, so each form of a frontend is good at
/// each base of its project.
async fn both_frontends_of_a_project_are_issuers_of_its_tokens(engine: Engine) {
    let app = TestApp::start_with(engine, &[TEMPLATE]).await;
    let other = app.create_project().await;
    let signer = Signer::of(&app, &other).await;
    let host = format!("{}.chat.example.org", other.label());
    let by_host = app.anyone().with("host", &host);
    let by_path = Client::new(app.frontend(&other));
    for issuer in [app.frontend(&other), format!("https://{host}")] {
        let mut claims = app.claims(&other, "w", "u");
        claims["iss"] = issuer.into();
        let token = signer.token(&claims);
        knock(&by_host.bearing(&token)).await.expect(201);
        knock(&by_path.bearing(&token)).await.expect(201);
    }
    let before = app.written().await;
    for issuer in [
        app.url.clone(),
        format!("{}/", app.frontend(&other)),
        format!("http://{host}"),
        format!("https://{host}/"),
        format!("https://{host}/v1"),
        format!("https://{}.chat.example.org", app.project.label()),
        format!("https://{}", host.to_uppercase()),
        app.frontend(&app.project),
    ] {
        let mut claims = app.claims(&other, "w", "u");
        claims["iss"] = issuer.into();
        let answer = knock(&by_path.bearing(&signer.token(&claims))).await;
        answer.refused(403, "No auth rule matches the JWT iss and aud claims");
    }
    assert_eq!(app.written().await, before);
}

async fn t198_no_forwarding_header_moves_a_request(engine: Engine) {
    let app = TestApp::start_with(engine, &[TEMPLATE]).await;
    let other = app.create_project().await;
    let (ours, theirs) = (app.browser("w", "u").await, app.token(&other, "w", "u").await);
    let host = format!("{}.chat.example.org", other.label());
    let before = app.written().await;
    let names =
        ["x-forwarded-host", "x-forwarded-server", "x-original-host", "x-forwarded-prefix", "x-original-url"];
    for name in names {
        for value in [host.clone(), format!("/{}", other.label()), format!("https://{host}")] {
            knock(&app.anyone().bearing(&theirs).with(name, &value)).await.refused(403, ORIGIN);
        }
    }
    assert_eq!(app.written().await, before);
    for name in names {
        knock(
            &ours
                .with(name, &host)
                .with("x-forwarded-proto", "http")
                .with("forwarded", &format!("host={host}")),
        )
        .await
        .expect(201);
        // Nor does it change what the server says of itself.
        let answer = app.anyone().with(name, "evil.example").with("x-forwarded-proto", "http");
        let document = answer.get("/.well-known/openid-configuration").await.expect(200);
        assert_eq!(document["issuer"], format!("https://{}.chat.example.org", app.project.label()));
    }
    create_thread(&ours).await;
}
