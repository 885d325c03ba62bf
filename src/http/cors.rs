//! What browsers of other origins may do (spec: README, section 9).

use std::collections::HashSet;

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::base::Base;
use crate::app::App;
use crate::auth::caller::named_project;
use crate::error::Result;
use crate::projects::origins;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, DELETE, OPTIONS");

/// Clients send `Aui-Sdk` with every call: without it in this list each of them fails.
const HEADERS: [&str; 7] = [
    "Authorization",
    "Content-Type",
    "Accept",
    "Aui-Sdk",
    "Aui-User-Id",
    "Aui-Workspace-Id",
    "Aui-User-Name",
];

/// Two hours: browsers keep no answer longer.
const KEEP: HeaderValue = HeaderValue::from_static("7200");

/// For an answer that was given without knowing the list.
const KEEP_NOT: HeaderValue = HeaderValue::from_static("0");

const ASKS_FOR_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOWS_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Authorization, Retry-After, X-Vercel-AI-Data-Stream, X-Vercel-AI-UI-Message-Stream",
);

/// What a project's list says of an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    Admitted,
    Refused,
    /// The list cannot be read, because the database is away.
    Unknown,
}

/// A request's `Origin` and whether the project of its base admits it.
pub struct Asking {
    origin: Option<HeaderValue>,
    admission: Admission,
}

