//! The threads of a project, for the dashboard.

use axum::extract::State;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::listing::{ThreadDetail, ThreadFilter, ThreadOrder, ThreadRow};
use super::model::thread_not_found;
use super::store;
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::auth::scope::ProjectScope;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::page::{self, Place};
use crate::http::query::{self, FromQuery, Params, PathIds, Query};
use crate::id::{InvalidId, ThreadId, UserId, WorkspaceId};
use crate::rules::Broken;
use crate::search;
use crate::search::query::Search;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_project_threads)).routes(routes!(read_project_thread))
}

/// A page of threads.
#[derive(Serialize, ToSchema)]
struct ThreadPage {
    threads: Vec<ThreadRow>,
    /// What to pass as `after` for the next page; `null` on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ListProjectThreads {
    /// Only threads whose title, or a message, holds all of these words, each of which may go on. Those with
    /// the latest hit come first, and each row tells where it was found.
    #[param(max_length = 255)]
    search: Option<String>,
    /// Only threads of this workspace.
    #[param(value_type = Option<String>)]
    workspace: Option<WorkspaceId>,
    /// Only threads that this user created.
    #[param(value_type = Option<String>)]
    user: Option<UserId>,
    /// Only one side of the archive.
    archived: Option<bool>,
    /// Only threads whose last message is not older.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only threads whose last message is older.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// In which order, unless there is a search: that of the last messages or of creation, the latest first or
    /// the oldest.
    #[param(inline, value_type = Option<ThreadOrder>)]
    order: Option<ThreadOrder>,
    /// The `next_cursor` of the page before, in the same order.
    #[param(value_type = Option<String>)]
    after: Option<Place>,
}

impl FromQuery for ListProjectThreads {
    fn read(query: &mut Params) -> Option<Self> {
        let search = query.optional("search", query::search);
        let workspace = query.optional("workspace", chosen(WorkspaceId::parse));
        let user = query.optional("user", chosen(UserId::parse));
        let archived = query.optional("archived", query::boolean);
        let from = query.optional("from", query::timestamp);
        let to = query.optional("to", query::timestamp);
        let order = query.optional("order", |value| {
            let names = "must be last_message, last_message_oldest, created or created_oldest";
            ThreadOrder::parse(value).ok_or_else(|| Broken::new("invalid_value", names))
        });
        let after = query.optional("after", page::cursor);
        Some(Self {
            search: search?.flatten(),
            workspace: workspace?,
            user: user?,
            archived: archived?,
            from: from?,
            to: to?,
            order: order?,
            after: after?,
        })
    }
}

/// The rule of an id that apps choose.
fn chosen<T>(parse: impl Fn(&str) -> Result<T, InvalidId>) -> impl Fn(&str) -> Result<T, Broken> {
    move |value| {
        let text = "must be 1 to 255 characters without white space or control characters";
        parse(value).map_err(|_| Broken::new("custom", text))
    }
}

/// Lists the threads of all workspaces, 50 a page, the latest message first unless asked otherwise. A page of a search may be
/// shorter and still have a next one.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/threads", tag = "threads",
    params(("project_id" = String, Path), ListProjectThreads), security(("session" = [])),
    responses((status = 200, body = ThreadPage), Refusals, (status = 404, body = ErrorBody))
)]
async fn list_project_threads(
    State(app): State<App>,
    caller: ProjectOperator,
    Query(query): Query<ListProjectThreads>,
) -> Result<Json<ThreadPage>> {
    let filter = ThreadFilter {
        workspace: query.workspace,
        user: query.user,
        is_archived: query.archived,
        from: query.from,
        to: query.to,
    };
    if let Some(text) = &query.search {
        let before = query.after.map(|(number, _)| number);
        return find_threads(&app, &caller.scope, (text, &filter), before).await.map(Json);
    }
    let (order, now) = (query.order.unwrap_or_default(), app.clock().now());
    let list = async |conn: &mut engine::Conn<'_>| {
        let (scope, after) = (&caller.scope, query.after.as_ref());
        let limit = page::ROWS + 1;
        let mut threads = store::list_project_threads(conn, scope, &filter, order, after, limit).await?;
        let next_cursor = page::cut(&mut threads, |row| (order.number(row), row.id.as_str()));
        store::add_glances(conn, scope, now, &mut threads).await?;
        Ok(ThreadPage { threads, next_cursor })
    };
    app.store().snapshot(list).await.map(Json)
}

async fn find_threads(
    app: &App,
    scope: &ProjectScope,
    (text, filter): (&str, &ThreadFilter),
    before: Option<i64>,
) -> Result<ThreadPage> {
    let Some(search) = Search::parse(text) else {
        return Ok(ThreadPage { threads: Vec::new(), next_cursor: None });
    };
    let now = app.clock().now();
    let find = async |conn: &mut engine::Conn<'_>| {
        let (mut threads, next) =
            search::store::find_threads(conn, scope, (&search, filter), before, page::ROWS).await?;
        store::add_glances(conn, scope, now, &mut threads).await?;
        Ok::<_, crate::error::Error>((threads, next))
    };
    let (threads, next) = app.store().snapshot(find).await?;
    Ok(ThreadPage { threads, next_cursor: next.map(|number| page::print_cursor(number, "")) })
}

/// Returns a thread.
#[utoipa::path(
    get, path = "/api/projects/{project_id}/threads/{thread_id}", tag = "threads",
    params(("project_id" = String, Path), ("thread_id" = String, Path)), security(("session" = [])),
    responses((status = 200, body = ThreadDetail), Refusals, (status = 404, body = ErrorBody))
)]
async fn read_project_thread(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, id]): PathIds<2>,
) -> Result<Json<ThreadDetail>> {
    let id = ThreadId::named(id);
    let now = app.clock().now();
    let find =
        async |conn: &mut engine::Conn<'_>| store::find_thread_detail(conn, &caller.scope, &id, now).await;
    app.store().snapshot(find).await?.map(Json).ok_or_else(thread_not_found)
}
