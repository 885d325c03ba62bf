//! `threadkeep keys …`.

use clap::Subcommand;
use serde::Serialize;

use super::output::{print, table};
use super::projects::check_name;
use super::{Target, find_target, let_nodes_follow, new_act, open};
use crate::api_keys::model::{ApiKey, Expiry, NewApiKey};
use crate::api_keys::store;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::id::{ApiKeyId, Ids, ProjectId};
use crate::instance::Instance;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key. Its text is shown this once.
    Create {
        /// What to call it.
        name: String,
        /// How long it is good for.
        #[arg(long, default_value = "never", value_parser = clap::builder::PossibleValuesParser::new(Expiry::CHOICES))]
        expires: String,
        #[command(flatten)]
        target: Target,
    },
    /// List a project's keys.
    List {
        #[command(flatten)]
        target: Target,
    },
    /// Revoke a key at once.
    Revoke {
        /// Its id, `key_…`.
        key: String,
        #[command(flatten)]
        target: Target,
    },
}

#[derive(Serialize)]
struct CreatedKey {
    id: ApiKeyId,
    key: String,
    name: String,
    project_id: ProjectId,
    expires_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct KeyRow {
    id: ApiKeyId,
    name: String,
    suffix: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    is_expired: bool,
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let instance = open(config).await?;
    match command {
        Command::Create { name, expires, target } => create(&instance, name, &expires, &target).await,
        Command::List { target } => list(&instance, &target).await,
        Command::Revoke { key, target } => revoke(&instance, &key, &target).await,
    }
}

async fn create(instance: &Instance, name: String, expires: &str, target: &Target) -> Result<()> {
    let project = find_target(instance, target).await?;
    let (ids, now) = (Ids::default(), Clock::default().now());
    let expiry = Expiry::parse(expires).ok_or_else(|| Error::bad_request("no such expiry"))?;
    let act = new_act(&ids, now)?;
    let (new, secret) = NewApiKey::draw(&ids, project.clone(), check_name(&name)?, expiry, now)?;
    let created = CreatedKey {
        id: new.id.clone(),
        key: secret.reveal().to_owned(),
        name: new.name.clone(),
        project_id: project,
        expires_at: new.expires_at,
    };
    instance.store.write(async move |conn| store::create_api_key(conn, &new, &act).await).await?;
    print(target.json, &created, |created| {
        let end = created.expires_at.map_or_else(String::new, |end| format!(" It is good until {end}."));
        format!(
            "{}\n\nThis is the only time the key is shown; keep it where your server finds it.{end}",
            created.key
        )
    })
}

async fn list(instance: &Instance, target: &Target) -> Result<()> {
    let project = find_target(instance, target).await?;
    let now = Clock::default().now();
    let keys = instance.store.read(async |conn| store::list_api_keys(conn, &project).await).await?;
    let row = |key: ApiKey| KeyRow {
        is_expired: key.is_expired(now),
        id: key.id,
        name: key.name,
        suffix: key.suffix,
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
    };
    let rows: Vec<KeyRow> = keys.into_iter().map(row).collect();
    print(target.json, &rows, |rows| {
        let time = |time: Option<Timestamp>| time.map_or_else(|| "never".into(), |time| time.to_string());
        let cells = |row: &KeyRow| {
            let end = time(row.expires_at) + if row.is_expired { " (expired)" } else { "" };
            let shown = format!("sk_***{}", row.suffix);
            [
                row.id.to_string(),
                row.name.clone(),
                shown,
                row.created_at.to_string(),
                end,
                time(row.last_used_at),
            ]
        };
        let cells: Vec<_> = rows.iter().map(cells).collect();
        table(["id", "name", "key", "created", "expires", "last used"], &cells)
    })
}

async fn revoke(instance: &Instance, key: &str, target: &Target) -> Result<()> {
    let project = find_target(instance, target).await?;
    let id = ApiKeyId::named(key);
    let deleted = {
        let (id, act) = (id.clone(), new_act(&Ids::default(), Clock::default().now())?);
        instance.store.write(async move |conn| store::delete_api_key(conn, &project, &id, &act).await).await?
    };
    if !deleted {
        return Err(Error::not_found("Key not found").with_help(format!("the project has no key {id}")));
    }
    let_nodes_follow().await;
    print(target.json, &serde_json::json!({ "id": id, "revoked": true }), |_| format!("{id} is revoked"))
}
