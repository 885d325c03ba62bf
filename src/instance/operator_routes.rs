//! What the dashboard shows of the deployment itself.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use engine::Conn;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::health::{self, HealthCheck};
use super::store::count_holdings;
use crate::app::App;
use crate::auth::operator::caller::InstanceOwner;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::error::Refusals;
use crate::http::extract::Json;
use crate::http::openapi;
use crate::operators::sign_in::SingleSignOn;
use crate::search::store::count_waiting;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_operator_openapi)).routes(routes!(read_instance))
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "instance",
    responses((status = 200, content_type = "application/json")))]
async fn read_operator_openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], openapi::operator_document_text())
}

/// The deployment and how it fares.
#[derive(Serialize, ToSchema)]
struct InstanceView {
    version: &'static str,
    /// `SQLite` or `PostgreSQL`.
    #[schema(pattern = "^(SQLite|PostgreSQL)$")]
    engine: String,
    /// How much the database takes on disk.
    database_size_bytes: u64,
    /// How many writes wait on this node; with PostgreSQL, reads and writes that wait for a connection.
    waiting_writes: usize,
    /// How many threads have something that cannot be found yet.
    waiting_searches: i64,
    public_url: String,
    /// When this node was started.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    organizations: i64,
    /// Deleted ones that can be restored too.
    projects: i64,
    operators: i64,
    /// The issuer that operators can sign in through.
    #[schema(required)]
    single_sign_on: Option<SingleSignOn>,
    checks: Vec<HealthCheck>,
}

/// Shows the deployment and how it fares. The checks read and write the database.
#[utoipa::path(get, path = "/api/instance", tag = "instance", security(("session" = [])),
    responses((status = 200, body = InstanceView), Refusals))]
async fn read_instance(State(app): State<App>, _: InstanceOwner) -> Result<Json<InstanceView>> {
    // Before the checks, which would wait as well.
    let waiting_writes = app.store().waiting_writes();
    let checks = health::check(&app).await;
    let count = async |conn: &mut Conn<'_>| -> Result<_> {
        Ok((count_holdings(conn).await?, count_waiting(conn).await?))
    };
    let (counts, waiting_searches) = app.store().snapshot(count).await?;
    Ok(Json(InstanceView {
        version: env!("CARGO_PKG_VERSION"),
        engine: app.store().engine().to_string(),
        database_size_bytes: app.store().size_bytes().await?,
        waiting_writes,
        waiting_searches,
        public_url: app.bases().public_url().to_owned(),
        started_at: app.started_at(),
        organizations: counts.organizations,
        projects: counts.projects,
        operators: counts.operators,
        single_sign_on: SingleSignOn::of(&app),
        checks,
    }))
}
