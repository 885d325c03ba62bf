//! What the settings of the database come to.

use engine::{LibpqEnvironment, Outlook, Pooler, PostgresOptions};
use serde::Deserialize;

use super::{Config, ConfigError, Setting};

/// The section `[postgres]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PostgresSettings {
    pooler: PoolerSetting,
}

/// What stands between this program and PostgreSQL.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PoolerSetting {
    Auto,
    None,
    Transaction,
}

impl From<PoolerSetting> for Pooler {
    fn from(setting: PoolerSetting) -> Self {
        match setting {
            PoolerSetting::Auto => Self::Auto,
            PoolerSetting::None => Self::None,
            PoolerSetting::Transaction => Self::Transaction,
        }
    }
}

impl Config {
    /// How to reach PostgreSQL, when that is where the data lies.
    pub fn postgres_options(&self) -> Option<PostgresOptions> {
        let url = self.database_url.as_ref()?;
        Some(PostgresOptions {
            url: url.reveal().to_owned(),
            connections: self.database_connections,
            pooler: self.postgres.pooler.into(),
            environment: libpq_environment(),
        })
    }

    /// What to expect of connections to PostgreSQL; `None` on SQLite.
    ///
    /// # Errors
    /// [`ConfigError::Database`] when the URL, or what it leaves to the environment, makes no sense.
    pub fn database_outlook(&self) -> Result<Option<Outlook>, ConfigError> {
        Ok(self.postgres_options().map(|options| options.outlook()).transpose()?)
    }

    pub(super) fn describe_protection(&self) -> Option<Setting> {
        let outlook = self.database_outlook().ok()??;
        let value = Some(outlook.protection);
        Some(Setting { key: "database_protection", value, origin: format!("sslmode: {}", outlook.source) })
    }
}

/// The variables that every program with libpq knows.
#[expect(clippy::disallowed_methods, reason = "the configuration reads the environment")]
fn libpq_environment() -> LibpqEnvironment {
    let variable = |name| std::env::var(name).ok();
    LibpqEnvironment {
        sslmode: variable("PGSSLMODE"),
        sslrootcert: variable("PGSSLROOTCERT"),
        sslcert: variable("PGSSLCERT"),
        sslkey: variable("PGSSLKEY"),
        sslnegotiation: variable("PGSSLNEGOTIATION"),
        home: std::env::var_os("HOME").map(Into::into),
    }
}
