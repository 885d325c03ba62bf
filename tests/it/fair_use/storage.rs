//! How many bytes a workspace may hold.

use engine::Engine;
use serde_json::json;
use threadkeep::fair_use::model::{Limit, Party};

use super::{is_limited, new_thread, set, visitor};
use crate::on_both_engines;
use crate::support::chat::{delete_messages, post_message, with};
use crate::support::{Client, TestApp, append, create_thread, user_message};

on_both_engines!(
    a_full_workspace_takes_no_more,
    threads_take_room_too,
    a_message_that_grows_takes_room,
    what_is_deleted_makes_room,
    what_is_erased_makes_room,
    what_is_claimed_moves,
    what_a_workspace_holds_outlives_the_server,
    only_those_with_a_limit_are_measured,
);

const KIB: usize = 1024;

/// Room for a thread and two messages of 10 KiB, but not for three.
const ROOM: u64 = 30 * 1024;

fn of_kib(kib: usize) -> serde_json::Value {
    user_message(None, &"x".repeat(kib * KIB))
}

/// A visitor with a thread in a workspace of [`ROOM`] bytes.
async fn in_little_room(app: &TestApp) -> (Client, String) {
    set(app, Party::Visitors, Limit::WorkspaceBytes, Some(ROOM)).await;
    let client = visitor(app).await;
    let thread = create_thread(&client).await;
    (client, thread)
}

async fn a_full_workspace_takes_no_more(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (client, thread) = in_little_room(&app).await;
    post_message(&client, &thread, &of_kib(10)).await.expect(201);
    post_message(&client, &thread, &of_kib(10)).await.expect(201);
    let answer = post_message(&client, &thread, &of_kib(10)).await;
    assert_eq!(is_limited(&answer), 60);
    assert!(answer.json()["message"].as_str().unwrap().contains("full"), "{}", answer.json());
    assert_eq!(app.count("SELECT COUNT(*) FROM messages", &[]).await, 2);
    // What is small still fits, and other workspaces have room of their own.
    append(&client, &thread, None, "small").await;
    let other = visitor(&app).await;
    let elsewhere = create_thread(&other).await;
    post_message(&other, &elsewhere, &of_kib(10)).await.expect(201);
    // A minute later it is as full as before.
    app.advance_secs(60);
    assert_eq!(is_limited(&post_message(&client, &thread, &of_kib(10)).await), 60);
}

async fn threads_take_room_too(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (client, _) = in_little_room(&app).await;
    let values = (0..16).map(|n| (format!("k{n}"), json!("v".repeat(500)))).collect();
    let metadata = serde_json::Value::Object(values);
    let body = json!({ "last_message_at": "2026-09-01T00:00:00Z", "metadata": metadata });
    for _ in 0..3 {
        client.post("/v1/threads", &body).await.expect(201);
    }
    is_limited(&client.post("/v1/threads", &body).await);
    new_thread(&client).await.expect(201);
}

async fn a_message_that_grows_takes_room(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (client, thread) = in_little_room(&app).await;
    let message = append(&client, &thread, None, "small").await;
    let path = format!("/v1/threads/{thread}/messages/{message}");
    let update = async |kib: usize| client.put(&path, &json!({ "content": of_kib(kib)["content"] })).await;
    update(20).await.expect(200);
    // It is not counted again with each write.
    for _ in 0..10 {
        update(20).await.expect(200);
    }
    is_limited(&update(40).await);
    is_limited(&post_message(&client, &thread, &of_kib(10)).await);
    update(10).await.expect(200);
    post_message(&client, &thread, &of_kib(10)).await.expect(201);
    // Nor is a repeat of an append.
    let copied = with(of_kib(5), &json!({ "external_id": "e" }));
    post_message(&client, &thread, &copied).await.expect(201);
    app.advance_secs(60);
    is_limited(&post_message(&client, &thread, &of_kib(5)).await);
}

