//! Taking along what was written without credential.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Visitor, claim, refresh};
use crate::on_both_engines;
use crate::support::{Client, TestApp, append, create_thread, user_message};

on_both_engines!(
    a_claim_moves_threads_and_changes_nothing_else_of_them,
    a_claim_by_key_moves_into_the_workspace_that_the_key_names,
    a_claim_without_anything_to_move_answers_zero,
    t177_a_visitor_claims_nothing,
    a_claim_of_many_threads_moves_all_of_them,
    t178_a_claim_may_be_repeated,
    t178_claims_at_once_move_each_thread_once,
    t179_a_message_written_during_a_claim_is_in_the_thread_or_refused,
    t180_a_refresh_token_that_is_not_live_here_moves_nothing,
    t181_after_a_claim_the_visitor_sees_nothing,
    t182_a_planted_token_brings_only_its_own_threads,
    a_claim_checks_the_caller_before_the_body,
);

const ANONYMOUS: &str = "Anonymous sessions cannot claim threads";

async fn threads(client: &Client) -> Vec<Value> {
    let mut all = client.get("/v1/threads").await.expect(200)["threads"].as_array().unwrap().clone();
    all.extend(
        client.get("/v1/threads?is_archived=true").await.expect(200)["threads"].as_array().unwrap().clone(),
    );
    all
}

fn ids(threads: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = threads.iter().map(|thread| thread["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

async fn a_claim_moves_threads_and_changes_nothing_else_of_them(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let body = json!({
        "last_message_at": "2026-01-02T03:04:05.678Z", "title": "t", "external_id": "e", "metadata": { "a": 1 },
    });
    let full = visitor.client.post("/v1/threads", &body).await.expect(201)["thread_id"].clone();
    let full = format!("/v1/threads/{}", full.as_str().unwrap());
    let archived = format!("/v1/threads/{}", create_thread(&visitor.client).await);
    visitor.client.put(&archived, &json!({ "is_archived": true })).await.expect(200);
    let root = append(&visitor.client, &full[12..], None, "hello").await;
    append(&visitor.client, &full[12..], Some(&root), "again").await;
    let messages = visitor.client.get(&format!("{full}/messages")).await.expect(200);
    let before = threads(&visitor.client).await;
    app.advance_secs(60);
    let member = app.browser("team", "ann").await;
    let own = create_thread(&member).await;
    assert_eq!(claim(&member, &visitor.refresh_token).await.expect(200), json!({ "moved": 2 }));

    let after: Vec<Value> = threads(&member).await.into_iter().filter(|thread| thread["id"] != own).collect();
    let mut expected = before;
    for thread in &mut expected {
        thread["workspace_id"] = "team".into();
    }
    assert_eq!(ids(&after), ids(&expected));
    for thread in &expected {
        let moved = after.iter().find(|moved| moved["id"] == thread["id"]).unwrap();
        assert_eq!(moved, thread);
    }
    assert_eq!(member.get(&format!("{full}/messages")).await.expect(200), messages);
    let creators = async |conn: &mut engine::Conn<'_>| {
        conn.all("SELECT DISTINCT created_by FROM threads WHERE created_by <> 'ann'", &[], |row| {
            row.get::<String>(0)
        })
        .await
    };
    assert_eq!(app.store.read(creators).await.unwrap(), [visitor.id]);
}

async fn a_claim_by_key_moves_into_the_workspace_that_the_key_names(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let thread = create_thread(&visitor.client).await;
    let backend = app.backend("team", "ann").await;
    assert_eq!(claim(&backend, &visitor.refresh_token).await.expect(200), json!({ "moved": 1 }));
    assert_eq!(ids(&threads(&backend).await), [thread]);
    // The workspace was made for it, in the name of whoever claimed.
    assert!(app.written().await.contains(&"workspace team ann".to_owned()));
}

async fn a_claim_of_many_threads_moves_all_of_them(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let id = create_thread(&visitor.client).await;
    for copies in ["1", "2", "4", "8", "16", "32", "64", "128", "256", "512"] {
        // Each time as many again.
        let copy = async move |conn: &mut engine::Conn<'_>| {
            let sql = "INSERT INTO threads (project_id, id, workspace_id, is_archived, last_message_at, thumbs_up,
                                            thumbs_down, created_by, updated_by, created_at, updated_at)
                       SELECT project_id, id || '_' || ?1, workspace_id, is_archived, last_message_at, thumbs_up,
                              thumbs_down, created_by, updated_by, created_at, updated_at
                       FROM threads";
            conn.execute(sql, &[&copies]).await
        };
        app.store.write(copy).await.unwrap();
    }
    let member = app.browser("team", "ann").await;
    assert_eq!(claim(&member, &visitor.refresh_token).await.expect(200), json!({ "moved": 1_024 }));
    assert_eq!(app.count("SELECT COUNT(*) FROM threads WHERE workspace_id = 'team'", &[]).await, 1_024);
    member.get(&format!("/v1/threads/{id}_512")).await.expect(200);
}

