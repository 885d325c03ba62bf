//! Which routes ask for what. One table; a test sends every route of the OpenAPI document a request
//! without credential and compares.

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
    ("/v1/projects/users/{user_id}", "Project-wide user deletion requires API key authentication"),
];

/// What a caller without API key is told at a route that needs one.
pub fn key_required(route: &str) -> &'static str {
    let found = KEY_ONLY.iter().find(|(path, _)| *path == route);
    found.map_or("This endpoint requires an API key", |(_, text)| text)
}
