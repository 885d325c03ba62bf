//! What threads are called that nobody has named, and the route that clients ask it from.

use engine::Engine;
use futures_util::future::join_all;
use hyper::Method;
use serde_json::{Value, json};
use threadkeep::http::extract::MAX_BODY;

use crate::on_both_engines;
use crate::support::chat::{post_message, reply, thread, with};
use crate::support::{Answer, Client, TestApp, append, create_thread, eventually};

on_both_engines!(
    a_thread_is_called_by_its_first_question,
    the_title_of_a_thread_that_has_one_is_told_and_stays,
    a_blank_title_counts_as_none,
    nothing_said_gives_an_empty_title_and_writes_nothing,
    stored_messages_are_asked_when_the_sent_ones_say_nothing,
    a_file_names_a_silent_thread,
    old_clients_send_the_newest_message_first,
    odd_characters_are_left_out,
    a_title_does_not_move_the_thread_in_its_list,
    the_mark_of_a_local_title_goes_with_a_title_of_another_kind,
    titles_asked_for_at_once_are_one,
    a_persons_title_is_never_replaced,
    a_local_title_can_be_found,
    every_member_keeps_its_rule,
    problems_are_told_as_the_validator_tells_them,
    the_accept_header_is_exact,
    refusals_come_in_their_order,
    an_unknown_thread_and_one_of_another_workspace_are_not_found,
    clients_before_0_2_3_name_the_thread_of_a_run_otherwise,
    a_body_of_the_largest_size_is_read,
    a_local_title_goes_with_the_user_whose_words_it_has,
);

const PATH: &str = "/v1/runs/stream";

fn says(role: &str, text: &str) -> Value {
    json!({ "role": role, "content": [{ "type": "text", "text": text }] })
}

fn asks(thread: &str, messages: &Value) -> Value {
    json!({ "thread_id": thread, "assistant_id": "system/thread_title", "messages": messages })
}

async fn ask(client: &Client, thread: &str, messages: &Value) -> Answer {
    client.with("accept", "text/plain").post(PATH, &asks(thread, messages)).await
}

/// The title that an answer streams.
#[track_caller]
fn told(answer: &Answer) -> &str {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    std::str::from_utf8(&answer.body).unwrap()
}

async fn stored(client: &Client, id: &str) -> Value {
    thread(client, id).await["title"].clone()
}

async fn is_local(app: &TestApp, id: &str) -> bool {
    let sql = "SELECT COUNT(*) FROM threads WHERE id = ?1 AND title_is_local";
    app.count(sql, &[&id]).await == 1
}

async fn a_thread_is_called_by_its_first_question(engine: Engine) {
    let app = TestApp::start(engine).await;
    for client in [app.backend("w", "u").await, app.browser("w", "u").await] {
        let id = create_thread(&client).await;
        let messages = json!([says("user", "Hi, where is my parcel?"), says("assistant", "On its way")]);
        assert_eq!(told(&ask(&client, &id, &messages).await), "Where is my parcel?");
        assert_eq!(stored(&client, &id).await, "Where is my parcel?");
        assert!(is_local(&app, &id).await);
        // Repeated, it is the same.
        let other = json!([says("user", "Something else")]);
        assert_eq!(told(&ask(&client, &id, &other).await), "Where is my parcel?");
    }
}

async fn the_title_of_a_thread_that_has_one_is_told_and_stays(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    client.put(&format!("/v1/threads/{id}"), &json!({ "title": "  Mine – très “à moi” " })).await.expect(200);
    let before = app.written().await;
    let answer = ask(&client, &id, &json!([says("user", "Where is my parcel?")])).await;
    assert_eq!(told(&answer), "  Mine – très “à moi” ");
    assert_eq!(app.written().await, before);
    assert!(!is_local(&app, &id).await);
}

