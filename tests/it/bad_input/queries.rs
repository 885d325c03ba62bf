//! Paths and query strings.

use engine::Engine;
use hyper::Method;
use serde_json::{Value, json};

use super::Scene;
use crate::on_both_engines;
use crate::support::Answer;

on_both_engines!(
    a_limit_out_of_range_is_refused,
    a_flag_is_true_or_false,
    texts_in_queries_have_1_to_255_characters,
    a_parameter_that_stands_twice_is_refused,
    unknown_parameters_are_ignored,
    a_query_that_is_not_utf_8_is_refused,
    an_id_of_256_characters_is_refused,
    u_0000_in_a_path_is_refused,
    a_path_that_is_not_utf_8_is_refused,
    ids_in_paths_are_decoded_once,
);

async fn a_limit_out_of_range_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let before = scene.app.written().await;
    for (path, max) in [("/v1/threads".to_owned(), 100), (scene.messages(), 200)] {
        let too_many = (max + 1).to_string();
        for limit in [
            "0",
            "00",
            "-0",
            "-1",
            &too_many,
            "1000",
            "1.5",
            "1.0",
            "1e1",
            "0x10",
            "",
            "ten",
            "1%20",
            "%201",
            "+1",
            "%2B1",
            "1,2",
            "99999999999999999999",
            "-99999999999999999999",
            "%D9%A1",
            "null",
            "NaN",
            "Infinity",
            "true",
            "%zz",
        ] {
            scene.client.get(&format!("{path}?limit={limit}")).await.invalid(&["limit"]);
        }
        for limit in ["1".to_owned(), max.to_string()] {
            scene.client.get(&format!("{path}?limit={limit}")).await.expect(200);
        }
    }
    scene.client.get("/v1/threads?limit=101").await.invalid(&["limit"]);
    scene.client.get(&format!("{}?limit=201", scene.messages())).await.invalid(&["limit"]);
    assert_eq!(scene.app.written().await, before);
}

async fn a_flag_is_true_or_false(engine: Engine) {
    let scene = Scene::new(engine).await;
    let threads =
        async |flag: &str| -> Answer { scene.client.get(&format!("/v1/threads?is_archived={flag}")).await };
    for flag in
        ["", "1", "0", "True", "TRUE", "yes", "null", "undefined", "true%20", "%20false", "true,false"]
    {
        threads(flag).await.invalid(&["is_archived"]);
    }
    assert_eq!(threads("true").await.expect(200)["threads"], json!([]));
    assert_eq!(threads("false").await.expect(200)["threads"].as_array().unwrap().len(), 1);
}

/// Each parameter of a list that takes a text.
fn texts(scene: &Scene) -> Vec<(String, &'static str)> {
    let (threads, messages) = ("/v1/threads".to_owned(), scene.messages());
    vec![
        (threads.clone(), "external_id"),
        (threads, "after"),
        (messages.clone(), "format"),
        (messages, "after"),
    ]
}

async fn texts_in_queries_have_1_to_255_characters(engine: Engine) {
    let scene = Scene::new(engine).await;
    let before = scene.app.written().await;
    let emoji = |count: usize| "%F0%9F%98%80".repeat(count);
    for (path, name) in texts(&scene) {
        for bad in
            [String::new(), "x".repeat(256), "%C3%A9".repeat(256), emoji(128), "%00".into(), "a%00b".into()]
        {
            scene.client.get(&format!("{path}?{name}={bad}")).await.invalid(&[name]);
        }
        scene.client.get(&format!("{path}?{name}")).await.invalid(&[name]);
        for good in ["x".repeat(255), "%C3%A9".repeat(255), format!("{}x", emoji(127)), "a+b%26%3D".into()] {
            scene.client.get(&format!("{path}?{name}={good}")).await.expect(200);
        }
    }
    assert_eq!(scene.app.written().await, before);
}

async fn a_parameter_that_stands_twice_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let mut all = texts(&scene);
    all.extend([
        ("/v1/threads".to_owned(), "limit"),
        (scene.messages(), "limit"),
        ("/v1/threads".into(), "is_archived"),
    ]);
    for (path, name) in all {
        let good = if name == "limit" { "5" } else { "true" };
        scene.client.get(&format!("{path}?{name}={good}")).await.expect(200);
        for query in [
            format!("{name}={good}&{name}={good}"),
            format!("{name}={good}&x=1&{name}="),
            format!("{name}={good}&%{:x}{}={good}", name.as_bytes()[0], &name[1..]),
        ] {
            scene.client.get(&format!("{path}?{query}")).await.invalid(&[name]);
        }
    }
}

async fn unknown_parameters_are_ignored(engine: Engine) {
    let scene = Scene::new(engine).await;
    for path in ["/v1/threads".to_owned(), scene.messages(), format!("/v1/threads/{}", scene.thread)] {
        let plain = scene.client.get(&path).await.expect(200);
        for query in
            ["x=1", "x=1&x=2", "limit%20=0", "Limit=0", "limit[]=0", "cursor=x", "=", "&&&", "%ff=1", "x=%00"]
        {
            assert_eq!(scene.client.get(&format!("{path}?{query}")).await.expect(200), plain, "{query}");
        }
    }
}

