//! Arrays in arrays in arrays.

use engine::Engine;
use serde_json::{Value, json};

use super::{Rule, Scene, with};
use crate::on_both_engines;

on_both_engines!(ten_thousand_levels_are_refused_wherever_they_stand, a_reasonable_depth_is_accepted,);

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

async fn a_reasonable_depth_is_accepted(engine: Engine) {
    let scene = Scene::new(engine).await;
    for deep in nested(60) {
        let deep: Value = serde_json::from_str(&deep).unwrap();
        let body = json!({ "parent_id": null, "format": "f", "content": { "a": deep } });
        scene.client.post(&scene.messages(), &body).await.expect(201);
        let list = scene.client.get(&scene.messages()).await.expect(200);
        assert_eq!(list["messages"][0]["content"]["a"], deep);
        let path = format!("/v1/threads/{}", scene.thread);
        scene.client.put(&path, &json!({ "metadata": { "a": deep } })).await.expect(200);
        assert_eq!(scene.client.get(&path).await.expect(200)["metadata"]["a"], deep);
    }
}
