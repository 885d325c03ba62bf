//! Lists of threads: their order, their pages, the two sides of the archive.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::chat::{field, ids, threads};
use crate::support::{Client, TestApp, append};

on_both_engines!(
    the_latest_message_comes_first_and_then_the_highest_id,
    pages_follow_each_other_without_gap_or_repeat,
    a_page_is_full_whenever_more_threads_exist,
    a_list_without_limit_has_a_hundred_threads,
    an_unknown_cursor_is_ignored,
    a_cursor_need_not_match_the_filters,
    a_cursor_stands_where_its_thread_stands_now,
    each_side_of_the_archive_is_a_list_of_its_own,
    a_message_moves_its_thread_to_the_front
);

async fn create_at(client: &Client, time: &str, external_id: Option<&str>) -> String {
    let mut body = json!({ "last_message_at": time });
    if let Some(external_id) = external_id {
        body["external_id"] = json!(external_id);
    }
    let created = client.post("/v1/threads", &body).await.expect(201);
    created["thread_id"].as_str().unwrap().to_owned()
}

/// Threads at a few times, so that many share one; in the order of lists.
async fn create_many(client: &Client, count: usize) -> Vec<String> {
    let times: Vec<_> = (0..count).map(|n| format!("2026-01-01T00:00:{:02}.000Z", n * 7 % 5)).collect();
    let made = join_all(times.iter().map(|time| create_at(client, time, None))).await;
    let mut made: Vec<_> = times.into_iter().zip(made).collect();
    made.sort_unstable();
    made.into_iter().rev().map(|(_, id)| id).collect()
}

async fn archive(client: &Client, id: &str, is_archived: bool) {
    let change = json!({ "is_archived": is_archived });
    client.put(&format!("/v1/threads/{id}"), &change).await.expect(200);
}

async fn the_latest_message_comes_first_and_then_the_highest_id(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let expected = create_many(&client, 23).await;
    let listed = threads(&client, "").await;
    assert_eq!(ids(&listed), expected);
    let times = field(&listed, "last_message_at");
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "{times:?}");
}

async fn pages_follow_each_other_without_gap_or_repeat(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let expected = create_many(&client, 23).await;
    for limit in [1, 5, 22, 23, 24, 100] {
        let (mut seen, mut query) = (Vec::<String>::new(), format!("?limit={limit}"));
        loop {
            let page = threads(&client, &query).await;
            assert_eq!(page.len(), limit.min(23 - seen.len()), "limit {limit} after {}", seen.len());
            let Some(last) = page.last() else { break };
            query = format!("?limit={limit}&after={}", last["id"].as_str().unwrap());
            seen.extend(ids(&page).into_iter().map(str::to_owned));
        }
        assert_eq!(seen, expected, "limit {limit}");
    }
}

async fn a_page_is_full_whenever_more_threads_exist(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let made = create_many(&client, 12).await;
    // Every second thread is on the other side: the page skips them and still fills up.
    for id in made.iter().step_by(2) {
        archive(&client, id, true).await;
    }
    let side: Vec<&String> = made.iter().skip(1).step_by(2).collect();
    let page = threads(&client, "?limit=3&is_archived=false").await;
    assert_eq!(ids(&page), side[..3]);
    let page = threads(&client, &format!("?limit=3&after={}", side[2])).await;
    assert_eq!(ids(&page), side[3..], "exactly full");
    assert_eq!(threads(&client, &format!("?limit=3&after={}", side[5])).await, Vec::<Value>::new());
}

async fn a_list_without_limit_has_a_hundred_threads(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let expected = create_many(&client, 103).await;
    let first = threads(&client, "").await;
    assert_eq!(ids(&first), expected[..100]);
    assert_eq!(ids(&threads(&client, &format!("?after={}", expected[99])).await), expected[100..]);
    assert_eq!(ids(&threads(&client, "?limit=100").await), expected[..100]);
    assert_eq!(ids(&threads(&client, "?limit=20").await), expected[..20]);
    for limit in ["0", "101", "-1", "1.5", "many", ""] {
        client.get(&format!("/v1/threads?limit={limit}")).await.invalid(&["limit"]);
    }
}

