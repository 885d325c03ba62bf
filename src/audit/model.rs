//! Audit entries.

use serde::Serialize;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{ApiKeyId, AuditEntryId, Ids, earliest};
use crate::operators::model::Operator;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What kind of actor: `api_key`, `command_line`, `instance` or `operator`.
    pub kind: &'static str,
    /// Which one; empty when the kind has only one.
    pub id: String,
    /// What people call it.
    pub label: String,
}

impl Actor {
    /// Somebody at the terminal of the instance, with the name of their account there if it is known.
    pub fn command_line(account: Option<String>) -> Self {
        let label = account.clone().unwrap_or_else(|| "command line".into());
        Self { kind: "command_line", id: account.unwrap_or_default(), label }
    }

    /// The instance itself, by a job.
    pub fn instance() -> Self {
        Self { kind: "instance", id: String::new(), label: "Threadkeep".into() }
    }

    /// Somebody who is signed in to the dashboard.
    pub fn operator(operator: &Operator) -> Self {
        Self { kind: "operator", id: operator.id.to_string(), label: operator.email.to_string() }
    }

    /// A program with an API key.
    pub fn api_key(id: &ApiKeyId, name: &str) -> Self {
        Self { kind: "api_key", id: id.to_string(), label: name.to_owned() }
    }
}

/// Proof that a change will be on record: every query that changes a project asks for one and writes
/// its entry in the same transaction.
#[derive(Clone, Debug)]
pub struct Act {
    /// The entry's id.
    pub id: AuditEntryId,
    /// Who acts.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

impl Act {
    /// A change about to be made.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(ids: &Ids, actor: Actor, at: Timestamp) -> Result<Self> {
        Ok(Self { id: ids.next(at)?, actor, at })
    }
}

/// What was changed. Values are JSON objects without secrets.
#[derive(Clone, Debug)]
pub struct Change<'c> {
    /// `<resource>.<verb>`, such as `auth_rule.create`.
    pub action: &'static str,
    /// The kind of thing.
    pub resource_type: &'static str,
    /// Which one.
    pub resource_id: &'c str,
    /// Before the change; nothing when it was created.
    pub before: Option<Value>,
    /// After it; nothing when it was deleted.
    pub after: Option<Value>,
}

/// Which entries to list; `None` asks for any.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// The kind of thing that was changed.
    pub resource_type: Option<String>,
    /// The kind of actor.
    pub actor_type: Option<String>,
    /// The actor.
    pub actor_id: Option<String>,
    /// Only changes at or after this moment.
    pub from: Option<Timestamp>,
    /// Only changes before this moment.
    pub to: Option<Timestamp>,
    /// Only entries before this one.
    pub before: Option<AuditEntryId>,
}

impl AuditFilter {
    /// The bounds of the ids asked for: at or after the first, before the second. Ids tell when they were
    /// made.
    pub(super) fn bounds(&self) -> (AuditEntryId, AuditEntryId) {
        let from = earliest(self.from.unwrap_or(Timestamp::from_millis(0)));
        // No id is as great as this one.
        let end = self.to.map_or_else(|| AuditEntryId::named("~"), earliest);
        let end = self.before.iter().fold(end, |end, before| end.min(before.clone()));
        (from, end)
    }
}

/// An entry as it is read.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AuditEntryView)]
pub struct AuditEntry {
    /// Its id; ids sort by time.
    pub id: AuditEntryId,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// `<resource>.<verb>`.
    pub action: String,
    /// The kind of thing that was changed.
    pub resource_type: String,
    /// Which one.
    pub resource_id: String,
    /// The kind of actor.
    pub actor_type: String,
    /// Which one.
    pub actor_id: String,
    /// What people call it.
    pub actor_label: String,
    /// The fields before the change.
    #[schema(value_type = Option<Object>, required)]
    pub before: Option<Value>,
    /// The fields after it.
    #[schema(value_type = Option<Object>, required)]
    pub after: Option<Value>,
}
