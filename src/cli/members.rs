//! `threadkeep members …`.

use clap::{Args, Subcommand};
use engine::Conn;
use serde::Serialize;
use serde_json::json;

use super::output::{print, table};
use super::{new_act, open, organizations};
use crate::auth::api_key::hash;
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, account_from_environment};
use crate::error::{Error, Result};
use crate::id::{Ids, OperatorId, OrganizationId};
use crate::instance::Instance;
use crate::members::model::{Inviter, NewInvitation, Role};
use crate::members::store;
use crate::operators::model::{Email, Operator};
use crate::operators::setup;
use crate::operators::store::{create_reset, delete_sessions, find_operator_by_email};

/// Random characters of a link's secret: 256 bits.
const SECRET_DIGITS: usize = 43;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the members of an organization.
    List {
        #[command(flatten)]
        target: Organization,
    },
    /// Make a link that lets somebody join within 7 days.
    Invite {
        /// What they become.
        #[arg(long, value_enum, default_value_t = Role::Member)]
        role: Role,
        /// Who alone may use the link.
        #[arg(long)]
        email: Option<String>,
        #[command(flatten)]
        target: Organization,
    },
    /// Give a member another role.
    SetRole {
        /// Their e-mail address.
        email: String,
        /// What they become.
        #[arg(value_enum)]
        role: Role,
        #[command(flatten)]
        target: Organization,
    },
    /// Remove a member.
    Remove {
        /// Their e-mail address.
        email: String,
        #[command(flatten)]
        target: Organization,
    },
    /// Make a link that sets an operator's password; good for an hour, once.
    ResetPassword {
        /// Their e-mail address.
        email: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// End every session of an operator.
    SignOut {
        /// Their e-mail address.
        email: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the link that creates the first operator.
    SetupLink {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Which organization a command is about, and how it prints.
#[derive(Debug, Args)]
pub(super) struct Organization {
    /// The organization, `org_…`; the oldest one when left out.
    #[arg(long)]
    organization: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    id: OperatorId,
    email: String,
    name: String,
    role: Role,
    joined_at: Timestamp,
    last_sign_in_at: Option<Timestamp>,
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let instance = open(config).await?;
    let bases = config.bases().map_err(Error::internal)?;
    let url = bases.public_url();
    match command {
        Command::List { target } => list(&instance, &target).await,
        Command::Invite { role, email, target } => invite(&instance, url, role, email, &target).await,
        Command::SetRole { email, role, target } => set_role(&instance, &email, role, &target).await,
        Command::Remove { email, target } => remove(&instance, &email, &target).await,
        Command::ResetPassword { email, json } => reset_password(&instance, url, &email, json).await,
        Command::SignOut { email, json } => sign_out(&instance, &email, json).await,
        Command::SetupLink { json } => setup_link(&instance, url, json),
    }
}

async fn list(instance: &Instance, target: &Organization) -> Result<()> {
    let organization = find_target(instance, target).await?;
    let found = instance.store.read(async |conn| store::list_members(conn, &organization).await).await?;
    let rows: Vec<Row> = found
        .into_iter()
        .map(|member| Row {
            id: member.operator,
            email: member.email,
            name: member.name,
            role: member.role,
            joined_at: member.joined_at,
            last_sign_in_at: member.last_sign_in_at,
        })
        .collect();
    print(target.json, &rows, |rows| {
        let cells = |row: &Row| {
            let last = row.last_sign_in_at.map_or_else(|| "never".into(), |at| at.to_string());
            [row.email.clone(), row.name.clone(), row.role.as_str().to_owned(), last]
        };
        table(["e-mail", "name", "role", "last sign-in"], &rows.iter().map(cells).collect::<Vec<_>>())
    })
}

async fn invite(
    instance: &Instance,
    url: &str,
    role: Role,
    email: Option<String>,
    target: &Organization,
) -> Result<()> {
    let organization = find_target(instance, target).await?;
    let email = email.map(|text| parse_email(&text)).transpose()?;
    let (ids, now) = (Ids::default(), Clock::default().now());
    let email = email.map(|email| email.to_string());
    let name = account_from_environment().unwrap_or_else(|| "the command line".into());
    let inviter = Inviter { operator: None, name };
    let (new, token) = NewInvitation::draw(&ids, organization, role, email, inviter, now)?;
    let (link, end, act) = (token.link(url), new.expires_at(), new_act(&ids, now)?);
    instance.store.write(async move |conn| store::create_invitation(conn, &new, &act).await).await?;
    print(target.json, &json!({ "link": link, "role": role, "expires_at": end }), |_| {
        format!(
            "{link}\n\nWhoever opens it becomes {} of the organization. It works once, until {end}.",
            role.as_str()
        )
    })
}

async fn set_role(instance: &Instance, email: &str, role: Role, target: &Organization) -> Result<()> {
    let organization = find_target(instance, target).await?;
    let operator = find_operator(instance, email).await?.id;
    let act = new_act(&Ids::default(), Clock::default().now())?;
    let write = async move |conn: &mut Conn<'_>| {
        store::update_member(conn, &organization, &operator, role, (None, &act)).await
    };
    instance.store.write(write).await?;
    list(instance, target).await
}

async fn remove(instance: &Instance, email: &str, target: &Organization) -> Result<()> {
    let organization = find_target(instance, target).await?;
    let operator = find_operator(instance, email).await?.id;
    let act = new_act(&Ids::default(), Clock::default().now())?;
    let write = async move |conn: &mut Conn<'_>| {
        store::delete_member(conn, &organization, &operator, (None, &act)).await
    };
    instance.store.write(write).await?;
    list(instance, target).await
}

async fn reset_password(instance: &Instance, url: &str, email: &str, json: bool) -> Result<()> {
    let operator = find_operator(instance, email).await?;
    let token = Ids::default().secret(SECRET_DIGITS)?;
    let (link, now) = (hash(&token), Clock::default().now());
    let write = async move |conn: &mut Conn<'_>| create_reset(conn, &operator.email, &link, now).await;
    instance.store.write(write).await?;
    let link = format!("{url}/dashboard/reset#{token}");
    print(json, &json!({ "link": link }), |_| {
        format!("{link}\n\nIt sets a new password for {email}, once, within an hour.")
    })
}

async fn sign_out(instance: &Instance, email: &str, json: bool) -> Result<()> {
    let operator = find_operator(instance, email).await?.id;
    let ended = instance.store.write(async move |conn| delete_sessions(conn, &operator).await).await?;
    print(json, &json!({ "ended": ended }), |_| format!("{ended} sessions of {email} are over"))
}

fn setup_link(instance: &Instance, url: &str, json: bool) -> Result<()> {
    if !instance.needs_setup {
        return Err(setup::over());
    }
    let link = setup::link(&instance.vault, url)?;
    print(json, &json!({ "link": link }), |_| link.clone())
}

async fn find_target(instance: &Instance, target: &Organization) -> Result<OrganizationId> {
    organizations::find_or_first(instance, target.organization.as_deref()).await
}

fn parse_email(text: &str) -> Result<Email> {
    Email::parse(text).ok_or_else(|| Error::bad_request(format!("`{text}` is no e-mail address")))
}

/// An operator whom a command names by address.
pub(super) async fn find_operator(instance: &Instance, email: &str) -> Result<Operator> {
    let email = parse_email(email)?;
    let found = instance.store.read(async |conn| find_operator_by_email(conn, &email).await).await?;
    found.ok_or_else(|| {
        Error::not_found("Operator not found")
            .with_help(format!("no operator has the address {email}; see `threadkeep members list`"))
    })
}
