//! End users and workspaces as operators see them, and what an erasure does compared with its preview.

use std::collections::BTreeSet;

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::auth::rules::claims::Template;
use threadkeep::auth::rules::model::Settings;
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::rules::Trust;
use crate::support::{Client, TestApp, append, create_thread, eventually};

on_both_engines!(
    users_are_listed_by_their_last_activity,
    users_are_found_by_id_and_name,
    pages_of_users_and_workspaces_have_no_gaps,
    workspaces_are_listed_and_found,
    an_erasure_does_what_its_preview_says,
    operators_erase_as_themselves,
    every_id_can_be_named_in_a_path,
    a_deleted_project_can_be_read_and_not_changed,
);

fn ids(page: &Value, list: &str) -> Vec<String> {
    page[list].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

async fn users_are_listed_by_their_last_activity(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let (ann, bob) = (app.backend("one", "ann").await, app.backend("two", "bob").await);
    let thread = create_thread(&ann).await;
    create_thread(&app.backend("two", "ann").await).await;
    create_thread(
        &app.anyone().bearing(&app.create_key(&app.project, None).await).with("aui-workspace-id", "one"),
    )
    .await;
    app.advance_secs(60);
    append(&bob, &create_thread(&bob).await, None, "hello").await;
    let base = format!("/api/projects/{}/users", app.project);
    let list = operator.get(&base).await.expect(200);
    assert_eq!(ids(&list, "users"), ["bob", "ann"], "what an API key does in nobody's name is no user's");
    let ann_before = list["users"][1].clone();
    assert_eq!(ann_before["threads"], 2);
    assert_eq!((&ann_before["display_name"], &ann_before["is_anonymous"]), (&Value::Null, &json!(false)));
    assert_eq!(list["next_cursor"], Value::Null);

    app.advance_secs(60);
    append(&ann, &thread, None, "again").await;
    // Noted at most every five minutes of real time: what was noted first stands for a while.
    let told = operator.get(&format!("{base}/ann")).await.expect(200);
    assert_eq!(told["first_seen_at"], ann_before["first_seen_at"]);
    let workspaces = json!([{ "id": "one", "threads": 1 }, { "id": "two", "threads": 1 }]);
    assert_eq!(told["workspaces"], workspaces);
    operator.get(&format!("{base}/nobody")).await.refused(404, "User not found");

    let visitor = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let browser = app.anyone().bearing(visitor["access_token"].as_str().unwrap());
    create_thread(&browser).await;
    let list = operator.get(&base).await.expect(200);
    assert_eq!(list["users"][0]["is_anonymous"], true);
}

async fn users_are_found_by_id_and_name(engine: Engine) {
    let named = |rule: Settings| Settings { name_claim: Template::parse("name").ok(), ..rule };
    let trust = Trust::start_with(engine, named).await;
    let app = &trust.app;
    let operator = app.operator(Role::Member).await;
    for (user, name) in [("auth0|1", "Zoë Ärger"), ("auth0|2", "100% Bob_"), ("x|3", "Cy\\")] {
        let token = trust.token_with(json!({ "sub": user, "name": name }));
        app.anyone().bearing(&token).get("/v1/threads").await.expect(200);
    }
    let base = format!("/api/projects/{}/users", app.project);
    eventually("the names", async || {
        (ids(&operator.get(&base).await.expect(200), "users").len() == 3).then_some(())
    })
    .await;
    let found = async |search: &str| -> BTreeSet<String> {
        let search = percent_encoded(search);
        ids(&operator.get(&format!("{base}?search={search}")).await.expect(200), "users")
            .into_iter()
            .collect()
    };
    let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(found("auth0|").await, set(&["auth0|1", "auth0|2"]));
    assert_eq!(found("uth0").await, set(&[]));
    assert_eq!(found("zoe").await, set(&["auth0|1"]));
    assert_eq!(found("ÄRG").await, set(&["auth0|1"]));
    assert_eq!(found("%").await, set(&["auth0|2"]));
    assert_eq!(found("b_").await, set(&["auth0|2"]));
    assert_eq!(found("\\").await, set(&["x|3"]));
    assert_eq!(found("' OR 1=1").await, set(&[]));
    assert_eq!(operator.get(&format!("{base}/auth0%7C1")).await.expect(200)["display_name"], "Zoë Ärger");
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn pages_of_users_and_workspaces_have_no_gaps(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let key = app.create_key(&app.project, None).await;
    for number in 0..53 {
        let name = format!("u{number:02}");
        let client = app.anyone().bearing(&key).with("aui-workspace-id", &name).with("aui-user-id", &name);
        create_thread(&client).await;
    }
    for list in ["users", "workspaces"] {
        for search in ["", "&search=u"] {
            let base = format!("/api/projects/{}/{list}", app.project);
            let first = operator.get(&format!("{base}?{search}")).await.expect(200);
            let next = first["next_cursor"].as_str().unwrap();
            let last = operator.get(&format!("{base}?after={next}{search}")).await.expect(200);
            assert_eq!((ids(&first, list).len(), ids(&last, list).len()), (50, 3));
            let all: BTreeSet<String> = ids(&first, list).into_iter().chain(ids(&last, list)).collect();
            assert_eq!((all.len(), &last["next_cursor"]), (53, &Value::Null));
        }
    }
}

async fn workspaces_are_listed_and_found(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Member).await;
    let ann = app.backend("acme", "ann").await;
    let thread = create_thread(&ann).await;
    create_thread(&ann).await;
    app.advance_secs(1);
    let alone = app.backend("beta", "bob").await;
    let gone = create_thread(&alone).await;
    alone.delete(&format!("/v1/threads/{gone}")).await.expect(200);
    let base = format!("/api/projects/{}/workspaces", app.project);
    let list = operator.get(&base).await.expect(200);
    assert_eq!(ids(&list, "workspaces"), ["beta", "acme"]);
    assert_eq!(
        (&list["workspaces"][0]["threads"], &list["workspaces"][0]["last_active_at"]),
        (&json!(0), &Value::Null)
    );
    let acme = operator.get(&format!("{base}/acme")).await.expect(200);
    assert_eq!((&acme["threads"], &acme["created_by"]), (&json!(2), &json!("ann")));
    let told = ann.get(&format!("/v1/threads/{thread}")).await.expect(200);
    assert_eq!(acme["last_active_at"], told["last_message_at"]);
    assert_eq!(ids(&operator.get(&format!("{base}?search=ac")).await.expect(200), "workspaces"), ["acme"]);
    assert_eq!(ids(&operator.get(&format!("{base}?search=cme")).await.expect(200), "workspaces"), [""; 0]);
    operator.get(&format!("{base}/nowhere")).await.refused(404, "Workspace not found");
}

async fn rate(client: &Client, thread: &str, message: &str) {
    let path = format!("/v1/threads/{thread}/messages/{message}/feedback");
    client.post(&path, &json!({ "type": "positive" })).await.expect(200);
}

async fn an_erasure_does_what_its_preview_says(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Admin).await;
    let (ann, bob) = (app.backend("team", "ann").await, app.backend("team", "bob").await);
    let own = create_thread(&ann).await;
    append(&ann, &own, None, "mine").await;
    append(&bob, &own, None, "bob's in ann's").await;
    create_thread(&app.backend("alone", "ann").await).await;
    let of_bob = create_thread(&bob).await;
    let question = append(&bob, &of_bob, None, "bob's").await;
    append(&ann, &of_bob, Some(&question), "ann's in bob's").await;
    rate(&ann, &of_bob, &question).await;
    let base = format!("/api/projects/{}/users", app.project);
    let preview = operator.get(&format!("{base}/ann/erasure")).await.expect(200);
    assert_eq!(
        preview,
        json!({ "threads": 2, "messages": 2, "messages_elsewhere": 1, "scores": 1, "workspaces": 1,
                "sessions": 0, "has_display_name": false })
    );
    let count = async |sql: &'static str| app.count(sql, &[]).await;
    let state = async || {
        [
            count("SELECT COUNT(*) FROM threads").await,
            count("SELECT COUNT(*) FROM messages").await,
            count("SELECT COUNT(*) FROM messages WHERE content = '{}'").await,
            count("SELECT COUNT(*) FROM scores").await,
            count("SELECT COUNT(*) FROM workspaces").await,
        ]
    };
    let before = state().await;
    assert_eq!(operator.delete(&format!("{base}/ann")).await.expect(200), json!({ "threads": 2, "runs": 0 }));
    let after = state().await;
    let number = |name: &str| preview[name].as_i64().unwrap();
    assert_eq!(before[0] - after[0], number("threads"));
    assert_eq!(before[1] - after[1], number("messages"));
    assert_eq!(after[2] - before[2], number("messages_elsewhere"));
    assert_eq!(before[3] - after[3], number("scores"));
    assert_eq!(before[4] - after[4], number("workspaces"));
    operator.get(&format!("{base}/ann")).await.refused(404, "User not found");
    let nothing = operator.get(&format!("{base}/ann/erasure")).await.expect(200);
    assert_eq!((&nothing["threads"], &nothing["messages_elsewhere"]), (&json!(0), &json!(0)));
    // What was noted of the user before does not bring them back.
    let left = app.written_when_stopped().await;
    assert!(!left.iter().any(|row| row.contains("ann")), "{left:#?}");
}

