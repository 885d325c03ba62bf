//! A deleted project answers nobody, can be restored for a day, and then leaves nothing behind.

use std::collections::BTreeMap;

use engine::{Conn, Engine};
use hyper::Method;
use serde_json::{Value, json};
use threadkeep::audit::model::{Act, Actor};
use threadkeep::id::{Ids, ProjectId};
use threadkeep::members::model::Role;
use threadkeep::projects::deletion::purge_deleted_projects;
use threadkeep::projects::deletion::store::{Step, purge_some};

use crate::on_both_engines;
use crate::support::chat::{post_message, reply, with};
use crate::support::issuer::hmac_token;
use crate::support::rules::{claims, secret_rule};
use crate::support::{Answer, Client, TestApp, append, create_thread, eventually};

on_both_engines!(
    a_deleted_project_is_refused_everywhere_and_restored,
    a_deletion_asks_for_the_name_and_is_on_record,
    a_purge_leaves_nothing_and_touches_nobody_else,
    what_can_be_restored_is_not_purged,
    commands_delete_and_restore,
);

const SECRET: &str = "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA";
const ISSUER: &str = "https://issuer.example";
const DAY_SECS: i64 = 24 * 3600;

/// Everyone who calls a project, and what for.
struct Callers {
    requests: Vec<(&'static str, Client, Method, &'static str, String)>,
}

impl Callers {
    async fn of(app: &TestApp, project: &ProjectId) -> Self {
        let base = app.frontend(project);
        let key = app.create_key(project, None).await;
        let token = app.token(project, "w", "ann").await;
        let visitor = Client::new(&base).post_empty("/v1/auth/tokens/anonymous").await.expect(200);
        let refresh = json!({ "refresh_token": visitor["refresh_token"]["token"] }).to_string();
        let header = json!({ "alg": "HS256" });
        let foreign = hmac_token(SECRET.as_bytes(), &header, &with_issuer(claims(app, "ann")));
        let at_base = Client::new(&base);
        let post = |path, body: &str| (Method::POST, path, body.to_owned());
        let get = |path| (Method::GET, path, String::new());
        let all = [
            ("key", app.anyone().bearing(&key).with("aui-workspace-id", "w"), get("/v1/threads")),
            (
                "key for tokens",
                app.anyone().bearing(&key).with("aui-workspace-id", "w"),
                post("/v1/auth/tokens", ""),
            ),
            ("token", at_base.bearing(&token), get("/v1/threads")),
            ("visitor", at_base.bearing(visitor["access_token"].as_str().unwrap()), get("/v1/threads")),
            ("provider token", at_base.bearing(&foreign), get("/v1/threads")),
            ("new visitor", at_base.clone(), post("/v1/auth/tokens/anonymous", "")),
            ("refresh", at_base.clone(), post("/v1/auth/tokens/refresh", &refresh)),
            ("key set", at_base.clone(), get("/.well-known/jwks.json")),
            ("discovery", at_base, get("/.well-known/openid-configuration")),
        ];
        let requests = all.map(|(who, client, (method, path, body))| (who, client, method, path, body));
        Self { requests: requests.into() }
    }

    async fn ask(&self) -> BTreeMap<&'static str, Answer> {
        let mut answers = BTreeMap::new();
        for (who, client, method, path, body) in &self.requests {
            answers.insert(*who, client.send(method.clone(), path, body.clone().into()).await);
        }
        answers
    }
}

fn with_issuer(mut claims: Value) -> Value {
    claims["iss"] = json!(ISSUER);
    claims
}

