//! What waits to be indexed for the search. An append is answered before that: what it costs in all is known
//! when nothing waits any more.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;
use tokio_postgres::NoTls;

use super::server::Server;
use crate::database::Database;

const POLL: Duration = Duration::from_millis(500);

/// Some messages that were indexed while nothing else happened.
#[derive(Clone, Copy, Default)]
pub(super) struct Indexed {
    pub(super) messages: u64,
    pub(super) cpu: Duration,
}

/// Waits until everything is indexed.
pub(super) async fn finish(server: &Server, database: &Database) -> Result<Indexed> {
    let (messages, before) = (count_waiting(database).await?, server.cpu()?);
    while count_waiting(database).await? > 0 {
        sleep(POLL).await;
    }
    Ok(Indexed { messages, cpu: server.cpu()? - before })
}

/// How many messages wait to be indexed.
pub(super) async fn count_waiting(database: &Database) -> Result<u64> {
    const COUNT: &str = "SELECT COUNT(*) FROM search_queue";
    let count: i64 = match database {
        Database::Sqlite(file) => rusqlite::Connection::open(file)?.query_row(COUNT, [], |row| row.get(0))?,
        Database::Postgres(url) => postgres(url).await?.query_one(COUNT, &[]).await?.try_get(0)?,
    };
    Ok(u64::try_from(count)?)
}

/// A connection of its own.
pub(super) async fn postgres(url: &str) -> Result<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
