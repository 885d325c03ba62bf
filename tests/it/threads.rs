//! Threads: created, read, changed, deleted, and who sees them.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::{ids, messages, post_message, reply, thread, threads};
use crate::support::{Client, TestApp, append, create_thread};

on_both_engines!(
    a_new_thread_has_every_field,
    a_thread_needs_no_more_than_its_time,
    external_ids_need_not_be_unique,
    an_upsert_creates_and_then_finds,
    an_upsert_finds_the_oldest_thread_and_writes_nothing,
    an_upsert_needs_an_external_id_and_stays_in_its_workspace,
    concurrent_upserts_make_one_thread,
    concurrent_upserts_of_other_ids_do_not_meet,
    the_workspace_row_comes_with_the_first_thread,
    every_field_can_be_changed_alone,
    an_empty_change_changes_nothing,
    a_change_that_is_refused_changes_nothing,
    a_deleted_thread_takes_its_messages_along,
    scores_outlive_their_thread,
    another_workspace_sees_nothing,
    users_of_one_workspace_share_its_threads,
    answers_are_kept_out_of_caches
);

const KEYS: [&str; 10] = [
    "created_at",
    "external_id",
    "id",
    "is_archived",
    "last_message_at",
    "metadata",
    "project_id",
    "title",
    "updated_at",
    "workspace_id",
];

async fn create(client: &Client, body: &Value) -> (u16, String) {
    let answer = client.post("/v1/threads", body).await;
    let id = answer.json()["thread_id"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned();
    assert_eq!(answer.json(), json!({ "thread_id": id }));
    (answer.status.as_u16(), id)
}

fn upsert(external_id: &str) -> Value {
    json!({ "last_message_at": "2026-01-02T03:04:05.678Z", "external_id": external_id, "upsert": true })
}

async fn a_new_thread_has_every_field(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("org:7/teamé", "alice").await;
    let body = json!({
        "last_message_at": "2026-03-01T01:30:00.9876543+02:00",
        "title": "Where is my parcel?",
        "metadata": { "tier": "gold", "tags": ["a", 1, null], "nested": { "b": 1.5 } },
        "external_id": "ext/1",
    });
    let (status, id) = create(&client, &body).await;
    assert_eq!(status, 201);
    assert!(id.starts_with("thread_0") && id.len() == "thread_".len() + 24, "{id}");
    assert!(id["thread_".len()..].bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");

    let answer = client.get(&format!("/v1/threads/{id}")).await.expect(200);
    let now = app.now().to_string();
    let expected = json!({
        "id": id,
        "project_id": app.project.to_string(),
        "workspace_id": "org:7/teamé",
        "created_at": now,
        "updated_at": now,
        "title": "Where is my parcel?",
        // Brought to UTC, cut off at the millisecond.
        "last_message_at": "2026-02-28T23:30:00.987Z",
        "is_archived": false,
        "external_id": "ext/1",
        "metadata": { "tier": "gold", "tags": ["a", 1, null], "nested": { "b": 1.5 } },
    });
    assert_eq!(answer["thread"], expected);
    let mut top = answer.clone();
    top.as_object_mut().unwrap().remove("thread");
    assert_eq!(top, expected);
    assert_eq!(threads(&client, "").await, [expected]);
    assert!(now.len() == 24 && now.ends_with('Z') && now.as_bytes()[19] == b'.', "{now}");
}

async fn a_thread_needs_no_more_than_its_time(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (status, id) = create(&client, &json!({ "last_message_at": "2026-01-02T03:04:05Z" })).await;
    assert_eq!(status, 201);
    let thread = thread(&client, &id).await;
    assert_eq!(thread.as_object().unwrap().keys().collect::<Vec<_>>(), KEYS);
    assert_eq!(thread["last_message_at"], "2026-01-02T03:04:05.000Z");
    for absent in ["title", "external_id", "metadata"] {
        assert_eq!(thread[absent], Value::Null, "{absent}");
    }
    for (member, value) in
        [("last_message_at", Value::Null), ("metadata", Value::Null), ("owner", json!("alice"))]
    {
        let mut body = json!({ "last_message_at": "2026-01-02T03:04:05Z" });
        body[member] = value;
        client.post("/v1/threads", &body).await.invalid(&[member]);
    }
    assert_eq!(threads(&client, "").await.len(), 1);
}

async fn external_ids_need_not_be_unique(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let body = json!({ "last_message_at": "2026-01-02T03:04:05Z", "external_id": "e", "upsert": false });
    let (first, second) = (create(&client, &body).await, create(&client, &body).await);
    assert_eq!((first.0, second.0), (201, 201));
    assert_ne!(first.1, second.1);
    assert_eq!(threads(&client, "?external_id=e").await.len(), 2);
}

async fn an_upsert_creates_and_then_finds(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (status, id) = create(&client, &upsert("e")).await;
    assert_eq!(status, 201);
    assert_eq!(create(&client, &upsert("e")).await, (200, id.clone()));
    // External ids compare byte for byte.
    assert_eq!(create(&client, &upsert("E")).await.0, 201);
    assert_eq!(create(&app.browser("w", "bob").await, &upsert("e")).await, (200, id));
}

async fn an_upsert_finds_the_oldest_thread_and_writes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let plain = json!({ "last_message_at": "2026-01-02T03:04:05Z", "external_id": "e", "title": "first" });
    // Of two that are equally old, the one with the lower id.
    let mut oldest = [create(&client, &plain).await.1, create(&client, &plain).await.1];
    oldest.sort_unstable();
    app.advance_secs(60);
    let later = json!({ "last_message_at": "2027-01-02T03:04:05Z", "external_id": "e" });
    create(&client, &later).await;
    // An archived thread counts.
    client.put(&format!("/v1/threads/{}", oldest[0]), &json!({ "is_archived": true })).await.expect(200);
    let before = app.written().await;
    app.advance_secs(60);
    let body = json!({
        "last_message_at": "2030-01-02T03:04:05Z",
        "external_id": "e",
        "upsert": true,
        "title": "other",
        "metadata": { "other": true },
    });
    let other_user = app.backend("w", "bob").await;
    assert_eq!(create(&other_user, &body).await, (200, oldest[0].clone()));
    assert_eq!(app.written().await, before);
}

async fn an_upsert_needs_an_external_id_and_stays_in_its_workspace(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (here, there) = (app.backend("here", "alice").await, app.backend("there", "alice").await);
    let body = json!({ "last_message_at": "2026-01-02T03:04:05Z", "upsert": true });
    here.post("/v1/threads", &body).await.refused(400, "upsert requires external_id");
    let (first, second) = (create(&here, &upsert("e")).await, create(&there, &upsert("e")).await);
    assert_eq!((first.0, second.0), (201, 201));
    assert_ne!(first.1, second.1);
}

async fn concurrent_upserts_make_one_thread(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    // At first in a new workspace, then in one that is there.
    for round in 1..=3 {
        let body = upsert(&format!("e{round}"));
        let answers = join_all((0..20).map(|_| create(&client, &body))).await;
        assert!(answers.iter().all(|(_, id)| *id == answers[0].1), "{answers:?}");
        assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|(status, _)| matches!(status, 200 | 201)), "{answers:?}");
        assert_eq!(threads(&client, "").await.len(), round);
    }
}

