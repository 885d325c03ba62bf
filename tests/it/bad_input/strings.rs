//! Texts: how long they may be, counted in UTF-16, and what characters they may hold.

use engine::Engine;
use serde_json::{Value, json};

use super::{Rule, Scene, with};
use crate::on_both_engines;

on_both_engines!(
    texts_may_have_255_characters_and_no_more,
    metadata_keeps_its_limits,
    a_comment_is_trimmed_before_it_is_measured,
    ids_to_delete_are_1_to_200_of_1_to_255_characters,
    u_0000_is_refused_in_every_text_but_content,
    half_a_surrogate_pair_is_replaced_in_every_text_but_content,
    half_a_surrogate_pair_is_replaced_in_queries,
    two_keys_that_become_one_are_refused,
    odd_content_comes_back_as_it_was_sent,
    odd_but_whole_characters_are_kept_everywhere,
);

/// Texts of exactly so many UTF-16 code units.
fn of_length(length: usize) -> Vec<String> {
    let emoji = "😀".repeat(length / 2) + if length % 2 == 1 { "x" } else { "" };
    vec!["x".repeat(length), "é".repeat(length), "中".repeat(length), emoji]
}

async fn texts_may_have_255_characters_and_no_more(engine: Engine) {
    let scene = Scene::new(engine).await;
    for route in scene.routes().await {
        for field in &route.fields {
            let Rule::Text(max) = field.rule else { continue };
            let before = scene.app.written().await;
            for long in of_length(max + 1) {
                scene
                    .refuse(&route, with(&route.body, field.name, json!(long)).to_string(), field.name)
                    .await;
            }
            assert_eq!(scene.app.written().await, before);
            for fitting in of_length(max) {
                let answer =
                    scene.send(&route, with(&route.body, field.name, json!(fitting)).to_string()).await;
                // There is no message of that external id to be a parent, which is no fault of its length.
                let is_accepted = answer.status.is_success()
                    || answer.json()["error"] == "Parent message with external_id not found in thread";
                assert!(is_accepted, "{}: {answer:?}", field.name);
            }
        }
    }
}

async fn metadata_keeps_its_limits(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let keys = |count: usize| -> Value { (0..count).map(|n| (n.to_string(), json!(n))).collect() };
    let one = |key: &str, value: &str| json!({ key: value });
    for route in &routes[..2] {
        let before = scene.app.written().await;
        let mut bad = vec![keys(17), keys(1000)];
        bad.extend(of_length(65).iter().map(|key| one(key, "v")));
        bad.extend(of_length(513).iter().map(|value| one("k", value)));
        for metadata in bad {
            scene.refuse(route, with(&route.body, "metadata", metadata).to_string(), "metadata").await;
        }
        assert_eq!(scene.app.written().await, before);
        let mut good =
            vec![json!({}), keys(16), json!({ "a": null, "b": [1, { "c": true }], "d": "", "e": 1.5 })];
        good.extend(of_length(64).iter().map(|key| one(key, "v")));
        good.extend(of_length(512).iter().map(|value| one("k", value)));
        for metadata in good {
            let body = with(&route.body, "metadata", metadata.clone());
            let answer = scene.send(route, body.to_string()).await;
            assert!(answer.status.is_success(), "{answer:?}");
            let id = answer.json()["thread_id"].as_str().unwrap_or(&scene.thread).to_owned();
            assert_eq!(
                scene.client.get(&format!("/v1/threads/{id}")).await.expect(200)["metadata"],
                metadata
            );
        }
    }
}

async fn a_comment_is_trimmed_before_it_is_measured(engine: Engine) {
    let scene = Scene::new(engine).await;
    let path = format!("{}/{}/feedback", scene.messages(), scene.message);
    let before = scene.app.written().await;
    for comment in ["", " ", "\n\t\r ", "\u{a0}\u{2003}"] {
        let body = json!({ "type": "positive", "comment": comment });
        scene.client.post(&path, &body).await.invalid(&["comment"]);
    }
    assert_eq!(scene.app.written().await, before);
    for (sent, kept) in
        [("  good\n", "good".to_owned()), (&format!(" {} ", "x".repeat(2000)), "x".repeat(2000))]
    {
        let body = json!({ "type": "positive", "comment": sent });
        assert_eq!(scene.client.post(&path, &body).await.expect(200)["comment"], kept);
    }
}

