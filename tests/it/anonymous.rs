//! Visitors without credential: how their sessions begin, go on and are claimed.

mod claim;
mod limits;
mod sessions;

use serde_json::{Value, json};

use crate::support::tokens::claims_of;
use crate::support::{Answer, Client, TestApp};

/// A visitor with a session.
struct Visitor {
    client: Client,
    id: String,
    refresh_token: String,
}

impl Visitor {
    /// Someone who has just come to the default project.
    async fn new(app: &TestApp) -> Self {
        Self::of(app, &app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200))
    }

    /// Whoever that session is of.
    fn of(app: &TestApp, session: &Value) -> Self {
        let token = session["access_token"].as_str().unwrap();
        Self {
            client: app.anyone().bearing(token),
            id: claims_of(token)["sub"].as_str().unwrap().to_owned(),
            refresh_token: session["refresh_token"]["token"].as_str().unwrap().to_owned(),
        }
    }
}

async fn refresh(client: &Client, refresh_token: &str) -> Answer {
    client.post("/v1/auth/tokens/refresh", &json!({ "refresh_token": refresh_token })).await
}

async fn claim(client: &Client, refresh_token: &str) -> Answer {
    client.post("/v1/threads/claim", &json!({ "refresh_token": refresh_token })).await
}
