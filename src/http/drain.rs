//! Request bodies that nobody read to their end.
//!
//! A refusal is often decided before the body has arrived. If the connection broke off then, its sender
//! would see a broken pipe in place of the answer; so what is left is read and thrown away, within limits.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::connection::watch::OnItsWay;

/// The most bytes that are thrown away.
const MAX_DRAINED: usize = 64 * 1024 * 1024;

/// How long throwing away may take.
const DRAIN_TIME: Duration = Duration::from_secs(30);

/// A request's body, which is drained when it is dropped before its end. Until then the request is on its way, even
/// when it is answered.
pub struct Drained(Option<(Incoming, OnItsWay)>);

impl Drained {
    /// Wraps what arrives on a connection.
    pub fn new(body: Incoming, request: &OnItsWay) -> Self {
        // Most requests have no body, and most bodies are read; neither pays for the others.
        Self((!body.is_end_stream()).then(|| (body, request.clone())))
    }
}

impl Body for Drained {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some((body, _)) = self.0.as_mut() else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(|(body, _)| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map_or_else(|| SizeHint::with_exact(0), |(body, _)| body.size_hint())
    }
}

impl Drop for Drained {
    fn drop(&mut self) {
        if let Some((body, request)) = self.0.take().filter(|(body, _)| !body.is_end_stream()) {
            tokio::spawn(async move {
                let _drained_or_not = tokio::time::timeout(DRAIN_TIME, drain(body)).await;
                drop(request);
            });
        }
    }
}

async fn drain(mut body: Incoming) {
    let mut length = 0;
    while let Some(Ok(frame)) = body.frame().await {
        length += frame.data_ref().map_or(0, Bytes::len);
        if length > MAX_DRAINED {
            return;
        }
    }
}
