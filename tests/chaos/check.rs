//! The look afterwards: does the server hold what was answered, and nothing else?

use std::collections::HashMap;

use futures_util::future::join_all;
use hyper::Method;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::client::Client;
use crate::load::{Writers, message_id, thread_body};
use crate::model::{Fate, Memory, parse_tag};

#[derive(Deserialize)]
struct Listed {
    messages: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    parent_id: Option<String>,
    external_id: Option<String>,
    height: i64,
    format: String,
    content: Box<RawValue>,
}

#[derive(Deserialize)]
struct Tag {
    tag: String,
}

/// Looks at every message of these threads and at every thread the writers made since the last look.
/// Afterwards all of the writers' knowledge is certain.
pub async fn check(client: &Client, writers: &mut Writers, threads: &[String]) {
    for thread in threads {
        let listed = client.get(&format!("/v1/threads/{thread}/messages")).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        let Listed { messages } = serde_json::from_slice(&listed.body).expect("a whole list");
        check_heights(&messages);
        let found = check_rows(&mut writers.memories, thread, messages);
        check_absent(&mut writers.memories, thread, &found);
        check_parents(&writers.memories, &found);
        retry(client, &mut writers.memories, thread, &found).await;
    }
    check_threads(client, &mut writers.memories).await;
}

fn check_heights(rows: &[Row]) {
    let heights: HashMap<&str, i64> = rows.iter().map(|row| (row.id.as_str(), row.height)).collect();
    assert_eq!(heights.len(), rows.len(), "every message is listed once");
    for Row { id, parent_id, height, .. } in rows {
        let expected = parent_id.as_ref().map_or(0, |parent| {
            1 + heights.get(parent.as_str()).unwrap_or_else(|| panic!("the parent {parent} of {id} is gone"))
        });
        assert_eq!(*height, expected, "height of {id}");
    }
}

/// The rows by writer and message.
type Found = HashMap<(usize, usize), Row>;

fn check_rows(memories: &mut [Memory], thread: &str, rows: Vec<Row>) -> Found {
    let mut found = Found::new();
    for row in rows {
        let Tag { tag } = serde_json::from_str(row.content.get()).unwrap();
        let (writer, index) = parse_tag(&tag);
        let message = &mut memories[writer].messages[index];
        assert_eq!(message.thread, thread, "{message:?}");
        assert_ne!(message.fate, Fate::Gone, "a deleted message is there: {message:?}");
        assert!(message.id.as_ref().is_none_or(|id| *id == row.id), "{message:?} is {}", row.id);
        assert_eq!(message.external_id, row.external_id, "{message:?}");
        assert_eq!(row.format, "aui/v0");
        let content = row.content.get();
        assert!(message.contents.iter().any(|sent| sent == content), "{message:?} has {content}");
        message.contents = vec![content.to_owned()];
        message.id = Some(row.id.clone());
        assert!(found.insert((writer, index), row).is_none(), "{message:?} is there twice");
    }
    found
}

/// What was answered is there; of what was not, deletions happened wholly or not at all.
fn check_absent(memories: &mut [Memory], thread: &str, found: &Found) {
    for (writer, memory) in memories.iter_mut().enumerate() {
        for batch in std::mem::take(&mut memory.open_deletes) {
            if memory.messages[batch[0]].thread != thread {
                memory.open_deletes.push(batch);
                continue;
            }
            let left = batch.iter().filter(|index| found.contains_key(&(writer, **index))).count();
            assert!(left == 0 || left == batch.len(), "half of a deletion: {left} of {batch:?} are left");
        }
        for (index, message) in memory.messages.iter_mut().enumerate() {
            if message.thread == thread && !found.contains_key(&(writer, index)) {
                assert_ne!(message.fate, Fate::There, "an answered message is not there: {message:?}");
            }
        }
    }
}

/// Each hangs below the nearest ancestor that is still there.
fn check_parents(memories: &[Memory], found: &Found) {
    for ((writer, index), row) in found {
        let messages = &memories[*writer].messages;
        let mut ancestor = messages[*index].parent;
        while let Some(gone) = ancestor.filter(|ancestor| !found.contains_key(&(*writer, *ancestor))) {
            ancestor = messages[gone].parent;
        }
        let expected = ancestor.and_then(|ancestor| messages[ancestor].id.clone());
        assert_eq!(row.parent_id, expected, "parent of {:?}", messages[*index]);
    }
}

/// Appends once more, as clients do, what was not answered and has an external id: it ends up there once.
/// Then everything is known.
async fn retry(client: &Client, memories: &mut [Memory], thread: &str, found: &Found) {
    let mut open = Vec::new();
    for (writer, memory) in memories.iter().enumerate() {
        let client = client.with("aui-user-id", &format!("writer-{writer}"));
        let all = memory.messages.iter().enumerate();
        for (index, message) in all.filter(|(_, message)| message.thread == thread) {
            if message.fate == Fate::Unknown {
                let client = client.clone();
                open.push(async move {
                    (writer, index, send_again(&client, memory, (writer, index), found).await)
                });
            }
        }
    }
    for (writer, index, sent) in join_all(open).await {
        let message = &mut memories[writer].messages[index];
        let is_there = found.contains_key(&(writer, index)) || sent.is_some();
        message.fate = if is_there { Fate::There } else { Fate::Gone };
        message.id = sent.or(message.id.take());
    }
}

/// The id, if the message could be sent once more: it has an external id, it was not what a deletion
/// took, and its parent is there.
async fn send_again(
    client: &Client,
    memory: &Memory,
    (writer, index): (usize, usize),
    found: &Found,
) -> Option<String> {
    let message = &memory.messages[index];
    let is_found = found.contains_key(&(writer, index));
    let is_orphan = message.parent.is_some_and(|parent| !found.contains_key(&(writer, parent)));
    if message.external_id.is_none() || (message.id.is_some() && !is_found) || is_orphan {
        return None;
    }
    let parent = message.parent.map(|parent| &memory.messages[parent]);
    let body = message.body(parent, &message.contents[0]);
    let path = format!("/v1/threads/{}/messages", message.thread);
    let answer = client.send(Method::POST, &path, body.into()).await;
    let id = message_id(&answer, if is_found { 200 } else { 201 });
    assert!(!is_found || message.id.as_ref() == Some(&id), "{message:?} became {id}");
    Some(id)
}

/// Every answered thread is there; of the others there is one, whole, or none.
async fn check_threads(client: &Client, memories: &mut [Memory]) {
    for thread in memories.iter_mut().flat_map(|memory| std::mem::take(&mut memory.threads)) {
        let path = format!("/v1/threads?external_id={}", thread.external_id);
        let listed = client.get(&path).await.expect(200);
        let listed = listed["threads"].as_array().unwrap();
        assert!(listed.len() <= 1, "{thread:?} is there twice");
        if let Some(id) = &thread.id {
            assert_eq!(listed.first().map(|row| &row["id"]), Some(&id.as_str().into()), "{thread:?}");
        }
        let sent = thread_body(&thread.external_id);
        for (row, (key, value)) in
            listed.iter().flat_map(|row| sent.as_object().unwrap().iter().map(move |member| (row, member)))
        {
            assert_eq!(row[key], *value, "{key} of {thread:?}");
        }
    }
}
