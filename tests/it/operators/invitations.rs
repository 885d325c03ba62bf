//! Invitations by link.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::instance::store::first_organization;
use threadkeep::members::model::Role;

use super::setup::signed_in;
use crate::on_both_engines;
use crate::support::{Client, TestApp};

on_both_engines!(
    a_link_makes_a_new_operator_a_member_once,
    an_operator_who_is_signed_in_joins_by_the_token_alone,
    a_link_for_one_address_is_for_no_other,
    an_address_that_is_taken_must_sign_in_first,
    a_link_ends_when_it_is_revoked_or_old,
    a_link_ends_with_the_rights_of_its_maker,
    nobody_invites_their_betters,
    bad_input_names_its_field,
);

async fn invitations(app: &TestApp) -> String {
    let found = app.store.read(async |conn| first_organization(conn).await).await.unwrap();
    format!("/api/organizations/{}/invitations", found.unwrap())
}

async fn invite(client: &Client, path: &str, body: &Value) -> String {
    let made = client.post(path, body).await.expect(201);
    let link = made["link"].as_str().unwrap();
    link.split_once("/dashboard/invitation#").unwrap().1.to_owned()
}

fn bob(token: &str) -> Value {
    json!({ "token": token, "name": "Bob", "email": "bob@example.com", "password": "lamp orbit cactus 41" })
}

async fn a_link_makes_a_new_operator_a_member_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, path) = (app.operator(Role::Owner).await, invitations(&app).await);
    let token = invite(&owner, &path, &json!({ "role": "admin" })).await;
    let preview = app.anyone().post("/api/invitations/inspect", &json!({ "token": token })).await.expect(200);
    let expected = json!({
        "organization_name": "Default organization", "role": "admin", "email": null, "invited_by": "Op",
    });
    assert_eq!(preview, expected);
    let answer = app.anyone().post("/api/invitations/accept", &bob(&token)).await;
    assert_eq!(answer.expect(200)["organizations"][0]["role"], "admin");
    signed_in(&app, &answer).get("/api/session").await.expect(200);
    app.anyone()
        .post("/api/invitations/inspect", &json!({ "token": token }))
        .await
        .refused(404, "Invitation not found");
    app.anyone().post("/api/invitations/accept", &bob(&token)).await.refused(404, "Invitation not found");
}

async fn an_operator_who_is_signed_in_joins_by_the_token_alone(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, path) = (app.operator(Role::Owner).await, invitations(&app).await);
    let (stranger, body) = (app.stranger().await, json!({ "role": "member" }));
    let token = json!({ "token": invite(&owner, &path, &body).await });
    // Somebody else's page cannot make them join.
    stranger
        .without("x-csrf-token")
        .post("/api/invitations/accept", &token)
        .await
        .refused(403, "CSRF token missing or wrong");
    let joined = stranger.post("/api/invitations/accept", &token).await.expect(200);
    assert_eq!(joined["organizations"][0]["role"], "member");
    // Who is a member already keeps the role.
    let again = json!({ "token": invite(&owner, &path, &body).await });
    let joined = owner.post("/api/invitations/accept", &again).await.expect(200);
    assert_eq!(joined["organizations"][0]["role"], "owner");
}

async fn a_link_for_one_address_is_for_no_other(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, path) = (app.operator(Role::Owner).await, invitations(&app).await);
    let token = invite(&owner, &path, &json!({ "role": "member", "email": "Bob@example.com" })).await;
    let mut eve = bob(&token);
    eve["email"] = json!("eve@example.com");
    let refusal = "The invitation is for another address";
    app.anyone().post("/api/invitations/accept", &eve).await.refused(403, refusal);
    app.stranger()
        .await
        .post("/api/invitations/accept", &json!({ "token": token }))
        .await
        .refused(403, refusal);
    app.anyone().post("/api/invitations/accept", &bob(&token)).await.expect(200);
}

