//! Every operation of the OpenAPI document: who may call it, and that it shows nothing of others.

use std::collections::BTreeSet;

use engine::Engine;
use hyper::Method;
use serde_json::{Value, json};
use threadkeep::auth::permissions::PUBLIC;

use crate::on_both_engines;
use crate::support::{Answer, Client, TestApp, append, create_thread, user_message};

on_both_engines!(
    every_operation_without_credential_is_refused_unless_it_is_public,
    t185_no_operation_reaches_what_is_not_the_callers,
    t186_ids_of_others_in_bodies_and_cursors_reveal_nothing,
    t187_external_ids_of_two_workspaces_are_independent,
    t188_callers_of_one_workspace_share_it,
    t168_a_key_reaches_every_workspace_of_its_project_and_none_of_another,
    t190_a_body_cannot_say_whose_something_is,
);

/// An operation: its method and the path as the document writes it.
type Operation = (Method, String);

async fn operations(app: &TestApp) -> Vec<(Operation, Value)> {
    let document = app.anyone().get("/openapi.json").await.expect(200);
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "delete", "options", "head", "patch", "trace"] {
            if let Some(operation) = item.get(method) {
                let method = method.to_ascii_uppercase().parse().unwrap();
                all.push(((method, path.clone()), operation.clone()));
            }
        }
    }
    assert!(all.len() >= 18, "the document lists {} operations", all.len());
    all
}

/// The path with ids in the place of its parameters.
fn filled(path: &str, thread: &str, message: &str) -> String {
    let path = path.replace("{thread_id}", thread).replace("{message_id}", message);
    let path = path.replace("{user_id}", "ann").replace("{lease_id}", "lease_0");
    let path = if path == "/v1/projects/users" { path + "?user_id=ann" } else { path };
    assert!(!path.contains('{'), "{path} has a parameter that this test does not know");
    path
}

async fn every_operation_without_credential_is_refused_unless_it_is_public(engine: Engine) {
    let app = TestApp::start(engine).await;
    let before = app.written().await;
    let mut open = BTreeSet::new();
    for ((method, path), operation) in operations(&app).await {
        for base in [app.url.clone(), app.frontend(&app.project), format!("{}/proj-NONE", app.url)] {
            for body in ["", "{}", "{"] {
                let target = filled(&path, "thread_x", "msg_x");
                let answer = Client::new(&base).send(method.clone(), &target, body.into()).await;
                let name = (method.as_str().to_ascii_lowercase(), path.clone());
                if PUBLIC.contains(&(name.0.as_str(), name.1.as_str())) {
                    assert_ne!(answer.status, 401, "{method} {path} is public");
                    assert!(operation.get("security").is_none(), "{method} {path} asks for a credential");
                    open.insert(name);
                } else {
                    let refusal = "Authorization header is missing";
                    answer.refused(401, refusal);
                    assert!(operation.get("security").is_some(), "{method} {path} asks for no credential");
                }
            }
        }
    }
    let public: BTreeSet<_> =
        PUBLIC.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(open, public, "what is public and what the document knows differ");
    let sessions =
        |rows: Vec<String>| rows.into_iter().filter(|row| !row.starts_with("session")).collect::<Vec<_>>();
    assert_eq!(sessions(app.written().await), sessions(before));
}