async fn concurrent_upserts_of_other_ids_do_not_meet(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let bodies: Vec<_> = (0..20).map(|number| upsert(&format!("e{}", number % 10))).collect();
    let answers = join_all(bodies.iter().map(|body| create(&client, body))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 10, "{answers:?}");
    assert_eq!(threads(&client, "").await.len(), 10);
}

async fn the_workspace_row_comes_with_the_first_thread(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, bob) = (app.backend("w", "alice").await, app.backend("w", "bob").await);
    let rows = async |user: &str| {
        app.count("SELECT count(*) FROM workspaces WHERE id = ?1 AND created_by = ?2", &[&"w", &user]).await
    };
    alice.get("/v1/threads").await.expect(200);
    assert_eq!((rows("alice").await, rows("bob").await), (0, 0));
    create_thread(&alice).await;
    create(&bob, &upsert("e")).await;
    create_thread(&bob).await;
    assert_eq!((rows("alice").await, rows("bob").await), (1, 0));
}

async fn every_field_can_be_changed_alone(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let body = json!({
        "last_message_at": "2026-05-05T05:05:05.555Z",
        "title": "old",
        "metadata": { "a": 1, "b": 2 },
        "external_id": "e",
    });
    let (_, id) = create(&client, &body).await;
    let mut expected = thread(&client, &id).await;
    for (change, member, stored) in [
        (json!({ "title": "new" }), "title", json!("new")),
        // Backwards, and from another offset.
        (
            json!({ "last_message_at": "2025-01-01T00:00:00-01:00" }),
            "last_message_at",
            json!("2025-01-01T01:00:00.000Z"),
        ),
        (json!({ "metadata": { "c": 3 } }), "metadata", json!({ "c": 3 })),
        (json!({ "metadata": null }), "metadata", Value::Null),
        (json!({ "metadata": {} }), "metadata", json!({})),
        (json!({ "is_archived": true }), "is_archived", json!(true)),
        (json!({ "is_archived": false }), "is_archived", json!(false)),
    ] {
        app.advance_secs(10);
        let answer = client.put(&format!("/v1/threads/{id}"), &change).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (200, &b"{}"[..]));
        expected[member] = stored;
        expected["updated_at"] = json!(app.now().to_string());
        assert_eq!(thread(&client, &id).await, expected, "{change}");
    }
    app.advance_secs(10);
    let all = json!({
        "title": "x".repeat(255),
        "last_message_at": "2026-06-06T06:06:06.666Z",
        "metadata": { "z": 0 },
        "is_archived": true,
    });
    client.put(&format!("/v1/threads/{id}"), &all).await.expect(200);
    let changed = thread(&client, &id).await;
    for (member, value) in all.as_object().unwrap() {
        assert_eq!(changed[member], *value);
    }
}

