//! The deployment itself: its schema, its secret, what a first start creates.
//!
//! Not here: anything that belongs to one project.

mod files;
pub mod health;
pub mod operator_routes;
pub mod routes;
pub mod secret;
pub mod store;

use engine::{Conn, Migration, Options, Store};

pub use self::secret::Vault;
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::error::{Error, Result};
use crate::id::{Ids, ProjectId};
use crate::operators::store::has_operators;

/// Every migration, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "0001_init", sql: include_str!("../../migrations/0001_init.sql") },
    Migration {
        version: 2,
        name: "0002_authorization",
        sql: include_str!("../../migrations/0002_authorization.sql"),
    },
    Migration {
        version: 3,
        name: "0003_operators",
        sql: include_str!("../../migrations/0003_operators.sql"),
    },
    Migration { version: 4, name: "0004_search", sql: include_str!("../../migrations/0004_search.sql") },
    Migration { version: 5, name: "0005_audit", sql: include_str!("../../migrations/0005_audit.sql") },
    Migration { version: 6, name: "0006_inviters", sql: include_str!("../../migrations/0006_inviters.sql") },
    Migration { version: 7, name: "0007_runs", sql: include_str!("../../migrations/0007_runs.sql") },
    Migration { version: 8, name: "0008_search", sql: include_str!("../../migrations/0008_search.sql") },
    Migration {
        version: 9,
        name: "0009_lighter_appends",
        sql: include_str!("../../migrations/0009_lighter_appends.sql"),
    },
    Migration { version: 10, name: "0010_feedback", sql: include_str!("../../migrations/0010_feedback.sql") },
    Migration { version: 11, name: "0011_fair_use", sql: include_str!("../../migrations/0011_fair_use.sql") },
    Migration {
        version: 12,
        name: "0012_identities",
        sql: include_str!("../../migrations/0012_identities.sql"),
    },
    Migration { version: 13, name: "0013_heights", sql: include_str!("../../migrations/0013_heights.sql") },
];

/// A database that is ready to be worked with.
pub struct Instance {
    /// The database.
    pub store: Store,
    /// What seals and opens the secrets in it.
    pub vault: Vault,
    /// True when this call created the organization and the default project.
    pub is_new: bool,
    /// The project that the root base is the frontend of.
    pub default_project: Option<ProjectId>,
    /// The same, unless it is deleted.
    pub live_default_project: Option<ProjectId>,
    /// Nobody can sign in to the dashboard yet.
    pub needs_setup: bool,
}

/// Opens the database and brings it up to date; on an empty one creates the organization and the
/// default project. Several nodes may do so at once.
///
/// # Errors
/// When the database cannot be reached, is newer than this program, or was made under another secret.
pub async fn open(config: &Config, clock: &Clock) -> Result<Instance> {
    files::create_folder(&config.data_dir).map_err(|error| {
        Error::internal(error).with_help(format!("cannot make the data folder {}", config.data_dir.display()))
    })?;
    let secret = secret::load(config)?;
    let store = open_store(config).await?;
    start(store, &secret, clock).await
}

/// As [`open`], but only what a server has begun: nothing is made that no server would know of.
///
/// # Errors
/// As [`open`], and when there is no instance where the configuration says.
pub async fn open_existing(config: &Config, clock: &Clock) -> Result<Instance> {
    if config.database_url.is_none() && !config.database_file().exists() {
        return Err(nothing_there(config));
    }
    let store = open_store(config).await?;
    match store.read(async |conn| store::is_begun(conn).await).await {
        Ok(true) => {}
        Ok(false) => return Err(nothing_there(config)),
        // The engine refuses a statement about a table that is not there.
        Err(error @ engine::Error::Internal { .. }) => return Err(nothing_there(config).with_source(error)),
        Err(error) => return Err(explain(error)),
    }
    let secret = secret::find(config)?;
    start(store, &secret, clock).await
}

async fn open_store(config: &Config) -> Result<Store> {
    if config.database_url.is_none() {
        let file = config.database_file();
        files::close_database(&file).map_err(|error| {
            let help = format!("cannot make the database {}: {error}", file.display());
            Error::internal(error).with_help(help)
        })?;
    }
    Store::open(options(config)).await.map_err(explain)
}

async fn start(store: Store, secret: &Secret, clock: &Clock) -> Result<Instance> {
    let vault = Vault::new(secret)?;
    store.migrate(MIGRATIONS).await.map_err(explain)?;
    let first = store::FirstStart::prepare(&Ids::default(), &vault, clock.now())?;
    let started = store.write(async move |conn| store::start(conn, &first).await).await?;
    if !vault.opens_check(&started.secret_check) {
        return Err(secret::wrong_secret());
    }
    let look = async |conn: &mut Conn<'_>| -> Result<_> {
        Ok((has_operators(conn).await?, store::find_live_default_project(conn).await?))
    };
    let (has_operators, live_default_project) = store.snapshot(look).await?;
    Ok(Instance {
        store,
        vault,
        is_new: started.is_new,
        default_project: started.default_project,
        live_default_project,
        needs_setup: !has_operators,
    })
}

fn nothing_there(config: &Config) -> Error {
    let place = match &config.database_url {
        Some(_) => config.data_location(),
        None => std::path::absolute(config.database_file())
            .unwrap_or_else(|_| config.database_file())
            .display()
            .to_string(),
    };
    Error::not_found("there is no instance").with_help(format!(
        "there is no instance at {place}: name the folder of the server's data with --data-dir or \
         THREADKEEP_DATA_DIR, or its PostgreSQL with --database-url or THREADKEEP_DATABASE_URL; `threadkeep serve` \
         begins a new instance"
    ))
}

fn options(config: &Config) -> Options {
    match config.postgres_options() {
        Some(options) => Options::Postgres(options),
        None => Options::sqlite(config.database_file()),
    }
}

/// Before there is a server, the person at the terminal is who can act on the cause.
fn explain(error: engine::Error) -> Error {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    Error::from(error).with_help(text)
}
