//! `threadkeep members` and `threadkeep organizations`: what the dashboard does, from the terminal.

use engine::Engine;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::Client;
use crate::support::program::{Program, Server, instance};

on_both_engines!(
    the_setup_link_is_printed_until_it_is_used,
    members_are_invited_changed_and_removed,
    a_password_is_reset_by_a_link,
    sessions_are_ended,
    organizations_are_made_and_renamed,
);

fn run(program: &Program, arguments: &[&str]) -> Value {
    program.run(&[arguments, &["--json"]].concat()).json()
}

fn secret(link: &Value) -> String {
    link["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned()
}

const PASSWORD: &str = "lamp orbit cactus 41";

async fn with_ann(program: &Program) -> (Server, Client) {
    let server = program.serve().await;
    let token = secret(&run(program, &["members", "setup-link"]));
    let client = Client::new(&server.url);
    let ann = json!({ "token": token, "name": "Ann", "email": "ann@example.com", "password": PASSWORD });
    client.post("/api/setup", &ann).await.expect(201);
    (server, client)
}

async fn sign_in(client: &Client, password: &str) -> crate::support::Answer {
    client.post("/api/session", &json!({ "email": "ann@example.com", "password": password })).await
}

async fn the_setup_link_is_printed_until_it_is_used(engine: Engine) {
    let program = instance(engine).await;
    let first = program.serve().await;
    let link = run(&program, &["members", "setup-link"]);
    let token = secret(&link);
    assert!(first.greeting.contains(&format!("/dashboard/setup#{token}")), "{}", first.greeting);
    first.terminate();
    assert!(first.ended().await.success());
    let (second, _client) = with_ann(&program).await;
    assert!(second.greeting.contains(&format!("/dashboard/setup#{token}")), "the same after a restart");
    program.run(&["members", "setup-link"]).failed("Sign in, or ask an owner for an invitation");
    second.terminate();
    assert!(second.ended().await.success());
    let third = program.serve().await;
    assert!(third.greeting.contains("/dashboard\n") && !third.greeting.contains('#'), "{}", third.greeting);
}

async fn members_are_invited_changed_and_removed(engine: Engine) {
    let program = instance(engine).await;
    let (_server, client) = with_ann(&program).await;
    let invited = run(&program, &["members", "invite", "--role", "admin", "--email", "Bob@example.com"]);
    let bob =
        json!({ "token": secret(&invited), "name": "Bob", "email": "bob@example.com", "password": PASSWORD });
    client.post("/api/invitations/accept", &bob).await.expect(200);
    let roles = |listed: &Value| -> Vec<(String, String)> {
        let text = |member: &Value, name: &str| member[name].as_str().unwrap().to_owned();
        listed
            .as_array()
            .unwrap()
            .iter()
            .map(|member| (text(member, "email"), text(member, "role")))
            .collect()
    };
    let pair = |email: &str, role: &str| (format!("{email}@example.com"), role.to_owned());
    let listed = run(&program, &["members", "list"]);
    assert_eq!(roles(&listed), [pair("ann", "owner"), pair("bob", "admin")]);
    program
        .run(&["members", "set-role", "ann@example.com", "member"])
        .failed("Make another member an owner first");
    program.run(&["members", "remove", "ann@example.com"]).failed("Make another member an owner first");
    let listed = run(&program, &["members", "set-role", "bob@example.com", "owner"]);
    assert_eq!(roles(&listed), [pair("ann", "owner"), pair("bob", "owner")]);
    let listed = run(&program, &["members", "remove", "ann@example.com"]);
    assert_eq!(roles(&listed), [pair("bob", "owner")]);
    program
        .run(&["members", "remove", "eve@example.com"])
        .failed("no operator has the address eve@example.com");
    program.run(&["members", "remove", "eve"]).failed("`eve` is no e-mail address");
    assert!(program.run(&["members", "list"]).text().contains("bob@example.com"));
}

async fn a_password_is_reset_by_a_link(engine: Engine) {
    let program = instance(engine).await;
    let (_server, client) = with_ann(&program).await;
    let token = secret(&run(&program, &["members", "reset-password", "ann@example.com"]));
    let body = json!({ "token": token, "password": "quiet marble engine 77" });
    client.post("/api/password-reset", &body).await.expect(200);
    sign_in(&client, PASSWORD).await.refused(401, "Wrong e-mail or password");
    sign_in(&client, "quiet marble engine 77").await.expect(200);
}

async fn sessions_are_ended(engine: Engine) {
    let program = instance(engine).await;
    let (_server, client) = with_ann(&program).await;
    let answer = sign_in(&client, PASSWORD).await;
    let ann = client.with("cookie", answer.header("set-cookie").unwrap().split(';').next().unwrap());
    ann.get("/api/session").await.expect(200);
    assert_eq!(run(&program, &["members", "sign-out", "ann@example.com"]), json!({ "ended": 2 }));
    ann.get("/api/session").await.refused(401, "Sign in first");
}

async fn organizations_are_made_and_renamed(engine: Engine) {
    let program = instance(engine).await;
    let (_server, _client) = with_ann(&program).await;
    let listed = run(&program, &["organizations", "create", "Second", "--owner", "ann@example.com"]);
    assert_eq!((&listed[1]["name"], &listed[1]["members"]), (&json!("Second"), &json!(1)));
    let id = listed[1]["id"].as_str().unwrap();
    let listed = run(&program, &["organizations", "rename", id, "Renamed"]);
    assert_eq!(listed[1]["name"], "Renamed");
    let members = run(&program, &["members", "list", "--organization", id]);
    assert_eq!(members[0]["email"], "ann@example.com");
    program.run(&["members", "list", "--organization", "org_x"]).failed("there is no organization org_x");
    program.run(&["organizations", "create", " ", "--owner", "ann@example.com"]).failed("name");
}
