//! Servers on this machine, which answer with whatever bytes a test wants, and a resolver that leads to
//! them.

use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::Resolve;

/// Bytes, and what comes after them.
pub(super) struct Reply {
    pub(super) bytes: Vec<u8>,
    pub(super) then: Then,
}

#[derive(Clone, Copy)]
pub(super) enum Then {
    Close,
    Hang,
    /// A byte every now and then, for ever.
    Drip,
}

/// A whole answer with these header lines.
pub(super) fn answer(status: u16, headers: &[&str], body: &[u8]) -> Reply {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let head = format!(
        "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    raw(&[head.as_bytes(), body].concat(), Then::Close)
}

pub(super) fn raw(bytes: &[u8], then: Then) -> Reply {
    Reply { bytes: bytes.to_vec(), then }
}

pub(super) fn redirect(status: u16, location: &str) -> Reply {
    answer(status, &[&format!("Location: {location}")], b"")
}

/// Accepts connections until the test ends.
pub(super) struct Server {
    pub(super) port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each path, which comes with its query, as `reply` says.
    pub(super) async fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(None, reply).await
    }

    pub(super) async fn listen(
        tls: Option<TlsAcceptor>,
        reply: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, requests, reply) = (Arc::default(), Arc::default(), Arc::new(reply));
        let server = Self { port, connections: Arc::clone(&connections), requests: Arc::clone(&requests) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                let (tls, requests, reply) = (tls.clone(), Arc::clone(&requests), Arc::clone(&reply));
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, &requests, &*reply).await,
                        Some(tls) => serve(tls.accept(stream).await?, &requests, &*reply).await,
                    }
                });
            }
        });
        server
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// The heads of all requests, in order.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    requests: &Mutex<Vec<String>>,
    reply: &(dyn Fn(&str) -> Reply + Send + Sync),
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let reply = reply(head.split(' ').nth(1).unwrap_or_default());
    requests.lock().unwrap().push(head);
    stream.write_all(&reply.bytes).await?;
    stream.flush().await?;
    match reply.then {
        Then::Close => stream.shutdown().await,
        Then::Hang => std::future::pending().await,
        Then::Drip => loop {
            stream.write_all(b"x").await?;
            stream.flush().await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        },
    }
}

/// Answers by name and by how often it was asked before.
pub(super) struct Names {
    answer: fn(&str, usize) -> Vec<&'static str>,
    asked: Arc<AtomicUsize>,
}

impl Names {
    pub(super) fn new(answer: fn(&str, usize) -> Vec<&'static str>) -> Self {
        Self { answer, asked: Arc::default() }
    }

    /// Every name is this machine.
    pub(super) fn here() -> Self {
        Self::new(|_, _| vec!["127.0.0.1"])
    }

    pub(super) fn asked(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.asked)
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let texts = (self.answer)(host, self.asked.fetch_add(1, Ordering::Relaxed));
        let addresses: Vec<IpAddr> = texts.iter().map(|text| text.parse().unwrap()).collect();
        let found = if addresses.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(addresses) };
        std::future::ready(found).boxed()
    }
}
