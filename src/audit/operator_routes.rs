//! The audit logs of projects and organizations, for the dashboard.

use axum::extract::State;
use engine::Conn;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{AuditEntry, AuditFilter};
use super::store;
use crate::app::App;
use crate::auth::operator::caller::{OrganizationOperator, ProjectOperator};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::query::{self, FromQuery, Params, Query};
use crate::id::AuditEntryId;

/// Entries of a page.
const PAGE: u32 = 50;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_audit_entries)).routes(routes!(list_organization_audit_entries))
}

/// A page of entries.
#[derive(Serialize, ToSchema)]
struct AuditPage {
    entries: Vec<AuditEntry>,
    /// What to pass as `after` for the next page; null on the last one.
    #[schema(required)]
    next_cursor: Option<AuditEntryId>,
}

impl AuditPage {
    /// A page of up to one entry more than it shows.
    fn cut(mut entries: Vec<AuditEntry>) -> Self {
        let is_last = entries.len() <= PAGE as usize;
        entries.truncate(PAGE as usize);
        let end = entries.last().map(|entry| entry.id.clone());
        Self { next_cursor: end.filter(|_| !is_last), entries }
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `AuditFilter` reads")]
struct AuditParams {
    /// Only changes of this kind of thing, such as `auth_rule`.
    resource_type: Option<String>,
    /// Only changes by this kind of actor: `operator`, `api_key`, `command_line` or `instance`.
    actor_type: Option<String>,
    /// Only changes by this actor.
    actor_id: Option<String>,
    /// Only changes at or after this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only changes before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// The `next_cursor` of the page before.
    after: Option<String>,
}

impl FromQuery for AuditFilter {
    fn read(query: &mut Params) -> Option<Self> {
        let resource_type = query.optional("resource_type", query::short_text);
        let actor_type = query.optional("actor_type", query::short_text);
        let actor_id = query.optional("actor_id", query::short_text);
        let from = query.optional("from", query::timestamp);
        let to = query.optional("to", query::timestamp);
        let after = query.optional("after", query::short_text);
        Some(Self {
            resource_type: resource_type?,
            actor_type: actor_type?,
            actor_id: actor_id?,
            from: from?,
            to: to?,
            before: after?.map(AuditEntryId::named),
        })
    }
}

/// Lists who changed what of a project, the latest first, 50 a page.
#[utoipa::path(get, path = "/api/projects/{project_id}/audit", tag = "audit log", security(("session" = [])),
    params(("project_id" = String, Path), AuditParams),
    responses((status = 200, body = AuditPage), (status = 404, body = ErrorBody), Refusals))]
async fn list_audit_entries(
    State(app): State<App>,
    caller: ProjectOperator,
    Query(filter): Query<AuditFilter>,
) -> Result<Json<AuditPage>> {
    let project = &caller.project.id;
    let list = async |conn: &mut Conn<'_>| store::list_entries(conn, project, &filter, PAGE + 1).await;
    app.store().read(list).await.map(AuditPage::cut).map(Json)
}

/// Lists who changed what of an organization, the latest first, 50 a page: its members, and which projects
/// were deleted, restored and purged.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/audit", tag = "audit log",
    security(("session" = [])), params(("organization_id" = String, Path), AuditParams),
    responses((status = 200, body = AuditPage), (status = 404, body = ErrorBody), Refusals))]
async fn list_organization_audit_entries(
    State(app): State<App>,
    caller: OrganizationOperator,
    Query(filter): Query<AuditFilter>,
) -> Result<Json<AuditPage>> {
    let organization = &caller.organization;
    let list = async |conn: &mut Conn<'_>| {
        store::list_organization_entries(conn, organization, &filter, PAGE + 1).await
    };
    app.store().read(list).await.map(AuditPage::cut).map(Json)
}
