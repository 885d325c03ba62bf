//! The workspace token that comes back for a provider token.

use engine::Engine;
use hyper::Method;
use serde_json::json;
use threadkeep::auth::rules::claims::Template;
use threadkeep::auth::rules::model::Settings;

use super::{NOT_VALID, exchanged, exchanged_token, refuse_all};
use crate::support::rules::{Trust, with_claims};
use crate::support::tokens::{changed, claims_of, header_of};
use crate::support::{Client, Signer, create_thread};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(
    t143_t148_what_is_exchanged_is_good_at_the_bases_of_its_project,
    t148_every_answer_after_authentication_carries_a_token,
    t155_t189_a_provider_token_opens_no_route_of_keys,
);

on_one_engine!(
    t148_t149_nothing_else_does,
    t145_a_providers_signature_makes_no_workspace_token,
    t150_t151_what_carries_a_token_is_for_no_cache_and_for_listed_origins,
    t156_a_key_may_mint_for_any_user,
);

async fn t143_t148_what_is_exchanged_is_good_at_the_bases_of_its_project(engine: Engine) {
    let org = |rule: Settings| Settings { workspace: Template::parse("org_id").ok(), ..rule };
    let trust = Trust::start_with(engine, org).await;
    let app = &trust.app;
    let token = trust.token_with(json!({ "org_id": "org_1" }));
    let answer = app.anyone().bearing(&token).get("/v1/threads").await;
    let exchanged = exchanged_token(&answer);
    let now = app.now().secs();
    let expected = json!({
        "sub": "ann",
        "workspace_id": "org_1",
        "project_id": app.project,
        "iss": app.frontend(&app.project),
        "iat": now,
        "nbf": now - 10,
        "exp": now + 300,
    });
    assert_eq!(claims_of(&exchanged), expected);
    let kid = Signer::of(app, &app.project).await.kid;
    assert_eq!(header_of(&exchanged), json!({ "alg": "EdDSA", "typ": "JWT", "kid": kid }));
    // Both tokens are the same person in the same place.
    let thread = create_thread(&app.anyone().bearing(&token)).await;
    let other = app.create_project().await;
    for base in [app.url.clone(), app.frontend(&app.project)] {
        let client = Client::new(base).bearing(&exchanged);
        let found = client.get(&format!("/v1/threads/{thread}")).await;
        found.expect(200);
        assert!(found.header("authorization").is_none(), "a workspace token is not exchanged again");
    }
    let elsewhere = Client::new(app.frontend(&other)).bearing(&exchanged);
    elsewhere.get("/v1/threads").await.refused(403, "Origin does not match project ID");
}

