//! Whether the server and its database are there.

use engine::Engine;
use serde_json::json;

use crate::on_both_engines;
use crate::support::TestApp;

on_both_engines!(
    a_server_says_that_it_is_there_and_ready,
    an_unknown_path_is_told_as_json,
    stopping_ends_well
);

async fn a_server_says_that_it_is_there_and_ready(engine: Engine) {
    let app = TestApp::start(engine).await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.anyone().get(path).await.expect(200), json!({ "ok": true }));
    }
}

async fn an_unknown_path_is_told_as_json(engine: Engine) {
    let app = TestApp::start(engine).await;
    app.anyone().get("/v1/nothing").await.refused(404, "Not Found");
    app.anyone().post_empty("/v1/files/pdf-to-images").await.refused(404, "Not Found");
    let answer = app.anyone().delete("/v1/threads").await;
    answer.refused(405, "Method Not Allowed");
    let mut allowed: Vec<_> = answer.header("allow").unwrap().split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

async fn stopping_ends_well(engine: Engine) {
    let app = TestApp::start(engine).await;
    app.stop().await;
}
