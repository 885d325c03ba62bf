//! Erasing a user: nothing of them stays, and nothing of others goes.

use engine::{Conn, Engine};
use serde_json::{Value, json};
use threadkeep::audit::model::AuditFilter;
use threadkeep::audit::store::list_entries;
use threadkeep::auth::rules::claims::Template;
use threadkeep::auth::rules::model::Settings;
use threadkeep::id::ProjectId;

use crate::on_both_engines;
use crate::support::chat::{Planted, messages, plant, row, thread};
use crate::support::rules::Trust;
use crate::support::{Answer, Client, TestApp, append, create_thread, eventually, user_message};

on_both_engines!(
    own_threads_go_with_everything_in_them,
    many_and_long_threads_go_whole,
    much_that_was_written_elsewhere_is_emptied,
    what_a_user_wrote_elsewhere_is_emptied,
    thumbs_of_the_user_are_taken_back,
    t183_sessions_and_names_go,
    workspaces_of_others_stay,
    the_count_of_a_month_stays_without_the_user,
    t183_a_repeat_finds_nothing_and_is_on_record,
    a_user_of_another_project_is_another_user,
    the_path_is_decoded_once_and_must_name_a_user,
    users_whose_id_is_a_step_in_a_path_are_erased_by_a_parameter,
    only_a_key_erases,
);

const REFUSAL: &str = "Project-wide user deletion requires API key authentication";

async fn erase(client: &Client, user: &str) -> Answer {
    client.delete(&format!("/v1/projects/users/{user}")).await
}

/// Erases a user by a key that acts as somebody else, in a workspace of no matter.
async fn erased(app: &TestApp, user: &str) -> Value {
    erase(&app.backend("office", "operator").await, user).await.expect(200)
}

async fn texts(app: &TestApp, sql: &'static str) -> Vec<String> {
    let read = async move |conn: &mut Conn<'_>| conn.all(sql, &[], |row| row.get::<String>(0)).await;
    app.store.read(read).await.unwrap()
}

async fn own_threads_go_with_everything_in_them(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (ann, bob) = (app.backend("team", "ann").await, app.backend("team", "bob").await);
    let elsewhere = app.backend("other", "ann").await;
    let own = create_thread(&ann).await;
    append(&ann, &own, None, "mine").await;
    append(&bob, &own, None, "bob's in ann's").await;
    append(&elsewhere, &create_thread(&elsewhere).await, None, "mine too").await;
    let of_bob = create_thread(&bob).await;
    append(&bob, &of_bob, None, "bob's").await;
    assert_eq!(erased(&app, "ann").await, json!({ "threads": 2, "runs": 0 }));
    ann.get(&format!("/v1/threads/{own}")).await.refused(404, "Thread not found");
    assert_eq!(texts(&app, "SELECT id FROM threads").await, [of_bob]);
    assert_eq!(texts(&app, "SELECT created_by FROM messages").await, ["bob"]);
}

async fn many_and_long_threads_go_whole(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (ann, bob) = (app.backend("team", "ann").await, app.backend("team", "bob").await);
    let long = create_thread(&ann).await;
    let chain: Vec<Planted> = (0..1_200).map(Planted::in_chain).collect();
    plant(&app, &long, "ann", &chain).await;
    for _ in 0..120 {
        create_thread(&ann).await;
    }
    let of_bob = create_thread(&bob).await;
    append(&bob, &of_bob, None, "bob's").await;
    assert_eq!(erased(&app, "ann").await, json!({ "threads": 121, "runs": 0 }));
    assert_eq!(texts(&app, "SELECT id FROM threads").await, [of_bob]);
    assert_eq!(texts(&app, "SELECT created_by FROM messages").await, ["bob"]);
}

