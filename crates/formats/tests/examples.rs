//! The examples of the contract, to the letter.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use formats::{Conversion, convert};

const STORED_ANSWER: &str = r#"{ "role": "assistant", "status": { "type": "complete", "reason": "stop" },
  "content": [
    { "type": "reasoning", "text": "Need the parcel state." },
    { "type": "tool-call", "toolCallId": "call_7", "toolName": "track_parcel", "args": { "parcel": "P-88" },
      "result": { "state": "in transit" }, "artifact": { "map": "eu-west" },
      "unstable_interactions": { "entries": [ { "type": "action", "occurredAt": 1790000000000, "payload": { "open": true } } ] } },
    { "type": "tool-call", "toolCallId": "call_8", "toolName": "refund", "argsText": "{\"id\": 4}", "result": { "code": 9 }, "isError": true },
    { "type": "source", "sourceType": "document", "id": "s1", "title": "Carrier terms", "mediaType": "application/pdf" },
    { "type": "generative-ui", "spec": { "root": { "component": "Card", "children": ["In transit"] } } },
    { "type": "text", "text": "It is on its way." } ],
  "metadata": { "unstable_state": null, "unstable_annotations": [], "unstable_data": [],
    "steps": [ { "usage": { "inputTokens": 812, "outputTokens": 47 } } ],
    "custom": { "modelId": "m-large", "traceId": "0af7651916cd43dd8448eb211c80319c" } } }"#;

const ANSWER_IN_V6: &str = r#"{ "role": "assistant",
  "parts": [
    { "type": "reasoning", "text": "Need the parcel state." },
    { "type": "tool-track_parcel", "toolCallId": "call_7", "state": "output-available", "input": { "parcel": "P-88" }, "output": { "state": "in transit" } },
    { "type": "tool-refund", "toolCallId": "call_8", "state": "output-error", "input": { "id": 4 }, "errorText": "{\"code\":9}" },
    { "type": "source-document", "sourceId": "s1", "mediaType": "application/pdf", "title": "Carrier terms" },
    { "type": "data-generative-ui", "data": { "root": { "component": "Card", "children": ["In transit"] } } },
    { "type": "text", "text": "It is on its way." } ],
  "metadata": { "modelId": "m-large", "traceId": "0af7651916cd43dd8448eb211c80319c",
    "steps": [ { "usage": { "inputTokens": 812, "outputTokens": 47 } } ],
    "__aui_toolArtifacts": { "call_7": { "map": "eu-west" } },
    "__aui_toolInteractions": { "call_7": { "entries": [ { "type": "action", "occurredAt": 1790000000000, "payload": { "open": true } } ] } } } }"#;

const STORED_QUESTION: &str = r#"{ "role": "user", "content": [ { "type": "text", "text": "Is this mine?" } ],
  "attachments": [ { "id": "a1", "type": "image", "name": "box.png", "contentType": "image/png", "status": { "type": "complete" },
    "content": [ { "type": "image", "image": "https://keep.example.org/files/attachments/proj_0ltyjcuaxpv1/9f0c7c1e-6f5e-4a70-8f0e-2f6d2b1c9a11.png" } ] } ],
  "metadata": { "custom": {} } }"#;

const QUESTION_IN_V6: &str = r#"{ "role": "user", "parts": [ { "type": "text", "text": "Is this mine?" },
  { "type": "file", "mediaType": "image/png", "filename": "box.png", "url": "https://keep.example.org/files/attachments/proj_0ltyjcuaxpv1/9f0c7c1e-6f5e-4a70-8f0e-2f6d2b1c9a11.png" } ] }"#;

const STORED_CALL: &str = r#"{ "type": "tool-refund", "toolCallId": "call_8", "toolName": "refund", "state": "output-error", "input": { "id": 4 }, "errorText": "\"card expired\"" }"#;

const CALL_IN_V6: &str = r#"{ "type": "tool-refund", "toolCallId": "call_8", "state": "output-error", "input": { "id": 4 }, "errorText": "card expired" }"#;

/// JSON without the white space between its tokens.
fn compact(json: &str) -> String {
    let mut is_inside = false;
    let mut is_escaped = false;
    json.chars()
        .filter(|c| {
            is_inside ^= *c == '"' && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            is_inside || !c.is_whitespace()
        })
        .collect()
}

fn converted(from: &str, to: &str, stored: &str) -> String {
    let mut out = Vec::new();
    convert(Conversion::between(from, to).unwrap(), &compact(stored), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn an_answer_with_calls() {
    assert_eq!(converted("aui/v0", "ai-sdk/v6", STORED_ANSWER), compact(ANSWER_IN_V6));
}

#[test]
fn an_answer_with_calls_for_the_older_sdk() {
    let v6 = compact(ANSWER_IN_V6);
    let (parts, _) = v6.split_once(",\"metadata\":").unwrap();
    let parts = parts
        .replace("\"call_7\",", "\"call_7\",\"toolName\":\"track_parcel\",")
        .replace("\"call_8\",", "\"call_8\",\"toolName\":\"refund\",");
    let metadata = r#"{ "steps": [ { "usage": { "inputTokens": 812, "outputTokens": 47 } } ],
        "custom": { "modelId": "m-large", "traceId": "0af7651916cd43dd8448eb211c80319c" },
        "__aui_toolArtifacts": { "call_7": { "map": "eu-west" } },
        "__aui_toolInteractions": { "call_7": { "entries": [
            { "type": "action", "occurredAt": 1790000000000, "payload": { "open": true } } ] } } }"#;
    let expected = format!("{parts},\"metadata\":{}}}", compact(metadata));
    assert_eq!(converted("aui/v0", "ai-sdk/v5", STORED_ANSWER), expected);
}

#[test]
fn a_question_with_an_attachment() {
    assert_eq!(converted("aui/v0", "ai-sdk/v6", STORED_QUESTION), compact(QUESTION_IN_V6));
}

#[test]
fn a_call_that_failed() {
    let message = |call: &str| format!(r#"{{"role":"assistant","parts":[{}]}}"#, compact(call));
    assert_eq!(converted("ai-sdk/v5", "ai-sdk/v6", &message(STORED_CALL)), message(CALL_IN_V6));
}
