//! `threadkeep organizations …`.

use clap::Subcommand;
use engine::Conn;
use serde::Serialize;

use super::output::{print, table};
use super::projects::check_name;
use super::{members, new_act, open};
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::id::{Ids, OrganizationId};
use crate::instance::Instance;
use crate::instance::store::first_organization;
use crate::members::store;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the instance's organizations.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Create an organization.
    Create {
        /// What to call it.
        name: String,
        /// The address of the operator who becomes its owner.
        #[arg(long)]
        owner: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Rename an organization.
    Rename {
        /// Its id, `org_…`.
        organization: String,
        /// What to call it.
        name: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Row {
    id: OrganizationId,
    name: String,
    members: i64,
    projects: i64,
    created_at: Timestamp,
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let instance = open(config).await?;
    let json = match command {
        Command::List { json } => json,
        Command::Create { name, owner, json } => {
            create(&instance, &check_name(&name)?, &owner).await?;
            json
        }
        Command::Rename { organization, name, json } => {
            rename(&instance, &organization, &check_name(&name)?).await?;
            json
        }
    };
    list(&instance, json).await
}

async fn list(instance: &Instance, json: bool) -> Result<()> {
    let found = instance.store.read(async |conn| store::list_organizations(conn).await).await?;
    let to_row = |organization: crate::members::model::Organization| Row {
        id: organization.id,
        name: organization.name,
        members: organization.members,
        projects: organization.projects,
        created_at: organization.created_at,
    };
    let rows: Vec<Row> = found.into_iter().map(to_row).collect();
    print(json, &rows, |rows| {
        let cells = |row: &Row| {
            [row.id.to_string(), row.name.clone(), row.members.to_string(), row.projects.to_string()]
        };
        table(["id", "name", "members", "projects"], &rows.iter().map(cells).collect::<Vec<_>>())
    })
}

async fn create(instance: &Instance, name: &str, owner: &str) -> Result<()> {
    let owner = members::find_operator(instance, owner).await?.id;
    let (ids, now) = (Ids::default(), Clock::default().now());
    let id: OrganizationId = ids.next(now)?;
    let (act, name) = (new_act(&ids, now)?, name.to_owned());
    let write =
        async move |conn: &mut Conn<'_>| store::create_organization(conn, &id, &name, &owner, &act).await;
    instance.store.write(write).await
}

async fn rename(instance: &Instance, id: &str, name: &str) -> Result<()> {
    let id = find(instance, id).await?;
    let (act, name) = (new_act(&Ids::default(), Clock::default().now())?, name.to_owned());
    let write = async move |conn: &mut Conn<'_>| store::update_organization(conn, &id, &name, &act).await;
    instance.store.write(write).await
}

/// An organization that a command names by its id.
pub(super) async fn find(instance: &Instance, id: &str) -> Result<OrganizationId> {
    let found = instance.store.read(async |conn| store::list_organizations(conn).await).await?;
    let found = found.into_iter().map(|organization| organization.id).find(|known| known.as_str() == id);
    found.ok_or_else(|| {
        Error::not_found("Organization not found")
            .with_help(format!("there is no organization {id}; see `threadkeep organizations list`"))
    })
}

/// As [`find`], or the oldest organization without an id.
///
/// # Errors
/// 404.
pub(super) async fn find_or_first(instance: &Instance, id: Option<&str>) -> Result<OrganizationId> {
    if let Some(id) = id {
        return find(instance, id).await;
    }
    let first = instance.store.read(async |conn| first_organization(conn).await).await?;
    first.ok_or_else(|| Error::internal("the instance has no organization"))
}
