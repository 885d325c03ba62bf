//! Who was active in a month, and how many may be.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};
use threadkeep::projects::model::ProjectChange;

use crate::on_both_engines;
use crate::support::chat::{messages, post_message, reply, with};
use crate::support::{Client, TestApp, append, create_thread, user_message};

on_both_engines!(
    a_user_is_recorded_once_a_month,
    only_a_new_message_of_a_user_counts,
    nobody_is_counted_for_a_write_that_fails,
    the_system_is_no_user,
    visitors_are_users,
    projects_count_apart,
    a_new_user_past_the_cap_is_refused,
    a_refused_message_leaves_no_trace,
    the_next_month_starts_anew,
    new_users_at_the_cap_never_exceed_it,
    a_cap_can_be_raised_and_taken_away
);

/// How many users the month has on record; both of its tables must agree.
async fn active(app: &TestApp) -> i64 {
    let month = app.now().month();
    let project = app.project.to_string();
    let listed = "SELECT count(*) FROM active_users WHERE project_id = ?1 AND month = ?2";
    let listed = app.count(listed, &[&project, &month]).await;
    let counted = "SELECT CAST(COALESCE(SUM(count + visitors), 0) AS BIGINT) FROM active_user_counts
                   WHERE project_id = ?1 AND month = ?2";
    assert_eq!(app.count(counted, &[&project, &month]).await, listed);
    listed
}

async fn set_cap(app: &TestApp, cap: Option<i64>) {
    let change = ProjectChange { active_user_cap: Some(cap), ..ProjectChange::default() };
    app.change_project(&app.project, change).await;
}

/// Moves the clock into the next month.
fn next_month(app: &TestApp) {
    app.advance_secs(app.now().next_month().secs() - app.now().secs() + 1);
}

async fn a_user_is_recorded_once_a_month(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, bob) = (app.backend("w", "alice").await, app.backend("w", "bob").await);
    let (id, other) = (create_thread(&alice).await, create_thread(&alice).await);
    assert_eq!(active(&app).await, 0);
    append(&alice, &id, None, "x").await;
    assert_eq!(active(&app).await, 1);
    append(&alice, &other, None, "x").await;
    append(&app.browser("elsewhere", "alice").await, &id_in(&app, "elsewhere").await, None, "x").await;
    assert_eq!(active(&app).await, 1);
    append(&bob, &id, None, "x").await;
    assert_eq!(active(&app).await, 2);
    next_month(&app);
    assert_eq!(active(&app).await, 0);
    append(&alice, &id, None, "x").await;
    assert_eq!(active(&app).await, 1);
    assert_eq!(app.count("SELECT count(*) FROM active_users", &[]).await, 3);
}

async fn id_in(app: &TestApp, workspace: &str) -> String {
    create_thread(&app.backend(workspace, "somebody").await).await
}

async fn only_a_new_message_of_a_user_counts(engine: Engine) {
    let app = TestApp::start(engine).await;
    let system = app.backend("w", "__SYSTEM__").await;
    let alice = app.backend("w", "alice").await;
    let id = create_thread(&alice).await;
    let copied = with(user_message(None, "x"), &json!({ "external_id": "e" }));
    let made = post_message(&system, &id, &copied).await.expect(201);

    post_message(&alice, &id, &reply(None, "x")).await.expect(201);
    for content in [json!({}), json!({ "role": "User" }), json!({ "role": ["user"] })] {
        post_message(&alice, &id, &with(reply(None, "x"), &json!({ "content": content }))).await.expect(201);
    }
    // A repeat, with the same content or with other content, and an update that makes it a user's.
    post_message(&alice, &id, &copied).await.expect(200);
    let other = with(user_message(None, "y"), &json!({ "external_id": "e" }));
    post_message(&alice, &id, &other).await.expect(200);
    let path = format!("/v1/threads/{id}/messages/{}", made["message_id"].as_str().unwrap());
    alice.put(&path, &json!({ "content": { "role": "user" } })).await.expect(200);
    alice.post(&format!("{path}/feedback"), &json!({ "type": "positive" })).await.expect(200);
    assert_eq!(active(&app).await, 0);

    let body = json!({ "parent_id": null, "format": "any", "content": { "role": "user" } });
    post_message(&alice, &id, &body).await.expect(201);
    assert_eq!(active(&app).await, 1);
}

