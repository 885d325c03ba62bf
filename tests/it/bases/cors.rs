//! What pages of other origins may do where a project has no list of allowed origins: all are allowed.

use engine::Engine;
use hyper::Method;

use crate::on_both_engines;
use crate::support::{Answer, Client, TestApp};

on_both_engines!(
    every_answer_to_an_origin_is_readable_by_it,
    a_request_without_origin_gets_no_cors_headers,
    a_preflight_is_answered_without_credential,
    a_preflight_without_origin_gets_no_cors_headers,
    a_preflight_is_allowed_whatever_headers_it_asks_for,
    a_preflight_from_a_public_page_reaches_a_private_network,
);

const ORIGINS: [&str; 5] = [
    "https://app.example",
    "http://localhost:3000",
    "null",
    "https://APP.example:8443",
    "chrome-extension://abc",
];

fn readable(answer: &Answer, origin: &str) {
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    assert!(answer.header("access-control-allow-credentials").is_none());
    let list = |name: &str| -> Vec<String> {
        let values =
            answer.headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_ascii_lowercase());
        values
            .flat_map(|value| value.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
            .collect()
    };
    assert!(list("vary").contains(&"origin".to_owned()), "{answer:?}");
    let exposed =
        ["authorization", "retry-after", "x-vercel-ai-data-stream", "x-vercel-ai-ui-message-stream"];
    assert_eq!(list("access-control-expose-headers"), exposed);
}

async fn every_answer_to_an_origin_is_readable_by_it(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser("w", "u").await;
    for base in [app.url.clone(), app.frontend(&app.project)] {
        for origin in ORIGINS {
            let page = browser.at(&base).with("origin", origin);
            let stranger = Client::new(&base).with("origin", origin);
            for (status, answer) in [
                (200, page.get("/v1/threads").await),
                (400, page.get("/v1/threads?limit=0").await),
                (404, page.get("/v1/threads/none").await),
                (401, stranger.get("/v1/threads").await),
                (404, stranger.get("/v1/none").await),
                (405, stranger.delete("/v1/threads").await),
                (404, stranger.get("/").await),
                (404, stranger.get("/none").await),
                (413, too_large(&page).await),
                (200, stranger.get("/.well-known/jwks.json").await),
            ] {
                assert_eq!(answer.status, status, "{answer:?}");
                readable(&answer, origin);
            }
        }
    }
    // What is the dashboard's at the root is nothing at a project's base, and can be seen to be.
    let stranger = Client::new(app.frontend(&app.project)).with("origin", ORIGINS[0]);
    for path in ["/api/session", "/dashboard"] {
        let answer = stranger.get(path).await;
        answer.refused(404, "Not Found");
        readable(&answer, ORIGINS[0]);
    }
    // Those too that come from a base without project, or are limited.
    let invalid = Client::new(format!("{}/proj-NONE", app.url)).with("origin", ORIGINS[0]);
    for _ in 0..30 {
        let answer = invalid.post_empty("/v1/auth/tokens/anonymous").await;
        assert_eq!(answer.status, 403);
        readable(&answer, ORIGINS[0]);
    }
    let answer = invalid.post_empty("/v1/auth/tokens/anonymous").await;
    assert_eq!(answer.status, 429);
    readable(&answer, ORIGINS[0]);
}

async fn too_large(page: &Client) -> Answer {
    let too_many = 20 * 1024 * 1024;
    page.send(Method::POST, "/v1/threads", vec![b' '; too_many].into()).await
}

fn without_cors(answer: &Answer) {
    let named = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-"));
    assert_eq!(named.count(), 0, "{answer:?}");
}

async fn a_request_without_origin_gets_no_cors_headers(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser("w", "u").await;
    for base in [app.url.clone(), app.frontend(&app.project)] {
        without_cors(&browser.at(&base).get("/v1/threads").await);
        without_cors(&Client::new(&base).get("/v1/threads").await);
        without_cors(&Client::new(&base).post_empty("/v1/auth/tokens/anonymous").await);
        without_cors(&Client::new(&base).get("/.well-known/jwks.json").await);
    }
}

