//! Around every request: an id, CORS, the exchanged token, and one log line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, ORIGIN};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::base::Base;
use super::cors::{self, Asking};
use super::error::Failure;
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
    let path = request.uri().path();
    // To pages of other origins the dashboard and its API say nothing.
    let is_for_apps = !path.starts_with("/api/") && !path.starts_with("/dashboard");
    let origin = request.headers().get(ORIGIN).filter(|_| is_for_apps).cloned();
    // What is published for verifiers is for everyone.
    let is_published = path.starts_with("/.well-known/");
    let asks_for = request.extensions().get::<Base>().filter(|_| origin.is_some() && !is_published);
    let base = asks_for.cloned();
    let asking = Asking::read(&observer.app, origin, base).await;
    let exchange = Exchange::default();
    request.extensions_mut().insert(exchange.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = match method {
        Method::OPTIONS => cors::preflight(asking.is_admitted()),
        _ => next.run(request).await,
    };
    asking.allow(&mut response);
    if let Some(token) = exchange.offered() {
        response.headers_mut().insert(AUTHORIZATION, token);
        // Whatever else the route says: a credential belongs in no cache.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    let id = observer.ids.next();
    log(&method, route.as_ref().map_or("-", MatchedPath::as_str), &response, started, &id);
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The route is the template, never the path, and no header or body is touched: ids of threads would do
/// no harm in a log, but tokens and texts have no way in here.
fn log(method: &Method, route: &str, response: &Response, started: Instant, id: &str) {
    let status = response.status();
    let duration_ms = started.elapsed().as_micros() as f64 / 1000.0;
    let failure = response.extensions().get::<Failure>().map(|Failure(error)| error);
    match failure {
        Some(error) if status.is_server_error() => {
            let cause = causes(error);
            tracing::error!(%method, route, status = status.as_u16(), duration_ms, request.id = id, cause, "request");
        }
        Some(error) => {
            tracing::info!(%method, route, status = status.as_u16(), duration_ms, request.id = id, error = error.code(), "request");
        }
        None => {
            tracing::info!(%method, route, status = status.as_u16(), duration_ms, request.id = id, "request");
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
