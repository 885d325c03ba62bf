//! A project's settings and signing keys, for the dashboard.

mod signing_keys;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(signing_keys::routes())
}
