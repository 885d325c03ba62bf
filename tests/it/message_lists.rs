//! Lists of messages: their order, their pages, and whole threads at once.

use std::collections::HashSet;

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::{ids, messages, post_message, reply, with};
use crate::support::{Client, TestApp, append, create_thread};

on_both_engines!(
    the_deepest_message_comes_first_then_the_newest_then_the_highest_id,
    pages_follow_each_other_without_gap_or_repeat,
    a_cursor_of_no_message_of_the_thread_is_ignored,
    a_thread_without_limit_comes_whole,
    a_thread_of_several_megabytes_comes_whole,
    large_messages_stand_in_their_places,
    a_limit_is_an_integer_up_to_two_hundred
);

/// The place of a row in the order of lists.
fn place(row: &Value) -> (i64, &str, &str) {
    (row["height"].as_i64().unwrap(), row["created_at"].as_str().unwrap(), row["id"].as_str().unwrap())
}

/// A bush: several roots and branches, many of one time.
async fn grow(app: &TestApp, client: &Client, thread: &str) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    for n in 0..30 {
        if n % 4 == 0 {
            app.advance_secs(1);
        }
        // A shift that leaves some without parent and gives others several children.
        let parent = (n % 7 != 0).then(|| made[n * 5 / 7].clone());
        made.push(append(client, thread, parent.as_deref(), &n.to_string()).await);
    }
    made
}

async fn the_deepest_message_comes_first_then_the_newest_then_the_highest_id(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let thread = create_thread(&client).await;
    let made: HashSet<String> = grow(&app, &client, &thread).await.into_iter().collect();
    let listed = messages(&client, &thread, "").await;
    let places: Vec<_> = listed.iter().map(place).collect();
    assert!(places.windows(2).all(|pair| pair[0] > pair[1]), "{places:?}");
    assert_eq!(ids(&listed).into_iter().map(str::to_owned).collect::<HashSet<_>>(), made);
    // The order is about more than one thing here.
    assert!(places.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1));
    assert!(places.windows(2).any(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)));
}

async fn pages_follow_each_other_without_gap_or_repeat(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let thread = create_thread(&client).await;
    grow(&app, &client, &thread).await;
    let whole = messages(&client, &thread, "").await;
    for limit in [1, 7, 15, 29, 30, 31, 200] {
        let (mut seen, mut query) = (Vec::new(), format!("?limit={limit}"));
        loop {
            let page = messages(&client, &thread, &query).await;
            assert_eq!(page.len(), limit.min(30 - seen.len()), "limit {limit} after {}", seen.len());
            let Some(last) = page.last() else { break };
            query = format!("?format=aui/v0&limit={limit}&after={}", last["id"].as_str().unwrap());
            seen.extend(page);
        }
        assert_eq!(seen, whole, "limit {limit}");
    }
    // Without limit a cursor brings all the rest.
    let rest = messages(&client, &thread, &format!("?after={}", ids(&whole)[11])).await;
    assert_eq!(rest, whole[12..]);
}

async fn a_cursor_of_no_message_of_the_thread_is_ignored(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (thread, other) = (create_thread(&client).await, create_thread(&client).await);
    let first = append(&client, &thread, None, "one").await;
    append(&client, &thread, Some(&first), "two").await;
    let gone = append(&client, &thread, Some(&first), "gone").await;
    let body = json!({ "message_ids": [gone] });
    client.delete_with(&format!("/v1/threads/{thread}/messages"), &body).await.expect(200);
    let elsewhere = append(&client, &other, None, "three").await;
    let whole = messages(&client, &thread, "").await;
    for after in ["msg_0Wd8Qm2ZrT5yKc7LxB1nVh3P", "anything", &elsewhere, &gone, &thread] {
        assert_eq!(messages(&client, &thread, &format!("?after={after}")).await, whole, "{after}");
        let page = messages(&client, &thread, &format!("?after={after}&limit=1")).await;
        assert_eq!(page, whole[..1], "{after}");
    }
    let path = format!("/v1/threads/{thread}/messages");
    client.get(&format!("{path}?after=")).await.invalid(&["after"]);
    client.get(&format!("{path}?after={}", "x".repeat(256))).await.invalid(&["after"]);
}

