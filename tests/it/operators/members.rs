//! Organizations and their members.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::instance::store::first_organization;
use threadkeep::members::model::Role;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::on_both_engines;
use crate::support::{Client, TestApp};

on_both_engines!(
    members_are_listed_with_their_roles,
    only_betters_change_a_member,
    the_last_owner_stays,
    of_two_owners_who_leave_at_once_one_stays,
    anyone_may_leave,
    an_organization_is_a_world_of_its_own,
    changes_of_members_are_on_record,
    a_right_that_is_lost_while_the_body_is_on_its_way_is_lost,
);

async fn first(app: &TestApp) -> String {
    let found = app.store.read(async |conn| first_organization(conn).await).await.unwrap();
    format!("/api/organizations/{}", found.unwrap())
}

async fn id(client: &Client) -> String {
    client.get("/api/session").await.expect(200)["operator"]["id"].as_str().unwrap().to_owned()
}

async fn roles(client: &Client, organization: &str) -> Vec<Value> {
    let listed = client.get(&format!("{organization}/members")).await.expect(200);
    listed["members"].as_array().unwrap().iter().map(|member| member["role"].clone()).collect()
}

async fn members_are_listed_with_their_roles(engine: Engine) {
    let app = TestApp::start(engine).await;
    let organization = first(&app).await;
    let member = app.operator(Role::Member).await;
    let _owner = app.operator(Role::Owner).await;
    let _admin = app.operator(Role::Admin).await;
    let listed = member.get(&format!("{organization}/members")).await.expect(200);
    assert_eq!(roles(&member, &organization).await, ["owner", "admin", "member"]);
    assert_eq!(listed["members"][2]["is_you"], true);
    assert_eq!(listed["members"][0]["is_you"], false);
    assert_eq!(listed["invitations"], json!([]));
}

async fn only_betters_change_a_member(engine: Engine) {
    let app = TestApp::start(engine).await;
    let organization = first(&app).await;
    let (owner, admin) = (app.operator(Role::Owner).await, app.operator(Role::Admin).await);
    let member = app.operator(Role::Member).await;
    let at = |id: &str| format!("{organization}/members/{id}");
    let (owner_id, admin_id, member_id) = (id(&owner).await, id(&admin).await, id(&member).await);
    member.put(&at(&admin_id), &json!({ "role": "member" })).await.refused(403, "Not allowed");
    member.delete(&at(&admin_id)).await.refused(403, "Not allowed");
    admin.put(&at(&owner_id), &json!({ "role": "member" })).await.refused(403, "Not allowed");
    admin.delete(&at(&owner_id)).await.refused(403, "Not allowed");
    admin.put(&at(&member_id), &json!({ "role": "owner" })).await.refused(403, "Not allowed");
    admin.put(&at(&admin_id), &json!({ "role": "owner" })).await.refused(403, "Not allowed");
    admin.put(&at(&member_id), &json!({ "role": "admin" })).await.expect(200);
    owner.put(&at(&member_id), &json!({ "role": "owner" })).await.expect(200);
    assert_eq!(roles(&owner, &organization).await, ["owner", "owner", "admin"]);
    owner.put(&at(&member_id), &json!({ "role": "king" })).await.invalid(&["role"]);
    owner.put(&at("op_nobody"), &json!({ "role": "admin" })).await.refused(404, "Member not found");
    owner.delete(&at("op_nobody")).await.refused(404, "Member not found");
    owner.delete(&at(&admin_id)).await.expect(200);
    admin.get(&format!("{organization}/members")).await.refused(404, "Organization not found");
}

async fn the_last_owner_stays(engine: Engine) {
    let app = TestApp::start(engine).await;
    let organization = first(&app).await;
    let owner = app.operator(Role::Owner).await;
    let at = format!("{organization}/members/{}", id(&owner).await);
    owner.delete(&at).await.refused(409, "The last owner cannot be removed");
    owner.put(&at, &json!({ "role": "admin" })).await.refused(409, "The last owner must stay one");
    let _other = app.operator(Role::Owner).await;
    owner.put(&at, &json!({ "role": "admin" })).await.expect(200);
}

