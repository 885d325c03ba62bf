//! Threads as operators list them, across the workspaces of a project.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::id::{MessageId, ThreadId, UserId, WorkspaceId};
use crate::leases::model::RunStatus;
use crate::messages::content::Content;
use crate::search::snippet::one_line;
use crate::search::text::text_of;

/// The most messages of a thread that a list counts.
pub const MAX_COUNT: i64 = 1_000;

/// The most characters of the words that a thread begins with.
const MAX_FIRST_WORDS: usize = 120;

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
    /// Users who liked a message in it, once for each message. Of the messages of which no user told the
    /// server, it counts the thumbs that clients have written into them, of at most 1,000 messages.
    pub thumbs_up: i64,
    /// Users who did not.
    pub thumbs_down: i64,
    /// How many messages it has, on all branches, without replies that are still empty; 1,000 stands for that
    /// many or more.
    pub message_count: i64,
    /// What its first user said first: at most 120 characters, in one line.
    #[schema(required)]
    pub first_words: Option<String>,
    /// How its latest reply fares, while that has not been ended.
    #[schema(required)]
    pub run: Option<RunStatus>,
    /// Where a search found it.
    #[schema(required)]
    #[serde(rename = "match")]
    pub found: Option<ThreadMatch>,
}

/// Where a search found a thread: plain text around the words that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ThreadMatch {
    /// The message; `null` is the title.
    #[schema(required)]
    pub message_id: Option<MessageId>,
    /// What stands before. All three are empty when the message is too large to be shown in a list.
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

/// In which order threads are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThreadOrder {
    /// The latest message first.
    #[default]
    LastMessage,
    /// The message that was longest ago first.
    LastMessageOldest,
    /// The thread that was created last first.
    Created,
    /// The thread that was created first first.
    CreatedOldest,
}

impl ThreadOrder {
    /// Reads an order by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "last_message" => Self::LastMessage,
            "last_message_oldest" => Self::LastMessageOldest,
            "created" => Self::Created,
            "created_oldest" => Self::CreatedOldest,
            _ => return None,
        })
    }

    /// The number by which a thread stands in this order.
    pub fn number(self, row: &ThreadRow) -> i64 {
        match self {
            Self::LastMessage | Self::LastMessageOldest => row.last_message_at.millis(),
            Self::Created | Self::CreatedOldest => row.created_at.millis(),
        }
    }
}

/// The first words of a message, if a user wrote it and there are any: cut at a word, in one line.
pub fn first_words(content: &Content) -> Option<String> {
    if !content.is_of_user() {
        return None;
    }
    // White space may make more of it than is shown.
    let text = one_line(&text_of(content.as_str(), 4 * MAX_FIRST_WORDS));
    let text = text.trim();
    let Some((end, next)) = text.char_indices().nth(MAX_FIRST_WORDS) else {
        return (!text.is_empty()).then(|| text.to_owned());
    };
    let kept = match text[..end].rsplit_once(' ') {
        Some((kept, _)) if next != ' ' => kept,
        _ => &text[..end],
    };
    Some(format!("{}…", kept.trim_end()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn words_of(content: &serde_json::Value) -> Option<String> {
        first_words(&Content::stored(content.to_string()))
    }

    #[test]
    fn a_thread_begins_with_what_its_user_said() {
        let said = |text: &str| json!({ "role": "user", "parts": [{ "type": "text", "text": text }] });
        assert_eq!(words_of(&said(" Where\n\nis it? ")).unwrap(), "Where is it?");
        assert_eq!(words_of(&said("  ")), None);
        assert_eq!(words_of(&json!({ "role": "assistant", "content": "Hello" })), None);
        assert_eq!(words_of(&json!({ "type": "human", "content": "Hello" })).unwrap(), "Hello");
        let long = words_of(&said(&"word ".repeat(50))).unwrap();
        assert!(long.ends_with(" word…") && long.chars().count() == 120, "{long}");
        assert_eq!(words_of(&said(&"語".repeat(500))).unwrap().chars().count(), 121);
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(text: String) {
            let words = words_of(&json!({ "role": "user", "content": text }));
            prop_assert!(words.is_none_or(|words| words.chars().count() <= 121));
        }
    }
}
