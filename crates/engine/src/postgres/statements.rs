//! How statements travel: prepared once and then by name, or whole each time.

use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};

use crate::Param;

/// A statement, ready to be sent.
pub(super) enum Statement {
    /// Prepared on this connection.
    Named(tokio_postgres::Statement),
    /// Its text, to be parsed, bound and run in one round trip.
    Whole(String),
}

/// The parameters of a prepared statement, whose types the server has told.
pub(super) fn untyped<'p>(params: &'p [&'p dyn Param]) -> Vec<&'p (dyn ToSql + Sync)> {
    params.iter().map(|param| *param as &(dyn ToSql + Sync)).collect()
}

/// The parameters of a statement that goes whole, whose types the server must be told.
pub(super) fn typed<'p>(params: &'p [&'p dyn Param]) -> Vec<(&'p (dyn ToSql + Sync), Type)> {
    params.iter().map(|param| (*param as &(dyn ToSql + Sync), param.postgres_type())).collect()
}

/// Whether a prepared statement was not there, or was one that another client had prepared under the same
/// name. Nothing was run then.
pub(super) fn is_lost(error: &tokio_postgres::Error) -> bool {
    let Some(failure) = error.as_db_error() else { return false };
    match failure.code() {
        &SqlState::INVALID_SQL_STATEMENT_NAME | &SqlState::DUPLICATE_PSTATEMENT => true,
        // Bound to another client's statement, which has other parameters.
        &SqlState::PROTOCOL_VIOLATION => failure.message().contains("prepared statement"),
        _ => false,
    }
}