/// What someone else must be told who asks for a thing of this workspace.
enum Told {
    /// 404 with this text.
    NotFound(&'static str),
    /// 200 with this body.
    Nothing(Value),
    /// The operation works on nothing but what the caller brings.
    OwnOnly(u16),
    /// 200 with nothing found for a key of another project, 403 with this text for tokens. A key of the
    /// same project is no stranger here.
    KeyOfProject(&'static str),
}

/// For each operation a body that is good, and the answer to someone else. An operation that is missing
/// here fails the test.
fn expectation(operation: &Operation, thread: &str, message: &str) -> (Value, Told) {
    let (method, path) = operation;
    let at = "2026-01-02T03:04:05.678Z";
    match (method.as_str(), path.as_str()) {
        ("GET", "/v1/threads") => (Value::Null, Told::Nothing(json!({ "threads": [] }))),
        ("POST", "/v1/threads") => (json!({ "last_message_at": at }), Told::OwnOnly(201)),
        ("GET" | "DELETE", "/v1/threads/{thread_id}") => (Value::Null, Told::NotFound("Thread not found")),
        ("PUT", "/v1/threads/{thread_id}") => {
            (json!({ "title": "stolen" }), Told::NotFound("Thread not found"))
        }
        ("GET", "/v1/threads/{thread_id}/messages") => {
            (Value::Null, Told::Nothing(json!({ "messages": [] })))
        }
        ("POST", "/v1/threads/{thread_id}/messages") => {
            (user_message(Some(message), "stolen"), Told::NotFound("Thread not found"))
        }
        ("DELETE", "/v1/threads/{thread_id}/messages") => {
            (json!({ "message_ids": [message] }), Told::NotFound("Messages not found"))
        }
        ("PUT", "/v1/threads/{thread_id}/messages/{message_id}") => {
            (json!({ "content": { "role": "user" } }), Told::NotFound("Message not found"))
        }
        ("POST", "/v1/threads/{thread_id}/messages/{message_id}/feedback") => {
            (json!({ "type": "positive" }), Told::NotFound("Thread not found"))
        }
        (
            "POST",
            "/v1/threads/{thread_id}/runs/{lease_id}/heartbeat"
            | "/v1/threads/{thread_id}/runs/{lease_id}/end",
        ) => (json!({}), Told::NotFound("Run lease not found")),
        ("POST", "/v1/runs/stream") => {
            let body = json!({ "thread_id": thread, "assistant_id": "system/thread_title", "messages": [] });
            (body, Told::NotFound("Thread not found"))
        }
        ("POST", "/v1/auth/tokens") => (Value::Null, Told::OwnOnly(200)),
        ("POST", "/v1/threads/claim") => (json!({ "refresh_token": "refresh_0" }), Told::OwnOnly(403)),
        ("DELETE", "/v1/projects/users/{user_id}" | "/v1/projects/users") => {
            let text = "Project-wide user deletion requires API key authentication";
            (Value::Null, Told::KeyOfProject(text))
        }
        _ => panic!("{method} {path} is not covered: say what others must be told"),
    }
}

/// What the owner sees, to be compared after everyone else has tried.
async fn seen_by(owner: &Client, thread: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in
        [format!("/v1/threads/{thread}"), format!("/v1/threads/{thread}/messages"), "/v1/threads".into()]
    {
        seen.push(owner.get(&path).await.expect(200));
    }
    seen
}

async fn t185_no_operation_reaches_what_is_not_the_callers(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.backend("mine", "ann").await;
    let thread = create_thread(&owner).await;
    let message = append(&owner, &thread, None, "private").await;
    let before = seen_by(&owner, &thread).await;
    let other_project = app.create_project().await;
    let other_key = app.create_key(&other_project, None).await;
    let other_token = app.token(&other_project, "mine", "ann").await;
    let strangers = [
        ("other workspace by key", app.backend("theirs", "ann").await),
        ("other workspace by token", app.browser("theirs", "ann").await),
        (
            "other project by key",
            app.anyone().bearing(&other_key).with("aui-workspace-id", "mine").with("aui-user-id", "ann"),
        ),
        ("other project by token", Client::new(app.frontend(&other_project)).bearing(&other_token)),
    ];
    let guarded = operations(&app).await.into_iter().map(|(operation, _)| operation);
    let guarded = guarded.filter(|(method, path)| {
        !PUBLIC.contains(&(method.as_str().to_ascii_lowercase().as_str(), path.as_str()))
    });
    // The one route that asks for it is no easier to enter by it.
    let strangers = strangers.map(|(who, stranger)| (who, stranger.with("accept", "text/plain")));
    for operation in guarded {
        let (method, path) = &operation;
        let (body, told) = expectation(&operation, &thread, &message);
        let body: bytes::Bytes = if body.is_null() { "".into() } else { body.to_string().into() };
        let is_key_only = matches!(told, Told::KeyOfProject(_));
        for (who, stranger) in &strangers {
            if is_key_only && *who == "other workspace by key" {
                continue;
            }
            println!("{method} {path} for {who}");
            let rows = app.written().await;
            let ask = async |thread: &str, message: &str| -> Answer {
                stranger.send(method.clone(), &filled(path, thread, message), body.clone()).await
            };
            let answer = ask(&thread, &message).await;
            match &told {
                Told::NotFound(text) => {
                    answer.refused(404, text);
                    // Not to be told from something that was never there.
                    let unknown = ask("thread_0unknown", "msg_0unknown").await;
                    assert_eq!(
                        (answer.status, &answer.body),
                        (unknown.status, &unknown.body),
                        "{method} {path} for {who}"
                    );
                }
                Told::KeyOfProject(_) if *who == "other project by key" => {
                    assert_eq!(answer.expect(200), json!({ "threads": 0, "runs": 0 }));
                }
                Told::KeyOfProject(text) => drop(answer.refused(403, text)),
                Told::Nothing(empty) => assert_eq!(&answer.expect(200), empty, "{method} {path} for {who}"),
                Told::OwnOnly(status) => {
                    let allowed = [*status, 403].contains(&answer.status.as_u16());
                    assert!(allowed, "{method} {path} for {who}: {answer:?}");
                    let text = String::from_utf8_lossy(&answer.body);
                    assert!(!text.contains(&thread) && !text.contains(&message), "{method} {path} for {who}");
                    if path == "/v1/threads" {
                        // What the stranger made is the stranger's, and in the way of later comparisons.
                        let own = answer.json()["thread_id"].as_str().unwrap().to_owned();
                        stranger.delete(&format!("/v1/threads/{own}")).await.expect(200);
                        continue;
                    }
                }
            }
            assert_eq!(app.written().await, rows, "{method} {path} for {who}");
        }
    }
    assert_eq!(seen_by(&owner, &thread).await, before);
}

async fn t186_ids_of_others_in_bodies_and_cursors_reveal_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.backend("mine", "ann").await;
    let theirs = create_thread(&owner).await;
    let message = append(&owner, &theirs, None, "private").await;
    let stranger = app.backend("theirs", "bob").await;
    let own = create_thread(&stranger).await;
    let other = create_thread(&stranger).await;
    let in_other = append(&stranger, &other, None, "elsewhere").await;
    let first = append(&stranger, &own, None, "one").await;
    append(&stranger, &own, Some(&first), "two").await;
    let messages = format!("/v1/threads/{own}/messages");
    let before = app.written().await;

    // A parent, a message to change, a message to delete: neither from another workspace's thread nor
    // from another thread of the same workspace.
    for foreign in [message.as_str(), &in_other, "msg_0unknown"] {
        let answer = stranger.post(&messages, &user_message(Some(foreign), "x")).await;
        answer.refused(400, "Parent message not found in thread");
        let answer = stranger.put(&format!("{messages}/{foreign}"), &json!({ "content": {} })).await;
        answer.refused(404, "Message not found");
        let answer =
            stranger.post(&format!("{messages}/{foreign}/feedback"), &json!({ "type": "negative" })).await;
        answer.refused(404, "Message not found");
        let answer = stranger.delete_with(&messages, &json!({ "message_ids": [foreign] })).await;
        answer.refused(404, "Messages not found");
    }
    // A cursor of another list is ignored, as an unknown one is.
    let threads = stranger.get("/v1/threads").await.expect(200);
    let list = stranger.get(&messages).await.expect(200);
    for foreign in [theirs.as_str(), "thread_0unknown"] {
        assert_eq!(stranger.get(&format!("/v1/threads?after={foreign}")).await.expect(200), threads);
    }
    for foreign in [message.as_str(), &in_other, "msg_0unknown"] {
        assert_eq!(stranger.get(&format!("{messages}?after={foreign}")).await.expect(200), list);
    }
    assert_eq!(app.written().await, before);
    // Among ids of one's own, those of others are passed over.
    let ids = json!({ "message_ids": [first, message, in_other] });
    stranger.delete_with(&messages, &ids).await.expect(200);
    assert_eq!(
        owner.get(&format!("/v1/threads/{theirs}/messages")).await.expect(200)["messages"][0]["id"],
        message
    );
    let kept = stranger.get(&format!("/v1/threads/{other}/messages")).await.expect(200);
    assert_eq!(kept["messages"][0]["id"], in_other);
}

async fn t187_external_ids_of_two_workspaces_are_independent(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    let other_key = app.create_key(&other, None).await;
    let callers = [
        app.backend("one", "ann").await,
        app.backend("two", "ann").await,
        app.anyone().bearing(&other_key).with("aui-workspace-id", "one"),
    ];
    let body = json!({ "last_message_at": "2026-01-02T03:04:05.678Z", "external_id": "e", "upsert": true });
    let mut ids = BTreeSet::new();
    for caller in &callers {
        ids.insert(
            caller.post("/v1/threads", &body).await.expect(201)["thread_id"].as_str().unwrap().to_owned(),
        );
    }
    assert_eq!(ids.len(), 3);
    for caller in &callers {
        let again = caller.post("/v1/threads", &body).await.expect(200);
        let list = caller.get("/v1/threads?external_id=e").await.expect(200);
        assert_eq!(list["threads"].as_array().unwrap().len(), 1);
        assert_eq!(list["threads"][0]["id"], again["thread_id"]);
    }
}

async fn t188_callers_of_one_workspace_share_it(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = app.browser("team", "ann").await;
    let bob = app.backend("team", "bob").await;
    let thread = create_thread(&ann).await;
    let message = append(&bob, &thread, None, "hello").await;
    assert_eq!(seen_by(&ann, &thread).await, seen_by(&bob, &thread).await);
    bob.put(&format!("/v1/threads/{thread}"), &json!({ "title": "ours" })).await.expect(200);
    ann.put(&format!("/v1/threads/{thread}/messages/{message}"), &json!({ "content": { "role": "user" } }))
        .await
        .expect(200);
    let authors = async |conn: &mut engine::Conn<'_>| {
        let sql = "SELECT t.created_by || ' ' || t.updated_by || ' ' || m.created_by || ' ' || m.updated_by
                   FROM threads t JOIN messages m ON m.thread_id = t.id";
        conn.first(sql, &[], |row| row.get::<String>(0)).await
    };
    assert_eq!(app.store.read(authors).await.unwrap().unwrap(), "ann bob bob ann");
}