impl Asking {
    /// Looks a request's origin up in the list of its base's project. A base without project admits all,
    /// as there is nothing behind it; and what is published for verifiers is for everyone.
    pub fn read<'a>(app: &'a App, request: &Request) -> impl Future<Output = Self> + Send + use<'a> {
        let origin = origin(request);
        let is_published = request.uri().path().starts_with("/.well-known/");
        let base = request.extensions().get::<Base>().filter(|_| !is_published).cloned();
        async move {
            let admission = match (&origin, base) {
                (Some(origin), Some(base)) => look_up(app, &base, origin).await,
                (Some(_), None) => Admission::Admitted,
                (None, _) => Admission::Refused,
            };
            Self { origin, admission }
        }
    }

    /// The answer to an `OPTIONS` request, whatever its path; to an origin that is not admitted it has
    /// nothing to say. While the list cannot be read the call itself is let through, so that the page
    /// learns what is wrong from its answer.
    pub fn preflight(&self, asked: &HeaderMap) -> Response {
        let max_age = match self.admission {
            Admission::Refused => return StatusCode::NO_CONTENT.into_response(),
            Admission::Admitted => KEEP,
            Admission::Unknown => KEEP_NOT,
        };
        let allowed = [
            (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (ACCESS_CONTROL_ALLOW_HEADERS, allowed_headers(asked)),
            (ACCESS_CONTROL_MAX_AGE, max_age),
        ];
        let mut response = (StatusCode::NO_CONTENT, allowed).into_response();
        if asked.get(ASKS_FOR_PRIVATE_NETWORK).is_some_and(|value| value == "true") {
            response.headers_mut().insert(ALLOWS_PRIVATE_NETWORK, HeaderValue::from_static("true"));
        }
        response
    }

    /// Lets the page read the response, if its origin is admitted. While the list cannot be read a page may
    /// read refusals and the answers to preflights, which tell nothing of the project.
    pub fn allow(self, response: &mut Response) {
        let Some(origin) = self.origin else { return };
        let status = response.status();
        let may_read = match self.admission {
            Admission::Admitted => true,
            Admission::Refused => false,
            Admission::Unknown => !status.is_success() || status == StatusCode::NO_CONTENT,
        };
        let headers = response.headers_mut();
        // Reflected, never `*`. Answers differ by it, whether it is admitted or not.
        if may_read {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        headers.insert(VARY, HeaderValue::from_static("Origin"));
    }
}

/// The middleware for the time in which no list can be read, and nothing be told that a list would keep
/// from anybody.
pub async fn allow_while_starting(request: Request, next: Next) -> Response {
    let origin = origin(&request);
    match *request.method() {
        Method::OPTIONS => {
            let asking = Asking { origin, admission: Admission::Unknown };
            let mut response = asking.preflight(request.headers());
            asking.allow(&mut response);
            response
        }
        _ => {
            let mut response = next.run(request).await;
            Asking { origin, admission: Admission::Admitted }.allow(&mut response);
            response
        }
    }
}

/// The `Origin` of a request for apps: to pages of other origins the dashboard and its API, which are at the
/// root, say nothing.
fn origin(request: &Request) -> Option<HeaderValue> {
    let path = request.uri().path();
    let is_at_root = request.extensions().get::<Base>().is_none_or(|base| *base == Base::Root);
    let is_for_operators = is_at_root && (path.starts_with("/api/") || path.starts_with("/dashboard"));
    request.headers().get(ORIGIN).filter(|_| !is_for_operators).cloned()
}

async fn look_up(app: &App, base: &Base, origin: &HeaderValue) -> Admission {
    match admits(app, base, origin).await {
        Ok(true) => Admission::Admitted,
        Ok(false) => Admission::Refused,
        Err(_) => Admission::Unknown,
    }
}

async fn admits(app: &App, base: &Base, origin: &HeaderValue) -> Result<bool> {
    let Some(project) = named_project(app, base).await? else { return Ok(true) };
    let known = app.directory().project(&project, app.clock().now()).await?;
    let origin = origin.to_str().unwrap_or_default();
    Ok(known.is_none_or(|project| origins::admits(&project.settings().allowed_origins, origin)))
}

/// Our own headers and every one that the page asks for: error trackers and tracers add theirs to each call.
/// No cookie counts on these routes, so no header gives a page more than its credential does.
fn allowed_headers(asked: &HeaderMap) -> HeaderValue {
    let values = asked.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
    let names = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let mut seen: HashSet<HeaderName> =
        HEADERS.iter().filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok()).collect();
    let mut all = HEADERS.join(", ");
    for name in names.filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok()) {
        if !seen.contains(&name) {
            all.push_str(", ");
            all.push_str(name.as_str());
            seen.insert(name);
        }
    }
    // Names of headers have no character that a value cannot hold.
    HeaderValue::try_from(all).unwrap_or(HeaderValue::from_static("Authorization"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str =
        "Authorization, Content-Type, Accept, Aui-Sdk, Aui-User-Id, Aui-Workspace-Id, Aui-User-Name";

    fn allowed(asked: &[&str]) -> String {
        let entry = |text: &&str| (ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_str(text).unwrap());
        let allowed = allowed_headers(&asked.iter().map(entry).collect());
        allowed.to_str().unwrap().to_owned()
    }

    #[test]
    fn every_header_that_is_asked_for_is_allowed_once() {
        assert_eq!(allowed(&[]), OURS);
        assert_eq!(allowed(&["authorization,content-type,AUI-SDK"]), OURS);
        assert_eq!(
            allowed(&["authorization, sentry-trace,baggage ,, Sentry-Trace", "traceparent"]),
            format!("{OURS}, sentry-trace, baggage, traceparent")
        );
        assert_eq!(allowed(&["x y", "a\tb", "x:1", "(x)"]), OURS, "no names of headers");
    }

    fn answered(admission: Admission, status: StatusCode) -> Option<HeaderValue> {
        let origin = Some(HeaderValue::from_static("https://app.example"));
        let mut response = status.into_response();
        Asking { origin, admission }.allow(&mut response);
        response.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).cloned()
    }

    #[test]
    fn while_the_list_cannot_be_read_a_page_learns_what_is_wrong_and_nothing_else() {
        for status in
            [StatusCode::SERVICE_UNAVAILABLE, StatusCode::UNAUTHORIZED, StatusCode::PAYLOAD_TOO_LARGE]
        {
            assert!(answered(Admission::Unknown, status).is_some(), "{status}");
            assert!(answered(Admission::Refused, status).is_none(), "{status}");
        }
        assert!(answered(Admission::Unknown, StatusCode::OK).is_none());
        assert!(answered(Admission::Admitted, StatusCode::OK).is_some());
        let asking = |admission| Asking { origin: None, admission }.preflight(&HeaderMap::new());
        let max_age = |admission| asking(admission).headers().get(ACCESS_CONTROL_MAX_AGE).cloned();
        assert_eq!(max_age(Admission::Unknown), Some(KEEP_NOT));
        assert_eq!(max_age(Admission::Admitted), Some(KEEP));
        assert_eq!(max_age(Admission::Refused), None);
    }

    #[test]
    fn many_names_cost_no_more_than_their_length() {
        let names: Vec<String> = (0..20_000).map(|number| format!("x{number}")).collect();
        assert_eq!(allowed(&[&names.join(","), &names.join(",")]).split(", ").count(), 7 + 20_000);
    }
}
