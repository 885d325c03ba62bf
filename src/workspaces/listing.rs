//! Workspaces as operators list them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::id::{UserId, WorkspaceId};

/// A workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkspaceRow {
    /// Its id.
    pub id: WorkspaceId,
    /// Whose thread was the first in it.
    pub created_by: UserId,
    /// What they are called.
    #[schema(required)]
    pub created_by_name: Option<String>,
    /// When that was.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// How many threads are in it.
    pub threads: i64,
    /// The latest message in them; `null` without any thread.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub last_active_at: Option<Timestamp>,
}
