//! The work on the database, whichever engine does it.

use std::sync::Arc;

use anyhow::Result;

use super::token::Identity;
use super::{postgres, sqlite};
use crate::database::Database;

/// The public half of a project's signing key.
#[derive(Clone)]
pub(super) struct SigningKey {
    pub(super) id: String,
    pub(super) public_key: Vec<u8>,
}

/// An API key, known by hash.
#[derive(Clone)]
pub(super) struct ApiKey {
    pub(super) project: String,
    pub(super) hash: [u8; 32],
    pub(super) expires_at: Option<i64>,
}

/// Who is let in: read once at the start.
pub(super) struct Directory {
    pub(super) default_project: String,
    pub(super) signing_keys: Vec<SigningKey>,
    pub(super) api_keys: Vec<ApiKey>,
}

/// A message to append.
pub(super) struct NewMessage {
    pub(super) caller: Arc<Identity>,
    pub(super) thread_id: String,
    pub(super) message_id: String,
    pub(super) parent_id: Option<String>,
    pub(super) format: String,
    pub(super) content: String,
    pub(super) now: i64,
}

/// What became of it.
#[derive(Clone, Copy)]
pub(super) enum Appended {
    Done,
    NoThread,
    NoParent,
}

/// An anonymous visitor's refresh token.
pub(super) struct NewAnonymous {
    pub(super) project: String,
    pub(super) hash: [u8; 32],
    pub(super) user: String,
    pub(super) created_at: i64,
    pub(super) expires_at: i64,
}

/// The SQL that both engines take as it is.
pub(super) mod sql {
    pub(in crate::bare) const DEFAULT_PROJECT: &str = "SELECT default_project_id FROM instance";
    pub(in crate::bare) const SIGNING_KEYS: &str = "SELECT id, public_key FROM signing_keys";
    pub(in crate::bare) const API_KEYS: &str = "SELECT project_id, hash, expires_at FROM api_keys";
}

/// One of the two engines.
pub(super) enum Store {
    Sqlite(sqlite::Store),
    Postgres(postgres::Store),
}

impl Store {
    pub(super) async fn open(database: Database) -> Result<Self> {
        match database {
            Database::Sqlite(file) => sqlite::Store::open(&file).map(Self::Sqlite),
            Database::Postgres(url) => postgres::Store::open(&url).await.map(Self::Postgres),
        }
    }

    pub(super) async fn directory(&self) -> Result<Directory> {
        match self {
            Self::Sqlite(store) => store.directory(),
            Self::Postgres(store) => store.directory().await,
        }
    }

    /// Answers when the message is durable.
    pub(super) async fn append_message(&self, message: NewMessage) -> Result<Appended> {
        match self {
            Self::Sqlite(store) => store.append_message(message).await,
            Self::Postgres(store) => store.append_message(&message).await,
        }
    }

    /// False where the project does not let anonymous visitors in.
    pub(super) async fn create_anonymous(&self, token: NewAnonymous) -> Result<bool> {
        match self {
            Self::Sqlite(store) => store.create_anonymous(token).await,
            Self::Postgres(store) => store.create_anonymous(&token).await,
        }
    }

    /// The body of a thread list.
    pub(super) async fn list_threads(&self, caller: &Identity, limit: i64) -> Result<Vec<u8>> {
        match self {
            Self::Sqlite(store) => store.list_threads(caller, limit),
            Self::Postgres(store) => store.list_threads(caller, limit).await,
        }
    }

    /// The body of a conversation.
    pub(super) async fn list_messages(
        &self,
        caller: &Identity,
        thread_id: &str,
        limit: i64,
    ) -> Result<Vec<u8>> {
        match self {
            Self::Sqlite(store) => store.list_messages(caller, thread_id, limit),
            Self::Postgres(store) => store.list_messages(caller, thread_id, limit).await,
        }
    }
}