/// Decoded leniently, such a text would become another one, and name what its sender did not mean.
async fn a_query_that_is_not_utf_8_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let body = json!({ "last_message_at": "2026-01-02T03:04:05Z", "external_id": "a\u{fffd}b" });
    scene.client.post("/v1/threads", &body).await.expect(201);
    for (path, name) in texts(&scene) {
        for bad in ["a%ffb", "%C3", "%ED%A0", "%C0%80", "%F0%9F%98"] {
            scene.client.get(&format!("{path}?{name}={bad}")).await.invalid(&[name]);
        }
    }
}

/// Every operation with ids in its path, and a body that is good.
fn with_ids() -> Vec<(Method, &'static str, Value)> {
    vec![
        (Method::GET, "/v1/threads/{thread_id}", Value::Null),
        (Method::PUT, "/v1/threads/{thread_id}", json!({ "title": "t" })),
        (Method::DELETE, "/v1/threads/{thread_id}", Value::Null),
        (Method::GET, "/v1/threads/{thread_id}/messages", Value::Null),
        (
            Method::POST,
            "/v1/threads/{thread_id}/messages",
            json!({ "parent_id": null, "format": "f", "content": {} }),
        ),
        (Method::DELETE, "/v1/threads/{thread_id}/messages", json!({ "message_ids": ["msg_x"] })),
        (Method::PUT, "/v1/threads/{thread_id}/messages/{message_id}", json!({ "content": {} })),
        (
            Method::POST,
            "/v1/threads/{thread_id}/messages/{message_id}/feedback",
            json!({ "type": "positive" }),
        ),
    ]
}

/// Calls every operation with that text in the place of each of its ids.
async fn in_every_path(scene: &Scene, text: &str, mut check: impl FnMut(&str, Answer)) {
    for (method, path, body) in with_ids() {
        for name in ["thread_id", "message_id"] {
            let place = format!("{{{name}}}");
            if !path.contains(&place) {
                continue;
            }
            let path = path
                .replace(&place, text)
                .replace("{thread_id}", &scene.thread)
                .replace("{message_id}", &scene.message);
            let body = if body.is_null() { String::new() } else { body.to_string() };
            check(name, scene.client.send(method.clone(), &path, body.into()).await);
        }
    }
}

/// Asserts that an id was taken and named nothing.
fn names_nothing(answer: &Answer) {
    if answer.status == 200 {
        assert_eq!(answer.json(), json!({ "messages": [] }));
    } else {
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.ends_with(" not found"), "{answer:?}");
        answer.refused(404, &error);
    }
}

async fn an_id_of_256_characters_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let before = scene.app.written().await;
    for long in [
        "x".repeat(256),
        "%78".repeat(256),
        "%C3%A9".repeat(256),
        "%F0%9F%98%80".repeat(128),
        "x".repeat(5000),
    ] {
        in_every_path(&scene, &long, |name, answer| drop(answer.invalid(&[name]))).await;
    }
    for fitting in
        ["x".repeat(255), "%78".repeat(255), "%C3%A9".repeat(255), format!("{}x", "%F0%9F%98%80".repeat(127))]
    {
        in_every_path(&scene, &fitting, |_, answer| names_nothing(&answer)).await;
    }
    assert_eq!(scene.app.written().await, before);
}

async fn u_0000_in_a_path_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let before = scene.app.written().await;
    for text in ["%00".to_owned(), format!("{}%00", scene.thread), "%00x".to_owned()] {
        in_every_path(&scene, &text, |name, answer| drop(answer.invalid(&[name]))).await;
    }
    assert_eq!(scene.app.written().await, before);
}

/// Which parameter it is in is not asked of the server, since what cannot be decoded has no name.
async fn a_path_that_is_not_utf_8_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let before = scene.app.written().await;
    for text in ["%ff", "a%C3", "%ED%A0%80", "%C0%80", "%F0%9F%98"] {
        in_every_path(&scene, text, |name, answer| {
            let body = answer.refused(400, "Schema validation error");
            assert!(["path", name].contains(&body["details"][0]["path"][0].as_str().unwrap()), "{body}");
        })
        .await;
    }
    // A percent sign without its digits is one.
    for text in ["%", "%z", "%zz", "100%25"] {
        in_every_path(&scene, text, |_, answer| names_nothing(&answer)).await;
    }
    assert_eq!(scene.app.written().await, before);
}

async fn ids_in_paths_are_decoded_once(engine: Engine) {
    let scene = Scene::new(engine).await;
    let encode = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let (thread, message) = (encode(&scene.thread), encode(&scene.message));
    assert_eq!(scene.client.get(&format!("/v1/threads/{thread}")).await.expect(200)["id"], scene.thread);
    let list = scene.client.get(&format!("/v1/threads/{thread}/messages")).await.expect(200);
    assert_eq!(list["messages"][0]["id"], scene.message);
    let path = format!("/v1/threads/{thread}/messages/{message}");
    scene.client.put(&path, &json!({ "content": { "role": "user" } })).await.expect(200);

    let before = scene.app.written().await;
    for text in [
        thread.replace('%', "%25"),
        format!("{}%2f", scene.thread),
        format!("..%2f{}", scene.thread),
        format!("{}%20", scene.thread),
        scene.thread.to_uppercase(),
        "%27%20OR%201=1%20--".to_owned(),
        "%25".to_owned(),
        "%0A%0D".to_owned(),
    ] {
        in_every_path(&scene, &text, |_, answer| names_nothing(&answer)).await;
    }
    assert_eq!(scene.app.written().await, before);
}
