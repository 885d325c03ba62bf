//! Thumbs as operators see them, from both places in which clients leave them: the route of feedback, and the
//! message itself.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::chat::{delete_messages, post_message};
use crate::support::{Client, TestApp, append, create_thread};

on_both_engines!(
    a_thumb_in_a_message_counts_and_follows_its_content,
    a_message_with_thumbs_in_both_places_counts_by_its_feedback,
    a_thumb_in_a_copy_counts,
    a_deleted_message_takes_its_thumb_along,
    an_erased_user_takes_their_thumbs_along,
    thumbs_of_earlier_messages_are_found,
);

/// An answer of `useLocalRuntime`, with what its user thinks of it.
fn answer(thumb: Option<&str>) -> Value {
    let mut content = json!({
        "role": "assistant", "content": [{ "type": "text", "text": "Hi" }], "metadata": { "custom": {} },
    });
    if let Some(thumb) = thumb {
        content["metadata"]["submittedFeedback"] = json!({ "type": thumb });
    }
    content
}

/// The same answer as the AI SDK stores it, which has no place for a thumb.
fn native_answer() -> Value {
    json!({ "role": "assistant", "parts": [{ "type": "text", "text": "Hi" }] })
}

struct Rated {
    app: TestApp,
    client: Client,
    operator: Client,
    thread: String,
}

impl Rated {
    async fn start(engine: Engine) -> Self {
        let app = TestApp::start(engine).await;
        let (client, operator) = (app.backend("w", "ann").await, app.operator(Role::Member).await);
        let thread = create_thread(&client).await;
        Self { app, client, operator, thread }
    }

    /// Appends an answer, or writes it again; returns its id.
    async fn write(&self, external_id: &str, format: &str, content: Value) -> String {
        let body =
            json!({ "parent_id": null, "external_id": external_id, "format": format, "content": content });
        let written = post_message(&self.client, &self.thread, &body).await;
        written.json()["message_id"].as_str().unwrap().to_owned()
    }

    async fn rate(&self, message: &str, kind: &str) {
        let path = format!("/v1/threads/{}/messages/{message}/feedback", self.thread);
        self.client.post(&path, &json!({ "type": kind })).await.expect(200);
    }

    /// The thumbs up and down that the thread's row and its details tell.
    async fn thumbs(&self) -> (i64, i64) {
        let base = format!("/api/projects/{}/threads", self.app.project);
        let list = self.operator.get(&base).await.expect(200);
        let details = self.operator.get(&format!("{base}/{}", self.thread)).await.expect(200);
        let told = |row: &Value| (row["thumbs_up"].as_i64().unwrap(), row["thumbs_down"].as_i64().unwrap());
        let rows = list["threads"].as_array().unwrap();
        let row = rows.iter().find(|row| row["id"] == *self.thread).unwrap();
        assert_eq!(told(row), told(&details));
        told(&details)
    }
}

async fn a_thumb_in_a_message_counts_and_follows_its_content(engine: Engine) {
    let rated = Rated::start(engine).await;
    append(&rated.client, &rated.thread, None, "hello").await;
    let other = create_thread(&rated.client).await;
    append(&rated.client, &other, None, "elsewhere").await;
    assert_eq!(rated.thumbs().await, (0, 0));
    let first = rated.write("a", "aui/v0", answer(Some("positive"))).await;
    assert_eq!(rated.thumbs().await, (1, 0));
    rated.write("b", "aui/v0", answer(None)).await;
    assert_eq!(rated.thumbs().await, (1, 0));
    rated.write("b", "aui/v0", answer(Some("negative"))).await;
    assert_eq!(rated.thumbs().await, (1, 1));
    let path = format!("/v1/threads/{}/messages/{first}", rated.thread);
    for (content, thumbs) in [
        (answer(Some("negative")), (0, 2)),
        (answer(Some("lukewarm")), (0, 1)),
        (answer(Some("positive")), (1, 1)),
        (answer(None), (0, 1)),
    ] {
        rated.client.put(&path, &json!({ "content": content })).await.expect(200);
        assert_eq!(rated.thumbs().await, thumbs, "{content}");
    }
}

