//! How the base of a request is found.

use engine::Engine;
use hyper::Method;
use serde_json::json;

use crate::on_both_engines;
use crate::support::tokens::claims_of;
use crate::support::{Answer, Client, TestApp, create_thread};

on_both_engines!(
    slashes_before_the_version_are_as_good_as_one,
    a_public_url_may_have_a_path,
    a_template_puts_projects_under_host_names,
    any_other_host_is_the_root,
    a_label_in_the_path_must_have_its_form,
    an_unknown_path_below_a_project_is_not_found,
);

/// Whose frontend an answer of the anonymous route is from.
fn project_of(answer: &Answer) -> String {
    let session = answer.expect(200);
    claims_of(session["access_token"].as_str().unwrap())["project_id"].as_str().unwrap().to_owned()
}

const MINT: &str = "/v1/auth/tokens/anonymous";

async fn slashes_before_the_version_are_as_good_as_one(engine: Engine) {
    let app = TestApp::start(engine).await;
    let other = app.create_project().await;
    let (ours, theirs) = (app.browser("w", "u").await, app.token(&other, "w", "u").await);
    let theirs = app.anyone().bearing(&theirs);
    let ours_thread = create_thread(&ours).await;
    for slashes in ["/", "//", "///"] {
        let path = format!("{slashes}v1/threads/{ours_thread}?x=1");
        assert_eq!(ours.get(&path).await.expect(200)["id"], ours_thread);
        let path = format!("{slashes}{}{slashes}v1/threads?limit=1", other.label());
        assert_eq!(theirs.get(&path).await.expect(200), json!({ "threads": [] }));
        let path = format!("{slashes}{}{slashes}v1/threads?limit=0", other.label());
        theirs.get(&path).await.invalid(&["limit"]);
    }
    ours.get("/v1//threads").await.refused(404, "Not Found");
    ours.get("/v1/threads/").await.refused(404, "Not Found");
}

async fn a_public_url_may_have_a_path(engine: Engine) {
    let app = TestApp::start_with(engine, &[("public_url", "https://example.org/keep/chat/")]).await;
    let other = app.create_project().await;
    let label = other.label();
    for prefix in ["/keep/chat", "", "//keep/chat", "/keep/chat/"] {
        let answer = app.anyone().post_empty(&format!("{prefix}{MINT}")).await;
        assert_eq!(project_of(&answer), app.project.as_str(), "{prefix}");
        let answer = app.anyone().post_empty(&format!("{prefix}/{label}{MINT}")).await;
        assert_eq!(project_of(&answer), other.as_str(), "{prefix}");
        let claims = answer.json()["access_token"].as_str().map(claims_of).unwrap();
        assert_eq!(claims["iss"], format!("https://example.org/keep/chat/{label}"));
    }
    let token = app.token(&other, "w", "u").await;
    let browser = app.anyone().bearing(&token);
    browser.get(&format!("/keep/chat/{label}/v1/threads")).await.expect(200);
    browser.get(&format!("/{label}/v1/threads")).await.expect(200);
    browser.get(&format!("/keep/{label}/v1/threads")).await.refused(404, "Not Found");
    browser.get(&format!("/chat/{label}/v1/threads")).await.refused(404, "Not Found");
    let document = app.anyone().get(&format!("/keep/chat/{label}/.well-known/openid-configuration")).await;
    let uri = format!("https://example.org/keep/chat/{label}/.well-known/jwks.json");
    assert_eq!(document.expect(200)["jwks_uri"], uri);
}

async fn a_template_puts_projects_under_host_names(engine: Engine) {
    let settings = [("project_url_template", "https://{label}.chat.example.org")];
    let app = TestApp::start_with(engine, &settings).await;
    let other = app.create_project().await;
    let at_host = |host: String| app.anyone().with("host", &host);
    for project in [&app.project, &other] {
        let label = project.label();
        for host in [format!("{label}.chat.example.org"), format!("{label}.CHAT.Example.ORG")] {
            let answer = at_host(host).post_empty(MINT).await;
            assert_eq!(project_of(&answer), project.as_str());
            let claims = claims_of(answer.json()["access_token"].as_str().unwrap());
            assert_eq!(claims["iss"], format!("https://{label}.chat.example.org"));
        }
        // The path form goes on working, with the host form as the issuer.
        let answer = Client::new(app.frontend(project)).post_empty(MINT).await;
        let claims = claims_of(answer.expect(200)["access_token"].as_str().unwrap());
        assert_eq!(claims["iss"], format!("https://{label}.chat.example.org"));
    }
    let before = app.written().await;
    for label in ["proj-NONE", "proj-", "www", "0ltyjcuaxpv1", "proj_0ltyjcuaxpv1"] {
        let answer = at_host(format!("{label}.chat.example.org")).post_empty(MINT).await;
        answer.refused(403, "Invalid issuer format or projectId");
    }
    let nobody = at_host("proj-000000000000.chat.example.org".into());
    nobody.post_empty(MINT).await.refused(404, "Project not found");
    // A host that names one project and a path that names another: the host is asked first.
    let both = at_host(format!("{}.chat.example.org", other.label()));
    both.post_empty(&format!("/{}{MINT}", app.project.label())).await.refused(404, "Not Found");
    assert_eq!(app.written().await, before);
}

async fn any_other_host_is_the_root(engine: Engine) {
    let settings = [("project_url_template", "https://{label}.chat.example.org")];
    let app = TestApp::start_with(engine, &settings).await;
    let label = app.create_project().await.label();
    for host in [
        "localhost",
        "127.0.0.1:80",
        "[::1]:4100",
        "chat.example.org",
        ".chat.example.org",
        &format!("{label}.chat.example.org.evil.example"),
        &format!("{label}.evil.example"),
        &format!("x.{label}.chat.example.org"),
        &format!("{label}.x.chat.example.org"),
        &format!("{label}chat.example.org"),
        &label,
    ] {
        let answer = app.anyone().with("host", host).post_empty(MINT).await;
        assert_eq!(project_of(&answer), app.project.as_str(), "{host}");
    }
}

async fn a_label_in_the_path_must_have_its_form(engine: Engine) {
    let app = TestApp::start(engine).await;
    let label = app.project.label();
    let before = app.written().await;
    for wrong in [
        "proj-".to_owned(),
        "proj-x".to_owned(),
        label.to_uppercase().replace("PROJ", "proj"),
        format!("{label}0"),
        label[..label.len() - 1].to_owned(),
        format!("{label}%20"),
        format!("{label}."),
        "proj-%30%30%30%30%30%30%30%30%30%30%30%30".to_owned(),
    ] {
        let answer = app.anyone().post_empty(&format!("/{wrong}{MINT}")).await;
        answer.refused(403, "Invalid issuer format or projectId");
    }
    // What does not begin as a label does is an ordinary path.
    for path in [app.project.as_str(), "project", "Proj-000000000000", "x"] {
        app.anyone().post_empty(&format!("/{path}{MINT}")).await.refused(404, "Not Found");
    }
    assert_eq!(app.written().await, before);
}

async fn an_unknown_path_below_a_project_is_not_found(engine: Engine) {
    let app = TestApp::start(engine).await;
    let frontend = Client::new(app.frontend(&app.project));
    for path in
        ["", "/", "/v1", "/v1/nothing", "/v2/threads", &format!("/{}/v1/threads", app.project.label())]
    {
        frontend.get(path).await.refused(404, "Not Found");
    }
    let answer = frontend.send(Method::PATCH, "/v1/threads", "{}".into()).await;
    answer.refused(405, "Method Not Allowed");
    assert!(answer.header("allow").is_some());
}
