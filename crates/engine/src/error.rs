use std::error::Error as StdError;

/// What can go wrong in the database, as far as a caller can act on it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More writes are waiting than the queue holds. Nothing was done; trying again later may work.
    #[error("the write queue is full")]
    Busy,

    /// The database cannot be reached or cannot write (down, disk full, read-only, locked by another
    /// process). It is unknown whether a transaction that was being committed took effect.
    #[error("the database is unavailable")]
    Unavailable(#[source] Cause),

    /// A read took longer than whoever asked for it waits, or they have gone.
    #[error("the read takes too long")]
    TooSlow(#[source] Cause),

    /// A constraint refused the statement.
    #[error("a constraint was violated: {constraint}")]
    Conflict {
        /// The constraint or columns, as the engine names them.
        constraint: String,
        /// The driver's error.
        #[source]
        source: Cause,
    },

    /// Anything else: a statement that does not parse, a value of another type, a broken rule of this
    /// crate. Always a defect.
    #[error("{context}")]
    Internal {
        /// What was being done.
        context: String,
        /// The driver's error, if one was involved.
        #[source]
        source: Option<Cause>,
    },
}

/// A driver's error, kept for the log.
pub(crate) type Cause = Box<dyn StdError + Send + Sync>;

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn internal(context: impl Into<String>) -> Self {
        Self::Internal { context: context.into(), source: None }
    }

    pub(crate) fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(cause.into())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let code = error.sqlite_error_code();
        match code {
            Some(Code::ConstraintViolation) => {
                Self::Conflict { constraint: constraint_of(&error), source: error.into() }
            }
            Some(Code::OperationInterrupted) => Self::TooSlow(error.into()),
            Some(
                Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::OutOfMemory
                | Code::ReadOnly
                | Code::SystemIoFailure
                | Code::DiskFull
                | Code::CannotOpen
                | Code::FileLockingProtocolFailed
                | Code::PermissionDenied,
            ) => Self::unavailable(error),
            _ => {
                Self::Internal { context: "SQLite refused the statement".into(), source: Some(error.into()) }
            }
        }
    }
}

/// SQLite says `UNIQUE constraint failed: t.a, t.b`; the part after the colon names it.
fn constraint_of(error: &rusqlite::Error) -> String {
    let text = error.to_string();
    text.split_once(": ").map_or(text.clone(), |(_, names)| names.to_owned())
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(failure) = error.as_db_error() else {
            return if error.is_closed() || is_io(&error) {
                Self::unavailable(error)
            } else {
                Self::Internal {
                    context: "PostgreSQL refused the statement".into(),
                    source: Some(error.into()),
                }
            };
        };
        let code = failure.code().code().to_owned();
        // The classes of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
        match &code[..2] {
            "23" => {
                let constraint = failure.constraint().unwrap_or(&code).to_owned();
                Self::Conflict { constraint, source: error.into() }
            }
            "08" | "40" | "53" | "55" | "57" | "58" => Self::unavailable(error),
            _ if code == "25006" => Self::unavailable(error),
            _ => Self::Internal {
                context: "PostgreSQL refused the statement".into(),
                source: Some(error.into()),
            },
        }
    }
}

/// A connection that could not be made or broke off: worth another try, unlike a refused statement.
fn is_io(error: &tokio_postgres::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<std::io::Error>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        Self::unavailable(error)
    }
}
