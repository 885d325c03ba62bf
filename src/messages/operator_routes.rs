//! The messages of a thread, for the dashboard.

use axum::extract::State;
use engine::Conn;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::{Cursor, Page};
use super::reading::Reading;
use super::routes::RunView;
use super::store::{self, Step};
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::JsonText;
use crate::http::page::{cursor, print_cursor};
use crate::http::query::{FromQuery, Params, PathIds, Query};
use crate::id::{MessageId, ThreadId};
use crate::rules::Broken;
use crate::threads::model::thread_not_found;
use crate::threads::store::find_thread_workspace;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_thread_messages))
}

/// The most messages of a page.
const MAX_PAGE: u32 = 200;

/// Bytes after which a page ends, so that one of large messages fits into memory.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A message as an operator reads it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Page` prints")]
struct MessageView {
    #[schema(example = "msg_0Wd8Qm2ZrT5yKc7LxB1nVh3P")]
    id: MessageId,
    /// The parent in the same thread.
    #[schema(required)]
    parent_id: Option<MessageId>,
    /// The app's own id for it.
    #[schema(required)]
    external_id: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// 0 at a root, the parent's height + 1 below.
    height: i64,
    /// How the writing of it stands; there is none without a lease.
    #[schema(nullable = false)]
    run: Option<RunView>,
    /// The format of its own content.
    #[schema(example = "ai-sdk/v6")]
    format: String,
    /// With the form `transcript`: whether it has a copy in `aui/v0` beside its own content.
    #[schema(nullable = false)]
    has_copy: Option<bool>,
    /// With the form `transcript`: what it says, in one form for all formats.
    #[schema(value_type = Option<Object>, nullable = false)]
    transcript: Option<()>,
    /// With the form `stored`: its own content, as it was sent.
    #[schema(value_type = Option<Object>, nullable = false)]
    content: Option<()>,
    /// With the form `stored`: the copy in `aui/v0`, as it was sent.
    #[schema(value_type = Option<Object>)]
    copy: Option<()>,
}

/// A page of messages, the deepest and newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Page` prints")]
struct MessagePage {
    messages: Vec<MessageView>,
    /// What to pass as `after` for the next page; `null` on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ListThreadMessages {
    /// `transcript` is what people are shown, `stored` what clients sent. Default `transcript`.
    #[param(value_type = Option<String>)]
    form: Option<Form>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<Cursor>,
}

impl FromQuery for ListThreadMessages {
    fn read(query: &mut Params) -> Option<Self> {
        let form = query.optional("form", form);
        let after = query.optional("after", place);
        Some(Self { form: form?, after: after? })
    }
}

/// In which form messages are listed.
#[derive(Clone, Copy, Debug)]
enum Form {
    Transcript,
    Stored,
}

impl Form {
    fn reading(self) -> Reading {
        match self {
            Self::Transcript => Reading::Transcript,
            Self::Stored => Reading::Both,
        }
    }
}

fn form(value: &str) -> Result<Form, Broken> {
    match value {
        "transcript" => Ok(Form::Transcript),
        "stored" => Ok(Form::Stored),
        _ => Err(Broken::new("invalid_value", "must be transcript or stored")),
    }
}

/// A place has three parts; its cursor keeps the second and third together.
fn place(value: &str) -> Result<Cursor, Broken> {
    let broken = || Broken::new("custom", "must be a next_cursor of this list");
    let (height, rest) = cursor(value)?;
    let (created_at, id) = rest.split_once(' ').ok_or_else(broken)?;
    let created_at = created_at.parse().map_err(|_| broken())?;
    Ok(Cursor { height, created_at, id: id.to_owned() })
}

fn print_place(place: &Cursor) -> String {
    print_cursor(place.height, &format!("{} {}", place.created_at, place.id))
}

/// Lists a thread's messages on all branches, the deepest and newest first, at most 200 a page.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/threads/{thread_id}/messages", tag = "threads",
    params(("project_id" = String, Path), ("thread_id" = String, Path), ListThreadMessages),
    security(("session" = [])),
    responses((status = 200, body = MessagePage), Refusals, (status = 404, body = ErrorBody))
)]
async fn list_thread_messages(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, thread]): PathIds<2>,
    Query(query): Query<ListThreadMessages>,
) -> Result<JsonText> {
    let (thread, scope, now) = (ThreadId::named(thread), caller.scope, app.clock().now());
    let reading = query.form.unwrap_or(Form::Transcript).reading();
    let read = async move |conn: &mut Conn<'_>| {
        let workspace = find_thread_workspace(conn, &scope, &thread).await?.ok_or_else(thread_not_found)?;
        let scope = scope.enter(workspace);
        let mut page = Page::new(reading, query.after, MAX_PAGE, MAX_BYTES, now);
        let is_last = fill(conn, &scope, &thread, &mut page).await?;
        let next = page.cursor().filter(|_| !is_last).map(print_place);
        Ok::<_, crate::error::Error>(page.finish_with_cursor(next.as_deref()))
    };
    Ok(JsonText(app.store().snapshot(read).await?.into()))
}

/// Reads a page; true when nothing follows it.
async fn fill(conn: &mut Conn<'_>, scope: &Scope, thread: &ThreadId, page: &mut Page) -> Result<bool> {
    let mut step = Step::first();
    while !page.is_full() {
        match store::list_messages(conn, scope, thread, step, page).await? {
            Some(next) => step = next,
            None => return Ok(true),
        }
    }
    match page.cursor() {
        Some(cursor) => store::is_last(conn, scope, thread, cursor).await,
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_read_back(height: i64, created_at: i64, id in "[^\\x00]{0,40}") {
            let place_before = Cursor { height, created_at, id };
            let read = place(&print_place(&place_before)).unwrap();
            prop_assert_eq!((read.height, read.created_at, read.id),
                            (height, created_at, place_before.id));
        }
    }
}
