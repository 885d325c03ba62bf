//! PostgreSQL: a pool of connections, one transaction for each write.

use std::sync::Mutex;
use std::time::Duration;

use deadpool_postgres::{Hook, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use futures_util::future::{try_join, try_join_all};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::conn::Reach;
use crate::store::PostgresOptions;
use crate::{Conn, Engine, Error, Migration, Param, Result, dialect, migrate};

/// How often a transaction is tried that PostgreSQL gave up for the sake of another one.
const TRIES: usize = 5;

/// How long to wait for a connection, new or from the pool, before the database counts as down.
const WAIT: Duration = Duration::from_secs(5);

const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(crate) struct Postgres {
    pool: Pool,
}

impl Postgres {
    pub(crate) async fn open(options: &PostgresOptions) -> Result<Self> {
        let pool = build_pool(options)?;
        let postgres = Self { pool };
        postgres.check_server().await?;
        Ok(postgres)
    }

    async fn check_server(&self) -> Result<()> {
        let client = self.pool.get().await?;
        let settings = "SELECT current_setting('server_version_num'), current_setting('server_encoding')";
        let row = client.query_one(settings, &[]).await?;
        let (version, encoding): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        if version.parse::<u32>().is_ok_and(|version| version < 140_000) {
            return Err(Error::internal("PostgreSQL 14 or newer is needed"));
        }
        if encoding != "UTF8" {
            return Err(Error::internal(format!("the database's encoding is {encoding}, it must be UTF8")));
        }
        Ok(())
    }

    pub(crate) async fn read<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        let session = self.session(None).await?;
        operation(&mut Conn::postgres(&session, Reach::One)).await
    }

    pub(crate) async fn snapshot<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        let session = self.session(Some(BEGIN_SNAPSHOT)).await?;
        let outcome = operation(&mut Conn::postgres(&session, Reach::Many)).await;
        session.end("COMMIT").await?;
        outcome
    }

    pub(crate) async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
    {
        for _ in 1..TRIES {
            match self.try_write(&operation).await {
                Attempt::Done(outcome) => return outcome,
                Attempt::Again => {}
            }
        }
        match self.try_write(&operation).await {
            Attempt::Done(outcome) => outcome,
            Attempt::Again => Err(Error::unavailable("the transaction lost every race").into()),
        }
    }

    async fn try_write<T, E, F>(&self, operation: &F) -> Attempt<Result<T, E>>
    where
        E: From<Error>,
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
    {
        let session = match self.session(Some("BEGIN")).await {
            Ok(session) => session,
            Err(error) => return Attempt::Done(Err(error.into())),
        };
        let mut conn = Conn::postgres(&session, Reach::Many);
        let outcome = operation(&mut conn).await;
        let (keep, outcome) = conn.keeps(outcome);
        let ended = session.end(if keep { "COMMIT" } else { "ROLLBACK" }).await;
        match (keep, ended) {
            _ if session.lost_race() => Attempt::Again,
            (true, Err(error)) => Attempt::Done(Err(error.into())),
            // A failed rollback costs the connection, not the answer.
            (true, Ok(())) | (false, _) => Attempt::Done(outcome),
        }
    }

    async fn session(&self, begin: Option<&'static str>) -> Result<Session> {
        Ok(Session::new(self.pool.get().await?, begin))
    }

    pub(crate) async fn migrate(&self, migrations: &[Migration]) -> Result<usize> {
        let mut client = self.pool.get().await?;
        // One transaction for everything: it holds the lock and, as DDL is transactional, a failing
        // migration leaves the schema as it was.
        let transaction = client.transaction().await?;
        transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&dialect::MIGRATION_LOCK]).await?;
        transaction.batch_execute(migrate::CREATE_HISTORY).await?;
        let history = transaction.query(migrate::READ_HISTORY, &[]).await?;
        let history =
            history.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<Vec<_>>>()?;
        let pending = migrate::pending(migrations, &history)?;
        for migration in pending {
            let sql = dialect::migration_for(Engine::Postgres, migration.sql)?;
            transaction.batch_execute(&sql).await?;
            let (version, name, checksum) = migrate::record(migration);
            let record = dialect::postgres_placeholders(migrate::ADD_TO_HISTORY);
            transaction.execute(&record, &[&version, &name, &checksum]).await?;
        }
        transaction.commit().await?;
        Ok(pending.len())
    }

    pub(crate) fn waiting(&self) -> usize {
        self.pool.status().waiting
    }

    pub(crate) async fn size_bytes(&self) -> Result<u64> {
        let client = self.pool.get().await?;
        let row = client.query_one("SELECT pg_database_size(current_database())", &[]).await?;
        Ok(row.try_get::<_, i64>(0)?.unsigned_abs())
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

enum Attempt<T> {
    Done(T),
    Again,
}

/// A connection on loan, with the transaction it is in.
pub(crate) struct Session {
    /// Taken out by the drop of a session whose transaction was left open.
    client: Option<Object>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The `BEGIN` still to be sent; it travels with the first statement to save a round trip.
    begin: Option<&'static str>,
    open: bool,
    lost_race: bool,
}

impl Session {
    fn new(client: Object, begin: Option<&'static str>) -> Self {
        Self { client: Some(client), state: Mutex::new(State { begin, ..State::default() }) }
    }

    pub(crate) async fn query(&self, sql: &'static str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        let statement = self.prepare(sql).await?;
        let params = as_postgres(params);
        self.send(async { self.client().query(&statement, &params).await }).await
    }

    pub(crate) async fn execute(&self, sql: &'static str, params: &[&dyn Param]) -> Result<u64> {
        let statement = self.prepare(sql).await?;
        let params = as_postgres(params);
        self.send(async { self.client().execute(&statement, &params).await }).await
    }

    pub(crate) async fn execute_each(&self, sql: &'static str, sets: &[&[&dyn Param]]) -> Result<Vec<u64>> {
        let statement = self.prepare(sql).await?;
        let sets: Vec<_> = sets.iter().map(|params| as_postgres(params)).collect();
        let statements = sets.iter().map(|params| self.client().execute(&statement, params));
        self.send(try_join_all(statements)).await
    }

    pub(crate) async fn execute_all(&self, statements: &[(&'static str, &[&dyn Param])]) -> Result<Vec<u64>> {
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, params) in statements {
            prepared.push((self.prepare(sql).await?, as_postgres(params)));
        }
        let sent = prepared.iter().map(|(statement, params)| self.client().execute(statement, params));
        self.send(try_join_all(sent)).await
    }

    async fn prepare(&self, sql: &'static str) -> Result<Statement> {
        let sql = dialect::postgres_placeholders(sql);
        self.client().prepare_cached(&sql).await.map_err(|error| self.note(error))
    }

    /// Sends a statement, behind the `BEGIN` if that has not gone out yet.
    async fn send<T>(&self, statement: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T> {
        let begin = {
            let mut state = self.state();
            state.open |= state.begin.is_some();
            state.begin.take()
        };
        let outcome = match begin {
            Some(begin) => {
                try_join(self.client().batch_execute(begin), statement).await.map(|((), value)| value)
            }
            None => statement.await,
        };
        outcome.map_err(|error| self.note(error))
    }

    async fn end(&self, verb: &'static str) -> Result<()> {
        if !self.state().open {
            return Ok(());
        }
        self.client().batch_execute(verb).await.map_err(|error| self.note(error))?;
        self.state().open = false;
        Ok(())
    }

    fn note(&self, error: tokio_postgres::Error) -> Error {
        use tokio_postgres::error::SqlState;
        let races = [&SqlState::T_R_SERIALIZATION_FAILURE, &SqlState::T_R_DEADLOCK_DETECTED];
        self.state().lost_race |= error.code().is_some_and(|code| races.contains(&code));
        error.into()
    }

    fn lost_race(&self) -> bool {
        self.state().lost_race
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    #[expect(clippy::expect_used, reason = "only drop takes the client out")]
    fn client(&self) -> &Object {
        self.client.as_ref().expect("a session has its client")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A cancelled operation leaves its transaction open. Closing the connection rolls it back; the
        // pool makes a new one.
        if self.state().open
            && let Some(client) = self.client.take()
        {
            drop(Object::take(client));
        }
    }
}

fn as_postgres<'p>(params: &'p [&'p dyn Param]) -> Vec<&'p (dyn ToSql + Sync)> {
    params.iter().map(|param| *param as &(dyn ToSql + Sync)).collect()
}

fn build_pool(options: &PostgresOptions) -> Result<Pool> {
    let mut config: Config = options.url.parse().map_err(|error: tokio_postgres::Error| Error::Internal {
        context: "the database URL is not one that PostgreSQL understands".into(),
        source: Some(error.into()),
    })?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(WAIT);
    }
    let manager = Manager::from_config(
        config,
        MakeRustlsConnect::new(tls()?),
        ManagerConfig { recycling_method: RecyclingMethod::Fast },
    );
    let timeouts = Timeouts { wait: Some(WAIT), create: Some(WAIT), recycle: Some(WAIT) };
    Pool::builder(manager)
        .max_size(options.connections.max(1))
        .runtime(Runtime::Tokio1)
        .timeouts(timeouts)
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                // Nothing we run takes long; what does is stuck behind a lock or a lost network.
                client
                    .batch_execute(
                        "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'",
                    )
                    .await
                    .map_err(deadpool_postgres::HookError::Backend)
            })
        }))
        .build()
        .map_err(|error| Error::Internal { context: "the pool".into(), source: Some(error.into()) })
}

fn tls() -> Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder =
        builder.map_err(|error| Error::Internal { context: "TLS".into(), source: Some(error.into()) })?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
