//! PostgreSQL: a pool of connections, one transaction for each write.

mod address;
mod connect;
mod loans;
mod pooler;
mod protection;
mod session;
mod statements;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::types::Type;
use tokio_postgres::{Config, SimpleQueryMessage};

pub use self::address::mask_connection_string;
use self::connect::Server;
use self::loans::Loans;
use self::pooler::Path;
pub use self::pooler::{Keeps, Pooler};
pub use self::protection::Protection;
pub(crate) use self::session::Session;
use self::session::{DEADLINES, Purpose};
pub use self::tls::LibpqEnvironment;
use crate::conn::Reach;
use crate::store::PostgresOptions;
use crate::{Conn, Engine, Error, Migration, Result, dialect, migrate};

/// How often a transaction is tried that PostgreSQL gave up for the sake of another one.
const TRIES: usize = 5;

/// How long to wait for a connection, new or from the pool, before the database counts as down.
const WAIT: Duration = Duration::from_secs(5);

pub(crate) struct Postgres {
    loans: Arc<Loans>,
    path: Arc<Path>,
}

impl Postgres {
    pub(crate) async fn open(options: &PostgresOptions) -> Result<Self> {
        let server = Server::parse(&options.url, &options.environment)?;
        server.tls().check_files()?;
        let path = Arc::new(Path::new(pooler::probe(&server, options.pooler).await?));
        let pool = build_pool(&server, path.clone(), options.connections)?;
        let postgres = Self { loans: Arc::new(Loans::new(pool, server, options.connections)), path };
        postgres.check_server().await?;
        postgres.tell();
        Ok(postgres)
    }

