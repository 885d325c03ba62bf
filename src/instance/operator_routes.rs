//! What the dashboard shows of the deployment itself.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::http::openapi;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_operator_openapi))
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "instance",
    responses((status = 200, content_type = "application/json")))]
async fn read_operator_openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], openapi::operator_document_text())
}
