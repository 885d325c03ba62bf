//! The routes of a run lease.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::beats::Beat;
use super::model::{EndReason, HEARTBEAT_INTERVAL_MS, lease_not_found, run_ended};
use super::store;
use crate::app::App;
use crate::auth::caller::Member;
use crate::error::Result;
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::{Empty, Json, OptionalJson};
use crate::http::fields::{Fields, FromBody};
use crate::http::query::PathIds;
use crate::id::{LeaseId, ThreadId};
use crate::rules::{self, Broken};

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(beat_lease)).routes(routes!(end_lease))
}

/// When to send the next heartbeat.
#[derive(Serialize, ToSchema)]
struct Heartbeat {
    /// In milliseconds from now.
    heartbeat_interval_ms: u32,
}

/// Tells that the reply under a lease is still being written. Readers take one for interrupted after 30 s
/// without a heartbeat.
#[utoipa::path(
    post, path = "/v1/threads/{thread_id}/runs/{lease_id}/heartbeat", tag = "messages",
    params(("thread_id" = String, Path), ("lease_id" = String, Path)),
    security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, body = Heartbeat),
        Refusals,
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
    )
)]
async fn beat_lease(
    State(app): State<App>,
    Member { scope, .. }: Member,
    PathIds([thread, lease]): PathIds<2>,
) -> Result<Json<Heartbeat>> {
    let (thread, lease) = (ThreadId::named(thread), LeaseId::named(lease));
    let find =
        async |conn: &mut engine::Conn<'_>| store::find_is_running(conn, &scope, &thread, &lease).await;
    match app.store().read(find).await? {
        Some(true) => {}
        Some(false) => return Err(run_ended()),
        None => return Err(lease_not_found()),
    }
    let beat = Beat { project: scope.project().clone(), thread, lease };
    app.beats().note(beat, app.clock().now());
    Ok(Json(Heartbeat { heartbeat_interval_ms: HEARTBEAT_INTERVAL_MS }))
}

/// How the run came to its end.
#[derive(Default, ToSchema)]
struct EndLease {
    /// `done`, `cancelled` or `error`.
    #[schema(value_type = Option<String>, example = "done", nullable = false)]
    reason: Option<EndReason>,
}

impl FromBody for EndLease {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let reason = fields.optional("reason", |raw| {
            EndReason::parse(&rules::string(raw)?)
                .ok_or_else(|| Broken::new("invalid_value", "must be done, cancelled or error"))
        });
        Some(Self { reason: reason? })
    }
}

/// Ends a lease. Ending it again changes nothing.
#[utoipa::path(
    post, path = "/v1/threads/{thread_id}/runs/{lease_id}/end", tag = "messages",
    params(("thread_id" = String, Path), ("lease_id" = String, Path)),
    request_body(content = EndLease, description = "May be empty"),
    security(("api_key" = []), ("token" = [])),
    responses(
        (status = 200, description = "`{}`"),
        Refusals,
        (status = 404, body = ErrorBody),
    )
)]
async fn end_lease(
    State(app): State<App>,
    Member { scope, .. }: Member,
    PathIds([thread, lease]): PathIds<2>,
    OptionalJson(body): OptionalJson<EndLease>,
) -> Result<Empty> {
    let (thread, lease) = (ThreadId::named(thread), LeaseId::named(lease));
    let (reason, now) = (body.unwrap_or_default().reason, app.clock().now());
    let end = async move |conn: &mut engine::Conn<'_>| {
        store::end_lease(conn, &scope, (&thread, &lease), reason, now).await
    };
    if app.store().write(end).await? { Ok(Empty) } else { Err(lease_not_found()) }
}
