//! A server of key sets on this machine that answers as it is told, and counts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Says more of the body than comes before it hangs or hangs up.
    missing: usize,
    hangs: bool,
}

impl Reply {
    /// 200 with JSON.
    pub fn json(body: &Value) -> Self {
        Self::text(200, &body.to_string()).with("content-type", "application/json")
    }

    /// Any status with any text.
    pub fn text(status: u16, body: &str) -> Self {
        let body = body.as_bytes().to_vec();
        Self { status, headers: Vec::new(), body, missing: 0, hangs: false }
    }

    /// A redirect.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::text(status, "").with("location", to)
    }

    /// With one more header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a body of any bytes.
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// The last byte never comes, and the connection stays.
    pub fn hanging(mut self) -> Self {
        (self.missing, self.hangs) = (1, true);
        self
    }

    /// The connection ends before the body does.
    pub fn cut_off(mut self) -> Self {
        self.missing = 1;
        self
    }
}

/// The server.
pub struct KeyServer {
    /// Where it listens, without slash at the end.
    pub url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    replies: Mutex<HashMap<String, Reply>>,
    asked: Mutex<Vec<String>>,
    is_open: watch::Sender<bool>,
}

impl KeyServer {
    /// Starts a server that knows nothing.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            replies: Mutex::default(),
            asked: Mutex::default(),
            is_open: watch::Sender::new(true),
        });
        let serving = tokio::spawn(accept(listener, shared.clone()));
        Self { url, shared, serving }
    }

    /// Says what is at a path from now on.
    pub fn put(&self, path: &str, reply: Reply) {
        self.shared.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// Puts a key set at a path; returns its URL.
    pub fn put_keys(&self, path: &str, jwks: &[Value]) -> String {
        self.put(path, Reply::json(&super::issuer::key_set(jwks)));
        self.at(path)
    }

    /// The URL of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.shared.asked.lock().unwrap().len()
    }

    /// How many requests came for a path.
    pub fn count_at(&self, path: &str) -> usize {
        self.shared.asked.lock().unwrap().iter().filter(|asked| *asked == path).count()
    }

    /// Lets requests wait until [`KeyServer::release`].
    pub fn hold(&self) {
        self.shared.is_open.send_replace(false);
    }

    /// Answers those that wait, and all that come.
    pub fn release(&self) {
        self.shared.is_open.send_replace(true);
    }

    /// Goes away: nobody listens any more.
    pub async fn stop(&mut self) {
        self.serving.abort();
        (&mut self.serving).await.unwrap_err();
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(answer(stream, shared.clone()));
    }
}

/// Reads one request and answers it. Whoever asks may hang up at any time.
async fn answer(mut stream: TcpStream, shared: Arc<Shared>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    shared.asked.lock().unwrap().push(path.clone());
    shared.is_open.subscribe().wait_for(|is_open| *is_open).await.ok()?;
    let reply = shared.replies.lock().unwrap().get(&path).cloned();
    let reply = reply.unwrap_or_else(|| Reply::text(404, "nothing here"));
    let length = reply.body.len() + reply.missing;
    let mut text = format!("HTTP/1.1 {} Scripted\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {length}\r\n\r\n"));
    stream.write_all(text.as_bytes()).await.ok()?;
    stream.write_all(&reply.body).await.ok()?;
    if reply.hangs {
        // Until the other side hangs up.
        stream.read_u8().await.ok();
    }
    stream.shutdown().await.ok()
}
