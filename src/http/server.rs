//! The socket: accepting, the limits of a connection, and the end.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Uri};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream};

use super::answering::Answering;
use super::base::Bases;
use super::connection::deadlines::Deadlines;
use super::connection::io::Watched;
use super::connection::places::{Place, Places};
use super::drain::Drained;
use super::host;
use crate::error::Result;

/// The most bytes of a request's head, and of an answer on HTTP/1 that wait beside the part that is being sent.
const MAX_HEAD: usize = 64 * 1024;

/// How often an HTTP/2 client is asked whether it is there.
const PING_INTERVAL: Duration = Duration::from_secs(75);

/// The most requests at a time on one connection of HTTP/2.
const MAX_STREAMS: u32 = 100;

/// The most bytes of a body that an HTTP/2 client sends before they are read.
const STREAM_WINDOW: u32 = 128 * 1024;

/// The same for all bodies of a connection.
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// The most bytes of an answer that an HTTP/2 stream is given before the socket takes them.
const SEND_BUFFER: usize = 64 * 1024;

/// The most streams of a connection that were reset, by either side, and are not forgotten yet.
const MAX_RESETS: usize = 64;

/// How long requests in flight may take to end after the signal to stop.
const DRAIN_TIME: Duration = Duration::from_secs(30);

/// Who is at the other end of the connection; a request's extension.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// What a request asked for before its base was found in it; an extension of requests where that is more than
/// what is left for routing.
#[derive(Clone, Debug)]
pub struct OriginalPath(pub Uri);

/// What answers: a few routes while the database is not there yet, then all of them.
pub struct Routers {
    starting: Router,
    ready: OnceLock<Router>,
}

impl Routers {
    /// With the router for the time of starting.
    pub fn new(starting: Router) -> Self {
        Self { starting, ready: OnceLock::new() }
    }

    /// Puts the whole service in place.
    pub fn set_ready(&self, router: Router) {
        // Starting ends once; a second end would change nothing.
        let _first = self.ready.set(router);
    }

    fn current(&self) -> Router {
        self.ready.get().unwrap_or(&self.starting).clone()
    }
}

/// What every connection needs.
pub struct Server {
    /// The addresses of the instance and its projects.
    pub bases: Bases,
    /// The most connections at a time.
    pub max_connections: usize,
    /// Networks of proxies, whose connections are many clients'.
    pub trusted_proxies: Vec<IpNet>,
    /// How long clients may take.
    pub deadlines: Deadlines,
    /// What answers.
    pub routers: Arc<Routers>,
}

/// Serves until `shutdown` is ready, then lets what is in flight end.
pub async fn serve(server: Server, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let server = Arc::new(server);
    let places = Places::new(server.max_connections, server.trusted_proxies.clone(), &server.deadlines);
    let looking_after = tokio::spawn(places.clone().look_after());
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        spawn_connection(server.clone(), stream, peer, place, &graceful);
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    looking_after.abort();
}

async fn accept(listener: &TcpListener, places: &Arc<Places>) -> Option<(TcpStream, SocketAddr, Place)> {
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, places.enter(peer.ip()).await?)),
        Err(error) => {
            // Out of file descriptors, most likely; at once again would only burn the processor.
            tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

fn spawn_connection(
    server: Arc<Server>,
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    graceful: &GracefulShutdown,
) {
    // Answers are small and written whole: waiting to fill a packet would only delay them.
    let _best_effort = stream.set_nodelay(true);
    let watch = place.watch().clone();
    let io = TokioIo::new(Watched::new(stream, watch.clone()));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let on_its_way = watch.begin_request();
        let request = request.map(|body| Body::new(Drained::new(body, &on_its_way)));
        match prepare(&server.bases, request, peer) {
            Ok(request) => Answering::start(server.routers.current(), request, on_its_way),
            Err(error) => Answering::refuse(error, on_its_way),
        }
    });
    let connection = graceful.watch(protocols().serve_connection(io, service).into_owned());
    place.spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = &*error as &dyn std::error::Error, "a connection broke off");
        }
    });
}

/// HTTP/1 and HTTP/2 with their limits. Deadlines are the [`Places`]'.
fn protocols() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(PING_INTERVAL))
        .max_header_list_size(MAX_HEAD as u32)
        .max_concurrent_streams(MAX_STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(MAX_RESETS)
        .max_local_error_reset_streams(MAX_RESETS);
    builder
}

/// Finds the request's base and leaves the rest of the path for routing.
///
/// # Errors
/// When the request names no host, or more than one.
fn prepare(bases: &Bases, mut request: Request<Body>, peer: SocketAddr) -> Result<Request<Body>> {
    let (base, rest) = {
        let (host, uri) = (host::of(&request)?, request.uri());
        let (base, path) = bases.resolve(host, uri.path());
        let rest = (path != uri.path()).then(|| match uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        });
        (base, rest)
    };
    if let Some(uri) = rest.and_then(|rest| rest.parse::<Uri>().ok()) {
        let original = std::mem::replace(request.uri_mut(), uri);
        request.extensions_mut().insert(OriginalPath(original));
    }
    request.extensions_mut().insert(base);
    request.extensions_mut().insert(Peer(peer));
    Ok(request)
}
