//! Replies that are stored while they are written: leases, their heartbeats and their ends.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::{delete_messages, messages, post_message, reply, row, thread, with};
use crate::support::{Answer, Client, TestApp, append, create_thread, eventually};

on_both_engines!(
    a_new_message_opens_a_run,
    a_placeholder_a_write_and_an_end,
    a_known_message_opens_a_run_again,
    a_repeated_opening_goes_on_under_its_lease,
    a_run_of_somebody_else_is_not_taken_over,
    a_create_writes_under_its_lease,
    an_ended_lease_writes_nothing,
    a_lease_of_another_message_writes_nothing,
    one_opening_of_many_at_once_wins,
    a_write_without_lease_is_as_ever,
    a_heartbeat_moves_nothing_but_its_time,
    a_heartbeat_outlives_the_server,
    an_end_keeps_its_first_reason,
    a_lease_is_the_workspaces,
    leases_go_with_their_message,
    leases_go_with_their_thread,
    leases_go_with_their_user,
    leases_move_with_a_claim,
    what_a_body_may_say_of_leases,
    a_slow_reply_is_not_ended_by_itself,
);

/// A reply that is about to be written.
fn placeholder(external_id: &str) -> Value {
    let content = json!({
        "role": "assistant", "content": [], "metadata": { "custom": {} },
        "status": { "type": "incomplete", "reason": "cancelled" },
    });
    with(reply(None, ""), &json!({ "external_id": external_id, "open_run": true, "content": content }))
}

fn text(text: &str) -> Value {
    json!({ "role": "assistant", "content": [{ "type": "text", "text": text }] })
}

/// Opens a run on a new message; returns the message and the lease.
async fn open(client: &Client, thread: &str, external_id: &str) -> (String, String) {
    let opened = post_message(client, thread, &placeholder(external_id)).await.expect(201);
    named(&opened)
}

fn named(opened: &Value) -> (String, String) {
    let text = |name: &str| opened[name].as_str().unwrap_or_else(|| panic!("{name}: {opened}")).to_owned();
    (text("message_id"), text("lease_id"))
}

async fn update(client: &Client, thread: &str, message: &str, lease: &str, content: &Value) -> Answer {
    let body = json!({ "content": content, "lease_id": lease });
    client.put(&format!("/v1/threads/{thread}/messages/{message}"), &body).await
}

async fn heartbeat(client: &Client, thread: &str, lease: &str) -> Answer {
    client.post_empty(&format!("/v1/threads/{thread}/runs/{lease}/heartbeat")).await
}

async fn end(client: &Client, thread: &str, lease: &str, body: &Value) -> Answer {
    client.post(&format!("/v1/threads/{thread}/runs/{lease}/end"), body).await
}

async fn only_message(client: &Client, thread: &str) -> Value {
    let mut listed = messages(client, thread, "").await;
    assert_eq!(listed.len(), 1);
    listed.remove(0)
}

