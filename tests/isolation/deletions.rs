//! Deletions that have much to move, or nothing.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::json;

use crate::bystander::Bystander;
use crate::client::Client;
use crate::{Instance, append, create_thread, on_both_engines};

on_both_engines!(deletions_in_a_long_chain, deletions_of_nothing);

/// How long the chain is. By the API and by one caller, as whoever attacks has to make it.
const CHAIN: usize = 2_000;

async fn delete(client: &Client, thread: &str, id: &str) -> u16 {
    let path = format!("/v1/threads/{thread}/messages");
    client.delete_with(&path, &json!({ "message_ids": [id] })).await.status.as_u16()
}

async fn deletions_in_a_long_chain(engine: Engine) {
    let instance = Instance::start(engine).await;
    let hostile = instance.user("hostile");
    let thread = create_thread(&hostile).await;
    let mut chain: Vec<String> = Vec::new();
    for _ in 0..CHAIN {
        chain.push(append(&hostile, &thread, chain.last().map(String::as_str), "x").await);
    }
    let bystander = Bystander::new(&instance).await;
    let roots = join_all(chain[..12].iter().map(|root| delete(&hostile, &thread, root)));
    let answers = bystander.beside("deletions in a long chain", roots).await;
    assert!(answers.iter().all(|status| [200, 503].contains(status)), "{answers:?}");
}

async fn deletions_of_nothing(engine: Engine) {
    let instance = Instance::start(engine).await;
    let hostile = instance.user("hostile");
    let thread = create_thread(&hostile).await;
    let mut last = None;
    for _ in 0..500 {
        last = Some(append(&hostile, &thread, last.as_deref(), "x").await);
    }
    let bystander = Bystander::new(&instance).await;
    let ids: Vec<String> = (0..200).map(|number| format!("msg_0nowhere{number}")).collect();
    let path = format!("/v1/threads/{thread}/messages");
    let body = json!({ "message_ids": ids });
    let deletions = join_all((0..100).map(|_| hostile.delete_with(&path, &body)));
    for answer in bystander.beside("deletions of nothing", deletions).await {
        assert!([404, 503].contains(&answer.status.as_u16()), "{answer:?}");
    }
}
