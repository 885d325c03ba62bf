use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio_postgres::Socket;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Tls;

type Rustls = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// How far TLS came on one connection, which the driver does not tell.
#[derive(Clone, Default)]
pub(in super::super) struct Handshake(Arc<AtomicU8>);

const DONE: u8 = 1;
const FAILED: u8 = 2;

impl Handshake {
    /// The connection is encrypted.
    pub(in super::super) fn is_done(&self) -> bool {
        self.0.load(Ordering::Relaxed) == DONE
    }

    /// The two sides did not agree on how to encrypt it.
    pub(in super::super) fn has_failed(&self) -> bool {
        self.0.load(Ordering::Relaxed) == FAILED
    }

    fn end<T, E>(&self, outcome: &Result<T, E>) {
        self.0.store(if outcome.is_ok() { DONE } else { FAILED }, Ordering::Relaxed);
    }
}

/// Makes one connection's TLS and notes how it went.
pub(in super::super) struct Connector {
    tls: Tls,
    handshake: Handshake,
}

impl Connector {
    pub(in super::super) fn new(tls: Tls, handshake: Handshake) -> Self {
        Self { tls, handshake }
    }
}

impl MakeTlsConnect<Socket> for Connector {
    type Stream = Stream;
    type TlsConnect = Connect;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Connect> {
        let made = self.tls.client_config().map_err(io::Error::other).and_then(|config| {
            let mut maker = MakeRustlsConnect::new(config);
            MakeTlsConnect::<Socket>::make_tls_connect(&mut maker, host).map_err(io::Error::other)
        });
        if made.is_err() {
            self.handshake.end(&made);
        }
        Ok(Connect { rustls: made?, handshake: self.handshake.clone() })
    }
}

pub(in super::super) struct Connect {
    rustls: Rustls,
    handshake: Handshake,
}

impl TlsConnect<Socket> for Connect {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let outcome = TlsConnect::<Socket>::connect(self.rustls, socket).await;
            self.handshake.end(&outcome);
            outcome
        })
    }
}