async fn a_new_message_opens_a_run(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let opened = post_message(&client, &id, &placeholder("e")).await.expect(201);
    let (message, lease) = named(&opened);
    assert_eq!(opened, json!({ "message_id": message, "lease_id": lease, "heartbeat_interval_ms": 15_000 }));
    let digits = lease.strip_prefix("lease_0").unwrap();
    assert!(digits.len() == 23 && digits.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{lease}");
    let listed = only_message(&client, &id).await;
    assert_eq!(listed["run"], json!({ "status": "running", "last_heartbeat_ms_ago": 0 }));
    // Without external id it is a run all the same.
    let nameless = with(reply(Some(&message), "x"), &json!({ "open_run": true }));
    named(&post_message(&client, &id, &nameless).await.expect(201));
    // What has no lease says nothing of runs.
    let plain = append(&client, &id, Some(&message), "plain").await;
    let listed = messages(&client, &id, "").await;
    assert!(row(&listed, &plain).get("run").is_none());
}

async fn a_placeholder_a_write_and_an_end(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (message, lease) = open(&client, &id, "e").await;
    app.advance_secs(20);
    assert_eq!(update(&client, &id, &message, &lease, &text("half")).await.expect(200), json!({}));
    assert_eq!(update(&client, &id, &message, &lease, &text("whole")).await.expect(200), json!({}));
    let listed = only_message(&client, &id).await;
    assert_eq!(listed["content"], text("whole"));
    assert_eq!(listed["updated_at"], app.now().to_string());
    assert_eq!(end(&client, &id, &lease, &json!({ "reason": "done" })).await.expect(200), json!({}));
    app.advance_secs(5);
    let listed = only_message(&client, &id).await;
    assert_eq!(listed["run"], json!({ "status": "ended", "last_heartbeat_ms_ago": 5_000 }));
}

async fn a_known_message_opens_a_run_again(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let plain = with(reply(None, "first"), &json!({ "external_id": "e" }));
    let made = post_message(&client, &id, &plain).await.expect(201);
    let (message, first) = named(&post_message(&client, &id, &placeholder("e")).await.expect(200));
    assert_eq!(made["message_id"], *message);
    assert_eq!(only_message(&client, &id).await["content"], placeholder("e")["content"]);
    end(&client, &id, &first, &json!({})).await.expect(200);
    // A resumed reply is the same message under another lease, also with the same content.
    app.advance_secs(60);
    let before = only_message(&client, &id).await;
    let (again, second) = named(&post_message(&client, &id, &placeholder("e")).await.expect(200));
    assert_eq!(again, message);
    assert_ne!(first, second);
    let listed = only_message(&client, &id).await;
    assert_eq!(listed["run"], json!({ "status": "running", "last_heartbeat_ms_ago": 0 }));
    assert_eq!(listed["content"], before["content"]);
    heartbeat(&client, &id, &first).await.refused(409, "run_ended");
    heartbeat(&client, &id, &second).await.expect(200);
}

async fn a_repeated_opening_goes_on_under_its_lease(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let opened = post_message(&client, &id, &placeholder("e")).await.expect(201);
    assert_eq!(post_message(&client, &id, &placeholder("e")).await.expect(200), opened);
    let other = with(placeholder("e"), &json!({ "content": text("more") }));
    assert_eq!(post_message(&client, &id, &other).await.expect(200), opened);
    assert_eq!(only_message(&client, &id).await["content"], text("more"));
}

async fn a_run_of_somebody_else_is_not_taken_over(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, bob) = (app.browser("w", "alice").await, app.browser("w", "bob").await);
    let id = create_thread(&alice).await;
    let (_, lease) = open(&alice, &id, "e").await;
    let before = app.written().await;
    app.advance_secs(60);
    let other = with(placeholder("e"), &json!({ "content": text("mine") }));
    post_message(&bob, &id, &other).await.refused(409, "run_in_progress");
    assert_eq!(app.written().await, before);
    end(&alice, &id, &lease, &json!({})).await.expect(200);
    let (_, taken) = named(&post_message(&bob, &id, &other).await.expect(200));
    assert_ne!(lease, taken);
}

async fn a_create_writes_under_its_lease(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let opened = post_message(&client, &id, &placeholder("e")).await.expect(201);
    let (_, lease) = named(&opened);
    let body = with(reply(None, "whole"), &json!({ "external_id": "e", "lease_id": lease }));
    assert_eq!(post_message(&client, &id, &body).await.expect(200), opened);
    assert_eq!(only_message(&client, &id).await["content"], text("whole"));
    assert_eq!(post_message(&client, &id, &body).await.expect(200), opened);
}

