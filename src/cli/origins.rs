//! `threadkeep origins …`.

use clap::Subcommand;
use outbound::Policy;

use super::output::print;
use super::projects::{not_found, show_origins};
use super::{Target, find_target, let_nodes_follow, new_act, open};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::id::Ids;
use crate::instance::Instance;
use crate::projects::model::ProjectChange;
use crate::projects::origins::{AllowedOrigin, parse_origins};
use crate::projects::store::{find_project, update_project};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the origins from which browsers may read the project's answers.
    List {
        #[command(flatten)]
        target: Target,
    },
    /// Set them; none admits every origin.
    Set {
        /// Such as `https://app.example.com`, `https://*.example.com`, `http://localhost:3000` or
        /// `tauri://localhost`.
        origins: Vec<String>,
        #[command(flatten)]
        target: Target,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let instance = open(config).await?;
    match command {
        Command::List { target } => list(&instance, &target).await,
        Command::Set { origins, target } => set(config, &instance, &origins, &target).await,
    }
}

async fn list(instance: &Instance, target: &Target) -> Result<()> {
    let project = find_target(instance, target).await?;
    let found = instance.store.read(async |conn| find_project(conn, &project).await).await?;
    show(target, &found.ok_or_else(|| not_found(&project))?.allowed_origins)
}

async fn set(config: &Config, instance: &Instance, origins: &[String], target: &Target) -> Result<()> {
    let project = find_target(instance, target).await?;
    let private = Policy::new(config.allow_private.clone());
    let origins = parse_origins(origins.iter().map(String::as_str), &private);
    let origins = origins.map_err(|problem| Error::bad_request(problem.to_string()))?;
    let change = ProjectChange { allowed_origins: Some(origins.clone()), ..ProjectChange::default() };
    let act = new_act(&Ids::default(), Clock::default().now())?;
    let id = project.clone();
    let write = async move |conn: &mut engine::Conn<'_>| update_project(conn, &id, &change, &act).await;
    if !instance.store.write(write).await? {
        return Err(not_found(&project));
    }
    let_nodes_follow().await;
    show(target, &origins)
}

fn show(target: &Target, origins: &[AllowedOrigin]) -> Result<()> {
    print(target.json, &origins, |origins| show_origins(origins))
}
