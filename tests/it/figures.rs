//! How much is written in a project: counted once, by day, whatever becomes of it.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::{Client, TestApp, append, create_thread, eventually};

on_both_engines!(
    what_is_written_is_counted_once,
    a_reply_counts_once_there_is_something_of_it,
    an_erased_user_is_counted_without_their_name,
    figures_of_another_project_are_not_shown,
    visitors_are_told_apart_from_users,
);

const DAY_SECS: i64 = 24 * 3600;

async fn indexed(app: &TestApp) {
    let is_done = async || (app.count("SELECT COUNT(*) FROM search_queue", &[]).await == 0).then_some(());
    eventually("the index", is_done).await;
}

async fn figures(operator: &Client, app: &TestApp) -> Value {
    indexed(app).await;
    operator.get(&format!("/api/projects/{}/figures", app.project)).await.expect(200)
}

fn figure(count: i64, before: i64) -> Value {
    json!({ "count": count, "before": before })
}

fn period(threads: (i64, i64), messages: (i64, i64), users: (i64, i64)) -> Value {
    let [threads, messages, active_users] =
        [threads, messages, users].map(|(count, before)| figure(count, before));
    json!({
        "threads": threads, "messages": messages, "active_users": active_users, "active_visitors": figure(0, 0),
    })
}

async fn what_is_written_is_counted_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let nothing = period((0, 0), (0, 0), (0, 0));
    assert_eq!(
        figures(&operator, &app).await,
        json!({ "today": nothing, "week": nothing, "month": nothing })
    );
    let (ann, bob) = (app.backend("w", "ann").await, app.backend("w", "bob").await);
    let old = create_thread(&ann).await;
    append(&ann, &old, None, "one").await;
    append(&bob, &old, None, "two").await;
    indexed(&app).await;
    app.advance_secs(DAY_SECS);
    let thread = create_thread(&ann).await;
    let kept = append(&ann, &thread, None, "three").await;
    let content = json!({ "content": { "role": "user", "content": [{ "type": "text", "text": "other" }] } });
    ann.put(&format!("/v1/threads/{thread}/messages/{kept}"), &content).await.expect(200);
    ann.put(&format!("/v1/threads/{thread}"), &json!({ "title": "Named" })).await.expect(200);
    indexed(&app).await;
    ann.put(&format!("/v1/threads/{thread}"), &json!({ "title": "Renamed" })).await.expect(200);
    ann.delete(&format!("/v1/threads/{old}")).await.expect(200);
    let told = figures(&operator, &app).await;
    assert_eq!(told["today"], period((1, 1), (1, 2), (1, 2)));
    assert_eq!(told["week"], period((2, 0), (3, 0), (2, 0)), "those of two days are one");
    assert_eq!(told["month"], told["week"]);
}

async fn a_reply_counts_once_there_is_something_of_it(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let ann = app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    append(&ann, &thread, None, "a question").await;
    let reply = |text: &str| json!({ "role": "assistant", "content": [{ "type": "text", "text": text }] });
    for external_id in ["slow", "fast"] {
        let opening = json!({
            "parent_id": null, "external_id": external_id, "format": "aui/v0", "content": reply(""), "open_run": true
        });
        let path = format!("/v1/threads/{thread}/messages");
        let opened = ann.post(&path, &opening).await.expect(201);
        if external_id == "slow" {
            assert_eq!(figures(&operator, &app).await["today"]["messages"], figure(1, 0));
        }
        let message = opened["message_id"].as_str().unwrap();
        for text in ["", "The", "The whole"] {
            let content = json!({ "content": reply(text), "lease_id": opened["lease_id"] });
            ann.put(&format!("{path}/{message}"), &content).await.expect(200);
        }
    }
    assert_eq!(figures(&operator, &app).await["today"]["messages"], figure(3, 0));
}

async fn an_erased_user_is_counted_without_their_name(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let ann = app.backend("w", "ann").await;
    for round in 1..=2 {
        let thread = create_thread(&ann).await;
        append(&ann, &thread, None, "said").await;
        indexed(&app).await;
        operator.delete(&format!("/api/projects/{}/users/ann", app.project)).await.expect(200);
        let told = figures(&operator, &app).await;
        assert_eq!(told["today"], period((round, 0), (round, 0), (1, 0)));
        assert_eq!(app.count("SELECT COUNT(*) FROM daily_users WHERE user_id = 'ann'", &[]).await, 0);
    }
}

async fn figures_of_another_project_are_not_shown(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let other = app.create_project().await;
    create_thread(&app.backend("w", "ann").await).await;
    indexed(&app).await;
    let path = format!("/api/projects/{other}/figures");
    assert_eq!(operator.get(&path).await.expect(200)["today"], period((0, 0), (0, 0), (0, 0)));
    app.stranger().await.get(&path).await.refused(404, "Project not found");
}

async fn visitors_are_told_apart_from_users(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let ann = app.browser("w", "ann").await;
    let thread = create_thread(&ann).await;
    append(&ann, &thread, None, "said").await;
    for _ in 0..2 {
        let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
        let visitor = app.anyone().bearing(session["access_token"].as_str().unwrap());
        let thread = create_thread(&visitor).await;
        append(&visitor, &thread, None, "said").await;
    }
    let told = figures(&operator, &app).await;
    assert_eq!(told["today"]["active_users"], figure(1, 0));
    assert_eq!(told["week"]["active_visitors"], figure(2, 0));
    // An erased visitor is still one.
    let visitors = app.count("SELECT COUNT(*) FROM daily_users WHERE user_id LIKE 'usr_anon_0%'", &[]).await;
    assert_eq!(visitors, 2);
    let sql = "SELECT user_id FROM daily_users WHERE user_id LIKE 'usr_anon_0%' ORDER BY user_id LIMIT 1";
    let id = app.store.read(async |conn| conn.first(sql, &[], |row| row.get::<String>(0)).await).await;
    let id = id.unwrap().unwrap();
    operator.delete(&format!("/api/projects/{}/users/{id}", app.project)).await.expect(200);
    assert_eq!(figures(&operator, &app).await["today"]["active_visitors"], figure(2, 0));
    assert_eq!(app.count("SELECT COUNT(*) FROM daily_users WHERE user_id = ?1", &[&id]).await, 0);
}
