//! Messages: appended, listed, replaced, and who sees them. The tree they form is in `messages_tree`.

use engine::Engine;
use hyper::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::{ids, messages, post_message, reply, row, thread, with};
use crate::support::{Client, TestApp, append, create_thread, user_message};

on_both_engines!(
    a_message_comes_back_as_it_was_sent,
    content_comes_back_byte_for_byte_without_white_space,
    nothing_but_content_of_the_right_form_is_taken,
    content_may_have_as_many_characters_as_the_operator_allows,
    an_append_moves_the_last_message_up_but_never_back,
    an_update_replaces_the_content_alone,
    an_update_of_a_parent_leaves_its_children,
    an_update_of_what_is_not_there_is_refused,
    every_route_refuses_a_thread_that_is_not_there,
    another_workspace_neither_reads_nor_writes,
    a_refusal_reaches_a_caller_who_is_still_sending
);

async fn a_message_comes_back_as_it_was_sent(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let thread = create_thread(&client).await;
    let content = json!({ "role": "assistant", "parts": [{ "type": "text", "text": "hé 🎉" }] });
    let body =
        json!({ "parent_id": null, "external_id": "e/1", "format": "ai-sdk/v6 or so", "content": content });
    let answer = post_message(&client, &thread, &body).await;
    let id = answer.expect(201)["message_id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json(), json!({ "message_id": id }));
    assert!(id.starts_with("msg_0") && id.len() == "msg_".len() + 24, "{id}");
    let expected = json!({
        "id": id,
        "external_id": "e/1",
        "parent_id": null,
        "created_at": app.now().to_string(),
        "updated_at": app.now().to_string(),
        "format": "ai-sdk/v6 or so",
        "content": content,
        "height": 0,
    });
    // Whatever format is asked for.
    for query in ["", "?format=other"] {
        assert_eq!(messages(&client, &thread, query).await, std::slice::from_ref(&expected), "{query}");
    }
    client.get(&format!("/v1/threads/{thread}/messages?format=")).await.invalid(&["format"]);
}

#[derive(Deserialize)]
struct Listed {
    messages: [Row; 1],
}

#[derive(Deserialize)]
struct Row {
    content: Box<RawValue>,
}

/// Appends content as this text; returns the text that comes back.
async fn round_trip(client: &Client, content: &str) -> String {
    let thread = create_thread(client).await;
    let path = format!("/v1/threads/{thread}/messages");
    let body = format!(r#"{{ "parent_id": null, "format": "f", "content": {content} }}"#);
    client.send(Method::POST, &path, body.into()).await.expect(201);
    let listed = client.get(&path).await;
    assert_eq!(listed.status, 200);
    let Listed { messages: [Row { content }] } = serde_json::from_slice(&listed.body).unwrap();
    content.get().to_owned()
}

async fn content_comes_back_byte_for_byte_without_white_space(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    for (sent, stored) in [
        ("{}", "{}"),
        ("{ \"a\" :\t[ 1 ,\r\n 2 ] }", r#"{"a":[1,2]}"#),
        (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":1,"b":2,"a":3}"#),
        (r#"{"z":1,"a":2}"#, r#"{"z":1,"a":2}"#),
        (r#"{"n":[1.0,1e0,-0,0.1e+5,123456789012345678901234567890,1E-400]}"#, ""),
        (r#"{"s":" two  blanks\tand\n\u0041\/\"é\u00e9 "}"#, ""),
        (r#"{"half":"\ud83d","other":"\udc00\ud800","whole":"\ud83d\ude00"}"#, ""),
        (r#"{"zero":"a\u0000b","\u0000":1,"\ud83d":2}"#, ""),
        (r#"{"role":{"not":"a string"},"deep":[[[[[[[[{}]]]]]]]]}"#, ""),
        (r#"{"quoted":"{\"a\": [1, 2]} // no: comment"}"#, ""),
    ] {
        let expected = if stored.is_empty() { sent } else { stored };
        assert_eq!(round_trip(&client, sent).await, expected);
    }
}

async fn nothing_but_content_of_the_right_form_is_taken(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let before = app.written().await;
    app.advance_secs(60);
    for (member, value) in [
        ("content", Value::Null),
        ("content", json!([])),
        ("content", json!("text")),
        ("format", Value::Null),
        ("format", json!("")),
        ("format", json!("x".repeat(256))),
        ("external_id", Value::Null),
        ("external_id", json!("")),
        ("parent_external_id", Value::Null),
        ("parent_id", json!(1)),
        ("height", json!(0)),
    ] {
        let body = with(user_message(None, "x"), &json!({ member: value }));
        post_message(&client, &id, &body).await.invalid(&[member]);
    }
    for member in ["parent_id", "format", "content"] {
        let mut body = user_message(None, "x");
        body.as_object_mut().unwrap().remove(member);
        post_message(&client, &id, &body).await.invalid(&[member]);
    }
    assert_eq!(app.written().await, before);
}

async fn content_may_have_as_many_characters_as_the_operator_allows(engine: Engine) {
    const MAX: usize = 1_000_000;
    let app = TestApp::start_with(engine, &[("max_content", "1000000")]).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let path = format!("/v1/threads/{id}/messages");
    // A character outside of the first plane counts twice; what is escaped without need counts once.
    let frame = r#"{"t":""}"#.len();
    let text = |units: usize| "🎉".repeat(10) + r"\u0061" + &"é".repeat(units - 21 - frame);
    let body = |units: usize| {
        let content = format!(r#"{{ "t": "{}" }}"#, text(units));
        format!(r#"{{"parent_id":null,"format":"f","content":{content}}}"#)
    };
    client.send(Method::POST, &path, body(MAX + 1).into()).await.invalid(&["content"]);
    let made = client.send(Method::POST, &path, body(MAX).into()).await.expect(201);
    let listed = messages(&client, &id, "").await;
    let stored = listed[0]["content"]["t"].as_str().unwrap();
    assert_eq!(stored.encode_utf16().count() + frame, MAX);
    let update = |units: usize| format!(r#"{{"content":{{"t":"{}"}}}}"#, text(units));
    let path = format!("{path}/{}", made["message_id"].as_str().unwrap());
    client.send(Method::PUT, &path, update(MAX + 1).into()).await.invalid(&["content"]);
    client.send(Method::PUT, &path, update(MAX).into()).await.expect(200);
}

async fn an_append_moves_the_last_message_up_but_never_back(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let stands_at = async || thread(&client, &id).await["last_message_at"].as_str().unwrap().to_owned();
    append(&client, &id, None, "one").await;
    assert_eq!(stands_at().await, app.now().to_string());
    app.advance_secs(5);
    post_message(&client, &id, &reply(None, "two")).await.expect(201);
    let row = thread(&client, &id).await;
    assert_eq!(row["last_message_at"], app.now().to_string());
    assert_eq!(row["updated_at"], app.now().to_string());

    let ahead = "2100-01-01T00:00:00.000Z";
    client.put(&format!("/v1/threads/{id}"), &json!({ "last_message_at": ahead })).await.expect(200);
    app.advance_secs(5);
    append(&client, &id, None, "three").await;
    assert_eq!(stands_at().await, ahead);
    // Reading writes nothing.
    let before = app.written().await;
    app.advance_secs(5);
    messages(&client, &id, "").await;
    assert_eq!(app.written().await, before);
}

async fn an_update_replaces_the_content_alone(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let body = with(user_message(None, "old"), &json!({ "external_id": "e" }));
    let made = post_message(&client, &id, &body).await.expect(201);
    let mut expected = messages(&client, &id, "").await;
    let thread_before = thread(&client, &id).await;
    app.advance_secs(60);
    // The role may change here.
    let content = json!({ "role": "assistant", "content": [] });
    let path = format!("/v1/threads/{id}/messages/{}", made["message_id"].as_str().unwrap());
    let answer = app.backend("w", "bob").await.put(&path, &json!({ "content": content })).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, &b"{}"[..]));
    expected[0]["content"] = content;
    expected[0]["updated_at"] = json!(app.now().to_string());
    assert_eq!(messages(&client, &id, "").await, expected);
    let last_message_at = &thread(&client, &id).await["last_message_at"];
    assert_eq!(*last_message_at, thread_before["last_message_at"]);
    let written = "SELECT count(*) FROM messages WHERE created_by = 'alice' AND updated_by = 'bob' AND external_id = 'e'";
    assert_eq!(app.count(written, &[]).await, 1);

    for (member, value) in [("content", json!("x")), ("format", json!("f")), ("parent_id", Value::Null)] {
        let body = with(json!({ "content": {} }), &json!({ member: value }));
        client.put(&path, &body).await.invalid(&[member]);
    }
    client.put(&path, &json!({})).await.invalid(&["content"]);
    assert_eq!(messages(&client, &id, "").await, expected);
}

async fn an_update_of_a_parent_leaves_its_children(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let parent = append(&client, &id, None, "parent").await;
    let child = append(&client, &id, Some(&parent), "child").await;
    let before = messages(&client, &id, "").await;
    app.advance_secs(60);
    let path = format!("/v1/threads/{id}/messages/{parent}");
    client.put(&path, &json!({ "content": { "new": true } })).await.expect(200);
    let after = messages(&client, &id, "").await;
    assert_eq!(ids(&after), [&*child, &*parent]);
    assert_eq!(row(&after, &child), row(&before, &child));
    assert_eq!(row(&after, &parent)["height"], 0);
    assert_eq!(row(&after, &parent)["content"], json!({ "new": true }));
}

async fn an_update_of_what_is_not_there_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (id, other) = (create_thread(&client).await, create_thread(&client).await);
    let message = append(&client, &id, None, "x").await;
    let before = app.written().await;
    for (thread, message) in [(&*id, "msg_0nowhere"), (&*other, &*message), ("thread_0nowhere", &*message)] {
        let path = format!("/v1/threads/{thread}/messages/{message}");
        client.put(&path, &json!({ "content": {} })).await.refused(404, "Message not found");
    }
    assert_eq!(app.written().await, before);
}

async fn every_route_refuses_a_thread_that_is_not_there(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let nowhere = "thread_0nowhere";
    assert_eq!(messages(&client, nowhere, "").await, Vec::<Value>::new());
    assert_eq!(messages(&client, nowhere, "?limit=1&after=msg_0nowhere").await, Vec::<Value>::new());
    post_message(&client, nowhere, &user_message(None, "x")).await.refused(404, "Thread not found");
    // The thread is looked for before its parent or its external id.
    let body = with(user_message(Some("msg_0nowhere"), "x"), &json!({ "external_id": "e" }));
    post_message(&client, nowhere, &body).await.refused(404, "Thread not found");
    let body = json!({ "message_ids": ["msg_0nowhere"] });
    client
        .delete_with(&format!("/v1/threads/{nowhere}/messages"), &body)
        .await
        .refused(404, "Messages not found");
}

async fn another_workspace_neither_reads_nor_writes(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, mallory) = (app.backend("w", "alice").await, app.browser("v", "alice").await);
    let id = create_thread(&alice).await;
    let message = append(&alice, &id, None, "secret").await;
    let theirs = create_thread(&mallory).await;
    let before = app.written().await;
    app.advance_secs(60);
    let path = format!("/v1/threads/{id}/messages");
    for query in ["", "?limit=1", &format!("?after={message}")] {
        assert_eq!(messages(&mallory, &id, query).await, Vec::<Value>::new(), "{query}");
    }
    post_message(&mallory, &id, &user_message(None, "x")).await.refused(404, "Thread not found");
    let update = json!({ "content": {} });
    mallory.put(&format!("{path}/{message}"), &update).await.refused(404, "Message not found");
    let delete = json!({ "message_ids": [message] });
    mallory.delete_with(&path, &delete).await.refused(404, "Messages not found");
    let feedback = json!({ "type": "positive" });
    mallory.post(&format!("{path}/{message}/feedback"), &feedback).await.refused(404, "Thread not found");
    // A message of theirs cannot hang below one of ours.
    let body = user_message(Some(&message), "x");
    post_message(&mallory, &theirs, &body).await.refused(400, "Parent message not found in thread");
    assert_eq!(app.written().await, before);
}

/// A server that answers and hangs up while the body is still on its way breaks the connection under
/// the caller, who then learns nothing: an expired token looks like a network failure.
async fn a_refusal_reaches_a_caller_who_is_still_sending(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.anyone().bearing("a.b.c");
    let body = user_message(None, &"x".repeat(200_000)).to_string();
    let calls = (0..16).map(async |_| {
        for _ in 0..10 {
            let answer =
                client.send(Method::POST, "/v1/threads/thread_0/messages", body.clone().into()).await;
            assert_eq!(answer.status, 403);
        }
    });
    futures_util::future::join_all(calls).await;
}
