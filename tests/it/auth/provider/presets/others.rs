//! The providers that people host themselves, or that are made for apps.

use serde_json::{Value, json};

use super::super::{NO_RULE, NO_SUB};
use super::{Shape, trap};

const CLIENT: &str = "66666666-7777-4888-8999-000000000000";

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = vec![workos("client"), workos("plain"), better_auth()];
    shapes.extend([keycloak("audience"), keycloak("azp"), zitadel(), logto_access(), logto_id(), ory()]);
    shapes.extend([descope("session"), descope("session-url"), fusionauth(), cloudflare(), oidc()]);
    shapes
}

/// A shape with what most of them have.
pub(super) fn shape(preset: &'static str, variant: &'static str, claims: Value) -> Shape {
    Shape {
        preset,
        variant,
        facts: &[],
        audience: None,
        alg: "RS256",
        header: json!({ "typ": "JWT" }),
        claims,
        user: "",
        organization: None,
        name: None,
        traps: Vec::new(),
    }
}

/// T207. All customers share the issuer; a token of another one is signed with another key.
fn workos(variant: &'static str) -> Shape {
    let issuer = match variant {
        "client" => "https://api.workos.com/user_management/client_01A",
        _ => "https://api.workos.com",
    };
    let claims = json!({
        "iss": issuer, "sub": "user_01HBEQ", "sid": "session_01HQAG", "jti": "01HQAG", "role": "member",
        "permissions": ["posts:read"], "name": "Ada",
    });
    Shape {
        facts: &[("client-id", "client_01A")],
        header: json!({}),
        user: "user_01HBEQ",
        organization: Some(("org_id", json!({ "org_id": "org_01HRDM" }), "org_01HRDM")),
        name: Some(("name", "Ada")),
        traps: vec![trap("a custom domain", NO_RULE, json!({ "iss": "https://auth.example.com" }))],
        ..shape("workos", variant, claims)
    }
}

/// T208.
fn better_auth() -> Shape {
    let claims = json!({
        "iss": "https://better.example.com", "aud": "https://better.example.com", "sub": "4f8a", "id": "4f8a",
        "name": "Ada Lovelace", "email": "ada@example.com", "emailVerified": true, "image": null,
        "createdAt": "2026-01-02T03:04:05.678Z",
    });
    Shape {
        facts: &[("url", "https://better.example.com")],
        alg: "EdDSA",
        header: json!({}),
        user: "4f8a",
        organization: Some(("activeOrganizationId", json!({ "activeOrganizationId": "acme" }), "acme")),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![trap(
            "development",
            NO_RULE,
            json!({ "iss": "http://localhost:3000", "aud": "http://localhost:3000" }),
        )],
        ..shape("better-auth", "jwt", claims)
    }
}

/// T214. The client is in `aud` through a mapper, or in `azp`.
fn keycloak(variant: &'static str) -> Shape {
    let aud = if variant == "audience" { json!(["account", "app"]) } else { json!("account") };
    let claims = json!({
        "iss": format!("https://keycloak.example.com/realms/{variant}"), "aud": aud, "azp": "app", "typ": "Bearer",
        "sub": "f:1:ada", "sid": "s", "acr": "1", "scope": "openid profile", "name": "Ada Lovelace",
        "preferred_username": "ada", "realm_access": { "roles": ["user"] }, "organization": { "acme": {} },
    });
    let other = json!({ "aud": "account", "azp": "other" });
    Shape {
        facts: match variant {
            "audience" => &[("url", "https://keycloak.example.com/"), ("realm", "audience")],
            _ => &[("url", "https://keycloak.example.com/"), ("realm", "azp")],
        },
        audience: Some("app"),
        user: "f:1:ada",
        organization: Some(("org_id", json!({ "org_id": "acme" }), "acme")),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![
            trap("another client", NO_RULE, other),
            trap("a lightweight token", NO_SUB, json!({ "sub": null })),
            trap("an internal host name", NO_RULE, json!({ "iss": "http://keycloak:8080/realms/x" })),
        ],
        ..shape("keycloak", variant, claims)
    }
}

/// T215.
fn zitadel() -> Shape {
    const OWNER: &str = "urn:zitadel:iam:user:resourceowner:id";
    let claims = json!({
        "iss": "https://zitadel.example.com", "aud": ["client@app", "123456789012345678"], "sub": "987654321098765432",
        "client_id": "client@app", "jti": "j", "name": "Ada Lovelace",
        "urn:zitadel:iam:org:project:roles": { "user": { "1": "acme.example.com" } },
    });
    Shape {
        facts: &[("domain", "zitadel.example.com"), ("project-id", "123456789012345678")],
        user: "987654321098765432",
        organization: Some((OWNER, json!({ OWNER: "555" }), "555")),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![trap("another project", NO_RULE, json!({ "aud": ["client@app", "1"] }))],
        ..shape("zitadel", "jwt", claims)
    }
}

/// T216.
fn logto_access() -> Shape {
    let claims = json!({
        "iss": "https://access.logto.app/oidc", "aud": "https://api.example.com", "sub": "x1y2z3", "jti": "j",
        "client_id": "app", "scope": "read",
    });
    Shape {
        facts: &[("domain", "access.logto.app")],
        audience: Some("https://api.example.com"),
        alg: "ES384",
        header: json!({ "typ": "at+jwt" }),
        user: "x1y2z3",
        organization: Some(("organization_id", json!({ "organization_id": "org_1" }), "org_1")),
        traps: vec![
            trap("an organization token", NO_RULE, json!({ "aud": "urn:logto:organization:org_1" })),
            trap("an ID token", NO_RULE, json!({ "aud": "app", "at_hash": "h" })),
        ],
        ..shape("logto", "access", claims)
    }
}