async fn ids_to_delete_are_1_to_200_of_1_to_255_characters(engine: Engine) {
    let scene = Scene::new(engine).await;
    let path = scene.messages();
    let before = scene.app.written().await;
    let many =
        |count: usize| json!({ "message_ids": (0..count).map(|n| format!("msg_{n}")).collect::<Vec<_>>() });
    scene.client.delete_with(&path, &many(0)).await.invalid(&["message_ids"]);
    scene.client.delete_with(&path, &many(201)).await.invalid(&["message_ids"]);
    for long in of_length(256) {
        let answer = scene.client.delete_with(&path, &json!({ "message_ids": ["msg_a", long] })).await;
        super::blames(&answer, "message_ids");
    }
    scene.client.delete_with(&path, &many(200)).await.refused(404, "Messages not found");
    for fitting in of_length(255) {
        let body = json!({ "message_ids": [fitting] });
        scene.client.delete_with(&path, &body).await.refused(404, "Messages not found");
    }
    assert_eq!(scene.app.written().await, before);
    // The same id twice is one message.
    let twice = json!({ "message_ids": [scene.message, scene.message] });
    assert_eq!(scene.client.delete_with(&path, &twice).await.expect(200), json!({}));
}

/// Puts a text that no program can hold, written as JSON, into every place where a body takes a text.
async fn refuse_everywhere(scene: &Scene, text: &str) {
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        for field in &route.fields {
            let places = match field.rule {
                Rule::Content | Rule::Flag => continue,
                Rule::Object => vec![
                    json!({ "k": "@" }),
                    json!({ "@": 1 }),
                    json!({ "k": ["@"] }),
                    json!({ "k": { "@": 1 } }),
                ],
                Rule::Ids => vec![json!(["@"]), json!(["msg_x", "@"])],
                Rule::Text(_) | Rule::AnyText | Rule::Verdict | Rule::Time => vec![json!("@")],
            };
            for place in places {
                let body = with(&route.body, field.name, place).to_string().replace("\"@\"", text);
                scene.refuse(route, body, field.name).await;
            }
        }
    }
    assert_eq!(scene.app.written().await, before);
}

async fn u_0000_is_refused_in_every_text_but_content(engine: Engine) {
    let scene = Scene::new(engine).await;
    for text in [r#""\u0000""#, r#""a\u0000b""#, r#""msg_\u0000""#, r#""refresh_0\u0000""#] {
        refuse_everywhere(&scene, text).await;
    }
}

