use crate::{Error, Result};

/// One step of the schema. Append-only: a file that has run anywhere is never edited, and a change that
/// old nodes could not live with is made in two releases, expand first, contract later.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its place in the order, counted from 1.
    pub version: i64,
    /// The file's name, for people.
    pub name: &'static str,
    /// The statements, in the dialect of both engines. They run in one transaction. Lines that only one
    /// engine is to run stand below a line `-- [sqlite]` or `-- [postgres]`, up to `-- [both]`.
    pub sql: &'static str,
}

impl Migration {
    /// Fingerprint of the text, to notice an edited file; not a defence against anyone.
    fn checksum(&self) -> i64 {
        i64::from(crc32fast::hash(self.sql.as_bytes()))
    }
}

pub(crate) const CREATE_HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version    BIGINT NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    checksum   BIGINT NOT NULL
)";
pub(crate) const READ_HISTORY: &str = "SELECT version, checksum FROM schema_migrations ORDER BY version";
pub(crate) const ADD_TO_HISTORY: &str =
    "INSERT INTO schema_migrations (version, name, checksum) VALUES (?1, ?2, ?3)";

pub(crate) fn check_order(migrations: &[Migration]) -> Result<()> {
    let in_order = migrations.iter().zip(1..).all(|(migration, version)| migration.version == version);
    if in_order { Ok(()) } else { Err(Error::internal("migrations must be numbered 1, 2, 3, …")) }
}

/// The migrations still to run, given the `(version, checksum)` pairs of those that have.
pub(crate) fn pending<'m>(migrations: &'m [Migration], history: &[(i64, i64)]) -> Result<&'m [Migration]> {
    if history.len() > migrations.len() {
        return Err(Error::internal(
            "the database was written by a newer version of this program; start that one",
        ));
    }
    for (migration, (version, checksum)) in migrations.iter().zip(history) {
        if (migration.version, migration.checksum()) != (*version, *checksum) {
            return Err(Error::internal(format!(
                "migration {} ran on this database with another text",
                migration.name
            )));
        }
    }
    Ok(&migrations[history.len()..])
}

pub(crate) fn record(migration: &Migration) -> (i64, &'static str, i64) {
    (migration.version, migration.name, migration.checksum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = Migration { version: 1, name: "0001_a", sql: "A" };
    const TWO: Migration = Migration { version: 2, name: "0002_b", sql: "B" };

    #[test]
    fn only_what_has_not_run_is_pending() {
        let history = [(1, ONE.checksum())];
        let pending = pending(&[ONE, TWO], &history).unwrap();
        assert_eq!(pending.len(), 1);
        assert_eq!(pending[0].version, 2);
    }

    #[test]
    fn an_edited_migration_is_refused() {
        assert!(pending(&[ONE, TWO], &[(1, TWO.checksum())]).is_err());
    }

    #[test]
    fn a_newer_database_is_refused() {
        let history = [(1, ONE.checksum()), (2, TWO.checksum())];
        assert!(pending(&[ONE], &history).is_err());
    }

    #[test]
    fn a_gap_in_the_numbers_is_refused() {
        assert!(check_order(&[TWO]).is_err());
    }
}
