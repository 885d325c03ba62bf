//! How much one user and one workspace may write.

mod settings;
mod storage;

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};
use threadkeep::fair_use::model::{FairUseChange, Limit, Party, Setting};
use threadkeep::projects::model::ProjectChange;

use crate::on_both_engines;
use crate::support::chat::{messages, post_message, reply, threads, with};
use crate::support::tokens::claims_of;
use crate::support::{Answer, Client, TestApp, append, create_thread, user_message};

on_both_engines!(
    a_visitor_creates_so_many_threads_a_minute,
    a_visitor_writes_so_many_messages_a_minute,
    users_and_backends_are_not_limited_by_default,
    a_limit_of_users_is_each_users_own,
    a_limit_of_workspaces_is_shared_by_their_users,
    a_limit_of_keys_is_for_keys_alone,
    a_streaming_reply_counts_once,
    who_waits_as_told_gets_in,
    a_visitor_names_so_many_libraries_a_day,
    a_project_keeps_the_libraries_that_were_seen_last,
);

/// Someone who has just come to the default project.
async fn visitor(app: &TestApp) -> Client {
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    app.anyone().bearing(session["access_token"].as_str().unwrap())
}

async fn set(app: &TestApp, party: Party, limit: Limit, value: Option<u64>) {
    let fair_use = Some(FairUseChange(vec![Setting { party, limit, value }]));
    app.change_project(&app.project, ProjectChange { fair_use, ..ProjectChange::default() }).await;
}

async fn new_thread(client: &Client) -> Answer {
    client.post("/v1/threads", &json!({ "last_message_at": "2026-09-01T00:00:00Z" })).await
}

fn is_limited(answer: &Answer) -> u32 {
    answer.refused(429, "rate_limited");
    let wait = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    wait
}

/// How many of so many at once are let in; the others are told to wait.
async fn let_in(answers: impl Iterator<Item = impl Future<Output = Answer>>) -> usize {
    let answers = join_all(answers).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    refused.iter().for_each(|answer| {
        is_limited(answer);
    });
    made.len()
}

async fn a_visitor_creates_so_many_threads_a_minute(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (flood, other) = (visitor(&app).await, visitor(&app).await);
    assert_eq!(let_in((0..40).map(|_| new_thread(&flood))).await, 30);
    assert_eq!(app.count("SELECT COUNT(*) FROM threads", &[]).await, 30);
    // Nobody else notices, and what is there can be read and written in.
    new_thread(&other).await.expect(201);
    let mine = threads(&flood, "").await;
    append(&flood, mine[0]["id"].as_str().unwrap(), None, "still here").await;
}

async fn a_visitor_writes_so_many_messages_a_minute(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (flood, other) = (visitor(&app).await, visitor(&app).await);
    let (thread, elsewhere) = (create_thread(&flood).await, create_thread(&other).await);
    let body = user_message(None, "x");
    assert_eq!(let_in((0..150).map(|_| post_message(&flood, &thread, &body))).await, 120);
    assert_eq!(app.count("SELECT COUNT(*) FROM messages", &[]).await, 120);
    let kept = messages(&flood, &thread, "?limit=1").await;
    let path = format!("/v1/threads/{thread}/messages/{}", kept[0]["id"].as_str().unwrap());
    is_limited(&flood.put(&path, &json!({ "content": { "role": "user" } })).await);
    append(&other, &elsewhere, None, "x").await;
    new_thread(&flood).await.expect(201);
}

async fn users_and_backends_are_not_limited_by_default(engine: Engine) {
    let app = TestApp::start(engine).await;
    for client in [app.browser("w", "ann").await, app.backend("w", "bob").await] {
        assert_eq!(let_in((0..40).map(|_| new_thread(&client))).await, 40);
        let thread = create_thread(&client).await;
        let body = user_message(None, "x");
        assert_eq!(let_in((0..150).map(|_| post_message(&client, &thread, &body))).await, 150);
    }
    // A backend acts for visitors, too.
    let visitor = visitor(&app).await;
    let head = visitor.head();
    let token = head.rsplit_once("Bearer ").unwrap().1.split_whitespace().next().unwrap();
    let id = claims_of(token)["sub"].as_str().unwrap().to_owned();
    let backend = app.backend(&id, &id).await;
    assert_eq!(let_in((0..40).map(|_| new_thread(&backend))).await, 40);
}

async fn a_limit_of_users_is_each_users_own(engine: Engine) {
    let app = TestApp::start(engine).await;
    set(&app, Party::Users, Limit::UserThreads, Some(3)).await;
    set(&app, Party::Users, Limit::UserMessages, Some(5)).await;
    let (ann, bob, key) =
        (app.browser("w", "ann").await, app.browser("w", "bob").await, app.backend("w", "ann").await);
    assert_eq!(let_in((0..6).map(|_| new_thread(&ann))).await, 3);
    // In another workspace it is still the same user.
    is_limited(&new_thread(&app.browser("other", "ann").await).await);
    let thread = create_thread(&bob).await;
    let body = user_message(None, "x");
    assert_eq!(let_in((0..9).map(|_| post_message(&ann, &thread, &body))).await, 5);
    append(&bob, &thread, None, "x").await;
    append(&key, &thread, None, "x").await;
    set(&app, Party::Users, Limit::UserMessages, None).await;
    append(&ann, &thread, None, "x").await;
}

