//! The queries on scores.

use engine::Conn;

use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{MessageId, ScoreId, ThreadId, UserId};

/// The name of the score that feedback writes.
const FEEDBACK: &str = "feedback";

/// A user's feedback on a message.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// The message's thread.
    pub thread: ThreadId,
    /// The message.
    pub message: MessageId,
    /// Who gives it.
    pub author: UserId,
    /// Thumbs up or down.
    pub is_positive: bool,
    /// Trimmed; `None` when none was sent.
    pub comment: Option<String>,
}

/// Feedback as it stands after a write.
#[derive(Clone, Debug)]
pub struct StoredFeedback {
    /// The score.
    pub id: ScoreId,
    /// What is on record.
    pub comment: Option<String>,
    /// What the user's feedback on the message was before, if there was any.
    pub was_positive: Option<bool>,
}

/// Writes a user's feedback on a message, in the place of the same user's earlier one. The caller holds
/// the thread's row and has seen the message.
///
/// A comment is replaced by a new one, kept when the same type comes again without one, and dropped
/// when the type changes without one.
///
/// # Errors
/// The database's.
pub async fn put_feedback(
    conn: &mut Conn<'_>,
    scope: &Scope,
    new_id: &ScoreId,
    feedback: &Feedback,
    now: Timestamp,
) -> Result<StoredFeedback> {
    let project = scope.project();
    let sql = "SELECT id, value, comment FROM scores
               WHERE project_id = ?1 AND message_id = ?2 AND name = ?3 AND author_id = ?4";
    let earlier = conn
        .first(sql, &[project, &feedback.message, &FEEDBACK, &feedback.author], |row| {
            Ok((row.get::<ScoreId>(0)?, row.get::<Option<f64>>(1)?, row.get::<Option<String>>(2)?))
        })
        .await?;
    let value = f64::from(u8::from(feedback.is_positive));
    let Some((id, earlier_value, earlier_comment)) = earlier else {
        let sql = "INSERT INTO scores
                   (project_id, id, thread_id, message_id, run_id, name, data_type, value, string_value,
                    source, author_id, comment, created_at, updated_at)
                   VALUES (?1, ?2, ?3, ?4, NULL, ?5, 'boolean', ?6, NULL, 'end_user', ?7, ?8, ?9, ?9)";
        let Feedback { thread, message, author, comment, .. } = feedback;
        conn.execute(
            sql,
            &[project, new_id, thread, message, &FEEDBACK, &value, author, comment, &now.millis()],
        )
        .await?;
        return Ok(StoredFeedback { id: new_id.clone(), comment: comment.clone(), was_positive: None });
    };
    let was_positive = earlier_value.map(|value| value > 0.5);
    let kept = earlier_comment.filter(|_| was_positive == Some(feedback.is_positive));
    let comment = feedback.comment.clone().or(kept);
    let sql = "UPDATE scores SET value = ?3, comment = ?4, updated_at = ?5 WHERE project_id = ?1 AND id = ?2";
    conn.execute(sql, &[project, &id, &value, &comment, &now.millis()]).await?;
    Ok(StoredFeedback { id, comment, was_positive })
}
