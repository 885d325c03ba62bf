//! Feedback on messages.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::thread;
use crate::support::{Client, TestApp, append, create_thread};

on_both_engines!(
    feedback_is_a_score_of_the_user,
    a_comment_is_replaced_kept_or_cleared,
    a_comment_is_trimmed_and_must_say_something,
    counters_follow_what_each_user_thinks,
    concurrent_feedback_of_one_user_counts_once,
    feedback_on_what_is_not_there_is_refused,
    feedback_that_makes_no_sense_is_refused
);

struct Place {
    thread: String,
    message: String,
}

impl Place {
    async fn make(client: &Client) -> Self {
        let thread = create_thread(client).await;
        let message = append(client, &thread, None, "x").await;
        Self { thread, message }
    }

    fn path(&self) -> String {
        format!("/v1/threads/{}/messages/{}/feedback", self.thread, self.message)
    }

    /// The thread's counters.
    async fn thumbs(&self, app: &TestApp) -> (i64, i64) {
        let id = self.thread.as_str();
        (
            app.count("SELECT thumbs_up FROM threads WHERE id = ?1", &[&id]).await,
            app.count("SELECT thumbs_down FROM threads WHERE id = ?1", &[&id]).await,
        )
    }
}

async fn feedback_is_a_score_of_the_user(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let place = Place::make(&client).await;
    let body = json!({ "type": "positive", "comment": "good" });
    let given = client.post(&place.path(), &body).await.expect(200);
    let id = given["feedback_id"].as_str().unwrap();
    assert!(id.starts_with("score_0") && id.len() == "score_".len() + 24, "{id}");
    assert_eq!(given, json!({ "feedback_id": id, "type": "positive", "comment": "good" }));
    let stored = "SELECT count(*) FROM scores
                  WHERE id = ?1 AND thread_id = ?2 AND message_id = ?3 AND name = 'feedback'
                    AND data_type = 'boolean' AND value = 1.0 AND source = 'end_user'
                    AND author_id = 'alice' AND comment = 'good' AND run_id IS NULL
                    AND string_value IS NULL AND created_at = ?4 AND updated_at = ?4";
    let (thread, message, now) = (place.thread.as_str(), place.message.as_str(), app.now().millis());
    assert_eq!(app.count(stored, &[&id, &thread, &message, &now]).await, 1);

    app.advance_secs(60);
    let given = client.post(&place.path(), &json!({ "type": "negative" })).await.expect(200);
    assert_eq!(given, json!({ "feedback_id": id, "type": "negative", "comment": null }));
    let stored = "SELECT count(*) FROM scores
                  WHERE id = ?1 AND value = 0.0 AND comment IS NULL AND created_at = ?2 AND updated_at = ?3";
    assert_eq!(app.count(stored, &[&id, &now, &app.now().millis()]).await, 1);
    assert_eq!(app.count("SELECT count(*) FROM scores", &[]).await, 1);
}

async fn a_comment_is_replaced_kept_or_cleared(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let place = Place::make(&client).await;
    let mut id = None;
    for (kind, sent, stored) in [
        ("positive", None, None),
        ("positive", Some("one"), Some("one")),
        ("positive", None, Some("one")),
        ("positive", Some("two"), Some("two")),
        ("negative", None, None),
        ("negative", Some("three"), Some("three")),
        ("positive", Some("four"), Some("four")),
        ("negative", None, None),
        ("positive", None, None),
    ] {
        let mut body = json!({ "type": kind });
        if let Some(comment) = sent {
            body["comment"] = json!(comment);
        }
        let given = client.post(&place.path(), &body).await.expect(200);
        let id = id.get_or_insert_with(|| given["feedback_id"].clone());
        assert_eq!(given, json!({ "feedback_id": id, "type": kind, "comment": stored }), "{body}");
        let expected = if kind == "positive" { (1, 0) } else { (0, 1) };
        assert_eq!(place.thumbs(&app).await, expected);
    }
}

