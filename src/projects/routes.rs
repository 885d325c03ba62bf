//! A project's public keys, where standard libraries look for them.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, VARY};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::caller::BaseProject;
use crate::error::Result;
use crate::http::extract::Json;

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_key_set)).routes(routes!(read_openid_configuration))
}

/// A cache must not give a browser the copy that was made for a server, which no page may read.
const CACHEABLE: [(axum::http::HeaderName, &str); 2] =
    [(CACHE_CONTROL, "public, max-age=300"), (VARY, "Origin")];

/// A JWK Set (RFC 7517 §5).
#[derive(Serialize, ToSchema)]
struct KeySet {
    keys: Vec<Key>,
}

/// An Ed25519 public key (RFC 8037 §2).
#[derive(Serialize, ToSchema)]
struct Key {
    #[schema(example = "OKP")]
    kty: &'static str,
    #[schema(example = "Ed25519")]
    crv: &'static str,
    /// The key, base64url.
    x: String,
    kid: String,
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    usage: &'static str,
    #[schema(example = "EdDSA")]
    alg: &'static str,
}

/// Lists the public keys that verify the project's workspace tokens: the current one and, for ten
/// minutes after a rotation, the previous one.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "auth", responses((status = 200, body = KeySet)))]
async fn read_key_set(State(app): State<App>, BaseProject(project): BaseProject) -> impl IntoResponse {
    let now = app.clock().now();
    let keys = project.live_keys(now).map(|key| Key {
        kty: "OKP",
        crv: "Ed25519",
        x: URL_SAFE_NO_PAD.encode(key.public_bytes()),
        kid: key.id().to_string(),
        usage: "sig",
        alg: "EdDSA",
    });
    (CACHEABLE, Json(KeySet { keys: keys.collect() }))
}

/// What token verifiers read of a discovery document (OpenID Connect Discovery 1.0 §3).
#[derive(Serialize, ToSchema)]
struct OpenIdConfiguration {
    /// The `iss` of the project's workspace tokens.
    issuer: String,
    jwks_uri: String,
    #[schema(example = json!(["EdDSA"]))]
    id_token_signing_alg_values_supported: [&'static str; 1],
}

/// Names the issuer and the key set, so that standard libraries find them.
#[utoipa::path(get, path = "/.well-known/openid-configuration", tag = "auth",
    responses((status = 200, body = OpenIdConfiguration)))]
async fn read_openid_configuration(
    State(app): State<App>,
    BaseProject(project): BaseProject,
) -> Result<impl IntoResponse> {
    let issuer = app.bases().frontend(project.id());
    let jwks_uri = app.bases().key_set_url(project.id());
    let id_token_signing_alg_values_supported = ["EdDSA"];
    Ok((CACHEABLE, Json(OpenIdConfiguration { issuer, jwks_uri, id_token_signing_alg_values_supported })))
}