async fn an_unknown_cursor_is_ignored(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let expected = create_many(&client, 5).await;
    let elsewhere = create_at(&app.backend("v", "alice").await, "2026-01-01T00:00:02.000Z", None).await;
    let gone = create_at(&client, "2026-01-01T00:00:02.000Z", None).await;
    client.delete(&format!("/v1/threads/{gone}")).await.expect(200);
    for after in ["thread_0Wd8Qm2ZrT5yKc7LxB1nVh3P", "anything", &elsewhere, &gone] {
        let page = threads(&client, &format!("?limit=3&after={after}")).await;
        assert_eq!(ids(&page), expected[..3], "{after}");
    }
    client.get("/v1/threads?after=").await.invalid(&["after"]);
    client.get(&format!("/v1/threads?after={}", "x".repeat(256))).await.invalid(&["after"]);
}

async fn a_cursor_need_not_match_the_filters(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let mut made = Vec::new();
    for second in (0..6).rev() {
        let external_id = (second % 2 == 0).then_some("even");
        made.push(create_at(&client, &format!("2026-01-01T00:00:0{second}Z"), external_id).await);
    }
    // The third thread goes to the other side and still marks its place.
    archive(&client, &made[2], true).await;
    let after = |query: &str, id: &str| format!("?{query}&after={id}");
    assert_eq!(ids(&threads(&client, &after("limit=9", &made[2])).await), made[3..]);
    assert_eq!(ids(&threads(&client, &after("is_archived=true", &made[0])).await), [&*made[2]]);
    assert_eq!(threads(&client, &after("is_archived=true", &made[3])).await, Vec::<Value>::new());
    // made[1], made[3], made[5] are `even`; an odd one marks a place among them.
    assert_eq!(ids(&threads(&client, "?external_id=even").await), [&*made[1], &*made[3], &*made[5]]);
    assert_eq!(ids(&threads(&client, &after("external_id=even", &made[2])).await), [&*made[3], &*made[5]]);
    assert_eq!(ids(&threads(&client, &after("external_id=even&limit=1", &made[1])).await), [&*made[3]]);
    assert_eq!(threads(&client, "?external_id=eve").await, Vec::<Value>::new());
}

async fn a_cursor_stands_where_its_thread_stands_now(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let mut made = Vec::new();
    for second in (0..5).rev() {
        made.push(create_at(&client, &format!("2026-01-01T00:00:0{second}Z"), None).await);
    }
    let after = format!("?after={}", made[1]);
    assert_eq!(ids(&threads(&client, &after).await), made[2..]);
    let change = json!({ "last_message_at": "2026-01-01T00:00:00.500Z" });
    client.put(&format!("/v1/threads/{}", made[1]), &change).await.expect(200);
    assert_eq!(ids(&threads(&client, &after).await), made[4..]);
}

async fn each_side_of_the_archive_is_a_list_of_its_own(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let made = create_many(&client, 4).await;
    for id in &made[..2] {
        archive(&client, id, true).await;
    }
    let open = threads(&client, "").await;
    assert_eq!(ids(&open), made[2..]);
    assert_eq!(threads(&client, "?is_archived=false").await, open);
    let archived = threads(&client, "?is_archived=true").await;
    assert_eq!(ids(&archived), made[..2]);
    assert!(archived.iter().all(|thread| thread["is_archived"] == true));
    archive(&client, &made[0], false).await;
    assert_eq!(ids(&threads(&client, "?is_archived=true").await), [&*made[1]]);
    assert_eq!(ids(&threads(&client, "").await), [&*made[0], &*made[2], &*made[3]]);
    for value in ["True", "1", "", "null"] {
        client.get(&format!("/v1/threads?is_archived={value}")).await.invalid(&["is_archived"]);
    }
    // What nobody knows is ignored.
    assert_eq!(threads(&client, "?is_archived=true&order=asc").await.len(), 1);
}

async fn a_message_moves_its_thread_to_the_front(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let made = create_many(&client, 3).await;
    append(&client, &made[2], None, "hello").await;
    assert_eq!(ids(&threads(&client, "").await), [&*made[2], &*made[0], &*made[1]]);
}
