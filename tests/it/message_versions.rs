//! One message in two formats: what the AI SDK's runtime writes twice, in an order that is a race.

use engine::Engine;
use futures_util::future::join_all;
use hyper::Method;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::{delete_messages, messages, post_message, thread, with};
use crate::support::{Client, TestApp, create_thread};

on_both_engines!(
    either_order_keeps_both,
    a_race_keeps_both,
    a_list_shows_what_it_is_asked_for,
    a_copy_shows_nothing_new,
    what_is_stored_is_not_written_again,
    what_is_large_and_stored_is_not_written_again,
    an_update_replaces_what_it_looks_like,
    another_own_format_replaces_the_first,
    a_copy_goes_with_its_message,
    a_copy_goes_with_its_user,
);

const AUI: &str = "aui/v0";
const V6: &str = "ai-sdk/v6";

fn content(format: &str, text: &str) -> Value {
    let parts = json!([{ "type": "text", "text": text }]);
    if format == AUI {
        json!({ "role": "assistant", "content": parts, "status": { "type": "complete", "reason": "stop" } })
    } else {
        json!({ "role": "assistant", "parts": parts })
    }
}

fn body(format: &str, text: &str) -> Value {
    json!({ "parent_id": null, "external_id": "e", "format": format, "content": content(format, text) })
}

/// Writes both, in this order; returns the message's id.
async fn write_both(client: &Client, thread: &str, order: [&str; 2]) -> String {
    let made = post_message(client, thread, &body(order[0], "x")).await.expect(201);
    assert_eq!(post_message(client, thread, &body(order[1], "x")).await.expect(200), made);
    made["message_id"].as_str().unwrap().to_owned()
}

async fn only_message(client: &Client, thread: &str, query: &str) -> Value {
    let mut listed = messages(client, thread, query).await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    listed.remove(0)
}

/// The format and content of the one message, asked for in a format.
async fn read_as(client: &Client, thread: &str, format: Option<&str>) -> (Value, Value) {
    let query = format.map_or(String::new(), |format| format!("?format={}", format.replace('/', "%2F")));
    let message = only_message(client, thread, &query).await;
    (message["format"].clone(), message["content"].clone())
}

fn as_read(format: &str, text: &str) -> (Value, Value) {
    (json!(format), content(format, text))
}

async fn either_order_keeps_both(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    for order in [[AUI, V6], [V6, AUI]] {
        let id = create_thread(&client).await;
        write_both(&client, &id, order).await;
        assert_eq!(read_as(&client, &id, Some(V6)).await, as_read(V6, "x"), "{order:?}");
        assert_eq!(read_as(&client, &id, Some(AUI)).await, as_read(AUI, "x"), "{order:?}");
        assert_eq!(read_as(&client, &id, None).await, as_read(AUI, "x"), "{order:?}");
        assert_eq!(read_as(&client, &id, Some("mine")).await, as_read(V6, "x"), "{order:?}");
    }
}

