use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use deadpool_postgres::Object;
use futures_util::future::{join3, try_join, try_join_all};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::loans::Loan;
use super::pooler::{Keeps, Path};
use super::statements::{Statement, is_lost, typed, untyped};
use crate::{Error, Param, Patience, Result, dialect};

/// Nothing we run takes long; what does is stuck behind a lock or a lost network.
pub(super) const CONNECTION_DEADLINES: &str = "SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'";

macro_rules! with_deadlines {
    ($begin:literal) => {
        concat!(
            $begin,
            "SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '10s'; ",
            "SET LOCAL idle_in_transaction_session_timeout = '60s'"
        )
    };
}

/// The same for one transaction.
pub(super) const DEADLINES: &str = with_deadlines!("");

/// What a connection is borrowed for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Snapshot,
    Write,
}

impl Purpose {
    /// What begins the transaction, if there is one. Deadlines that the connection does not keep are set
    /// for each transaction, and so even a single statement needs one.
    fn begin(self, keeps: Keeps) -> Option<&'static str> {
        let is_kept = keeps == Keeps::Everything;
        match self {
            Self::Read if is_kept => None,
            Self::Snapshot if is_kept => Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Self::Write if is_kept => Some("BEGIN"),
            Self::Read => Some(with_deadlines!("BEGIN READ ONLY; ")),
            Self::Snapshot => Some(with_deadlines!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ")),
            Self::Write => Some(with_deadlines!("BEGIN; ")),
        }
    }
}

/// A connection on loan, with the transaction it is in.
pub(crate) struct Session {
    /// Taken out by the drop.
    loan: Option<Loan>,
    path: Arc<Path>,
    purpose: Purpose,
    /// Until when somebody waits for what is read.
    ends_at: Option<Instant>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The `BEGIN` still to be sent; it travels with the first statement to save a round trip.
    begin: Option<&'static str>,
    open: bool,
    /// A statement was sent whose answer is not there.
    is_busy: bool,
    /// A statement was answered, so what is read further must be of the same moment.
    answered: bool,
    lost_race: bool,
    lost_statement: bool,
}

impl Session {
    pub(super) fn new(loan: Loan, path: Arc<Path>, purpose: Purpose) -> Self {
        let begin = purpose.begin(path.keeps());
        let ends_at = if purpose == Purpose::Write { None } else { Patience::current().ends_at() };
        let state = Mutex::new(State { begin, ..State::default() });
        Self { loan: Some(loan), path, purpose, ends_at, state }
    }