async fn a_claim_without_anything_to_move_answers_zero(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let member = app.browser("team", "ann").await;
    let before = app.written().await;
    assert_eq!(claim(&member, &visitor.refresh_token).await.expect(200), json!({ "moved": 0 }));
    assert_eq!(app.written().await, before);
    // The caller's workspace may be the visitor's own.
    create_thread(&visitor.client).await;
    let before = app.written().await;
    let same = app.backend(&visitor.id, "ann").await;
    assert_eq!(claim(&same, &visitor.refresh_token).await.expect(200), json!({ "moved": 0 }));
    assert_eq!(app.written().await, before);
}

async fn t177_a_visitor_claims_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (visitor, other) = (Visitor::new(&app).await, Visitor::new(&app).await);
    create_thread(&visitor.client).await;
    let before = app.written().await;
    claim(&other.client, &visitor.refresh_token).await.refused(403, ANONYMOUS);
    claim(&visitor.client, &visitor.refresh_token).await.refused(403, ANONYMOUS);
    // A backend that acts as a visitor is no better, whether there is such a visitor or not.
    for user in [&other.id, "usr_anon_0", "usr_anon_0nobody"] {
        claim(&app.backend("team", user).await, &visitor.refresh_token).await.refused(403, ANONYMOUS);
    }
    assert_eq!(app.written().await, before);
    let alike = app.backend("team", "usr_anon_1").await;
    assert_eq!(claim(&alike, &visitor.refresh_token).await.expect(200), json!({ "moved": 1 }));
}

async fn t178_a_claim_may_be_repeated(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    create_thread(&visitor.client).await;
    let member = app.browser("team", "ann").await;
    let moved = async || claim(&member, &visitor.refresh_token).await.expect(200)["moved"].clone();
    assert_eq!(moved().await, 1);
    let before = app.written().await;
    assert_eq!(moved().await, 0);
    assert_eq!(app.written().await, before);
    // The session lives on: what the visitor writes later can be claimed later.
    let session = refresh(&app.anyone(), &visitor.refresh_token).await.expect(200);
    let again = Visitor::of(&app, &session);
    assert_eq!(again.id, visitor.id);
    create_thread(&again.client).await;
    assert_eq!(moved().await, 1);
    assert_eq!(threads(&member).await.len(), 2);
}

async fn t178_claims_at_once_move_each_thread_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let written = join_all((0..5).map(|_| create_thread(&visitor.client))).await;
    let members = [app.browser("one", "ann").await, app.browser("two", "bob").await];
    let claims = (0..10).map(|n| claim(&members[n % 2], &visitor.refresh_token));
    let answers = join_all(claims).await;
    let moved: u64 = answers.iter().map(|answer| answer.expect(200)["moved"].as_u64().unwrap()).sum();
    assert_eq!(moved, 5);
    let mut found = Vec::new();
    for member in &members {
        found.extend(threads(member).await);
    }
    let mut written: Vec<&str> = written.iter().map(String::as_str).collect();
    written.sort_unstable();
    assert_eq!(ids(&found), written);
}

async fn t179_a_message_written_during_a_claim_is_in_the_thread_or_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let thread = create_thread(&visitor.client).await;
    let path = format!("/v1/threads/{thread}/messages");
    let member = app.browser("team", "ann").await;
    let message = user_message(None, "hello");
    let writes = join_all((0..20).map(|_| visitor.client.post(&path, &message)));
    let (answers, claimed) = tokio::join!(writes, claim(&member, &visitor.refresh_token));
    assert_eq!(claimed.expect(200), json!({ "moved": 1 }));
    let mut landed: Vec<String> = Vec::new();
    for answer in answers {
        match answer.status.as_u16() {
            201 => landed.push(answer.json()["message_id"].as_str().unwrap().to_owned()),
            _ => drop(answer.refused(404, "Thread not found")),
        }
    }
    let list = member.get(&path).await.expect(200);
    let mut found: Vec<&str> =
        list["messages"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    found.sort_unstable();
    landed.sort_unstable();
    assert_eq!(found, landed);
}