async fn a_race_keeps_both(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let bodies: Vec<_> = (0..20).map(|n| body(if n % 3 == 0 { V6 } else { AUI }, "x")).collect();
    let answers = join_all(bodies.iter().map(|body| post_message(&client, &id, body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.status.is_success()), "{answers:?}");
    assert_eq!(read_as(&client, &id, Some(V6)).await, as_read(V6, "x"));
    assert_eq!(read_as(&client, &id, None).await, as_read(AUI, "x"));
}

async fn a_list_shows_what_it_is_asked_for(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    // Without a copy, the message as it is stored.
    post_message(&client, &id, &body(V6, "x")).await.expect(201);
    assert_eq!(read_as(&client, &id, None).await, as_read(V6, "x"));
    assert_eq!(read_as(&client, &id, Some(AUI)).await, as_read(V6, "x"));
    post_message(&client, &id, &body(AUI, "copy")).await.expect(200);
    assert_eq!(read_as(&client, &id, None).await, as_read(AUI, "copy"));
    assert_eq!(read_as(&client, &id, Some(V6)).await, as_read(V6, "x"));
}

async fn a_copy_shows_nothing_new(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    post_message(&client, &id, &body(V6, "x")).await.expect(201);
    let (before, thread_before) =
        (only_message(&client, &id, "?format=mine").await, thread(&client, &id).await);
    let bob = app.backend("w", "bob").await;
    for text in ["x", "y"] {
        app.advance_secs(60);
        post_message(&bob, &id, &body(AUI, text)).await.expect(200);
        assert_eq!(only_message(&client, &id, "?format=mine").await, before);
        assert_eq!(thread(&client, &id).await, thread_before);
    }
    // The message's own content is news.
    app.advance_secs(60);
    post_message(&client, &id, &body(V6, "z")).await.expect(200);
    let now = json!(app.now().to_string());
    assert_eq!(only_message(&client, &id, "").await["updated_at"], now);
    assert_eq!(thread(&client, &id).await["last_message_at"], now);
}

async fn what_is_stored_is_not_written_again(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    write_both(&client, &id, [AUI, V6]).await;
    let before = app.written().await;
    app.advance_secs(60);
    for format in [AUI, V6, AUI] {
        post_message(&client, &id, &body(format, "x")).await.expect(200);
        assert_eq!(app.written().await, before, "{format}");
    }
}

async fn what_is_large_and_stored_is_not_written_again(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "ann").await;
    let id = create_thread(&client).await;
    let path = format!("/v1/threads/{id}/messages");
    let (text, client) = ("y".repeat(200_000), &client);
    let large = |members: &str| {
        let body = format!(
            r#"{{"parent_id":null,"external_id":"e","format":"{AUI}","content":{{"role":"user",{members},"c":"{text}"}}}}"#
        );
        client.send(Method::POST, &path, body.into())
    };
    large(r#""a":1,"b":2"#).await.expect(201);
    let before = app.written().await;
    app.advance_secs(60);
    // The same, and with its members in another order, by many at once.
    let again = [r#""a":1,"b":2"#, r#""b":2,"a":1"#];
    let answers = join_all((0..6).map(|n| large(again[n % 2]))).await;
    answers.into_iter().for_each(|answer| drop(answer.expect(200)));
    assert_eq!(app.written().await, before);
    large(r#""a":1,"b":3"#).await.expect(200);
    assert_eq!(only_message(client, &id, "").await["content"]["b"], 3);
}

async fn an_update_replaces_what_it_looks_like(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let message = write_both(&client, &id, [V6, AUI]).await;
    let path = format!("/v1/threads/{id}/messages/{message}");
    client.put(&path, &json!({ "content": content(AUI, "copy") })).await.expect(200);
    assert_eq!(read_as(&client, &id, None).await, as_read(AUI, "copy"));
    assert_eq!(read_as(&client, &id, Some(V6)).await, as_read(V6, "x"));
    client.put(&path, &json!({ "content": content(V6, "own") })).await.expect(200);
    assert_eq!(read_as(&client, &id, None).await, as_read(AUI, "copy"));
    assert_eq!(read_as(&client, &id, Some(V6)).await, as_read(V6, "own"));
}

async fn another_own_format_replaces_the_first(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    write_both(&client, &id, ["ai-sdk/v5", AUI]).await;
    post_message(&client, &id, &body(V6, "x")).await.expect(200);
    assert_eq!(read_as(&client, &id, Some("mine")).await, as_read(V6, "x"));
    assert_eq!(read_as(&client, &id, None).await, as_read(AUI, "x"));
}

async fn a_copy_goes_with_its_message(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let message = write_both(&client, &id, [V6, AUI]).await;
    delete_messages(&client, &id, &[&message]).await.expect(200);
    write_both(&client, &id, [V6, AUI]).await;
    client.delete(&format!("/v1/threads/{id}")).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM message_copies", &[]).await, 0);
}

async fn a_copy_goes_with_its_user(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, bob) = (app.backend("w", "alice").await, app.backend("w", "bob").await);
    let (of_alice, of_bob) = (create_thread(&alice).await, create_thread(&bob).await);
    write_both(&bob, &of_alice, [V6, AUI]).await;
    write_both(&alice, &of_bob, [V6, AUI]).await;
    let kept = with(body(V6, "x"), &json!({ "external_id": "kept" }));
    post_message(&bob, &of_bob, &kept).await.expect(201);
    let kept = with(body(AUI, "x"), &json!({ "external_id": "kept" }));
    post_message(&bob, &of_bob, &kept).await.expect(200);
    bob.delete("/v1/projects/users/alice").await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM message_copies", &[]).await, 1);
    let contents: Vec<_> =
        messages(&bob, &of_bob, "").await.into_iter().map(|message| message["content"].clone()).collect();
    assert!(contents.contains(&json!({})) && contents.contains(&content(AUI, "x")), "{contents:?}");
}