/// Halves of surrogate pairs as JSON, and what becomes of them.
const HALVES: [(&str, &str); 5] = [
    (r#""\ud83d""#, "\u{fffd}"),
    (r#""a\ude00b""#, "a\u{fffd}b"),
    (r#""\ud83d\ud83d""#, "\u{fffd}\u{fffd}"),
    (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
    (r#""msg_\ud83d\ud83d\ude00""#, "msg_\u{fffd}😀"),
];

async fn half_a_surrogate_pair_is_replaced_in_every_text_but_content(engine: Engine) {
    let scene = Scene::new(engine).await;
    for (half, mended) in HALVES {
        let sent = |body: Value| body.to_string().replace("\"@\"", half);
        // One by one no route loses the rest of a request for it.
        for route in scene.routes().await {
            for field in &route.fields {
                let place = if field.rule == Rule::Ids { json!(["@"]) } else { json!("@") };
                let ask = scene.send(&route, sent(with(&route.body, field.name, place)));
                match (field.rule, field.name) {
                    (Rule::Text(_) | Rule::Object | Rule::Content | Rule::Flag, _) => {}
                    (Rule::Verdict | Rule::Time, name) => drop(ask.await.invalid(&[name])),
                    (Rule::Ids, _) => drop(ask.await.refused(404, "Messages not found")),
                    // As every other id that names no message, whether it looks like one of ours or not.
                    (Rule::AnyText, "parent_id") if half.contains("msg_") => {
                        drop(ask.await.refused(400, "Parent message not found in thread"));
                    }
                    (Rule::AnyText, "parent_id") => drop(ask.await.expect(201)),
                    (Rule::AnyText, _) => drop(ask.await.refused(403, "Invalid refresh token format")),
                }
            }
        }
        let at = "2026-01-02T03:04:05.678Z";
        let metadata = json!({ "@": { "@": ["@", { "@": "@" }] }, "k": "@", "n": 1 });
        let body = json!({ "last_message_at": at, "title": "@", "external_id": "@", "metadata": metadata });
        let post = hyper::Method::POST;
        let created = scene.client.send(post.clone(), "/v1/threads", sent(body).into()).await.expect(201);
        let path = format!("/v1/threads/{}", created["thread_id"].as_str().unwrap());
        let thread = scene.client.get(&path).await.expect(200);
        let kept: Value =
            serde_json::from_str(&metadata.to_string().replace("\"@\"", &json!(mended).to_string())).unwrap();
        assert_eq!((&thread["title"], &thread["external_id"]), (&json!(mended), &json!(mended)));
        assert_eq!(thread["metadata"], kept);
        let body = json!({ "title": "new @", "metadata": { "@": "@" } });
        let body = body.to_string().replace("new @", &half.replace('"', "")).replace("\"@\"", half);
        scene.client.send(hyper::Method::PUT, &path, body.into()).await.expect(200);
        let thread = scene.client.get(&path).await.expect(200);
        assert_eq!((&thread["title"], &thread["metadata"]), (&json!(mended), &json!({ mended: mended })));

        let body =
            json!({ "parent_id": null, "format": "@", "external_id": "@", "content": { "text": "@" } });
        let messages = format!("{path}/messages");
        scene.client.send(post.clone(), &messages, sent(body).into()).await.expect(201);
        let list = scene.client.get(&messages).await;
        let text = std::str::from_utf8(&list.body).unwrap();
        assert!(
            text.contains(&format!("\"content\":{{\"text\":{half}}}")),
            "content stays as it was sent: {text}"
        );
        let message = text.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap();
        let format = text.split("\"format\":").nth(1).unwrap();
        assert!(format.starts_with(&json!(mended).to_string()), "{text}");
        let feedback = format!("{messages}/{message}/feedback");
        let body = sent(json!({ "type": "negative", "comment": "@" }));
        let given = scene.client.send(post.clone(), &feedback, body.into()).await.expect(200);
        assert_eq!(given["comment"], mended);
    }
}

async fn half_a_surrogate_pair_is_replaced_in_queries(engine: Engine) {
    let scene = Scene::new(engine).await;
    let body = r#"{"last_message_at":"2026-01-02T03:04:05Z","external_id":"a\ud83d"}"#;
    scene.client.send(hyper::Method::POST, "/v1/threads", body.into()).await.expect(201);
    // As UTF-16 halves are encoded by programs that take them for characters; the thread was stored with it.
    for query in ["a%ED%A0%BD", "a%ED%BF%BF", "a%EF%BF%BD"] {
        let found = scene.client.get(&format!("/v1/threads?external_id={query}")).await.expect(200);
        assert_eq!(found["threads"].as_array().unwrap().len(), 1, "{query}");
    }
    scene.client.get("/v1/threads?external_id=a%ED%A0").await.invalid(&["external_id"]);
}

async fn two_keys_that_become_one_are_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        let open = route.body.to_string();
        let twice = format!(r#"{},"\ud83d":1,"\ud83e":2}}"#, &open[..open.len() - 1]);
        scene.refuse(route, twice, "\u{fffd}").await;
        if route.is_strict {
            let once = format!(r#"{},"\ud83d":1}}"#, &open[..open.len() - 1]);
            scene.refuse(route, once, "\u{fffd}").await;
        }
    }
    for metadata in [r#"{"\ud83d":1,"\ud83e":2}"#, r#"{"k":{"a\ud83d":1,"a\ud83e":2}}"#] {
        let body = with(&routes[0].body, "metadata", json!("@")).to_string().replace("\"@\"", metadata);
        scene.refuse(&routes[0], body, "metadata").await;
    }
    assert_eq!(scene.app.written().await, before);
}

async fn odd_content_comes_back_as_it_was_sent(engine: Engine) {
    let scene = Scene::new(engine).await;
    let path = scene.messages();
    for content in [
        r#"{"role":"user","text":"a\u0000b"}"#,
        r#"{"role":"user","text":"cut \ud83d"}"#,
        r#"{"role":"user","text":"\ude00\ud83d","\ud83d":"\u0000","\u0000":1}"#,
        r#"{"role":"user","a":1,"a":2,"b":{"c":1,"c":1}}"#,
        r#"{"role":"user","role":"assistant"}"#,
        r#"{"n":1.50,"m":1e2,"o":-0,"p":123456789012345678901234567890,"q":"\u0041\/"}"#,
        r#"{"":{"__proto__":{}},"constructor":null}"#,
        "{}",
    ] {
        let body = format!(r#"{{"parent_id":null,"format":"f","content":{content}}}"#);
        let answer = scene.client.send(hyper::Method::POST, &path, body.into()).await;
        let id = answer.expect(201)["message_id"].as_str().unwrap().to_owned();
        let holds = async || {
            let list = scene.client.get(&path).await;
            let list = std::str::from_utf8(&list.body).unwrap();
            let own = list.split_once(&id).unwrap_or_else(|| panic!("no message {id} in {list}")).1;
            own.split_once("\"content\":").unwrap().1.starts_with(&format!("{content}}}"))
        };
        assert!(holds().await, "{content} is not returned as it was sent");
        let message = format!("{path}/{id}");
        scene.client.put(&message, &json!({ "content": { "other": true } })).await.expect(200);
        assert!(!holds().await);
        let spaced = format!("{{ \"content\" :\n{} }}", content.replace(":{", " :\t{ "));
        scene.client.send(hyper::Method::PUT, &message, spaced.into()).await.expect(200);
        assert!(holds().await, "{content} is not returned as it was sent");
    }
}

async fn odd_but_whole_characters_are_kept_everywhere(engine: Engine) {
    let scene = Scene::new(engine).await;
    for text in [
        "\u{1}\u{1f}\u{7f}",
        "\u{feff}",
        "\u{fffd}\u{ffff}",
        "\u{202e}abc",
        "a\u{301}",
        "\u{e1}",
        "😀\u{200d}",
        "\u{10ffff}",
        "'; DROP TABLE threads; --",
        "%s %00 \\u0000",
        "<script>",
        " leading and trailing ",
        "null",
        "\\",
        "\"",
        "$1 ?1",
    ] {
        let body = json!({
            "last_message_at": "2026-01-02T03:04:05Z", "title": text, "external_id": text, "metadata": { text: text },
        });
        let id = scene.client.post("/v1/threads", &body).await.expect(201)["thread_id"].clone();
        let thread = scene.client.get(&format!("/v1/threads/{}", id.as_str().unwrap())).await.expect(200);
        for name in ["title", "external_id", "metadata"] {
            assert_eq!(thread[name], body[name], "{text:?}");
        }
        let query =
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let found = scene.client.get(&format!("/v1/threads?external_id={query}")).await.expect(200);
        assert_eq!(found["threads"].as_array().unwrap().len(), 1, "{text:?}");
        assert_eq!(found["threads"][0]["id"], id);
    }
}
