//! Poolers such as PgBouncer, which may give every transaction another connection to the server: then
//! nothing that belongs to a connection lasts, neither prepared statements nor settings.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use tokio::time::timeout;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::WAIT;
use super::connect::Server;
use super::statements::is_lost;
use crate::{Error, Result};

/// What stands between this program and PostgreSQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pooler {
    /// To be found out.
    #[default]
    Auto,
    /// Nothing, or one that keeps a connection to the server for each of ours.
    None,
    /// One that gives every transaction any connection to the server.
    Transaction,
}

/// What our connections keep from one transaction to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// Everything: they are connections to the server.
    Everything,
    /// Prepared statements, because the pooler looks after them.
    Statements,
    /// Nothing, because each transaction may have another connection to the server.
    Nothing,
}

impl Keeps {
    const ALL: [Self; 3] = [Self::Everything, Self::Statements, Self::Nothing];
}

impl std::fmt::Display for Keeps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Everything => "none",
            Self::Statements => "transaction, keeps prepared statements",
            Self::Nothing => "transaction",
        })
    }
}

/// What is known of the way to the server. It can turn out worse while we run, never better.
pub(super) struct Path(AtomicU8);

impl Path {
    pub(super) fn new(keeps: Keeps) -> Self {
        Self(AtomicU8::new(keeps as u8))
    }

    pub(super) fn keeps(&self) -> Keeps {
        let code = self.0.load(Ordering::Relaxed);
        Keeps::ALL.into_iter().find(|keeps| *keeps as u8 == code).unwrap_or(Keeps::Nothing)
    }

    /// A prepared statement was gone, or was another client's.
    pub(super) fn lost_a_statement(&self) {
        if self.0.swap(Keeps::Nothing as u8, Ordering::Relaxed) != Keeps::Nothing as u8 {
            tracing::warn!(
                "prepared statements get lost on the way to PostgreSQL, so there is a pooler of transactions; \
                 no more are prepared. With `pooler = \"transaction\"` this is known from the start"
            );
        }
    }
}

/// How many connections a probe makes, and how often it compares them. A pooler that nobody else uses betrays
/// itself at once; with one that others use heavily, each comparison fails to tell in a fifth of the cases.
const PROBES: usize = 3;
const ROUNDS: usize = 8;

/// How long the comparison may take, also where a round trip takes long.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long to wait for a statement to run on a second connection to the server: there may be only one.
const SECOND_PATIENCE: Duration = Duration::from_secs(2);

/// Finds out what connections keep.
///
/// # Errors
/// When the server cannot be reached.
pub(super) async fn probe(server: &Server, told: Pooler) -> Result<Keeps> {
    if told == Pooler::None {
        return Ok(Keeps::Everything);
    }
    let one = Probe::open(server).await?;
    // As many of them as the server admits.
    let others = join_all((1..PROBES).map(|_| Probe::open(server))).await;
    let others: Vec<Probe> = others.into_iter().filter_map(Result::ok).collect();
    let is_pooled = match told {
        Pooler::None => false,
        Pooler::Transaction => true,
        // Who cannot tell them apart in time must not rely on anything.
        Pooler::Auto => timeout(PATIENCE, share_servers(&one, &others)).await.unwrap_or(Ok(true))?,
    };
    if !is_pooled {
        return Ok(Keeps::Everything);
    }
    let Some(other) = others.first() else { return Ok(Keeps::Nothing) };
    let keeping = timeout(SECOND_PATIENCE, keeps_statements(&one, other)).await;
    Ok(if matches!(keeping, Ok(Ok(true))) { Keeps::Statements } else { Keeps::Nothing })
}

/// Whether one of our connections is served now by one connection to the server and then by another. Then
/// they are also served by the same one in turn.
async fn share_servers(one: &Probe, others: &[Probe]) -> Result<bool> {
    let probes = || std::iter::once(one).chain(others);
    let mut first = Vec::new();
    // One after the other: a pooler with nothing else to do gives each of them the same.
    for probe in probes() {
        let backend = probe.backend("").await?;
        if first.contains(&backend) {
            return Ok(true);
        }
        first.push(backend);
    }
    for _ in 0..ROUNDS {
        if try_join_all(probes().map(|probe| probe.backend(""))).await? != first {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a statement that was prepared once runs on two connections to the server.
async fn keeps_statements(one: &Probe, other: &Probe) -> Result<bool> {
    let mark = mark();
    let statement = one.0.prepare(&format!("SELECT pg_backend_pid(), '{mark}'")).await?;
    let run = async || -> Result<Option<i32>> {
        let row = match one.0.query_one(&statement, &[]).await {
            Err(error) if is_lost(&error) => return Ok(None),
            outcome => outcome?,
        };
        // Another program's statement may have the same name.
        let is_ours = row.len() == 2 && row.try_get::<_, &str>(1)? == mark;
        Ok(if is_ours { Some(row.try_get(0)?) } else { None })
    };
    let Some(first) = run().await? else { return Ok(false) };
    for _ in 0..ROUNDS {
        // Holds the connection that ran it last, so that it must run on another.
        other.backend("COMMIT; BEGIN;").await?;
        match run().await? {
            None => return Ok(false),
            Some(backend) if backend != first => return Ok(true),
            Some(_) => {}
        }
    }
    Ok(false)
}

/// Anything that no other program has in a statement; nothing depends on its being hard to guess.
fn mark() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:x}", RandomState::new().hash_one("mark"))
}

/// A connection of its own, which ends with it.
struct Probe(Client);

impl Probe {
    async fn open(server: &Server) -> Result<Self> {
        let connecting = timeout(WAIT, server.connect()).await.map_err(Error::unavailable)?;
        connecting.map(|(client, _)| Self(client)).map_err(|error| server.explain(error))
    }

    /// The process of the server that serves it after these statements.
    async fn backend(&self, statements: &str) -> Result<Option<String>> {
        let answer = self.0.simple_query(&format!("{statements} SELECT pg_backend_pid()")).await?;
        Ok(answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    }
}