async fn a_blank_title_counts_as_none(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    for blank in [" ", "\t\n", "\u{a0}\u{3000}"] {
        let body = json!({ "last_message_at": "2026-01-02T03:04:05.678Z", "title": blank });
        let created = client.post("/v1/threads", &body).await.expect(201);
        let id = created["thread_id"].as_str().unwrap();
        let answer = ask(&client, id, &json!([says("user", "where is my parcel")])).await;
        assert_eq!(told(&answer), "Where is my parcel");
        assert_eq!(stored(&client, id).await, "Where is my parcel");
    }
}

async fn nothing_said_gives_an_empty_title_and_writes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    let before = app.written().await;
    for messages in [
        json!([]),
        json!([says("user", " \n ")]),
        json!([says("user", "???")]),
        json!([says("assistant", "How can I help?")]),
        json!([{ "role": "user", "content": [{ "type": "image", "image": "data:image/png;base64,AAAA" }] }]),
    ] {
        let answer = ask(&client, &id, &messages).await;
        assert_eq!(told(&answer), "", "{messages}");
    }
    assert_eq!(stored(&client, &id).await, Value::Null);
    assert_eq!(app.written().await, before);
}

async fn stored_messages_are_asked_when_the_sent_ones_say_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    let welcome = post_message(&client, &id, &reply(None, "Welcome")).await.expect(201);
    app.advance_secs(1);
    let first = append(&client, &id, welcome["message_id"].as_str(), "the first question").await;
    app.advance_secs(1);
    append(&client, &id, Some(&first), "a later question").await;
    append(&client, &id, welcome["message_id"].as_str(), "a sibling of the first").await;
    set_title(&app, &id, None).await;
    let silent = json!([says("assistant", "Welcome")]);
    assert_eq!(told(&ask(&client, &id, &silent).await), "The first question");

    let other = app.backend("other", "u").await;
    let theirs = create_thread(&other).await;
    assert_eq!(told(&ask(&other, &theirs, &json!([])).await), "");
}

/// Puts a title where an older server, or none, has left the thread.
async fn set_title(app: &TestApp, id: &str, title: Option<&'static str>) {
    let id = id.to_owned();
    let sql = "UPDATE threads SET title = ?2, title_is_local = FALSE WHERE id = ?1";
    let write = async move |conn: &mut engine::Conn<'_>| conn.execute(sql, &[&id, &title]).await;
    app.store.write(write).await.unwrap();
}

async fn a_file_names_a_silent_thread(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    let picture = json!({
        "role": "user",
        "content": [],
        "attachments": [{ "id": "a", "type": "image", "name": "holiday plan.jpeg", "content": [{ "type": "image" }] }],
    });
    assert_eq!(told(&ask(&client, &id, &json!([picture])).await), "Holiday plan");

    // Of a stored one too; and what somebody has said is better than the name that was sent.
    let id = create_thread(&client).await;
    append(&client, &id, None, "what is in the picture?").await;
    set_title(&app, &id, None).await;
    assert_eq!(told(&ask(&client, &id, &json!([picture])).await), "What is in the picture?");
    let id = create_thread(&client).await;
    let content = with(picture.clone(), &json!({ "metadata": {} }));
    let body = json!({ "parent_id": null, "format": "aui/v0", "content": content });
    post_message(&client, &id, &body).await.expect(201);
    set_title(&app, &id, None).await;
    assert_eq!(told(&ask(&client, &id, &json!([])).await), "Holiday plan");
}

async fn old_clients_send_the_newest_message_first(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    let messages = json!([
        says("assistant", "two"),
        says("user", "the second question"),
        says("assistant", "one"),
        says("user", "the first question"),
    ]);
    assert_eq!(told(&ask(&client, &id, &messages).await), "The first question");
}

