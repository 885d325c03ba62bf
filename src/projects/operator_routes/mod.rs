//! A project's settings, signing keys and deletion, for the dashboard.

mod deletion;
mod first_steps;
mod settings;
mod signing_keys;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::model::Project;
use super::origins::AllowedOrigin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::fair_use::model::FairUse;
use crate::id::{OrganizationId, ProjectId};
use crate::instance::store::find_default_project;
use crate::members::model::Role;
use crate::users::store::count_active_users;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(settings::routes())
        .merge(first_steps::routes())
        .merge(signing_keys::routes())
        .merge(deletion::routes())
}

/// A project as an operator sees it.
#[derive(Serialize, ToSchema)]
struct ProjectView {
    id: ProjectId,
    name: String,
    organization_id: OrganizationId,
    /// What the operator is in the organization.
    role: Role,
    /// What apps call it at: the `baseUrl` of their client.
    base_url: String,
    /// Whether the instance's own address is its frontend too.
    is_default: bool,
    /// Whether visitors may come without credential.
    anonymous_access: bool,
    /// How many users who have signed in may write in a UTC month; null for any number.
    #[schema(required)]
    active_user_cap: Option<i64>,
    /// How many users who have signed in wrote in this UTC month.
    active_users: i64,
    /// How many anonymous visitors may write in a UTC month; null for any number.
    #[schema(required)]
    active_visitor_cap: Option<i64>,
    /// How many anonymous visitors wrote in this UTC month.
    active_visitors: i64,
    /// How much one user and one workspace may write.
    fair_use: FairUse,
    /// From where browsers may read its answers; empty for everywhere.
    #[schema(value_type = Vec<String>)]
    allowed_origins: Vec<AllowedOrigin>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was deleted: it answers no client any more.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    deleted_at: Option<Timestamp>,
    /// Until when it can be restored; then it is gone for good.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    purge_at: Option<Timestamp>,
}

impl ProjectView {
    async fn read(app: &App, project: Project, role: Role) -> Result<Self> {
        let now = app.clock().now();
        let counts = async |conn: &mut engine::Conn<'_>| -> Result<_> {
            Ok((count_active_users(conn, &project.id, now).await?, find_default_project(conn).await?))
        };
        let (active, default_project) = app.store().snapshot(counts).await?;
        Ok(Self {
            base_url: app.bases().frontend(&project.id),
            is_default: default_project.as_ref() == Some(&project.id),
            purge_at: project.purge_at(),
            id: project.id,
            name: project.name,
            organization_id: project.organization,
            role,
            anonymous_access: project.anonymous_access,
            active_user_cap: project.active_user_cap,
            active_users: active.users,
            active_visitor_cap: project.active_visitor_cap,
            active_visitors: active.visitors,
            fair_use: project.fair_use,
            allowed_origins: project.allowed_origins,
            created_at: project.created_at,
            deleted_at: project.deleted_at,
        })
    }
}
