//! Threads as operators list them, across the workspaces of a project.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::id::{MessageId, ThreadId, UserId, WorkspaceId};

/// A thread in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ThreadRow {
    /// Its id.
    pub id: ThreadId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// What it is called.
    #[schema(required)]
    pub title: Option<String>,
    /// The app's own id for it.
    #[schema(required)]
    pub external_id: Option<String>,
    /// Whether it is put away.
    pub is_archived: bool,
    /// Who created it.
    pub created_by: UserId,
    /// What they are called.
    #[schema(required)]
    pub created_by_name: Option<String>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When anything of it was last written.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Its place in lists.
    #[schema(value_type = String, format = DateTime)]
    pub last_message_at: Timestamp,
    /// Users who liked a message in it, once for each message.
    pub thumbs_up: i64,
    /// Users who did not.
    pub thumbs_down: i64,
    /// Where a search found it.
    #[schema(required)]
    #[serde(rename = "match")]
    pub found: Option<ThreadMatch>,
}

/// Where a search found a thread: plain text around the words that were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ThreadMatch {
    /// The message; `null` is the title.
    #[schema(required)]
    pub message_id: Option<MessageId>,
    /// What stands before.
    pub before: String,
    /// What was found.
    pub hit: String,
    /// What stands after.
    pub after: String,
}

/// A thread and what its list leaves out.
#[derive(Serialize, ToSchema)]
pub struct ThreadDetail {
    /// As in a list.
    #[serde(flatten)]
    pub row: ThreadRow,
    /// What the app keeps with it.
    #[schema(value_type = Option<Object>, required)]
    pub metadata: Option<Box<RawValue>>,
    /// How many messages it has, on all branches.
    pub messages: i64,
}

/// Which threads of a project to list.
#[derive(Clone, Debug, Default)]
pub struct ThreadFilter {
    /// Only of this workspace.
    pub workspace: Option<WorkspaceId>,
    /// Only created by this user.
    pub user: Option<UserId>,
    /// Only one side of the archive.
    pub is_archived: Option<bool>,
    /// Only with a last message at or after this moment.
    pub from: Option<Timestamp>,
    /// Only with a last message before this moment.
    pub to: Option<Timestamp>,
}

impl ThreadFilter {
    /// Whether a thread is among those asked for.
    pub fn takes(&self, row: &ThreadRow) -> bool {
        self.workspace.as_ref().is_none_or(|workspace| *workspace == row.workspace_id)
            && self.user.as_ref().is_none_or(|user| *user == row.created_by)
            && self.is_archived.is_none_or(|is_archived| is_archived == row.is_archived)
            && self.from.is_none_or(|from| row.last_message_at >= from)
            && self.to.is_none_or(|to| row.last_message_at < to)
    }
}
