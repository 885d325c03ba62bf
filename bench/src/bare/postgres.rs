//! PostgreSQL: a pool, prepared statements, two statements for an append.

use anyhow::{Context as _, Result};
use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod};
use futures_util::future::try_join;
use tokio_postgres::NoTls;
use tokio_postgres::types::ToSql;

use super::store::{ApiKey, Appended, Directory, NewAnonymous, NewMessage, SigningKey, sql};
use super::token::Identity;
use super::wire::{List, MessageRow, ThreadRow};

const CONNECTIONS: usize = 16;

const LIST_THREADS: &str = "SELECT id, title, external_id, metadata, is_archived, last_message_at, created_at, \
     updated_at FROM threads WHERE project_id = $1 AND workspace_id = $2 AND is_archived = FALSE \
     ORDER BY last_message_at DESC, id DESC LIMIT $3";

const LIST_MESSAGES: &str = "SELECT id, parent_id, external_id, height, format, content, created_at, updated_at \
     FROM messages WHERE project_id = $1 AND thread_id = $2 AND EXISTS \
     (SELECT 1 FROM threads WHERE project_id = $1 AND id = $2 AND workspace_id = $3) \
     ORDER BY height DESC, created_at DESC, id DESC LIMIT $4";

const TOUCH_THREAD: &str = "UPDATE threads SET last_message_at = greatest(last_message_at, $4), updated_by = $5, \
     updated_at = $4 WHERE project_id = $1 AND id = $2 AND workspace_id = $3 RETURNING id";

const INSERT_ROOT: &str = "INSERT INTO messages (project_id, thread_id, id, parent_id, height, format, content, \
     created_by, updated_by, created_at, updated_at, is_guests) VALUES ($1, $2, $3, NULL, 0, $4, $5, $6, $6, $7, $7, \
     (SELECT created_by <> $6 FROM threads WHERE project_id = $1 AND id = $2))";

const INSERT_CHILD: &str = "INSERT INTO messages (project_id, thread_id, id, parent_id, height, format, content, \
     created_by, updated_by, created_at, updated_at, is_guests) \
     SELECT $1, $2, $3, parent.id, parent.height + 1, $4, $5, $6, $6, CAST($7 AS BIGINT), CAST($7 AS BIGINT), \
     (SELECT created_by <> $6 FROM threads WHERE project_id = $1 AND id = $2) \
     FROM messages AS parent WHERE parent.project_id = $1 AND parent.thread_id = $2 AND parent.id = $8";

const INSERT_ANONYMOUS: &str = "INSERT INTO anonymous_tokens (project_id, hash, user_id, created_at, expires_at) \
     SELECT id, CAST($2 AS BYTEA), $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT) FROM projects WHERE id = $1 AND anonymous_access";

type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A pool of connections.
pub(super) struct Store {
    pool: Pool,
}

impl Store {
    pub(super) async fn open(url: &str) -> Result<Self> {
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(url.parse()?, NoTls, config);
        let pool = Pool::builder(manager).max_size(CONNECTIONS).build()?;
        let store = Self { pool };
        drop(store.client().await.context("connecting to PostgreSQL")?);
        Ok(store)
    }

    async fn client(&self) -> Result<Client> {
        Ok(self.pool.get().await?)
    }

    pub(super) async fn directory(&self) -> Result<Directory> {
        let client = self.client().await?;
        let default_project = client.query_one(sql::DEFAULT_PROJECT, &[]).await?.try_get(0)?;
        let mut signing_keys = Vec::new();
        for row in client.query(sql::SIGNING_KEYS, &[]).await? {
            signing_keys.push(SigningKey { id: row.try_get(0)?, public_key: row.try_get(1)? });
        }
        let mut api_keys = Vec::new();
        for row in client.query(sql::API_KEYS, &[]).await? {
            let hash = row.try_get::<_, &[u8]>(1)?.try_into().context("an API key's hash")?;
            api_keys.push(ApiKey { project: row.try_get(0)?, hash, expires_at: row.try_get(2)? });
        }
        Ok(Directory { default_project, signing_keys, api_keys })
    }