async fn of_two_owners_who_leave_at_once_one_stays(engine: Engine) {
    for _ in 0..5 {
        let app = TestApp::start(engine).await;
        let organization = first(&app).await;
        let (one, two) = (app.operator(Role::Owner).await, app.operator(Role::Owner).await);
        let at = |id: String| format!("{organization}/members/{id}");
        let (first, second) = (at(id(&one).await), at(id(&two).await));
        let (one, two) = tokio::join!(one.delete(&first), two.delete(&second));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

async fn anyone_may_leave(engine: Engine) {
    let app = TestApp::start(engine).await;
    let organization = first(&app).await;
    let member = app.operator(Role::Member).await;
    member.delete(&format!("{organization}/members/{}", id(&member).await)).await.expect(200);
    let session = member.get("/api/session").await.expect(200);
    assert_eq!(session["organizations"], json!([]));
    member.get(&format!("/api/projects/{}/threads", app.project)).await.refused(404, "Project not found");
}

async fn an_organization_is_a_world_of_its_own(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.operator(Role::Owner).await;
    // Of two organizations of one millisecond either may count as the older one.
    app.advance_secs(1);
    let made = owner.post("/api/organizations", &json!({ "name": "Second" })).await.expect(201);
    assert_eq!((&made["role"], &made["projects"]), (&json!("owner"), &json!([])));
    let second = format!("/api/organizations/{}", made["id"].as_str().unwrap());
    let session = owner.get("/api/session").await.expect(200);
    assert_eq!(session["organizations"].as_array().unwrap().len(), 2);
    let other_owner = app.operator(Role::Owner).await;
    other_owner.get(&format!("{second}/members")).await.refused(404, "Organization not found");
    let renamed = owner.put(&second, &json!({ "name": "Renamed" })).await.expect(200);
    assert_eq!(renamed["name"], "Renamed");
    app.operator(Role::Admin)
        .await
        .post("/api/organizations", &json!({ "name": "x" }))
        .await
        .refused(403, "Not allowed");
    owner.post("/api/organizations", &json!({ "name": " " })).await.invalid(&["name"]);
}

async fn changes_of_members_are_on_record(engine: Engine) {
    let app = TestApp::start(engine).await;
    let organization = first(&app).await;
    let (owner, member) = (app.operator(Role::Owner).await, app.operator(Role::Member).await);
    // The log is in the order of time; within a millisecond two generators of ids have none.
    app.advance_secs(1);
    let at = format!("{organization}/members/{}", id(&member).await);
    owner.put(&at, &json!({ "role": "admin" })).await.expect(200);
    let invited =
        owner.post(&format!("{organization}/invitations"), &json!({ "role": "member" })).await.expect(201);
    owner.delete(&at).await.expect(200);
    let log = owner.get(&format!("{organization}/audit")).await.expect(200);
    let entries = log["entries"].as_array().unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions[..3], ["member.delete", "invitation.create", "member.update"]);
    assert_eq!(entries[2]["before"], json!({ "role": "member" }));
    assert_eq!(entries[2]["after"], json!({ "role": "admin" }));
    assert_eq!(entries[0]["actor_type"], "operator");
    let secret = invited["link"].as_str().unwrap().split('#').nth(1).unwrap();
    assert!(!log.to_string().contains(secret));
}

async fn a_right_that_is_lost_while_the_body_is_on_its_way_is_lost(engine: Engine) {
    let app = TestApp::start(engine).await;
    let organization = first(&app).await;
    let (owner, admin) = (app.operator(Role::Owner).await, app.operator(Role::Admin).await);
    let body = json!({ "role": "admin" }).to_string();
    let head = format!(
        "POST {organization}/invitations HTTP/1.1\r\nhost: x\r\n{}content-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        admin.head(),
        body.len()
    );
    let stream = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).await.unwrap();
    let mut stream = BufReader::new(stream);
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server has read the head, and waits.
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    let at = format!("{organization}/members/{}", id(&admin).await);
    owner.put(&at, &json!({ "role": "member" })).await.expect(200);
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("HTTP/1.1 403"), "{answer}");
    let listed = owner.get(&format!("{organization}/members")).await.expect(200);
    assert_eq!(listed["invitations"], json!([]));
}
