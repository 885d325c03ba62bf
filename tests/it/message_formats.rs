//! Lists in the format that their reader asks for, whatever the one that messages are stored in.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::chat::{ids, messages, post_message};
use crate::support::{Client, TestApp, create_thread};

on_both_engines!(
    what_is_stored_is_converted,
    what_has_no_way_comes_as_it_is,
    a_malformed_message_hides_no_other,
    skipped_messages_never_shorten_a_page,
    a_whole_thread_of_unreadable_messages_is_empty,
    operators_read_transcripts,
    operators_read_what_is_stored,
);

fn stored(format: &str, content: &Value) -> Value {
    json!({ "parent_id": null, "format": format, "content": content })
}

fn aui(text: &str) -> Value {
    json!({ "role": "assistant", "content": [
        { "type": "tool-call", "toolCallId": "c", "toolName": "find", "argsText": "{\"n\":1}", "result": 2 },
        { "type": "text", "text": text },
    ] })
}

fn ai_sdk(text: &str, is_v5: bool) -> Value {
    let mut call = json!({
        "type": "tool-find", "toolCallId": "c", "state": "output-available", "input": { "n": 1 }, "output": 2,
    });
    if is_v5 {
        call["toolName"] = json!("find");
    }
    json!({ "role": "assistant", "parts": [call, { "type": "text", "text": text }] })
}

async fn store(client: &Client, thread: &str, format: &str, content: &Value) -> String {
    let made = post_message(client, thread, &stored(format, content)).await.expect(201);
    made["message_id"].as_str().unwrap().to_owned()
}

/// Formats and contents of a list, the latest first.
async fn listed(client: &Client, thread: &str, format: &str) -> Vec<(String, Value)> {
    let rows = messages(client, thread, &format!("?format={}", format.replace('/', "%2F"))).await;
    rows.iter().map(|row| (row["format"].as_str().unwrap().to_owned(), row["content"].clone())).collect()
}

async fn what_is_stored_is_converted(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    for (format, content) in
        [("aui/v0", aui("a")), ("ai-sdk/v5", ai_sdk("b", true)), ("ai-sdk/v6", ai_sdk("c", false))]
    {
        store(&client, &id, format, &content).await;
        app.advance_secs(1);
    }
    let before = messages(&client, &id, "").await;
    let row = |format: &str, content| (format.to_owned(), content);
    assert_eq!(
        listed(&client, &id, "ai-sdk/v6").await,
        [
            row("ai-sdk/v6", ai_sdk("c", false)),
            row("ai-sdk/v6", ai_sdk("b", false)),
            row("ai-sdk/v6", ai_sdk("a", false))
        ]
    );
    assert_eq!(
        listed(&client, &id, "ai-sdk/v5").await,
        [
            row("ai-sdk/v6", ai_sdk("c", false)),
            row("ai-sdk/v5", ai_sdk("b", true)),
            row("ai-sdk/v5", ai_sdk("a", true))
        ]
    );
    let as_stored =
        [row("ai-sdk/v6", ai_sdk("c", false)), row("ai-sdk/v5", ai_sdk("b", true)), row("aui/v0", aui("a"))];
    assert_eq!(listed(&client, &id, "aui/v0").await, as_stored);
    assert_eq!(listed(&client, &id, "mine/v1").await, as_stored);
    // Only format and content are others.
    let converted = messages(&client, &id, "?format=ai-sdk%2Fv6").await;
    for (converted, stored) in converted.iter().zip(&before) {
        for member in ["id", "parent_id", "external_id", "height", "created_at", "updated_at"] {
            assert_eq!(converted[member], stored[member], "{member}");
        }
    }
    assert_eq!(messages(&client, &id, "").await, before);
}

async fn what_has_no_way_comes_as_it_is(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let content = json!({ "role": "user", "anything": [1] });
    store(&client, &id, "langchain/v1", &content).await;
    for format in ["aui/v0", "ai-sdk/v5", "ai-sdk/v6"] {
        assert_eq!(listed(&client, &id, format).await, [("langchain/v1".to_owned(), content.clone())]);
    }
}

