//! Bodies and content at their largest.

use engine::Engine;
use hyper::Method;
use serde_json::json;

use super::Scene;
use crate::on_both_engines;

on_both_engines!(
    a_body_over_8_mib_is_refused,
    a_body_of_8_mib_is_read,
    the_size_is_checked_before_anything_in_the_request,
    a_refusal_reaches_the_sender_of_a_large_body,
    content_may_have_8388608_characters_and_no_more,
);

const LARGEST: usize = 12 * 1024 * 1024;

/// A JSON text with white space after it, up to so many bytes.
fn padded(json: &str, size: usize) -> Vec<u8> {
    let mut body = json.as_bytes().to_vec();
    body.resize(size, b' ');
    body
}

async fn a_body_over_8_mib_is_refused(engine: Engine) {
    let scene = Scene::new(engine).await;
    let routes = scene.routes().await;
    let before = scene.app.written().await;
    for route in &routes {
        let answer = scene.send(route, padded(&route.body.to_string(), LARGEST + 1)).await;
        answer.refused(413, "Request body too large");
    }
    // Whatever is in it.
    let answer = scene.send(&routes[0], vec![0xff; LARGEST + 1]).await;
    answer.refused(413, "Request body too large");
    let answer = scene.send(&routes[0], vec![b'['; 3 * LARGEST]).await;
    answer.refused(413, "Request body too large");
    assert_eq!(scene.app.written().await, before);
}

async fn a_body_of_8_mib_is_read(engine: Engine) {
    let scene = Scene::new(engine).await;
    for route in scene.routes().await {
        let answer = scene.send(&route, padded(&route.body.to_string(), LARGEST)).await;
        assert!(answer.status.is_success(), "{} {}: {answer:?}", route.method, route.path);
    }
    let before = scene.app.written().await;
    let many: Vec<String> = (0..400_000).map(|n| format!("\"unknown {n:06}\":1")).collect();
    let body = format!("{{{}}}", many.join(","));
    assert!(body.len() < LARGEST);
    let answer = scene.client.send(Method::POST, "/v1/threads", body.into()).await;
    answer.refused(400, "Schema validation error");
    assert!(answer.body.len() < 64 * 1024, "a refusal of {} bytes", answer.body.len());
    assert_eq!(scene.app.written().await, before);
}

async fn the_size_is_checked_before_anything_in_the_request(engine: Engine) {
    let scene = Scene::new(engine).await;
    let before = scene.app.written().await;
    let path = format!("/v1/threads/{}", "x".repeat(256));
    let answer = scene.client.send(Method::PUT, &path, padded("{}", LARGEST + 1).into()).await;
    answer.refused(413, "Request body too large");
    assert_eq!(scene.app.written().await, before);
}

/// The server has no need of the body to refuse the request, and still its sender, who is busy sending,
/// has to see the answer: a client whose token has ended must learn that and not of a broken connection.
async fn a_refusal_reaches_the_sender_of_a_large_body(engine: Engine) {
    let scene = Scene::new(engine).await;
    let browser = scene.app.browser("w", "u").await;
    scene.app.advance_secs(300);
    let message = format!("{}/{}", scene.messages(), scene.message);
    let body = padded(r#"{"content":{}}"#, LARGEST);
    let before = scene.app.written().await;
    for _ in 0..5 {
        let answer = browser.send(Method::PUT, &message, body.clone().into()).await;
        answer.refused(401, "JWT token has expired");
        let path = format!("/v1/threads/{}", "x".repeat(256));
        scene.client.send(Method::PUT, &path, body.clone().into()).await.invalid(&["thread_id"]);
    }
    assert_eq!(scene.app.written().await, before);
}

async fn content_may_have_8388608_characters_and_no_more(engine: Engine) {
    const MAX: usize = 8_388_608;
    let scene = Scene::new(engine).await;
    let around = r#"{"a":""}"#.len();
    // What JSON.stringify would print, in UTF-16: neither bytes nor what was sent. A body has room for so
    // many of some characters only.
    let texts = |length: usize| {
        let inner = length - around;
        let (accents, letters) = (1_000_000, 200_000);
        [
            "x".repeat(inner),
            "é".repeat(accents) + &"x".repeat(inner - accents),
            "😀".repeat(accents) + &"x".repeat(inner - 2 * accents),
            "\\n".repeat(inner / 2) + if inner % 2 == 1 { "x" } else { "" },
            "\\u0041".repeat(letters) + &"x".repeat(inner - letters),
            "\\ud83d".repeat(inner / 6) + &"x".repeat(inner % 6),
        ]
    };
    let message = format!("{}/{}", scene.messages(), scene.message);
    let before = scene.app.written().await;
    for text in texts(MAX + 1) {
        let content = format!("{{\"a\":\"{text}\"}}");
        let body = format!("{{\"parent_id\":null,\"format\":\"f\",\"content\":{content}}}");
        scene.client.send(Method::POST, &scene.messages(), body.into()).await.invalid(&["content"]);
        let body = format!("{{\"content\":{content}}}");
        scene.client.send(Method::PUT, &message, body.into()).await.invalid(&["content"]);
    }
    assert_eq!(scene.app.written().await, before);
    for text in texts(MAX) {
        let body = format!("{{\"content\": {{ \"a\" :\n\"{text}\" }} }}");
        assert_eq!(scene.client.send(Method::PUT, &message, body.into()).await.expect(200), json!({}));
    }
}
