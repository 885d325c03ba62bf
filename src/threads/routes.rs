//! The routes of threads.

use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Metadata, NewThread, Thread, ThreadChange, ThreadPage, thread_not_found};
use super::store;
use crate::app::App;
use crate::auth::caller::Member;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::{Empty, Json, JsonText, created_or_ok};
use crate::http::fields::{Fields, FromBody};
use crate::http::query::{self, FromQuery, Params, PathIds, Query};
use crate::id::ThreadId;
use crate::json::print::{self, List, Object};
use crate::messages::deletion;
use crate::rules;

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create_thread, list_threads)).routes(routes!(
        get_thread,
        update_thread,
        delete_thread
    ))
}

/// A thread.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `print_thread` prints")]
struct ThreadView<'r> {
    /// Its id.
    #[schema(example = "thread_0Wd8Qm2ZrT5yKc7LxB1nVh3P")]
    id: &'r str,
    /// Its project.
    project_id: &'r str,
    /// Its workspace, as the caller names it.
    workspace_id: &'r str,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When anything of it was last written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// What it is called.
    #[schema(required)]
    title: Option<&'r str>,
    /// Its place in lists.
    #[schema(value_type = String, format = DateTime)]
    last_message_at: Timestamp,
    /// Whether it is put away.
    is_archived: bool,
    /// The caller's own id for it.
    #[schema(required)]
    external_id: Option<&'r str>,
    /// What the caller keeps with it.
    #[schema(value_type = Option<Object>, required)]
    metadata: Option<&'r RawValue>,
}

/// Prints the members of a `ThreadView`.
fn print_thread(object: &mut Object<'_>, thread: &Thread<'_>) {
    object.text("id", Some(thread.id));
    object.text("project_id", Some(thread.project_id));
    object.text("workspace_id", Some(thread.workspace_id));
    object.time("created_at", thread.created_at);
    object.time("updated_at", thread.updated_at);
    object.text("title", thread.title);
    object.time("last_message_at", thread.last_message_at);
    object.boolean("is_archived", thread.is_archived);
    object.text("external_id", thread.external_id);
    object.json("metadata", thread.metadata.unwrap_or("null"));
}

/// A thread twice: at the top level for clients before 0.1.36, as `thread` for later ones.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `get_thread` prints")]
struct ThreadAnswer<'r> {
    #[serde(flatten)]
    top: ThreadView<'r>,
    thread: ThreadView<'r>,
}

/// Names the thread that was created or found.
#[derive(Serialize, ToSchema)]
struct ThreadRef {
    thread_id: ThreadId,
}

/// A page of threads.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `list_threads` prints")]
struct ThreadList<'r> {
    threads: Vec<ThreadView<'r>>,
}

/// Bytes that most lists fit in.
const ROOM: usize = 8 * 1024;

/// A thread to create.
#[derive(ToSchema)]
struct CreateThread {
    #[schema(value_type = String, format = DateTime)]
    last_message_at: Timestamp,
    #[schema(min_length = 1, max_length = 255, nullable = false)]
    title: Option<String>,
    /// At most 16 keys of at most 64 characters; strings of at most 512.
    #[schema(value_type = Option<Object>, nullable = false)]
    metadata: Option<Metadata>,
    /// The caller's own id; need not be unique.
    #[schema(min_length = 1, max_length = 255, nullable = false)]
    external_id: Option<String>,
    /// Return the oldest thread with the same `external_id` instead, if there is one.
    #[schema(default = false, nullable = false)]
    upsert: Option<bool>,
}

impl FromBody for CreateThread {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let last_message_at = fields.required("last_message_at", rules::timestamp);
        let title = fields.optional("title", rules::text(1, 255));
        let metadata = fields.optional("metadata", Metadata::from_json);
        let external_id = fields.optional("external_id", rules::text(1, 255));
        let upsert = fields.optional("upsert", rules::boolean);
        Some(Self {
            last_message_at: last_message_at?,
            title: title?,
            metadata: metadata?,
            external_id: external_id?,
            upsert: upsert?,
        })
    }
}

/// What to change. Fields that are left out stay as they are.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body of an update; `ThreadChange` is what is read")]
struct UpdateThread {
    #[schema(min_length = 1, max_length = 255, nullable = false)]
    title: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    last_message_at: Option<Timestamp>,
    /// Replaces all of it; `null` clears it.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Metadata>,
    #[schema(nullable = false)]
    is_archived: Option<bool>,
}