    pub(super) async fn append_message(&self, new: &NewMessage) -> Result<Appended> {
        let client = self.client().await?;
        let outcome = append_message(&client, new).await;
        if outcome.is_err() {
            // Its transaction is still open: not for the next one.
            drop(Client::take(client));
        }
        outcome
    }

    pub(super) async fn create_anonymous(&self, new: &NewAnonymous) -> Result<bool> {
        let NewAnonymous { project, hash, user, created_at, expires_at } = new;
        let client = self.client().await?;
        let insert = client.prepare_cached(INSERT_ANONYMOUS).await?;
        let inserted =
            client.execute(&insert, &[project, &hash.as_slice(), user, created_at, expires_at]).await?;
        Ok(inserted == 1)
    }

    pub(super) async fn list_threads(&self, caller: &Identity, limit: i64) -> Result<Vec<u8>> {
        let client = self.client().await?;
        let statement = client.prepare_cached(LIST_THREADS).await?;
        let mut list = List::new("threads", 8 << 10);
        for row in client.query(&statement, &[&caller.project, &caller.workspace, &limit]).await? {
            let thread = ThreadRow {
                id: row.try_get(0)?,
                title: row.try_get(1)?,
                external_id: row.try_get(2)?,
                metadata: row.try_get(3)?,
                is_archived: row.try_get(4)?,
                last_message_at: row.try_get(5)?,
                created_at: row.try_get(6)?,
                updated_at: row.try_get(7)?,
            };
            list.push_thread(&thread, &caller.project, &caller.workspace);
        }
        Ok(list.finish())
    }

    pub(super) async fn list_messages(
        &self,
        caller: &Identity,
        thread_id: &str,
        limit: i64,
    ) -> Result<Vec<u8>> {
        let client = self.client().await?;
        let statement = client.prepare_cached(LIST_MESSAGES).await?;
        let mut list = List::new("messages", 128 << 10);
        let values: Values<'_> = &[&caller.project, &thread_id, &caller.workspace, &limit];
        for row in client.query(&statement, values).await? {
            let message = MessageRow {
                id: row.try_get(0)?,
                parent_id: row.try_get(1)?,
                external_id: row.try_get(2)?,
                height: row.try_get(3)?,
                format: row.try_get(4)?,
                content: row.try_get::<_, &str>(5)?.as_bytes(),
                created_at: row.try_get(6)?,
                updated_at: row.try_get(7)?,
            };
            list.push_message(&message);
        }
        Ok(list.finish())
    }
}

/// In a transaction. A caller who hangs up in the middle would leave it open; the load never does.
async fn append_message(client: &Client, new: &NewMessage) -> Result<Appended> {
    let NewMessage { caller, thread_id, message_id, parent_id, format, content, now } = new;
    let (project, user) = (&caller.project, &caller.user);
    let touch_thread = client.prepare_cached(TOUCH_THREAD).await?;
    let insert = client.prepare_cached(if parent_id.is_some() { INSERT_CHILD } else { INSERT_ROOT }).await?;

    // Both sent at once, which saves a round trip.
    let touch: Values<'_> = &[project, thread_id, &caller.workspace, now, user];
    let ((), touched) = try_join(client.batch_execute("BEGIN"), client.execute(&touch_thread, touch)).await?;
    if touched == 0 {
        client.batch_execute("ROLLBACK").await?;
        return Ok(Appended::NoThread);
    }
    let values: Values<'_> = &[project, thread_id, message_id, format, content, user, now, parent_id];
    let values = if parent_id.is_some() { values } else { &values[..7] };
    if client.execute(&insert, values).await? == 0 {
        client.batch_execute("ROLLBACK").await?;
        return Ok(Appended::NoParent);
    }
    client.batch_execute("COMMIT").await?;
    Ok(Appended::Done)
}
