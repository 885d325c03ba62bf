//! The page of the dashboard, and the way to it.

use engine::Engine;

use crate::on_one_engine;
use crate::support::TestApp;

on_one_engine!(
    a_browser_at_the_root_is_sent_to_the_dashboard,
    every_address_of_the_dashboard_is_its_page_under_a_strict_policy,
    files_are_compressed_and_kept,
    nothing_of_the_dashboard_is_shown_inside_of_another_page,
);

async fn a_browser_at_the_root_is_sent_to_the_dashboard(engine: Engine) {
    let app = TestApp::start(engine).await;
    let answer = app.anyone().with("accept", "text/html,*/*;q=0.8").get("/").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, Some("/dashboard")));
    app.anyone().get("/").await.refused(404, "Not Found");
    let elsewhere = app.anyone().at(app.frontend(&app.project)).with("accept", "text/html");
    elsewhere.get("/").await.refused(404, "Not Found");
}

async fn every_address_of_the_dashboard_is_its_page_under_a_strict_policy(engine: Engine) {
    let app = TestApp::start(engine).await;
    let mut nonces = Vec::new();
    for path in
        ["/dashboard", "/dashboard/", "/dashboard/projects/p/threads?search=x", "/dashboard/index.html"]
    {
        let answer = app.anyone().with("origin", "https://evil.example").get(path).await;
        assert_eq!(answer.status, 200, "build the dashboard first: {answer:?}");
        let policy = answer.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'self'"]
        {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert!(answer.header("access-control-allow-origin").is_none());
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let page = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(page.contains(&nonce) && !page.contains("__CSP_NONCE__"), "{page}");
        assert!(page.contains("<base href=\"/dashboard/\""), "{page}");
        assert!(!page.contains("<script>") && !page.contains("<style"), "nothing inline: {page}");
        nonces.push(nonce);
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 4, "a nonce is used once");
}

async fn nothing_of_the_dashboard_is_shown_inside_of_another_page(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.anyone().with("accept", "text/html");
    let icon = browser.get("/dashboard/favicon.svg").await;
    assert_eq!(icon.status, 200, "build the dashboard first: {icon:?}");
    let again =
        browser.with("if-none-match", icon.header("etag").unwrap()).get("/dashboard/favicon.svg").await;
    assert_eq!(again.status, 304);
    let (root, page) = (browser.get("/").await, browser.get("/dashboard").await);
    let missing = browser.get("/dashboard/assets/none.js").await;
    for answer in [icon, again, root, page, missing] {
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{answer:?}");
        assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    }
}

async fn files_are_compressed_and_kept(engine: Engine) {
    let app = TestApp::start(engine).await;
    let page = app.anyone().get("/dashboard").await;
    let page = String::from_utf8(page.body.to_vec()).unwrap();
    let script =
        page.split("src=\"").find_map(|rest| rest.split('"').next().filter(|src| src.contains("assets/")));
    let path = format!("/dashboard/{}", script.unwrap().trim_start_matches("./"));
    let plain = app.anyone().get(&path).await;
    assert_eq!(plain.status, 200, "{path}");
    assert!(plain.header("content-type").unwrap().contains("javascript"));
    assert!(plain.header("cache-control").unwrap().contains("immutable"));
    assert!(plain.header("content-encoding").is_none());
    for (accepted, encoding) in [("gzip, deflate, br", "br"), ("gzip", "gzip")] {
        let answer = app.anyone().with("accept-encoding", accepted).get(&path).await;
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        assert!(answer.body.len() < plain.body.len() / 2);
    }
    let again = app.anyone().with("if-none-match", plain.header("etag").unwrap()).get(&path).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    app.anyone().get("/dashboard/assets/older-version.js").await.refused(404, "Not Found");
    for path in ["/dashboard/../Cargo.toml", "/dashboard/%2e%2e/Cargo.toml", "/dashboard/..%2fCargo.toml"] {
        let answer = app.anyone().get(path).await;
        assert!(!String::from_utf8_lossy(&answer.body).contains("[package]"), "{path}");
    }
}
