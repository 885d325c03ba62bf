//! The audit log, as operators read it.

use engine::{Conn, Engine};
use serde_json::{Value, json};
use threadkeep::audit::model::{Act, Actor, Change};
use threadkeep::audit::store::append_entry;
use threadkeep::id::Ids;
use threadkeep::instance::store::first_organization;
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::{Client, TestApp};

on_both_engines!(
    entries_come_in_pages_the_latest_first,
    every_filter_and_every_two_of_them_take_what_they_ask_for,
    what_is_no_filter_is_named,
    an_organizations_log_has_its_members_and_the_ends_of_its_projects,
    only_admins_read_it,
);

const TYPES: [&str; 3] = ["project", "api_key", "user"];

/// Puts an entry a second on record: things and actors take turns.
async fn fill(app: &TestApp, count: usize) {
    let ids = Ids::default();
    for number in 0..count {
        let actor = match number % 4 {
            0 => Actor { kind: "operator", id: "op_1".into(), label: "one@example.com".into() },
            1 => Actor { kind: "operator", id: "op_2".into(), label: "two@example.com".into() },
            2 => Actor { kind: "api_key", id: "key_1".into(), label: "Server".into() },
            _ => Actor::command_line(None),
        };
        let act = Act::new(&ids, actor, app.now()).unwrap();
        let (project, resource_type) = (app.project.clone(), TYPES[number % 3]);
        let append = async move |conn: &mut Conn<'_>| {
            let resource_id = number.to_string();
            let after = Some(json!({ "number": number }));
            let change =
                Change { action: "test", resource_type, resource_id: &resource_id, before: None, after };
            append_entry(conn, &project, &act, &change).await
        };
        app.store.write(append).await.unwrap();
        app.advance_secs(1);
    }
}

/// The numbers of all entries that a query asks for, page by page.
async fn numbers(client: &Client, path: &str, query: &str) -> Vec<i64> {
    let mut numbers = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.get(&format!("{path}?{query}{after}")).await.expect(200);
        let entries = page["entries"].as_array().unwrap();
        numbers.extend(entries.iter().filter_map(|entry| entry["after"]["number"].as_i64()));
        match page["next_cursor"].as_str() {
            Some(cursor) => after = format!("&after={cursor}"),
            None => return numbers,
        }
        assert_eq!(entries.len(), 50, "only the last page is short");
    }
}

async fn entries_come_in_pages_the_latest_first(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    fill(&app, 120).await;
    let path = app.path("audit");
    let expected: Vec<i64> = (0..120).rev().collect();
    assert_eq!(numbers(&admin, &path, "").await, expected);
    let page = admin.get(&path).await.expect(200);
    let entry = &page["entries"][0];
    assert_eq!((&entry["action"], &entry["resource_type"]), (&json!("test"), &json!(TYPES[119 % 3])));
    assert_eq!(
        (&entry["actor_type"], &entry["actor_label"]),
        (&json!("command_line"), &json!("command line"))
    );
    assert_eq!((&entry["before"], &entry["after"]), (&Value::Null, &json!({ "number": 119 })));
    assert_eq!(entry["created_at"], json!(app.now().plus_millis(-1000)));
    // What comes meanwhile moves no page.
    let second = format!("{path}?after={}", page["next_cursor"].as_str().unwrap());
    let before = admin.get(&second).await.expect(200);
    fill(&app, 3).await;
    assert_eq!(admin.get(&second).await.expect(200), before);
    // Of another project there is nothing.
    let other = app.create_project().await;
    let there = admin.get(&format!("/api/projects/{other}/audit")).await.expect(200);
    assert_eq!(there["entries"].as_array().unwrap().len(), 1, "its creation");
    // A page that is just full is the last one.
    assert_eq!(numbers(&admin, &path, "resource_type=nothing").await, Vec::<i64>::new());
}

