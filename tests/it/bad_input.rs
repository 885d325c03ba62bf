//! Input that breaks a rule: it is refused with the name of what is wrong, and nothing is written.

mod bodies;
mod nesting;
mod queries;
mod sizes;
mod sockets;
mod strings;

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, append, create_thread, user_message};

/// Rules that the members of bodies keep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rule {
    /// Text of 1 to so many characters.
    Text(usize),
    /// Text of any length.
    AnyText,
    /// `positive` or `negative`.
    Verdict,
    Time,
    Flag,
    Object,
    /// Message content.
    Content,
    /// 1 to 200 texts of 1 to 255 characters.
    Ids,
}

/// A member of a body.
#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    rule: Rule,
    is_nullable: bool,
}

fn field(name: &'static str, rule: Rule) -> Field {
    Field { name, rule, is_nullable: false }
}

fn nullable(name: &'static str, rule: Rule) -> Field {
    Field { name, rule, is_nullable: true }
}

/// An operation that takes a body.
struct Route {
    method: Method,
    path: String,
    /// A body that is good.
    body: Value,
    is_strict: bool,
    required: &'static [&'static str],
    fields: Vec<Field>,
    /// Whether anyone may call it.
    is_public: bool,
}

/// A server with a thread, a message and a visitor, and every operation that takes a body.
struct Scene {
    app: TestApp,
    client: Client,
    thread: String,
    message: String,
}

impl Scene {
    async fn new(engine: engine::Engine) -> Self {
        let app = TestApp::start(engine).await;
        let client = app.backend("w", "u").await;
        let thread = create_thread(&client).await;
        let message = append(&client, &thread, None, "hello").await;
        Self { app, client, thread, message }
    }

    /// Fresh bodies, so that each can be sent once with success.
    async fn routes(&self) -> Vec<Route> {
        let session = self.app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
        let session = json!({ "refresh_token": session["refresh_token"]["token"] });
        let thread = format!("/v1/threads/{}", self.thread);
        let message = format!("{thread}/messages/{}", self.message);
        let at = "2026-01-02T03:04:05.678Z";
        let strict = |method: Method, path: String, body, required, fields| Route {
            method,
            path,
            body,
            is_strict: true,
            required,
            fields,
            is_public: false,
        };
        let lenient = |route: Route| Route { is_strict: false, ..route };
        let doomed = append(&self.client, &self.thread, None, "to be deleted").await;
        vec![
            strict(
                Method::POST,
                "/v1/threads".into(),
                json!({ "last_message_at": at, "title": "t", "external_id": "e", "metadata": { "k": "v" }, "upsert": false }),
                &["last_message_at"],
                vec![
                    field("last_message_at", Rule::Time),
                    field("title", Rule::Text(255)),
                    field("external_id", Rule::Text(255)),
                    field("metadata", Rule::Object),
                    field("upsert", Rule::Flag),
                ],
            ),
            strict(
                Method::PUT,
                thread.clone(),
                json!({ "last_message_at": at, "title": "t", "metadata": { "k": "v" }, "is_archived": false }),
                &[],
                vec![
                    field("last_message_at", Rule::Time),
                    field("title", Rule::Text(255)),
                    nullable("metadata", Rule::Object),
                    field("is_archived", Rule::Flag),
                ],
            ),
            strict(
                Method::POST,
                format!("{thread}/messages"),
                user_message(Some(&self.message), "hello"),
                &["parent_id", "format", "content"],
                vec![
                    nullable("parent_id", Rule::AnyText),
                    field("external_id", Rule::Text(255)),
                    field("parent_external_id", Rule::Text(255)),
                    field("format", Rule::Text(255)),
                    field("content", Rule::Content),
                ],
            ),
            strict(
                Method::PUT,
                message.clone(),
                json!({ "content": { "role": "user" } }),
                &["content"],
                vec![field("content", Rule::Content)],
            ),
            strict(
                Method::POST,
                format!("{message}/feedback"),
                json!({ "type": "positive", "comment": "good" }),
                &["type"],
                vec![field("type", Rule::Verdict), field("comment", Rule::Text(2000))],
            ),
            lenient(strict(
                Method::DELETE,
                format!("{thread}/messages"),
                json!({ "message_ids": [doomed] }),
                &["message_ids"],
                vec![field("message_ids", Rule::Ids)],
            )),
            lenient(strict(
                Method::POST,
                "/v1/threads/claim".into(),
                session.clone(),
                &["refresh_token"],
                vec![field("refresh_token", Rule::AnyText)],
            )),
            Route {
                is_public: true,
                ..lenient(strict(
                    Method::POST,
                    "/v1/auth/tokens/refresh".into(),
                    session,
                    &["refresh_token"],
                    vec![field("refresh_token", Rule::AnyText)],
                ))
            },
        ]
    }

    async fn send(&self, route: &Route, body: impl Into<bytes::Bytes>) -> Answer {
        let client = if route.is_public { self.app.anyone() } else { self.client.clone() };
        client.send(route.method.clone(), &route.path, body.into()).await
    }

    /// Sends a body that must be refused because of that member.
    async fn refuse(&self, route: &Route, body: impl Into<bytes::Bytes>, member: &str) {
        blames(&self.send(route, body).await, member);
    }

    fn messages(&self) -> String {
        format!("/v1/threads/{}/messages", self.thread)
    }
}

/// Asserts a schema refusal whose first issue, as a sentence, is about that member or what is in it.
#[track_caller]
fn blames(answer: &Answer, member: &str) {
    let body = answer.refused(400, "Schema validation error");
    let issue = &body["details"][0];
    assert_eq!(issue["path"][0], member, "{body}");
    assert_eq!(body["message"], issue["message"], "{body}");
    assert!(issue["message"].as_str().unwrap().contains(member), "{body}");
    assert!(issue["code"].as_str().is_some_and(|code| !code.is_empty()), "{body}");
}

/// The body with that member.
fn with(body: &Value, member: &str, value: Value) -> Value {
    crate::support::tokens::changed(body, member, Some(value))
}
