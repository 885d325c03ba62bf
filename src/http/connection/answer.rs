//! The body of an answer on its way to its reader.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::watch::{OnItsWay, Unsent};

/// The most bytes of a frame on HTTP/2, as the protocol has it at first. The smaller it is, the slower a reader may be
/// that takes bytes all the time.
const FRAME: usize = 16 * 1024;

/// An answer's body. On HTTP/1 the socket tells when nobody reads it. On HTTP/2 a reader can leave single streams
/// unread, so there the body goes out in small frames, each of which is watched until it is sent.
pub struct AnswerBody {
    inner: Body,
    /// What is left of a part that was larger than a frame.
    rest: Bytes,
    request: OnItsWay,
}

impl AnswerBody {
    /// Wraps the answer to a request.
    pub fn new(inner: Body, request: OnItsWay) -> Self {
        Self { inner, rest: Bytes::new(), request }
    }

    fn next_frame(&mut self) -> Frame<Bytes> {
        let bytes = self.rest.split_to(self.rest.len().min(FRAME));
        let unsent = self.request.connection().begin_frame();
        Frame::data(Bytes::from_owner(WatchedFrame { bytes, _unsent: unsent }))
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(self.next_frame())));
        }
        let polled = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if !self.request.connection().is_http2() {
            return Poll::Ready(polled);
        }
        Poll::Ready(match polled {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) if data.is_empty() => Some(Ok(Frame::data(data))),
                Ok(data) => {
                    self.rest = data;
                    Some(Ok(self.next_frame()))
                }
                Err(trailers) => Some(Ok(trailers)),
            },
            ended => ended,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (inner, rest) = (self.inner.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + rest);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

/// Bytes that are let go when they have been sent.
struct WatchedFrame {
    bytes: Bytes,
    _unsent: Unsent,
}

impl AsRef<[u8]> for WatchedFrame {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::BodyExt;

    use super::super::watch::{Ticks, Watch};
    use super::*;

    fn answer(text: &[u8], is_http2: bool) -> AnswerBody {
        let watch = Arc::new(Watch::new(Ticks::default()));
        if is_http2 {
            watch.note_http2();
        }
        AnswerBody::new(Body::from(text.to_vec()), watch.begin_request())
    }

    async fn frames(mut answer: AnswerBody, whole: usize) -> Vec<usize> {
        let mut lengths = Vec::new();
        while let Some(frame) = answer.frame().await {
            lengths.push(frame.unwrap().into_data().unwrap().len());
            let left = whole - lengths.iter().sum::<usize>();
            assert_eq!(answer.size_hint().exact(), Some(left as u64));
            assert_eq!(answer.is_end_stream(), left == 0);
        }
        lengths
    }

    #[tokio::test]
    async fn frames_of_http2_are_small() {
        let text = vec![b'x'; 2 * FRAME + 1];
        assert_eq!(frames(answer(&text, true), text.len()).await, [FRAME, FRAME, 1]);
        assert_eq!(frames(answer(&text, false), text.len()).await, [text.len()]);
        assert_eq!(frames(answer(b"", true), 0).await, [0_usize; 0]);
    }
}