async fn every_filter_and_every_two_of_them_take_what_they_ask_for(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    let start = app.now();
    fill(&app, 240).await;
    let path = app.path("audit");
    let at = |secs: i64| json!(start.plus_millis(secs * 1000)).as_str().unwrap().to_owned();
    let (from, to) = (format!("from={}", at(50)), format!("to={}", at(200)));
    type Filter<'f> = (&'f str, fn(i64) -> bool);
    let filters: [Filter<'_>; 6] = [
        ("resource_type=user", |number| number % 3 == 2),
        ("actor_type=operator", |number| number % 4 < 2),
        ("actor_type=api_key", |number| number % 4 == 2),
        ("actor_id=op_2", |number| number % 4 == 1),
        (&from, |number| number >= 50),
        (&to, |number| number < 200),
    ];
    let expected =
        |takes: &dyn Fn(i64) -> bool| (0..240).rev().filter(|number| takes(*number)).collect::<Vec<_>>();
    for (one, takes_one) in &filters {
        assert_eq!(numbers(&admin, &path, one).await, expected(takes_one), "{one}");
        for (two, takes_two) in
            filters.iter().filter(|(two, _)| two.split('=').next() != one.split('=').next())
        {
            let both = |number| takes_one(number) && takes_two(number);
            assert_eq!(numbers(&admin, &path, &format!("{one}&{two}")).await, expected(&both), "{one}&{two}");
        }
    }
    let all = format!("resource_type=user&actor_type=operator&actor_id=op_1&{from}&{to}");
    let takes = |number| number % 3 == 2 && number % 4 == 0 && (50..200).contains(&number);
    assert_eq!(numbers(&admin, &path, &all).await, expected(&takes));
    assert_eq!(numbers(&admin, &path, "actor_type=operator&actor_id=key_1").await, Vec::<i64>::new());
}

async fn what_is_no_filter_is_named(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.operator(Role::Admin).await;
    for (query, field) in [
        ("from=yesterday", "from"),
        ("to=2026-13-01T00:00:00Z", "to"),
        ("resource_type=", "resource_type"),
        ("actor_id=%ff", "actor_id"),
        ("actor_type=a&actor_type=b", "actor_type"),
        ("after=", "after"),
    ] {
        admin.get(&format!("{}?{query}", app.path("audit"))).await.invalid(&[field]);
    }
    let unknown = admin.get(&format!("{}?after=audit_0&page=2", app.path("audit"))).await.expect(200);
    assert_eq!(unknown["entries"], json!([]));
}

async fn an_organizations_log_has_its_members_and_the_ends_of_its_projects(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.operator(Role::Owner).await;
    let organization = app.store.read(async |conn| first_organization(conn).await).await.unwrap().unwrap();
    let path = format!("/api/organizations/{organization}/audit");
    let project = format!("/api/projects/{}", app.project);
    owner.delete_with(&project, &json!({ "name": "Default project" })).await.expect(200);
    owner.post_empty(&format!("{project}/restore")).await.expect(200);
    let page = owner.get(&path).await.expect(200);
    let actions: Vec<&str> =
        page["entries"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["project.restore", "project.delete", "member.create"]);
    assert_eq!(page["next_cursor"], Value::Null);
    let members = owner.get(&format!("{path}?resource_type=member")).await.expect(200);
    assert_eq!(members["entries"].as_array().unwrap().len(), 1);
    let by_operator = owner.get(&format!("{path}?actor_type=operator")).await.expect(200);
    assert_eq!(by_operator["entries"].as_array().unwrap().len(), 2);
    // The command line shows the same.
    let program = app.program();
    let told = program.run(&["audit", "list", "--organization", organization.as_str(), "--json"]).json();
    assert_eq!(told, page["entries"]);
    let filtered = ["audit", "list", "--resource-type", "project", "--actor-type", "operator", "--json"];
    assert_eq!(program.run(&filtered).json().as_array().unwrap().len(), 2);
    program.run(&["audit", "list", "--organization", "org_0"]).failed("there is no organization org_0");
}

async fn only_admins_read_it(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (member, stranger) = (app.operator(Role::Member).await, app.stranger().await);
    let organization = app.store.read(async |conn| first_organization(conn).await).await.unwrap().unwrap();
    let theirs = format!("/api/organizations/{organization}/audit");
    member.get(&app.path("audit")).await.refused(403, "Not allowed");
    member.get(&theirs).await.refused(403, "Not allowed");
    stranger.get(&app.path("audit")).await.refused(404, "Project not found");
    stranger.get(&theirs).await.refused(404, "Organization not found");
    app.anyone().get(&theirs).await.refused(401, "Sign in first");
}
