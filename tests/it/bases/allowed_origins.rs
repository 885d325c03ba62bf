//! A project's list of allowed origins: whose pages may read its answers.

use engine::Engine;
use hyper::Method;
use outbound::Policy;
use threadkeep::id::ProjectId;
use threadkeep::projects::model::ProjectChange;
use threadkeep::projects::origins::parse_origins;

use crate::support::rules::Trust;
use crate::support::{Answer, Client, TestApp, create_thread};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(t199_pages_of_other_origins_read_nothing,);

on_one_engine!(
    t199_each_project_has_its_own_list,
    t148_t151_a_page_that_may_not_read_is_served_and_sees_no_token,
    t164_a_list_does_not_restrict_keys,
);

const LIST: [&str; 8] = [
    "https://good.example",
    "https://*.wide.example",
    "https://port.example:8443",
    "http://localhost:3000",
    "http://*.localhost:5173",
    "tauri://localhost",
    "capacitor://localhost",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
];

const ADMITTED: [&str; 9] = [
    "http://app.localhost:5173",
    "tauri://localhost",
    "capacitor://localhost",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "https://good.example",
    "https://a.wide.example",
    "https://a.b.wide.example",
    "https://port.example:8443",
    "http://localhost:3000",
];

const REFUSED: [&str; 22] = [
    "null",
    "http://app.localhost",
    "tauri://localhost:5173",
    "ionic://localhost",
    "chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba",
    "https://good.example.evil",
    "https://evil-good.example",
    "https://good.example:8443",
    "http://good.example",
    "https://GOOD.example",
    "https://good.example/",
    "https://sub.good.example",
    "https://wide.example",
    "https://evilwide.example",
    "https://.wide.example",
    "https://a.wide.example:8443",
    "http://a.wide.example",
    "https://evil.example/.wide.example",
    "https://evil.example?.wide.example",
    "https://port.example",
    "http://localhost",
    "*",
];

async fn allow(app: &TestApp, project: &ProjectId, origins: &[&str]) {
    let allowed_origins = Some(parse_origins(origins.iter().copied(), &Policy::default()).unwrap());
    app.change_project(project, ProjectChange { allowed_origins, ..ProjectChange::default() }).await;
}

async fn preflight(client: &Client) -> Answer {
    let client = client.with("access-control-request-method", "GET");
    client
        .with("access-control-request-headers", "authorization,aui-sdk")
        .send(Method::OPTIONS, "/v1/threads", "".into())
        .await
}

fn is_open_to(answer: &Answer, origin: &str) {
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{answer:?}");
    assert_eq!(answer.header("vary"), Some("Origin"));
    assert!(answer.header("access-control-allow-credentials").is_none());
}

fn is_closed(answer: &Answer) {
    let named = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-"));
    assert_eq!(named.count(), 0, "{answer:?}");
    assert_eq!(answer.header("vary"), Some("Origin"), "a shared cache must not mix the two");
}

async fn t199_pages_of_other_origins_read_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    allow(&app, &app.project, &LIST).await;
    let browser = app.browser("w", "u").await;
    for base in [app.url.clone(), app.frontend(&app.project)] {
        for origin in ADMITTED {
            let page = browser.at(&base).with("origin", origin);
            let answer = page.get("/v1/threads").await;
            answer.expect(200);
            is_open_to(&answer, origin);
            assert!(answer.header("access-control-expose-headers").unwrap().starts_with("Authorization,"));
            is_open_to(&Client::new(&base).with("origin", origin).get("/v1/threads").await, origin);
            let asked = preflight(&Client::new(&base).with("origin", origin)).await;
            assert_eq!((asked.status.as_u16(), asked.body.len()), (204, 0));
            is_open_to(&asked, origin);
            assert_eq!(asked.header("access-control-allow-methods"), Some("GET, POST, PUT, DELETE, OPTIONS"));
            assert_eq!(asked.header("access-control-max-age"), Some("7200"));
        }
        for origin in REFUSED {
            println!("{origin}");
            let page = browser.at(&base).with("origin", origin);
            let answer = page.get("/v1/threads").await;
            answer.expect(200);
            is_closed(&answer);
            is_closed(&page.get("/v1/threads/none").await);
            is_closed(&Client::new(&base).with("origin", origin).get("/v1/threads").await);
            let asked = preflight(&Client::new(&base).with("origin", origin)).await;
            assert_eq!((asked.status.as_u16(), asked.body.len()), (204, 0));
            is_closed(&asked);
            let private = Client::new(&base).with("origin", origin);
            is_closed(&preflight(&private.with("access-control-request-private-network", "true")).await);
        }
    }
    // What is published for verifiers is for everyone.
    for base in [app.url.clone(), app.frontend(&app.project)] {
        let stranger = Client::new(base).with("origin", "https://evil.example");
        for path in ["/.well-known/jwks.json", "/.well-known/openid-configuration"] {
            is_open_to(&stranger.get(path).await, "https://evil.example");
        }
    }
}

async fn t199_each_project_has_its_own_list(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    allow(&app, &app.project, &["https://one.example"]).await;
    allow(&app, &other, &["https://two.example"]).await;
    let at = |base: String, origin: &str| Client::new(base).with("origin", origin);
    for base in [app.url.clone(), app.frontend(&app.project)] {
        is_open_to(&at(base.clone(), "https://one.example").get("/v1/threads").await, "https://one.example");
        is_closed(&at(base, "https://two.example").get("/v1/threads").await);
    }
    is_open_to(
        &at(app.frontend(&other), "https://two.example").get("/v1/threads").await,
        "https://two.example",
    );
    is_closed(&at(app.frontend(&other), "https://one.example").get("/v1/threads").await);
}

async fn t148_t151_a_page_that_may_not_read_is_served_and_sees_no_token(engine: Engine) {
    let trust = Trust::start(engine).await;
    let app = &trust.app;
    allow(app, &app.project, &["https://good.example"]).await;
    let client = app.anyone().bearing(&trust.token("ann"));
    let good = client.with("origin", "https://good.example").get("/v1/threads").await;
    assert!(good.header("authorization").is_some());
    is_open_to(&good, "https://good.example");
    let page = client.with("origin", "https://evil.example");
    // The request is served: browsers ask before they send, and other clients have no origin.
    let thread = create_thread(&page).await;
    let answer = page.get(&format!("/v1/threads/{thread}")).await;
    answer.expect(200);
    is_closed(&answer);
    assert!(answer.header("access-control-expose-headers").is_none());
    let without = client.get("/v1/threads").await;
    assert!(without.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
}

async fn t164_a_list_does_not_restrict_keys(engine: Engine) {
    let app = TestApp::start(engine).await;
    allow(&app, &app.project, &["https://good.example"]).await;
    let backend = app.backend("w", "u").await.with("origin", "https://evil.example");
    let answer = backend.get("/v1/threads").await;
    answer.expect(200);
    is_closed(&answer);
    create_thread(&backend).await;
}
