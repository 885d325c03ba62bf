//! Just enough HTTP/1.1 for a keep-alive client that trusts its server.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use httparse::{EMPTY_HEADER, Status, parse_chunk_size};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const MAX_HEADERS: usize = 32;
const BUFFER_BYTES: usize = 256 << 10;

/// A connection that carries one request at a time.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// An answer, borrowed until the next request. A chunked body still has its chunks' sizes in it.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

struct Head {
    status: u16,
    length: usize,
    body: Body,
}

enum Body {
    Sized(usize),
    Chunked,
}

impl Connection {
    pub(crate) async fn open(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER_BYTES], filled: 0 })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let head = loop {
            self.read().await?;
            if let Some(head) = parse_head(&self.buffer[..self.filled])? {
                break head;
            }
        };
        let end = match head.body {
            Body::Sized(length) => {
                let end = head.length + length;
                while self.filled < end {
                    self.read().await?;
                }
                end
            }
            Body::Chunked => self.read_chunks(head.length).await?,
        };
        Ok(Answer { status: head.status, body: &self.buffer[head.length..end] })
    }

    async fn read(&mut self) -> Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        let count = self.stream.read(&mut self.buffer[self.filled..]).await?;
        if count == 0 {
            bail!("the server closed the connection");
        }
        self.filled += count;
        Ok(())
    }

    async fn read_chunks(&mut self, start: usize) -> Result<usize> {
        let mut at = start;
        loop {
            match parse_chunk_size(&self.buffer[at..self.filled]).ok().context("a chunk without a size")? {
                Status::Partial => self.read().await?,
                Status::Complete((prefix, size)) => {
                    let end = at + prefix + usize::try_from(size)? + b"\r\n".len();
                    while self.filled < end {
                        self.read().await?;
                    }
                    if size == 0 {
                        return Ok(end);
                    }
                    at = end;
                }
            }
        }
    }
}

fn parse_head(bytes: &[u8]) -> Result<Option<Head>> {
    let mut headers = [EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let Status::Complete(length) = response.parse(bytes)? else {
        return Ok(None);
    };
    let status = response.code.context("an answer without a status")?;
    let named = |name: &str| response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    let body = match named("content-length") {
        Some(header) => Body::Sized(str::from_utf8(header.value)?.parse()?),
        None if named("transfer-encoding").is_some() => Body::Chunked,
        None => Body::Sized(0),
    };
    Ok(Some(Head { status, length, body }))
}
