//! Every state of a connection has an end, and nobody is ended who keeps up.

use std::time::Duration;

use engine::Engine;
use http_body_util::BodyExt;
use threadkeep::http::connection::deadlines::{BodyPace, Deadlines};

use super::{PATIENCE, Streams, Wire, get, thread_with};
use crate::on_one_engine;
use crate::support::TestApp;

on_one_engine!(
    who_says_nothing_or_half_of_something_is_gone,
    who_is_idle_stays_longer_than_who_sends_half_a_head,
    who_is_idle_too_long_is_gone,
    who_reads_nothing_of_a_list_is_gone,
    who_reads_a_list_slowly_has_all_of_it,
    a_list_is_the_same_on_both_protocols,
    a_stream_that_is_not_read_ends_its_connection,
    a_body_that_does_not_come_is_given_up,
);

/// Patient with everything that a test is not about.
fn patient() -> Deadlines {
    let long = Duration::from_secs(300);
    let body = BodyPace { grace: long, bytes_per_sec: 1, silence: long, whole: long };
    Deadlines { protocol: long, head: long, idle: long, unread: long, body, memory: long }
}

const SHORT: Duration = Duration::from_millis(300);

async fn who_says_nothing_or_half_of_something_is_gone(engine: Engine) {
    let deadlines = Deadlines { protocol: SHORT, ..patient() };
    let app = TestApp::start_impatient(engine, &[], deadlines).await;
    for said in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r"] {
        assert!(Wire::saying(&app, said).await.rest().await.is_empty(), "{said:?}");
    }
    let deadlines = Deadlines { head: SHORT, ..patient() };
    let app = TestApp::start_impatient(engine, &[], deadlines).await;
    for said in ["G", "GET / HTTP/1.1\r\nhost: x\r\n", "POST / HTTP/1.1\r\nx: "] {
        assert!(Wire::saying(&app, said).await.rest().await.is_empty(), "{said:?}");
    }
    // The next one on a connection, too.
    let mut wire = Wire::saying(&app, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(wire.answer().await.starts_with("HTTP/1.1 200 "));
    wire.say("GET /hea").await;
    assert!(wire.rest().await.is_empty());
}

async fn who_is_idle_stays_longer_than_who_sends_half_a_head(engine: Engine) {
    let deadlines = Deadlines { protocol: SHORT, head: SHORT, ..patient() };
    let app = TestApp::start_impatient(engine, &[], deadlines).await;
    let mut idle = Wire::saying(&app, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    idle.answer().await;
    let mut streams = Streams::connect(&app).await;
    streams.get(&app.anyone(), &app, "/healthz").await;
    for said in ["", "G", ""] {
        Wire::saying(&app, said).await.rest().await;
    }
    idle.say("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(idle.answer().await.starts_with("HTTP/1.1 200 "));
    assert_eq!(streams.get(&app.anyone(), &app, "/healthz").await.status(), 200);
}

async fn who_is_idle_too_long_is_gone(engine: Engine) {
    let app = TestApp::start_impatient(engine, &[], Deadlines { idle: SHORT, ..patient() }).await;
    let mut wire = Wire::saying(&app, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let said = String::from_utf8(wire.rest().await).unwrap();
    assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with('}'), "{said}");
    let mut streams = Streams::connect(&app).await;
    drop(streams.get(&app.anyone(), &app, "/healthz").await);
    tokio::time::timeout(PATIENCE, streams.connection).await.expect("an end").unwrap().ok();
}

/// More than the sockets of the machine hold.
const MESSAGES: usize = 12;
const LENGTH: usize = 2 * 1024 * 1024;

async fn who_reads_nothing_of_a_list_is_gone(engine: Engine) {
    let deadlines = Deadlines { unread: SHORT, ..patient() };
    let app = TestApp::start_impatient(engine, &[("max_connections", "4")], deadlines).await;
    let browser = app.browser("w", "u").await;
    let list = thread_with(&browser, MESSAGES, LENGTH).await;
    let mut unread = Vec::new();
    for _ in 0..4 {
        unread.push(Wire::saying(&app, get(&browser, &list)).await);
    }
    // All places are theirs until they are gone.
    let found = tokio::time::timeout(PATIENCE, app.anyone().get("/healthz")).await.expect("a place");
    found.expect(200);
    let mut whole = 0;
    for wire in &mut unread {
        whole += usize::from(wire.rest().await.len() > MESSAGES * LENGTH);
    }
    assert!(whole < 4, "the lists were broken off");
}

async fn who_reads_a_list_slowly_has_all_of_it(engine: Engine) {
    let app = TestApp::start_impatient(engine, &[], Deadlines { unread: 2 * SHORT, ..patient() }).await;
    let browser = app.browser("w", "u").await;
    let list = thread_with(&browser, MESSAGES, LENGTH).await;
    let mut wire = Wire::saying(&app, get(&browser, &list)).await;
    let (mut read, mut piece) = (0, vec![0; 1024 * 1024]);
    while read <= MESSAGES * LENGTH {
        let length = tokio::io::AsyncReadExt::read(&mut wire.0, &mut piece).await.unwrap();
        assert!(length > 0, "the list ended after {read} bytes");
        read += length;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn a_list_is_the_same_on_both_protocols(engine: Engine) {
    let app = TestApp::start_impatient(engine, &[], Deadlines { unread: 10 * SHORT, ..patient() }).await;
    let browser = app.browser("w", "u").await;
    let list = thread_with(&browser, 20, 200 * 1024).await;
    let by_http1 = browser.get(&list).await;
    by_http1.expect(200);
    let by_http2 = Streams::connect(&app).await.get(&browser, &app, &list).await;
    let read = tokio::time::timeout(PATIENCE, by_http2.into_body().collect()).await.expect("an end");
    assert!(read.unwrap().to_bytes() == by_http1.body);
}

async fn a_stream_that_is_not_read_ends_its_connection(engine: Engine) {
    let app = TestApp::start_impatient(engine, &[], Deadlines { unread: 3 * SHORT, ..patient() }).await;
    let browser = app.browser("w", "u").await;
    // Both one that has more parts, and one that is whole in the server's hands.
    for messages in [1, MESSAGES] {
        let list = thread_with(&browser, messages, 200 * 1024).await;
        let mut streams = Streams::connect(&app).await;
        let _unread = streams.get(&browser, &app, &list).await;
        // Others of the connection are read meanwhile.
        let read = streams.get(&browser, &app, "/healthz").await;
        assert_eq!(read.status(), 200);
        tokio::time::timeout(PATIENCE, streams.connection).await.expect("an end").unwrap().ok();
    }
}

async fn a_body_that_does_not_come_is_given_up(engine: Engine) {
    let fast = BodyPace { grace: SHORT, bytes_per_sec: 1024 * 1024, ..patient().body };
    let silent = BodyPace { silence: SHORT, ..patient().body };
    let whole = BodyPace { whole: SHORT, ..patient().body };
    for body in [fast, silent, whole] {
        let app = TestApp::start_impatient(engine, &[], Deadlines { body, ..patient() }).await;
        let browser = app.browser("w", "u").await;
        let head =
            format!("POST /v1/threads HTTP/1.1\r\nhost: x\r\n{}content-length: 100\r\n\r\n", browser.head());
        for begun in ["", "{\"title\":"] {
            let said = Wire::saying(&app, format!("{head}{begun}")).await.answer().await;
            assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
        }
    }
}
