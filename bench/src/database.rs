//! Which database: the file of one engine or the address of the other.

use std::path::PathBuf;

use clap::Args;

/// A database that Threadkeep has made.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database.
    Postgres(String),
}

/// How a database is named on the command line.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct DatabaseArgs {
    /// The SQLite file
    #[arg(long)]
    sqlite: Option<PathBuf>,
    /// The PostgreSQL URL
    #[arg(long)]
    postgres: Option<String>,
}

impl DatabaseArgs {
    /// The one that was given; clap has seen to it that there is exactly one.
    pub(crate) fn database(self) -> Option<Database> {
        self.sqlite.map(Database::Sqlite).or(self.postgres.map(Database::Postgres))
    }
}
