use rusqlite::types::FromSql as FromSqlite;
use tokio_postgres::types::{FromSql as FromPostgres, Type as PostgresType};

use crate::Result;

/// A value that can be bound to a placeholder on both engines.
pub trait Param: rusqlite::ToSql + tokio_postgres::types::ToSql + Sync {
    /// The type to tell PostgreSQL of when it is not asked first which it expects.
    #[doc(hidden)]
    fn postgres_type(&self) -> PostgresType;
}

impl<T: rusqlite::ToSql + tokio_postgres::types::ToSql + Sync> Param for T {
    fn postgres_type(&self) -> PostgresType {
        const TYPES: [PostgresType; 5] = [
            PostgresType::TEXT,
            PostgresType::INT8,
            PostgresType::BOOL,
            PostgresType::FLOAT8,
            PostgresType::BYTEA,
        ];
        TYPES.into_iter().find(|ty| T::accepts(ty)).unwrap_or(PostgresType::UNKNOWN)
    }
}

/// A value that can be read from a column on both engines.
pub trait Column: FromSqlite + for<'a> FromPostgres<'a> {}

impl<T: FromSqlite + for<'a> FromPostgres<'a>> Column for T {}

/// One row of an answer. Columns are counted from 0, in the order of the statement.
pub struct Row<'r>(pub(crate) Inner<'r>);

pub(crate) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of a column.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) when the column is missing or of another type.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        match &self.0 {
            Inner::Sqlite(row) => Ok(row.get(index)?),
            Inner::Postgres(row) => Ok(row.try_get(index)?),
        }
    }

    /// The text of a column, borrowed from the row: for values that are only copied on.
    ///
    /// # Errors
    /// As [`Row::get`]; a NULL is an error too.
    pub fn text(&self, index: usize) -> Result<&str> {
        match &self.0 {
            Inner::Sqlite(row) => Ok(row.get_ref(index)?.as_str().map_err(rusqlite::Error::from)?),
            Inner::Postgres(row) => Ok(row.try_get(index)?),
        }
    }

    /// As [`Row::text`], with `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn optional_text(&self, index: usize) -> Result<Option<&str>> {
        match &self.0 {
            Inner::Sqlite(row) => Ok(row.get_ref(index)?.as_str_or_null().map_err(rusqlite::Error::from)?),
            Inner::Postgres(row) => Ok(row.try_get(index)?),
        }
    }
}

/// Lets a newtype over `String` be bound to and read from `TEXT` columns on both engines.
///
/// The type must be a tuple struct with one `String`, which the macro may build without further
/// checks: what the database holds was checked when it was written.
#[macro_export]
macro_rules! text_column {
    ($type:ty, $build:expr) => {
        impl $crate::driver::rusqlite::ToSql for $type {
            fn to_sql(
                &self,
            ) -> $crate::driver::rusqlite::Result<$crate::driver::rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl $crate::driver::rusqlite::types::FromSql for $type {
            fn column_result(
                value: $crate::driver::rusqlite::types::ValueRef<'_>,
            ) -> $crate::driver::rusqlite::types::FromSqlResult<Self> {
                <String as $crate::driver::rusqlite::types::FromSql>::column_result(value).map($build)
            }
        }

        impl $crate::driver::tokio_postgres::types::ToSql for $type {
            fn to_sql(
                &self,
                ty: &$crate::driver::tokio_postgres::types::Type,
                out: &mut $crate::driver::tokio_postgres::types::private::BytesMut,
            ) -> Result<
                $crate::driver::tokio_postgres::types::IsNull,
                Box<dyn std::error::Error + Sync + Send>,
            > {
                $crate::driver::tokio_postgres::types::ToSql::to_sql(&self.0, ty, out)
            }

            fn accepts(ty: &$crate::driver::tokio_postgres::types::Type) -> bool {
                <String as $crate::driver::tokio_postgres::types::ToSql>::accepts(ty)
            }

            $crate::driver::tokio_postgres::types::to_sql_checked!();
        }

        impl<'a> $crate::driver::tokio_postgres::types::FromSql<'a> for $type {
            fn from_sql(
                ty: &$crate::driver::tokio_postgres::types::Type,
                raw: &'a [u8],
            ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
                <String as $crate::driver::tokio_postgres::types::FromSql>::from_sql(ty, raw).map($build)
            }

            fn accepts(ty: &$crate::driver::tokio_postgres::types::Type) -> bool {
                <String as $crate::driver::tokio_postgres::types::FromSql>::accepts(ty)
            }
        }
    };
}
