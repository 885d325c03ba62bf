//! Which host a request is for.

use engine::Engine;

use super::Wire;
use crate::on_one_engine;
use crate::support::TestApp;

on_one_engine!(a_request_names_one_host);

async fn a_request_names_one_host(engine: Engine) {
    let app = TestApp::start(engine).await;
    for (status, head) in [
        (200, "GET /healthz HTTP/1.1\r\nhost: x\r\n"),
        (200, "GET /healthz HTTP/1.0\r\n"),
        (200, "GET http://x/healthz HTTP/1.1\r\nhost: X\r\n"),
        (400, "GET /healthz HTTP/1.1\r\n"),
        (400, "GET /healthz HTTP/1.1\r\nhost: x\r\nhost: x\r\n"),
        (400, "GET /healthz HTTP/1.1\r\nhost: x\r\nHost: y\r\n"),
        (400, "GET /healthz HTTP/1.0\r\nhost: x\r\nhost: y\r\n"),
        (400, "GET http://x/healthz HTTP/1.1\r\nhost: y\r\n"),
    ] {
        let said = Wire::saying(&app, format!("{head}\r\n")).await.answer().await;
        assert_eq!(said.split(' ').nth(1), Some(status.to_string().as_str()), "{head:?}: {said}");
        assert_eq!(said.contains(r#""error":"Invalid Host header""#), status == 400, "{said}");
    }
}
