//! One database layer over two engines, SQLite and PostgreSQL.
//!
//! A query is an `async fn` over [`Conn`], written once in the SQL both engines speak, with `?1, ?2`
//! placeholders. On SQLite its future is ready at the first poll, because the driver is called in
//! place; on PostgreSQL it awaits the socket. So there is no second implementation to drift.
//!
//! [`Store`] offers three verbs, which mean the same on both engines:
//!
//! - [`Store::read`]: one statement.
//! - [`Store::snapshot`]: several statements that see one moment of the database.
//! - [`Store::write`]: a transaction, answered only when it is durable.
//!
//! # Rules that keep one dialect honest
//!
//! 1. Types: `TEXT`, `BIGINT`, `BOOLEAN`, `DOUBLE PRECISION`, `BYTEA`; time as `BIGINT`; JSON as `TEXT`.
//! 2. Text compares by bytes on both engines (the migration runner adds `COLLATE "C"` on PostgreSQL).
//! 3. After a failed statement a transaction is dead: [`Conn`] refuses any further one.
//! 4. Lock by writing: a write that depends on a row starts with the `UPDATE … RETURNING` of it.
//! 5. An operation awaits the database and nothing else.
//! 6. A cancelled PostgreSQL write rolls back; run it where it cannot be cancelled half-way.
//! 7. Migrations only go forward; see [`Migration`].
//! 8. Nothing outlives its transaction: no settings, locks, cursors or temporary tables of a connection, and
//!    no `LISTEN`. PostgreSQL may be behind a pooler that gives each transaction another connection.
//! 9. Full-text search is the one thing that has two dialects: [`text_search!`] fills them in.
//!
//! This crate knows nothing of our domain: what tables there are is its caller's business.

mod conn;
mod dialect;
mod error;
mod migrate;
mod patience;
mod postgres;
mod row;
mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod turns;

pub use conn::{Conn, Sql};
pub use dialect::text_search::{Phrase, TextDocument, TextQuery};
pub use error::{Error, Result};
pub use migrate::Migration;
pub use patience::{Gone, Patience};
pub use postgres::{Keeps, LibpqEnvironment, Outlook, Pooler, Protection, mask_connection_string};
pub use row::{Column, Param, Row};
pub use sqlite::{MAX_READS, SqliteOptions};
pub use store::{Engine, Options, PostgresOptions, Store};
pub use turns::Party;

/// What the macros of this crate expand to; not for direct use.
#[doc(hidden)]
pub mod driver {
    pub use rusqlite;
    pub use tokio_postgres;
}
