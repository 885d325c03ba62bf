//! What servers may do to us.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::server::{Reply, Server, Then, answer, raw};
use super::{LIMITS, client_for, get};
use crate::{Error, Fetched, Limits};

const SHORT: Limits = Limits { total: Duration::from_millis(200), ..LIMITS };

async fn ask(limits: Limits, reply: impl Fn() -> Reply + Send + Sync + 'static) -> Result<Fetched, Error> {
    let server = Server::start(move |_| reply()).await;
    let url = format!("http://here.example:{}/?key=s3cret", server.port);
    get(&client_for(&["here.example"]), &url, limits).await
}

fn gzip(plain: &[u8]) -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).unwrap();
    answer(200, &["Content-Encoding: gzip"], &encoder.finish().unwrap())
}

#[tokio::test]
async fn an_answer_comes_with_status_body_and_freshness() {
    let server =
        Server::start(|_| answer(404, &["Cache-Control: public, max-age=300", "Age: 100"], b"{}")).await;
    let url = format!("http://here.example:{}/keys?a=b", server.port);
    let answer = get(&client_for(&["here.example"]), &url, LIMITS).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (404, &b"{}"[..]));
    assert_eq!(answer.max_age, Some(Duration::from_secs(200)));
    assert_eq!(answer.final_url.as_str(), url);
    let request = server.requests()[0].to_lowercase();
    assert!(request.starts_with("get /keys?a=b http/1.1\r\n"));
    for header in [
        "accept: application/json",
        "accept-encoding: gzip",
        &format!("user-agent: threadkeep/{}", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(request.contains(&format!("\r\n{header}\r\n")), "{request}");
    }
    assert!(!request.contains("cookie"));
}

#[tokio::test]
async fn a_body_may_be_as_large_as_allowed_and_no_larger() {
    let max = LIMITS.max_bytes;
    assert_eq!(ask(LIMITS, move || answer(200, &[], &vec![b'x'; max])).await.unwrap().body.len(), max);
    let error = ask(LIMITS, move || answer(200, &[], &vec![b'x'; max + 1])).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge), "{error:?}");
    let endless = || raw(&[b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 100_000][..]].concat(), Then::Hang);
    let error = ask(LIMITS, endless).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge), "{error:?}");
    let none = Limits { max_bytes: 0, ..LIMITS };
    assert_eq!(ask(none, || answer(200, &[], b"")).await.unwrap().body, b"");
    assert!(matches!(ask(none, || answer(200, &[], b"x")).await, Err(Error::TooLarge)));
}

#[tokio::test]
async fn a_compressed_body_counts_unpacked() {
    assert_eq!(ask(LIMITS, || gzip(b"{\"keys\":[]}")).await.unwrap().body, b"{\"keys\":[]}");
    let bomb = || gzip(&vec![0; 8 * 1024 * 1024]);
    assert!(bomb().bytes.len() < LIMITS.max_bytes);
    let error = ask(LIMITS, bomb).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge), "{error:?}");
    let error = ask(LIMITS, || answer(200, &["Content-Encoding: gzip"], b"not gzip")).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
}

#[tokio::test]
async fn t067_one_deadline_covers_every_way_of_being_slow() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n";
    for (bytes, then) in [
        (&b""[..], Then::Hang),
        (b"HTTP/1.1 200 OK\r\nX", Then::Drip),
        (head, Then::Hang),
        (head, Then::Drip),
    ] {
        let error = ask(SHORT, move || raw(bytes, then)).await.unwrap_err();
        assert!(matches!(error, Error::TimedOut), "{error:?}");
    }
}

#[tokio::test]
async fn t067_a_broken_answer_is_an_error() {
    for bytes in [
        &b""[..],
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    ] {
        let error = ask(LIMITS, move || raw(bytes, Then::Close)).await.unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{error:?}");
    }
}

#[tokio::test]
async fn t087_a_closed_port_reads_like_a_silent_one_and_like_one_that_is_no_web_server() {
    let server = Server::start(|_| raw(b"SSH-2.0-OpenSSH_9.6\r\n", Then::Close)).await;
    let outbound = client_for(&["here.example"]);
    let error = async |url: String| get(&outbound, &url, SHORT).await.unwrap_err();
    let no_server = error("http://here.example:1/?key=s3cret".into()).await;
    let no_http = error(format!("http://here.example:{}/?key=s3cret", server.port)).await;
    let no_tls = error(format!("https://here.example:{}/?key=s3cret", server.port)).await;
    let silent = ask(SHORT, || raw(b"", Then::Hang)).await.unwrap_err();
    assert!(matches!(no_server, Error::Connect(_)), "{no_server:?}");
    assert!(matches!(no_http, Error::Transport(_)), "{no_http:?}");
    for error in [no_http, no_tls, silent] {
        assert_eq!(error.to_string(), no_server.to_string());
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
    assert!(!format!("{no_server:?}").contains("s3cret"));
}
