//! Databases: made by Threadkeep, filled, then copied for the bare server.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;
use tokio_postgres::NoTls;

use super::server::Server;
use crate::content::{self, Turns};
use crate::database::Database;
use crate::dataset::Sizes;
use crate::preload;

const THREADKEEP_DATABASE: &str = "threadkeep_bench";
const BARE_DATABASE: &str = "threadkeep_bench_bare";

/// Both servers' databases, with the same rows.
pub(super) struct Prepared {
    pub(super) bare: Database,
    pub(super) api_key: String,
    data_dir: PathBuf,
    /// PostgreSQL's, where that is the engine.
    database_url: Option<String>,
}

impl Prepared {
    /// The options by which Threadkeep finds its data.
    pub(super) fn threadkeep_options(&self) -> Vec<OsString> {
        let mut options = vec!["--data-dir".into(), self.data_dir.clone().into()];
        if let Some(url) = &self.database_url {
            options.extend(["--database-url".into(), url.into()]);
        }
        options
    }

    /// Threadkeep's own database.
    pub(super) fn database(&self) -> Database {
        match &self.database_url {
            Some(url) => Database::Postgres(url.clone()),
            None => Database::Sqlite(self.data_dir.join("threadkeep.db")),
        }
    }
}

#[derive(Deserialize)]
struct CreatedKey {
    key: String,
}