fn logto_id() -> Shape {
    let claims = json!({
        "iss": "https://id.logto.app/oidc", "aud": "app", "sub": "x1y2z3", "at_hash": "h", "name": "Ada Lovelace",
        "picture": null, "username": "ada",
    });
    Shape {
        facts: &[("domain", "id.logto.app")],
        audience: Some("app"),
        alg: "ES384",
        user: "x1y2z3",
        name: Some(("name", "Ada Lovelace")),
        traps: vec![trap("an access token", NO_RULE, json!({ "aud": "https://api.example.com" }))],
        ..shape("logto", "id", claims)
    }
}

/// T217.
fn ory() -> Shape {
    let claims = json!({
        "iss": "https://slug.projects.oryapis.com", "sub": "c1d2", "sid": "s", "nbf": 1790000000, "jti": "j",
        "name": "Ada Lovelace", "schema": "default",
    });
    Shape {
        facts: &[("domain", "slug.projects.oryapis.com"), ("url", "https://app.example.com/ory.jwks.json")],
        alg: "ES256",
        user: "c1d2",
        organization: Some(("org_id", json!({ "org_id": "acme" }), "acme")),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![trap(
            "another Ory project",
            NO_RULE,
            json!({ "iss": "https://other.projects.oryapis.com" }),
        )],
        ..shape("ory", "tokenizer", claims)
    }
}

/// T218. The issuer is the project id, or a URL that ends with it.
fn descope(variant: &'static str) -> Shape {
    let (id, issuer) = match variant {
        "session" => ("P2bare", "P2bare".to_owned()),
        _ => ("P2url", "https://api.descope.com/P2url".to_owned()),
    };
    let claims = json!({
        "iss": issuer, "sub": "U2abc", "amr": ["email"], "drn": "DS", "rexp": "2026-12-02T03:04:05Z", "name": "Ada",
        "tenants": { "T2acme": { "roles": [] } },
    });
    let other = if variant == "session" { format!("https://api.descope.com/{id}") } else { id.to_owned() };
    Shape {
        facts: if variant == "session" { &[("project-id", "P2bare")] } else { &[("project-id", "P2url")] },
        user: "U2abc",
        organization: Some(("dct", json!({ "dct": "T2acme" }), "T2acme")),
        name: Some(("name", "Ada")),
        traps: vec![trap("the other form of the issuer", NO_RULE, json!({ "iss": other }))],
        ..shape("descope", variant, claims)
    }
}

/// T219.
fn fusionauth() -> Shape {
    let claims = json!({
        "iss": "https://fusion.example.com", "aud": CLIENT, "sub": "00000000-0000-0001-0000-000000000000",
        "authenticationType": "PASSWORD", "email": "ada@example.com", "email_verified": true,
        "preferred_username": "ada", "applicationId": CLIENT, "tid": "00000000-0000-0002-0000-000000000000", "roles": [],
    });
    let tenant = "00000000-0000-0002-0000-000000000000";
    Shape {
        facts: &[("domain", "fusion.example.com"), ("issuer", "https://fusion.example.com")],
        audience: Some(CLIENT),
        header: json!({ "typ": "JWT", "gty": ["authorization_code"] }),
        user: "00000000-0000-0001-0000-000000000000",
        organization: Some(("tid", json!({}), tenant)),
        name: Some(("preferred_username", "ada")),
        traps: vec![trap("the placeholder issuer", NO_RULE, json!({ "iss": "acme.com" }))],
        ..shape("fusionauth", "jwt", claims)
    }
}

/// T220.
fn cloudflare() -> Shape {
    let claims = json!({
        "iss": "https://team.cloudflareaccess.com", "aud": ["32eafc7626e737136ad"], "sub": "7335d417-61da-459d",
        "email": "ada@example.com", "type": "app", "identity_nonce": "n", "country": "US", "nbf": 1790000000,
    });
    let empty = "JWT sub is not a valid user ID: ID must be 1 to 255 characters";
    Shape {
        facts: &[("domain", "team.cloudflareaccess.com")],
        audience: Some("32eafc7626e737136ad"),
        user: "7335d417-61da-459d",
        name: Some(("email", "ada@example.com")),
        traps: vec![
            trap("a service token", empty, json!({ "sub": "", "common_name": "e367.access", "email": null })),
            trap("another application of the account", NO_RULE, json!({ "aud": ["other"] })),
        ],
        ..shape("cloudflare-access", "application", claims)
    }
}

/// Any issuer, such as authentik with its path and final slash.
fn oidc() -> Shape {
    let claims = json!({
        "iss": "https://id.example.com/application/o/app/", "aud": "app", "sub": "ada", "name": "Ada Lovelace",
    });
    Shape {
        facts: &[("issuer", "https://id.example.com/application/o/app/")],
        audience: Some("app"),
        user: "ada",
        organization: Some(("org_id", json!({ "org_id": "acme" }), "acme")),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![trap(
            "without its slash",
            NO_RULE,
            json!({ "iss": "https://id.example.com/application/o/app" }),
        )],
        ..shape("oidc", "token", claims)
    }
}
