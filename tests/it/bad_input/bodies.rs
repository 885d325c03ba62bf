//! Bodies of the wrong shape.

use engine::Engine;
use hyper::Method;
use serde_json::{Value, json};

use super::{Field, Rule, Scene, with};
use crate::on_both_engines;
use crate::support::tokens::changed;

on_both_engines!(
    every_good_body_is_accepted,
    a_member_of_another_type_is_refused_by_name,
    a_missing_member_is_refused_by_name,
    an_unknown_member_is_refused_where_bodies_are_strict_and_ignored_where_not,
    every_problem_of_a_body_is_told,
    a_member_that_stands_twice_is_refused,
    a_body_that_is_no_json_is_refused,
    a_body_that_is_no_object_is_refused,
    an_empty_body_is_accepted_where_none_is_defined,
    a_time_of_another_form_is_refused,
    a_time_is_kept_to_the_millisecond_in_utc,
    the_last_moment_of_the_year_9999_is_a_time,
);

/// The test of the tests: each refusal below is of a body that differs from one of these in one point.
async fn every_good_body_is_accepted(engine: Engine) {
    let scene = Scene::new(engine).await;
    for route in scene.routes().await {
        let answer = scene.send(&route, route.body.to_string()).await;
        assert!(answer.status.is_success(), "{} {}: {answer:?}", route.method, route.path);
    }
}

fn wrong_values(Field { rule, is_nullable, .. }: Field) -> Vec<Value> {
    let mut wrong = match rule {
        Rule::Text(_) => {
            vec![json!(7), json!(1.5), json!(true), json!([]), json!(["t"]), json!({}), json!("")]
        }
        Rule::AnyText => vec![json!(7), json!(true), json!(["t"]), json!({})],
        Rule::Verdict => {
            vec![json!(1), json!(true), json!(""), json!("Positive"), json!("neutral"), json!(["positive"])]
        }
        Rule::Time => vec![
            json!(1_790_000_000_000_i64),
            json!(true),
            json!(["2026-01-02T03:04:05Z"]),
            json!({}),
            json!(""),
        ],
        Rule::Flag => vec![json!(0), json!(1), json!("true"), json!(""), json!([true]), json!({})],
        Rule::Object | Rule::Content => vec![json!(7), json!("{}"), json!(true), json!([]), json!([{}])],
        Rule::Ids => vec![
            json!(7),
            json!("msg_x"),
            json!({}),
            json!([]),
            json!([7]),
            json!([null]),
            json!([["msg_x"]]),
            json!(["msg_x", ""]),
            json!([{ "id": "msg_x" }]),
        ],
    };
    if !is_nullable {
        wrong.push(Value::Null);
    }
    wrong
}

async fn a_member_of_another_type_is_refused_by_name(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        for field in &route.fields {
            for wrong in wrong_values(*field) {
                scene.refuse(route, with(&route.body, field.name, wrong).to_string(), field.name).await;
            }
        }
    }
    assert_eq!(scene.app.written().await, before);
}

async fn a_missing_member_is_refused_by_name(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        for name in route.required {
            scene.refuse(route, changed(&route.body, name, None).to_string(), name).await;
        }
    }
    assert_eq!(scene.app.written().await, before);
    let empty = scene.client.put(&format!("/v1/threads/{}", scene.thread), &json!({})).await;
    assert_eq!(empty.expect(200), json!({}));
}

async fn an_unknown_member_is_refused_where_bodies_are_strict_and_ignored_where_not(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in routes.iter().filter(|route| route.is_strict) {
        for name in ["unknown", "Title", "title ", "is_Archived", "x y", "é"] {
            for value in [json!(null), json!(1), json!({ "a": [1] })] {
                scene.refuse(route, with(&route.body, name, value).to_string(), name).await;
            }
        }
        let body = with(&route.body, "", json!(1)).to_string();
        scene.send(route, body).await.refused(400, "Schema validation error");
    }
    assert_eq!(scene.app.written().await, before);
    for route in routes.iter().filter(|route| !route.is_strict) {
        let body = with(&with(&route.body, "unknown", json!({ "a": [1] })), "title", json!(7));
        scene.send(route, body.to_string()).await.expect(200);
    }
}

