//! Threads and messages as operators see them: across workspaces, page by page, and nothing of others.

use std::collections::BTreeSet;

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::chat::{post_message, reply, row, with};
use crate::support::{Client, TestApp, append, create_thread};

on_both_engines!(
    a_row_tells_how_the_latest_reply_fares,
    threads_of_all_workspaces_are_listed_and_filtered,
    pages_have_no_gaps_and_no_repetitions,
    a_thread_is_told_with_its_metadata_and_messages,
    messages_come_in_pages_as_they_are_stored,
    nothing_of_another_project_is_shown,
    what_is_wrong_with_a_query_is_named,
    a_thread_is_told_by_its_first_words_and_its_messages,
    a_reply_of_which_there_is_nothing_yet_is_not_counted,
    threads_are_listed_in_any_order,
);

fn ids(page: &Value, list: &str) -> Vec<String> {
    page[list].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

async fn thread_at(client: &Client, at: &str, title: &str) -> String {
    let body = json!({ "last_message_at": at, "title": title });
    client.post("/v1/threads", &body).await.expect(201)["thread_id"].as_str().unwrap().to_owned()
}

async fn threads_of_all_workspaces_are_listed_and_filtered(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let (ann, bob) = (app.backend("one", "ann").await, app.backend("two", "bob").await);
    let first = thread_at(&ann, "2026-01-01T00:00:00.000Z", "first").await;
    let second = thread_at(&bob, "2026-01-02T00:00:00.000Z", "second").await;
    let third = thread_at(&app.backend("two", "ann").await, "2026-01-03T00:00:00.000Z", "third").await;
    ann.put(&format!("/v1/threads/{first}"), &json!({ "is_archived": true })).await.expect(200);
    let base = format!("/api/projects/{}/threads", app.project);
    let list =
        async |query: &str| ids(&operator.get(&format!("{base}?{query}")).await.expect(200), "threads");
    assert_eq!(list("").await, [&*third, &second, &first]);
    assert_eq!(list("search=&archived=true").await, [&*first]);
    assert_eq!(list("archived=false").await, [&*third, &second]);
    assert_eq!(list("workspace=two").await, [&*third, &second]);
    assert_eq!(list("user=ann").await, [&*third, &first]);
    assert_eq!(list("workspace=two&user=ann&archived=false").await, [&*third]);
    assert_eq!(list("workspace=nowhere").await, [""; 0]);
    assert_eq!(list("from=2026-01-02T00:00:00.000Z").await, [&*third, &second]);
    assert_eq!(list("to=2026-01-02T00:00:00.000Z").await, [&*first]);
    assert_eq!(list("from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z").await, [&*second]);
    let row = operator.get(&base).await.expect(200)["threads"][1].clone();
    assert_eq!(
        row,
        json!({
            "id": second, "workspace_id": "two", "title": "second", "external_id": null, "is_archived": false,
            "created_by": "bob", "created_by_name": null, "created_at": row["created_at"],
            "updated_at": row["updated_at"], "last_message_at": "2026-01-02T00:00:00.000Z",
            "thumbs_up": 0, "thumbs_down": 0, "message_count": 0, "first_words": null, "run": null, "match": null,
        })
    );
}

async fn pages_have_no_gaps_and_no_repetitions(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let ann = app.backend("w", "ann").await;
    // Most at the same moment, so that only ids tell them apart.
    let mut made = BTreeSet::new();
    for number in 0..101 {
        let at = format!("2026-01-01T00:00:0{}.000Z", number % 3);
        made.insert(thread_at(&ann, &at, "x").await);
    }
    let base = format!("/api/projects/{}/threads", app.project);
    let (mut seen, mut cursor, mut sizes) = (Vec::new(), String::new(), Vec::new());
    loop {
        let page = operator.get(&format!("{base}?{cursor}")).await.expect(200);
        let rows = ids(&page, "threads");
        sizes.push(rows.len());
        seen.extend(rows);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("after={next}");
    }
    assert_eq!((sizes, seen.len()), (vec![50, 50, 1], 101));
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), made);
}

