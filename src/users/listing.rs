//! End users as operators list them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::id::{UserId, WorkspaceId};

/// A user in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserRow {
    /// Their id.
    pub id: UserId,
    /// What their provider says they are called.
    #[schema(required)]
    pub display_name: Option<String>,
    /// Whether they are a visitor.
    pub is_anonymous: bool,
    /// How many threads they created.
    pub threads: i64,
    /// When they were first seen.
    #[schema(value_type = String, format = DateTime)]
    pub first_seen_at: Timestamp,
    /// When they last wrote something, or up to half a minute before.
    #[schema(value_type = String, format = DateTime)]
    pub last_active_at: Timestamp,
}

/// A user and what their list leaves out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserDetail {
    /// As in a list.
    #[serde(flatten)]
    pub row: UserRow,
    /// The workspaces that hold threads of theirs, those with most of them first; at most 100.
    pub workspaces: Vec<UserWorkspace>,
}

/// A workspace that holds threads of a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// How many threads of this user.
    pub threads: i64,
}

/// What an erasure of a user would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ErasurePreview {
    /// Threads that would be deleted with all messages in them, whoever wrote them.
    pub threads: i64,
    /// The messages in those.
    pub messages: i64,
    /// Messages in threads of others that would be emptied and kept as placeholders.
    pub messages_elsewhere: i64,
    /// Scores that would be deleted.
    pub scores: i64,
    /// Workspaces that would be deleted, as nothing of others is in them.
    pub workspaces: i64,
    /// Sessions of a visitor that would end.
    pub sessions: i64,
    /// Whether there is a display name to delete.
    pub has_display_name: bool,
}