async fn a_malformed_message_hides_no_other(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let first = store(&client, &id, "aui/v0", &aui("a")).await;
    for unreadable in [
        json!({}),
        json!({ "role": "robot", "content": [] }),
        json!({ "role": "user", "content": "text" }),
        json!({ "role": "user", "content": [1] }),
        json!({ "role": "user", "content": [{ "type": "text" }] }),
    ] {
        app.advance_secs(1);
        store(&client, &id, "aui/v0", &unreadable).await;
    }
    app.advance_secs(1);
    let last = store(&client, &id, "aui/v0", &aui("b")).await;
    assert_eq!(ids(&messages(&client, &id, "?format=ai-sdk%2Fv6").await), [&*last, &first]);
    assert_eq!(messages(&client, &id, "").await.len(), 7, "they are stored all the same");
}

async fn skipped_messages_never_shorten_a_page(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let mut readable = Vec::new();
    for n in 0..12 {
        app.advance_secs(1);
        if n % 3 == 0 {
            readable.push(store(&client, &id, "aui/v0", &aui("a")).await);
        } else {
            store(&client, &id, "aui/v0", &json!({})).await;
        }
    }
    readable.reverse();
    let first = messages(&client, &id, "?format=ai-sdk%2Fv6&limit=3").await;
    assert_eq!(ids(&first), readable[..3]);
    let query = format!("?format=ai-sdk%2Fv6&limit=3&after={}", readable[2]);
    assert_eq!(ids(&messages(&client, &id, &query).await), readable[3..]);
}

async fn a_whole_thread_of_unreadable_messages_is_empty(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    for _ in 0..3 {
        store(&client, &id, "aui/v0", &json!({})).await;
    }
    for query in ["?format=ai-sdk%2Fv6", "?format=ai-sdk%2Fv6&limit=2"] {
        assert!(messages(&client, &id, query).await.is_empty());
    }
}

/// A page of what operators read.
async fn operators_page(app: &TestApp, thread: &str, query: &str) -> Vec<Value> {
    let operator = app.operator(Role::Member).await;
    let path = format!("/api/projects/{}/threads/{thread}/messages{query}", app.project);
    operator.get(&path).await.expect(200)["messages"].as_array().unwrap().clone()
}

async fn operators_read_transcripts(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let twice = |format: &str, content: Value| json!({ "parent_id": null, "external_id": "e", "format": format, "content": content, "open_run": true });
    post_message(&client, &id, &twice("ai-sdk/v6", ai_sdk("a", false))).await.expect(201);
    post_message(&client, &id, &twice("aui/v0", aui("a"))).await.expect(200);
    let page = operators_page(&app, &id, "").await;
    assert_eq!(
        (page.len(), &page[0]["has_copy"], &page[0]["format"]),
        (1, &json!(true), &json!("ai-sdk/v6"))
    );
    assert_eq!(page[0]["run"]["status"], "running");
    assert!(page[0].get("content").is_none());
    let parts = &page[0]["transcript"]["parts"];
    assert_eq!((&parts[0]["kind"], &parts[0]["name"]), (&json!("tool"), &json!("find")));
    assert_eq!(parts[1], json!({ "kind": "text", "text": "a" }));
}

async fn operators_read_what_is_stored(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let twice = |format: &str, content: Value| json!({ "parent_id": null, "external_id": "e", "format": format, "content": content });
    post_message(&client, &id, &twice("aui/v0", aui("a"))).await.expect(201);
    assert_eq!(operators_page(&app, &id, "?form=stored").await[0]["copy"], Value::Null);
    post_message(&client, &id, &twice("ai-sdk/v6", ai_sdk("a", false))).await.expect(200);
    let page = operators_page(&app, &id, "?form=stored").await;
    let message = (&page[0]["format"], &page[0]["content"], &page[0]["copy"]);
    assert_eq!(message, (&json!("ai-sdk/v6"), &ai_sdk("a", false), &aui("a")));
    let operator = app.operator(Role::Member).await;
    let path = format!("/api/projects/{}/threads/{id}/messages?form=raw", app.project);
    operator.get(&path).await.invalid(&["form"]);
}
