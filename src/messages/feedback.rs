//! The route of feedback on a message.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store;
use crate::app::App;
use crate::auth::caller::Member;
use crate::error::Result;
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::fields::{Fields, FromBody};
use crate::http::query::PathIds;
use crate::id::{MessageId, ScoreId, ThreadId};
use crate::rules::{self, Broken};
use crate::scores::store::Feedback;

/// The routes of feedback.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(give_feedback))
}

/// What a user thinks of a message.
#[derive(ToSchema)]
struct GiveFeedback {
    #[schema(rename = "type")]
    kind: FeedbackKind,
    /// 1 to 2,000 characters after trimming.
    #[schema(min_length = 1, max_length = 2000, nullable = false)]
    comment: Option<String>,
}

/// Thumbs up or down.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum FeedbackKind {
    Positive,
    Negative,
}

impl FromBody for GiveFeedback {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let kind = fields.required("type", |raw| match rules::string(raw)?.as_str() {
            "positive" => Ok(FeedbackKind::Positive),
            "negative" => Ok(FeedbackKind::Negative),
            _ => Err(Broken::new("invalid_value", "must be positive or negative")),
        });
        let comment = fields.optional("comment", |raw| {
            let comment = rules::string(raw)?.trim().to_owned();
            rules::check_text(&comment, 1, 2000).map(|()| comment)
        });
        Some(Self { kind: kind?, comment: comment? })
    }
}

/// The feedback that is on record.
#[derive(Serialize, ToSchema)]
struct FeedbackView {
    feedback_id: ScoreId,
    #[serde(rename = "type")]
    kind: FeedbackKind,
    comment: Option<String>,
}

/// Records what the acting user thinks of a message, in the place of the same user's earlier feedback.
#[utoipa::path(
    post, path = "/v1/threads/{thread_id}/messages/{message_id}/feedback", tag = "messages",
    params(("thread_id" = String, Path), ("message_id" = String, Path)),
    request_body = GiveFeedback, security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, body = FeedbackView),
        Refusals,
        (status = 404, body = ErrorBody),
    )
)]
async fn give_feedback(
    State(app): State<App>,
    Member { scope, user, .. }: Member,
    PathIds([thread, message]): PathIds<2>,
    Json(body): Json<GiveFeedback>,
) -> Result<Json<FeedbackView>> {
    let now = app.clock().now();
    let new_id: ScoreId = app.ids().next(now)?;
    let (project, author) = (scope.project().clone(), user.clone());
    let feedback = Feedback {
        thread: ThreadId::named(thread),
        message: MessageId::named(message),
        author: user,
        is_positive: body.kind == FeedbackKind::Positive,
        comment: body.comment,
    };
    let write = async move |conn: &mut engine::Conn<'_>| {
        store::give_feedback(conn, &scope, &new_id, &feedback, now).await
    };
    let stored = app.store().write(write).await?;
    app.activity().note(&project, &author, now);
    Ok(Json(FeedbackView { feedback_id: stored.id, kind: body.kind, comment: stored.comment }))
}
