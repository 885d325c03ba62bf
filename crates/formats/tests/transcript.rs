//! What people are shown of a message, in every format, and of whatever else is stored.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use formats::transcript;
use serde_json::{Value, json};

fn written(format: &str, content: &str, copy: Option<&str>) -> String {
    let mut out = b"before".to_vec();
    transcript(format, content, copy, &mut out);
    String::from_utf8(out).unwrap().strip_prefix("before").unwrap().to_owned()
}

fn shown(format: &str, content: &Value) -> Value {
    serde_json::from_str(&written(format, &content.to_string(), None)).unwrap()
}

fn parts(format: &str, content: &Value) -> Value {
    shown(format, content)["parts"].take()
}

/// The only part of an answer in `aui/v0` that has this one.
fn aui_part(part: &Value) -> Value {
    parts("aui/v0", &json!({ "role": "assistant", "content": [part] }))[0].take()
}

/// The same in the messages of the AI SDK.
fn sdk_part(part: &Value) -> Value {
    parts("ai-sdk/v6", &json!({ "role": "assistant", "parts": [part] }))[0].take()
}

#[test]
fn the_form_is_this_to_the_letter() {
    let content = r#"{"role":"assistant","status":{"type":"incomplete","reason":"error","error":1.50},"content":[{"type":"text","text":"H\u0069\ud83d"},{"type":"tool-call","toolCallId":"c","toolName":"t","args":{"a":[1.0,{}]},"result":1e400}],"metadata":{"timing":{"t":1},"submittedFeedback":{"type":"negative"}}}"#;
    let expected = r#"{"role":"assistant","role_name":null,"parts":[{"kind":"text","text":"H\u0069\ud83d"},{"kind":"tool","name":"t","call_id":"c","input":"{\n  \"a\": [\n    1.0,\n    {}\n  ]\n}","state":{"kind":"result","value":1e400,"is_preliminary":false},"artifact":null,"interactions":null,"approval":null,"messages":[]}],"ending":{"kind":"failed","error":1.50},"thumb":"down","timing":{"t":1}}"#;
    assert_eq!(written("aui/v0", content, None), expected);
}

#[test]
fn every_part_of_aui_is_shown() {
    let content = json!({ "role": "assistant", "status": { "type": "complete", "reason": "stop" }, "content": [
        { "type": "text", "text": "Hi" },
        { "type": "text", "text": " \n" },
        { "type": "reasoning", "text": "", "unstable_summary": "thinking" },
        { "type": "source", "sourceType": "url", "id": "s", "url": "https://a.example", "title": "A" },
        { "type": "source", "sourceType": "document", "id": "d", "title": "Terms", "mediaType": "application/pdf" },
        { "type": "image", "image": "https://a.example/x.png", "filename": "x.png" },
        { "type": "file", "data": "QUJD", "mimeType": "text/plain", "filename": "a.txt" },
        { "type": "audio", "audio": { "data": "QUJD", "format": "mp3" } },
        { "type": "audio", "audio": { "data": "QUJD" } },
        { "type": "data", "name": "weather", "data": { "c": 21 } },
        { "type": "data-legacy", "data": 1 },
        { "type": "generative-ui", "spec": { "root": "hello" } },
        { "type": "hologram", "a": 1 },
    ] });
    let expected = json!([
        { "kind": "text", "text": "Hi" },
        { "kind": "reasoning", "text": "thinking" },
        { "kind": "source", "url": "https://a.example", "title": "A", "detail": null },
        { "kind": "source", "url": null, "title": "Terms", "detail": "application/pdf" },
        { "kind": "image", "source": "https://a.example/x.png", "name": "x.png" },
        { "kind": "file", "source": "QUJD", "name": "a.txt", "media_type": "text/plain" },
        { "kind": "file", "source": "QUJD", "name": null, "media_type": "audio/mp3" },
        { "kind": "file", "source": "QUJD", "name": null, "media_type": "audio/*" },
        { "kind": "data", "name": "weather", "value": { "c": 21 } },
        { "kind": "data", "name": "legacy", "value": 1 },
        { "kind": "data", "name": "generative-ui", "value": { "root": "hello" } },
        { "kind": "raw", "why": "part", "name": "hologram", "value": { "type": "hologram", "a": 1 } },
    ]);
    assert_eq!(parts("aui/v0", &content), expected);
    assert_eq!(
        parts("aui/v0", &json!({ "role": "user", "content": "Hi" })),
        json!([{ "kind": "text", "text": "Hi" }])
    );
}

