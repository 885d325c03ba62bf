//! `threadkeep audit …`.

use clap::Subcommand;
use serde_json::Value;

use super::output::{print, table};
use super::{Target, find_target, open};
use crate::audit::model::AuditEntry;
use crate::audit::store::list_entries;
use crate::config::Config;
use crate::error::Result;
use crate::id::AuditEntryId;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List a project's changes, the latest first.
    List {
        /// The most entries.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// Only entries before this one: the last of the page before.
        #[arg(long, value_name = "ID")]
        before: Option<String>,
        #[command(flatten)]
        target: Target,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let Command::List { limit, before, target } = command;
    let instance = open(config).await?;
    let project = find_target(&instance, &target).await?;
    let before = before.map(AuditEntryId::named);
    let list = async |conn: &mut engine::Conn<'_>| list_entries(conn, &project, before.as_ref(), limit).await;
    let entries = instance.store.read(list).await?;
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