async fn t180_a_refresh_token_that_is_not_live_here_moves_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = Client::new(app.frontend(&app.create_project().await));
    let guest = Visitor::of(&app, &other.post_empty("/v1/auth/tokens/anonymous").await.expect(200));
    let visitor = Visitor::new(&app).await;
    create_thread(&visitor.client).await;
    let member = app.backend("team", "ann").await;
    let before = app.written().await;
    let refused = "Invalid refresh token";
    claim(&member, &guest.refresh_token).await.refused(403, refused);
    claim(&member, "refresh_0").await.refused(403, refused);
    for shapeless in ["x", "refresh_1x", &visitor.refresh_token[1..]] {
        claim(&member, shapeless).await.refused(403, "Invalid refresh token format");
    }
    app.advance_secs(30 * 24 * 3600);
    claim(&member, &visitor.refresh_token).await.refused(403, refused);
    assert_eq!(app.written().await, before);
    app.advance_secs(-1);
    assert_eq!(claim(&member, &visitor.refresh_token).await.expect(200), json!({ "moved": 1 }));
}

async fn t181_after_a_claim_the_visitor_sees_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let thread = format!("/v1/threads/{}", create_thread(&visitor.client).await);
    let message = append(&visitor.client, &thread[12..], None, "hello").await;
    claim(&app.browser("team", "ann").await, &visitor.refresh_token).await.expect(200);
    let before = app.written().await;
    let client = &visitor.client;
    client.get(&thread).await.refused(404, "Thread not found");
    client.put(&thread, &json!({ "title": "mine" })).await.refused(404, "Thread not found");
    client.delete(&thread).await.refused(404, "Thread not found");
    client
        .post(&format!("{thread}/messages"), &user_message(None, "x"))
        .await
        .refused(404, "Thread not found");
    let update = client.put(&format!("{thread}/messages/{message}"), &json!({ "content": {} })).await;
    update.refused(404, "Message not found");
    let list = client.get(&format!("{thread}/messages")).await.expect(200);
    assert_eq!(list, json!({ "messages": [] }));
    assert_eq!(threads(client).await, Vec::<Value>::new());
    assert_eq!(app.written().await, before);
}

async fn t182_a_planted_token_brings_only_its_own_threads(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (attacker, bystander) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let planted = create_thread(&attacker.client).await;
    let kept = create_thread(&bystander.client).await;
    let victim = app.browser("victim", "vic").await;
    let own = create_thread(&victim).await;
    assert_eq!(claim(&victim, &attacker.refresh_token).await.expect(200), json!({ "moved": 1 }));
    let mut expected = [own.as_str(), planted.as_str()];
    expected.sort_unstable();
    assert_eq!(ids(&threads(&victim).await), expected);
    assert_eq!(ids(&threads(&bystander.client).await), [kept.as_str()]);
    assert!(threads(&attacker.client).await.is_empty());
    victim.delete(&format!("/v1/threads/{planted}")).await.expect(200);
}

async fn a_claim_checks_the_caller_before_the_body(engine: Engine) {
    let app = TestApp::start(engine).await;
    let visitor = Visitor::new(&app).await;
    let member = app.browser("team", "ann").await;
    let before = app.written().await;
    claim(&app.anyone(), &visitor.refresh_token).await.refused(401, "Authorization header is missing");
    visitor.client.post("/v1/threads/claim", &json!({ "refresh_token": 7 })).await.refused(403, ANONYMOUS);
    for body in [json!({}), json!({ "refresh_token": 7 }), json!({ "refresh_token": "" })] {
        member.post("/v1/threads/claim", &body).await.invalid(&["refresh_token"]);
    }
    assert_eq!(app.written().await, before);
    let body = json!({ "refresh_token": visitor.refresh_token, "workspace_id": "other", "more": 1 });
    member.post("/v1/threads/claim", &body).await.expect(200);
}