#[test]
fn a_call_is_shown_with_what_went_in_and_what_came_out() {
    let call = json!({ "type": "tool-call", "toolCallId": "call_7", "toolName": "track", "args": { "parcel": "P-88" },
        "result": false, "artifact": { "map": "eu" }, "unstable_interactions": { "entries": [] } });
    let expected = json!({ "kind": "tool", "name": "track", "call_id": "call_7", "input": "{\n  \"parcel\": \"P-88\"\n}",
        "state": { "kind": "result", "value": false, "is_preliminary": false }, "artifact": { "map": "eu" },
        "interactions": { "entries": [] }, "approval": null, "messages": [] });
    assert_eq!(aui_part(&call), expected);
}

#[test]
fn it_is_told_how_a_call_went() {
    let cases = [
        (
            json!({ "isError": true, "result": { "code": 9 } }),
            json!({ "kind": "error", "value": { "code": 9 } }),
        ),
        (json!({ "isError": true }), json!({ "kind": "error", "value": null })),
        (json!({ "result": null }), json!({ "kind": "result", "value": null, "is_preliminary": false })),
        (
            json!({ "result": 1, "isPreliminary": true }),
            json!({ "kind": "result", "value": 1, "is_preliminary": true }),
        ),
        (json!({ "approval": { "id": "a", "approved": false } }), json!({ "kind": "denied" })),
        (json!({ "approval": { "id": "a", "approved": true } }), json!({ "kind": "pending" })),
        (json!({ "approval": { "id": "a" } }), json!({ "kind": "asking" })),
        (json!({}), json!({ "kind": "pending" })),
    ];
    for (fields, state) in cases {
        let mut call = json!({ "type": "tool-call", "toolName": "x", "argsText": "{broken" });
        call.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let part = aui_part(&call);
        assert_eq!((&part["input"], &part["state"]), (&json!("{broken"), &state), "{fields}");
    }
}

#[test]
fn arguments_are_made_readable() {
    let input = |fields: &Value| {
        let mut call = json!({ "type": "tool-call", "toolName": "x" });
        call.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        aui_part(&call)["input"].take()
    };
    assert_eq!(input(&json!({ "argsText": "{\"a\":1}" })), "{\n  \"a\": 1\n}");
    assert_eq!(input(&json!({ "args": null, "argsText": "[1]" })), "[\n  1\n]");
    assert_eq!(input(&json!({ "argsText": "" })), "");
    assert_eq!(input(&json!({})), "");
    assert_eq!(input(&json!({ "args": {} })), "{}");
}

#[test]
fn the_conversation_inside_of_a_call_is_shown() {
    let nested = json!({ "id": "n", "createdAt": "2026-09-21T14:13:20.000Z", "role": "user",
        "content": [{ "type": "text", "text": "inner" }] });
    let call = json!({ "type": "tool-call", "toolName": "agent", "args": {}, "messages": [nested, 7] });
    let messages = aui_part(&call)["messages"].take();
    let expected = json!([
        { "id": "1", "created_at": "2026-09-21T14:13:20.000Z", "role": "user", "role_name": null,
          "parts": [{ "kind": "text", "text": "inner" }], "ending": null, "thumb": null, "timing": null },
        { "id": "2", "created_at": null, "role": "other", "role_name": null,
          "parts": [{ "kind": "raw", "why": "shape", "value": 7, "name": "aui/v0" }],
          "ending": null, "thumb": null, "timing": null },
    ]);
    assert_eq!(messages, expected);
}