async fn a_deleted_project_is_refused_everywhere_and_restored(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.operator(Role::Owner).await;
    for project in [app.create_project().await, app.project.clone()] {
        app.create_rule(&project, secret_rule(ISSUER, SECRET)).await;
        let path = format!("/api/projects/{project}");
        let origins = json!({ "allowed_origins": ["https://app.example"] });
        owner.put(&format!("{path}/origins"), &origins).await.expect(200);
        let callers = Callers::of(&app, &project).await;
        for (who, answer) in callers.ask().await {
            assert_eq!(answer.status.as_u16(), 200, "{who}: {answer:?}");
        }
        let name = owner.get(&path).await.expect(200)["name"].clone();
        let deleted = owner.delete_with(&path, &json!({ "name": name })).await.expect(200);
        assert_eq!(deleted["deleted_at"], json!(app.now()));
        assert_eq!(deleted["purge_at"], json!(app.now().plus_millis(DAY_SECS * 1000)));
        // As if there were none: compare with one that never was.
        let nobody = Client::new(format!("{}/proj-000000000000", app.url));
        let never = nobody.get("/.well-known/jwks.json").await;
        for (who, answer) in callers.ask().await {
            let error = answer.json()["error"].clone();
            let expected = match who {
                "key" | "key for tokens" => (403, json!("Unknown or expired API key")),
                "token" | "visitor" | "provider token" => (403, json!("Invalid project ID")),
                _ => (404, never.json()["error"].clone()),
            };
            assert_eq!((answer.status.as_u16(), error), expected, "{who}: {answer:?}");
        }
        for client in [Client::new(app.frontend(&project)), nobody] {
            let evil = client.with("origin", "https://evil.example");
            let preflight = evil.send(Method::OPTIONS, "/v1/threads", "".into()).await;
            assert_eq!(preflight.header("access-control-allow-origin"), Some("https://evil.example"));
        }
        // Operators can look at it, and at nothing but that.
        assert_eq!(owner.get(&path).await.expect(200), deleted);
        owner.get(&format!("{path}/api-keys")).await.expect(200);
        owner.get(&format!("{path}/rules")).await.expect(200);
        let key = json!({ "name": "n", "expires": "7d" });
        owner.post(&format!("{path}/api-keys"), &key).await.refused(409, "The project is deleted");
        owner.put(&path, &json!({ "name": "n" })).await.refused(409, "The project is deleted");
        owner.delete_with(&path, &json!({ "name": name })).await.refused(409, "The project is deleted");
        app.advance_secs(1);
        let restored = owner.post_empty(&format!("{path}/restore")).await.expect(200);
        assert_eq!((&restored["deleted_at"], &restored["purge_at"]), (&Value::Null, &Value::Null));
        assert_eq!(restored["is_default"], json!(project == app.project));
        for (who, answer) in callers.ask().await {
            assert_eq!(answer.status.as_u16(), 200, "{who}: {answer:?}");
        }
        owner.post_empty(&format!("{path}/restore")).await.refused(409, "The project is not deleted");
    }
}

async fn a_deletion_asks_for_the_name_and_is_on_record(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.operator(Role::Owner).await;
    let path = format!("/api/projects/{}", app.project);
    for body in [json!({}), json!({ "name": "" }), json!({ "name": "default project" }), json!({ "name": 1 })]
    {
        owner.delete_with(&path, &body).await.invalid(&["name"]);
    }
    assert!(!app.audit_text().await.contains("project.delete"));
    owner.delete_with(&path, &json!({ "name": "Default project" })).await.expect(200);
    owner.post_empty(&format!("{path}/restore")).await.expect(200);
    let audit = app.audit_text().await;
    // With the project, and with the organization, which outlives it.
    assert_eq!(audit.matches("project.delete project").count(), 2, "{audit}");
    assert_eq!(audit.matches("project.restore project").count(), 2, "{audit}");
}

/// Every table that has rows of projects, from the schema.
async fn tables(app: &TestApp) -> Vec<String> {
    let sql = match app.store.engine() {
        Engine::Sqlite => {
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND c.name = 'project_id' ORDER BY m.name"
        }
        Engine::Postgres => {
            "SELECT c.table_name::TEXT FROM information_schema.columns c
             JOIN information_schema.tables t ON t.table_name = c.table_name AND t.table_schema = c.table_schema
             WHERE c.column_name = 'project_id' AND c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
             ORDER BY c.table_name"
        }
    };
    let read = async |conn: &mut Conn<'_>| conn.all(sql, &[], |row| row.get::<String>(0)).await;
    app.store.read::<_, engine::Error, _>(read).await.unwrap()
}