/// Removes what an earlier run left in `dir` and makes it.
pub(super) fn empty_dir(dir: &Path) -> Result<()> {
    for name in ["sqlite", "postgres", "cluster"] {
        let path = dir.join(name);
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    fs::create_dir_all(dir)?;
    for log in ["threadkeep.log", "bare.log"] {
        super::server::new_log(&dir.join(log))?;
    }
    Ok(())
}

/// Makes a SQLite file without threads.
pub(super) async fn empty(program: &Path, dir: &Path) -> Result<Prepared> {
    let data_dir = dir.join("sqlite");
    let bare = Database::Sqlite(data_dir.join("bare.db"));
    let mut prepared = Prepared { bare, api_key: String::new(), data_dir, database_url: None };
    prepared.api_key = first_start(program, &prepared, dir).await?;
    Ok(prepared)
}

/// Makes and fills a SQLite file, and copies it.
pub(super) async fn sqlite(program: &Path, dir: &Path, sizes: Sizes) -> Result<Prepared> {
    let data_dir = dir.join("sqlite");
    fs::create_dir_all(&data_dir)?;
    let file = data_dir.join("threadkeep.db");
    let copy = data_dir.join("bare.db");
    let mut prepared = Prepared {
        bare: Database::Sqlite(copy.clone()),
        api_key: String::new(),
        data_dir,
        database_url: None,
    };
    prepared.api_key = first_start(program, &prepared, dir).await?;
    fill(&Database::Sqlite(file.clone()), &prepared.api_key, sizes, content::push_turn).await?;
    fs::copy(&file, &copy).context("copying the database")?;
    Ok(prepared)
}

/// Makes a PostgreSQL database without threads.
pub(super) async fn empty_postgres(program: &Path, dir: &Path, cluster: &Cluster) -> Result<Prepared> {
    let data_dir = dir.join("postgres");
    fs::create_dir_all(&data_dir)?;
    cluster.drop_databases().await?;
    let create = format!(
        "CREATE DATABASE {THREADKEEP_DATABASE} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
    );
    cluster.execute(&create).await?;
    let mut prepared = Prepared {
        bare: Database::Postgres(cluster.database_url(BARE_DATABASE)?),
        api_key: String::new(),
        data_dir,
        database_url: Some(cluster.database_url(THREADKEEP_DATABASE)?),
    };
    prepared.api_key = first_start(program, &prepared, dir).await?;
    Ok(prepared)
}

/// Makes and fills a PostgreSQL database, and copies it.
pub(super) async fn postgres(
    program: &Path,
    dir: &Path,
    cluster: &Cluster,
    sizes: Sizes,
) -> Result<Prepared> {
    let prepared = empty_postgres(program, dir, cluster).await?;
    let url = cluster.database_url(THREADKEEP_DATABASE)?;
    fill(&Database::Postgres(url), &prepared.api_key, sizes, content::push_turn).await?;
    cluster.execute(&format!("CREATE DATABASE {BARE_DATABASE} TEMPLATE {THREADKEEP_DATABASE}")).await?;
    cluster.execute("CHECKPOINT").await?;
    Ok(prepared)
}

/// Lets Threadkeep make its schema and its default project, then an API key of that project.
async fn first_start(program: &Path, prepared: &Prepared, logs: &Path) -> Result<String> {
    eprintln!("making the database");
    Server::start_threadkeep(program, prepared, logs).await?.stop().await?;
    let output = Command::new(program)
        .args(["keys", "create", "bench", "--json"])
        .args(prepared.threadkeep_options())
        .stderr(Stdio::inherit())
        .output()
        .await?;
    ensure!(output.status.success(), "keys create: {}", output.status);
    let created: CreatedKey = serde_json::from_slice(&output.stdout).context("what keys create printed")?;
    Ok(created.key)
}

/// Fills a database that [`first_start`] has made.
pub(super) async fn fill(database: &Database, api_key: &str, sizes: Sizes, turns: Turns) -> Result<()> {
    eprintln!("filling it");
    preload::fill(database, project_of(api_key)?, sizes, turns).await
}

/// The project that a key names: `sk_aui_` + project id + `_0…`.
pub(super) fn project_of(api_key: &str) -> Result<&str> {
    let id = api_key.strip_prefix("sk_aui_").and_then(|rest| rest.get(.."proj_".len() + 12));
    id.filter(|id| id.starts_with("proj_")).context("an API key that names no project")
}

/// A PostgreSQL server to make databases on.
pub(super) struct Cluster {
    url: String,
    /// The script and directory to take down at the end.
    own: Option<(PathBuf, PathBuf)>,
}

impl Cluster {
    /// Somebody's server, that is left running.
    pub(super) fn given(url: String) -> Self {
        Self { url, own: None }
    }

    /// A throw-away one.
    pub(super) async fn start(script: &Path, dir: &Path) -> Result<Self> {
        let output = Command::new(script)
            .arg("up")
            .arg(dir)
            .stderr(Stdio::inherit())
            .output()
            .await
            .context("the script")?;
        ensure!(output.status.success(), "{} up: {}", script.display(), output.status);
        let url = String::from_utf8(output.stdout)?.trim().to_owned();
        Ok(Self { url, own: Some((script.to_owned(), dir.to_owned())) })
    }

    /// Removes the databases, and the server too if it was started for them.
    pub(super) async fn clean_up(self) -> Result<()> {
        self.drop_databases().await?;
        if let Some((script, dir)) = self.own {
            let status = Command::new(&script).arg("down").arg(&dir).stdout(Stdio::null()).status().await?;
            ensure!(status.success(), "{} down: {status}", script.display());
            fs::remove_dir_all(dir)?;
        }
        Ok(())
    }

    async fn drop_databases(&self) -> Result<()> {
        for database in [BARE_DATABASE, THREADKEEP_DATABASE] {
            self.execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await?;
        }
        Ok(())
    }

    async fn execute(&self, statement: &str) -> Result<()> {
        let (client, connection) =
            tokio_postgres::connect(&self.url, NoTls).await.context("connecting to PostgreSQL")?;
        let driver = tokio::spawn(connection);
        let outcome = client.batch_execute(statement).await;
        drop(client);
        driver.await??;
        outcome.with_context(|| statement.to_owned())
    }

    /// The server's URL with another database's name in it.
    fn database_url(&self, name: &str) -> Result<String> {
        let (address, parameters) =
            self.url.split_once('?').map_or((self.url.as_str(), None), |(a, p)| (a, Some(p)));
        let (scheme, rest) = address.split_once("://").context("a PostgreSQL URL starts with postgres://")?;
        let host = rest.split('/').next().unwrap_or_default();
        let parameters = parameters.map(|parameters| format!("?{parameters}")).unwrap_or_default();
        Ok(format!("{scheme}://{host}/{name}{parameters}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_project() {
        assert_eq!(project_of("sk_aui_proj_0ltyjcuaxpv1_0abc").ok(), Some("proj_0ltyjcuaxpv1"));
        assert!(project_of("sk_other").is_err());
    }

    #[test]
    fn another_database_of_the_same_server() {
        let cluster = Cluster::given("postgres://me@host:5432/postgres?connect_timeout=3".to_owned());
        assert_eq!(
            cluster.database_url("x").ok().as_deref(),
            Some("postgres://me@host:5432/x?connect_timeout=3")
        );
    }
}
