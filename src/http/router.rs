//! Every room mounted, and what stands around them.

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;

use super::cors::allow_while_starting;
use super::error::as_zod_error;
use super::observe::{Observer, observe};
use super::{dashboard, openapi};
use crate::app::App;
use crate::auth::operator::csrf::same_origin_only;
use crate::auth::operator::gate::session_then_body;
use crate::error::{Error, Result};
use crate::{
    anonymous, api_keys, audit, auth, figures, instance, leases, members, messages, operators, projects,
    runs, search, threads, users, workspaces,
};

/// Every room's routes, with the document that describes them.
pub fn rooms() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(instance::routes::routes())
        .merge(projects::routes::routes())
        .merge(never_stored(api_keys::routes::routes()))
        .merge(never_stored(anonymous::routes::routes()))
        .merge(never_stored(threads::routes::routes()))
        .merge(never_stored(messages::routes::routes()))
        .merge(never_stored(leases::routes::routes()))
        .merge(never_stored(users::routes::routes()))
        .merge(refused_as_by_zod(runs::routes::routes()))
}

/// Every room's routes for the dashboard, with the document that describes them.
pub fn operator_rooms() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::operator_frame())
        .merge(instance::operator_routes::routes())
        .merge(auth::rules::operator_routes::routes())
        .merge(audit::operator_routes::routes())
        .merge(auth::presets::operator_routes::routes())
        .merge(auth::explain::operator_routes::routes())
        .merge(api_keys::operator_routes::routes())
        .merge(projects::operator_routes::routes())
        .merge(operators::routes::routes())
        .merge(members::routes::routes())
        .merge(threads::operator_routes::routes())
        .merge(messages::operator_routes::routes())
        .merge(users::operator_routes::routes())
        .merge(workspaces::operator_routes::routes())
        .merge(search::operator_routes::routes())
        .merge(figures::operator_routes::routes())
}

const NEVER: HeaderValue = HeaderValue::from_static("private, no-store");

/// Keeps the answers of these routes, refusals included, out of every cache.
fn never_stored(routes: OpenApiRouter<App>) -> OpenApiRouter<App> {
    routes.route_layer(SetResponseHeaderLayer::overriding(CACHE_CONTROL, NEVER))
}

/// Tells of input that breaks the schema in the other of the two forms that clients know.
fn refused_as_by_zod(routes: OpenApiRouter<App>) -> OpenApiRouter<App> {
    routes.route_layer(map_response(as_zod_error))
}

/// What answers before the database does, to pages of every origin: that the process is up, and that the rest
/// has to wait.
pub fn starting() -> Router {
    let wait =
        async || Error::unavailable("The server is starting").with_help("The database does not answer yet");
    Router::new()
        .route("/healthz", get(instance::routes::check_health))
        .fallback(wait)
        .layer(from_fn(allow_while_starting))
}

/// The whole service but for the base, which `server` resolves before routing.
///
/// # Errors
/// When there is no randomness.
pub fn router(app: App) -> Result<Router> {
    let observer = Arc::new(Observer::new(app.clone())?);
    let (router, _) = rooms().split_for_parts();
    let (operator_router, _) = operator_rooms().split_for_parts();
    // The last one is the first that a request meets.
    let operator_router = operator_router
        .route_layer(from_fn_with_state(app.clone(), session_then_body))
        .route_layer(SetResponseHeaderLayer::overriding(CACHE_CONTROL, NEVER))
        .route_layer(from_fn_with_state(app.clone(), same_origin_only));
    Ok(router
        .merge(operator_router)
        .merge(dashboard::routes())
        .fallback(async || Error::not_found("Not Found"))
        .method_not_allowed_fallback(async || Error::method_not_allowed())
        .layer(CatchPanicLayer::custom(panicked))
        // Outermost, so that every answer is logged and readable across origins.
        .layer(from_fn_with_state(observer, observe))
        .with_state(app))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    let error = Error::internal(format!("a handler panicked: {}", text.unwrap_or("no text")));
    axum::response::IntoResponse::into_response(error)
}