async fn nobody_is_counted_for_a_write_that_fails(engine: Engine) {
    let app = TestApp::start(engine).await;
    let alice = app.backend("w", "alice").await;
    let id = create_thread(&alice).await;
    let before = app.written().await;
    post_message(&alice, "thread_0nowhere", &user_message(None, "x")).await.refused(404, "Thread not found");
    let orphan = user_message(Some("msg_0nowhere"), "x");
    post_message(&alice, &id, &orphan).await.refused(400, "Parent message not found in thread");
    let bad = with(user_message(None, "x"), &json!({ "format": "" }));
    post_message(&alice, &id, &bad).await.invalid(&["format"]);
    assert_eq!((active(&app).await, app.written().await), (0, before));
    append(&alice, &id, None, "x").await;
    assert_eq!(active(&app).await, 1);
}

async fn the_system_is_no_user(engine: Engine) {
    let app = TestApp::start(engine).await;
    set_cap(&app, Some(0)).await;
    let named = app.backend("w", "__SYSTEM__").await;
    let key = app.create_key(&app.project, None).await;
    let unnamed = app.anyone().bearing(&key).with("aui-workspace-id", "w");
    let id = create_thread(&named).await;
    append(&named, &id, None, "x").await;
    append(&unnamed, &id, None, "x").await;
    assert_eq!(active(&app).await, 0);
}

async fn visitors_are_users(engine: Engine) {
    let app = TestApp::start(engine).await;
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let visitor = app.anyone().bearing(session["access_token"].as_str().unwrap());
    let id = create_thread(&visitor).await;
    append(&visitor, &id, None, "x").await;
    assert_eq!(active(&app).await, 1);
    let recorded = "SELECT count(*) FROM active_users WHERE user_id LIKE 'usr_anon_0%'";
    assert_eq!(app.count(recorded, &[]).await, 1);
}

async fn projects_count_apart(engine: Engine) {
    let app = TestApp::start(engine).await;
    set_cap(&app, Some(0)).await;
    let other = app.create_project().await;
    let key = app.create_key(&other, None).await;
    let stranger = app.anyone().bearing(&key).with("aui-workspace-id", "w").with("aui-user-id", "alice");
    let id = create_thread(&stranger).await;
    append(&stranger, &id, None, "x").await;
    assert_eq!(active(&app).await, 0);
    let recorded = "SELECT count(*) FROM active_users WHERE project_id = ?1";
    assert_eq!(app.count(recorded, &[&other.to_string()]).await, 1);
}

async fn refused_by_cap(app: &TestApp, client: &Client, thread: &str, cap: i64) {
    let answer = post_message(client, thread, &user_message(None, "one too many")).await;
    let mut body = answer.refused(402, "plan_limit_reached");
    let message = body.as_object_mut().unwrap().remove("message");
    assert!(message.is_some_and(|message| message.as_str().is_some_and(|text| !text.is_empty())));
    let period_end = app.now().next_month().to_string();
    assert!(period_end.ends_with("-01T00:00:00.000Z"), "{period_end}");
    let expected =
        json!({ "error": "plan_limit_reached", "plan": "self-hosted", "period_end": period_end, "cap": cap });
    assert_eq!(body, expected);
    assert_eq!(answer.header("retry-after"), None);
}

async fn a_new_user_past_the_cap_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    set_cap(&app, Some(2)).await;
    let people =
        [app.backend("w", "alice").await, app.browser("w", "bob").await, app.backend("w", "carol").await];
    let id = create_thread(&people[0]).await;
    append(&people[0], &id, None, "x").await;
    append(&people[1], &id, None, "x").await;
    refused_by_cap(&app, &people[2], &id, 2).await;
    refused_by_cap(&app, &people[2], &id, 2).await;
    // Those who are on record go on, and everyone may write what is not a user's message.
    append(&people[0], &id, None, "y").await;
    append(&people[1], &id, None, "y").await;
    post_message(&people[2], &id, &reply(None, "x")).await.expect(201);
    create_thread(&people[2]).await;
    assert_eq!(active(&app).await, 2);
}