async fn much_that_was_written_elsewhere_is_emptied(engine: Engine) {
    let app = TestApp::start(engine).await;
    let bob = app.backend("team", "bob").await;
    let of_bob = create_thread(&bob).await;
    let chain: Vec<Planted> = (0..1_200).map(Planted::in_chain).collect();
    plant(&app, &of_bob, "ann", &chain).await;
    append(&bob, &of_bob, None, "bob's").await;
    erased(&app, "ann").await;
    assert_eq!(app.count("SELECT COUNT(*) FROM messages WHERE content = '{}'", &[]).await, 1_200);
    assert_eq!(app.count("SELECT COUNT(*) FROM messages WHERE created_by = 'ann'", &[]).await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM messages", &[]).await, 1_201);
}

async fn what_a_user_wrote_elsewhere_is_emptied(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (ann, bob) = (app.backend("team", "ann").await, app.backend("team", "bob").await);
    let of_bob = create_thread(&bob).await;
    let first = append(&bob, &of_bob, None, "question").await;
    let hers = append(&ann, &of_bob, Some(&first), "private words").await;
    let last = append(&bob, &of_bob, Some(&hers), "answer").await;
    let path = format!("/v1/threads/{of_bob}");
    ann.put(&path, &json!({ "title": "by ann" })).await.expect(200);
    let content = json!({ "content": { "role": "user", "content": [] } });
    ann.put(&format!("{path}/messages/{first}"), &content).await.expect(200);
    bob.put(&format!("{path}/messages/{hers}"), &content).await.expect(200);
    assert_eq!(erased(&app, "ann").await, json!({ "threads": 0, "runs": 0 }));

    let rows = messages(&bob, &of_bob, "").await;
    assert_eq!(rows.len(), 3, "the tree is whole");
    assert_eq!(row(&rows, &hers)["content"], json!({}));
    assert_eq!(row(&rows, &hers)["parent_id"], first);
    assert_eq!(row(&rows, &last)["parent_id"], hers);
    assert_eq!(row(&rows, &first)["content"], content["content"], "what she changed is not hers");
    let authors = "SELECT created_by || ' ' || updated_by FROM messages ORDER BY id";
    assert_eq!(texts(&app, authors).await, ["bob usr_deleted", "usr_deleted bob", "bob bob"]);
    assert_eq!(texts(&app, "SELECT created_by || ' ' || updated_by FROM threads").await, ["bob usr_deleted"]);
    assert_eq!(thread(&bob, &of_bob).await["title"], "by ann");
    let everything = app.written().await.join("\n");
    assert!(!everything.contains("private words"), "{everything}");
}

async fn thumbs_of_the_user_are_taken_back(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (ann, bob) = (app.backend("team", "ann").await, app.backend("team", "bob").await);
    let of_bob = create_thread(&bob).await;
    let (one, two) = (append(&bob, &of_bob, None, "1").await, append(&bob, &of_bob, None, "2").await);
    let rate = async |client: &Client, message: &str, kind: &str| {
        let path = format!("/v1/threads/{of_bob}/messages/{message}/feedback");
        client.post(&path, &json!({ "type": kind })).await.expect(200);
    };
    for (client, message, kind) in [
        (&ann, &one, "positive"),
        (&ann, &two, "negative"),
        (&bob, &one, "positive"),
        (&bob, &two, "negative"),
    ] {
        rate(client, message, kind).await;
    }
    let counters = "SELECT CAST(thumbs_up AS TEXT) || ' ' || CAST(thumbs_down AS TEXT) FROM threads";
    assert_eq!(texts(&app, counters).await, ["2 2"]);
    erased(&app, "ann").await;
    assert_eq!(texts(&app, counters).await, ["1 1"]);
    assert_eq!(texts(&app, "SELECT DISTINCT author_id FROM scores").await, ["bob"]);
}

async fn t183_sessions_and_names_go(engine: Engine) {
    let named = |rule: Settings| Settings { name_claim: Template::parse("name").ok(), ..rule };
    let trust = Trust::start_with(engine, named).await;
    let app = &trust.app;
    for (user, name) in [("ann", "Ann Smith"), ("bob", "Bob Smith")] {
        let token = trust.token_with(json!({ "sub": user, "name": name }));
        app.anyone().bearing(&token).get("/v1/threads").await.expect(200);
    }
    let names = "SELECT display_name FROM users ORDER BY id";
    eventually("the names", async || (texts(app, names).await.len() == 2).then_some(())).await;
    erased(app, "ann").await;
    assert_eq!(texts(app, names).await, ["Bob Smith"]);

    let visitor = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let user = crate::support::tokens::claims_of(visitor["access_token"].as_str().unwrap())["sub"].clone();
    let user = user.as_str().unwrap();
    let other = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let browser = app.anyone().bearing(visitor["access_token"].as_str().unwrap());
    append(&browser, &create_thread(&browser).await, None, "hello").await;
    assert_eq!(erased(app, user).await, json!({ "threads": 1, "runs": 0 }));
    let refresh = async |session: &Value| {
        let body = json!({ "refresh_token": session["refresh_token"]["token"] });
        app.anyone().post("/v1/auth/tokens/refresh", &body).await
    };
    refresh(&visitor).await.refused(403, "Invalid refresh token");
    refresh(&other).await.expect(200);
    assert!(!app.written().await.iter().any(|row| row.contains(user)), "nothing names the visitor");
}

async fn workspaces_of_others_stay(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = app.backend("shared", "ann").await;
    let bob = app.backend("shared", "bob").await;
    create_thread(&ann).await;
    create_thread(&bob).await;
    create_thread(&app.backend("alone", "ann").await).await;
    create_thread(&app.backend("theirs", "bob").await).await;
    let sql = "SELECT id || ' ' || created_by FROM workspaces ORDER BY id";
    assert_eq!(texts(&app, sql).await, ["alone ann", "shared ann", "theirs bob"]);
    assert_eq!(erased(&app, "ann").await["threads"], 2);
    assert_eq!(texts(&app, sql).await, ["shared usr_deleted", "theirs bob"]);
    assert_eq!(bob.get("/v1/threads").await.expect(200)["threads"].as_array().unwrap().len(), 1);
}

async fn the_count_of_a_month_stays_without_the_user(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = app.backend("w", "ann").await;
    append(&ann, &create_thread(&ann).await, None, "hello").await;
    let bob = app.backend("w", "bob").await;
    append(&bob, &create_thread(&bob).await, None, "hello").await;
    let users = "SELECT user_id FROM active_users ORDER BY user_id";
    assert_eq!(texts(&app, users).await, ["ann", "bob"]);
    erased(&app, "ann").await;
    let left = texts(&app, users).await;
    assert_eq!(left.len(), 2);
    let hidden = left.iter().find(|user| *user != "bob").unwrap();
    assert!(hidden.starts_with("erased_") && !hidden.contains("ann"), "{hidden}");
    assert_eq!(app.count("SELECT count FROM active_user_counts", &[]).await, 2);
    // An erased user who comes back and is erased again is one user still.
    erased(&app, "ann").await;
    assert_eq!(texts(&app, users).await, left);
}

async fn entries(app: &TestApp, project: &ProjectId) -> Vec<threadkeep::audit::model::AuditEntry> {
    let all = app
        .store
        .read(async |conn| list_entries(conn, project, &AuditFilter::default(), 1000).await)
        .await
        .unwrap();
    all.into_iter().filter(|entry| entry.action == "user.erase").collect()
}

async fn t183_a_repeat_finds_nothing_and_is_on_record(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = app.backend("w", "ann").await;
    append(&ann, &create_thread(&ann).await, None, "hello").await;
    let operator = app.backend("w", "operator").await;
    assert_eq!(erase(&operator, "ann").await.expect(200), json!({ "threads": 1, "runs": 0 }));
    let once = app.written().await;
    assert_eq!(erase(&operator, "ann").await.expect(200), json!({ "threads": 0, "runs": 0 }));
    assert_eq!(erase(&operator, "nobody").await.expect(200), json!({ "threads": 0, "runs": 0 }));
    assert_eq!(app.written().await, once);
    let found = entries(&app, &app.project).await;
    let told: Vec<Value> = found
        .iter()
        .map(|entry| {
            let actor = (entry.actor_type.as_str(), entry.actor_label.as_str());
            assert_eq!((entry.resource_type.as_str(), actor), ("user", ("api_key", "test")));
            assert!(entry.actor_id.starts_with("key_") && entry.before.is_none(), "{entry:?}");
            json!([entry.resource_id, entry.after])
        })
        .collect();
    let after = |threads: u64| json!({ "threads": threads, "runs": 0 });
    assert_eq!(told, [json!(["nobody", after(0)]), json!(["ann", after(0)]), json!(["ann", after(1)])]);
}

async fn a_user_of_another_project_is_another_user(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    let key = app.create_key(&other, None).await;
    let there = app.anyone().bearing(&key).with("aui-workspace-id", "w").with("aui-user-id", "ann");
    append(&there, &create_thread(&there).await, None, "hello").await;
    let before = app.written().await;
    assert_eq!(erased(&app, "ann").await, json!({ "threads": 0, "runs": 0 }));
    assert_eq!(app.written().await, before);
    assert_eq!(erase(&there, "ann").await.expect(200), json!({ "threads": 1, "runs": 0 }));
    assert_eq!((entries(&app, &other).await.len(), entries(&app, &app.project).await.len()), (1, 1));
}

async fn the_path_is_decoded_once_and_must_name_a_user(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.backend("w", "operator").await;
    let long = "a".repeat(255);
    for (user, path) in [
        ("auth0|x", "auth0%7Cx"),
        ("a/b", "a%2Fb"),
        ("a%2Fb", "a%252Fb"),
        ("a+b", "a+b"),
        ("ä😀", "%C3%A4%F0%9F%98%80"),
        ("..", "%2E%2E"),
        (&long, &long),
    ] {
        let token = app.token(&app.project, "w", user).await;
        create_thread(&app.anyone().bearing(&token)).await;
        assert_eq!(erase(&operator, path).await.expect(200)["threads"], 1, "{path}");
    }
    let before = app.written().await;
    let too_long = "a".repeat(256);
    for path in ["a%20b", "%C2%A0", "a%00b", "a%0Ab", "%7F", &too_long] {
        erase(&operator, path).await.invalid(&["user_id"]);
    }
    assert_eq!(
        erase(&operator, "%FF").await.refused(400, "Schema validation error")["details"][0]["path"],
        json!(["path"])
    );
    assert_eq!(app.written().await, before);
    assert_eq!(entries(&app, &app.project).await.len(), 7);
}

async fn users_whose_id_is_a_step_in_a_path_are_erased_by_a_parameter(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.backend("office", "operator").await;
    for (user, encoded) in [(".", "."), ("..", ".."), ("a/b&c", "a%2Fb%26c"), ("ann", "ann")] {
        let client = app.backend("team", user).await;
        let thread = create_thread(&client).await;
        let path = format!("/v1/projects/users?user_id={encoded}");
        assert_eq!(key.delete(&path).await.expect(200), json!({ "threads": 1, "runs": 0 }), "{user}");
        client.get(&format!("/v1/threads/{thread}")).await.refused(404, "Thread not found");
    }
    for query in ["", "?user_id=", "?user_id=a&user_id=b", "?user_id=%00", "?user_id=a%20b"] {
        key.delete(&format!("/v1/projects/users{query}")).await.invalid(&["user_id"]);
    }
    app.browser("team", "ann").await.delete("/v1/projects/users?user_id=ann").await.refused(403, REFUSAL);
}

async fn only_a_key_erases(engine: Engine) {
    let trust = Trust::start(engine).await;
    let app = &trust.app;
    let ann = app.browser("w", "ann").await;
    ann.post(&format!("/v1/threads/{}/messages", create_thread(&ann).await), &user_message(None, "x"))
        .await
        .expect(201);
    let visitor = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let before = app.written().await;
    erase(&app.anyone(), "ann").await.refused(401, "Authorization header is missing");
    erase(&ann, "ann").await.refused(403, REFUSAL);
    erase(&app.anyone().bearing(visitor["access_token"].as_str().unwrap()), "ann")
        .await
        .refused(403, REFUSAL);
    let by_provider = erase(&app.anyone().bearing(&trust.token("ann")), "ann").await;
    assert_eq!((by_provider.status.as_u16(), &by_provider.json()["error"]), (403, &json!(REFUSAL)));
    // A key is good at the root.
    let key = app.backend("w", "ann").await;
    erase(&key.at(app.frontend(&app.project)), "ann").await.refused(403, "Origin does not match project ID");
    let no_workspace = app.anyone().bearing(&app.create_key(&app.project, None).await);
    erase(&no_workspace, "ann").await.refused(403, "Invalid Aui-Workspace-Id header");
    assert_eq!(app.written().await, before);
    assert!(entries(app, &app.project).await.is_empty());
}