async fn every_problem_of_a_body_is_told(engine: Engine) {
    let scene = Scene::new(engine).await;
    let before = scene.app.written().await;
    let body = json!({ "title": 1, "metadata": 2, "upsert": 3, "external_id": "", "unknown": 4 });
    let details = scene.client.post("/v1/threads", &body).await.refused(400, "Schema validation error");
    let mut named: Vec<&str> = details["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["path"][0].as_str().unwrap())
        .collect();
    named.sort_unstable();
    assert_eq!(named, ["external_id", "last_message_at", "metadata", "title", "unknown", "upsert"]);
    let body = json!({ "message_ids": ["msg_a", 7, "msg_b"] });
    let details =
        scene.client.delete_with(&scene.messages(), &body).await.refused(400, "Schema validation error");
    assert_eq!(details["details"][0]["path"], json!(["message_ids", 1]));
    let body = json!({ "last_message_at": "2026-01-02T03:04:05Z", "metadata": { "a": "x".repeat(513) } });
    scene.client.post("/v1/threads", &body).await.invalid(&["metadata", "a"]);
    assert_eq!(scene.app.written().await, before);
}

async fn a_member_that_stands_twice_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        let body = route.body.to_string();
        for (name, value) in route.body.as_object().unwrap() {
            let twice = body.replacen('{', &format!("{{{}:{value},", json!(name)), 1);
            scene.refuse(route, twice, name).await;
            // However it is written.
            let escaped = format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
            scene.refuse(route, body.replacen('{', &format!("{{\"{escaped}\":{value},"), 1), name).await;
        }
        scene.refuse(route, body.replacen('{', "{\"unknown\":1,\"unknown\":2,", 1), "unknown").await;
    }
    for metadata in
        [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"n":{"a":1,"a":2}}"#, r#"{"n":[{"a":1,"a":2}]}"#]
    {
        for route in &routes[..2] {
            let body = with(&route.body, "metadata", json!("@")).to_string().replace("\"@\"", metadata);
            scene.refuse(route, body, "metadata").await;
        }
    }
    assert_eq!(scene.app.written().await, before);
}

async fn a_body_that_is_no_json_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        let good = route.body.to_string();
        let mut bad: Vec<Vec<u8>> = [
            "".to_owned(),
            " ".to_owned(),
            "{".to_owned(),
            good[..good.len() - 1].to_owned(),
            format!("{good}}}"),
            format!("{good},"),
            format!("{good} {good}"),
            format!("\u{feff}{good}"),
            good.replace('"', "'"),
            good.replacen('{', "{,", 1),
            format!("{},}}", &good[..good.len() - 1]),
            good.replacen('{', "{\"x\":01,", 1),
            good.replacen('{', "{\"x\":.5,", 1),
            good.replacen('{', "{\"x\":NaN,", 1),
            good.replacen('{', "{\"x\":+1,", 1),
            good.replacen('{', "{\"x\":\"\u{1}\",", 1),
            good.replacen('{', "{\"x\":\"\\x\",", 1),
            good.replacen('{', "{\"x\":\"\\u12\",", 1),
            good.replacen('{', "{x:1,", 1),
            good.replacen('{', "{/* */", 1),
            "title=t&last_message_at=2026-01-02T03:04:05Z".to_owned(),
            format!("{good}\0"),
        ]
        .map(String::into_bytes)
        .into();
        bad.extend(
            [
                &b"\xff"[..],
                b"{\"x\":\"\xff\"}",
                b"{\"x\":\"\xed\xa0\x80\"}",
                b"{\"x\":\"\xc0\x80\"}",
                b"\x1f\x8b\x08\x00",
            ]
            .map(<[u8]>::to_vec),
        );
        let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bad.push(utf16);
        for body in bad {
            scene.send(route, body).await.refused(400, "Malformed JSON in request body");
        }
    }
    assert_eq!(scene.app.written().await, before);
}

async fn a_body_that_is_no_object_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        for body in ["null", "true", "7", "\"{}\"", "[]", &format!("[{}]", route.body), " [ ] "] {
            let refusal = scene.send(route, body.to_owned()).await.invalid(&[]);
            assert_eq!(refusal["details"].as_array().unwrap().len(), 1, "{body}");
        }
    }
    assert_eq!(scene.app.written().await, before);
}