impl FromBody for ThreadChange {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let title = fields.optional("title", rules::text(1, 255));
        let last_message_at = fields.optional("last_message_at", rules::timestamp);
        let metadata = fields.nullable("metadata", Metadata::from_json);
        let is_archived = fields.optional("is_archived", rules::boolean);
        Some(Self {
            title: title?,
            last_message_at: last_message_at?,
            metadata: metadata?,
            is_archived: is_archived?,
        })
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ListThreads {
    /// Which side of the archive; one per list. Default `false`.
    is_archived: Option<bool>,
    /// Only threads with this external id.
    #[param(min_length = 1, max_length = 255)]
    external_id: Option<String>,
    /// The most threads, 1 to 100. Without it 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The last thread of the page before. One that is not there is ignored.
    #[param(min_length = 1, max_length = 255)]
    after: Option<String>,
}

/// The most threads of a page, and what a client without paging gets.
const MAX_PAGE: u32 = 100;

impl FromQuery for ListThreads {
    fn read(query: &mut Params) -> Option<Self> {
        let is_archived = query.optional("is_archived", query::boolean);
        let external_id = query.optional("external_id", query::short_text);
        let limit = query.optional("limit", query::limit(MAX_PAGE));
        let after = query.optional("after", query::short_text);
        Some(Self { is_archived: is_archived?, external_id: external_id?, limit: limit?, after: after? })
    }
}

impl From<ListThreads> for ThreadPage {
    fn from(query: ListThreads) -> Self {
        Self {
            is_archived: query.is_archived.unwrap_or(false),
            external_id: query.external_id,
            limit: query.limit.unwrap_or(MAX_PAGE),
            after: query.after.map(ThreadId::named),
        }
    }
}

/// Creates a thread, or with `upsert` finds the one that has the same external id.
#[utoipa::path(
    post, path = "/v1/threads", tag = "threads", request_body = CreateThread,
    security(("api_key" = []), ("token" = [])),
    responses(
        (status = 201, body = ThreadRef),
        (status = 200, description = "The upsert found a thread", body = ThreadRef),
        Refusals,
    )
)]
async fn create_thread(
    State(app): State<App>,
    caller: Member,
    Json(body): Json<CreateThread>,
) -> Result<impl IntoResponse> {
    let now = app.clock().now();
    let Member { scope, user } = caller;
    app.activity().note(scope.project(), &user, now);
    let upsert = body.upsert.unwrap_or(false);
    let new = NewThread {
        id: app.ids().next(now)?,
        last_message_at: body.last_message_at,
        title: body.title,
        metadata: body.metadata,
        external_id: body.external_id,
        created_by: user,
        now,
    };
    let write = async move |conn: &mut engine::Conn<'_>| match &new.external_id {
        Some(external_id) if upsert => store::upsert_thread(conn, &scope, external_id, &new).await,
        None if upsert => Err(Error::bad_request("upsert requires external_id")),
        _ => store::create_thread(conn, &scope, &new).await.map(|()| (new.id.clone(), true)),
    };
    let (thread_id, is_new) = app.store().write(write).await?;
    Ok((created_or_ok(is_new), Json(ThreadRef { thread_id })))
}

/// Lists the workspace's threads, the latest message first.
#[utoipa::path(
    get, path = "/v1/threads", tag = "threads", params(ListThreads),
    security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, body = ThreadList<'static>),
        Refusals,
    )
)]
async fn list_threads(
    State(app): State<App>,
    Member { scope, .. }: Member,
    Query(query): Query<ListThreads>,
) -> Result<JsonText> {
    let page = ThreadPage::from(query);
    let mut list = List::new("threads", ROOM);
    let push = |thread: Thread<'_>| list.push(|object| print_thread(object, &thread));
    match &page.after {
        None => {
            let list = async |conn: &mut engine::Conn<'_>| {
                store::list_threads(conn, &scope, &page, None, push).await
            };
            app.store().read(list).await?;
        }
        Some(after) => {
            let list = async |conn: &mut engine::Conn<'_>| {
                let cursor = store::find_cursor(conn, &scope, after).await?;
                store::list_threads(conn, &scope, &page, cursor.as_ref(), push).await
            };
            app.store().snapshot(list).await?;
        }
    }
    Ok(JsonText(list.finish().into()))
}

/// Returns a thread.
#[utoipa::path(
    get, path = "/v1/threads/{thread_id}", tag = "threads", params(("thread_id" = String, Path)),
    security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, body = ThreadAnswer<'static>),
        Refusals,
        (status = 404, body = ErrorBody),
    )
)]
async fn get_thread(
    State(app): State<App>,
    Member { scope, .. }: Member,
    PathIds([id]): PathIds<1>,
) -> Result<JsonText> {
    let id = ThreadId::named(id);
    let print = |thread: Thread<'_>| {
        print::object(|answer| {
            print_thread(answer, &thread);
            answer.object("thread", |object| print_thread(object, &thread));
        })
    };
    let found = app.store().read(async |conn| store::find_thread(conn, &scope, &id, print).await).await?;
    Ok(JsonText(found.ok_or_else(thread_not_found)?.into()))
}

/// Changes a thread. Only the fields that are sent are written; `{}` changes nothing.
#[utoipa::path(
    put, path = "/v1/threads/{thread_id}", tag = "threads", params(("thread_id" = String, Path)),
    request_body = UpdateThread, security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, description = "`{}`"),
        Refusals,
        (status = 404, body = ErrorBody),
    )
)]
async fn update_thread(
    State(app): State<App>,
    Member { scope, user }: Member,
    PathIds([id]): PathIds<1>,
    Json(change): Json<ThreadChange>,
) -> Result<Empty> {
    let id = ThreadId::named(id);
    let exists = if change == ThreadChange::default() {
        app.store().read(async |conn| store::find_cursor(conn, &scope, &id).await).await?.is_some()
    } else {
        let now = app.clock().now();
        let write = async move |conn: &mut engine::Conn<'_>| {
            store::update_thread(conn, &scope, &id, &change, &user, now).await
        };
        app.store().write(write).await?
    };
    if exists { Ok(Empty) } else { Err(thread_not_found()) }
}

/// Deletes a thread with its messages. Runs, spans and scores stay.
#[utoipa::path(
    delete, path = "/v1/threads/{thread_id}", tag = "threads", params(("thread_id" = String, Path)),
    security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, description = "`{}`"),
        Refusals,
        (status = 404, body = ErrorBody),
    )
)]
async fn delete_thread(
    State(app): State<App>,
    Member { scope, .. }: Member,
    PathIds([id]): PathIds<1>,
) -> Result<Empty> {
    let deleted = deletion::delete_thread(app.store(), scope, ThreadId::named(id)).await?;
    if deleted { Ok(Empty) } else { Err(thread_not_found()) }
}
