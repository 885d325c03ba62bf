//! Every operation of the operator API × everyone who may ask: the table of routes is what happens.

use std::collections::BTreeSet;

use engine::Engine;
use hyper::Method;
use serde_json::Value;
use threadkeep::auth::permissions::{Access, OPERATOR_ROUTES};
use threadkeep::instance::store::first_organization;
use threadkeep::members::model::Role;

use crate::support::{Answer, Client, TestApp};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(every_operation_asks_for_the_role_in_the_table);

on_one_engine!(
    the_table_and_the_document_list_the_same_operations,
    nothing_changes_without_the_csrf_token,
    pages_of_other_sites_get_nothing,
    a_proxy_may_put_its_own_host_into_a_request,
    what_pages_send_without_asking_first_is_refused,
    a_planted_cookie_signs_nobody_out,
    the_operator_api_is_at_the_root_alone,
);

struct Paths {
    organization: String,
    project: String,
}

impl Paths {
    async fn of(app: &TestApp) -> Self {
        let organization = app.store.read(async |conn| first_organization(conn).await).await.unwrap();
        Self { organization: organization.unwrap().to_string(), project: app.project.to_string() }
    }

    /// The route with ids of things that are there, or of none.
    fn fill(&self, route: &str) -> String {
        let path = route.replace("{organization_id}", &self.organization);
        let path = path.replace("{project_id}", &self.project);
        let mut parts = path.split('/').map(|part| if part.starts_with('{') { "nothing" } else { part });
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |path, part| format!("{path}/{part}"))
    }
}

fn method(name: &str) -> Method {
    name.to_ascii_uppercase().parse().unwrap()
}

async fn call(client: &Client, (name, path): (&str, &str)) -> Answer {
    let body = if name == "get" { "" } else { "{}" };
    client.send(method(name), path, body.into()).await
}

/// Whether an answer is a refusal for who asks, rather than for what is asked.
fn is_refused(answer: &Answer) -> bool {
    let error = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default()["error"].clone();
    let error = error.as_str().unwrap_or_default();
    matches!(
        (answer.status.as_u16(), error),
        (401, "Sign in first") | (403, "Not allowed") | (404, "Project not found" | "Organization not found")
    )
}

async fn every_operation_asks_for_the_role_in_the_table(engine: Engine) {
    let app = TestApp::start(engine).await;
    let paths = Paths::of(&app).await;
    for (name, route, access) in OPERATOR_ROUTES {
        let path = paths.fill(route);
        let refused = async |client: Client| {
            let answer = call(&client, (name, &path)).await;
            assert!(!answer.status.is_server_error(), "{name} {route}: {answer:?}");
            is_refused(&answer)
        };
        let is_about_members = route.contains("{organization_id}") || route.contains("{project_id}");
        let expected = |role: Option<Role>| match access {
            Access::Public => false,
            Access::SignedIn => is_about_members && role.is_none(),
            Access::Role(least) => role.is_none_or(|role| role < *least),
            Access::InstanceOwner => role != Some(Role::Owner),
        };
        assert_eq!(refused(app.anyone()).await, *access != Access::Public, "{name} {route} as nobody");
        assert_eq!(refused(app.stranger().await).await, expected(None), "{name} {route} as a stranger");
        for role in Role::ALL {
            let is_refused = refused(app.operator(role).await).await;
            assert_eq!(is_refused, expected(Some(role)), "{name} {route} as {role:?}");
        }
    }
}

async fn the_table_and_the_document_list_the_same_operations(engine: Engine) {
    let app = TestApp::start(engine).await;
    let document = app.anyone().get("/api/openapi.json").await.expect(200);
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (name, operation) in item.as_object().unwrap() {
            let is_public = operation.get("security").is_none();
            described.insert((name.clone(), path.clone(), is_public));
        }
    }
    let listed: BTreeSet<_> = OPERATOR_ROUTES
        .iter()
        .map(|(name, path, access)| ((*name).to_owned(), (*path).to_owned(), *access == Access::Public))
        .collect();
    assert_eq!(described, listed, "method, path, public");
}

async fn nothing_changes_without_the_csrf_token(engine: Engine) {
    let app = TestApp::start(engine).await;
    let paths = Paths::of(&app).await;
    for (name, route, access) in OPERATOR_ROUTES {
        if *name == "get" || *access == Access::Public {
            continue;
        }
        let signed_in = app.operator(Role::Owner).await;
        for client in
            [signed_in.without("x-csrf-token"), signed_in.without("x-csrf-token").with("x-csrf-token", "x")]
        {
            call(&client, (name, &paths.fill(route))).await.refused(403, "CSRF token missing or wrong");
        }
    }
    // Another session's token is as good as none.
    let [one, other] = [app.operator(Role::Owner).await, app.operator(Role::Owner).await];
    let token = other.get("/api/session").await.expect(200)["csrf_token"].as_str().unwrap().to_owned();
    let mixed = one.without("x-csrf-token").with("x-csrf-token", &token);
    call(&mixed, ("delete", "/api/session")).await.refused(403, "CSRF token missing or wrong");
}