async fn an_ended_lease_writes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (message, lease) = open(&client, &id, "e").await;
    end(&client, &id, &lease, &json!({ "reason": "error" })).await.expect(200);
    let before = app.written().await;
    app.advance_secs(60);
    let told = update(&client, &id, &message, &lease, &text("late")).await.refused(409, "run_ended");
    assert_ne!(told["message"], "run_ended", "people get a sentence");
    let body = with(reply(None, "late"), &json!({ "external_id": "e", "lease_id": lease }));
    post_message(&client, &id, &body).await.refused(409, "run_ended");
    heartbeat(&client, &id, &lease).await.refused(409, "run_ended");
    assert_eq!(app.written().await, before);
}

async fn a_lease_of_another_message_writes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (message, _) = open(&client, &id, "e").await;
    let (_, of_other) = open(&client, &id, "other").await;
    let elsewhere = create_thread(&client).await;
    let (_, of_other_thread) = open(&client, &elsewhere, "e").await;
    let (_, ended) = open(&client, &id, "ended").await;
    end(&client, &id, &ended, &json!({})).await.expect(200);
    let before = app.written().await;
    for lease in [&*of_other, &of_other_thread, &ended, "lease_0unknown"] {
        update(&client, &id, &message, lease, &text("x")).await.refused(409, "lease_mismatch");
        let known = with(reply(None, "x"), &json!({ "external_id": "e", "lease_id": lease }));
        post_message(&client, &id, &known).await.refused(409, "lease_mismatch");
        let new = with(reply(None, "x"), &json!({ "external_id": "new", "lease_id": lease }));
        post_message(&client, &id, &new).await.refused(409, "lease_mismatch");
        let nameless = with(reply(None, "x"), &json!({ "lease_id": lease }));
        post_message(&client, &id, &nameless).await.refused(409, "lease_mismatch");
    }
    assert_eq!(app.written().await, before);
    update(&client, &id, "msg_0unknown", &of_other, &text("x")).await.refused(404, "Message not found");
}