async fn a_comment_is_trimmed_and_must_say_something(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let place = Place::make(&client).await;
    let longest = "é".repeat(2000);
    for (sent, stored) in [
        (" \t good \n ".to_owned(), "good"),
        ("in  between".to_owned(), "in  between"),
        (format!("  {longest}  "), &longest),
    ] {
        let body = json!({ "type": "positive", "comment": sent });
        assert_eq!(client.post(&place.path(), &body).await.expect(200)["comment"], *stored);
    }
    let before = app.written().await;
    app.advance_secs(60);
    for comment in ["", "   ", "\n\t", &"🎉".repeat(1001), "a\0b"] {
        let body = json!({ "type": "positive", "comment": comment });
        client.post(&place.path(), &body).await.invalid(&["comment"]);
    }
    assert_eq!(app.written().await, before);
}

async fn counters_follow_what_each_user_thinks(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (alice, bob) = (app.backend("w", "alice").await, app.browser("w", "bob").await);
    let place = Place::make(&alice).await;
    let second =
        Place { message: append(&alice, &place.thread, None, "y").await, thread: place.thread.clone() };
    let mut ids = Vec::new();
    for (who, place, kind, thumbs) in [
        (&alice, &place, "positive", (1, 0)),
        (&bob, &place, "positive", (2, 0)),
        (&bob, &place, "negative", (1, 1)),
        (&bob, &place, "negative", (1, 1)),
        (&alice, &second, "negative", (1, 2)),
        (&alice, &second, "positive", (2, 1)),
        (&alice, &place, "positive", (2, 1)),
    ] {
        let given = who.post(&place.path(), &json!({ "type": kind })).await.expect(200);
        ids.push(given["feedback_id"].as_str().unwrap().to_owned());
        assert_eq!(place.thumbs(&app).await, thumbs);
    }
    assert_eq!((&ids[0], &ids[1], &ids[4]), (&ids[6], &ids[2], &ids[5]));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    // No counter of another thread moved, and feedback is no message.
    let other = Place::make(&alice).await;
    assert_eq!(other.thumbs(&app).await, (0, 0));
    let before = thread(&alice, &other.thread).await["last_message_at"].clone();
    app.advance_secs(60);
    alice.post(&other.path(), &json!({ "type": "positive" })).await.expect(200);
    assert_eq!(thread(&alice, &other.thread).await["last_message_at"], before);
}

async fn concurrent_feedback_of_one_user_counts_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let place = Place::make(&client).await;
    let path = place.path();
    let kinds = ["positive", "negative"].map(|kind| json!({ "type": kind }));
    let given = join_all((0..20).map(|n| client.post(&path, &kinds[n % 2]))).await;
    let ids: Vec<_> = given.iter().map(|answer| answer.expect(200)["feedback_id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(app.count("SELECT count(*) FROM scores", &[]).await, 1);
    let is_positive = app.count("SELECT count(*) FROM scores WHERE value = 1.0", &[]).await;
    assert_eq!(place.thumbs(&app).await, (is_positive, 1 - is_positive));
}

async fn feedback_on_what_is_not_there_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (place, other) = (Place::make(&client).await, Place::make(&client).await);
    let before = app.written().await;
    let path = |thread: &str, message: &str| format!("/v1/threads/{thread}/messages/{message}/feedback");
    let body = json!({ "type": "positive" });
    for (path, error) in [
        (path("thread_0nowhere", "msg_0nowhere"), "Thread not found"),
        (path("thread_0nowhere", &place.message), "Thread not found"),
        (path(&place.thread, "msg_0nowhere"), "Message not found"),
        (path(&place.thread, &other.message), "Message not found"),
    ] {
        client.post(&path, &body).await.refused(404, error);
    }
    assert_eq!(app.written().await, before);
}

async fn feedback_that_makes_no_sense_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let place = Place::make(&client).await;
    let before = app.written().await;
    for (member, value) in [
        ("type", json!("neutral")),
        ("type", json!(true)),
        ("type", Value::Null),
        ("comment", Value::Null),
        ("comment", json!(1)),
        ("value", json!(1)),
    ] {
        let mut body = json!({ "type": "positive" });
        body[member] = value;
        client.post(&place.path(), &body).await.invalid(&[member]);
    }
    client.post(&place.path(), &json!({ "comment": "x" })).await.invalid(&["type"]);
    assert_eq!(app.written().await, before);
}