async fn a_refused_message_leaves_no_trace(engine: Engine) {
    let app = TestApp::start(engine).await;
    set_cap(&app, Some(0)).await;
    let alice = app.backend("w", "alice").await;
    let id = create_thread(&alice).await;
    let before = app.written().await;
    app.advance_secs(60);
    refused_by_cap(&app, &alice, &id, 0).await;
    assert_eq!(app.written().await, before);
    assert_eq!(active(&app).await, 0);
    assert_eq!(messages(&alice, &id, "").await, Vec::<Value>::new());
    // What is wrong with the parent is said before the cap is.
    let orphan = user_message(Some("msg_0nowhere"), "x");
    post_message(&alice, &id, &orphan).await.refused(400, "Parent message not found in thread");
    // A repeat is no new message.
    let copied = with(user_message(None, "x"), &json!({ "external_id": "e" }));
    post_message(&app.backend("w", "__SYSTEM__").await, &id, &copied).await.expect(201);
    post_message(&alice, &id, &copied).await.expect(200);
}

async fn the_next_month_starts_anew(engine: Engine) {
    let app = TestApp::start(engine).await;
    set_cap(&app, Some(1)).await;
    let (alice, bob) = (app.backend("w", "alice").await, app.backend("w", "bob").await);
    let id = create_thread(&alice).await;
    append(&alice, &id, None, "x").await;
    refused_by_cap(&app, &bob, &id, 1).await;
    // To the last second of the month, and then beyond.
    app.advance_secs(app.now().next_month().secs() - app.now().secs() - 1);
    refused_by_cap(&app, &bob, &id, 1).await;
    app.advance_secs(1);
    append(&bob, &id, None, "x").await;
    refused_by_cap(&app, &alice, &id, 1).await;
    assert_eq!(active(&app).await, 1);
}

async fn new_users_at_the_cap_never_exceed_it(engine: Engine) {
    let app = TestApp::start(engine).await;
    set_cap(&app, Some(5)).await;
    let backend = app.backend("w", "__SYSTEM__").await;
    let key = app.create_key(&app.project, None).await;
    let people = (0..20).map(|n| {
        app.anyone().bearing(&key).with("aui-workspace-id", "w").with("aui-user-id", &format!("user-{n}"))
    });
    let people: Vec<Client> = people.collect();
    // Two threads: the line is not one of their rows.
    let threads = [create_thread(&backend).await, create_thread(&backend).await];
    let sent = people.iter().enumerate().flat_map(|(n, who)| [(n, who), (n + 1, who)]);
    let body = user_message(None, "x");
    let answers = join_all(
        sent.map(async |(n, who)| (n, post_message(who, &threads[n % 2], &body).await.status.as_u16())),
    )
    .await;
    assert!(answers.iter().all(|(_, status)| matches!(status, 201 | 402)), "{answers:?}");
    assert_eq!(answers.iter().filter(|(_, status)| *status == 201).count(), 10, "{answers:?}");
    assert_eq!(active(&app).await, 5);
    assert_eq!(app.count("SELECT count(*) FROM messages", &[]).await, 10);
}

async fn a_cap_can_be_raised_and_taken_away(engine: Engine) {
    let app = TestApp::start(engine).await;
    set_cap(&app, Some(1)).await;
    let backend = app.backend("w", "__SYSTEM__").await;
    let id = create_thread(&backend).await;
    let user = async |name: &str| app.backend("w", name).await;
    append(&user("a").await, &id, None, "x").await;
    refused_by_cap(&app, &user("b").await, &id, 1).await;
    set_cap(&app, Some(2)).await;
    append(&user("b").await, &id, None, "x").await;
    refused_by_cap(&app, &user("c").await, &id, 2).await;
    set_cap(&app, None).await;
    append(&user("c").await, &id, None, "x").await;
    append(&user("d").await, &id, None, "x").await;
    // A cap below what is reached refuses new users alone.
    set_cap(&app, Some(1)).await;
    append(&user("d").await, &id, None, "x").await;
    refused_by_cap(&app, &user("e").await, &id, 1).await;
    assert_eq!(active(&app).await, 4);
}
