//! A plain HTTP client for tests: it sends what it is told and hides nothing of the answer.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Someone who calls a server, with the headers of every call.
#[derive(Clone)]
pub struct Client {
    http: HyperClient<HttpConnector, Full<Bytes>>,
    base: String,
    headers: HeaderMap,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// What was asked, so that a failing assertion tells.
    #[expect(dead_code, reason = "printed with the rest of the answer")]
    pub request: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Client {
    /// A client without credential of the server at that URL, with which every path begins.
    pub fn new(base: impl Into<String>) -> Self {
        let http = HyperClient::builder(TokioExecutor::new()).build_http();
        Self { http, base: base.into(), headers: HeaderMap::new() }
    }

    /// The same client at another base.
    pub fn at(&self, base: impl Into<String>) -> Self {
        Self { base: base.into(), ..self.clone() }
    }

    /// The same client with one more header.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        self.with_bytes(name, value.as_bytes())
    }

    /// The same client with one more header, which may be of any bytes that a header can hold.
    pub fn with_bytes(&self, name: &'static str, value: &[u8]) -> Self {
        let mut client = self.clone();
        let value = HeaderValue::from_bytes(value).unwrap();
        client.headers.append(HeaderName::from_static(name), value);
        client
    }

    /// The same client without a header.
    pub fn without(&self, name: &'static str) -> Self {
        let mut client = self.clone();
        client.headers.remove(name);
        client
    }

    /// The same client with a credential.
    pub fn bearing(&self, credential: &str) -> Self {
        let mut client = self.clone();
        client.headers.insert(AUTHORIZATION, format!("Bearer {credential}").parse().unwrap());
        client
    }

    /// Its headers as they stand in a request that a test writes by hand.
    pub fn head(&self) -> String {
        let line =
            |(name, value): (&HeaderName, &HeaderValue)| format!("{name}: {}\r\n", value.to_str().unwrap());
        self.headers.iter().map(line).collect()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Bytes::new()).await
    }

    /// Posts nothing, under the JSON content type that every published client sends.
    pub async fn post_empty(&self, path: &str) -> Answer {
        self.send(Method::POST, path, Bytes::new()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body.to_string().into()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, body.to_string().into()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Bytes::new()).await
    }

    pub async fn delete_with(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::DELETE, path, body.to_string().into()).await
    }

    /// Sends any bytes.
    pub async fn send(&self, method: Method, path: &str, body: Bytes) -> Answer {
        self.try_send(method, path, body).await.expect("the server answers")
    }

    /// Sends any bytes to a server that may be gone.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let sent = &body[..body.len().min(200)];
        let asked = format!("{method} {}{path} {}", self.base, String::from_utf8_lossy(sent));
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let headers = request.headers_mut().expect("a request that can be built");
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.headers.clone());
        let response = self.http.request(request.body(Full::new(body))?).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { request: asked, status: parts.status, headers: parts.headers, body })
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("a JSON body: {self:?}"))
    }

    /// The JSON body of an answer that must have this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self.json()
    }

    /// Asserts a refusal with this status and `error` text, in the form that every error has.
    #[track_caller]
    pub fn refused(&self, status: u16, error: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{error}: {self:?}");
        let body = self.json();
        assert_eq!(body["error"], error, "{self:?}");
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        assert!(self.header("authorization").is_none(), "a refusal carries no token");
        body
    }

    /// Asserts a schema refusal whose first issue is about this path.
    #[track_caller]
    pub fn invalid(&self, path: &[&str]) -> Value {
        let body = self.refused(400, "Schema validation error");
        let issue = &body["details"][0];
        assert_eq!(issue["path"], serde_json::json!(path), "{body}");
        assert_eq!(body["message"], issue["message"], "{body}");
        assert!(issue["code"].as_str().is_some_and(|code| !code.is_empty()), "{body}");
        body
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a readable header"))
    }
}
