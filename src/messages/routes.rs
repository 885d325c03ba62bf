//! The routes of a thread's messages.

use std::collections::HashSet;

use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::appending::append;
use super::content::{Content, NewContent};
use super::deletion::delete;
use super::feedback;
use super::model::{NewMessage, Parent, allowed_content, content_rule};
use super::page::Page;
use super::reading::Reading;
use super::store::{self, Step, Update};
use crate::app::App;
use crate::auth::caller::Member;
use crate::auth::scope::Scope;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::{Empty, Json, JsonText, created_or_ok};
use crate::http::fields::{Fields, FromBody};
use crate::http::query::{self, FromQuery, Params, PathIds, Query};
use crate::id::{LeaseId, MessageId, ThreadId};
use crate::leases::model::{HEARTBEAT_INTERVAL_MS, Intent};
use crate::rules::{self, Broken};

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(append_message, list_messages, delete_messages))
        .routes(routes!(update_message))
        .merge(feedback::routes())
}

/// A message of a list.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Page` prints")]
struct MessageView {
    #[schema(example = "msg_0Wd8Qm2ZrT5yKc7LxB1nVh3P")]
    id: MessageId,
    /// The parent in the same thread.
    #[schema(required)]
    parent_id: Option<MessageId>,
    /// The caller's own id for it.
    #[schema(required)]
    external_id: Option<String>,
    /// 0 at a root, the parent's height + 1 below.
    height: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// How the content is to be read.
    #[schema(example = "aui/v0")]
    format: String,
    /// As it was sent.
    #[schema(value_type = Object)]
    content: Content,
    /// How the writing of it stands; there is none without a lease.
    #[schema(nullable = false)]
    run: Option<RunView>,
}

/// How the writing of a message stands.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Page` prints")]
pub(super) struct RunView {
    /// `running` until its writer ends it, or `ended`.
    #[schema(example = "running")]
    status: &'static str,
    /// Milliseconds since the writer was last heard of. A running one of more than 30,000 was interrupted.
    #[schema(minimum = 0)]
    last_heartbeat_ms_ago: i64,
}

/// A page of messages, the deepest and newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Page` prints")]
struct MessageList {
    messages: Vec<MessageView>,
}

/// Names the message that was appended or found.
#[derive(Serialize, ToSchema)]
struct MessageRef {
    message_id: MessageId,
    /// The lease that the caller holds on it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    lease_id: Option<LeaseId>,
    /// How often to send a heartbeat for the lease, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    heartbeat_interval_ms: Option<u32>,
}

/// A message to append.
#[derive(ToSchema)]
struct AppendMessage {
    /// The parent, or `null` for a root. An id that is not one of ours is looked up as an external id; one
    /// that names nothing counts as `null`.
    #[schema(required)]
    parent_id: Option<String>,
    /// The caller's own id, unique in the thread: the same one again replaces the content.
    #[schema(min_length = 1, max_length = 255, nullable = false)]
    external_id: Option<String>,
    /// The parent by the caller's own id; wins over `parent_id`.
    #[schema(min_length = 1, max_length = 255, nullable = false)]
    parent_external_id: Option<String>,
    /// How the content is to be read; stored as it is.
    #[schema(min_length = 1, max_length = 255, example = "aui/v0")]
    format: String,
    /// Stored as it is; at most 8,388,608 characters.
    #[schema(value_type = Object)]
    content: NewContent,
    /// Opens a run lease on the message: its reply is being written.
    #[schema(default = false, nullable = false)]
    open_run: Option<bool>,
    /// Writes as the holder of this lease.
    #[schema(min_length = 1, max_length = 48, nullable = false)]
    lease_id: Option<String>,
}

impl FromBody for AppendMessage {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let parent_id = fields.required("parent_id", rules::or_null(rules::string));
        let external_id = fields.optional("external_id", rules::text(1, 255));
        let parent_external_id = fields.optional("parent_external_id", rules::text(1, 255));
        let format = fields.required("format", rules::text(1, 255));
        let content = fields.required("content", content_rule);
        let open_run = fields.optional("open_run", rules::boolean);
        let lease_id = fields.optional("lease_id", rules::text(1, 48));
        if matches!((&open_run, &lease_id), (Some(Some(true)), Some(Some(_)))) {
            fields.refuse("lease_id", Broken::new("custom", "must not come with open_run"));
        }
        Some(Self {
            parent_id: parent_id?,
            external_id: external_id?,
            parent_external_id: parent_external_id?,
            format: format?,
            content: content?,
            open_run: open_run?,
            lease_id: lease_id?,
        })
    }
}

impl AppendMessage {
    /// `new_lease` makes the id of a lease that is to be opened.
    fn intent(&mut self, new_lease: impl FnOnce() -> Result<LeaseId>) -> Result<Intent> {
        Ok(match (self.open_run, self.lease_id.take()) {
            (Some(true), _) => Intent::Open(new_lease()?),
            (_, Some(lease)) => Intent::Hold(LeaseId::named(lease)),
            (_, None) => Intent::None,
        })
    }

