//! Who is let in: credentials, the order of their checks, and what each refusal says.

mod api_keys;
mod forgeries;
mod header;
mod provider;
mod refusals;
mod tokens;

use serde_json::json;

use crate::support::{Answer, Client};

/// A request that writes a thread, if it is let in.
async fn knock(client: &Client) -> Answer {
    client.post("/v1/threads", &json!({ "last_message_at": "2026-01-02T03:04:05.678Z" })).await
}