async fn operators_erase_as_themselves(engine: Engine) {
    let app = TestApp::start(engine).await;
    let path = format!("/api/projects/{}/users/ann", app.project);
    app.operator(Role::Member).await.delete(&path).await.refused(403, "Not allowed");
    app.operator(Role::Member).await.get(&format!("{path}/erasure")).await.refused(403, "Not allowed");
    app.operator(Role::Admin).await.delete(&path).await.expect(200);
    let actors = "SELECT COUNT(*) FROM audit_entries WHERE action = 'user.erase' AND actor_type = 'operator'";
    assert_eq!(app.count(actors, &[]).await, 1);
}

async fn every_id_can_be_named_in_a_path(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Admin).await;
    for (id, part) in [(".", "~."), ("..", "~.."), ("~..", "~~.."), ("~ann", "~ann"), ("ann", "ann")] {
        create_thread(&app.backend(id, id).await).await;
        let user = app.path(&format!("users/{part}"));
        assert_eq!(operator.get(&user).await.expect(200)["id"], id);
        assert_eq!(operator.get(&format!("{user}/erasure")).await.expect(200)["threads"], 1);
        assert_eq!(operator.get(&app.path(&format!("workspaces/{part}"))).await.expect(200)["id"], id);
        assert_eq!(operator.delete(&user).await.expect(200)["threads"], 1);
    }
}

async fn a_deleted_project_can_be_read_and_not_changed(engine: Engine) {
    let app = TestApp::start(engine).await;
    let operator = app.operator(Role::Owner).await;
    let ann = app.backend("w", "ann").await;
    create_thread(&ann).await;
    let write =
        async |conn: &mut engine::Conn<'_>| conn.execute("UPDATE projects SET deleted_at = 1", &[]).await;
    app.store.write::<_, engine::Error, _>(write).await.unwrap();
    let base = format!("/api/projects/{}", app.project);
    assert_eq!(
        operator.get(&format!("{base}/threads")).await.expect(200)["threads"].as_array().unwrap().len(),
        1
    );
    operator.get(&format!("{base}/users/ann")).await.expect(200);
    operator.delete(&format!("{base}/users/ann")).await.refused(409, "The project is deleted");
}