async fn pages_of_other_sites_get_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let paths = Paths::of(&app).await;
    let host = app.url.strip_prefix("http://").unwrap();
    for (name, route, _) in OPERATOR_ROUTES {
        let path = paths.fill(route);
        let signed_in = app.operator(Role::Owner).await;
        for client in [
            signed_in.with("origin", "https://evil.example").with("sec-fetch-site", "cross-site"),
            signed_in.with("origin", "https://evil.example").with("host", host),
            signed_in.with("origin", "null").with("host", host),
        ] {
            let answer = call(&client, (name, &path)).await;
            assert!(answer.header("access-control-allow-origin").is_none(), "{name} {route}");
            if *name != "get" {
                answer.refused(403, "Request of another site");
            }
            let preflight = client.send(Method::OPTIONS, &path, "".into()).await;
            assert!(preflight.header("access-control-allow-origin").is_none(), "{name} {route}");
            assert!(preflight.header("access-control-allow-headers").is_none(), "{name} {route}");
        }
    }
}

async fn what_pages_send_without_asking_first_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let credentials = serde_json::json!({ "email": "ann@example.com", "password": "not the right one" });
    let wrong = "Wrong e-mail or password";
    let plain = app.anyone().with("content-type", "text/plain");
    for client in [
        plain.clone(),
        plain.with("referer", "https://evil.example/"),
        app.anyone().with("referer", "https://evil.example/"),
        app.anyone().with("content-type", "application/x-www-form-urlencoded"),
    ] {
        client.post("/api/session", &credentials).await.refused(403, "Request of another site");
    }
    let own = plain.with("referer", &format!("{}/dashboard", app.url));
    for client in [app.anyone(), own, plain.with("origin", &app.url)] {
        client.post("/api/session", &credentials).await.refused(401, wrong);
    }
}

async fn a_planted_cookie_signs_nobody_out(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = app.operator(Role::Owner).await;
    let head = ann.head();
    let own = head.lines().find_map(|line| line.strip_prefix("cookie: ")).unwrap();
    let (name, _) = own.split_once('=').unwrap();
    let planted = [format!("{name}=planted"), format!("{name}={}", "x".repeat(43))].join("; ");
    for cookies in [format!("{planted}; {own}"), format!("{own}; {planted}")] {
        let client = ann.without("cookie").with("cookie", &cookies);
        client.get("/api/session").await.expect(200);
        client.put("/api/account", &serde_json::json!({ "name": "Ann" })).await.expect(200);
    }
    ann.without("cookie").with("cookie", &planted).get("/api/session").await.refused(401, "Sign in first");
}

/// As nginx does that is told nothing else; without TLS browsers say of a page no more than its origin.
async fn a_proxy_may_put_its_own_host_into_a_request(engine: Engine) {
    let app = TestApp::start_with(engine, &[("public_url", "http://keep.example:8080/chat")]).await;
    let credentials = serde_json::json!({ "email": "ann@example.com", "password": "not the right one" });
    let through_proxy = app.anyone().with("host", "127.0.0.1:4100");
    let page = through_proxy.with("origin", "http://keep.example:8080");
    page.post("/api/session", &credentials).await.refused(401, "Wrong e-mail or password");
    for origin in
        ["http://keep.example", "https://keep.example:8080", "http://keep.example:8080.evil", "null"]
    {
        let page = through_proxy.with("origin", origin);
        page.post("/api/session", &credentials).await.refused(403, "Request of another site");
    }
    let other_site = page.with("sec-fetch-site", "cross-site");
    other_site.post("/api/session", &credentials).await.refused(403, "Request of another site");
}

async fn the_operator_api_is_at_the_root_alone(engine: Engine) {
    let app = TestApp::start(engine).await;
    let paths = Paths::of(&app).await;
    let signed_in = app.operator(Role::Owner).await.at(app.frontend(&app.project));
    for (name, route, _) in OPERATOR_ROUTES {
        call(&signed_in, (name, &paths.fill(route))).await.refused(404, "Not Found");
    }
    signed_in.get("/dashboard").await.refused(404, "Not Found");
}