async fn a_limit_of_workspaces_is_shared_by_their_users(engine: Engine) {
    let app = TestApp::start(engine).await;
    set(&app, Party::Users, Limit::WorkspaceThreads, Some(4)).await;
    set(&app, Party::Users, Limit::WorkspaceMessages, Some(4)).await;
    let (ann, bob) = (app.browser("w", "ann").await, app.browser("w", "bob").await);
    let elsewhere = app.browser("elsewhere", "ann").await;
    let both = || (0..8).map(|n| if n % 2 == 0 { &ann } else { &bob });
    assert_eq!(let_in(both().map(new_thread)).await, 4);
    let thread = threads(&ann, "").await[0]["id"].as_str().unwrap().to_owned();
    let body = user_message(None, "x");
    assert_eq!(let_in(both().map(|client| post_message(client, &thread, &body))).await, 4);
    let thread = create_thread(&elsewhere).await;
    append(&elsewhere, &thread, None, "x").await;
}

async fn a_limit_of_keys_is_for_keys_alone(engine: Engine) {
    let app = TestApp::start(engine).await;
    set(&app, Party::Keys, Limit::UserThreads, Some(2)).await;
    let (ann, bob) = (app.backend("w", "ann").await, app.backend("w", "bob").await);
    assert_eq!(let_in((0..5).map(|_| new_thread(&ann))).await, 2);
    new_thread(&bob).await.expect(201);
    new_thread(&app.browser("w", "ann").await).await.expect(201);
}

async fn a_streaming_reply_counts_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    set(&app, Party::Visitors, Limit::UserMessages, Some(3)).await;
    let client = visitor(&app).await;
    let thread = create_thread(&client).await;
    append(&client, &thread, None, "question").await;
    let placeholder = with(reply(None, ""), &json!({ "external_id": "e", "open_run": true }));
    let opened = post_message(&client, &thread, &placeholder).await.expect(201);
    let text = |name: &str| opened[name].as_str().unwrap().to_owned();
    let (message, lease) = (text("message_id"), text("lease_id"));
    let path = format!("/v1/threads/{thread}/messages/{message}");
    let content = |length: usize| with(reply(None, &"word ".repeat(length)), &json!({}))["content"].clone();
    for length in 0..500 {
        let body = json!({ "content": content(length), "lease_id": lease });
        client.put(&path, &body).await.expect(200);
        if length % 100 == 0 {
            client.post_empty(&format!("/v1/threads/{thread}/runs/{lease}/heartbeat")).await.expect(200);
            // The other way to write as the lease's holder.
            let again = json!({ "external_id": "e", "lease_id": lease, "content": content(length) });
            post_message(&client, &thread, &with(reply(None, ""), &again)).await.expect(200);
        }
    }
    client.post(&format!("/v1/threads/{thread}/runs/{lease}/end"), &json!({})).await.expect(200);
    append(&client, &thread, Some(&message), "another question").await;
    is_limited(&post_message(&client, &thread, &user_message(None, "one too many")).await);
}

async fn who_waits_as_told_gets_in(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = visitor(&app).await;
    assert_eq!(let_in((0..30).map(|_| new_thread(&client))).await, 30);
    let wait = is_limited(&new_thread(&client).await);
    assert_eq!(wait, 2);
    app.advance_secs(i64::from(wait) - 1);
    assert_eq!(is_limited(&new_thread(&client).await), 1);
    app.advance_secs(1);
    new_thread(&client).await.expect(201);
    is_limited(&new_thread(&client).await);
    app.advance_secs(60);
    assert_eq!(let_in((0..40).map(|_| new_thread(&client))).await, 30);
}

async fn libraries(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM sdks", &[]).await
}

/// Waits until what was noted is written, which goes in order of neither names nor times.
async fn written(app: &TestApp, client: &Client, last: &str) {
    client.with("aui-sdk", last).get("/v1/threads").await.expect(200);
    let (name, version) = last.rsplit_once('/').unwrap();
    let (name, version) = (name.to_owned(), version.to_owned());
    crate::support::eventually("the libraries", async || {
        let sql = "SELECT COUNT(*) FROM sdks WHERE name = ?1 AND version = ?2";
        (app.count(sql, &[&name, &version]).await == 1).then_some(())
    })
    .await;
}

async fn a_visitor_names_so_many_libraries_a_day(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (flood, user) = (visitor(&app).await, app.browser("w", "ann").await);
    for n in 0..60 {
        let named = flood.with("aui-sdk", &format!("flood/1.0.{n}"));
        assert_eq!(named.get("/v1/threads").await.expect(200), json!({ "threads": [] }));
    }
    written(&app, &user, "honest/1.0.0").await;
    assert_eq!(libraries(&app).await, 32 + 1);
    // The same as ever is no further one, and nobody else is kept from naming theirs.
    flood.with("aui-sdk", "flood/1.0.1").get("/v1/threads").await.expect(200);
    written(&app, &user, "flood/1.0.59").await;
    assert_eq!(libraries(&app).await, 32 + 2);
}

async fn a_project_keeps_the_libraries_that_were_seen_last(engine: Engine) {
    let app = TestApp::start(engine).await;
    let backend = app.backend("w", "ann").await;
    written(&app, &backend, "old/1.0.0").await;
    app.advance_secs(1);
    for round in 0..3 {
        let name = async |n: i32| {
            let names: Vec<String> = (0..8).map(|part| format!("new{round}/{n}.{part}.0")).collect();
            backend.with("aui-sdk", &names.join(" ")).get("/v1/threads").await.expect(200)
        };
        join_all((0..60).map(name)).await;
        app.advance_secs(1);
        written(&app, &backend, &format!("last{round}/1.0.0")).await;
    }
    assert_eq!(libraries(&app).await, 1000);
    assert_eq!(app.count("SELECT COUNT(*) FROM sdks WHERE name = 'old'", &[]).await, 0);
    let last: Value = backend.with("aui-sdk", "old/1.0.0").get("/v1/threads").await.expect(200);
    assert_eq!(last, json!({ "threads": [] }));
}