#[test]
fn conversations_are_shown_to_a_depth() {
    let mut nested = json!({ "role": "user", "content": [] });
    for _ in 0..200 {
        nested = json!({ "role": "assistant",
            "content": [{ "type": "tool-call", "toolName": "x", "args": {}, "messages": [nested] }] });
    }
    let mut message = shown("aui/v0", &nested);
    for _ in 0..5 {
        message = message["parts"][0]["messages"][0].take();
    }
    assert_eq!((&message["id"], &message["parts"][0]["why"]), (&json!("5"), &json!("shape")));
}

#[test]
fn what_is_attached_is_named_after_its_attachment() {
    let content = json!({ "role": "user", "content": [{ "type": "text", "text": "Is this mine?" }], "attachments": [
        { "name": "box.png", "contentType": "image/png", "content": [{ "type": "image", "image": "data:image/png;base64,AA" }] },
        { "name": "a.pdf", "contentType": "application/pdf", "content": [{ "type": "file", "data": "AA" }] },
        { "name": "a.txt", "content": [{ "type": "text", "text": "inside" }, { "type": "text", "text": " " }] },
        { "content": [{ "type": "text", "text": "inside" }] },
        { "name": "empty.bin", "content": [] },
        "nonsense",
    ] });
    let expected = json!([
        { "kind": "text", "text": "Is this mine?" },
        { "kind": "image", "source": "data:image/png;base64,AA", "name": "box.png" },
        { "kind": "file", "source": "AA", "name": "a.pdf", "media_type": "application/pdf" },
        { "kind": "data", "name": "a.txt", "value": "inside" },
        { "kind": "data", "name": "attachment", "value": "inside" },
        { "kind": "file", "source": "", "name": "empty.bin", "media_type": null },
        { "kind": "raw", "why": "part", "value": "nonsense", "name": null },
    ]);
    assert_eq!(parts("aui/v0", &content), expected);
    let odd = json!({ "role": "user", "content": [], "attachments": 7 });
    assert_eq!(parts("aui/v0", &odd), json!([{ "kind": "raw", "why": "part", "value": 7, "name": null }]));
}

#[test]
fn it_is_told_how_an_answer_ended_and_which_thumb_it_got() {
    let ended = |status: Value| {
        shown("aui/v0", &json!({ "role": "assistant", "content": [], "status": status }))["ending"].take()
    };
    let kind = |kind: &str| json!({ "kind": kind, "error": null });
    assert_eq!(ended(json!({ "type": "incomplete", "reason": "cancelled" })), kind("cancelled"));
    assert_eq!(ended(json!({ "type": "incomplete", "reason": "length" })), kind("length"));
    assert_eq!(ended(json!({ "type": "incomplete", "reason": "content-filter" })), kind("filtered"));
    assert_eq!(ended(json!({ "type": "incomplete", "reason": "error", "error": "boom" }))["error"], "boom");
    assert_eq!(ended(json!({ "type": "incomplete", "reason": "tool-calls" })), kind("other"));
    assert_eq!(ended(json!({ "type": "incomplete" })), kind("other"));
    assert_eq!(ended(json!({ "type": "requires-action", "error": 1 })), kind("waiting"));
    for complete in [json!({ "type": "complete" }), json!("incomplete"), json!(null)] {
        assert_eq!(ended(complete), Value::Null);
    }
    let thumb = |metadata: Value| {
        shown("ai-sdk/v6", &json!({ "role": "assistant", "parts": [], "metadata": metadata }))["thumb"].take()
    };
    assert_eq!(thumb(json!({ "submittedFeedback": { "type": "positive" } })), "up");
    assert_eq!(thumb(json!({ "submittedFeedback": { "type": "negative" } })), "down");
    assert_eq!(thumb(json!({ "submittedFeedback": "positive" })), Value::Null);
}

