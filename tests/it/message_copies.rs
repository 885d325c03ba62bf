//! Messages with an id of the caller's own: sent again, they are the same message.

use engine::Engine;
use futures_util::future::join_all;
use hyper::Method;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::{ids, messages, post_message, reply, row, thread, with};
use crate::support::{Client, TestApp, append, create_thread, user_message};

on_both_engines!(
    the_same_content_again_writes_nothing,
    other_content_replaces_what_was_there,
    the_parent_of_a_repeat_is_not_looked_at,
    a_role_cannot_change_in_a_repeat,
    an_external_id_belongs_to_its_thread,
    concurrent_repeats_are_one_message,
    concurrent_repeats_with_other_content_leave_one_of_them,
    an_external_id_is_free_again_after_a_deletion,
    a_transcript_is_copied_parent_by_parent
);

/// Appends with this external id and this text as content; returns the status and the message's id.
async fn copy(client: &Client, thread: &str, external_id: &str, content: &str) -> (u16, String) {
    let body = format!(
        r#"{{"parent_id":null,"external_id":"{external_id}","format":"aui/v0","content":{content}}}"#
    );
    let path = format!("/v1/threads/{thread}/messages");
    let answer = client.send(Method::POST, &path, body.into()).await;
    let id = answer.json()["message_id"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned();
    assert_eq!(answer.json(), json!({ "message_id": id }));
    (answer.status.as_u16(), id)
}

async fn the_same_content_again_writes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let sent = r#"{"role":"user","a":{"x":[1,2,{"y":null}],"z":"é"},"b":true}"#;
    let (status, message) = copy(&client, &id, "e", sent).await;
    assert_eq!(status, 201);
    let before = app.written().await;
    let bob = app.backend("w", "bob").await;
    for again in
        [sent, r#"{ "b": true, "a": { "z": "\u00e9", "x": [1, 2, { "y": null }] }, "role": "user" }"#]
    {
        app.advance_secs(60);
        assert_eq!(copy(&bob, &id, "e", again).await, (200, message.clone()), "{again}");
        assert_eq!(app.written().await, before, "{again}");
    }
}

async fn other_content_replaces_what_was_there(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let (_, parent) = copy(&client, &id, "parent", r#"{"role":"user","v":1}"#).await;
    let child = append(&client, &id, Some(&parent), "child").await;
    let before = messages(&client, &id, "").await;
    let bob = app.backend("w", "bob").await;
    for other in [r#"{"role":"user","v":[1,2]}"#, r#"{"role":"user","v":[2,1]}"#, r#"{"role":"user"}"#] {
        app.advance_secs(60);
        assert_eq!(copy(&bob, &id, "parent", other).await, (200, parent.clone()));
        let now = json!(app.now().to_string());
        let expected = with(
            row(&before, &parent).clone(),
            &json!({ "content": serde_json::from_str::<Value>(other).unwrap(), "updated_at": now }),
        );
        let after = messages(&client, &id, "").await;
        assert_eq!(*row(&after, &parent), expected);
        assert_eq!(row(&after, &child), row(&before, &child));
        let thread = thread(&client, &id).await;
        assert_eq!((&thread["last_message_at"], &thread["updated_at"]), (&now, &now));
    }
    let by = "SELECT count(*) FROM messages WHERE created_by = 'alice' AND updated_by = 'bob'";
    assert_eq!(app.count(by, &[]).await, 1);
}

async fn the_parent_of_a_repeat_is_not_looked_at(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let root = append(&client, &id, None, "root").await;
    let body = with(reply(Some(&root), "x"), &json!({ "external_id": "e" }));
    let message = post_message(&client, &id, &body).await.expect(201);
    for parent in [
        json!({ "parent_id": null }),
        json!({ "parent_id": "msg_0nowhere" }),
        json!({ "parent_external_id": "nowhere" }),
        json!({ "parent_external_id": "e" }),
    ] {
        for text in ["x", "y"] {
            let body = with(with(reply(None, text), &json!({ "external_id": "e" })), &parent);
            assert_eq!(post_message(&client, &id, &body).await.expect(200), message, "{parent}");
            let listed = messages(&client, &id, "").await;
            let row = row(&listed, message["message_id"].as_str().unwrap());
            assert_eq!((&row["parent_id"], &row["height"]), (&json!(root), &json!(1)), "{parent}");
        }
    }
}

async fn a_role_cannot_change_in_a_repeat(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    // No role, and one that is no string, are the same role; the empty string is another one.
    let contents = [r#"{"v":0}"#, r#"{"role":"user"}"#, r#"{"role":"assistant"}"#, r#"{"role":""}"#];
    for (n, content) in contents.iter().enumerate() {
        copy(&client, &id, &n.to_string(), content).await;
    }
    let before = app.written().await;
    app.advance_secs(60);
    for (n, stored) in contents.iter().enumerate() {
        for other in contents.iter().filter(|other| *other != stored) {
            let other: Value = serde_json::from_str(other).unwrap();
            let body = json!({ "parent_id": null, "external_id": n.to_string(), "format": "aui/v0", "content": other });
            post_message(&client, &id, &body).await.refused(409, "Message role cannot change");
        }
    }
    assert_eq!(app.written().await, before);
    assert_eq!(copy(&client, &id, "0", r#"{"role":null,"v":1}"#).await.0, 200);
    assert_eq!(copy(&client, &id, "0", r#"{"role":["user"],"v":2}"#).await.0, 200);
}

async fn an_external_id_belongs_to_its_thread(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (id, other) = (create_thread(&client).await, create_thread(&client).await);
    let content = r#"{"role":"user"}"#;
    let (first, second) = (copy(&client, &id, "e", content).await, copy(&client, &other, "e", content).await);
    assert_eq!((first.0, second.0), (201, 201));
    assert_ne!(first.1, second.1);
    assert_eq!(copy(&client, &id, "E", content).await.0, 201);
    // Messages without one are never the same.
    append(&client, &id, None, "x").await;
    append(&client, &id, None, "x").await;
    assert_eq!(messages(&client, &id, "").await.len(), 4);
}

async fn concurrent_repeats_are_one_message(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let answers = join_all((0..20).map(|_| copy(&client, &id, "e", r#"{"role":"user","a":1}"#))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, id)| *status <= 201 && *id == answers[0].1), "{answers:?}");
    assert_eq!(ids(&messages(&client, &id, "").await), [&*answers[0].1]);
}

async fn concurrent_repeats_with_other_content_leave_one_of_them(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let contents: Vec<_> = (0..20).map(|n| format!(r#"{{"role":"user","n":{n}}}"#)).collect();
    let answers = join_all(contents.iter().map(|content| copy(&client, &id, "e", content))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:?}");
    let listed = messages(&client, &id, "").await;
    assert_eq!(ids(&listed), [&*answers[0].1]);
    assert!((0..20).contains(&listed[0]["content"]["n"].as_i64().unwrap()));
}

async fn an_external_id_is_free_again_after_a_deletion(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let (_, first) = copy(&client, &id, "e", r#"{"role":"user"}"#).await;
    let body = json!({ "message_ids": [first] });
    client.delete_with(&format!("/v1/threads/{id}/messages"), &body).await.expect(200);
    let (status, second) = copy(&client, &id, "e", r#"{"role":"assistant"}"#).await;
    assert_eq!(status, 201);
    assert_ne!(first, second);
}

async fn a_transcript_is_copied_parent_by_parent(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let line = |n: usize| {
        let text = format!("line {n}");
        let body = if n.is_multiple_of(2) { user_message(None, &text) } else { reply(None, &text) };
        let body = with(body, &json!({ "external_id": format!("line-{n}") }));
        let parent = json!({ "parent_external_id": format!("line-{}", n.saturating_sub(1)) });
        if n == 0 { body } else { with(body, &parent) }
    };
    let mut made = Vec::new();
    for n in 0..6 {
        made.push(post_message(&client, &id, &line(n)).await.expect(201));
    }
    // Broken off and begun anew, it ends up the same.
    let before = messages(&client, &id, "").await;
    for (n, made) in made.iter().enumerate() {
        assert_eq!(post_message(&client, &id, &line(n)).await.expect(200), *made);
    }
    assert_eq!(messages(&client, &id, "").await, before);
    for (depth, row) in before.iter().rev().enumerate() {
        assert_eq!((&row["height"], &row["external_id"]), (&json!(depth), &json!(format!("line-{depth}"))));
        let parent = depth.checked_sub(1).map_or(&Value::Null, |parent| &made[parent]["message_id"]);
        assert_eq!(row["parent_id"], *parent);
    }
}