async fn a_thread_is_told_with_its_metadata_and_messages(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let ann = app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    append(&ann, &thread, None, "one").await;
    append(&ann, &thread, None, "two").await;
    let metadata = json!({ "metadata": { "a": [1, "<b>"] } });
    ann.put(&format!("/v1/threads/{thread}"), &metadata).await.expect(200);
    let base = format!("/api/projects/{}/threads", app.project);
    let told = operator.get(&format!("{base}/{thread}")).await.expect(200);
    assert_eq!((&told["id"], &told["messages"]), (&json!(thread), &json!(2)));
    assert_eq!(told["metadata"], metadata["metadata"]);
    operator.get(&format!("{base}/thread_0")).await.refused(404, "Thread not found");
    operator.get(&format!("{base}/thread_0/messages")).await.refused(404, "Thread not found");
}

async fn messages_come_in_pages_as_they_are_stored(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let ann = app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    let mut parent: Option<String> = None;
    for number in 0..230 {
        let id = append(&ann, &thread, parent.as_deref(), &format!("m{number}")).await;
        // A branch now and then.
        parent = if number % 7 == 0 { parent } else { Some(id) };
    }
    let whole = ann.get(&format!("/v1/threads/{thread}/messages")).await.expect(200);
    let base = format!("/api/projects/{}/threads/{thread}/messages", app.project);
    let first = operator.get(&format!("{base}?form=stored")).await.expect(200);
    let next = first["next_cursor"].as_str().unwrap();
    let last = operator.get(&format!("{base}?form=stored&after={next}")).await.expect(200);
    assert_eq!((ids(&first, "messages").len(), ids(&last, "messages").len()), (200, 30));
    assert_eq!(last["next_cursor"], Value::Null);
    let both = [first["messages"].as_array().unwrap().clone(), last["messages"].as_array().unwrap().clone()];
    for (read, stored) in both.concat().into_iter().zip(whole["messages"].as_array().unwrap()) {
        assert_eq!(read, with(stored.clone(), &json!({ "copy": null })));
    }
    // A full page that is the last one says so.
    let exact = create_thread(&ann).await;
    for _ in 0..25 {
        append(&ann, &exact, None, "x").await;
    }
    let page = operator.get(&format!("/api/projects/{}/threads/{exact}/messages", app.project)).await;
    assert_eq!(page.expect(200)["next_cursor"], Value::Null);
    // A page of large messages ends early.
    let large = create_thread(&ann).await;
    for _ in 0..60 {
        append(&ann, &large, None, &"x".repeat(200_000)).await;
    }
    let base = format!("/api/projects/{}/threads/{large}/messages", app.project);
    let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let page = operator.get(&format!("{base}?{cursor}")).await.expect(200);
        let rows = ids(&page, "messages");
        assert!(rows.len() <= 25);
        seen.extend(rows);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("after={next}");
    }
    assert_eq!(seen.len(), 60);
}

async fn nothing_of_another_project_is_shown(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let other = app.create_project().await;
    let key = app.create_key(&other, None).await;
    let there = app.anyone().bearing(&key).with("aui-workspace-id", "w").with("aui-user-id", "ann");
    let thread = create_thread(&there).await;
    append(&there, &thread, None, "private").await;
    let here = format!("/api/projects/{}", app.project);
    assert_eq!(operator.get(&format!("{here}/threads")).await.expect(200)["threads"], json!([]));
    assert_eq!(operator.get(&format!("{here}/users")).await.expect(200)["users"], json!([]));
    assert_eq!(operator.get(&format!("{here}/workspaces")).await.expect(200)["workspaces"], json!([]));
    for path in [format!("threads/{thread}"), format!("threads/{thread}/messages")] {
        operator.get(&format!("{here}/{path}")).await.refused(404, "Thread not found");
        operator.get(&format!("/api/projects/{other}/{path}")).await.expect(200);
        let stranger = app.stranger().await;
        stranger.get(&format!("/api/projects/{other}/{path}")).await.refused(404, "Project not found");
    }
    operator.get(&format!("{here}/users/ann")).await.refused(404, "User not found");
    operator.get(&format!("{here}/workspaces/w")).await.refused(404, "Workspace not found");
}

