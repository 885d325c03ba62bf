//! The tree of a thread's messages: parents, heights, and what a deletion leaves of it.

use std::collections::{BTreeMap, BTreeSet};

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};
use threadkeep::messages::deletion::settle_left_threads;

use crate::on_both_engines;
use crate::support::chat::{
    Planted, delete_messages, ids, messages, plant, planted_id, post_message, reply, row, thread, with,
};
use crate::support::dice::Dice;
use crate::support::{Client, TestApp, append, create_thread};

on_both_engines!(
    heights_count_the_way_to_the_root,
    a_branch_adds_a_sibling_and_overwrites_nothing,
    a_parent_that_is_no_message_id_is_none,
    a_parent_may_be_named_by_the_clients_own_id,
    a_parent_must_be_a_message_of_the_thread,
    a_parent_named_by_external_id_wins,
    a_deletion_hands_children_to_the_nearest_survivor,
    a_deletion_takes_what_is_there_of_its_list,
    a_deletion_of_nothing_is_refused,
    a_deletion_moves_nothing_else,
    random_trees_keep_their_shape,
    concurrent_appends_under_one_parent_all_arrive,
    appends_race_with_the_deletion_of_their_parent,
    deletions_race_with_each_other,
    a_long_chain_moves_up_whole,
    more_children_than_a_step_takes_are_handed_on,
    a_list_is_in_order_while_heights_follow,
    what_a_deletion_left_is_ended_later,
    a_long_thread_goes_whole
);

/// Where a message stands.
fn place(rows: &[Value], id: &str) -> (Value, i64) {
    let row = row(rows, id);
    (row["parent_id"].clone(), row["height"].as_i64().unwrap())
}

/// Asserts that every parent is there, one level up.
fn assert_whole(rows: &[Value]) {
    for message in rows {
        let height = match message["parent_id"].as_str() {
            Some(parent) => row(rows, parent)["height"].as_i64().unwrap() + 1,
            None => 0,
        };
        assert_eq!(message["height"], height, "{message}");
    }
}

async fn heights_count_the_way_to_the_root(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let mut last: Option<String> = None;
    for depth in 0..20 {
        let made = append(&client, &id, last.as_deref(), &depth.to_string()).await;
        assert_eq!(place(&messages(&client, &id, "").await, &made), (json!(last), depth));
        last = Some(made);
    }
    let listed = messages(&client, &id, "").await;
    assert_eq!(ids(&listed)[0], last.unwrap());
    assert_whole(&listed);
}

async fn a_branch_adds_a_sibling_and_overwrites_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let root = append(&client, &id, None, "root").await;
    let first = append(&client, &id, Some(&root), "first").await;
    let leaf = append(&client, &id, Some(&first), "leaf").await;
    let before = messages(&client, &id, "").await;
    let second = append(&client, &id, Some(&root), "second").await;
    let other_root = append(&client, &id, None, "other root").await;
    let other_leaf = append(&client, &id, Some(&other_root), "other leaf").await;
    let after = messages(&client, &id, "").await;
    for id in [&root, &first, &leaf] {
        assert_eq!(row(&after, id), row(&before, id));
    }
    assert_eq!(place(&after, &second), (json!(root), 1));
    assert_eq!(place(&after, &other_root), (Value::Null, 0));
    assert_eq!(place(&after, &other_leaf), (json!(other_root), 1));
}

async fn a_parent_that_is_no_message_id_is_none(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let root = append(&client, &id, None, "root").await;
    for parent in ["", "x", "MSG_1", " msg_1", "message", &root[1..], &id] {
        let made = append(&client, &id, Some(parent), "x").await;
        assert_eq!(place(&messages(&client, &id, "").await, &made), (Value::Null, 0), "{parent}");
    }
}

async fn a_parent_may_be_named_by_the_clients_own_id(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    for local in ["local-1", "msg_of_the_app", "Z3pQ8aX"] {
        let body = with(reply(None, "parent"), &json!({ "external_id": local }));
        let parent = post_message(&client, &id, &body).await.expect(201)["message_id"].clone();
        let child = append(&client, &id, Some(local), "child").await;
        assert_eq!(place(&messages(&client, &id, "").await, &child), (parent, 1), "{local}");
    }
    // One of another thread is nobody's parent here.
    let other = create_thread(&client).await;
    let child = append(&client, &other, Some("local-1"), "x").await;
    assert_eq!(place(&messages(&client, &other, "").await, &child), (Value::Null, 0));
}

