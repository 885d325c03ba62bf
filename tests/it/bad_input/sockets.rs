//! Requests that do not arrive whole.

use std::time::Duration;

use engine::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::on_both_engines;
use crate::support::{TestApp, eventually};

on_both_engines!(
    a_body_that_ends_early_writes_nothing,
    a_connection_that_breaks_writes_nothing_and_takes_nobody_along,
    a_slow_body_is_waited_for,
    a_body_in_chunks_is_read_and_measured,
    a_head_that_says_two_lengths_is_refused,
    a_stop_does_not_leave_half_a_request,
);

/// A good body. What follows it below is white space, so that half of a request holds a whole document.
const BODY: &str = r#"{"last_message_at":"2026-01-02T03:04:05.678Z","title":"half"}"#;

/// A request that announces a body of so many bytes, without it.
fn head(token: &str, length: usize) -> String {
    format!(
        "POST /v1/threads HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.url.strip_prefix("http://").unwrap()).await.unwrap()
}

/// What the server says until it closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await;
    // A reset is an end too.
    let _end = read.expect("the server closes the connection");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What the server says first, up to the end of a JSON body.
async fn answer(stream: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    let read = async {
        while !seen.ends_with(b"}") {
            assert!(stream.read_buf(&mut seen).await.unwrap() > 0, "the connection ended early");
        }
    };
    tokio::time::timeout(Duration::from_secs(10), read).await.expect("an answer");
    String::from_utf8_lossy(&seen).into_owned()
}

async fn a_body_that_ends_early_writes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let before = app.written().await;
    for sent in ["", "{", &BODY[..BODY.len() - 1], BODY, &format!("{BODY}    ")] {
        let mut stream = connect(&app).await;
        stream.write_all(head(&token, BODY.len() + 10).as_bytes()).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        // Nothing more will come. The end of the connection tells that the server has dealt with it.
        stream.shutdown().await.unwrap();
        let said = rest(&mut stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400 "), "{said}");
        assert_eq!(app.written().await, before, "{sent:?}");
    }
    let mut stream = connect(&app).await;
    stream.write_all(format!("{}{BODY}", head(&token, BODY.len())).as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 201 "));
    assert_eq!(app.written().await.len(), before.len() + 3, "the thread, its workspace and its user");
}

async fn a_connection_that_breaks_writes_nothing_and_takes_nobody_along(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let before = app.written().await;
    let whole = format!("{}{BODY}", head(&token, BODY.len() + 10));
    for cut in [1, 20, whole.len() - BODY.len() - 2, whole.len() - BODY.len(), whole.len() - 5, whole.len()] {
        let mut stream = connect(&app).await;
        stream.write_all(&whole.as_bytes()[..cut]).await.unwrap();
        // Closed with a reset, as a lost client's is.
        stream.set_zero_linger().unwrap();
        drop(stream);
    }
    let browser = app.anyone().bearing(&token);
    for _ in 0..20 {
        browser.get("/v1/threads").await.expect(200);
    }
    assert_eq!(app.written().await, before);
    // What would be written is written when the server has ended.
    assert_eq!(app.written_when_stopped().await, before);
}

async fn a_slow_body_is_waited_for(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let before = app.written().await;
    let mut stream = connect(&app).await;
    stream.write_all(head(&token, BODY.len() + 1).as_bytes()).await.unwrap();
    let browser = app.anyone().bearing(&token);
    for piece in BODY.as_bytes().chunks(7) {
        stream.write_all(piece).await.unwrap();
        // Others are served meanwhile, and see nothing of it.
        assert_eq!(browser.get("/v1/threads").await.expect(200)["threads"].as_array().unwrap().len(), 0);
    }
    assert_eq!(app.written().await, before);
    stream.write_all(b"\n").await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 201 "));
    assert_eq!(browser.get("/v1/threads").await.expect(200)["threads"][0]["title"], "half");
}

async fn a_body_in_chunks_is_read_and_measured(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let chunked = head(&token, 0).replace("content-length: 0", "transfer-encoding: chunked");
    let chunk = |data: &str| format!("{:x}\r\n{data}\r\n", data.len());
    let before = app.written().await;
    for broken in [
        // The end of the chunks is missing, a size is none, a chunk is shorter than its size.
        chunk(BODY),
        format!("zz\r\n{BODY}\r\n0\r\n\r\n"),
        format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len() + 40),
        format!("ffffffffffffffffff\r\n{BODY}\r\n0\r\n\r\n"),
    ] {
        let mut stream = connect(&app).await;
        stream.write_all(format!("{chunked}{broken}").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let said = rest(&mut stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400 "), "{said}");
    }
    // Its size is known only at its end.
    let mut stream = connect(&app).await;
    stream.write_all(format!("{chunked}{}", chunk(BODY)).as_bytes()).await.unwrap();
    let blank = chunk(&" ".repeat(64 * 1024));
    for _ in 0..192 {
        stream.write_all(blank.as_bytes()).await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let said = answer(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 413 ") && said.contains("Request body too large"), "{said}");
    assert_eq!(app.written().await, before);
    let mut stream = connect(&app).await;
    let (one, two) = BODY.split_at(20);
    stream.write_all(format!("{chunked}{}{}0\r\n\r\n", chunk(one), chunk(two)).as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 201 "));
}

/// Two lengths are how a request is smuggled past a proxy: one of the two sees another request.
async fn a_head_that_says_two_lengths_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let before = app.written().await;
    let length = format!("content-length: {}\r\n", BODY.len());
    for (what, twice) in [
        ("two lengths", format!("{length}content-length: 5\r\n")),
        ("a list of lengths", format!("content-length: {}, 5\r\n", BODY.len())),
        ("no number", "content-length: x\r\n".to_owned()),
        ("a sign", format!("content-length: +{}\r\n", BODY.len())),
        ("below zero", "content-length: -1\r\n".to_owned()),
    ] {
        let mut stream = connect(&app).await;
        let request = head(&token, BODY.len()).replace(&length, &twice);
        stream.write_all(format!("{request}{BODY}").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let said = rest(&mut stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400 "), "{what}: {said}");
        assert_eq!(app.written().await, before, "{what}");
    }
}

async fn a_stop_does_not_leave_half_a_request(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let mut stream = connect(&app).await;
    stream.write_all(format!("{}{}", head(&token, BODY.len()), &BODY[..30]).as_bytes()).await.unwrap();
    // The server has begun with the request when another one that came later is answered.
    app.anyone().bearing(&token).get("/v1/threads").await.expect(200);
    let url = app.url.clone();
    let stopping = tokio::spawn(app.stop());
    let refused = async || TcpStream::connect(url.strip_prefix("http://").unwrap()).await.err();
    eventually("the end of listening", refused).await;
    stream.write_all(&BODY.as_bytes()[30..]).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 201 "), "what had begun is finished");
    drop(stream);
    stopping.await.unwrap();
}