async fn what_is_deleted_makes_room(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (client, thread) = in_little_room(&app).await;
    let first = post_message(&client, &thread, &of_kib(10)).await.expect(201);
    post_message(&client, &thread, &of_kib(10)).await.expect(201);
    let wait = is_limited(&post_message(&client, &thread, &of_kib(10)).await);
    delete_messages(&client, &thread, &[first["message_id"].as_str().unwrap()]).await.expect(200);
    app.advance_secs(i64::from(wait));
    post_message(&client, &thread, &of_kib(10)).await.expect(201);
    let wait = is_limited(&post_message(&client, &thread, &of_kib(10)).await);
    client.delete(&format!("/v1/threads/{thread}")).await.expect(200);
    app.advance_secs(i64::from(wait));
    let thread = create_thread(&client).await;
    post_message(&client, &thread, &of_kib(25)).await.expect(201);
}

async fn what_is_erased_makes_room(engine: Engine) {
    let app = TestApp::start(engine).await;
    set(&app, Party::Users, Limit::WorkspaceBytes, Some(ROOM)).await;
    let (ann, bob) = (app.browser("w", "ann").await, app.browser("w", "bob").await);
    let (thread, other) = (create_thread(&ann).await, create_thread(&bob).await);
    post_message(&ann, &thread, &of_kib(12)).await.expect(201);
    // In the thread of another user an erased message leaves its row alone.
    post_message(&ann, &other, &of_kib(12)).await.expect(201);
    let wait = is_limited(&post_message(&bob, &other, &of_kib(20)).await);
    app.backend("w", "ann").await.delete("/v1/projects/users/ann").await.expect(200);
    app.advance_secs(i64::from(wait));
    post_message(&bob, &other, &of_kib(20)).await.expect(201);
}

async fn what_is_claimed_moves(engine: Engine) {
    let app = TestApp::start(engine).await;
    set(&app, Party::Users, Limit::WorkspaceBytes, Some(ROOM)).await;
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let visitor = app.anyone().bearing(session["access_token"].as_str().unwrap());
    let thread = create_thread(&visitor).await;
    post_message(&visitor, &thread, &of_kib(20)).await.expect(201);
    let ann = app.browser("w", "ann").await;
    let own = create_thread(&ann).await;
    post_message(&ann, &own, &of_kib(5)).await.expect(201);
    let grant = json!({ "refresh_token": session["refresh_token"]["token"] });
    assert_eq!(ann.post("/v1/threads/claim", &grant).await.expect(200), json!({ "moved": 1 }));
    is_limited(&post_message(&ann, &own, &of_kib(5)).await);
    set(&app, Party::Visitors, Limit::WorkspaceBytes, Some(ROOM)).await;
    // The visitor's is taken for full until it is looked at again.
    app.advance_secs(60);
    let thread = create_thread(&visitor).await;
    post_message(&visitor, &thread, &of_kib(20)).await.expect(201);
}

async fn what_a_workspace_holds_outlives_the_server(engine: Engine) {
    let app = TestApp::start(engine).await;
    // Written while there is no limit is as if another node, or this one before a restart, had written it.
    set(&app, Party::Visitors, Limit::WorkspaceBytes, None).await;
    let client = visitor(&app).await;
    let thread = create_thread(&client).await;
    post_message(&client, &thread, &of_kib(29)).await.expect(201);
    set(&app, Party::Visitors, Limit::WorkspaceBytes, Some(ROOM)).await;
    is_limited(&post_message(&client, &thread, &user_message(None, "x")).await);
}

async fn only_those_with_a_limit_are_measured(engine: Engine) {
    let app = TestApp::start(engine).await;
    set(&app, Party::Visitors, Limit::WorkspaceBytes, Some(ROOM)).await;
    for client in [app.browser("w", "ann").await, app.backend("w", "ann").await] {
        let thread = create_thread(&client).await;
        post_message(&client, &thread, &of_kib(50)).await.expect(201);
    }
}