async fn a_parent_must_be_a_message_of_the_thread(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (id, other) = (create_thread(&client).await, create_thread(&client).await);
    let elsewhere = append(&client, &other, None, "elsewhere").await;
    post_message(&client, &other, &with(reply(None, "x"), &json!({ "external_id": "e" }))).await.expect(201);
    let before = app.written().await;
    app.advance_secs(60);
    for parent in ["msg_", "msg_0nowhere", &elsewhere, &elsewhere.to_uppercase().replace("MSG", "msg")] {
        let answer = post_message(&client, &id, &reply(Some(parent), "x")).await;
        answer.refused(400, "Parent message not found in thread");
    }
    for parent in ["msg_\0", "\0"] {
        post_message(&client, &id, &reply(Some(parent), "x")).await.invalid(&["parent_id"]);
    }
    for external_id in ["nowhere", "e", elsewhere.as_str()] {
        let body = with(reply(None, "x"), &json!({ "parent_external_id": external_id }));
        let answer = post_message(&client, &id, &body).await;
        answer.refused(400, "Parent message with external_id not found in thread");
    }
    assert_eq!(app.written().await, before);
}

async fn a_parent_named_by_external_id_wins(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let by_id = append(&client, &id, None, "by id").await;
    let body = with(reply(Some(&by_id), "by external id"), &json!({ "external_id": "e" }));
    let made = post_message(&client, &id, &body).await.expect(201);
    for parent in [Value::Null, json!(by_id), json!("msg_0nowhere"), json!("x")] {
        let body = with(reply(None, "x"), &json!({ "parent_id": parent, "parent_external_id": "e" }));
        let child = post_message(&client, &id, &body).await.expect(201);
        let listed = messages(&client, &id, "").await;
        let child = child["message_id"].as_str().unwrap();
        assert_eq!(place(&listed, child), (made["message_id"].clone(), 2), "{parent}");
    }
    // It does not fall back on the id.
    let body = with(reply(Some(&by_id), "x"), &json!({ "parent_external_id": "nowhere" }));
    let answer = post_message(&client, &id, &body).await;
    answer.refused(400, "Parent message with external_id not found in thread");
}

async fn a_deletion_hands_children_to_the_nearest_survivor(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    // root - a - b - c - d, with e beside c, and f a root's only child.
    let root = append(&client, &id, None, "root").await;
    let a = append(&client, &id, Some(&root), "a").await;
    let b = append(&client, &id, Some(&a), "b").await;
    let c = append(&client, &id, Some(&b), "c").await;
    let d = append(&client, &id, Some(&c), "d").await;
    let e = append(&client, &id, Some(&b), "e").await;
    let other_root = append(&client, &id, None, "other root").await;
    let f = append(&client, &id, Some(&other_root), "f").await;
    let before = messages(&client, &id, "").await;
    app.advance_secs(60);
    let answer = delete_messages(&client, &id, &[&b, &a, &other_root]).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, &b"{}"[..]));

    let after = messages(&client, &id, "").await;
    assert_eq!(place(&after, &root), (Value::Null, 0));
    assert_eq!(place(&after, &c), (json!(root), 1));
    assert_eq!(place(&after, &e), (json!(root), 1));
    assert_eq!(place(&after, &d), (json!(c), 2));
    assert_eq!(place(&after, &f), (Value::Null, 0));
    assert_eq!(after.len(), 5);
    for message in &after {
        let moved = json!({ "parent_id": message["parent_id"], "height": message["height"] });
        assert_eq!(*message, with(row(&before, message["id"].as_str().unwrap()).clone(), &moved));
    }
    // The new place is where a child is counted from.
    let child = append(&client, &id, Some(&d), "child").await;
    assert_eq!(place(&messages(&client, &id, "").await, &child), (json!(d), 3));
    post_message(&client, &id, &reply(Some(&a), "x"))
        .await
        .refused(400, "Parent message not found in thread");
}