async fn t148_every_answer_after_authentication_carries_a_token(engine: Engine) {
    let trust = Trust::start(engine).await;
    let client = trust.app.anyone().bearing(&trust.token("ann"));
    let calls = [
        (Method::GET, "/v1/threads", "", 200),
        (Method::POST, "/v1/threads", r#"{"last_message_at":"2026-01-02T03:04:05.678Z"}"#, 201),
        (Method::POST, "/v1/threads", "{", 400),
        (Method::POST, "/v1/threads", "{}", 400),
        (Method::GET, "/v1/threads/thread_0unknown", "", 404),
        (Method::GET, "/v1/threads?limit=0", "", 400),
        (Method::POST, "/v1/auth/tokens", "", 403),
        (Method::DELETE, "/v1/projects/users/ann", "", 403),
        (Method::POST, "/v1/threads/claim", r#"{"refresh_token":"refresh_0x"}"#, 403),
    ];
    for (method, path, body, status) in calls {
        let answer = client.send(method.clone(), path, body.into()).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(exchanged(&answer)["sub"], "ann", "{method} {path}");
    }
    let large = vec![b'{'; 12 * 1024 * 1024 + 1];
    let answer = client.send(Method::POST, "/v1/threads", large.into()).await;
    assert_eq!((answer.status.as_u16(), &exchanged(&answer)["sub"]), (413, &json!("ann")));
}

async fn t148_t149_nothing_else_does(engine: Engine) {
    let trust = Trust::start(engine).await;
    let app = &trust.app;
    let token = trust.token("ann");
    let bare = [
        app.backend("w", "ann").await.get("/v1/threads").await,
        app.browser("w", "ann").await.get("/v1/threads").await,
        app.anyone().get("/v1/threads").await,
        app.anyone().post_empty("/v1/auth/tokens/anonymous").await,
        // Routes without credential take no notice of one.
        app.anyone().bearing(&token).post_empty("/v1/auth/tokens/anonymous").await,
        app.anyone().bearing(&token).get("/healthz").await,
        app.anyone().bearing(&token).get("/openapi.json").await,
        app.anyone().bearing(&token).get("/.well-known/jwks.json").await,
        app.anyone().bearing(&token).get("/nowhere").await,
        app.anyone().bearing(&token).send(Method::OPTIONS, "/v1/threads", "".into()).await,
        app.anyone().bearing(&trust.token_with(json!({ "sub": "" }))).get("/v1/threads").await,
        app.anyone().bearing(&format!("{token}x")).get("/v1/threads").await,
    ];
    for answer in bare {
        assert!(answer.header("authorization").is_none(), "{answer:?}");
    }
}

async fn t145_a_providers_signature_makes_no_workspace_token(engine: Engine) {
    let trust = Trust::start(engine).await;
    let app = &trust.app;
    let own = Signer::of(app, &app.project).await;
    let ours = with_claims(&app.claims(&app.project, "w", "ann"), json!({ "workspace_id": "victim" }));
    let under_our_kid = changed(&trust.key.header(), "kid", Some(json!(own.kid)));
    let as_eddsa = changed(&under_our_kid, "alg", Some(json!("EdDSA")));
    let tokens = [
        ("their kid", trust.key.token(&ours)),
        ("our kid", trust.key.sign(&under_our_kid, &ours)),
        ("our kid and algorithm", trust.key.sign(&as_eddsa, &ours)),
    ];
    refuse_all(app, NOT_VALID, tokens).await;
    // What a provider says of projects and workspaces is one claim among others.
    let more = json!({ "workspace_id": "victim", "project_id": app.project });
    let answer = app.anyone().bearing(&trust.token_with(more)).get("/v1/threads").await;
    assert_eq!(exchanged(&answer)["workspace_id"], "ann");
}

async fn t150_t151_what_carries_a_token_is_for_no_cache_and_for_listed_origins(engine: Engine) {
    let trust = Trust::start(engine).await;
    let origin = "https://app.example.com";
    let client = trust.app.anyone().bearing(&trust.token("ann")).with("origin", origin);
    let answer = client.get("/v1/threads").await;
    exchanged(&answer);
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    assert!(answer.header("access-control-expose-headers").unwrap().starts_with("Authorization, "));
    assert_eq!(answer.header("vary"), Some("Origin"));
    let missing = client.get("/v1/threads/thread_0unknown").await;
    assert_eq!(missing.status, 404);
    exchanged(&missing);
    assert_eq!(missing.header("access-control-allow-origin"), Some(origin));
}

async fn t155_t189_a_provider_token_opens_no_route_of_keys(engine: Engine) {
    let trust = Trust::start(engine).await;
    let before = trust.app.written().await;
    let client = trust.app.anyone().bearing(&trust.token("ann"));
    let answer = client.post_empty("/v1/auth/tokens").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["error"], "This endpoint may only be accessed from the backend");
    exchanged(&answer);
    let answer = client.delete("/v1/projects/users/ann").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["error"], "Project-wide user deletion requires API key authentication");
    assert_eq!(trust.app.written().await, before);
}

async fn t156_a_key_may_mint_for_any_user(engine: Engine) {
    let trust = Trust::start(engine).await;
    // A key is trusted with every user of its project, a provider is not.
    for user in ["usr_deleted", "__SYSTEM__", "usr_anon_0somebody"] {
        let minted = trust.app.backend("w", user).await.post_empty("/v1/auth/tokens").await;
        let token = minted.expect(200)["token"].as_str().unwrap().to_owned();
        assert_eq!(claims_of(&token)["sub"], user);
        assert_eq!(minted.header("cache-control"), Some("private, no-store"));
    }
}
