//! The program as a server, and the command line beside it: what a command says is done, is done.

use bytes::Bytes;
use engine::Engine;
use hyper::Method;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::post_message;
use crate::support::program::{Program, Server, instance, nothing_yet};
use crate::support::{Client, create_thread, eventually, user_message};

on_both_engines!(
    a_first_start_tells_how_to_go_on,
    a_server_that_is_told_to_stop_exits_well,
    a_key_is_good_as_soon_as_it_is_made,
    a_revoked_key_is_refused_when_the_command_has_returned,
    settings_are_in_force_when_the_command_has_returned,
    a_new_project_has_a_frontend_at_once,
    a_rotated_key_signs_at_once_and_the_old_one_still_verifies,
    the_last_use_of_a_key_is_told_after_a_stop
);

fn backend(server: &Server, key: &str) -> Client {
    Client::new(&server.url).bearing(key).with("aui-workspace-id", "w")
}

fn default_project(program: &Program) -> String {
    program.run(&["projects", "list", "--json"]).json()[0]["id"].as_str().unwrap().to_owned()
}

async fn a_first_start_tells_how_to_go_on(engine: Engine) {
    let program = nothing_yet(engine).await;
    let server = program.serve().await;
    let greeting = server.greeting.clone();
    assert!(greeting.contains("A new instance is ready."), "{greeting}");
    let port = server.url.rsplit(':').next().unwrap();
    let project = program.run(&["projects", "list", "--json"]).json()[0].clone();
    let label = project["id"].as_str().unwrap().replace('_', "-");
    let base = format!("http://localhost:{port}/{label}");
    let line = format!("new AssistantCloud({{ baseUrl: \"{base}\", anonymous: true }})");
    assert!(greeting.contains(&line), "{greeting}");
    assert_eq!(project["frontend_url"].as_str().map(|url| url.rsplit('/').next().unwrap()), Some(&*label));
    assert!(greeting.contains("threadkeep keys create"), "{greeting}");
    let told = match engine {
        Engine::Sqlite => "(SQLite)",
        Engine::Postgres => "(PostgreSQL, plain)",
    };
    assert!(greeting.contains(told), "{greeting}");
    // What it says works: a visitor needs nothing but the URL.
    let at_project = Client::new(format!("{}/{label}", server.url));
    at_project.post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    server.terminate();
    assert!(server.ended().await.success());

    let again = program.serve().await;
    assert!(
        again.greeting.contains("Ready.") && !again.greeting.contains("new instance"),
        "{}",
        again.greeting
    );
    let secret = std::fs::read_to_string(program.data_dir().join("instance.secret")).unwrap();
    assert!(!again.greeting.contains(secret.trim()) && !greeting.contains(secret.trim()));
}

async fn a_server_that_is_told_to_stop_exits_well(engine: Engine) {
    let program = instance(engine).await;
    let key = program.create_key();
    let server = program.serve().await;
    let client = backend(&server, &key);
    let thread = create_thread(&client).await;
    post_message(&client, &thread, &user_message(None, "x")).await.expect(201);
    // The client's connection is open and idle; it must not hold the server.
    server.terminate();
    assert_eq!(server.ended().await.code(), Some(0));
    let server = program.serve().await;
    let listed = backend(&server, &key).get(&format!("/v1/threads/{thread}/messages")).await.expect(200);
    assert_eq!(listed["messages"].as_array().unwrap().len(), 1);
    // A second server cannot have the same address, and says so.
    let address = server.url.trim_start_matches("http://");
    program.run(&["serve", "--listen", address]).failed(&format!("cannot listen on {address}"));
}

/// Starts a server whose PostgreSQL is not there, and waits for its first sign of life.
async fn start_without_database() -> (Server, Program) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let program = Program::new(Some("postgres://127.0.0.1:1/none".to_owned()))
        .with("THREADKEEP_LISTEN", &address.to_string());
    let server = program.spawn(format!("http://{address}"));
    let anyone = Client::new(&server.url);
    let ask = async || anyone.try_send(Method::GET, "/healthz", Bytes::new()).await.ok();
    eventually("a sign of life", ask).await.expect(200);
    (server, program)
}

