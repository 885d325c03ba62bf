//! What each refusal says, and which of several problems is told first.

use engine::Engine;
use hyper::Method;
use serde_json::json;
use threadkeep::id::ProjectId;

use super::knock;
use crate::on_both_engines;
use crate::support::tokens::changed;
use crate::support::{Client, Signer, TestApp};

on_both_engines!(
    t192_t197_every_refusal_has_its_status_and_text_and_tells_no_secret,
    the_first_of_several_problems_is_told,
    of_a_well_signed_token_the_time_is_checked_before_the_ids,
    who_is_asking_is_settled_before_what_is_asked,
    t189_a_key_only_route_tells_a_token_what_is_wrong_with_it_first,
    a_defect_tells_nothing_of_the_inside,
);

const ORIGIN: &str = "Origin does not match project ID";
const UNKNOWN: &str = "Unknown or expired API key";

async fn t192_t197_every_refusal_has_its_status_and_text_and_tells_no_secret(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    let key = app.create_key(&app.project, None).await;
    let ended = app.create_key(&app.project, Some(app.now())).await;
    let signer = Signer::of(&app, &app.project).await;
    let claims = app.claims(&app.project, "w", "u");
    let past = changed(&claims, "exp", Some(json!(app.now().secs() - 1)));
    let ahead = changed(&claims, "nbf", Some(json!(app.now().secs() + 1)));
    let foreign = json!({ "iss": "https://issuer.example", "sub": "hidden-subject" });
    let rs256 = json!({ "alg": "RS256", "kid": "hidden-kid" });
    let provider = |header: &serde_json::Value, claims: &serde_json::Value| {
        signer.sign(&header.to_string(), &claims.to_string())
    };
    let (root, at_other) = (app.url.clone(), app.frontend(&other));
    let nowhere = app.frontend(&ProjectId::parse("proj_000000000000").unwrap());
    let invalid = format!("{}/proj-NONE", app.url);
    let table: [(&str, Option<String>, u16, &str); 21] = [
        (&root, None, 401, "Authorization header is missing"),
        (&root, Some("Basic hidden".into()), 401, "Authorization header must begin with \"Bearer \""),
        (&root, Some(format!("Bearer {}", signer.token(&past))), 401, "JWT token has expired"),
        (&root, Some(format!("Bearer {}", signer.token(&ahead))), 401, "JWT token is not yet valid"),
        (&root, Some("Bearer hidden".into()), 403, "Unsupported authorization value"),
        (&root, Some("Bearer sk_aui_proj_hidden".into()), 403, "Invalid API key format"),
        (&root, Some(format!("Bearer {key}x")), 403, UNKNOWN),
        (&root, Some(format!("Bearer {ended}")), 403, UNKNOWN),
        (&root, Some(format!("Bearer {key}")), 403, "Invalid Aui-Workspace-Id header"),
        (&root, Some(format!("Bearer {}", signer.sign("[]", "{}"))), 403, "Invalid JWT token"),
        (
            &root,
            Some(format!("Bearer {}", provider(&json!({}), &foreign))),
            403,
            "JWT token algorithm is not valid",
        ),
        (&root, Some(format!("Bearer {}", provider(&rs256, &json!({})))), 403, "JWT payload is missing iss"),
        (
            &root,
            Some(format!("Bearer {}", provider(&json!({ "alg": "RS256" }), &foreign))),
            403,
            "JWT header is missing kid",
        ),
        (
            &root,
            Some(format!("Bearer {}", provider(&rs256, &foreign))),
            403,
            "No auth rule matches the JWT iss and aud claims",
        ),
        (
            &at_other,
            Some(format!("Bearer {}", provider(&rs256, &foreign))),
            403,
            "No auth rule matches the JWT iss and aud claims",
        ),
        (&nowhere, Some(format!("Bearer {}", provider(&rs256, &foreign))), 403, "Invalid project ID"),
        (&invalid, Some(format!("Bearer {}", provider(&rs256, &foreign))), 403, "Invalid project ID"),
        (
            &root,
            Some(format!("Bearer {}", Signer::stranger(&signer.kid).token(&claims))),
            403,
            "JWT token is not valid",
        ),
        (&at_other, Some(format!("Bearer {}", signer.token(&claims))), 403, ORIGIN),
        (&nowhere, Some(format!("Bearer {}", signer.token(&claims))), 403, ORIGIN),
        (&invalid, Some(format!("Bearer {}", signer.token(&claims))), 403, ORIGIN),
    ];
    let before = app.written().await;
    for (base, credential, status, error) in table {
        let client = Client::new(base);
        let client = match &credential {
            Some(credential) => client.with("authorization", credential),
            None => client,
        };
        let answer = knock(&client).await;
        let body = answer.refused(status, error).to_string();
        // Nothing that was sent comes back, nor what the server compared it with.
        let sent = credential.as_deref().and_then(|credential| credential.split(' ').nth(1)).unwrap_or("-");
        for secret in [sent, "hidden", &key, &signer.kid, other.as_str(), "SELECT"] {
            assert!(secret == "-" || !body.contains(secret), "{body} holds {secret}");
        }
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    }
    assert_eq!(app.written().await, before);
}