async fn one_opening_of_many_at_once_wins(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, bob) = (app.browser("w", "alice").await, app.browser("w", "bob").await);
    let id = create_thread(&alice).await;
    let openings = (0..20)
        .map(async |n| post_message(if n % 2 == 0 { &alice } else { &bob }, &id, &placeholder("e")).await);
    let answers = join_all(openings).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status.is_success()).collect();
    assert_eq!(won.len(), 10, "one of the two, each time: {answers:?}");
    assert_eq!(won.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(won.iter().all(|answer| named(&answer.json()) == named(&won[0].json())));
    for lost in answers.iter().filter(|answer| !answer.status.is_success()) {
        lost.refused(409, "run_in_progress");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM run_leases", &[]).await, 1);
}

async fn a_write_without_lease_is_as_ever(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (message, lease) = open(&client, &id, "e").await;
    let body = with(reply(None, "older client"), &json!({ "external_id": "e" }));
    assert_eq!(post_message(&client, &id, &body).await.expect(200), json!({ "message_id": message }));
    let body = json!({ "content": text("older still") });
    client.put(&format!("/v1/threads/{id}/messages/{message}"), &body).await.expect(200);
    let listed = only_message(&client, &id).await;
    assert_eq!(listed["content"], text("older still"));
    assert_eq!(listed["run"]["status"], "running");
    update(&client, &id, &message, &lease, &text("end")).await.expect(200);
}

async fn a_heartbeat_moves_nothing_but_its_time(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (_, lease) = open(&client, &id, "e").await;
    let (before, thread_before) = (app.written().await, thread(&client, &id).await);
    app.advance_secs(40);
    assert_eq!(only_message(&client, &id).await["run"]["last_heartbeat_ms_ago"], 40_000);
    let told = heartbeat(&client, &id, &lease).await.expect(200);
    assert_eq!(told, json!({ "heartbeat_interval_ms": 15_000 }));
    eventually("the beat is written", async || {
        let run = only_message(&client, &id).await["run"].clone();
        (run == json!({ "status": "running", "last_heartbeat_ms_ago": 0 })).then_some(())
    })
    .await;
    assert_eq!(app.written().await, before);
    assert_eq!(thread(&client, &id).await, thread_before);
    heartbeat(&client, &id, "lease_0unknown").await.refused(404, "Run lease not found");
    heartbeat(&client, "thread_0unknown", &lease).await.refused(404, "Run lease not found");
}

async fn a_heartbeat_outlives_the_server(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (_, lease) = open(&client, &id, "e").await;
    app.advance_secs(40);
    let at = app.now().millis();
    heartbeat(&client, &id, &lease).await.expect(200);
    let app = app.stopped().await;
    let beats = app.store.read(async |conn| {
        conn.all("SELECT beat_at FROM run_leases WHERE ended_at IS NULL", &[], |row| row.get::<i64>(0)).await
    });
    assert_eq!(beats.await.unwrap(), [at]);
}

async fn an_end_keeps_its_first_reason(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (_, lease) = open(&client, &id, "e").await;
    end(&client, &id, &lease, &json!({ "reason": "cancelled" })).await.expect(200);
    app.advance_secs(60);
    end(&client, &id, &lease, &json!({ "reason": "done" })).await.expect(200);
    client.post_empty(&format!("/v1/threads/{id}/runs/{lease}/end")).await.expect(200);
    let run = only_message(&client, &id).await["run"].clone();
    assert_eq!(run, json!({ "status": "ended", "last_heartbeat_ms_ago": 60_000 }));
    let kept = "SELECT COUNT(*) FROM run_leases WHERE end_reason = 'cancelled'";
    assert_eq!(app.count(kept, &[]).await, 1);
    // An end may say nothing, or be a word we know.
    let (_, silent) = open(&client, &id, "silent").await;
    client.post_empty(&format!("/v1/threads/{id}/runs/{silent}/end")).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM run_leases WHERE end_reason IS NULL", &[]).await, 1);
    for reason in [json!("finished"), json!(null), json!(1)] {
        end(&client, &id, &silent, &json!({ "reason": reason })).await.invalid(&["reason"]);
    }
    end(&client, &id, "lease_0unknown", &json!({})).await.refused(404, "Run lease not found");
}

async fn a_lease_is_the_workspaces(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, stranger) = (app.browser("w", "alice").await, app.browser("v", "alice").await);
    let id = create_thread(&alice).await;
    let (_, lease) = open(&alice, &id, "e").await;
    heartbeat(&stranger, &id, &lease).await.refused(404, "Run lease not found");
    end(&stranger, &id, &lease, &json!({})).await.refused(404, "Run lease not found");
    // Another tab of another member may end it for the one who is gone.
    let bob = app.browser("w", "bob").await;
    heartbeat(&bob, &id, &lease).await.expect(200);
    end(&bob, &id, &lease, &json!({})).await.expect(200);
}

async fn leases_go_with_their_message(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (message, first) = open(&client, &id, "e").await;
    end(&client, &id, &first, &json!({})).await.expect(200);
    let (_, second) = named(&post_message(&client, &id, &placeholder("e")).await.expect(200));
    let (_, of_other) = open(&client, &id, "other").await;
    delete_messages(&client, &id, &[&message]).await.expect(200);
    for lease in [&first, &second] {
        heartbeat(&client, &id, lease).await.refused(404, "Run lease not found");
        end(&client, &id, lease, &json!({})).await.refused(404, "Run lease not found");
    }
    heartbeat(&client, &id, &of_other).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM run_leases", &[]).await, 1);
}

async fn leases_go_with_their_thread(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (_, lease) = open(&client, &id, "e").await;
    client.delete(&format!("/v1/threads/{id}")).await.expect(200);
    heartbeat(&client, &id, &lease).await.refused(404, "Run lease not found");
    assert_eq!(app.count("SELECT COUNT(*) FROM run_leases", &[]).await, 0);
}