#[test]
fn every_part_of_the_ai_sdk_is_shown() {
    let content = json!({ "role": "assistant",
        "metadata": { "timing": 5, "__aui_toolArtifacts": { "c1": { "map": 1 } }, "__aui_toolInteractions": { "c1": 2 },
            "__aui_toolApprovalResponses": { "ap": { "approved": true } } },
        "parts": [
            { "type": "step-start" },
            { "type": "text", "text": "Hi", "state": "done" },
            { "type": "reasoning", "text": "hm" },
            { "type": "reasoning", "text": " " },
            { "type": "file", "mediaType": "image/png", "url": "https://a.example/i", "filename": "i.png" },
            { "type": "file", "mediaType": "application/pdf", "url": "data:application/pdf;base64,AA" },
            { "type": "source-url", "sourceId": "s", "url": "https://a.example" },
            { "type": "source-document", "sourceId": "d", "mediaType": "text/plain", "title": "T", "filename": "t.txt" },
            { "type": "data-weather", "data": { "c": 21 } },
            { "type": "tool-lookup", "toolCallId": "c1", "state": "output-available", "input": { "q": 1 },
              "output": { "ok": true }, "approval": { "id": "ap" } },
            { "type": "dynamic-tool", "toolName": "dyn", "toolCallId": "c2", "state": "output-error", "input": {},
              "errorText": "no", "approval": { "id": "other" } },
            { "type": "surprise", "a": 1 },
        ] });
    let expected = json!([
        { "kind": "text", "text": "Hi" },
        { "kind": "reasoning", "text": "hm" },
        { "kind": "image", "source": "https://a.example/i", "name": "i.png" },
        { "kind": "file", "source": "data:application/pdf;base64,AA", "name": null, "media_type": "application/pdf" },
        { "kind": "source", "url": "https://a.example", "title": null, "detail": null },
        { "kind": "source", "url": null, "title": "T", "detail": "t.txt" },
        { "kind": "data", "name": "weather", "value": { "c": 21 } },
        { "kind": "tool", "name": "lookup", "call_id": "c1", "input": "{\n  \"q\": 1\n}",
          "state": { "kind": "result", "value": { "ok": true }, "is_preliminary": false }, "artifact": { "map": 1 },
          "interactions": 2, "approval": { "approved": true }, "messages": [] },
        { "kind": "tool", "name": "dyn", "call_id": "c2", "input": "{}", "state": { "kind": "error", "value": "no" },
          "artifact": null, "interactions": null, "approval": { "id": "other" }, "messages": [] },
        { "kind": "raw", "why": "part", "name": "surprise", "value": { "type": "surprise", "a": 1 } },
    ]);
    for format in ["ai-sdk/v5", "ai-sdk/v6"] {
        assert_eq!(parts(format, &content), expected);
        assert_eq!(shown(format, &content)["timing"], 5);
    }
}

#[test]
fn it_is_told_how_a_call_of_the_ai_sdk_went() {
    for (state, kind) in [
        ("output-denied", "denied"),
        ("approval-requested", "asking"),
        ("approval-responded", "pending"),
        ("input-streaming", "pending"),
        ("constructor", "pending"),
    ] {
        assert_eq!(sdk_part(&json!({ "type": "tool-x", "state": state }))["state"]["kind"], kind);
    }
    let preliminary =
        json!({ "type": "tool-x", "state": "output-available", "output": 1, "preliminary": true });
    assert_eq!(sdk_part(&preliminary)["state"]["is_preliminary"], true);
    let wrapped = json!({ "type": "tool-x", "state": "output-available", "output": { "__aui_modelContent": [], "value": 42 } });
    assert_eq!(sdk_part(&wrapped)["state"]["value"], 42);
    let raw = json!({ "type": "tool-x", "state": "output-error", "rawInput": "{broken", "errorText": "no" });
    assert_eq!(sdk_part(&raw)["input"], "{broken");
    let raw = json!({ "type": "tool-x", "state": "output-error", "rawInput": { "a": 1 } });
    assert_eq!(sdk_part(&raw)["input"], "{\n  \"a\": 1\n}");
}