async fn a_deletion_takes_what_is_there_of_its_list(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (id, other) = (create_thread(&client).await, create_thread(&client).await);
    let (first, second) = (append(&client, &id, None, "1").await, append(&client, &id, None, "2").await);
    let elsewhere = append(&client, &other, None, "elsewhere").await;
    // Names that stand twice, name nothing or belong elsewhere do no harm; neither do other members.
    let list = [&*first, &*first, "msg_0nowhere", "anything", &*elsewhere];
    let body = json!({ "message_ids": list, "reason": "unknown" });
    let path = format!("/v1/threads/{id}/messages");
    client.delete_with(&path, &body).await.expect(200);
    assert_eq!(ids(&messages(&client, &id, "").await), [&*second]);
    assert_eq!(ids(&messages(&client, &other, "").await), [&*elsewhere]);
    client.delete_with(&path, &body).await.refused(404, "Messages not found");

    let mut most: Vec<String> = (0..199).map(|n| format!("msg_{n}")).collect();
    most.push(second);
    client.delete_with(&path, &json!({ "message_ids": most })).await.expect(200);
    assert_eq!(messages(&client, &id, "").await, Vec::<Value>::new());
}

async fn a_deletion_of_nothing_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    append(&client, &id, None, "x").await;
    let before = app.written().await;
    let path = format!("/v1/threads/{id}/messages");
    delete_messages(&client, &id, &["msg_0nowhere"]).await.refused(404, "Messages not found");
    for list in [json!([]), json!("msg_0"), Value::Null, json!(vec!["m"; 201])] {
        client.delete_with(&path, &json!({ "message_ids": list })).await.invalid(&["message_ids"]);
    }
    client.delete_with(&path, &json!({})).await.invalid(&["message_ids"]);
    for element in [json!(""), json!(1), json!("x".repeat(256))] {
        let answer = client.delete_with(&path, &json!({ "message_ids": ["msg_0", element] })).await;
        assert_eq!(answer.expect(400)["details"][0]["path"], json!(["message_ids", 1]));
    }
    assert_eq!(app.written().await, before);
}

async fn a_deletion_moves_nothing_else(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let message = append(&client, &id, None, "x").await;
    let feedback = format!("/v1/threads/{id}/messages/{message}/feedback");
    client.post(&feedback, &json!({ "type": "positive" })).await.expect(200);
    let before = thread(&client, &id).await;
    app.advance_secs(60);
    delete_messages(&client, &id, &[&message]).await.expect(200);
    assert_eq!(thread(&client, &id).await["last_message_at"], before["last_message_at"]);
    assert_eq!(app.count("SELECT count(*) FROM scores", &[]).await, 1);
    client.post(&feedback, &json!({ "type": "positive" })).await.refused(404, "Message not found");
}

/// The same tree, kept by hand.
#[derive(Default)]
struct Model {
    parents: BTreeMap<String, Option<String>>,
}

impl Model {
    fn delete(&mut self, gone: &BTreeSet<String>) {
        let before = self.parents.clone();
        self.parents.retain(|id, _| !gone.contains(id));
        for parent in self.parents.values_mut() {
            while let Some(id) = parent.clone().filter(|id| gone.contains(id)) {
                *parent = before[&id].clone();
            }
        }
    }

    fn height(&self, id: &str) -> i64 {
        self.parents[id].as_ref().map_or(0, |parent| self.height(parent) + 1)
    }

    fn assert_same(&self, rows: &[Value]) {
        assert_eq!(rows.len(), self.parents.len());
        for (id, parent) in &self.parents {
            assert_eq!(place(rows, id), (json!(parent), self.height(id)), "{id}");
        }
    }
}