async fn leases_go_with_their_user(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, bob) = (app.browser("w", "alice").await, app.browser("w", "bob").await);
    let of_alice = create_thread(&alice).await;
    let of_bob = create_thread(&bob).await;
    // In her thread, two of hers in his thread, hers on his message, and his own.
    open(&bob, &of_alice, "a").await;
    let (_, first) = open(&alice, &of_bob, "b").await;
    end(&alice, &of_bob, &first, &json!({})).await.expect(200);
    post_message(&alice, &of_bob, &placeholder("b")).await.expect(200);
    let his = with(reply(None, "his"), &json!({ "external_id": "c" }));
    post_message(&bob, &of_bob, &his).await.expect(201);
    post_message(&alice, &of_bob, &placeholder("c")).await.expect(200);
    let (kept, lease) = open(&bob, &of_bob, "d").await;
    let key = app.backend("w", "admin").await;
    key.delete("/v1/projects/users/alice").await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM run_leases", &[]).await, 1);
    heartbeat(&bob, &of_bob, &lease).await.expect(200);
    let listed = messages(&bob, &of_bob, "").await;
    assert_eq!(listed.len(), 3);
    for message in &listed {
        assert_eq!(message.get("run").is_some(), message["id"] == *kept, "{message}");
    }
}

async fn leases_move_with_a_claim(engine: Engine) {
    let app = TestApp::start(engine).await;
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let visitor = app.anyone().bearing(session["access_token"].as_str().unwrap());
    let id = create_thread(&visitor).await;
    let (_, lease) = open(&visitor, &id, "e").await;
    let alice = app.browser("w", "alice").await;
    let claim = json!({ "refresh_token": session["refresh_token"]["token"] });
    assert_eq!(alice.post("/v1/threads/claim", &claim).await.expect(200)["moved"], 1);
    heartbeat(&alice, &id, &lease).await.expect(200);
    heartbeat(&visitor, &id, &lease).await.refused(404, "Run lease not found");
}

async fn what_a_body_may_say_of_leases(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (message, lease) = open(&client, &id, "e").await;
    let both = with(placeholder("e"), &json!({ "lease_id": lease }));
    post_message(&client, &id, &both).await.invalid(&["lease_id"]);
    for wrong in [json!("true"), json!(1), Value::Null] {
        let body = with(placeholder("e"), &json!({ "open_run": wrong }));
        post_message(&client, &id, &body).await.invalid(&["open_run"]);
    }
    for wrong in [json!(""), json!("l".repeat(49)), json!(1), Value::Null] {
        let body = with(reply(None, "x"), &json!({ "external_id": "e", "lease_id": wrong }));
        post_message(&client, &id, &body).await.invalid(&["lease_id"]);
        let body = json!({ "content": text("x"), "lease_id": wrong });
        client.put(&format!("/v1/threads/{id}/messages/{message}"), &body).await.invalid(&["lease_id"]);
    }
    // Not to open a run is what every older client does; with a lease it is what its holder does.
    let closed = json!({ "external_id": "e", "open_run": false });
    let answer = post_message(&client, &id, &with(reply(None, "x"), &closed)).await.expect(200);
    assert_eq!(answer, json!({ "message_id": message }));
    let held = with(closed, &json!({ "lease_id": lease }));
    assert_eq!(
        post_message(&client, &id, &with(reply(None, "y"), &held)).await.expect(200)["lease_id"],
        *lease
    );
}

async fn a_slow_reply_is_not_ended_by_itself(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.browser("w", "alice").await;
    let id = create_thread(&client).await;
    let (message, lease) = open(&client, &id, "e").await;
    app.advance_secs(30 * 24 * 3600);
    // The token is long over; the lease is not.
    let client = app.browser("w", "alice").await;
    let run = only_message(&client, &id).await["run"].clone();
    assert_eq!(run, json!({ "status": "running", "last_heartbeat_ms_ago": 30_i64 * 24 * 3_600_000 }));
    update(&client, &id, &message, &lease, &text("at last")).await.expect(200);
}