/// Appends so many messages with that much text below a few others.
async fn append_many(client: &Client, thread: &str, count: usize, size: usize) -> HashSet<String> {
    let mut roots = Vec::new();
    for _ in 0..5 {
        roots.push(append(client, thread, roots.last().map(String::as_str), "a root").await);
    }
    let text = "x".repeat(size);
    let more = (0..count - roots.len()).map(async |n| {
        let body = reply(Some(&roots[n % roots.len()]), &format!("{n} {text}"));
        let answer = post_message(client, thread, &body).await;
        answer.expect(201)["message_id"].as_str().unwrap().to_owned()
    });
    let more: Vec<String> = join_all(more).await;
    roots.into_iter().chain(more).collect()
}

async fn a_thread_without_limit_comes_whole(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let thread = create_thread(&client).await;
    // Twice the largest page, to the row: the last read of it finds nothing.
    let made = append_many(&client, &thread, 400, 10).await;
    let whole = messages(&client, &thread, "").await;
    assert_eq!(ids(&whole).into_iter().map(str::to_owned).collect::<HashSet<_>>(), made);
    assert_eq!(whole.len(), 400);
    let first = messages(&client, &thread, "?limit=200").await;
    let second = messages(&client, &thread, &format!("?limit=200&after={}", ids(&first)[199])).await;
    assert_eq!([first, second].concat(), whole);
    let end = ids(&whole)[399];
    assert_eq!(messages(&client, &thread, &format!("?limit=200&after={end}")).await, Vec::<Value>::new());
}

async fn a_thread_of_several_megabytes_comes_whole(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let thread = create_thread(&client).await;
    let made = append_many(&client, &thread, 460, 11_000).await;
    let answer = client.get(&format!("/v1/threads/{thread}/messages")).await;
    assert!(answer.body.len() > 4 * 1024 * 1024, "{}", answer.body.len());
    // It is sent in parts, while the rest is still read: nobody knows its length beforehand.
    assert_eq!(
        (answer.header("content-length"), answer.header("content-type")),
        (None, Some("application/json"))
    );
    let whole = answer.expect(200)["messages"].as_array().unwrap().clone();
    assert_eq!(whole.len(), 460);
    assert_eq!(ids(&whole).into_iter().map(str::to_owned).collect::<HashSet<_>>(), made);
    assert!(whole.windows(2).all(|pair| place(&pair[0]) > place(&pair[1])));
}

/// Among them the sizes around what is read along with other messages, and one larger than a whole part.
async fn large_messages_stand_in_their_places(engine: Engine) {
    const SIZES: [usize; 9] = [10, 100_000, 32_740, 32_741, 32_742, 10, 3_000_000, 3_000_000, 10];
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let thread = create_thread(&client).await;
    let mut parent = None;
    for size in SIZES {
        let content = json!({ "role": "assistant", "x": "x".repeat(size) });
        let body = with(reply(parent.as_deref(), ""), &json!({ "content": content, "external_id": parent }));
        let body = if parent.is_some() { body } else { with(body, &json!({ "external_id": "first" })) };
        let made = post_message(&client, &thread, &body).await.expect(201);
        // Copies are large, too.
        let copy = with(body, &json!({ "format": "ai-sdk/v6" }));
        post_message(&client, &thread, &copy).await.expect(200);
        parent = Some(made["message_id"].as_str().unwrap().to_owned());
    }
    let sizes = |rows: &[Value]| -> Vec<usize> {
        rows.iter().rev().map(|row| row["content"]["x"].as_str().unwrap().len()).collect()
    };
    for query in ["", "?limit=200", "?format=aui%2Fv0", "?format=ai-sdk%2Fv6", "?limit=9"] {
        assert_eq!(sizes(&messages(&client, &thread, query).await), SIZES, "{query}");
    }
    let mut paged = messages(&client, &thread, "?limit=4").await;
    for _ in 0..2 {
        let after = paged.last().unwrap()["id"].as_str().unwrap().to_owned();
        paged.extend(messages(&client, &thread, &format!("?limit=4&after={after}")).await);
    }
    assert_eq!(sizes(&paged), SIZES);
}

async fn a_limit_is_an_integer_up_to_two_hundred(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let thread = create_thread(&client).await;
    for limit in ["0", "201", "-1", "1.5", "many", ""] {
        client.get(&format!("/v1/threads/{thread}/messages?limit={limit}")).await.invalid(&["limit"]);
    }
    for limit in ["1", "200"] {
        client.get(&format!("/v1/threads/{thread}/messages?limit={limit}")).await.expect(200);
    }
}