async fn odd_characters_are_left_out(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await.with("accept", "text/plain");
    for text in
        [r"plan a trip \ud83d", r"plan a\u0000 trip", r"plan \u202ea trip\u200b", r"plan a trip\u2028to Rome"]
    {
        let id = create_thread(&client).await;
        let body = format!(
            r#"{{"thread_id":"{id}","assistant_id":"system/thread_title",
                "messages":[{{"role":"user","content":[{{"type":"text","text":"{text}"}}],"n\ud800":1}}]}}"#
        );
        let answer = client.send(Method::POST, PATH, body.into()).await;
        assert_eq!(told(&answer), "Plan a trip", "{text}");
        assert_eq!(stored(&client, &id).await, "Plan a trip");
    }
}

async fn a_title_does_not_move_the_thread_in_its_list(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    let before = thread(&client, &id).await;
    app.advance_secs(5);
    ask(&client, &id, &json!([says("user", "where is my parcel")])).await;
    let after = thread(&client, &id).await;
    let expected =
        with(before, &json!({ "title": "Where is my parcel", "updated_at": app.now().to_string() }));
    assert_eq!(after, expected);
}

async fn the_mark_of_a_local_title_goes_with_a_title_of_another_kind(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    let path = format!("/v1/threads/{id}");
    ask(&client, &id, &json!([says("user", "where is my parcel")])).await;
    // What clients write back, and what does not concern the title, leaves it.
    for body in [json!({ "title": "Where is my parcel" }), json!({ "is_archived": true }), json!({})] {
        client.put(&path, &body).await.expect(200);
        assert!(is_local(&app, &id).await, "{body}");
    }
    client.put(&path, &json!({ "title": "Parcel P-88" })).await.expect(200);
    assert!(!is_local(&app, &id).await);
    client.put(&path, &json!({ "title": "Where is my parcel" })).await.expect(200);
    assert!(!is_local(&app, &id).await, "a person has said so");
}

async fn titles_asked_for_at_once_are_one(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    let questions: Vec<Value> =
        (0..16).map(|n| json!([says("user", &format!("question number {n}"))])).collect();
    let answers = join_all(questions.iter().map(|messages| ask(&client, &id, messages))).await;
    let title = stored(&client, &id).await;
    for answer in &answers {
        assert_eq!(told(answer), title);
    }
}

async fn a_persons_title_is_never_replaced(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    for _ in 0..20 {
        let id = create_thread(&client).await;
        let messages = json!([says("user", "where is my parcel")]);
        let (path, body) = (format!("/v1/threads/{id}"), json!({ "title": "Mine" }));
        let asked = join_all((0..4).map(|_| ask(&client, &id, &messages)));
        let (answers, put) = futures_util::future::join(asked, client.put(&path, &body)).await;
        put.expect(200);
        assert_eq!(stored(&client, &id).await, "Mine");
        assert!(!is_local(&app, &id).await);
        for answer in &answers {
            assert!(["Mine", "Where is my parcel"].contains(&told(answer)));
        }
    }
}

async fn a_local_title_can_be_found(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    ask(&client, &id, &json!([says("user", "migrating to Lisbon")])).await;
    let sql = "SELECT COUNT(*) FROM search_documents WHERE thread_id = ?1 AND message_id = ''";
    eventually("the title is indexed", async || (app.count(sql, &[&id]).await == 1).then_some(())).await;
}

/// The issues of a refusal in the form of these routes.
#[track_caller]
fn issues(answer: &Answer) -> Vec<Value> {
    let body = answer.expect(400);
    assert_eq!(body["success"], false, "{body}");
    assert_eq!(body["error"]["name"], "ZodError", "{body}");
    assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
    let issues: Vec<Value> = serde_json::from_str(body["error"]["message"].as_str().unwrap()).unwrap();
    assert_eq!(body["message"], issues[0]["message"], "{body}");
    issues
}