#[tokio::test]
async fn a_server_waits_for_a_database_that_is_not_there() {
    let (server, _program) = start_without_database().await;
    let anyone = Client::new(&server.url);
    for path in ["/readyz", "/v1/threads"] {
        anyone.get(path).await.refused(503, "The server is starting");
    }
}

#[tokio::test]
async fn pages_can_read_that_a_server_is_still_starting() {
    let (server, _program) = start_without_database().await;
    let origin = "https://app.example";
    let page = Client::new(&server.url).with("origin", origin);
    for path in
        ["/v1/threads", "/proj-0ltyjcuaxpv1/v1/threads", "/v1/auth/tokens/anonymous", "/healthz", "/none"]
    {
        let asking = page
            .with("access-control-request-method", "POST")
            .with("access-control-request-headers", "authorization,aui-sdk,sentry-trace");
        let asked = asking.send(Method::OPTIONS, path, Bytes::new()).await;
        assert_eq!((asked.status.as_u16(), asked.header("access-control-allow-origin")), (204, Some(origin)));
        assert!(asked.header("access-control-allow-headers").unwrap().ends_with(", sentry-trace"));
        // Whether the project admits the origin is not known yet, so nobody may remember this.
        assert_eq!(asked.header("access-control-max-age"), Some("0"));
        let answer = page.post_empty(path).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{answer:?}");
        assert_eq!(answer.header("vary"), Some("Origin"));
        if path != "/healthz" {
            answer.refused(503, "The server is starting");
            assert!(answer.header("access-control-expose-headers").unwrap().contains("Retry-After"));
        }
    }
    for path in ["/api/session", "/dashboard"] {
        let answer = page.get(path).await;
        assert!(answer.header("access-control-allow-origin").is_none(), "{answer:?}");
    }
    assert!(Client::new(&server.url).get("/v1/threads").await.header("vary").is_none());
}

#[tokio::test]
async fn the_log_tells_which_path_was_asked_for_where_there_is_none() {
    let program = instance(Engine::Sqlite).await;
    let server = program.serve().await;
    let anyone = Client::new(&server.url);
    let secret = format!("sk_aui_proj_0ltyjcuaxpv1_0{}", "s".repeat(49));
    anyone.get("/proj-0ltyjcuaxpv1/v2/threads?token=hidden").await.refused(404, "Not Found");
    anyone.get(&format!("/v1/{secret}")).await.refused(404, "Not Found");
    anyone.get("/v1/a%0Ab").await.refused(404, "Not Found");
    anyone.get("/v1/threads/thread_x?title=hidden").await.refused(401, "Authorization header is missing");
    let line = |path: &str| format!("route=\"-\" path=\"{path}\"");
    let expected = [line("/proj-0ltyjcuaxpv1/v2/threads"), line("/v1/sk_aui_proj_..."), line("/v1/a%0Ab")];
    eventually("the lines", async || {
        let log = program.logged();
        let has_all =
            log.contains("/v1/threads/{thread_id}") && expected.iter().all(|line| log.contains(line));
        has_all.then_some(())
    })
    .await;
    let log = program.logged();
    for never in ["hidden", "ssss", "thread_x"] {
        assert!(!log.contains(never), "{log}");
    }
}

#[tokio::test]
async fn a_server_that_is_still_starting_can_be_told_to_stop() {
    for _ in 0..6 {
        let (server, _program) = start_without_database().await;
        server.terminate();
        assert_eq!(server.ended().await.code(), Some(0));
    }
}

async fn a_key_is_good_as_soon_as_it_is_made(engine: Engine) {
    let program = instance(engine).await;
    let server = program.serve().await;
    let key = program.create_key();
    create_thread(&backend(&server, &key)).await;
}

async fn a_revoked_key_is_refused_when_the_command_has_returned(engine: Engine) {
    let program = instance(engine).await;
    let server = program.serve().await;
    let made = program.run(&["keys", "create", "k", "--json"]).json();
    let kept = program.create_key();
    let (revoked, kept) = (backend(&server, made["key"].as_str().unwrap()), backend(&server, &kept));
    for client in [&revoked, &kept] {
        client.get("/v1/threads").await.expect(200);
    }
    program.run(&["keys", "revoke", made["id"].as_str().unwrap()]).text();
    revoked.get("/v1/threads").await.refused(403, "Unknown or expired API key");
    revoked.post_empty("/v1/auth/tokens").await.refused(403, "Unknown or expired API key");
    kept.get("/v1/threads").await.expect(200);
}

