//! Arrays in arrays in arrays.

use engine::Engine;
use hyper::Method;
use serde_json::{Value, json};

use super::{Rule, Scene, with};
use crate::on_both_engines;

on_both_engines!(
    ten_thousand_levels_are_refused_wherever_they_stand,
    content_may_nest_a_thousand_levels_deep,
    a_reasonable_depth_is_accepted,
);

/// Arrays or objects, so many in each other.
fn nested(depth: usize) -> [String; 2] {
    let arrays = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    [arrays, objects]
}

async fn ten_thousand_levels_are_refused_wherever_they_stand(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        for deep in nested(10_000) {
            for field in &route.fields {
                let mut places = vec![json!("@")];
                if matches!(field.rule, Rule::Object | Rule::Content) {
                    places.extend([json!({ "k": "@" }), json!({ "k": [{ "n": "@" }] })]);
                }
                if field.rule == Rule::Ids {
                    places.push(json!(["@"]));
                }
                for place in places {
                    let body = with(&route.body, field.name, place).to_string().replace("\"@\"", &deep);
                    scene.refuse(route, body, field.name).await;
                }
            }
            let answer = scene.send(route, deep.clone()).await;
            answer.refused(400, "Schema validation error");
            if route.is_strict {
                let body = with(&route.body, "unknown", json!("@")).to_string().replace("\"@\"", &deep);
                scene.refuse(route, body, "unknown").await;
            }
        }
        // Without their ends they are not even JSON.
        for half in ["[".repeat(10_000), "{\"a\":".repeat(10_000)] {
            scene.send(route, half).await.refused(400, "Malformed JSON in request body");
        }
    }
    assert_eq!(scene.app.written().await, before);
}

/// Twice, so that what is stored is compared with what comes: the second time nothing is written.
async fn content_may_nest_a_thousand_levels_deep(engine: Engine) {
    let scene = Scene::new(engine).await;
    for (n, deep) in nested(999).into_iter().enumerate() {
        let body = |deep: &str| {
            let content = format!(r#"{{"role":"assistant","a":{deep}}}"#);
            format!(r#"{{"parent_id":null,"external_id":"{n}","format":"f","content":{content}}}"#)
        };
        scene.client.send(Method::POST, &scene.messages(), body(&deep).into()).await.expect(201);
        let written = scene.app.written().await;
        scene.app.advance_secs(1);
        scene.client.send(Method::POST, &scene.messages(), body(&deep).into()).await.expect(200);
        assert_eq!(scene.app.written().await, written);
        let listed = scene.client.get(&scene.messages()).await;
        assert!(String::from_utf8_lossy(&listed.body).contains(&deep));
        let deeper = format!("[{deep}]");
        scene.client.send(Method::POST, &scene.messages(), body(&deeper).into()).await.invalid(&["content"]);
    }
}

async fn a_reasonable_depth_is_accepted(engine: Engine) {
    let scene = Scene::new(engine).await;
    for deep in nested(60) {
        let deep: Value = serde_json::from_str(&deep).unwrap();
        let path = format!("/v1/threads/{}", scene.thread);
        scene.client.put(&path, &json!({ "metadata": { "a": deep } })).await.expect(200);
        assert_eq!(scene.client.get(&path).await.expect(200)["metadata"]["a"], deep);
    }
}