/// How many rows a project has in each table.
async fn rows(app: &TestApp, project: &ProjectId) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for table in tables(app).await {
        let sql: &'static str = format!("SELECT COUNT(*) FROM {table} WHERE project_id = ?1").leak();
        let read = async |conn: &mut Conn<'_>| conn.first(sql, &[project], |row| row.get::<i64>(0)).await;
        counts.insert(table, app.store.read::<_, engine::Error, _>(read).await.unwrap().unwrap());
    }
    counts
}

/// How many rows a table has.
async fn count(app: &TestApp, table: &str) -> i64 {
    let sql: &'static str = format!("SELECT COUNT(*) FROM {table}").leak();
    let read = async |conn: &mut Conn<'_>| conn.first(sql, &[], |row| row.get::<i64>(0)).await;
    app.store.read::<_, engine::Error, _>(read).await.unwrap().unwrap()
}

/// Puts rows into every table: by requests, and where these write later, by hand.
async fn fill(app: &TestApp, project: &ProjectId) {
    let base = Client::new(app.frontend(project));
    base.post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let user = base.bearing(&app.token(project, "w", "ann").await);
    let thread = create_thread(&user).await;
    let message = append(&user, &thread, None, "hello").await;
    let feedback = format!("/v1/threads/{thread}/messages/{message}/feedback");
    user.post(&feedback, &json!({ "type": "positive" })).await.expect(200);
    let body = json!({ "external_id": "e", "open_run": true });
    post_message(&user, &thread, &with(reply(None, "x"), &body)).await.expect(201);
    let body = json!({ "external_id": "e", "format": "ai-sdk/v6" });
    post_message(&user, &thread, &with(reply(None, "x"), &body)).await.expect(200);
    app.create_rule(project, secret_rule(ISSUER, SECRET)).await;
    const BY_HAND: [&str; 5] = [
        "INSERT INTO users (project_id, id, display_name, updated_at) VALUES (?1, 'ann', 'Ann', 1)",
        "INSERT INTO sdks (project_id, name, version, last_seen_at) VALUES (?1, 'a', '1.0.0', 9999999999999)",
        "INSERT INTO user_activity (project_id, user_id, first_seen_at, last_active_at) VALUES (?1, 'bob', 1, 1)",
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1200)
         INSERT INTO messages (project_id, thread_id, id, height, format, content, created_by, updated_by,
                               created_at, updated_at)
         SELECT t.project_id, t.id, 'msg_' || CAST(n AS TEXT), 0, 'aui/v0', '{}', 'ann', 'ann', 1, 1
         FROM numbers, threads t WHERE t.project_id = ?1",
        "INSERT INTO unsettled_threads (project_id, thread_id, height, created_at, message_id)
         SELECT project_id, id, 1, 1, '' FROM threads WHERE project_id = ?1",
    ];
    for sql in BY_HAND {
        let id = project.clone();
        let insert = async move |conn: &mut Conn<'_>| conn.execute(sql, &[&id]).await;
        app.store.write::<_, engine::Error, _>(insert).await.unwrap();
    }
}

