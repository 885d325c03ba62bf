//! `threadkeep audit …`.

use clap::{Args, Subcommand};
use engine::Conn;
use serde_json::Value;

use super::output::{print, table};
use super::{Target, find_target, open, organizations};
use crate::audit::model::{AuditEntry, AuditFilter};
use crate::audit::store::{list_entries, list_organization_entries};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::error::Result;
use crate::id::AuditEntryId;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List a project's or an organization's changes, the latest first.
    List {
        /// The most entries.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// The organization, `org_…`: who joined it and as what, and which projects it has had.
        #[arg(long, conflicts_with = "project")]
        organization: Option<String>,
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        target: Target,
    },
}

/// Which entries to list.
#[derive(Debug, Args)]
pub(super) struct Filter {
    /// Only changes of this kind of thing, such as `auth_rule`.
    #[arg(long, value_name = "TYPE")]
    resource_type: Option<String>,
    /// Only changes by this kind of actor: `operator`, `api_key`, `command_line` or `instance`.
    #[arg(long, value_name = "TYPE")]
    actor_type: Option<String>,
    /// Only changes by this actor.
    #[arg(long, value_name = "ID")]
    actor_id: Option<String>,
    /// Only changes at or after this moment, such as 2026-09-21T14:13:20Z.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    from: Option<Timestamp>,
    /// Only changes before this moment.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    to: Option<Timestamp>,
    /// Only entries before this one: the last of the page before.
    #[arg(long, value_name = "ID")]
    before: Option<String>,
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "must be an ISO 8601 date-time such as 2026-09-21T14:13:20Z".into())
}

impl From<Filter> for AuditFilter {
    fn from(filter: Filter) -> Self {
        let Filter { resource_type, actor_type, actor_id, from, to, before } = filter;
        Self { resource_type, actor_type, actor_id, from, to, before: before.map(AuditEntryId::named) }
    }
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let Command::List { limit, organization, filter, target } = command;
    let instance = open(config).await?;
    let filter = AuditFilter::from(filter);
    let entries = match organization {
        Some(id) => {
            let id = organizations::find(&instance, &id).await?;
            let list = async |conn: &mut Conn<'_>| list_organization_entries(conn, &id, &filter, limit).await;
            instance.store.read(list).await?
        }
        None => {
            let project = find_target(&instance, &target).await?;
            let list = async |conn: &mut Conn<'_>| list_entries(conn, &project, &filter, limit).await;
            instance.store.read(list).await?
        }
    };
    print(target.json, &entries, |entries| {
        let cells: Vec<_> = entries.iter().map(to_cells).collect();
        table(["when", "who", "action", "what", "change"], &cells)
    })
}

fn to_cells(entry: &AuditEntry) -> [String; 5] {
    [
        entry.created_at.to_string(),
        entry.actor_label.clone(),
        entry.action.clone(),
        entry.resource_id.clone(),
        describe(entry.before.as_ref(), entry.after.as_ref()),
    ]
}

/// The fields that differ.
fn describe(before: Option<&Value>, after: Option<&Value>) -> String {
    let (Some(before), Some(after)) = (before, after) else {
        return before.or(after).map_or_else(String::new, Value::to_string);
    };
    let fields = after.as_object().into_iter().flatten();
    let changed = fields.filter(|(name, value)| before.get(name) != Some(value));
    let shown = changed
        .map(|(name, value)| format!("{name}: {} -> {value}", before.get(name).unwrap_or(&Value::Null)));
    shown.collect::<Vec<_>>().join(", ")
}