async fn what_is_wrong_with_a_query_is_named(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Admin).await;
    let ann = app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    let long = "x".repeat(256);
    let base = format!("/api/projects/{}", app.project);
    for (path, name) in [
        ("threads?workspace=a%20b".to_owned(), "workspace"),
        ("threads?user=".to_owned(), "user"),
        ("threads?archived=1".to_owned(), "archived"),
        ("threads?from=yesterday".to_owned(), "from"),
        ("threads?to=2026-01-01".to_owned(), "to"),
        ("threads?after=x".to_owned(), "after"),
        (format!("threads?search={long}"), "search"),
        ("threads?search=%00".to_owned(), "search"),
        (format!("threads/{thread}/messages?after=MSAy"), "after"),
        ("users?after=%21".to_owned(), "after"),
        (format!("users?search={long}"), "search"),
        ("users/a%20b".to_owned(), "user_id"),
        ("users/a%20b/erasure".to_owned(), "user_id"),
        ("workspaces?after=x&search=a".to_owned(), "after"),
    ] {
        operator.get(&format!("{base}/{path}")).await.invalid(&[name]);
    }
    operator.get("/api/jump?project_id=x&q=a").await.invalid(&["project_id"]);
}

async fn a_thread_is_told_by_its_first_words_and_its_messages(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let ann = app.backend("w", "ann").await;
    let base = format!("/api/projects/{}/threads", app.project);
    let said = async |messages: &[Value]| -> String {
        let thread = create_thread(&ann).await;
        let mut parent = None;
        for content in messages {
            let body = json!({ "parent_id": parent, "format": "any", "content": content });
            let made = ann.post(&format!("/v1/threads/{thread}/messages"), &body).await.expect(201);
            parent = Some(made["message_id"].clone());
        }
        thread
    };
    let user = |parts: Value| json!({ "role": "user", "parts": parts });
    let picture = json!({ "type": "file", "url": format!("data:image/png;base64,{}", "A".repeat(200_000)) });
    let asked = user(json!([{ "type": "text", "text": "Where\nis my parcel?" }]));
    let cases = [
        (said(&[]).await, Value::Null, 0),
        (said(&[asked.clone(), asked.clone()]).await, json!("Where is my parcel?"), 2),
        (
            said(&[json!({ "role": "system", "content": "Be kind" }), asked]).await,
            json!("Where is my parcel?"),
            2,
        ),
        (
            said(&[user(json!([picture, { "type": "text", "text": "What is it?" }]))]).await,
            json!("What is it?"),
            1,
        ),
        (said(&[json!({ "role": "assistant", "content": "Hello" })]).await, Value::Null, 1),
    ];
    let page = operator.get(&base).await.expect(200);
    for (thread, words, count) in cases {
        let row = page["threads"].as_array().unwrap().iter().find(|row| row["id"] == thread).unwrap();
        assert_eq!((&row["first_words"], &row["message_count"]), (&words, &json!(count)));
        let detail = operator.get(&format!("{base}/{thread}")).await.expect(200);
        assert_eq!((&detail["first_words"], &detail["message_count"]), (&words, &json!(count)));
    }
}

