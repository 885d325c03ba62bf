//! Whether the process and its database are there, and what they offer.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::http::extract::Json;
use crate::http::openapi;

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(check_health))
        .routes(routes!(check_readiness))
        .routes(routes!(read_openapi))
}

/// All is well.
#[derive(Serialize, ToSchema)]
pub struct Health {
    #[schema(example = true)]
    ok: bool,
}

/// Tells that the process is up.
#[utoipa::path(get, path = "/healthz", tag = "instance", responses((status = 200, body = Health)))]
pub async fn check_health() -> Json<Health> {
    Json(Health { ok: true })
}

/// Tells that the database answers too.
#[utoipa::path(get, path = "/readyz", tag = "instance", responses((status = 200, body = Health), (status = 503)))]
async fn check_readiness(State(app): State<App>) -> Result<Json<Health>> {
    app.store().read(async |conn| store::directory_version(conn).await).await?;
    Ok(Json(Health { ok: true }))
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "instance", responses((status = 200, content_type = "application/json")))]
async fn read_openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], openapi::document_text())
}