async fn every_member_keeps_its_rule(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await.with("accept", "text/plain");
    let id = create_thread(&client).await;
    let good = asks(&id, &json!([says("user", "where is my parcel")]));
    let long = |length: usize| "x".repeat(length);
    for (name, wrong) in [
        ("thread_id", vec![json!(null), json!(7), json!(""), json!(long(256)), json!("a\0")]),
        ("assistant_id", vec![json!(null), json!(7), json!("a\0")]),
        ("messages", vec![json!(null), json!("[]"), json!({})]),
        ("response_format", vec![json!(null), json!("text/html"), json!("TEXT/PLAIN"), json!(7)]),
        ("system", vec![json!(null), json!(7), json!(["be kind"])]),
        ("trace_id", vec![json!(null), json!(""), json!(long(49)), json!(7)]),
    ] {
        for value in wrong {
            let answer = client.post(PATH, &with(good.clone(), &json!({ name: value }))).await;
            assert_eq!(issues(&answer)[0]["path"], json!([name]), "{name}: {value}");
        }
    }
    for name in ["thread_id", "assistant_id", "messages"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(name);
        assert_eq!(issues(&client.post(PATH, &body).await)[0]["message"], format!("{name} is required"));
    }
    let all = json!({
        "response_format": "text/plain", "system": "", "trace_id": long(48), "tools": { "f": {} },
        "runConfig": {}, "state": null, "threadId": 7, "parentId": null, "unstable_assistantMessageId": "a",
    });
    assert_eq!(told(&client.post(PATH, &with(good, &all)).await), "Where is my parcel");
}

async fn problems_are_told_as_the_validator_tells_them(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await.with("accept", "text/plain");
    let all = issues(&client.post(PATH, &json!({ "thread_id": "", "messages": 7 })).await);
    let paths: Vec<&Value> = all.iter().map(|issue| &issue["path"][0]).collect();
    assert_eq!(paths, ["thread_id", "assistant_id", "messages"]);
    issues(&client.send(Method::POST, PATH, "[]".into()).await);
    let twice = r#"{"thread_id":"a","thread_id":"b","assistant_id":"c","messages":[]}"#;
    issues(&client.send(Method::POST, PATH, twice.into()).await);
    for malformed in ["", "{", "{\"messages\":[}"] {
        let answer = client.send(Method::POST, PATH, malformed.into()).await;
        answer.refused(400, "Malformed JSON in request body");
    }
}

async fn the_accept_header_is_exact(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let id = create_thread(&client).await;
    let body = asks(&id, &json!([says("user", "where is my parcel")]));
    for accept in ["text/plain", "text/event-stream", " Text/PLAIN ", "TEXT/Event-Stream"] {
        assert_eq!(told(&client.with("accept", accept).post(PATH, &body).await), "Where is my parcel");
    }
    for accept in
        ["", "*/*", "text/*", "text/plain, */*", "text/plain;q=1", "application/json", "text/plain,"]
    {
        let all = issues(&client.with("accept", accept).post(PATH, &body).await);
        assert_eq!(all[0]["path"], json!(["accept"]), "{accept}");
    }
    issues(&client.post(PATH, &body).await);
    issues(&client.with("accept", "text/plain").with("accept", "text/plain").post(PATH, &body).await);
    issues(&client.with_bytes("accept", b"text/plain\xff").post(PATH, &body).await);
}