    async fn check_server(&self) -> Result<()> {
        let client = self.loans.client().await?;
        let settings = "SELECT current_setting('server_version_num'), current_setting('server_encoding')";
        for message in client.simple_query(settings).await? {
            if let SimpleQueryMessage::Row(row) = message {
                check_settings(row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Says how the connection came out, which nobody can see from the outside.
    fn tell(&self) {
        let Some(protection) = self.loans.server().protection() else { return };
        tracing::info!(
            database.protection = %protection,
            database.pooler = %self.path.keeps(),
            "connected to PostgreSQL"
        );
        if self.loans.server().exposes_password(Some(protection)) {
            tracing::warn!(
                database.protection = %protection,
                "{EXPOSED_PASSWORD}"
            );
        }
    }

    pub(crate) async fn read<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        let session = self.session(Purpose::Read).await?;
        operation(&mut Conn::postgres(&session, Reach::One)).await
    }

    pub(crate) async fn snapshot<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    {
        let session = self.session(Purpose::Snapshot).await?;
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
        let session = match self.session(Purpose::Write).await {
            Ok(session) => session,
            Err(error) => return Attempt::Done(Err(error.into())),
        };
        let mut conn = Conn::postgres(&session, Reach::Many);
        let outcome = operation(&mut conn).await;
        let (keep, outcome) = conn.keeps(outcome);
        let ended = session.end(if keep { "COMMIT" } else { "ROLLBACK" }).await;
        match (keep, ended) {
            _ if session.deserves_another_try() => Attempt::Again,
            (true, Err(error)) => Attempt::Done(Err(error.into())),
            // A failed rollback costs the connection, not the answer.
            (true, Ok(())) | (false, _) => Attempt::Done(outcome),
        }
    }

    async fn session(&self, purpose: Purpose) -> Result<Session> {
        Ok(Session::new(self.loans.take().await?, self.path.clone(), purpose))
    }

    pub(crate) async fn migrate(&self, migrations: &[Migration]) -> Result<usize> {
        let mut client = self.loans.client().await?;
        // One transaction for everything: it holds the lock and, as DDL is transactional, a failing
        // migration leaves the schema as it was.
        let transaction = client.transaction().await?;
        transaction.batch_execute(DEADLINES).await?;
        let lock = "SELECT pg_advisory_xact_lock($1)";
        transaction.query_typed(lock, &[(&dialect::MIGRATION_LOCK, Type::INT8)]).await?;
        transaction.batch_execute(migrate::CREATE_HISTORY).await?;
        let history = transaction.query_typed(migrate::READ_HISTORY, &[]).await?;
        let history =
            history.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<Vec<_>>>()?;
        let pending = migrate::pending(migrations, &history)?;
        for migration in pending {
            let sql = dialect::migration_for(Engine::Postgres, migration.sql)?;
            transaction.batch_execute(&sql).await?;
            let (version, name, checksum) = migrate::record(migration);
            let record = dialect::postgres_placeholders(migrate::ADD_TO_HISTORY);
            let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
                [(&version, Type::INT8), (&name, Type::TEXT), (&checksum, Type::INT8)];
            transaction.execute_typed(&record, &params).await?;
        }
        transaction.commit().await?;
        Ok(pending.len())
    }

    pub(crate) fn waiting(&self) -> usize {
        self.loans.waiting()
    }

    pub(crate) fn protection(&self) -> Option<Protection> {
        self.loans.server().protection()
    }

    pub(crate) fn keeps(&self) -> Keeps {
        self.path.keeps()
    }

    pub(crate) async fn size_bytes(&self) -> Result<u64> {
        let sql = "SELECT pg_database_size(current_database())";
        let size = self.read(async |conn| conn.first(sql, &[], |row| row.get::<i64>(0)).await).await?;
        Ok(size.unwrap_or_default().unsigned_abs())
    }

    pub(crate) fn close(&self) {
        self.loans.close();
    }
}

enum Attempt<T> {
    Done(T),
    Again,
}

const EXPOSED_PASSWORD: &str = "the password of the database goes to another machine that nobody verifies; \
     set sslmode=verify-full and sslrootcert in the database URL";

/// What a connection string and its surroundings come to, as far as that is known without connecting.
#[derive(Debug)]
pub struct Outlook {
    /// How connections will be protected, for people.
    pub protection: String,
    /// Which setting decides that.
    pub source: &'static str,
    /// What people should be warned of.
    pub warning: Option<&'static str>,
}

impl PostgresOptions {
    /// What to expect of connections by these options. Reads no file and connects to nothing.
    ///
    /// # Errors
    /// [`Error::Internal`] with the name of the parameter that makes no sense; never with its value.
    pub fn outlook(&self) -> Result<Outlook> {
        let server = Server::parse(&self.url, &self.environment)?;
        let planned = server.planned();
        let warning = server.exposes_password(planned).then_some(EXPOSED_PASSWORD);
        let protection = planned.map_or_else(|| server.tls().mode.outlook().to_owned(), |it| it.to_string());
        Ok(Outlook { protection, source: server.tls().source, warning })
    }
}

fn check_settings(version: &str, encoding: &str) -> Result<()> {
    if version.parse::<u32>().is_ok_and(|version| version < 140_000) {
        return Err(Error::internal("PostgreSQL 14 or newer is needed"));
    }
    if encoding != "UTF8" {
        return Err(Error::internal(format!("the database's encoding is {encoding}, it must be UTF8")));
    }
    Ok(())
}

fn build_pool(server: &Server, path: Arc<Path>, connections: usize) -> Result<Pool> {
    let manager = Manager::from_connect(
        Config::new(),
        server.clone(),
        ManagerConfig { recycling_method: RecyclingMethod::Fast },
    );
    let timeouts = Timeouts { wait: Some(WAIT), create: Some(WAIT), recycle: Some(WAIT) };
    Pool::builder(manager)
        .max_size(connections.max(1))
        .runtime(Runtime::Tokio1)
        .timeouts(timeouts)
        .post_create(Hook::async_fn(move |client, _| {
            let keeps = path.keeps();
            Box::pin(async move {
                match keeps {
                    Keeps::Everything => client.batch_execute(session::CONNECTION_DEADLINES).await,
                    // They would stay with a connection that others use, too.
                    Keeps::Statements | Keeps::Nothing => Ok(()),
                }
                .map_err(deadpool_postgres::HookError::Backend)
            })
        }))
        .build()
        .map_err(|error| Error::Internal { context: "the pool".into(), source: Some(error.into()) })
}
