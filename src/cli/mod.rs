//! The commands of the program.
//!
//! Not here: what they do, which stands in the rooms.

mod audit;
mod auth;
mod config;
mod keys;
mod log;
mod members;
mod organizations;
mod origins;
mod output;
mod projects;
mod rules;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::audit::model::{Act, Actor};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, Flags, Loaded, account_from_environment};
use crate::error::{Error, Result};
use crate::http::openapi;
use crate::id::{Ids, ProjectId};
use crate::instance::{self, Instance};
use crate::projects::store::find_project;

/// The self-hosted conversation backend for assistant-ui apps.
#[derive(Debug, Parser)]
#[command(name = "threadkeep", version, about)]
pub struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve,
    /// Print every setting in force and where it came from; secrets are masked.
    Config {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the OpenAPI document.
    Openapi {
        /// The document of the operator API, which the dashboard calls.
        #[arg(long)]
        operator: bool,
    },
    /// Make, list and change projects.
    #[command(subcommand)]
    Projects(projects::Command),
    /// Make, list and revoke API keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Say whose tokens are accepted, and what to read from them.
    #[command(subcommand)]
    Rules(rules::Command),
    /// Find out why a token is accepted or not.
    #[command(subcommand)]
    Auth(auth::Command),
    /// Say from which origins browsers may read a project's answers.
    #[command(subcommand)]
    Origins(origins::Command),
    /// Invite operators, change their roles, let them back in.
    #[command(subcommand)]
    Members(members::Command),
    /// Create, list and rename organizations.
    #[command(subcommand)]
    Organizations(organizations::Command),
    /// See who changed what.
    #[command(subcommand)]
    Audit(audit::Command),
}

/// Settings that every command takes; each is also an environment variable and a line of the file.
#[derive(Debug, Args)]
struct Settings {
    /// A configuration file instead of ./threadkeep.toml [env: THREADKEEP_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the database and the instance secret [env: THREADKEEP_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// The address to listen on [env: THREADKEEP_LISTEN]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The URL under which browsers reach this instance [env: THREADKEEP_PUBLIC_URL]
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// A PostgreSQL to use instead of SQLite [env: THREADKEEP_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
}

impl Settings {
    fn load(self) -> Result<Loaded> {
        let file = self.config.or_else(crate::config::file_from_environment);
        let flags = Flags(vec![
            ("data_dir", self.data_dir),
            ("listen", self.listen),
            ("public_url", self.public_url),
            ("database_url", self.database_url),
        ]);
        Loaded::read(file.as_deref(), flags).map_err(|error| {
            let help = format!("the configuration is not valid: {error}");
            Error::internal(error).with_help(help)
        })
    }
}

/// Runs a command.
///
/// # Errors
/// What a person at the terminal should read.
pub async fn run(cli: Cli) -> Result<()> {
    let loaded = cli.settings.load()?;
    match cli.command {
        Command::Openapi { operator: false } => output::write(openapi::document_text().trim_end()),
        Command::Openapi { operator: true } => output::write(openapi::operator_document_text().trim_end()),
        Command::Serve => serve::run(loaded.config).await,
        Command::Config { json } => config::run(&loaded, json),
        Command::Projects(command) => projects::run(&loaded.config, command).await,
        Command::Keys(command) => keys::run(&loaded.config, command).await,
        Command::Rules(command) => rules::run(&loaded.config, command).await,
        Command::Auth(command) => auth::run(&loaded.config, command).await,
        Command::Origins(command) => origins::run(&loaded.config, command).await,
        Command::Members(command) => members::run(&loaded.config, command).await,
        Command::Organizations(command) => organizations::run(&loaded.config, command).await,
        Command::Audit(command) => audit::run(&loaded.config, command).await,
    }
}

/// Opens the instance that a server has begun, for a command beside it or without it.
async fn open(config: &Config) -> Result<Instance> {
    instance::open_existing(config, &Clock::default()).await
}

/// Which project a command is about, and how it prints.
#[derive(Debug, Args)]
struct Target {
    /// The project, `proj_…`; the default project when left out.
    #[arg(long)]
    project: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

async fn find_target(instance: &Instance, target: &Target) -> Result<ProjectId> {
    let id = match &target.project {
        Some(text) => projects::parse(text)?,
        None => instance.default_project.clone().ok_or_else(|| {
            Error::bad_request("this instance has no default project; name one with --project")
        })?,
    };
    let found = instance.store.read(async |conn| find_project(conn, &id).await).await?;
    let project = found.ok_or_else(|| projects::not_found(&id))?;
    match project.purge_at() {
        None => Ok(project.id),
        Some(_) => Err(Error::conflict(format!(
            "the project {id} is deleted; `threadkeep projects restore {id}` brings it back"
        ))),
    }
}

/// A change about to be made by whoever sits at the terminal.
fn new_act(ids: &Ids, now: Timestamp) -> Result<Act> {
    Act::new(ids, Actor::command_line(account_from_environment()), now)
}

/// Waits until every running node has noticed a change of the directory, so that a command which
/// reports a revoked key tells the truth.
async fn let_nodes_follow() {
    tokio::time::sleep(crate::auth::directory::POLL * 2).await;
}