async fn a_message_with_thumbs_in_both_places_counts_by_its_feedback(engine: Engine) {
    let rated = Rated::start(engine).await;
    let first = rated.write("a", "aui/v0", answer(Some("positive"))).await;
    rated.write("b", "aui/v0", answer(Some("positive"))).await;
    rated.rate(&first, "positive").await;
    assert_eq!(rated.thumbs().await, (2, 0));
    rated.rate(&first, "negative").await;
    assert_eq!(rated.thumbs().await, (1, 1));
}

async fn a_thumb_in_a_copy_counts(engine: Engine) {
    let rated = Rated::start(engine).await;
    rated.write("native first", "ai-sdk/v6", native_answer()).await;
    rated.write("native first", "aui/v0", answer(None)).await;
    assert_eq!(rated.thumbs().await, (0, 0));
    rated.write("native first", "aui/v0", answer(Some("positive"))).await;
    assert_eq!(rated.thumbs().await, (1, 0));
    rated.write("copy first", "aui/v0", answer(Some("negative"))).await;
    rated.write("copy first", "ai-sdk/v6", native_answer()).await;
    assert_eq!(rated.thumbs().await, (1, 1));
}

async fn a_deleted_message_takes_its_thumb_along(engine: Engine) {
    let rated = Rated::start(engine).await;
    let message = rated.write("a", "aui/v0", answer(Some("positive"))).await;
    rated.write("b", "aui/v0", answer(Some("negative"))).await;
    delete_messages(&rated.client, &rated.thread, &[&message]).await.expect(200);
    assert_eq!(rated.thumbs().await, (0, 1));
}

async fn an_erased_user_takes_their_thumbs_along(engine: Engine) {
    let rated = Rated::start(engine).await;
    rated.write("a", "aui/v0", answer(Some("positive"))).await;
    let guest = rated.app.backend("w", "bob").await;
    let own = json!({ "parent_id": null, "format": "aui/v0", "content": answer(Some("negative")) });
    post_message(&guest, &rated.thread, &own).await.expect(201);
    let native = json!({
        "parent_id": null, "external_id": "copied", "format": "ai-sdk/v6", "content": native_answer(),
    });
    post_message(&guest, &rated.thread, &native).await.expect(201);
    rated.write("copied", "aui/v0", answer(Some("negative"))).await;
    assert_eq!(rated.thumbs().await, (1, 2));
    rated.client.delete("/v1/projects/users/bob").await.expect(200);
    assert_eq!(rated.thumbs().await, (1, 0));
}

async fn thumbs_of_earlier_messages_are_found(engine: Engine) {
    let rated = Rated::start(engine).await;
    rated.write("a", "aui/v0", answer(Some("positive"))).await;
    rated.write("b", "ai-sdk/v6", native_answer()).await;
    rated.write("b", "aui/v0", answer(Some("negative"))).await;
    append(&rated.client, &rated.thread, None, "I say submittedFeedback").await;
    // As the schema's change leaves what was there.
    for sql in ["UPDATE messages SET thumb = NULL", "UPDATE threads SET needs_thumbs = TRUE"] {
        let write = async move |conn: &mut engine::Conn<'_>| conn.execute(sql, &[]).await;
        rated.app.store.write(write).await.unwrap();
    }
    assert_eq!(rated.thumbs().await, (0, 0));
    threadkeep::messages::thumbs::find_thumbs(&rated.app.store).await.unwrap();
    assert_eq!(rated.thumbs().await, (1, 1));
    assert_eq!(rated.app.count("SELECT count(*) FROM threads WHERE needs_thumbs", &[]).await, 0);
}
