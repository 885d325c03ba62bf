//! `threadkeep projects …`.

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use super::output::{print, table};
use super::{let_nodes_follow, new_act, open, organizations};
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::fair_use::model::{FairUse, FairUseChange, Limit, Party, Setting};
use crate::id::{Ids, OrganizationId, ProjectId};
use crate::instance::Instance;
use crate::projects::model::{NewProject, NewSigningKey, Project, ProjectChange};
use crate::projects::origins::AllowedOrigin;
use crate::projects::{deletion, store};
use crate::rules;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a project.
    Create {
        /// What to call it.
        name: String,
        /// The organization that owns it, `org_…`; the first one when left out.
        #[arg(long, value_name = "ORGANIZATION")]
        organization: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// List all projects.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Show a project.
    Show {
        /// Its id, `proj_…`.
        project: String,
        #[arg(long)]
        json: bool,
    },
    /// Give a project another name.
    Rename {
        /// Its id, `proj_…`.
        project: String,
        /// What to call it.
        name: String,
        #[arg(long)]
        json: bool,
    },
    /// Change a project's settings.
    Update {
        /// Its id, `proj_…`.
        project: String,
        /// Let visitors in without credential, or not.
        #[arg(long, value_name = "on|off")]
        anonymous: Option<Switch>,
        /// How many users who have signed in may write in a UTC month: a number, or `none` for any.
        #[arg(long, value_name = "N|none", value_parser = parse_cap)]
        active_user_cap: Option<Cap>,
        /// How many anonymous visitors may write in a UTC month: a number, or `none` for any.
        #[arg(long, value_name = "N|none", value_parser = parse_cap)]
        active_visitor_cap: Option<Cap>,
        /// A limit of fair use, such as `visitors.user_messages_per_minute=60`; `projects show` has the names.
        #[arg(long, value_name = "WHO.LIMIT=N|none", value_parser = parse_limit)]
        limit: Vec<Setting>,
        #[arg(long)]
        json: bool,
    },
    /// Delete a project. It answers nobody any more, can be restored for 24 hours, and is then gone for good.
    Delete {
        /// Its id, `proj_…`.
        project: String,
        /// The project's name, as a proof that it is meant.
        #[arg(long)]
        name: String,
        #[arg(long)]
        json: bool,
    },
    /// Restore a deleted project.
    Restore {
        /// Its id, `proj_…`.
        project: String,
        #[arg(long)]
        json: bool,
    },
    /// Sign workspace tokens with a new key; the old one verifies for 10 minutes more.
    RotateKey {
        /// Its id, `proj_…`.
        project: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Cap(Option<i64>);

fn parse_cap(text: &str) -> Result<Cap, String> {
    match text {
        "none" => Ok(Cap(None)),
        _ => match text.parse() {
            Ok(cap) if cap >= 0 => Ok(Cap(Some(cap))),
            _ => Err("must be a whole number or `none`".into()),
        },
    }
}

fn parse_limit(text: &str) -> Result<Setting, String> {
    let split = || {
        let (name, value) = text.split_once('=')?;
        let (party, limit) = name.split_once('.')?;
        Some((Party::parse(party)?, Limit::parse(limit)?, value))
    };
    let (party, limit, value) = split().ok_or_else(|| {
        let names = |names: Vec<&str>| names.join(", ");
        format!(
            "must be WHO.LIMIT=N with one of {} and one of {}",
            names(Party::ALL.map(Party::name).to_vec()),
            names(Limit::ALL.map(Limit::name).to_vec()),
        )
    })?;
    let value = match value {
        "none" => None,
        number => match number.parse() {
            Ok(number) if number <= limit.max() => Some(number),
            _ => return Err(format!("must be a whole number from 0 to {} or `none`", limit.max())),
        },
    };
    Ok(Setting { party, limit, value })
}

/// The limits that are set, a line for each.
fn show_limits(fair_use: &FairUse) -> Vec<[String; 2]> {
    let line = |Setting { party, limit, value }: Setting| {
        Some([format!("{}.{}", party.name(), limit.name()), value?.to_string()])
    };
    fair_use.settings().filter_map(line).collect()
}

#[derive(Serialize)]
struct ProjectRow {
    id: ProjectId,
    name: String,
    frontend_url: String,
    is_default: bool,
    anonymous_access: bool,
    active_user_cap: Option<i64>,
    active_visitor_cap: Option<i64>,
    fair_use: FairUse,
    allowed_origins: Vec<AllowedOrigin>,
    created_at: Timestamp,
    organization_id: OrganizationId,
    deleted_at: Option<Timestamp>,
    purge_at: Option<Timestamp>,
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let projects = Projects { instance: open(config).await?, config };
    match command {
        Command::Create { name, organization, json } => {
            let id = projects.create(name, organization).await?;
            projects.show(&id, json).await
        }
        Command::List { json } => projects.list(json).await,
        Command::Show { project, json } => projects.show(&parse(&project)?, json).await,
        Command::Rename { project, name, json } => {
            let change = ProjectChange { name: Some(check_name(&name)?), ..ProjectChange::default() };
            projects.change(parse(&project)?, change, json).await
        }
        Command::Update { project, anonymous, active_user_cap, active_visitor_cap, limit, json } => {
            let change = ProjectChange {
                anonymous_access: anonymous.map(|switch| matches!(switch, Switch::On)),
                active_user_cap: active_user_cap.map(|Cap(cap)| cap),
                active_visitor_cap: active_visitor_cap.map(|Cap(cap)| cap),
                fair_use: (!limit.is_empty()).then_some(FairUseChange(limit)),
                ..ProjectChange::default()
            };
            projects.change(parse(&project)?, change, json).await
        }
        Command::Delete { project, name, json } => projects.delete(parse(&project)?, &name, json).await,
        Command::Restore { project, json } => projects.restore(parse(&project)?, json).await,
        Command::RotateKey { project, json } => projects.rotate(parse(&project)?, json).await,
    }
}

/// Reads a project's id.
///
/// # Errors
/// When the text has not the form of one.
pub(super) fn parse(text: &str) -> Result<ProjectId> {
    ProjectId::parse(text).ok_or_else(|| {
        Error::bad_request(format!("`{text}` is not a project id; `threadkeep projects list` shows them"))
    })
}

/// The refusal of an id that names no project.
pub(super) fn not_found(id: &ProjectId) -> Error {
    Error::not_found("Project not found").with_help(format!("there is no project {id}"))
}

/// The rule for names of projects and keys.
///
/// # Errors
/// When the name is empty or too long.
pub(super) fn check_name(name: &str) -> Result<String> {
    rules::check_name(name).map_err(|broken| Error::bad_request(broken.into_issue("the name").message))
}

/// An origin list for people.
pub(super) fn show_origins(origins: &[AllowedOrigin]) -> String {
    match origins {
        [] => "every origin".to_owned(),
        list => list.iter().map(AllowedOrigin::as_str).collect::<Vec<_>>().join(", "),
    }
}

struct Projects<'c> {
    instance: Instance,
    config: &'c Config,
}

impl Projects<'_> {
    async fn create(&self, name: String, organization: Option<String>) -> Result<ProjectId> {
        let store = &self.instance.store;
        let organization = organizations::find_or_first(&self.instance, organization.as_deref()).await?;
        let now = Clock::default().now();
        let name = check_name(&name)?;
        let new = NewProject::draw(&Ids::default(), &self.instance.vault, organization, name, now)?;
        let (id, act) = (new.id.clone(), new_act(&Ids::default(), now)?);
        store.write(async move |conn| store::create_project(conn, &new, &act).await).await?;
        Ok(id)
    }

    async fn delete(&self, id: ProjectId, name: &str, json: bool) -> Result<()> {
        let store = &self.instance.store;
        let found = store.read(async |conn| store::find_project(conn, &id).await).await?;
        let project = found.ok_or_else(|| not_found(&id))?;
        if project.name != name.trim() {
            return Err(Error::bad_request(format!("{id} is not called `{name}` but `{}`", project.name)));
        }
        let (target, act) = (id.clone(), new_act(&Ids::default(), Clock::default().now())?);
        let delete = async move |conn: &mut engine::Conn<'_>| {
            deletion::store::delete_project(conn, &target, &act).await
        };
        if store.write(delete).await?.is_none() {
            return Err(Error::conflict(format!("the project {id} is deleted already")));
        }
        let_nodes_follow().await;
        self.show(&id, json).await
    }

    async fn restore(&self, id: ProjectId, json: bool) -> Result<()> {
        let (target, act) = (id.clone(), new_act(&Ids::default(), Clock::default().now())?);
        let restore = async move |conn: &mut engine::Conn<'_>| {
            deletion::store::restore_project(conn, &target, &act).await
        };
        if self.instance.store.write(restore).await?.is_none() {
            return Err(Error::conflict(format!("there is no deleted project {id}")));
        }
        let_nodes_follow().await;
        self.show(&id, json).await
    }

    async fn list(&self, json: bool) -> Result<()> {
        let projects = self.instance.store.read(async |conn| store::list_projects(conn).await).await?;
        let rows = projects.into_iter().map(|project| self.row(project)).collect::<Result<Vec<_>>>()?;
        print(json, &rows, |rows| {
            let cells = |row: &ProjectRow| {
                let is_default = if row.is_default { "yes" } else { "" };
                let end = row.purge_at.map_or_else(String::new, |end| format!("until {end}"));
                [row.id.to_string(), row.name.clone(), row.frontend_url.clone(), is_default.to_owned(), end]
            };
            table(
                ["id", "name", "frontend", "default", "deleted, can be restored"],
                &rows.iter().map(cells).collect::<Vec<_>>(),
            )
        })
    }

    async fn show(&self, id: &ProjectId, json: bool) -> Result<()> {
        let found = self.instance.store.read(async |conn| store::find_project(conn, id).await).await?;
        let row = self.row(found.ok_or_else(|| not_found(id))?)?;
        print(json, &row, |row| {
            let cap = |cap: Option<i64>| cap.map_or_else(|| "none".to_owned(), |cap| cap.to_string());
            let on = |switch: bool| if switch { "on" } else { "off" };
            let mut rows = vec![
                ["id".to_owned(), row.id.to_string()],
                ["name".to_owned(), row.name.clone()],
                ["frontend".to_owned(), row.frontend_url.clone()],
                ["default".to_owned(), if row.is_default { "yes" } else { "no" }.to_owned()],
                ["anonymous access".to_owned(), on(row.anonymous_access).to_owned()],
                ["active-user cap".to_owned(), cap(row.active_user_cap)],
                ["active-visitor cap".to_owned(), cap(row.active_visitor_cap)],
                ["allowed origins".to_owned(), show_origins(&row.allowed_origins)],
                ["organization".to_owned(), row.organization_id.to_string()],
                ["created".to_owned(), row.created_at.to_string()],
            ];
            rows.extend(show_limits(&row.fair_use));
            rows.extend(row.deleted_at.map(|at| ["deleted".to_owned(), at.to_string()]));
            rows.extend(row.purge_at.map(|at| ["can be restored until".to_owned(), at.to_string()]));
            table(["project", ""], &rows)
        })
    }

    async fn change(&self, id: ProjectId, change: ProjectChange, json: bool) -> Result<()> {
        let act = new_act(&Ids::default(), Clock::default().now())?;
        let target = id.clone();
        let write = async move |conn: &mut engine::Conn<'_>| {
            store::update_project(conn, &target, &change, &act).await
        };
        if !self.instance.store.write(write).await? {
            return Err(not_found(&id));
        }
        let_nodes_follow().await;
        self.show(&id, json).await
    }

    async fn rotate(&self, id: ProjectId, json: bool) -> Result<()> {
        let now = Clock::default().now();
        let key = NewSigningKey::draw(&Ids::default(), &self.instance.vault, &id, now)?;
        let (target, kid, act) = (id.clone(), key.id.clone(), new_act(&Ids::default(), now)?);
        let write = async move |conn: &mut engine::Conn<'_>| {
            store::rotate_signing_key(conn, &target, &key, &act).await
        };
        if !self.instance.store.write(write).await? {
            return Err(not_found(&id));
        }
        let_nodes_follow().await;
        print(json, &serde_json::json!({ "kid": kid }), |_| {
            format!("tokens are signed with {kid} now; the previous key verifies for 10 minutes more")
        })
    }

    fn row(&self, project: Project) -> Result<ProjectRow> {
        let bases = self.config.bases().map_err(Error::internal)?;
        Ok(ProjectRow {
            frontend_url: bases.frontend(&project.id),
            purge_at: project.purge_at(),
            deleted_at: project.deleted_at,
            organization_id: project.organization,
            is_default: self.instance.default_project.as_ref() == Some(&project.id),
            id: project.id,
            name: project.name,
            anonymous_access: project.anonymous_access,
            active_user_cap: project.active_user_cap,
            active_visitor_cap: project.active_visitor_cap,
            fair_use: project.fair_use,
            allowed_origins: project.allowed_origins,
            created_at: project.created_at,
        })
    }
}