async fn random_trees_keep_their_shape(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    for seed in 0..6 {
        let mut dice = Dice::new(seed);
        let (id, mut model) = (create_thread(&client).await, Model::default());
        for _ in 0..40 {
            let known: Vec<String> = model.parents.keys().cloned().collect();
            let mut draw = |most: usize| dice.below(most);
            if known.len() < 4 || draw(4) > 0 {
                // A root now and then; else below any message.
                let parent = known.get(draw(known.len() + 2)).cloned();
                let made = append(&client, &id, parent.as_deref(), "x").await;
                model.parents.insert(made, parent);
            } else {
                let gone: BTreeSet<_> = (0..=draw(4)).map(|_| known[draw(known.len())].clone()).collect();
                let list: Vec<&str> = gone.iter().map(String::as_str).collect();
                delete_messages(&client, &id, &list).await.expect(200);
                model.delete(&gone);
            }
        }
        model.assert_same(&messages(&client, &id, "").await);
    }
}

async fn concurrent_appends_under_one_parent_all_arrive(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let root = append(&client, &id, None, "root").await;
    let made = join_all((0..30).map(|n| append_text(&client, &id, &root, n))).await;
    let listed = messages(&client, &id, "").await;
    assert_eq!(listed.len(), 31);
    for (n, made) in made.iter().enumerate() {
        assert_eq!(place(&listed, made), (json!(root), 1));
        assert_eq!(row(&listed, made)["content"]["content"][0]["text"], n.to_string());
    }
}

async fn append_text(client: &Client, thread: &str, parent: &str, n: usize) -> String {
    append(client, thread, Some(parent), &n.to_string()).await
}

async fn appends_race_with_the_deletion_of_their_parent(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    for _ in 0..5 {
        let root = append(&client, &id, None, "root").await;
        let parent = append(&client, &id, Some(&root), "parent").await;
        let body = reply(Some(&parent), "child");
        let children = join_all((0..10).map(|_| post_message(&client, &id, &body)));
        let gone = [&*parent];
        let (children, deleted) = tokio::join!(children, delete_messages(&client, &id, &gone));
        deleted.expect(200);
        let listed = messages(&client, &id, "").await;
        assert_whole(&listed);
        for child in children {
            match child.status.as_u16() {
                // In time, and handed on.
                201 => {
                    let child = child.json();
                    assert_eq!(place(&listed, child["message_id"].as_str().unwrap()), (json!(root), 1));
                }
                _ => drop(child.refused(400, "Parent message not found in thread")),
            }
        }
    }
}

async fn deletions_race_with_each_other(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let mut chain = vec![append(&client, &id, None, "0").await];
    for n in 1..24 {
        chain.push(append_text(&client, &id, &chain[n - 1], n).await);
    }
    // Three of four go, each in a deletion of its own.
    let gone: Vec<_> = chain.iter().enumerate().filter(|(n, _)| n % 4 != 3).map(|(_, id)| [&**id]).collect();
    for deleted in join_all(gone.iter().map(|gone| delete_messages(&client, &id, gone))).await {
        deleted.expect(200);
    }
    let listed = messages(&client, &id, "").await;
    let left: Vec<&String> = chain.iter().skip(3).step_by(4).collect();
    assert_eq!(listed.len(), left.len());
    for (height, id) in left.iter().enumerate() {
        let parent = height.checked_sub(1).map(|above| left[above]);
        assert_eq!(place(&listed, id), (json!(parent), height as i64));
    }
}

/// A chain of so many messages.
fn chain(length: usize) -> Vec<Planted> {
    (0..length).map(Planted::in_chain).collect()
}

/// A thread's tree as it is stored.
async fn tree(app: &TestApp, thread: &str) -> BTreeMap<String, (Option<String>, i64)> {
    let sql = "SELECT id, parent_id, height FROM messages WHERE thread_id = ?1";
    let to_place = |row: &engine::Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
    let read = async |conn: &mut engine::Conn<'_>| conn.all(sql, &[&thread], to_place).await;
    app.store.read::<_, engine::Error, _>(read).await.unwrap().into_iter().collect()
}

/// Asserts that every message stands one above its parent, and that nothing says otherwise.
async fn assert_settled(app: &TestApp, thread: &str, length: usize) {
    let tree = tree(app, thread).await;
    assert_eq!(tree.len(), length);
    for (id, (parent, height)) in &tree {
        assert_eq!(*height, parent.as_ref().map_or(0, |parent| tree[parent].1 + 1), "{id}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM unsettled_threads", &[]).await, 0);
}

