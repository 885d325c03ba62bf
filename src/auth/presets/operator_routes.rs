//! The ready-made rules, for the dashboard to offer.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Preset;
use crate::app::App;
use crate::auth::operator::caller::SignedIn;
use crate::http::error::ErrorBody;
use crate::http::extract::Json;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_presets))
}

/// Every preset.
#[derive(Serialize, ToSchema)]
struct PresetList {
    presets: &'static [Preset],
}

/// Lists the ready-made rules and what each asks for.
#[utoipa::path(get, path = "/api/presets", tag = "auth rules", security(("session" = [])),
    responses((status = 200, body = PresetList), (status = 401, body = ErrorBody)))]
async fn list_presets(_: SignedIn) -> Json<PresetList> {
    Json(PresetList { presets: super::all() })
}