#[test]
fn what_the_native_content_has_no_place_for_comes_from_the_copy() {
    let native = json!({ "role": "assistant", "metadata": { "__aui_toolArtifacts": { "a": "native" } }, "parts": [
        { "type": "text", "text": "native" },
        { "type": "tool-x", "toolCallId": "a", "state": "output-available", "input": {}, "output": 1,
          "approval": { "id": "p" } },
        { "type": "tool-x", "toolCallId": "b", "state": "input-available", "input": {} },
    ] });
    let copy = json!({ "role": "assistant", "status": { "type": "incomplete", "reason": "cancelled" }, "content": [
        { "type": "text", "text": "copy" },
        { "type": "tool-call", "toolCallId": "b", "toolName": "x", "args": {}, "artifact": "copied",
          "interrupt": { "type": "human" }, "messages": [{ "role": "user", "content": [] }] },
        { "type": "tool-call", "toolCallId": "a", "toolName": "x", "args": {}, "result": 2, "artifact": "copied",
          "unstable_interactions": { "entries": [1] }, "approval": { "id": "p", "text": "yes" } },
    ], "metadata": { "timing": { "t": 1 }, "submittedFeedback": { "type": "positive" } } });
    let written = written("ai-sdk/v6", &native.to_string(), Some(&copy.to_string()));
    let shown: Value = serde_json::from_str(&written).unwrap();
    assert_eq!((&shown["thumb"], &shown["timing"]["t"]), (&json!("up"), &json!(1)));
    assert_eq!((&shown["parts"][0]["text"], &shown["ending"]), (&json!("native"), &Value::Null));
    let [first, second] = [&shown["parts"][1], &shown["parts"][2]];
    assert_eq!(first["state"]["value"], 1);
    assert_eq!((&first["artifact"], &second["artifact"]), (&json!("native"), &json!("copied")));
    assert_eq!(first["interactions"], json!({ "entries": [1] }));
    assert_eq!((&first["approval"]["text"], &second["approval"]["type"]), (&json!("yes"), &json!("human")));
    assert_eq!(second["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn a_copy_is_shown_in_place_of_what_cannot_be_read() {
    let copy = r#"{"role":"user","content":[{"type":"text","text":"copy"}]}"#;
    for (format, native) in [
        ("langchain/v1", r#"{"type":"human"}"#),
        ("ai-sdk/v6", r#"{"role":"user","parts":7}"#),
        ("ai-sdk/v6", "{"),
    ] {
        assert!(written(format, native, Some(copy)).contains(r#""parts":[{"kind":"text","text":"copy"}]"#));
    }
    let odd = r#"{"role":"user","content":7}"#;
    assert!(
        written("ai-sdk/v6", r#"{"role":"user","parts":7}"#, Some(odd))
            .contains(r#""why":"shape","value":{"role":"user","parts":7}"#)
    );
}

#[test]
fn content_of_other_formats_is_kept() {
    let content = json!({ "type": "human", "role": "tool" });
    let expected = json!({ "role": "other", "role_name": "tool", "ending": null, "thumb": null, "timing": null,
        "parts": [{ "kind": "raw", "why": "format", "name": "langchain/v1", "value": content }] });
    assert_eq!(shown("langchain/v1", &content), expected);
}

#[test]
fn content_without_shape_is_kept() {
    for content in [
        json!(null),
        json!(7),
        json!("text"),
        json!([]),
        json!({}),
        json!({ "content": null }),
        json!({ "role": 7, "content": {} }),
        json!({ "role": "user", "parts": "no" }),
        json!({ "role": ["user"], "content": 1 }),
    ] {
        for format in ["aui/v0", "ai-sdk/v6", "ai-sdk/v5", "__proto__", "", "a\"b"] {
            let parts = parts(format, &content);
            assert_eq!((&parts[0]["kind"], &parts[0]["value"]), (&json!("raw"), &content));
            assert_eq!((&parts[0]["name"], parts.as_array().unwrap().len()), (&json!(format), 1));
        }
    }
}

#[test]
fn what_is_no_json_is_shown_as_text() {
    for content in ["", "{", "{\"role\":\"user\",\"content\":[", "Hi \"there\"\n"] {
        let shown: Value = serde_json::from_str(&written("aui/v0", content, None)).unwrap();
        assert_eq!(shown["parts"][0]["value"], content);
    }
}

#[test]
fn parts_without_shape_are_kept() {
    for part in [
        json!(null),
        json!(1),
        json!("x"),
        json!([]),
        json!({}),
        json!({ "type": 1 }),
        json!({ "type": "text" }),
        json!({ "type": "text", "text": { "toString": "x" } }),
        json!({ "type": "reasoning", "text": 1 }),
        json!({ "type": "tool-call" }),
        json!({ "type": "tool-call", "toolName": {} }),
        json!({ "type": "image", "image": 1 }),
        json!({ "type": "file" }),
        json!({ "type": "audio", "audio": "x" }),
        json!({ "type": "source" }),
        json!({ "type": "data" }),
        json!({ "type": "__proto__" }),
    ] {
        assert_eq!(aui_part(&part)["value"], part);
    }
    for part in [
        json!(7),
        json!({ "type": "text" }),
        json!({ "type": "file" }),
        json!({ "type": "source-url" }),
        json!({ "type": "dynamic-tool" }),
    ] {
        assert_eq!(sdk_part(&part)["value"], part);
    }
}

#[test]
fn names_may_be_spelled_oddly() {
    let content = r#"{"role":"\u0075ser","p\u0061rts":[{"type":"d\u0061ta-\ud83d\"x","data":1},{"type":"t\u006fol-t\n","toolCallId":"\u0063"}],"metadata":{"__aui_toolArtifacts":{"c":1}}}"#;
    let written = written("ai-sdk/v6", content, None);
    assert!(written.starts_with(r#"{"role":"\u0075ser","role_name":null,"#), "{written}");
    assert!(
        written.contains(r#""kind":"data","name":"#)
            && written.contains(r#""name":"t\n","call_id":"\u0063""#)
    );
    assert!(written.contains(r#""artifact":1"#), "{written}");
    assert!(serde_json::from_str::<Value>(&written.replace(r"\ud83d", "")).is_ok());
}

#[test]
fn the_first_of_very_many_parts_are_shown_and_the_rest_is_kept() {
    let of = |count: usize| {
        let content: Vec<_> =
            (0..count).map(|number| json!({ "type": "text", "text": number.to_string() })).collect();
        parts("aui/v0", &json!({ "role": "user", "content": content })).as_array().unwrap().clone()
    };
    assert_eq!(of(300).len(), 300);
    let parts = of(5_000);
    assert_eq!(parts.len(), 301);
    let rest = &parts[300];
    assert_eq!((&rest["kind"], &rest["why"], &rest["name"]), (&json!("raw"), &json!("many"), &json!("4700")));
    assert_eq!(rest["value"].as_array().unwrap().len(), 4_700);
    assert_eq!(rest["value"][0], json!({ "kind": "text", "text": "300" }));
}

#[test]
fn values_are_cut_where_they_nest_too_deep() {
    let deep = format!("{}1{}", "[".repeat(990), "]".repeat(990));
    let content = format!(
        r#"{{"role":"assistant","status":{{"type":"incomplete","error":{deep}}},"content":[{{"type":"tool-call","toolName":"x","args":{{"a":{deep}}},"result":{deep}}},{{"type":"data","name":"d","data":{deep}}},{deep}],"metadata":{{"timing":{deep}}}}}"#
    );
    for written in [written("aui/v0", &content, None), written("langchain/v1", &content, None)] {
        let depth = written.bytes().fold((0_i32, 0_i32), |(now, most), byte| match byte {
            b'[' | b'{' => (now + 1, most.max(now + 1)),
            b']' | b'}' => (now - 1, most),
            _ => (now, most),
        });
        assert!(depth.1 < 80, "{depth:?}");
        assert!(serde_json::from_str::<Value>(&written).is_ok());
        assert!(written.contains('…'));
    }
    let text = aui_part(&json!({ "type": "tool-call", "toolName": "x", "argsText": deep }))["input"].take();
    assert!(text.as_str().unwrap().contains("\"…\"\n"), "{text}");
}