async fn a_long_chain_moves_up_whole(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    plant(&app, &id, "alice", &chain(3_500)).await;
    let gone: Vec<String> = [0, 1, 17, 1_200, 1_201, 3_498].into_iter().map(planted_id).collect();
    let list: Vec<&str> = gone.iter().map(String::as_str).collect();
    delete_messages(&client, &id, &list).await.expect(200);
    assert_settled(&app, &id, 3_494).await;
    let tree = tree(&app, &id).await;
    assert_eq!(tree[&planted_id(2)], (None, 0));
    assert_eq!(tree[&planted_id(1_202)], (Some(planted_id(1_199)), 1_197));
    assert_eq!(tree[&planted_id(3_499)], (Some(planted_id(3_497)), 3_493));
}

async fn more_children_than_a_step_takes_are_handed_on(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    let below = |parent: usize, number, height| Planted { number, parent: Some(parent), height };
    let mut planted = chain(3);
    planted.extend((3..1_303).map(|number| below(2, number, 3)));
    planted.extend((1_303..1_900).map(|number| below(1, number, 2)));
    let grandchildren = planted[3..].iter().map(|it| below(it.number, it.number + 10_000, it.height + 1));
    planted.extend(grandchildren.collect::<Vec<_>>());
    plant(&app, &id, "alice", &planted).await;
    delete_messages(&client, &id, &[&planted_id(1), &planted_id(2)]).await.expect(200);
    assert_settled(&app, &id, planted.len() - 2).await;
    let tree = tree(&app, &id).await;
    for number in 3..1_900 {
        assert_eq!(tree[&planted_id(number)], (Some(planted_id(0)), 1));
    }
}

async fn a_list_is_in_order_while_heights_follow(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    plant(&app, &id, "alice", &chain(2_500)).await;
    let gone: Vec<String> = (0..3).map(|n| planted_id(n * 3)).collect();
    let mut deletions = std::pin::pin!(join_all(gone.iter().map(|gone| async {
        delete_messages(&client, &id, &[&**gone]).await.expect(200);
    })));
    loop {
        let deleted = tokio::select! {
            _ = &mut deletions => true,
            () = tokio::task::yield_now() => false,
        };
        let tree = tree(&app, &id).await;
        for (id, (parent, height)) in &tree {
            assert!(parent.as_ref().is_none_or(|parent| tree[parent].1 < *height), "{id}");
        }
        if deleted {
            break;
        }
    }
    assert_settled(&app, &id, 2_497).await;
}

async fn what_a_deletion_left_is_ended_later(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let id = create_thread(&client).await;
    // As after a root was deleted and the server was killed: everything behind the first message is one too high.
    let mut planted = chain(2_500);
    for message in &mut planted[1..] {
        message.height += 1;
    }
    plant(&app, &id, "alice", &planted).await;
    let unsettle = async |conn: &mut engine::Conn<'_>| {
        let sql = "INSERT INTO unsettled_threads (project_id, thread_id, height, created_at, message_id)
                   SELECT project_id, id, 0, 1000000, '' FROM threads";
        conn.execute(sql, &[]).await
    };
    assert_eq!(app.store.write(unsettle).await.unwrap(), 1);
    // Whoever deletes meanwhile deletes the right one and hands on the right ones.
    delete_messages(&client, &id, &[&planted_id(1_000)]).await.expect(200);
    let moved = tree(&app, &id).await[&planted_id(1_001)].clone();
    assert_eq!(moved, (Some(planted_id(999)), 1_000));
    settle_left_threads(&app.store).await.unwrap();
    assert_settled(&app, &id, 2_499).await;
}

async fn a_long_thread_goes_whole(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "alice").await;
    let (id, other) = (create_thread(&client).await, create_thread(&client).await);
    plant(&app, &id, "alice", &chain(1_700)).await;
    append(&client, &other, None, "stays").await;
    client.delete(&format!("/v1/threads/{id}")).await.expect(200);
    client.get(&format!("/v1/threads/{id}")).await.refused(404, "Thread not found");
    assert_eq!(app.count("SELECT COUNT(*) FROM messages", &[]).await, 1);
}
