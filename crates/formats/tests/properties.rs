//! What holds for every message, and for every text.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::ControlFlow;

use formats::{Conversion, Thumb, convert, searchable, shape, text, thumb, transcript};
use proptest::prelude::*;
use serde_json::{Value, json};

fn converted(from: &str, to: &str, content: &str) -> Option<String> {
    let mut out = Vec::new();
    let result = convert(Conversion::between(from, to).unwrap(), content, &mut out);
    assert!(result.is_ok() || out.is_empty());
    result.ok().map(|()| String::from_utf8(out).unwrap())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{0,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A part as clients write it, with what else may stand in it.
fn aui_part() -> impl Strategy<Value = Value> {
    (0_u8..9, ".{0,12}", any_json(), any::<bool>(), prop::collection::btree_map("[a-z]{1,6}", any_json(), 0..2))
        .prop_map(|(kind, text, value, flag, more)| {
            let mut part = match kind {
                0..=2 => json!({ "type": "text", "text": text }),
                3 => json!({ "type": "reasoning", "text": text, "unstable_summary": value }),
                4 => json!({ "type": "tool-call", "toolCallId": text, "toolName": "t", "args": {}, "result": value,
                    "isError": flag, "artifact": value }),
                5 => json!({ "type": "tool-call", "toolCallId": text, "toolName": text, "argsText": value.to_string(),
                    "approval": { "id": "a", "approved": flag } }),
                6 => json!({ "type": "file", "data": text, "mimeType": "text/plain", "providerMetadata": value }),
                7 => json!({ "type": "data", "name": text, "data": value }),
                _ => json!({ "type": "later", "value": value, "id": text }),
            };
            let fields = part.as_object_mut().unwrap();
            for (name, value) in more {
                fields.entry(name).or_insert(value);
            }
            part
        })
}

/// A message, of one format or none, in which a thumb may stand.
fn thumb_place() -> impl Strategy<Value = Value> {
    let kinds =
        prop_oneof![Just(json!("positive")), Just(json!("negative")), Just(json!("x")), Just(Value::Null)];
    (kinds, 0_u8..3, 0_u8..4).prop_map(|(kind, list, place)| {
        let list = ["content", "parts", "neither"][usize::from(list)];
        let metadata = match place {
            0 => json!("none"),
            1 => json!({ "submittedFeedback": null }),
            _ => json!({ "submittedFeedback": { "type": kind } }),
        };
        json!({ "role": "assistant", list: [], "metadata": metadata })
    })
}

fn aui_message() -> impl Strategy<Value = Value> {
    (prop::collection::vec(aui_part(), 0..6), any_json(), any_json(), any::<bool>()).prop_map(
        |(parts, custom, steps, is_user)| {
            let role = if is_user { "user" } else { "assistant" };
            json!({ "role": role, "content": parts, "metadata": { "custom": custom, "steps": steps } })
        },
    )
}

/// The texts of the text parts in a list.
fn texts(parts: &Value) -> Vec<&str> {
    let parts = parts.as_array().unwrap().iter();
    let mut texts: Vec<_> =
        parts.filter(|part| part["type"] == "text").filter_map(|part| part["text"].as_str()).collect();
    texts.sort_unstable();
    texts
}

/// Everything that reads a text, none of which may panic.
fn read_in_every_way(content: &str, copy: &str) {
    for (from, to) in [("aui/v0", "ai-sdk/v5"), ("aui/v0", "ai-sdk/v6"), ("ai-sdk/v5", "ai-sdk/v6")] {
        let _converted = converted(from, to, content);
    }
    for format in ["aui/v0", "ai-sdk/v5", "ai-sdk/v6", "langchain/v1"] {
        let _said = text(format, content);
        let mut out = Vec::new();
        transcript(format, content, None, &mut out);
        transcript(format, content, Some(copy), &mut out);
        assert!(std::str::from_utf8(&out).is_ok());
    }
    let _shape = shape(content);
    searchable(content, |_| ControlFlow::Continue(()));
}

/// As JavaScript trims: unlike Rust, U+FEFF is white space to it.
fn is_blank(text: &str) -> bool {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty()
}

proptest! {
    #[test]
    fn no_text_is_lost_and_what_comes_out_is_json(message in aui_message()) {
        for to in ["ai-sdk/v5", "ai-sdk/v6"] {
            let read: Value = serde_json::from_str(&converted("aui/v0", to, &message.to_string()).unwrap()).unwrap();
            prop_assert_eq!(texts(&message["content"]), texts(&read["parts"]));
            prop_assert_eq!(message["content"].as_array().unwrap().len(), read["parts"].as_array().unwrap().len());
        }
    }

    #[test]
    fn an_older_reading_upgrades_to_the_newer(message in aui_message()) {
        let v5 = converted("aui/v0", "ai-sdk/v5", &message.to_string()).unwrap();
        let upgraded: Value = serde_json::from_str(&converted("ai-sdk/v5", "ai-sdk/v6", &v5).unwrap()).unwrap();
        let v5: Value = serde_json::from_str(&v5).unwrap();
        prop_assert_eq!(texts(&upgraded["parts"]), texts(&v5["parts"]));
    }

    #[test]
    fn upgrading_twice_changes_nothing_more(message in aui_message()) {
        let v5 = converted("aui/v0", "ai-sdk/v5", &message.to_string()).unwrap();
        let once = converted("ai-sdk/v5", "ai-sdk/v6", &v5).unwrap();
        let parsed: Value = serde_json::from_str(&once).unwrap();
        // An error's text is read once: what it says may again look like JSON. So may what was in `custom`.
        let is_settled = !once.contains("output-error") && parsed["metadata"].get("custom").is_none();
        prop_assume!(is_settled);
        prop_assert_eq!(converted("ai-sdk/v5", "ai-sdk/v6", &once).unwrap(), once);
    }

    #[test]
    fn order_and_spelling_change_nothing(message in aui_message()) {
        let members = message.as_object().unwrap();
        let plain = converted("aui/v0", "ai-sdk/v6", &message.to_string());
        // Backwards, `role` last, and once more before it with another value.
        let backwards: Vec<_> = ["metadata", "content", "role"]
            .iter()
            .map(|name| format!("{}:{}", json!(name), members[*name]))
            .collect();
        let odd = format!("{{\"r\\u006fle\":7,{}}}", backwards.join(","));
        prop_assert_eq!(converted("aui/v0", "ai-sdk/v6", &odd), plain);
    }

    #[test]
    fn order_and_spelling_change_no_upgrade(message in aui_message()) {
        let v5 = converted("aui/v0", "ai-sdk/v5", &message.to_string()).unwrap();
        let upgraded = |content: &str| -> Value {
            serde_json::from_str(&converted("ai-sdk/v5", "ai-sdk/v6", content).unwrap()).unwrap()
        };
        // Once more before it with other values, which makes it a message to be read with care.
        let odd = v5.replacen('{', r#"{"p\u0061rts":[7],"r\u006fle":7,"#, 1);
        prop_assert_eq!(upgraded(&odd), upgraded(&v5));
    }

    #[test]
    fn the_transcript_is_json_and_misses_no_text(message in aui_message(), copy in aui_message()) {
        let mut out = Vec::new();
        transcript("aui/v0", &message.to_string(), Some(&copy.to_string()), &mut out);
        let shown: Value = serde_json::from_slice(&out).unwrap();
        let shown = shown["parts"].as_array().unwrap();
        for text in texts(&message["content"]).iter().filter(|text| !is_blank(text)) {
            prop_assert!(shown.iter().any(|part| part["text"] == *text), "{text}");
        }
    }

    #[test]
    fn the_thumb_is_the_one_that_is_shown(
        own in thumb_place(), copy in thumb_place(), format in "(aui/v0|ai-sdk/v6|mine)", has_copy: bool,
    ) {
        let (own, copy) = (own.to_string(), copy.to_string());
        let copy = has_copy.then_some(&*copy);
        let mut out = Vec::new();
        transcript(&format, &own, copy, &mut out);
        let shown: Value = serde_json::from_slice(&out).unwrap();
        prop_assert_eq!(shown["thumb"].as_str(), thumb(&format, &own, copy).map(Thumb::name));
    }

    #[test]
    fn no_text_makes_it_panic(content: String, copy: String) {
        read_in_every_way(&content, &copy);
    }

    #[test]
    fn no_jumble_of_json_makes_it_panic(content in "[\\[\\]{}:,\"\\\\ud8é0-9a ]{0,60}") {
        read_in_every_way(&content, &content);
    }

    #[test]
    fn no_damaged_message_makes_it_panic(
        message in aui_message(),
        cut in 0_usize..400,
        size in 0_usize..9,
        patch in "[\\[\\]{}:,\"\\\\é1n]{0,3}",
    ) {
        let message = message.to_string();
        let start = message.floor_char_boundary(cut);
        let end = message.floor_char_boundary((cut + size).max(start)).max(start);
        let damaged = format!("{}{patch}{}", &message[..start], &message[end..]);
        read_in_every_way(&damaged, &message);
        read_in_every_way(&damaged.replace("\"content\"", "\"parts\"").replace("tool-call", "tool-x"), &damaged);
    }
}

#[test]
fn numbers_and_half_pairs_are_kept_as_they_are_spelled() {
    let value = r#"[1E+400,-0.0,738529527931269425,1.50,"\ud83d\u0000",{"a":1,"a":2}]"#;
    let stored = format!(r#"{{"role":"user","content":[{{"type":"data","name":"x","data":{value}}}]}}"#);
    assert!(converted("aui/v0", "ai-sdk/v6", &stored).unwrap().contains(value));
    let mut out = Vec::new();
    transcript("aui/v0", &stored, None, &mut out);
    assert!(String::from_utf8(out).unwrap().contains(value));
}

/// The time that work takes grows with its length and not with the square of it: eight times as much may take
/// at most thirty-two times as long, where it would take sixty-four.
#[test]
fn hostile_content_takes_no_longer_than_its_length() {
    type Hostile = fn(usize) -> String;
    let shapes: [Hostile; 6] = [
        |n| format!(r#"{{"role":"user","content":{}{}}}"#, "[".repeat(n * 4), "]".repeat(n * 4)),
        |n| {
            format!(
                r#"{{"role":"user","content":[{}0]}}"#,
                r#"{"type":"tool-call","toolCallId":"a","toolName":"t","artifact":1},"#.repeat(n)
            )
        },
        |n| {
            format!(
                r#"{{"role":"user","parts":[{}0],"metadata":{{"custom":{{{}"a":1}}}}}}"#,
                r#"{"type":"tool-x","toolCallId":"a"},"#.repeat(n),
                r#""b":1,"#.repeat(n)
            )
        },
        |n| {
            format!(
                r#"{{"role":"user","content":[{{"type":"tool-call","toolCallId":"a","toolName":"t","argsText":"{}"}}]}}"#,
                r"\\\ud83d".repeat(n * 8)
            )
        },
        |n| {
            format!(
                r#"{{"role":"user","content":[{{"type":"tool-call","toolCallId":"a","toolName":"t","args":{{"a":[{}0]}}}}]}}"#,
                "0,".repeat(n * 16)
            )
        },
        |n| "{\"text\":\"".repeat(n * 8),
    ];
    let time = |content: &str| {
        let start = std::time::Instant::now();
        read_in_every_way(content, content);
        start.elapsed()
    };
    for (number, shape) in shapes.iter().enumerate() {
        let (small, large) = (shape(400), shape(3_200));
        // Other work on the machine may hit the large one; it does not do so every time.
        let is_linear = (0..20).any(|_| time(&large) < time(&small) * 32);
        assert!(is_linear, "shape {number}");
    }
}
