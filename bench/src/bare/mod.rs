//! The bare server: the yardstick.
//!
//! What the measured requests cost when a server does their work and nothing else: the token is
//! checked, the same rows are read and written with the same durability, the same bytes go out.
//! No logs, no CORS, no limits, and no validation beyond parsing what a query needs. It works on a
//! database that Threadkeep made, so schema and indexes are the same ones.

mod caller;
mod mint;
mod postgres;
mod refusal;
mod routes;
mod sqlite;
mod store;
mod token;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use self::mint::Minter;
use self::store::Store;
use self::token::Tokens;
use crate::database::Database;

/// What every handler works with.
struct App {
    store: Store,
    tokens: Tokens,
    minter: Minter,
}

/// Serves until SIGTERM.
pub(crate) async fn serve(database: Database, listen: SocketAddr) -> Result<()> {
    let store = Store::open(database).await?;
    let directory = store.directory().await?;
    let minter = Minter::new(&directory)?;
    let tokens = Tokens::new(&directory.signing_keys, minter.public_key())?;
    let app = Arc::new(App { store, tokens, minter });

    let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    // Without it every answer to a keep-alive client could wait for a delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let mut terminate = signal(SignalKind::terminate())?;
    axum::serve(listener, routes::router(app))
        .with_graceful_shutdown(async move {
            terminate.recv().await;
        })
        .await?;
    Ok(())
}