/// Clients send the JSON content type with every call.
async fn an_empty_body_is_accepted_where_none_is_defined(engine: Engine) {
    let scene = Scene::new(engine).await;
    let thread = format!("/v1/threads/{}", scene.thread);
    scene.client.get("/v1/threads").await.expect(200);
    scene.client.get(&thread).await.expect(200);
    scene.client.get(&scene.messages()).await.expect(200);
    scene.client.post_empty("/v1/auth/tokens").await.expect(200);
    scene.app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    // Nor does it matter there what is sent.
    for body in ["{}", "{", "[1]", "\u{1}"] {
        scene.client.send(Method::POST, "/v1/auth/tokens", body.into()).await.expect(200);
        scene.app.anyone().send(Method::POST, "/v1/auth/tokens/anonymous", body.into()).await.expect(200);
    }
    assert_eq!(scene.client.delete(&thread).await.expect(200), json!({}));
}

async fn a_time_of_another_form_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes[..2] {
        for time in [
            "now",
            "2026",
            "2026-09-21",
            "20260921T141320Z",
            "2026-09-21T14:13:20",
            "2026-09-21T14:13Z",
            "2026-09-21T14Z",
            "2026-09-21 14:13:20Z",
            "2026-09-21t14:13:20Z",
            "2026-09-21T14:13:20z",
            "2026-09-21T14:13:20.Z",
            "2026-09-21T14:13:20,5Z",
            "2026-09-21T14:13:20.1234567890Z",
            "2026-9-21T14:13:20Z",
            "2026-09-21T1:13:20Z",
            "2026-00-21T14:13:20Z",
            "2026-13-21T14:13:20Z",
            "2026-09-00T14:13:20Z",
            "2026-09-31T14:13:20Z",
            "2026-02-29T14:13:20Z",
            "2026-09-21T24:00:00Z",
            "2026-09-21T14:60:20Z",
            "2026-09-21T14:13:60Z",
            "2026-09-21T14:13:61Z",
            "2026-09-21T14:13:20+0200",
            "2026-09-21T14:13:20+02",
            "2026-09-21T14:13:20+2:00",
            "2026-09-21T14:13:20+24:00",
            "2026-09-21T14:13:20+25:00",
            "2026-09-21T14:13:20+02:60",
            "2026-09-21T14:13:20 +02:00",
            "2026-09-21T14:13:20Z+02:00",
            "2026-09-21T14:13:20Z[UTC]",
            "2026-09-21T14:13:20+02:00[Europe/Paris]",
            "2026-W39-1T14:13:20Z",
            "2026-264T14:13:20Z",
            "-2026-09-21T14:13:20Z",
            "+002026-09-21T14:13:20Z",
            "12026-09-21T14:13:20Z",
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-00:01",
            " 2026-09-21T14:13:20Z",
            "2026-09-21T14:13:20Z ",
            "2026-09-21T14:13:20Z\n",
            "２０２６-09-21T14:13:20Z",
            "Mon, 21 Sep 2026 14:13:20 GMT",
            "1790000000",
        ] {
            let body = with(&route.body, "last_message_at", json!(time));
            scene.refuse(route, body.to_string(), "last_message_at").await;
        }
    }
    assert_eq!(scene.app.written().await, before);
}

async fn a_time_is_kept_to_the_millisecond_in_utc(engine: Engine) {
    let scene = Scene::new(engine).await;
    for (time, kept) in [
        ("2026-09-21T14:13:20Z", "2026-09-21T14:13:20.000Z"),
        ("2026-09-21T14:13:20.1Z", "2026-09-21T14:13:20.100Z"),
        ("2026-09-21T14:13:20.123999999Z", "2026-09-21T14:13:20.123Z"),
        ("2026-09-21T16:43:20.007+02:30", "2026-09-21T14:13:20.007Z"),
        ("2026-09-20T15:13:20.007-23:00", "2026-09-21T14:13:20.007Z"),
        ("2026-09-21T14:13:20-00:00", "2026-09-21T14:13:20.000Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
        ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
    ] {
        assert_eq!(moved_to(&scene, time).await, kept);
    }
}

/// What programs write that mean "never".
async fn the_last_moment_of_the_year_9999_is_a_time(engine: Engine) {
    let scene = Scene::new(engine).await;
    for time in ["9999-12-30T00:00:00.000Z", "9999-12-31T00:00:00.000Z", "9999-12-31T23:59:59.999Z"] {
        assert_eq!(moved_to(&scene, time).await, time);
    }
}

/// A thread's place in the order after it was told to stand there.
async fn moved_to(scene: &Scene, time: &str) -> Value {
    let path = format!("/v1/threads/{}", scene.thread);
    scene.client.put(&path, &json!({ "last_message_at": time })).await.expect(200);
    scene.client.get(&path).await.expect(200)["last_message_at"].clone()
}