async fn settings_are_in_force_when_the_command_has_returned(engine: Engine) {
    let program = instance(engine).await;
    let server = program.serve().await;
    let id = default_project(&program);
    let client = backend(&server, &program.create_key()).with("aui-user-id", "alice");
    let anyone = Client::new(&server.url);
    let thread = create_thread(&client).await;
    let update = |arguments: &[&str]| {
        program.run(&[&["projects", "update", &id][..], arguments].concat()).text();
    };
    anyone.post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    update(&["--anonymous", "off"]);
    assert_eq!(anyone.post_empty("/v1/auth/tokens/anonymous").await.status, 403);
    update(&["--anonymous", "on"]);
    anyone.post_empty("/v1/auth/tokens/anonymous").await.expect(200);

    update(&["--active-user-cap", "0"]);
    let body = user_message(None, "x");
    post_message(&client, &thread, &body).await.refused(402, "plan_limit_reached");
    update(&["--active-user-cap", "none"]);
    post_message(&client, &thread, &body).await.expect(201);
}

async fn a_new_project_has_a_frontend_at_once(engine: Engine) {
    let program = instance(engine).await;
    let server = program.serve().await;
    let made = program.run(&["projects", "create", "Shop", "--json"]).json();
    let label = made["id"].as_str().unwrap().replace('_', "-");
    let visitor = Client::new(format!("{}/{label}", server.url));
    let session = visitor.post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let visitor = visitor.bearing(session["access_token"].as_str().unwrap());
    let thread = create_thread(&visitor).await;
    let read = visitor.get(&format!("/v1/threads/{thread}")).await.expect(200);
    assert_eq!(read["project_id"], made["id"]);
}

async fn a_rotated_key_signs_at_once_and_the_old_one_still_verifies(engine: Engine) {
    let program = instance(engine).await;
    let server = program.serve().await;
    let id = default_project(&program);
    let client = backend(&server, &program.create_key());
    let anyone = Client::new(&server.url);
    let kids = async || -> Vec<Value> {
        let keys = anyone.get("/.well-known/jwks.json").await.expect(200)["keys"].clone();
        keys.as_array().unwrap().iter().map(|key| key["kid"].clone()).collect()
    };
    let mint = async || {
        let minted = client.post_empty("/v1/auth/tokens").await.expect(200);
        minted["token"].as_str().unwrap().to_owned()
    };
    let old_kid = kids().await;
    let old = mint().await;
    let rotated = program.run(&["projects", "rotate-key", &id, "--json"]).json();
    let new = mint().await;
    for token in [&old, &new] {
        anyone.bearing(token).get("/v1/threads").await.expect(200);
    }
    assert_eq!(kid_of(&new), rotated["kid"]);
    assert_eq!(vec![kid_of(&old)], old_kid);
    let mut both = kids().await;
    assert_eq!(both.len(), 2);
    both.retain(|kid| *kid != rotated["kid"]);
    assert_eq!(both, old_kid);
}

/// The key that a token says it was signed with.
fn kid_of(token: &str) -> Value {
    use base64::Engine as _;
    let header = token.split('.').next().unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].clone()
}

async fn the_last_use_of_a_key_is_told_after_a_stop(engine: Engine) {
    let program = instance(engine).await;
    let (used, unused) = (program.create_key(), program.create_key());
    let server = program.serve().await;
    backend(&server, &used).get("/v1/threads").await.expect(200);
    server.terminate();
    assert!(server.ended().await.success());
    let listed = program.run(&["keys", "list", "--json"]).json();
    let last_use = |key: &str| {
        let suffix = json!(key[key.len() - 4..]);
        let row = listed.as_array().unwrap().iter().find(|row| row["suffix"] == suffix);
        row.unwrap()["last_used_at"].clone()
    };
    assert_eq!(last_use(&unused), Value::Null);
    assert!(last_use(&used).is_string(), "{listed}");
}
