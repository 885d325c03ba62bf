//! A socket that tells what it waits for.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::watch::Watch;

/// What every connection of HTTP/2 begins with (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A stream of bytes that notes in its [`Watch`] what came and went.
pub struct Watched<S> {
    stream: S,
    watch: Arc<Watch>,
    greeting: Greeting,
}

/// What is known of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Greeting {
    /// So many bytes of the preface came.
    Open(usize),
    /// Which one it is.
    Known,
}

impl<S> Watched<S> {
    /// Wraps a stream of which nothing was read.
    pub fn new(stream: S, watch: Arc<Watch>) -> Self {
        Self { stream, watch, greeting: Greeting::Open(0) }
    }

    fn note_read(&mut self, bytes: &[u8]) {
        match self.greeting {
            Greeting::Known => self.watch.note_read(),
            Greeting::Open(matched) => self.greeting = self.greet(matched, bytes),
        }
    }

    fn greet(&self, matched: usize, bytes: &[u8]) -> Greeting {
        let rest = &PREFACE[matched..];
        if bytes.starts_with(rest) {
            self.watch.note_http2();
            return Greeting::Known;
        }
        if rest.starts_with(bytes) {
            return Greeting::Open(matched + bytes.len());
        }
        self.watch.note_http1();
        Greeting::Known
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let read = &buf.filled()[before..];
        if !read.is_empty() {
            self.note_read(read);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch.note_write(polled.is_pending());
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.watch.note_write(polled.is_pending());
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::super::watch::Ticks;
    use super::*;

    fn greeted(pieces: &[&[u8]]) -> (Greeting, bool) {
        let watch = Arc::new(Watch::new(Ticks::default()));
        let mut watched = Watched::new((), watch.clone());
        for piece in pieces {
            watched.note_read(piece);
        }
        (watched.greeting, watch.is_http2())
    }

    #[test]
    fn the_protocol_is_known_by_its_first_bytes() {
        assert_eq!(greeted(&[b"G"]), (Greeting::Known, false));
        assert_eq!(greeted(&[b"P"]), (Greeting::Open(1), false));
        assert_eq!(greeted(&[b"P", b"RI * H"]), (Greeting::Open(7), false));
        assert_eq!(greeted(&[b"P", b"OST / H"]), (Greeting::Known, false));
        assert_eq!(greeted(&[&PREFACE[..23]]), (Greeting::Open(23), false));
        assert_eq!(greeted(&[&PREFACE[..23], b"\n and more"]), (Greeting::Known, true));
        assert_eq!(greeted(&[&PREFACE[..23], b"x"]), (Greeting::Known, false));
    }
}
