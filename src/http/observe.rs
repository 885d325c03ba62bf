//! Around every request: an id, CORS, the exchanged token, and one log line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::cors::Asking;
use super::error::Failure;
use super::server::OriginalPath;
use crate::app::App;
use crate::auth::exchange::Exchange;
use crate::error::Error;
use crate::id::push_base62;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Numbers the requests of this process behind a random start, so that ids of two processes differ.
struct RequestIds(AtomicU64);

/// What the middleware needs.
pub struct Observer {
    app: App,
    ids: RequestIds,
}

impl Observer {
    /// Starts counting requests.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(app: App) -> Result<Self, Error> {
        Ok(Self { ids: RequestIds::new(&app)?, app })
    }
}

impl RequestIds {
    fn new(app: &App) -> Result<Self, Error> {
        Ok(Self(AtomicU64::new(u64::from_le_bytes(app.ids().bytes()?))))
    }

    fn next(&self) -> String {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let mut id = String::with_capacity(11);
        push_base62(&mut id, number.into(), 11);
        id
    }
}

/// The middleware.
pub async fn observe(State(observer): State<Arc<Observer>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let asking = Asking::read(&observer.app, &request).await;
    let exchange = Exchange::default();
    request.extensions_mut().insert(exchange.clone());
    let asked = Asked::of(&request);
    let mut response = match asked.method {
        Method::OPTIONS => asking.preflight(request.headers()),
        _ => next.run(request).await,
    };
    asking.allow(&mut response);
    if let Some(token) = exchange.offered() {
        response.headers_mut().insert(AUTHORIZATION, token);
        // Whatever else the route says: a credential belongs in no cache.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    let id = observer.ids.next();
    log(&asked, &response, started, &id);
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// What the log says of a request: no header, body or query string.
struct Asked {
    method: Method,
    route: Option<MatchedPath>,
    path: Option<String>,
}

impl Asked {
    /// The route is the template. The path itself is told only where no route fits it: the operator has to see
    /// what a client asks for that has a wrong base URL.
    fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().cloned();
        let path = route.is_none().then(|| {
            let original = request.extensions().get::<OriginalPath>();
            printable(original.map_or(request.uri(), |OriginalPath(uri)| uri).path())
        });
        Self { method: request.method().clone(), route, path }
    }
}

/// The most characters of a path in the log.
const MAX_PATH: usize = 200;

/// The most characters of a segment: the ids that clients put into paths are shorter, and every secret is longer.
const MAX_SEGMENT: usize = 40;

/// What is left of a longer segment.
const SHOWN: usize = 12;

/// A path as the log may hold it: ASCII on one line, bounded, and with no more than the beginnings of what could
/// be a credential that somebody put there.
fn printable(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        let encoded = utf8_percent_encode(segment, CONTROLS).to_string();
        if encoded.len() > MAX_SEGMENT { format!("{}...", &encoded[..SHOWN]) } else { encoded }
    });
    let mut shown = segments.collect::<Vec<_>>().join("/");
    if shown.len() > MAX_PATH {
        shown.truncate(MAX_PATH);
        shown.push_str("...");
    }
    shown
}

fn log(asked: &Asked, response: &Response, started: Instant, id: &str) {
    let Asked { method, route, path } = asked;
    let (route, path) = (route.as_ref().map_or("-", MatchedPath::as_str), path.as_deref());
    let status = response.status();
    let duration_ms = started.elapsed().as_micros() as f64 / 1000.0;
    let failure = response.extensions().get::<Failure>().map(|Failure(error)| error);
    match failure {
        Some(error) if status.is_server_error() => {
            let cause = causes(error);
            tracing::error!(%method, route, path, status = status.as_u16(), duration_ms, request.id = id, cause, "request");
        }
        Some(error) => {
            tracing::info!(%method, route, path, status = status.as_u16(), duration_ms, request.id = id, error = error.code(), "request");
        }
        None => {
            tracing::info!(%method, route, path, status = status.as_u16(), duration_ms, request.id = id, "request");
        }
    }
}

fn causes(error: &Error) -> String {
    let mut text = error.code().to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_the_log_is_short_and_obeys_no_terminal() {
        assert_eq!(
            printable("/v2/threads/thread_0Wd8Qm2ZrT5yKc7LxB1nVh3P"),
            "/v2/threads/thread_0Wd8Qm2ZrT5yKc7LxB1nVh3P"
        );
        assert_eq!(printable("/a%0Ab/%1b[31m/\u{202e}é"), "/a%0Ab/%1b[31m/%E2%80%AE%C3%A9");
        let long = printable(&"/abc".repeat(10_000));
        assert!(long.len() <= MAX_PATH + 3 && long.starts_with("/abc/abc"), "{long}");
    }

    #[test]
    fn no_secret_comes_through_a_path() {
        let secret = "a".repeat(43);
        for path in [
            format!("/v1/sk_aui_proj_0ltyjcuaxpv1_0{secret}"),
            format!("/v1/refresh_0{secret}"),
            format!("/v1/{secret}"),
            format!("/eyJhbGciOiJFZERTQSJ9.{secret}.{secret}/v1"),
            format!("/{}", "é".repeat(43)),
        ] {
            let shown = printable(&path);
            assert!(shown.len() < 24, "{shown}");
        }
    }
}
