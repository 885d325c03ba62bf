//! Which routes ask for what. One table for each API; tests send every route of the OpenAPI documents
//! requests of everyone who is not enough, and compare.

use axum::http::Method;

use crate::members::model::Role;

/// Routes that anyone may call.
pub const PUBLIC: &[(&str, &str)] = &[
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/openapi.json"),
    ("get", "/.well-known/jwks.json"),
    ("get", "/.well-known/openid-configuration"),
    ("post", "/v1/auth/tokens/anonymous"),
    ("post", "/v1/auth/tokens/refresh"),
];

/// Routes that only an API key opens, and what others are told.
const KEY_ONLY: &[(&str, &str)] = &[
    ("/v1/auth/tokens", "This endpoint may only be accessed from the backend"),
    ("/v1/projects/users/{user_id}", ERASURE),
    ("/v1/projects/users", ERASURE),
];

const ERASURE: &str = "Project-wide user deletion requires API key authentication";

/// What a caller without API key is told at a route that needs one.
pub fn key_required(route: &str) -> &'static str {
    let found = KEY_ONLY.iter().find(|(path, _)| *path == route);
    found.map_or("This endpoint requires an API key", |(_, text)| text)
}

/// Who may call a route of the operator API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone; what the route does may still take a secret from a link.
    Public,
    /// Any operator who is signed in.
    SignedIn,
    /// A member, with at least this role, of the organization that the path names or whose project it
    /// names.
    Role(Role),
    /// An owner of the instance.
    InstanceOwner,
}

const MEMBER: Access = Access::Role(Role::Member);
const ADMIN: Access = Access::Role(Role::Admin);
const OWNER: Access = Access::Role(Role::Owner);

/// Every route of the operator API.
pub const OPERATOR_ROUTES: &[(&str, &str, Access)] = &[
    ("get", "/api/openapi.json", Access::Public),
    ("get", "/api/status", Access::Public),
    ("post", "/api/setup", Access::Public),
    ("post", "/api/session", Access::Public),
    ("post", "/api/password-reset", Access::Public),
    ("post", "/api/invitations/inspect", Access::Public),
    ("post", "/api/invitations/accept", Access::Public),
    ("post", "/api/sso/start", Access::Public),
    ("get", "/api/sso/callback", Access::Public),
    ("get", "/api/session", Access::SignedIn),
    ("delete", "/api/session", Access::SignedIn),
    ("put", "/api/account", Access::SignedIn),
    ("put", "/api/account/password", Access::SignedIn),
    ("get", "/api/account/sessions", Access::SignedIn),
    ("delete", "/api/account/sessions", Access::SignedIn),
    ("delete", "/api/account/sessions/{session_id}", Access::SignedIn),
    ("get", "/api/jump", Access::SignedIn),
    ("get", "/api/presets", Access::SignedIn),
    ("post", "/api/organizations", Access::InstanceOwner),
    ("put", "/api/organizations/{organization_id}", ADMIN),
    ("get", "/api/organizations/{organization_id}/members", MEMBER),
    ("get", "/api/organizations/{organization_id}/audit", ADMIN),
    ("post", "/api/organizations/{organization_id}/invitations", ADMIN),
    ("delete", "/api/organizations/{organization_id}/invitations/{invitation_id}", ADMIN),
    ("put", "/api/organizations/{organization_id}/members/{operator_id}", ADMIN),
    ("delete", "/api/organizations/{organization_id}/members/{operator_id}", MEMBER),
    ("post", "/api/organizations/{organization_id}/projects", ADMIN),
    ("get", "/api/projects/{project_id}", MEMBER),
    ("put", "/api/projects/{project_id}", MEMBER),
    ("put", "/api/projects/{project_id}/origins", ADMIN),
    ("put", "/api/projects/{project_id}/active-user-cap", ADMIN),
    ("put", "/api/projects/{project_id}/fair-use", ADMIN),
    ("delete", "/api/projects/{project_id}", OWNER),
    ("post", "/api/projects/{project_id}/restore", OWNER),
    ("get", "/api/projects/{project_id}/first-steps", MEMBER),
    ("get", "/api/projects/{project_id}/rules", MEMBER),
    ("post", "/api/projects/{project_id}/rules", MEMBER),
    ("post", "/api/projects/{project_id}/rules/draft", MEMBER),
    ("post", "/api/projects/{project_id}/rules/check", MEMBER),
    ("put", "/api/projects/{project_id}/rules/{rule_id}", MEMBER),
    ("delete", "/api/projects/{project_id}/rules/{rule_id}", MEMBER),
    ("post", "/api/projects/{project_id}/rules/{rule_id}/fetch-keys", MEMBER),
    ("post", "/api/projects/{project_id}/explain", MEMBER),
    ("get", "/api/projects/{project_id}/api-keys", MEMBER),
    ("post", "/api/projects/{project_id}/api-keys", MEMBER),
    ("delete", "/api/projects/{project_id}/api-keys/{api_key_id}", MEMBER),
    ("get", "/api/projects/{project_id}/signing-keys", MEMBER),
    ("post", "/api/projects/{project_id}/signing-keys/rotate", ADMIN),
    ("post", "/api/projects/{project_id}/tokens", MEMBER),
    ("get", "/api/projects/{project_id}/figures", MEMBER),
    ("get", "/api/projects/{project_id}/threads", MEMBER),
    ("get", "/api/projects/{project_id}/threads/{thread_id}", MEMBER),
    ("get", "/api/projects/{project_id}/threads/{thread_id}/messages", MEMBER),
    ("get", "/api/projects/{project_id}/users", MEMBER),
    ("get", "/api/projects/{project_id}/users/{user_id}", MEMBER),
    ("get", "/api/projects/{project_id}/users/{user_id}/erasure", ADMIN),
    ("delete", "/api/projects/{project_id}/users/{user_id}", ADMIN),
    ("get", "/api/projects/{project_id}/workspaces", MEMBER),
    ("get", "/api/projects/{project_id}/workspaces/{workspace_id}", MEMBER),
    ("get", "/api/projects/{project_id}/audit", ADMIN),
    ("get", "/api/instance", Access::InstanceOwner),
];

/// Who may call a route of the operator API; `None` for one that is not in the table. A `HEAD` is a
/// `GET` without its body.
pub fn operator_access(method: &Method, route: &str) -> Option<Access> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let found =
        OPERATOR_ROUTES.iter().find(|(known, path, _)| *path == route && known.eq_ignore_ascii_case(method));
    found.map(|(_, _, access)| *access)
}