async fn preflight(client: &Client, path: &str) -> Answer {
    let asking = client
        .with("access-control-request-method", "PUT")
        .with("access-control-request-headers", "authorization,content-type,aui-sdk");
    asking.send(Method::OPTIONS, path, bytes::Bytes::new()).await
}

async fn a_preflight_is_answered_without_credential(engine: Engine) {
    let app = TestApp::start(engine).await;
    let before = app.written().await;
    for base in [app.url.clone(), app.frontend(&app.project), app.frontend(&app.create_project().await)] {
        for path in
            ["/v1/threads", "/v1/threads/x/messages/y", "/v1/auth/tokens/anonymous", "/v1/runs/stream"]
        {
            let answer = preflight(&Client::new(&base).with("origin", ORIGINS[0]), path).await;
            assert_eq!(answer.status, 204);
            assert!(answer.body.is_empty());
            readable(&answer, ORIGINS[0]);
            let header = |name: &str| answer.header(name).unwrap();
            assert_eq!(header("access-control-allow-methods"), "GET, POST, PUT, DELETE, OPTIONS");
            assert_eq!(
                header("access-control-allow-headers"),
                "Authorization, Content-Type, Accept, Aui-Sdk, Aui-User-Id, Aui-Workspace-Id, Aui-User-Name"
            );
            assert_eq!(header("access-control-max-age"), "7200");
        }
    }
    // The project that was made for the third base is all that was written.
    assert_eq!(app.written().await.len(), before.len() + 1);
}

async fn a_preflight_without_origin_gets_no_cors_headers(engine: Engine) {
    let app = TestApp::start(engine).await;
    let answer = preflight(&app.anyone(), "/v1/threads").await;
    assert_eq!(answer.status, 204);
    without_cors(&answer);
}

/// Error trackers and tracers add headers of their own to every call of a page.
async fn a_preflight_is_allowed_whatever_headers_it_asks_for(engine: Engine) {
    let app = TestApp::start(engine).await;
    let page = app.anyone().with("origin", ORIGINS[0]).with("access-control-request-method", "GET");
    let allowed = async |asked: &str| {
        let asking = page.with("access-control-request-headers", asked);
        let answer = asking.send(Method::OPTIONS, "/v1/threads", bytes::Bytes::new()).await;
        assert_eq!(answer.status, 204);
        let allowed = answer.header("access-control-allow-headers").unwrap().to_ascii_lowercase();
        allowed.split(", ").map(str::to_owned).collect::<Vec<_>>()
    };
    let known = allowed("authorization").await;
    for asked in [
        "authorization, sentry-trace, baggage",
        "traceparent,tracestate,x-datadog-trace-id",
        "x-requested-with",
        "aui-user-name,ngrok-skip-browser-warning",
    ] {
        let now = allowed(asked).await;
        assert!(asked.split(',').all(|name| now.contains(&name.trim().to_owned())), "{asked}: {now:?}");
        assert!(known.iter().all(|name| now.contains(name)), "{asked}: {now:?}");
    }
    assert_eq!(allowed("no header, (at all)").await, known);
}

async fn a_preflight_from_a_public_page_reaches_a_private_network(engine: Engine) {
    let app = TestApp::start(engine).await;
    let asked = "access-control-request-private-network";
    let header = async |client: Client| {
        let answer = preflight(&client, "/v1/threads").await;
        answer.header("access-control-allow-private-network").map(str::to_owned)
    };
    let page = app.anyone().with("origin", ORIGINS[0]);
    assert_eq!(header(page.with(asked, "true")).await.as_deref(), Some("true"));
    assert_eq!(header(page.clone()).await, None);
    assert_eq!(header(page.with(asked, "false")).await, None);
    assert_eq!(header(app.anyone().with(asked, "true")).await, None);
}