    fn parent(&mut self) -> Parent {
        match (self.parent_external_id.take(), self.parent_id.take()) {
            (Some(external_id), _) => Parent::ExternalId(external_id),
            (None, Some(id)) if id.starts_with("msg_") => Parent::Id(MessageId::named(id)),
            // Clients send an id of their own when they know none of ours.
            (None, Some(id)) => Parent::Local(id),
            (None, None) => Parent::Root,
        }
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ListMessages {
    /// The format that the caller prefers: messages are converted to `ai-sdk/v5` and `ai-sdk/v6` where they
    /// can be, and left out where they cannot be read. Without it, or with `aui/v0`, a message in another
    /// format that has a copy in `aui/v0` is given as the copy.
    #[param(min_length = 1, max_length = 255)]
    format: Option<String>,
    /// The most messages, 1 to 200. Without it the whole thread, up to 10,000.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The last message of the page before. One that is not there is ignored.
    #[param(min_length = 1, max_length = 255)]
    after: Option<String>,
}

/// The most messages of a page.
const MAX_PAGE: u32 = 200;

/// The most messages of a thread for a client that does not page.
const MAX_WHOLE: u32 = 10_000;

/// Bytes of a list from which it is sent in parts.
const PART: usize = 2 * 1024 * 1024;

impl FromQuery for ListMessages {
    fn read(query: &mut Params) -> Option<Self> {
        let format = query.optional("format", query::short_text);
        let limit = query.optional("limit", query::limit(MAX_PAGE));
        let after = query.optional("after", query::short_text);
        Some(Self { format: format?, limit: limit?, after: after? })
    }
}

/// Appends a message; the same external id again replaces its content.
#[utoipa::path(
    post, path = "/v1/threads/{thread_id}/messages", tag = "messages", params(("thread_id" = String, Path)),
    request_body = AppendMessage, security(("api_key" = []), ("token" = [])),
    responses(
        (status = 201, body = MessageRef),
        (status = 200, description = "The external id was known", body = MessageRef),
        Refusals,
        (status = 402, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
    )
)]
async fn append_message(
    State(app): State<App>,
    Member { scope, user }: Member,
    PathIds([thread]): PathIds<1>,
    Json(mut body): Json<AppendMessage>,
) -> Result<impl IntoResponse> {
    let now = app.clock().now();
    let (intent, parent) = (body.intent(|| Ok(app.ids().next(now)?))?, body.parent());
    let content = allowed_content(body.content, app.config().max_content)?;
    let is_of_user = content.role().as_deref() == Some("user");
    let thumb = formats::thumb(&body.format, content.as_str(), None);
    let counts_user =
        is_of_user && !user.is_system() && !app.active_users().knows(scope.project(), &user, now);
    let new = NewMessage {
        id: app.ids().next(now)?,
        thread: ThreadId::named(thread),
        parent,
        external_id: body.external_id,
        format: body.format,
        content,
        intent,
        is_of_user,
        thumb,
        author: user.clone(),
        now,
    };
    let (project, thread) = (scope.project().clone(), new.thread.clone());
    let appended = append(app.store(), scope, new, counts_user).await?;
    app.activity().note(&project, &user, now);
    if counts_user && appended.is_new {
        app.active_users().remember(&project, &user, now);
    }
    let lease_id = appended.grant.lease().cloned();
    app.beats().note_grant(&project, &thread, &appended.grant, now);
    let answer = MessageRef {
        message_id: appended.id,
        heartbeat_interval_ms: lease_id.is_some().then_some(HEARTBEAT_INTERVAL_MS),
        lease_id,
    };
    Ok((created_or_ok(appended.is_new), Json(answer)))
}

/// Lists a thread's messages, the deepest and newest first. A thread that is not there has none.
#[utoipa::path(
    get, path = "/v1/threads/{thread_id}/messages", tag = "messages",
    params(("thread_id" = String, Path), ListMessages), security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, body = MessageList),
        Refusals,
    )
)]
async fn list_messages(
    State(app): State<App>,
    Member { scope, .. }: Member,
    PathIds([thread]): PathIds<1>,
    Query(query): Query<ListMessages>,
) -> Result<JsonText> {
    let thread = ThreadId::named(thread);
    let cursor = match query.after.map(MessageId::named) {
        Some(after) => {
            app.store().read(async |conn| store::find_cursor(conn, &scope, &thread, &after).await).await?
        }
        None => None,
    };
    let limit = query.limit.unwrap_or(MAX_WHOLE);
    let page = Page::new(Reading::of(query.format.as_deref()), cursor, limit, PART, app.clock().now());
    let mut listing = Listing { app, scope, thread, step: Step::first(), page };
    if listing.read_part().await? {
        return Ok(JsonText(listing.page.finish().into()));
    }
    let first = listing.page.take();
    Ok(JsonText(Body::from_stream(listing.into_stream(first))))
}

