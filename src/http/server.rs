//! The socket: accepting, the limits of a connection, and the end.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{Request, Uri};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answering::Answering;
use super::base::Bases;
use super::drain::Drained;

/// How long a client may take to send a request's head, or stay silent between two requests.
const HEAD_TIME: Duration = Duration::from_secs(75);

/// The most bytes of a request's head.
const MAX_HEAD: usize = 64 * 1024;

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
    /// What answers.
    pub routers: Arc<Routers>,
}

/// Serves until `shutdown` is ready, then lets what is in flight end.
pub async fn serve(server: Server, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let server = Arc::new(server);
    let places = Arc::new(Semaphore::new(server.max_connections));
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
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
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
    place: OwnedSemaphorePermit,
    graceful: &GracefulShutdown,
) {
    // Answers are small and written whole: waiting to fill a packet would only delay them.
    let _best_effort = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let request = prepare(&server.bases, request.map(|body| Body::new(Drained::new(body))), peer);
        Answering::start(server.routers.current(), request)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEAD as u32)
        .keep_alive_interval(Some(HEAD_TIME));
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = &*error as &dyn std::error::Error, "a connection broke off");
        }
        drop(place);
    });
}

/// Finds the request's base and leaves the rest of the path for routing.
fn prepare(bases: &Bases, mut request: Request<Body>, peer: SocketAddr) -> Request<Body> {
    let (base, rest) = {
        let uri = request.uri();
        let host = match uri.authority() {
            Some(authority) => Some(authority.as_str()),
            None => request.headers().get(HOST).and_then(|host| host.to_str().ok()),
        };
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
    request
}
