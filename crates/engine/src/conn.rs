use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::postgres::Session;
use crate::row::Inner as RowInner;
use crate::{Error, Param, Result, Row};

/// What a query runs on: a connection, inside the read, snapshot or transaction that lent it.
pub struct Conn<'c> {
    driver: Driver<'c>,
    reach: Reach,
    dead: bool,
    undone: bool,
}

enum Driver<'c> {
    Sqlite(&'c mut rusqlite::Connection),
    Postgres(&'c Session),
}

/// The text of a statement: one for both engines or, where they cannot have one, one for each.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Sql {
    /// What [`text_search!`](crate::text_search) makes; not for direct use.
    #[doc(hidden)]
    pub const fn of_each(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres }
    }
}

impl From<&'static str> for Sql {
    fn from(sql: &'static str) -> Self {
        Self { sqlite: sql, postgres: sql }
    }
}

/// How many statements the caller announced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    One,
    Spent,
    Many,
}

impl<'c> Conn<'c> {
    pub(crate) fn sqlite(connection: &'c mut rusqlite::Connection, reach: Reach) -> Self {
        Self { driver: Driver::Sqlite(connection), reach, dead: false, undone: false }
    }

    pub(crate) fn postgres(session: &'c Session, reach: Reach) -> Self {
        Self { driver: Driver::Postgres(session), reach, dead: false, undone: false }
    }

    /// Every row of the answer, through `map`.
    ///
    /// # Errors
    /// The statement's, or the first one of `map`.
    pub async fn all<T>(
        &mut self,
        sql: impl Into<Sql>,
        params: &[&dyn Param],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut out = Vec::new();
        self.each(sql, params, |row| {
            out.push(map(row)?);
            Ok(())
        })
        .await?;
        Ok(out)
    }

    /// The first row of the answer, through `map`, or `None` when there is none.
    ///
    /// # Errors
    /// The statement's, or the one of `map`.
    pub async fn first<T>(
        &mut self,
        sql: impl Into<Sql>,
        params: &[&dyn Param],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut out = None;
        self.each(sql, params, |row| {
            if out.is_none() {
                out = Some(map(row)?);
            }
            Ok(())
        })
        .await?;
        Ok(out)
    }

    /// Calls `visit` for every row of the answer: for rows that are copied on, not kept.
    ///
    /// The statement is always run to its end, so that an `INSERT … RETURNING` has inserted.
    ///
    /// # Errors
    /// The statement's, or the first one of `visit`.
    pub async fn each(
        &mut self,
        sql: impl Into<Sql>,
        params: &[&dyn Param],
        mut visit: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.begin_statement()?;
        let sql = sql.into();
        let outcome = match &mut self.driver {
            Driver::Sqlite(connection) => each_on_sqlite(connection, sql.sqlite, params, &mut visit),
            Driver::Postgres(session) => match session.query(sql.postgres, params).await {
                Ok(rows) => rows.iter().try_for_each(|row| visit(&Row(RowInner::Postgres(row)))),
                Err(error) => Err(error),
            },
        };
        self.end_statement(outcome)
    }

    /// As [`Conn::each`] for a query that only reads, until `visit` breaks off. SQLite reads no row after
    /// that one; PostgreSQL has sent them all, so a statement whose rows may be large bounds them itself.
    ///
    /// # Errors
    /// The statement's, or the first one of `visit`.
    pub async fn each_while(
        &mut self,
        sql: impl Into<Sql>,
        params: &[&dyn Param],
        mut visit: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.begin_statement()?;
        let sql = sql.into();
        let outcome = match &mut self.driver {
            Driver::Sqlite(connection) => each_while_on_sqlite(connection, sql.sqlite, params, &mut visit),
            Driver::Postgres(session) => match session.query(sql.postgres, params).await {
                Ok(rows) => each_while_of(rows.iter().map(|row| Row(RowInner::Postgres(row))), &mut visit),
                Err(error) => Err(error),
            },
        };
        self.end_statement(outcome)
    }

    /// Runs a statement that answers no rows; returns how many it changed.
    ///
    /// # Errors
    /// The statement's.
    pub async fn execute(&mut self, sql: impl Into<Sql>, params: &[&dyn Param]) -> Result<u64> {
        self.begin_statement()?;
        let sql = sql.into();
        let outcome = match &mut self.driver {
            Driver::Sqlite(connection) => execute_on_sqlite(connection, sql.sqlite, params),
            Driver::Postgres(session) => session.execute(sql.postgres, params).await,
        };
        self.end_statement(outcome)
    }

    /// Runs one statement once for each set of parameters, in order; returns how many rows changed in
    /// all. On PostgreSQL the statements are pipelined: one round trip for all of them.
    ///
    /// # Errors
    /// The first failing statement's.
    pub async fn execute_many(&mut self, sql: impl Into<Sql>, sets: &[&[&dyn Param]]) -> Result<u64> {
        Ok(self.execute_each(sql, sets).await?.iter().sum())
    }