async fn a_purge_leaves_nothing_and_touches_nobody_else(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.operator(Role::Owner).await;
    let other = app.create_project().await;
    for project in [&app.project, &other] {
        fill(&app, project).await;
    }
    eventually("all is indexed", async || (count(&app, "search_queue").await == 0).then_some(())).await;
    let mut full = rows(&app, &app.project).await;
    full.remove("search_queue");
    assert!(full.len() >= 14 && full.values().all(|count| *count > 0), "{full:?}");
    assert!(full["messages"] > 1_000);
    let path = format!("/api/projects/{}", app.project);
    owner.delete_with(&path, &json!({ "name": "Default project" })).await.expect(200);
    let others = rows(&app, &other).await;

    app.advance_secs(DAY_SECS + 60);
    owner
        .post_empty(&format!("{path}/restore"))
        .await
        .refused(409, "The project cannot be restored any more");
    // A node begins and is killed after its first batch.
    let ids = Ids::default();
    let act = Act::new(&ids, Actor::instance(), app.now()).unwrap();
    let (id, now) = (app.project.clone(), app.now());
    let begin = async move |conn: &mut Conn<'_>| purge_some(conn, &id, now, 0, &act).await;
    assert!(matches!(app.store.write(begin).await.unwrap(), Step::More { .. } | Step::Gone));
    // Two nodes go on at once.
    let now = app.now();
    let (one, two) = tokio::join!(
        purge_deleted_projects(&app.store, &ids, now),
        purge_deleted_projects(&app.store, &ids, now),
    );
    one.unwrap();
    two.unwrap();
    let left = rows(&app, &app.project).await;
    assert!(left.values().all(|count| *count == 0), "{left:?}");
    assert_eq!(rows(&app, &other).await, others);
    assert_eq!(count(&app, "search_words").await, others["search_documents"]);
    owner.get(&path).await.refused(404, "Project not found");
    let default = "SELECT default_project_id FROM instance";
    let read = async |conn: &mut Conn<'_>| conn.first(default, &[], |row| row.get::<Option<String>>(0)).await;
    assert_eq!(app.store.read::<_, engine::Error, _>(read).await.unwrap(), Some(None));
    let audit = app.audit_text().await;
    assert_eq!(audit.matches("project.purge project").count(), 1, "{audit}");
    assert!(audit.contains("Default project"), "its name is on record: {audit}");
    let user = Client::new(app.frontend(&other)).bearing(&app.token(&other, "w", "ann").await);
    assert_eq!(user.get("/v1/threads").await.expect(200)["threads"].as_array().unwrap().len(), 1);
}

async fn what_can_be_restored_is_not_purged(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.operator(Role::Owner).await;
    let other = app.create_project().await;
    let path = format!("/api/projects/{other}");
    let purge = async || purge_deleted_projects(&app.store, &Ids::default(), app.now()).await.unwrap();
    purge().await;
    owner.delete_with(&path, &json!({ "name": "Other" })).await.expect(200);
    app.advance_secs(DAY_SECS - 1);
    purge().await;
    owner.post_empty(&format!("{path}/restore")).await.expect(200);
    app.advance_secs(DAY_SECS);
    purge().await;
    owner.get(&path).await.expect(200);
    Client::new(app.frontend(&other)).get("/.well-known/jwks.json").await.expect(200);
}

async fn commands_delete_and_restore(engine: Engine) {
    let app = TestApp::start(engine).await;
    let program = app.program();
    let project = app.create_project().await.to_string();
    let jwks = Client::new(app.frontend(&ProjectId::parse(&project).unwrap()));
    program.run(&["projects", "delete", &project, "--name", "Othr"]).failed("is not called `Othr`");
    let deleted = program.run(&["projects", "delete", &project, "--name", "Other", "--json"]).json();
    assert!(deleted["deleted_at"].is_string() && deleted["purge_at"].is_string(), "{deleted}");
    jwks.get("/.well-known/jwks.json").await.refused(404, "Project not found");
    program.run(&["keys", "create", "k", "--project", &project]).failed("is deleted");
    program.run(&["projects", "rename", &project, "New"]).failed("there is no project");
    program.run(&["projects", "delete", &project, "--name", "Other"]).failed("deleted already");
    let restored = program.run(&["projects", "restore", &project, "--json"]).json();
    assert_eq!(restored["deleted_at"], Value::Null);
    jwks.get("/.well-known/jwks.json").await.expect(200);
    program.run(&["projects", "restore", &project]).failed("there is no deleted project");
    let organization = restored["organization_id"].as_str().unwrap();
    let made = program.run(&["projects", "create", "P", "--organization", organization, "--json"]).json();
    assert_eq!(made["organization_id"], organization);
    program
        .run(&["projects", "create", "P", "--organization", "org_0"])
        .failed("there is no organization org_0");
}