async fn a_reply_of_which_there_is_nothing_yet_is_not_counted(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let ann = app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    append(&ann, &thread, None, "Hello?").await;
    let empty =
        json!({ "parent_id": null, "format": "aui/v0", "content": { "role": "assistant", "content": [] } });
    let reply =
        ann.post(&format!("/v1/threads/{thread}/messages"), &empty).await.expect(201)["message_id"].clone();
    let count = async || {
        let page = operator.get(&format!("/api/projects/{}/threads", app.project)).await.expect(200);
        page["threads"][0]["message_count"].as_i64().unwrap()
    };
    assert_eq!(count().await, 2, "it is no reply that is being written");
    let reply = reply.as_str().unwrap().to_owned();
    let open = async move |conn: &mut engine::Conn<'_>| -> engine::Result<u64> {
        conn.execute("UPDATE messages SET lease_id = 'lease_0' WHERE id = ?1", &[&reply]).await?;
        let sql = "INSERT INTO run_leases (project_id, thread_id, id, message_id, user_id, is_authors, opened_at, beat_at)
                   SELECT project_id, thread_id, 'lease_0', id, 'ann', TRUE, 1, 1 FROM messages WHERE id = ?1";
        conn.execute(sql, &[&reply]).await
    };
    app.store.write(open).await.unwrap();
    assert_eq!(count().await, 1);
    let end =
        async |conn: &mut engine::Conn<'_>| conn.execute("UPDATE run_leases SET ended_at = 2", &[]).await;
    app.store.write(end).await.unwrap();
    assert_eq!(count().await, 2);
}

async fn threads_are_listed_in_any_order(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let ann = app.backend("w", "ann").await;
    let base = format!("/api/projects/{}/threads", app.project);
    let mut created = Vec::new();
    for number in 0..60 {
        app.advance_secs(1);
        // Talked about in another order than created.
        let at = format!("2026-01-01T00:{:02}:00.000Z", number * 7 % 60);
        created.push(thread_at(&ann, &at, &format!("{number}")).await);
    }
    let mut talked: Vec<usize> = (0..60).collect();
    talked.sort_by_key(|number| number * 7 % 60);
    let talked: Vec<String> = talked.into_iter().map(|number| created[number].clone()).collect();
    let backwards = |ids: &[String]| ids.iter().rev().cloned().collect::<Vec<_>>();
    for (order, expected) in [
        ("created_oldest", created.clone()),
        ("created", backwards(&created)),
        ("last_message_oldest", talked.clone()),
        ("last_message", backwards(&talked)),
    ] {
        let first = operator.get(&format!("{base}?order={order}")).await.expect(200);
        let next = first["next_cursor"].as_str().unwrap();
        let second = operator.get(&format!("{base}?order={order}&after={next}&user=ann")).await.expect(200);
        let all = [ids(&first, "threads"), ids(&second, "threads")].concat();
        assert_eq!(all, expected, "{order}");
        assert_eq!(second["next_cursor"], Value::Null);
    }
    let names = "order must be last_message, last_message_oldest, created or created_oldest";
    let refused = operator.get(&format!("{base}?order=id")).await;
    assert_eq!(refused.status.as_u16(), 400);
    assert_eq!(refused.json()["details"][0]["message"], names);
}

async fn a_row_tells_how_the_latest_reply_fares(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let ann = app.backend("w", "ann").await;
    let (thread, quiet) = (create_thread(&ann).await, create_thread(&ann).await);
    append(&ann, &quiet, None, "x").await;
    let open = async |external_id: &str| {
        let body = with(reply(None, "x"), &json!({ "external_id": external_id, "open_run": true }));
        post_message(&ann, &thread, &body).await.expect(201)["lease_id"].as_str().unwrap().to_owned()
    };
    let told = async |thread: &str| {
        let path = format!("/api/projects/{}/threads", app.project);
        let listed = operator.get(&path).await.expect(200);
        let row = row(listed["threads"].as_array().unwrap(), thread).clone();
        assert_eq!(operator.get(&format!("{path}/{thread}")).await.expect(200)["run"], row["run"]);
        row["run"].clone()
    };
    open("first").await;
    assert_eq!((told(&thread).await, told(&quiet).await), (json!("running"), Value::Null));
    app.advance_secs(30);
    assert_eq!(told(&thread).await, "interrupted");
    // The one that was interrupted before is none of its business any more.
    let second = open("second").await;
    assert_eq!(told(&thread).await, "running");
    ann.post_empty(&format!("/v1/threads/{thread}/runs/{second}/end")).await.expect(200);
    assert_eq!(told(&thread).await, Value::Null);
}