async fn t168_a_key_reaches_every_workspace_of_its_project_and_none_of_another(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    let own_key = app.create_key(&app.project, None).await;
    let other_key = app.create_key(&other, None).await;
    let acting = |key: &str, workspace: &str| app.anyone().bearing(key).with("aui-workspace-id", workspace);
    for workspace in ["one", "two"] {
        let visitor = app.browser(workspace, "ann").await;
        let thread = create_thread(&visitor).await;
        let path = format!("/v1/threads/{thread}");
        acting(&own_key, workspace).get(&path).await.expect(200);
        acting(&other_key, workspace).get(&path).await.refused(404, "Thread not found");
        let elsewhere = if workspace == "one" { "two" } else { "one" };
        acting(&own_key, elsewhere).get(&path).await.refused(404, "Thread not found");
    }
}

async fn t190_a_body_cannot_say_whose_something_is(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.backend("mine", "ann").await;
    let thread = create_thread(&owner).await;
    let path = format!("/v1/threads/{thread}");
    let messages = format!("{path}/messages");
    let message = append(&owner, &thread, None, "hello").await;
    let before = app.written().await;
    for name in [
        "id",
        "project_id",
        "workspace_id",
        "created_by",
        "updated_by",
        "created_at",
        "thumbs_up",
        "__proto__",
    ] {
        let with = |mut body: Value| {
            body[name] = "theirs".into();
            body
        };
        owner
            .post("/v1/threads", &with(json!({ "last_message_at": "2026-01-02T03:04:05Z" })))
            .await
            .invalid(&[name]);
        owner.put(&path, &with(json!({ "title": "t" }))).await.invalid(&[name]);
        owner.post(&messages, &with(user_message(None, "x"))).await.invalid(&[name]);
        owner.put(&format!("{messages}/{message}"), &with(json!({ "content": {} }))).await.invalid(&[name]);
        let feedback = format!("{messages}/{message}/feedback");
        owner.post(&feedback, &with(json!({ "type": "positive" }))).await.invalid(&[name]);
    }
    owner.put(&path, &json!({ "external_id": "e" })).await.invalid(&["external_id"]);
    owner
        .post(&messages, &json!({ "parent_id": null, "format": "f", "content": {}, "height": 3 }))
        .await
        .invalid(&["height"]);
    assert_eq!(app.written().await, before);
}