async fn the_first_of_several_problems_is_told(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    let key = app.create_key(&app.project, None).await;
    let ended = app.create_key(&app.project, Some(app.now())).await;
    let signer = Signer::of(&app, &app.project).await;
    let claims = app.claims(&app.project, "w", "u");
    let past = changed(&claims, "exp", Some(json!(app.now().secs())));
    let past_and_ahead = changed(&past, "nbf", Some(json!(app.now().secs() + 60)));
    let ahead = changed(&claims, "nbf", Some(json!(app.now().secs() + 60)));
    let frontend = Client::new(app.frontend(&other));
    let root = app.anyone();
    let before = app.written().await;
    for (what, client, status, error) in [
        ("key, headers, base", frontend.bearing(&ended).with("aui-user-id", ""), 403, UNKNOWN),
        (
            "format, headers",
            root.bearing("sk_aui_proj_x").with("aui-user-id", ""),
            403,
            "Invalid API key format",
        ),
        (
            "user, workspace, base",
            frontend.bearing(&key).with("aui-user-id", ""),
            403,
            "Invalid Aui-User-Id header",
        ),
        ("workspace, base", frontend.bearing(&key), 403, "Invalid Aui-Workspace-Id header"),
        ("base", frontend.bearing(&key).with("aui-workspace-id", "w"), 403, ORIGIN),
        (
            "signature, time",
            root.bearing(&Signer::stranger(&signer.kid).token(&past)),
            403,
            "JWT token is not valid",
        ),
        ("end, begin", root.bearing(&signer.token(&past_and_ahead)), 401, "JWT token has expired"),
        ("end, base", frontend.bearing(&signer.token(&past)), 401, "JWT token has expired"),
        ("begin, base", frontend.bearing(&signer.token(&ahead)), 401, "JWT token is not yet valid"),
        (
            "signature, base",
            frontend.bearing(&Signer::stranger("x").token(&claims)),
            403,
            "JWT token is not valid",
        ),
    ] {
        println!("{what}");
        knock(&client).await.refused(status, error);
    }
    assert_eq!(app.written().await, before);
}

/// Steps 5b to 5d. No token that the server mints is of this kind.
async fn of_a_well_signed_token_the_time_is_checked_before_the_ids(engine: Engine) {
    let app = TestApp::start(engine).await;
    let signer = Signer::of(&app, &app.project).await;
    let claims = changed(&app.claims(&app.project, "w", "u"), "sub", None);
    let past = changed(&claims, "exp", Some(json!(app.now().secs())));
    knock(&app.anyone().bearing(&signer.token(&past))).await.refused(401, "JWT token has expired");
    let ahead = changed(&claims, "nbf", Some(json!(app.now().secs() + 1)));
    knock(&app.anyone().bearing(&signer.token(&ahead))).await.refused(401, "JWT token is not yet valid");
}

async fn who_is_asking_is_settled_before_what_is_asked(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser("w", "u").await;
    let frontend = browser.at(app.frontend(&app.create_project().await));
    let before = app.written().await;
    let long = "x".repeat(256);
    for (method, path) in [
        (Method::POST, "/v1/threads".to_owned()),
        (Method::GET, "/v1/threads?limit=0".to_owned()),
        (Method::PUT, format!("/v1/threads/{long}")),
        (Method::POST, format!("/v1/threads/{long}/messages")),
        (Method::DELETE, "/v1/threads/unknown/messages".to_owned()),
        (Method::POST, "/v1/threads/claim".to_owned()),
    ] {
        let anyone = app.anyone().send(method.clone(), &path, "{".into()).await;
        anyone.refused(401, "Authorization header is missing");
        frontend.send(method, &path, "{".into()).await.refused(403, ORIGIN);
    }
    // Then the size, then the schema, then whether there is such a thing.
    let large = vec![b'{'; 12 * 1024 * 1024 + 1];
    let answer = browser.send(Method::PUT, "/v1/threads/unknown", large.into()).await;
    answer.refused(413, "Request body too large");
    browser.put("/v1/threads/unknown", &json!({ "title": 1 })).await.invalid(&["title"]);
    browser.put("/v1/threads/unknown", &json!({ "title": "x" })).await.refused(404, "Thread not found");
    browser.put("/v1/threads/unknown", &json!({})).await.refused(404, "Thread not found");
    assert_eq!(app.written().await, before);
}

async fn t189_a_key_only_route_tells_a_token_what_is_wrong_with_it_first(engine: Engine) {
    let app = TestApp::start(engine).await;
    let signer = Signer::of(&app, &app.project).await;
    let claims = app.claims(&app.project, "w", "u");
    let past = changed(&claims, "exp", Some(json!(app.now().secs())));
    let elsewhere = Client::new(app.frontend(&app.create_project().await));
    let path = "/v1/auth/tokens";
    let before = app.written().await;
    let refusal = async |client: Client| client.post_empty(path).await;
    refusal(app.anyone().bearing(&signer.token(&past))).await.refused(401, "JWT token has expired");
    let forged = Signer::stranger(&signer.kid).token(&claims);
    refusal(app.anyone().bearing(&forged)).await.refused(403, "JWT token is not valid");
    refusal(elsewhere.bearing(&signer.token(&claims))).await.refused(403, ORIGIN);
    let own = Client::new(app.frontend(&app.project)).bearing(&signer.token(&claims));
    refusal(own).await.refused(403, "This endpoint may only be accessed from the backend");
    assert_eq!(app.written().await, before);
}

async fn a_defect_tells_nothing_of_the_inside(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser("w", "u").await;
    let sql = "ALTER TABLE threads RENAME TO threads_away";
    let broken = async move |conn: &mut engine::Conn<'_>| conn.execute(sql, &[]).await;
    app.store.write::<_, engine::Error, _>(broken).await.unwrap();
    let answer = browser.get("/v1/threads").await;
    let body = answer.refused(500, "Internal Server Error").to_string();
    assert!(!body.contains("threads"), "{body}");
}