/// A list that may be too long to hold at once.
struct Listing {
    app: App,
    scope: Scope,
    thread: ThreadId,
    step: Step,
    page: Page,
}

impl Listing {
    /// Reads until the list ends (true) or a part is full.
    async fn read_part(&mut self) -> Result<bool> {
        while self.page.left() > 0 {
            let Self { app, scope, thread, step, page } = &mut *self;
            let read = async |conn: &mut engine::Conn<'_>| {
                store::list_messages(conn, scope, thread, *step, page).await
            };
            let Some(next) = app.store().read(read).await? else { return Ok(true) };
            *step = next;
            if page.left() > 0 && page.is_full() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The parts, the first of which is read already. Each is read when the one before is sent.
    fn into_stream(self, first: Vec<u8>) -> impl futures_util::Stream<Item = Result<Vec<u8>>> + Send {
        let patience = engine::Patience::current();
        futures_util::stream::unfold(Some((self, Some(first))), move |state| {
            let patience = patience.clone();
            async move {
                match state? {
                    (listing, Some(first)) => Some((Ok(first), Some((listing, None)))),
                    (mut listing, None) => match patience.during(listing.read_part()).await {
                        Ok(true) => Some((Ok(listing.page.finish()), None)),
                        Ok(false) => Some((Ok(listing.page.take()), Some((listing, None)))),
                        // The connection breaks off, so that nobody takes half a list for a whole one.
                        Err(error) => Some((Err(error), None)),
                    },
                }
            }
        })
    }
}

/// New content of a message.
#[derive(ToSchema)]
struct UpdateMessage {
    /// At most 8,388,608 characters.
    #[schema(value_type = Object)]
    content: NewContent,
    /// Writes as the holder of this lease.
    #[schema(min_length = 1, max_length = 48, nullable = false)]
    lease_id: Option<String>,
}

impl FromBody for UpdateMessage {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let content = fields.required("content", content_rule);
        let lease_id = fields.optional("lease_id", rules::text(1, 48));
        Some(Self { content: content?, lease_id: lease_id? })
    }
}

/// Replaces a message's content. Its place in the tree and its format stay. A message that has a copy in
/// `aui/v0` has the copy replaced by content that has its shape.
#[utoipa::path(
    put, path = "/v1/threads/{thread_id}/messages/{message_id}", tag = "messages",
    params(("thread_id" = String, Path), ("message_id" = String, Path)),
    request_body = UpdateMessage, security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, description = "`{}`"),
        Refusals,
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
    )
)]
async fn update_message(
    State(app): State<App>,
    Member { scope, user }: Member,
    PathIds([thread, id]): PathIds<2>,
    Json(body): Json<UpdateMessage>,
) -> Result<Empty> {
    let (thread, id) = (ThreadId::named(thread), MessageId::named(id));
    let now = app.clock().now();
    let intent = body.lease_id.map(LeaseId::named).map_or(Intent::None, Intent::Hold);
    let project = scope.project().clone();
    let content = allowed_content(body.content, app.config().max_content)?;
    let (of_thread, update) = (thread.clone(), Update { content, intent, author: user, now });
    let write = async move |conn: &mut engine::Conn<'_>| {
        store::update_message(conn, &scope, (&of_thread, &id), &update).await
    };
    let grant = app.store().write(write).await?.ok_or_else(store::message_not_found)?;
    app.beats().note_grant(&project, &thread, &grant, now);
    Ok(Empty)
}

/// The messages to delete. Other members are ignored.
#[derive(ToSchema)]
struct DeleteMessages {
    #[schema(min_items = 1, max_items = 200, value_type = Vec<String>)]
    message_ids: HashSet<MessageId>,
}

impl FromBody for DeleteMessages {
    const STRICT: bool = false;

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let ids = fields.required("message_ids", rules::array(1, 200, rules::text(1, 255)));
        Some(Self { message_ids: ids?.into_iter().map(MessageId::named).collect() })
    }
}

/// Deletes messages of a thread. What hung below them moves to their nearest surviving ancestors.
#[utoipa::path(
    delete, path = "/v1/threads/{thread_id}/messages", tag = "messages", params(("thread_id" = String, Path)),
    request_body = DeleteMessages, security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, description = "`{}`: at least one went"),
        Refusals,
        (status = 404, body = ErrorBody),
    )
)]
async fn delete_messages(
    State(app): State<App>,
    Member { scope, .. }: Member,
    PathIds([thread]): PathIds<1>,
    Json(body): Json<DeleteMessages>,
) -> Result<Empty> {
    match delete(app.store(), scope, ThreadId::named(thread), body.message_ids).await? {
        0 => Err(Error::not_found("Messages not found")),
        _ => Ok(Empty),
    }
}
