//! The routes of runs.

use axum::extract::{FromRequestParts, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::messages::check_messages;
use crate::app::App;
use crate::auth::caller::Member;
use crate::auth::scope::Scope;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, ZodRefusals};
use crate::http::extract::{Json, check_declared_size};
use crate::http::fields::{Fields, FromBody};
use crate::id::ThreadId;
use crate::rules::{self, Broken};
use crate::threads::model::thread_not_found;
use crate::threads::store::{find_title, lock_thread};
use crate::titles::source::Candidates;
use crate::titles::store::{find_candidates, title_from_message};

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(stream_run))
}

/// The assistant that gives a thread its title.
const TITLE_ASSISTANT: &str = "system/thread_title";

/// What clients before 0.2.3 call the thread of an assistant's run; its id they send as `threadId`.
const UNKNOWN_THREAD: &str = "unstable_todo";

/// The form of an assistant's stream.
const DATA_STREAM: &str = "vercel-ai-data-stream/v1";

/// A run to start. Other members are ignored.
#[derive(ToSchema)]
struct StreamRun {
    /// The thread. With `unstable_todo` it is `threadId` that names it.
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    thread_id: ThreadId,
    /// `system/thread_title`, or an assistant's id.
    #[schema(example = "system/thread_title")]
    assistant_id: String,
    /// What was said so far. Each has a `role` (`system`, `user`, `assistant`, `tool`) and `content`, a list of
    /// objects with a `type`.
    #[schema(value_type = Vec<Object>)]
    messages: Box<RawValue>,
    #[schema(value_type = Option<String>, nullable = false)]
    response_format: Option<ResponseFormat>,
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "checked, as the contract asks, for assistants to come")]
    system: Option<String>,
    #[schema(min_length = 1, max_length = 48, nullable = false)]
    #[expect(dead_code, reason = "checked, as the contract asks, for assistants to come")]
    trace_id: Option<String>,
}

/// How a run is to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ResponseFormat {
    Text,
    DataStream,
}

impl ResponseFormat {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "text/plain" => Some(Self::Text),
            DATA_STREAM => Some(Self::DataStream),
            _ => None,
        }
    }
}

impl FromBody for StreamRun {
    const STRICT: bool = false;

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let thread_id = fields.required("thread_id", rules::text(1, 255));
        let assistant_id = fields.required("assistant_id", rules::string);
        let messages = fields.required("messages", any_array);
        let formats = &["text/plain", DATA_STREAM];
        let response_format =
            fields.optional("response_format", rules::choice(formats, ResponseFormat::parse));
        let system = fields.optional("system", rules::string);
        let trace_id = fields.optional("trace_id", rules::text(1, 48));
        // A member like any other that is not known, unless it is needed.
        let other_id = fields.optional("threadId", |raw| Ok(rules::text(1, 255)(raw).ok()))?.flatten();
        let thread_id = match (thread_id?, other_id) {
            (id, Some(other)) if id == UNKNOWN_THREAD => other,
            (id, _) => id,
        };
        Some(Self {
            thread_id: ThreadId::named(thread_id),
            assistant_id: assistant_id?,
            messages: messages?,
            response_format: response_format?,
            system: system?,
            trace_id: trace_id?,
        })
    }
}

fn any_array(raw: &RawValue) -> Result<Box<RawValue>, Broken> {
    if raw.get().starts_with('[') {
        Ok(raw.to_owned())
    } else {
        Err(Broken::new("invalid_type", "must be an array"))
    }
}

/// Proof that the caller takes a stream for an answer.
struct AcceptsStream;

impl FromRequestParts<App> for AcceptsStream {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        check_declared_size(&parts.headers)?;
        let mut values = parts.headers.get_all(ACCEPT).iter();
        let value = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
        let is_stream = ["text/plain", "text/event-stream"].iter().any(|one| value.eq_ignore_ascii_case(one));
        if is_stream && values.next().is_none() {
            return Ok(Self);
        }
        let broken =
            Broken::new("invalid_value", "must be text/plain or text/event-stream, and nothing else");
        Err(Error::invalid(vec![broken.into_issue("accept")]))
    }
}

/// Runs an assistant in a thread. `system/thread_title` gives the thread its title: the one it has, or one made
/// of what its user said first, which is stored before the answer ends. Of nothing said the title is empty.
///
/// `Accept` must be `text/plain` or `text/event-stream`; a title is plain text whichever it is.
#[utoipa::path(
    post, path = "/v1/runs/stream", tag = "runs", request_body = StreamRun,
    security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        ZodRefusals,
        (status = 404, body = ErrorBody),
    )
)]
async fn stream_run(
    State(app): State<App>,
    Member { scope, .. }: Member,
    _: AcceptsStream,
    Json(run): Json<StreamRun>,
) -> Result<Response> {
    let find = async |conn: &mut engine::Conn<'_>| find_title(conn, &scope, &run.thread_id).await;
    let title = app.store().read(find).await?.ok_or_else(thread_not_found)?;
    check_messages(&run.messages)?;
    if run.assistant_id == TITLE_ASSISTANT {
        let title = match title {
            Some(title) => title,
            None => make_title(&app, scope, run).await?,
        };
        return Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], title).into_response());
    }
    match run.response_format {
        Some(ResponseFormat::DataStream) => Err(Error::not_found("Assistant not found")),
        _ => Err(Error::bad_request("Invalid response format")),
    }
}

/// Titles a thread that has none; empty when nothing was said that a title can be made of. Somebody else's
/// title of the same moment wins.
async fn make_title(app: &App, scope: Scope, run: StreamRun) -> Result<String> {
    let thread = run.thread_id;
    let mut candidates = Candidates::of_messages(&run.messages);
    if !candidates.is_of_text() {
        let find = async |conn: &mut engine::Conn<'_>| find_candidates(conn, &scope, &thread).await;
        candidates = candidates.or(app.store().snapshot(find).await?);
    }
    let Some(title) = candidates.into_title() else { return Ok(String::new()) };
    let now = app.clock().now();
    let write = async move |conn: &mut engine::Conn<'_>| {
        if !lock_thread(conn, &scope, &thread).await? {
            return Err(thread_not_found());
        }
        title_from_message(conn, &scope, &thread, || Some(title.clone()), now).await
    };
    Ok(app.store().write(write).await?.unwrap_or_default())
}