    pub(crate) async fn query(&self, sql: &'static str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        match self.query_once(sql, params).await {
            Err(_) if self.may_begin_again() => {
                self.begin_again().await?;
                self.query_once(sql, params).await
            }
            outcome => outcome,
        }
    }

    async fn query_once(&self, sql: &'static str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        match self.statement(sql).await? {
            Statement::Named(statement) => {
                let params = untyped(params);
                self.send(async { self.client().query(&statement, &params).await }).await
            }
            Statement::Whole(sql) => {
                let params = typed(params);
                self.send(async { self.client().query_typed(&sql, &params).await }).await
            }
        }
    }

    pub(crate) async fn execute(&self, sql: &'static str, params: &[&dyn Param]) -> Result<u64> {
        let statement = self.statement(sql).await?;
        self.send(self.run(&statement, params)).await
    }

    pub(crate) async fn execute_each(&self, sql: &'static str, sets: &[&[&dyn Param]]) -> Result<Vec<u64>> {
        let statement = self.statement(sql).await?;
        self.send(try_join_all(sets.iter().map(|params| self.run(&statement, params)))).await
    }

    pub(crate) async fn execute_all(&self, statements: &[(&'static str, &[&dyn Param])]) -> Result<Vec<u64>> {
        let mut ready = Vec::with_capacity(statements.len());
        for (sql, params) in statements {
            ready.push((self.statement(sql).await?, *params));
        }
        self.send(try_join_all(ready.iter().map(|(statement, params)| self.run(statement, params)))).await
    }

    /// Has prepared statements planned for the values they are bound to. Others always are.
    pub(crate) async fn plan_by_value(&self) -> Result<()> {
        if self.path.keeps() == Keeps::Nothing {
            return Ok(());
        }
        let answered = self.state().answered;
        self.send(self.client().batch_execute(dialect::PLAN_BY_VALUE)).await?;
        self.state().answered = answered;
        Ok(())
    }

    async fn statement(&self, sql: &'static str) -> Result<Statement> {
        let sql = dialect::postgres_placeholders(sql);
        if self.path.keeps() == Keeps::Nothing {
            return Ok(Statement::Whole(sql));
        }
        let prepared = self.client().prepare_cached(&sql).await;
        prepared.map(Statement::Named).map_err(|error| self.note(error))
    }

    async fn run(&self, statement: &Statement, params: &[&dyn Param]) -> Result<u64, tokio_postgres::Error> {
        match statement {
            Statement::Named(statement) => self.client().execute(statement, &untyped(params)).await,
            Statement::Whole(sql) => self.client().execute_typed(sql, &typed(params)).await,
        }
    }

    /// Sends a statement, behind the `BEGIN` if that has not gone out yet. The transaction of a single
    /// statement ends in the same round trip.
    async fn send<T>(&self, statement: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T> {
        let begin = {
            let mut state = self.state();
            state.open |= state.begin.is_some();
            state.is_busy = true;
            state.begin.take()
        };
        let outcome = self.in_time(self.send_behind(begin, statement)).await?;
        self.state().is_busy = false;
        let outcome = outcome.map_err(|error| self.note(error))?;
        self.state().answered = true;
        Ok(outcome)
    }

    async fn send_behind<T>(
        &self,
        begin: Option<&'static str>,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, tokio_postgres::Error> {
        match begin {
            None => statement.await,
            Some(begin) if self.purpose == Purpose::Read => {
                let (begin, end) =
                    (self.client().batch_execute(begin), self.client().batch_execute("COMMIT"));
                let (began, outcome, ended) = join3(begin, statement, end).await;
                self.state().open = ended.is_err();
                began.and(outcome)
            }
            Some(begin) => {
                try_join(self.client().batch_execute(begin), statement).await.map(|((), value)| value)
            }
        }
    }

    /// Waits for an answer as long as somebody waits for it.
    async fn in_time<T>(&self, answer: impl Future<Output = T>) -> Result<T> {
        let Some(end) = self.ends_at else { return Ok(answer.await) };
        tokio::time::timeout_at(end.into(), answer).await.map_err(|late| Error::TooSlow(late.into()))
    }

    pub(super) async fn end(&self, verb: &'static str) -> Result<()> {
        let is_over = {
            let state = self.state();
            // What is still busy is ended by the drop.
            !state.open || state.is_busy
        };
        if is_over {
            return Ok(());
        }
        self.client().batch_execute(verb).await.map_err(|error| self.note(error))?;
        self.state().open = false;
        Ok(())
    }

    fn note(&self, error: tokio_postgres::Error) -> Error {
        let races = [&SqlState::T_R_SERIALIZATION_FAILURE, &SqlState::T_R_DEADLOCK_DETECTED];
        let mut state = self.state();
        state.lost_race |= error.code().is_some_and(|code| races.contains(&code));
        if !is_lost(&error) {
            return error.into();
        }
        state.lost_statement = true;
        self.path.lost_a_statement();
        Error::unavailable(error)
    }

    /// Whether the transaction changed nothing and may do better when it is run again.
    pub(super) fn deserves_another_try(&self) -> bool {
        let state = self.state();
        state.lost_race || state.lost_statement
    }

    /// Whether the first statement of a read or a snapshot was lost, so that nobody has seen anything yet.
    fn may_begin_again(&self) -> bool {
        let state = self.state();
        self.purpose != Purpose::Write && state.lost_statement && !state.answered
    }

    async fn begin_again(&self) -> Result<()> {
        self.end("ROLLBACK").await?;
        let mut state = self.state();
        state.lost_statement = false;
        state.begin = self.purpose.begin(self.path.keeps());
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(clippy::expect_used, reason = "only drop takes the loan out")]
    fn client(&self) -> &Object {
        &self.loan.as_ref().expect("a session has its connection").client
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let is_clean = {
            let state = self.state();
            !state.open && !state.is_busy
        };
        // Of a cancelled operation, or of a read that nobody waits for any more.
        if let Some(loan) = self.loan.take().filter(|_| !is_clean) {
            loan.clear();
        }
    }
}