    /// As [`Conn::execute_many`]; returns how many rows each changed.
    ///
    /// # Errors
    /// The first failing statement's.
    pub async fn execute_each(&mut self, sql: impl Into<Sql>, sets: &[&[&dyn Param]]) -> Result<Vec<u64>> {
        self.begin_statement()?;
        let sql = sql.into();
        let outcome = match &mut self.driver {
            Driver::Sqlite(connection) => {
                sets.iter().map(|params| execute_on_sqlite(connection, sql.sqlite, params)).collect()
            }
            Driver::Postgres(session) => session.execute_each(sql.postgres, sets).await,
        };
        self.end_statement(outcome)
    }

    /// Runs different statements that do not depend on each other's outcome, in order; returns how many
    /// rows each changed. On PostgreSQL they are pipelined: one round trip for all of them.
    ///
    /// # Errors
    /// The first failing statement's.
    pub async fn execute_all(&mut self, statements: &[(&'static str, &[&dyn Param])]) -> Result<Vec<u64>> {
        self.begin_statement()?;
        let outcome = match &mut self.driver {
            Driver::Sqlite(connection) => {
                statements.iter().map(|(sql, params)| execute_on_sqlite(connection, sql, params)).collect()
            }
            Driver::Postgres(session) => session.execute_all(statements).await,
        };
        self.end_statement(outcome)
    }

    /// Has every further statement of this snapshot or transaction planned for the values it is bound to,
    /// for statements that are rare and whose best plan depends on them. SQLite has one plan for all.
    ///
    /// # Errors
    /// The database's.
    pub async fn plan_by_value(&mut self) -> Result<()> {
        match &self.driver {
            Driver::Sqlite(_) => Ok(()),
            Driver::Postgres(session) => session.plan_by_value().await,
        }
    }

    /// Makes the transaction roll back when the operation returns, although it returns a value: for
    /// an operation that finds, after it locked its row by writing to it, that there is nothing to do.
    pub fn undo(&mut self) {
        self.undone = true;
    }

    fn begin_statement(&mut self) -> Result<()> {
        if self.dead {
            return Err(Error::internal("a statement followed a failed one in the same transaction"));
        }
        match self.reach {
            Reach::One => self.reach = Reach::Spent,
            Reach::Spent => return Err(Error::internal("a read ran a second statement; take a snapshot")),
            Reach::Many => {}
        }
        Ok(())
    }

    fn end_statement<T>(&mut self, outcome: Result<T>) -> Result<T> {
        self.dead |= outcome.is_err();
        outcome
    }

    /// Whether the transaction is to be committed, given what the operation returned.
    pub(crate) fn keeps<T, E: From<Error>>(&self, outcome: Result<T, E>) -> (bool, Result<T, E>) {
        match outcome {
            Ok(_) if self.dead => {
                let error = Error::internal("the operation returned a value after a failed statement");
                (false, Err(error.into()))
            }
            Ok(value) => (!self.undone, Ok(value)),
            Err(error) => (false, Err(error)),
        }
    }
}

fn each_on_sqlite(
    connection: &rusqlite::Connection,
    sql: &'static str,
    params: &[&dyn Param],
    visit: &mut dyn FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params.iter().map(as_sqlite)))?;
    let mut outcome = Ok(());
    while let Some(row) = rows.next()? {
        if outcome.is_ok() {
            outcome = visit(&Row(RowInner::Sqlite(row)));
        }
    }
    outcome
}

fn each_while_on_sqlite(
    connection: &rusqlite::Connection,
    sql: &'static str,
    params: &[&dyn Param],
    visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params.iter().map(as_sqlite)))?;
    while let Some(row) = rows.next()? {
        if visit(&Row(RowInner::Sqlite(row)))?.is_break() {
            break;
        }
    }
    Ok(())
}

fn each_while_of<'r>(
    rows: impl Iterator<Item = Row<'r>>,
    visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
) -> Result<()> {
    for row in rows {
        if visit(&row)?.is_break() {
            break;
        }
    }
    Ok(())
}

fn execute_on_sqlite(
    connection: &rusqlite::Connection,
    sql: &'static str,
    params: &[&dyn Param],
) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.execute(rusqlite::params_from_iter(params.iter().map(as_sqlite)))? as u64)
}

fn as_sqlite<'p>(param: &'p &dyn Param) -> &'p dyn rusqlite::ToSql {
    *param
}

/// Polls an operation on SQLite to its end, which is its first poll: everything it may await is ready.
pub(crate) fn ready<T, E: From<Error>>(operation: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    match pin!(operation).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => {
            Err(Error::internal("the operation awaited something other than the database").into())
        }
    }
}
