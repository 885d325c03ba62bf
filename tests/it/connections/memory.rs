//! What is held for those who send and read slowly has a bound, and small requests pass.

use std::time::Duration;

use engine::Engine;
use hyper::Method;
use serde_json::json;
use threadkeep::http::connection::deadlines::Deadlines;
use threadkeep::members::model::Role;

use super::{Streams, Wire, get, thread_with};
use crate::on_one_engine;
use crate::support::{Client, TestApp, append, create_thread, eventually, user_message};

on_one_engine!(
    unread_lists_take_no_more_than_the_budget_and_small_requests_pass,
    held_back_bodies_take_no_more_than_was_sent,
    operators_bodies_are_received_from_operators_alone,
    operators_bodies_are_small,
);

/// The smallest budget that is taken, in bytes.
const BUDGET: &str = "33554432";

async fn short_of_memory(engine: Engine) -> TestApp {
    let deadlines = Deadlines { memory: Duration::from_millis(300), ..Deadlines::default() };
    TestApp::start_impatient(engine, &[("limits.buffered_bytes", BUDGET)], deadlines).await
}

/// Sends a message that counts; true when it was accepted, false when there was no memory for it.
async fn append_large(client: &Client, thread: &str) -> bool {
    let body = user_message(None, &"x".repeat(2 * 1024 * 1024));
    let answer = client.post(&format!("/v1/threads/{thread}/messages"), &body).await;
    if answer.status == 201 {
        return true;
    }
    answer.refused(503, "The server is busy");
    assert_eq!(answer.header("retry-after"), Some("1"));
    false
}

/// So many client addresses are needed to use up the smallest budget.
const ADDRESSES: [&str; 2] = ["192.0.2.1", "192.0.2.2"];

async fn unread_lists_take_no_more_than_the_budget_and_small_requests_pass(engine: Engine) {
    let app = short_of_memory(engine).await;
    let (hostile, honest) = (app.browser("w", "u").await, app.browser("v", "v").await);
    let honest = honest.with("x-forwarded-for", "192.0.2.9");
    let list = thread_with(&hostile, 150, 20 * 1024).await;
    let (thread, small) = (create_thread(&honest).await, create_thread(&honest).await);
    append(&honest, &small, None, "small").await;
    let mut unread = Vec::new();
    for address in ADDRESSES {
        assert!(append_large(&honest, &thread).await, "one address has no more than its share");
        let hostile = hostile.with("x-forwarded-for", address);
        let mut streams = Streams::connect(&app).await;
        for _ in 0..40 {
            unread.push(streams.get(&hostile, &app, &list).await);
        }
        assert!(!append_large(&hostile, &thread).await);
    }
    assert!(!append_large(&honest, &thread).await);
    append(&honest, &small, None, "small").await;
    honest.get("/v1/threads").await.expect(200);
    let read = honest.get(&format!("/v1/threads/{small}/messages")).await.expect(200);
    assert_eq!(read["messages"].as_array().unwrap().len(), 2);
    drop(unread);
    eventually("memory", async || append_large(&honest, &thread).await.then_some(())).await;
}

async fn held_back_bodies_take_no_more_than_was_sent(engine: Engine) {
    let app = short_of_memory(engine).await;
    let (hostile, honest) = (app.browser("w", "u").await, app.browser("v", "v").await);
    let honest = honest.with("x-forwarded-for", "192.0.2.9");
    let (of_hostile, thread) = (create_thread(&hostile).await, create_thread(&honest).await);
    let mut held = Vec::new();
    for address in ADDRESSES.repeat(15) {
        let head = hostile.with("x-forwarded-for", address).head();
        let request = format!(
            "POST /v1/threads/{of_hostile}/messages HTTP/1.1\r\nhost: x\r\n{head}content-length: 12000000\r\n\r\n"
        );
        held.push(Wire::saying(&app, request).await);
    }
    assert!(append_large(&honest, &thread).await, "nothing was sent, and nothing is taken");
    // Whoever is refused more than its share gets an answer; what it sends after that is thrown away.
    for wire in &mut held[..4] {
        wire.say(vec![b' '; 7_900_000]).await;
    }
    eventually("no memory", async || (!append_large(&honest, &thread).await).then_some(())).await;
    append(&honest, &thread, None, "small").await;
    drop(held);
    eventually("memory", async || append_large(&honest, &thread).await.then_some(())).await;
}

/// Nobody waits for the body: the answer comes while it is held back.
async fn operators_bodies_are_received_from_operators_alone(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let stranger = app.anyone().with("cookie", "threadkeep=x").with("x-csrf-token", "x");
    let length = "content-length: 8000000\r\ncontent-type: application/json\r\n";
    for (client, head, status) in [
        (&app.anyone(), "PUT /api/account", "401"),
        (&stranger, "PUT /api/account", "401"),
        (&app.anyone(), "GET /api/account/sessions", "401"),
        (&app.anyone(), "GET /api/status", "200"),
        (&operator, "GET /api/session", "200"),
        (&operator, "PUT /api/account", "413"),
        (&app.anyone(), "POST /api/session", "413"),
    ] {
        let request = format!("{head} HTTP/1.1\r\nhost: x\r\n{}{length}\r\n", client.head());
        let said = Wire::saying(&app, request).await.answer().await;
        assert_eq!(said.split(' ').nth(1), Some(status), "{head}: {said}");
        if status == "401" {
            assert!(said.contains(r#""error":"Sign in first""#), "{said}");
            assert!(said.contains("cache-control: private, no-store"), "{said}");
        }
    }
    let said = Wire::saying(&app, get(&operator, "/api/session")).await.answer().await;
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
}

async fn operators_bodies_are_small(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let body = |length: usize| {
        let name = json!({ "name": "Op" }).to_string();
        format!("{name}{}", " ".repeat(length - name.len()))
    };
    operator.send(Method::PUT, "/api/account", body(128 * 1024).into()).await.expect(200);
    let larger = operator.send(Method::PUT, "/api/account", body(128 * 1024 + 1).into()).await;
    larger.refused(413, "Request body too large");
}
