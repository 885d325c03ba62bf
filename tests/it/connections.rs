//! What one client may do with its connections, and what others see of it.

mod deadlines;
mod heads;
mod memory;
mod places;

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http2;
use hyper::{Method, Request};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::support::{Client, TestApp, create_thread, user_message};

/// Before this a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to the server, on which a test says what it likes.
struct Wire(TcpStream);

impl Wire {
    async fn connect(app: &TestApp) -> Self {
        Self(TcpStream::connect(address(app)).await.unwrap())
    }

    async fn saying(app: &TestApp, text: impl AsRef<[u8]>) -> Self {
        let mut wire = Self::connect(app).await;
        wire.say(text).await;
        wire
    }

    async fn say(&mut self, text: impl AsRef<[u8]>) {
        self.0.write_all(text.as_ref()).await.unwrap();
    }

    /// All that the server says until it closes the connection.
    async fn rest(&mut self) -> Vec<u8> {
        let mut said = Vec::new();
        // A reset is an end, too.
        let read = tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut said)).await;
        let _end = read.expect("the server closes the connection");
        said
    }

    /// What the server says first, up to the end of a JSON body.
    async fn answer(&mut self) -> String {
        let mut said = Vec::new();
        let read = async {
            while !said.ends_with(b"}") {
                assert!(self.0.read_buf(&mut said).await.unwrap() > 0, "an end after {said:?}");
            }
        };
        tokio::time::timeout(PATIENCE, read).await.expect("an answer");
        String::from_utf8(said).unwrap()
    }
}

fn address(app: &TestApp) -> &str {
    app.url.strip_prefix("http://").unwrap()
}

/// One connection of HTTP/2, whose windows are as wide as the protocol has them at first: 64 KiB.
struct Streams {
    sender: http2::SendRequest<Full<Bytes>>,
    connection: JoinHandle<hyper::Result<()>>,
}

impl Streams {
    async fn connect(app: &TestApp) -> Self {
        let stream = TokioIo::new(TcpStream::connect(address(app)).await.unwrap());
        let (sender, connection) =
            // The connection is wide, so that only streams can be left unread.
            http2::Builder::new(TokioExecutor::new())
                .initial_stream_window_size(65_535)
                .initial_connection_window_size(1 << 30)
                .handshake(stream)
                .await
                .unwrap();
        Self { sender, connection: tokio::spawn(connection) }
    }

    /// Asks, and has the head of the answer; its body is read by nobody.
    async fn get(
        &mut self,
        client: &Client,
        app: &TestApp,
        path: &str,
    ) -> hyper::Response<hyper::body::Incoming> {
        let mut request = Request::builder().method(Method::GET).uri(format!("{}{path}", app.url));
        for line in client.head().lines() {
            let (name, value) = line.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        self.sender.ready().await.unwrap();
        let answer = self.sender.send_request(request.body(Full::default()).unwrap());
        tokio::time::timeout(PATIENCE, answer).await.expect("an answer").unwrap()
    }
}

/// A thread with so many messages of so many characters; returns the path of its list.
async fn thread_with(client: &Client, messages: usize, length: usize) -> String {
    let list = format!("/v1/threads/{}/messages", create_thread(client).await);
    for _ in 0..messages {
        client.post(&list, &user_message(None, &"x".repeat(length))).await.expect(201);
    }
    list
}

/// A request without a body, as a client with a credential sends it that asks once.
fn get(client: &Client, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{}\r\n", client.head())
}