async fn an_address_that_is_taken_must_sign_in_first(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, path) = (app.operator(Role::Owner).await, invitations(&app).await);
    let first = invite(&owner, &path, &json!({ "role": "member" })).await;
    app.anyone().post("/api/invitations/accept", &bob(&first)).await.expect(200);
    let second = invite(&owner, &path, &json!({ "role": "owner" })).await;
    let refusal = "There is an operator with this address";
    app.anyone().post("/api/invitations/accept", &bob(&second)).await.refused(409, refusal);
    // The refusal did not use it up.
    app.anyone().post("/api/invitations/inspect", &json!({ "token": second })).await.expect(200);
}

async fn a_link_ends_when_it_is_revoked_or_old(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, path) = (app.operator(Role::Owner).await, invitations(&app).await);
    let made = owner.post(&path, &json!({ "role": "member" })).await.expect(201);
    let token = made["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let id = made["invitation"]["id"].as_str().unwrap();
    let listed = owner.get(&path.replace("/invitations", "/members")).await.expect(200);
    assert_eq!(listed["invitations"], json!([made["invitation"]]));
    owner.delete(&format!("{path}/{id}")).await.expect(200);
    owner.delete(&format!("{path}/{id}")).await.refused(404, "Invitation not found");
    app.anyone().post("/api/invitations/accept", &bob(&token)).await.refused(404, "Invitation not found");
    let token = invite(&owner, &path, &json!({ "role": "member" })).await;
    app.advance_secs(7 * 24 * 3600);
    app.anyone().post("/api/invitations/accept", &bob(&token)).await.refused(404, "Invitation not found");
}

async fn a_link_ends_with_the_rights_of_its_maker(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, path) = (app.operator(Role::Owner).await, invitations(&app).await);
    for change in ["demotion", "removal"] {
        let admin = app.operator(Role::Admin).await;
        let token = invite(&admin, &path, &json!({ "role": "admin" })).await;
        let own = invite(&owner, &path, &json!({ "role": "member" })).await;
        let session = admin.get("/api/session").await.expect(200);
        let id = session["operator"]["id"].as_str().unwrap();
        let at = format!("{}/members/{id}", path.strip_suffix("/invitations").unwrap());
        match change {
            "demotion" => owner.put(&at, &json!({ "role": "member" })).await.expect(200),
            _ => owner.delete(&at).await.expect(200),
        };
        let inspect = async |token: &str| {
            app.anyone().post("/api/invitations/inspect", &json!({ "token": token })).await
        };
        inspect(&token).await.refused(404, "Invitation not found");
        inspect(&own).await.expect(200);
    }
    assert_eq!(app.audit_text().await.matches(r#""invitations":["#).count(), 2);
}

async fn nobody_invites_their_betters(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (admin, path) = (app.operator(Role::Admin).await, invitations(&app).await);
    admin.post(&path, &json!({ "role": "owner" })).await.refused(403, "Not allowed");
    admin.post(&path, &json!({ "role": "admin" })).await.expect(201);
    app.operator(Role::Member)
        .await
        .post(&path, &json!({ "role": "member" }))
        .await
        .refused(403, "Not allowed");
}

async fn bad_input_names_its_field(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, path) = (app.operator(Role::Owner).await, invitations(&app).await);
    owner.post(&path, &json!({ "role": "king" })).await.invalid(&["role"]);
    owner.post(&path, &json!({ "role": "member", "email": "x" })).await.invalid(&["email"]);
    let token = invite(&owner, &path, &json!({ "role": "member" })).await;
    app.anyone().post("/api/invitations/accept", &json!({ "token": token })).await.invalid(&["name"]);
    for (field, value) in [("password", "short"), ("email", "nobody"), ("name", "")] {
        let mut body = bob(&token);
        body[field] = json!(value);
        app.anyone().post("/api/invitations/accept", &body).await.invalid(&[field]);
    }
}