async fn refusals_come_in_their_order(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await.with("accept", "text/event-stream");
    let id = create_thread(&client).await;
    let ask = async |thread: &str, assistant: &str, messages: Value, format: Option<&str>| {
        let mut body = json!({ "thread_id": thread, "assistant_id": assistant, "messages": messages });
        if let Some(format) = format {
            body["response_format"] = json!(format);
        }
        client.post(PATH, &body).await
    };
    let (wrong, stream) = (json!([{ "role": "bot", "content": [] }]), Some("vercel-ai-data-stream/v1"));
    issues(&ask("thread_0", "x", wrong.clone(), Some("none")).await);
    ask("thread_0", "x", wrong.clone(), None).await.refused(404, "Thread not found");
    let told_of = "Invalid messages format: messages[0].role must be one of system, user, assistant, tool";
    ask(&id, "x", wrong.clone(), None).await.refused(400, told_of);
    ask(&id, "system/thread_title", wrong, stream).await.refused(400, told_of);
    ask(&id, "x", json!([]), None).await.refused(400, "Invalid response format");
    ask(&id, "x", json!([]), Some("text/plain")).await.refused(400, "Invalid response format");
    for assistant in ["", "x", "assistant_0Wd8Qm2ZrT5yKc7LxB1nVh3P", "system/other"] {
        ask(&id, assistant, json!([]), stream).await.refused(404, "Assistant not found");
    }
    // The title branch looks at no format.
    assert_eq!(told(&ask(&id, "system/thread_title", json!([]), Some("text/plain")).await), "");
    assert_eq!(told(&ask(&id, "system/thread_title", json!([]), stream).await), "");
}

async fn an_unknown_thread_and_one_of_another_workspace_are_not_found(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.backend("mine", "u").await;
    let id = create_thread(&owner).await;
    append(&owner, &id, None, "a secret").await;
    let other = app.backend("theirs", "u").await;
    for thread in [id.as_str(), "thread_0unknown", "unstable_todo"] {
        ask(&other, thread, &json!([])).await.refused(404, "Thread not found");
    }
}

async fn clients_before_0_2_3_name_the_thread_of_a_run_otherwise(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await.with("accept", "text/plain");
    let id = create_thread(&client).await;
    let body = asks("unstable_todo", &json!([says("user", "where is my parcel")]));
    let named = |id: &Value| with(body.clone(), &json!({ "threadId": id }));
    assert_eq!(told(&client.post(PATH, &named(&json!(id))).await), "Where is my parcel");
    for other in [json!(null), json!(7), json!(""), json!("a\0"), json!("thread_0unknown")] {
        client.post(PATH, &named(&other)).await.refused(404, "Thread not found");
    }
    // An id of its own counts more than what else is sent.
    let body = with(asks(&id, &json!([])), &json!({ "threadId": "thread_0unknown" }));
    assert_eq!(told(&client.post(PATH, &body).await), "Where is my parcel");
}

async fn a_body_of_the_largest_size_is_read(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await.with("accept", "text/plain");
    let id = create_thread(&client).await;
    let of_size = |size: usize| {
        let body = asks(&id, &json!([says("user", "@")])).to_string();
        body.replace('@', &format!("where is my parcel? {}", "x".repeat(size - body.len() - 19)))
    };
    assert_eq!(of_size(MAX_BODY).len(), MAX_BODY);
    let answer = client.send(Method::POST, PATH, of_size(MAX_BODY + 1).into()).await;
    answer.refused(413, "Request body too large");
    let answer = client.send(Method::POST, PATH, of_size(MAX_BODY).into()).await;
    assert_eq!(told(&answer), "Where is my parcel?");
}

async fn a_local_title_goes_with_the_user_whose_words_it_has(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (ann, bob) = (app.backend("team", "ann").await, app.backend("team", "bob").await);
    let of_bob = create_thread(&ann).await;
    append(&bob, &of_bob, None, "bob's secret").await;
    ask(&bob, &of_bob, &json!([says("user", "bob's secret")])).await;
    let named = create_thread(&ann).await;
    append(&bob, &named, None, "bob's secret").await;
    ann.put(&format!("/v1/threads/{named}"), &json!({ "title": "By Ann" })).await.expect(200);
    let of_ann = create_thread(&ann).await;
    ask(&ann, &of_ann, &json!([says("user", "ann's question")])).await;

    ann.delete("/v1/projects/users/bob").await.expect(200);
    assert_eq!(stored(&ann, &of_bob).await, Value::Null);
    assert!(!is_local(&app, &of_bob).await);
    assert_eq!(stored(&ann, &named).await, "By Ann");
    assert_eq!(stored(&ann, &of_ann).await, "Ann's question");
}
