//! The queries on messages.

mod append;
mod delete;
mod heights;
mod list;
mod thumbs;
mod write;

use engine::{Conn, Param};

use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::ScoreId;
use crate::scores::store::{Feedback, StoredFeedback, put_feedback};
use crate::threads::model::thread_not_found;
use crate::threads::store::{count_thumbs, lock_thread};

pub use append::{Outcome, append_message};
pub use delete::{Left, delete_deepest, delete_some, redact_some};
pub use heights::{list_unsettled_threads, settle_left_thread, settle_thread};
pub use list::{Step, find_cursor, is_last, list_messages};
pub use thumbs::{Place, list_places_of_thumbs, read_thumb};
pub use write::{Update, update_message};

/// Writes a user's feedback on a message and keeps the thread's counters in step.
///
/// # Errors
/// 404 for the thread, then for the message, or the database's.
pub async fn give_feedback(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new_id: &ScoreId,
    feedback: &Feedback,
    now: Timestamp,
) -> Result<StoredFeedback> {
    if !lock_thread(conn, scope, &feedback.thread).await? {
        return Err(thread_not_found());
    }
    let sql = "SELECT 1 FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let params: [&dyn Param; 3] = [scope.project(), &feedback.thread, &feedback.message];
    conn.first(sql, &params, |_| Ok(())).await?.ok_or_else(message_not_found)?;
    let stored = put_feedback(conn, scope, new_id, feedback, now).await?;
    let thumbs = |is_positive: bool| (i64::from(is_positive), i64::from(!is_positive));
    let (up, down) = thumbs(feedback.is_positive);
    let (up_before, down_before) = stored.was_positive.map_or((0, 0), thumbs);
    count_thumbs(conn, scope, &feedback.thread, up - up_before, down - down_before).await?;
    Ok(stored)
}

/// The refusal of an id that names no message of the thread.
pub fn message_not_found() -> Error {
    Error::not_found("Message not found")
}