async fn an_empty_change_changes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let before = app.written().await;
    app.advance_secs(60);
    assert_eq!(client.put(&format!("/v1/threads/{id}"), &json!({})).await.expect(200), json!({}));
    assert_eq!(app.written().await, before);
    client.put("/v1/threads/thread_0nowhere", &json!({})).await.refused(404, "Thread not found");
}

async fn a_change_that_is_refused_changes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let before = app.written().await;
    app.advance_secs(60);
    for (member, value) in [
        ("external_id", json!("e")),
        ("upsert", json!(true)),
        ("title", Value::Null),
        ("title", json!("")),
        ("last_message_at", Value::Null),
        ("is_archived", json!("true")),
    ] {
        let mut change = json!({ "title": "new" });
        change[member] = value;
        client.put(&format!("/v1/threads/{id}"), &change).await.invalid(&[member]);
    }
    assert_eq!(app.written().await, before);
}

async fn a_deleted_thread_takes_its_messages_along(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (id, other) = (create_thread(&client).await, create_thread(&client).await);
    let first = append(&client, &id, None, "one").await;
    append(&client, &id, Some(&first), "two").await;
    append(&client, &other, None, "three").await;
    let path = format!("/v1/threads/{id}");
    let answer = client.delete(&path).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, &b"{}"[..]));

    client.delete(&path).await.refused(404, "Thread not found");
    client.get(&path).await.refused(404, "Thread not found");
    client.put(&path, &json!({ "title": "x" })).await.refused(404, "Thread not found");
    post_message(&client, &id, &reply(None, "late")).await.refused(404, "Thread not found");
    assert_eq!(messages(&client, &id, "").await, Vec::<Value>::new());
    assert_eq!(ids(&threads(&client, "").await), [&*other]);
    assert_eq!(app.count("SELECT count(*) FROM messages", &[]).await, 1);
    assert_eq!(messages(&client, &other, "").await.len(), 1);
}

async fn scores_outlive_their_thread(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let message = append(&client, &id, None, "one").await;
    let path = format!("/v1/threads/{id}/messages/{message}/feedback");
    client.post(&path, &json!({ "type": "positive" })).await.expect(200);
    client.delete(&format!("/v1/threads/{id}")).await.expect(200);
    let scores = app.count("SELECT count(*) FROM scores WHERE thread_id = ?1", &[&id.as_str()]).await;
    assert_eq!(scores, 1);
}

async fn another_workspace_sees_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, mallory) = (app.backend("w", "alice").await, app.backend("W", "alice").await);
    let (_, id) = create(&alice, &upsert("e")).await;
    let other = app.create_project().await;
    let before = app.written().await;
    let path = format!("/v1/threads/{id}");
    mallory.get(&path).await.refused(404, "Thread not found");
    mallory.put(&path, &json!({ "title": "mine" })).await.refused(404, "Thread not found");
    mallory.put(&path, &json!({})).await.refused(404, "Thread not found");
    mallory.delete(&path).await.refused(404, "Thread not found");
    assert_eq!(threads(&mallory, "").await, Vec::<Value>::new());
    assert_eq!(threads(&mallory, "?external_id=e").await, Vec::<Value>::new());

    let key = app.create_key(&other, None).await;
    let stranger = app.anyone().bearing(&key).with("aui-workspace-id", "w");
    stranger.get(&path).await.refused(404, "Thread not found");
    stranger.delete(&path).await.refused(404, "Thread not found");
    assert_eq!(threads(&stranger, "").await, Vec::<Value>::new());
    assert_eq!(app.written().await, before);
}

async fn users_of_one_workspace_share_its_threads(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, bob) = (app.backend("w", "alice").await, app.browser("w", "bob").await);
    let id = create_thread(&alice).await;
    let first = append(&alice, &id, None, "from alice").await;
    append(&bob, &id, Some(&first), "from bob").await;
    assert_eq!(thread(&bob, &id).await, thread(&alice, &id).await);
    assert_eq!(messages(&bob, &id, "").await, messages(&alice, &id, "").await);
    bob.put(&format!("/v1/threads/{id}"), &json!({ "title": "ours" })).await.expect(200);
    assert_eq!(thread(&alice, &id).await["title"], "ours");
    bob.delete(&format!("/v1/threads/{id}")).await.expect(200);
    assert_eq!(threads(&alice, "").await, Vec::<Value>::new());
}

async fn answers_are_kept_out_of_caches(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    for (who, path) in [
        (&client, "/v1/threads".to_owned()),
        (&client, "/v1/threads?limit=0".to_owned()),
        (&client, format!("/v1/threads/{id}")),
        (&client, format!("/v1/threads/{id}/messages")),
        (&client, "/v1/threads/thread_0nowhere".to_owned()),
        (&app.anyone(), "/v1/threads".to_owned()),
    ] {
        let answer = who.get(&path).await;
        assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{path}");
    }
}
