//! What operators do with a project's auth rules.

mod drafts;
mod explanations;
mod saving;

use serde_json::{Value, json};

use crate::support::rules::ISSUER;

/// Random enough for a shared secret.
const SECRET: &str = "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA";

/// Settings of a rule for [`ISSUER`], with more of them, or without those that are null.
fn settings(more: Value) -> Value {
    let mut settings = json!({ "name": "Issuer", "provider": "custom", "issuer": ISSUER });
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    settings
}

/// The paths of an answer's issues.
fn paths(body: &Value) -> Vec<Value> {
    body["details"].as_array().unwrap().iter().map(|issue| issue["path"].clone()).collect()
}
