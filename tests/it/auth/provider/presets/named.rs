//! Clerk, Auth0, Supabase, Firebase, Stytch, Kinde.

use serde_json::json;

use super::super::NO_RULE;
use super::{Shape, Trap, trap};

const NO_ORGANIZATION: &str = "JWT {o.id} is not a valid workspace ID: ID must be 1 to 255 characters";
const NO_ORG_ID: &str = "JWT org_id is not a valid workspace ID: ID must be 1 to 255 characters";

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = clerk();
    shapes.extend(auth0());
    shapes.extend([supabase("ES256", "newprojectref"), supabase("RS256", "rsaprojectref"), firebase()]);
    shapes.extend([stytch("consumer"), stytch("b2b")]);
    shapes.extend(kinde());
    shapes
}

fn in_organization(trap: Trap) -> Trap {
    Trap { in_organization: true, ..trap }
}

/// T201.
fn clerk() -> Vec<Shape> {
    let claims = |domain: &str| {
        json!({
            "iss": format!("https://{domain}"), "sub": "user_2NNEqL2nrIRdJ194ndJqAHwEfxC",
            "nbf": 1790000000, "azp": "https://app.example.com",
        })
    };
    let session =
        json!({ "sid": "sess_2NNErcb", "v": 2, "fva": [0, -1], "fullName": "Ada Lovelace", "sts": "active" });
    let typ = json!({ "typ": "JWT", "cat": "cl_B7d4PD111AAA" });
    let pending = trap("a pending session", NO_RULE, json!({ "sts": "pending" }));
    vec![
        Shape {
            preset: "clerk",
            variant: "session",
            facts: &[("domain", "clerk.v2.example.com")],
            audience: None,
            alg: "RS256",
            header: typ.clone(),
            claims: super::with_claims(&claims("clerk.v2.example.com"), session),
            user: "user_2NNEqL2nrIRdJ194ndJqAHwEfxC",
            organization: Some((
                "{o.id}",
                json!({ "o": { "id": "org_2NNEq", "slg": "acme", "rol": "admin" } }),
                "org_2NNEq",
            )),
            name: Some(("fullName", "Ada Lovelace")),
            traps: vec![
                pending,
                in_organization(trap("no active organization", NO_ORGANIZATION, json!({}))),
                in_organization(trap(
                    "version 1",
                    NO_ORGANIZATION,
                    json!({ "v": null, "org_id": "org_2NNEq", "org_slug": "acme" }),
                )),
                trap(
                    "a development instance",
                    NO_RULE,
                    json!({ "iss": "https://happy-cat-1.clerk.accounts.dev" }),
                ),
            ],
        },
        Shape {
            preset: "clerk",
            variant: "template",
            facts: &[("domain", "clerk.template.example.com")],
            audience: Some("threadkeep"),
            alg: "RS256",
            header: typ,
            claims: super::with_claims(
                &claims("clerk.template.example.com"),
                json!({ "sub": "user_2template", "aud": "threadkeep", "name": "Ada L." }),
            ),
            user: "user_2template",
            organization: Some(("org_id", json!({ "org_id": "org_2NNEq" }), "org_2NNEq")),
            name: Some(("name", "Ada L.")),
            traps: vec![
                trap("a session token", NO_RULE, json!({ "aud": null, "sid": "sess_2NNErcb" })),
                in_organization(trap("no active organization", NO_ORG_ID, json!({}))),
            ],
        },
    ]
}

/// T202.
fn auth0() -> Vec<Shape> {
    let userinfo = "https://example.eu.auth0.com/userinfo";
    let claims = json!({
        "iss": "https://example.eu.auth0.com/", "sub": "auth0|5f7c8ec7c33c6c004bbafe82",
        "aud": ["https://api.example.com", userinfo], "azp": "my_client_id", "scope": "openid profile",
        "https://example.com/name": "Ada Lovelace",
    });
    let access = |domain: &'static [(&'static str, &'static str)], typ: &str, claims| Shape {
        preset: "auth0",
        variant: "access",
        facts: domain,
        audience: Some("https://api.example.com"),
        alg: "RS256",
        header: json!({ "typ": typ }),
        claims,
        user: "auth0|5f7c8ec7c33c6c004bbafe82",
        organization: Some(("org_id", json!({ "org_id": "org_9ybsU1dN2dKfDkBi" }), "org_9ybsU1dN2dKfDkBi")),
        name: Some(("https://example.com/name", "Ada Lovelace")),
        traps: vec![
            trap("a machine", NO_RULE, json!({ "sub": "abc@clients", "gty": "client-credentials" })),
            trap("an ID token", NO_RULE, json!({ "aud": "my_client_id" })),
            trap("the userinfo endpoint alone", NO_RULE, json!({ "aud": userinfo })),
            in_organization(trap("no organization", NO_ORG_ID, json!({}))),
        ],
    };
    let rfc9068 = json!({
        "iss": "https://login.example.com/", "sub": "auth0|5f7c8ec7c33c6c004bbafe82", "aud": "https://api.example.com",
        "client_id": "my_client_id", "jti": "SqsMXeDGRd2zTWzT84ZzNe", "https://example.com/name": "Ada Lovelace",
    });
    let id = json!({
        "iss": "https://id.eu.auth0.com/", "sub": "google-oauth2|103547991597142817347", "aud": "my_client_id",
        "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true, "sid": "s", "nonce": "n",
    });
    vec![
        access(&[("domain", "example.eu.auth0.com")], "JWT", claims),
        access(&[("domain", "login.example.com")], "at+jwt", rfc9068),
        Shape {
            variant: "id",
            audience: Some("my_client_id"),
            user: "google-oauth2|103547991597142817347",
            name: Some(("name", "Ada Lovelace")),
            traps: vec![trap("an access token", NO_RULE, json!({ "aud": "https://api.example.com" }))],
            ..access(&[("domain", "id.eu.auth0.com")], "JWT", id)
        },
    ]
}

/// T203.
pub(super) fn supabase(alg: &'static str, project: &'static str) -> Shape {
    let issuer = format!("https://{project}.supabase.co/auth/v1");
    Shape {
        preset: "supabase",
        variant: "keys",
        facts: if alg == "ES256" {
            &[("project-id", "newprojectref")]
        } else {
            &[("project-id", "rsaprojectref")]
        },
        audience: None,
        alg,
        header: json!({ "typ": "JWT" }),
        claims: json!({
            "iss": issuer, "sub": "5b4b4a3e-1a9c-4f5d-9f44-8f2f5f6b7c8d", "aud": "authenticated",
            "role": "authenticated", "aal": "aal1", "amr": [{ "method": "password", "timestamp": 1790000000 }],
            "session_id": "a1b2", "is_anonymous": false, "email": "ada@example.com", "phone": "",
            "app_metadata": { "provider": "email", "providers": ["email"] },
            "user_metadata": { "full_name": "Ada Lovelace", "org_id": "of-another" },
        }),
        user: "5b4b4a3e-1a9c-4f5d-9f44-8f2f5f6b7c8d",
        organization: Some((
            "{app_metadata.org_id}",
            json!({ "app_metadata": { "org_id": "acme" } }),
            "acme",
        )),
        name: Some(("{user_metadata.full_name}", "Ada Lovelace")),
        traps: vec![
            trap(
                "the anon key",
                NO_RULE,
                json!({ "iss": "supabase", "role": "anon", "sub": null, "aud": null }),
            ),
            trap("another role", NO_RULE, json!({ "aud": "service_role" })),
            in_organization(trap(
                "an organization that the user wrote",
                "JWT {app_metadata.org_id} is not a valid workspace ID: ID must be 1 to 255 characters",
                json!({}),
            )),
        ],
    }
}

/// T204.
fn firebase() -> Shape {
    let sign_in = json!({ "identities": { "email": ["ada@example.com"] }, "sign_in_provider": "password" });
    Shape {
        preset: "firebase",
        variant: "id",
        facts: &[("project-id", "example-app-1a2b3")],
        audience: None,
        alg: "RS256",
        header: json!({ "typ": "JWT" }),
        claims: json!({
            "iss": "https://securetoken.google.com/example-app-1a2b3", "aud": "example-app-1a2b3",
            "sub": "Xa9kP2mQ7rT4vW1y", "user_id": "Xa9kP2mQ7rT4vW1y", "auth_time": 1790000000,
            "name": "Ada Lovelace", "picture": "https://example.com/a.png", "email": "ada@example.com",
            "email_verified": true, "firebase": sign_in,
        }),
        user: "Xa9kP2mQ7rT4vW1y",
        organization: Some((
            "{firebase.tenant}",
            json!({ "firebase": { "sign_in_provider": "password", "tenant": "acme-x1y2z" } }),
            "acme-x1y2z",
        )),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![
            trap(
                "another Firebase project",
                NO_RULE,
                json!({ "iss": "https://securetoken.google.com/attacker", "aud": "attacker" }),
            ),
            trap("another audience", NO_RULE, json!({ "aud": "attacker" })),
            trap(
                "a session cookie",
                NO_RULE,
                json!({ "iss": "https://session.firebase.google.com/example-app-1a2b3" }),
            ),
        ],
    }
}

/// T205.
fn stytch(variant: &'static str) -> Shape {
    const ORGANIZATION: &str = "{/https:~1~1stytch.com~1organization/organization_id}";
    let is_b2b = variant == "b2b";
    let (id, user) =
        if is_b2b { ("project-live-b2b", "member-live-1") } else { ("project-live-c", "user-live-1") };
    let organization = json!({ "https://stytch.com/organization": { "organization_id": "organization-live-9", "slug": "acme" } });
    Shape {
        preset: "stytch",
        variant,
        facts: if is_b2b {
            &[("project-id", "project-live-b2b")]
        } else {
            &[("project-id", "project-live-c")]
        },
        audience: None,
        alg: "RS256",
        header: json!({}),
        claims: json!({
            "iss": format!("stytch.com/{id}"), "sub": user, "aud": [id], "nbf": 1790000000, "name": "Ada",
            "https://stytch.com/session": { "id": "session-live-1", "started_at": "2026-01-02T03:04:05Z", "factors": [] },
        }),
        user,
        organization: is_b2b.then_some((ORGANIZATION, organization, "organization-live-9")),
        name: Some(("name", "Ada")),
        traps: vec![
            trap("the issuer as a URL", NO_RULE, json!({ "iss": format!("https://stytch.com/{id}") })),
            trap(
                "the test project",
                NO_RULE,
                json!({ "iss": "stytch.com/project-test-1", "aud": ["project-test-1"] }),
            ),
        ],
    }
}

/// T206.
fn kinde() -> Vec<Shape> {
    let access = Shape {
        preset: "kinde",
        variant: "access",
        facts: &[("domain", "example.kinde.com")],
        audience: None,
        alg: "RS256",
        header: json!({ "typ": "JWT" }),
        claims: json!({
            "iss": "https://example.kinde.com", "sub": "kp_a1b2c3", "aud": [], "azp": "client-1",
            "gty": ["authorization_code"], "jti": "j", "permissions": [], "scp": ["openid"], "v": "2",
        }),
        user: "kp_a1b2c3",
        organization: Some(("org_code", json!({ "org_code": "org_1767f11ce62" }), "org_1767f11ce62")),
        name: None,
        traps: vec![
            trap("another environment", NO_RULE, json!({ "iss": "https://example-dev.kinde.com" })),
            // T222: an ID token lists organizations and names none.
            in_organization(trap(
                "an ID token",
                "JWT org_code is not a valid workspace ID: ID must be 1 to 255 characters",
                json!({ "aud": ["client-1"], "org_codes": ["org_1767f11ce62"], "name": "Ada" }),
            )),
        ],
    };
    let id = Shape {
        preset: "kinde",
        variant: "id",
        facts: &[("domain", "id.kinde.com")],
        audience: Some("client-1"),
        alg: "RS256",
        header: json!({ "typ": "JWT" }),
        claims: json!({
            "iss": "https://id.kinde.com", "sub": "kp_a1b2c3", "aud": ["client-1"], "azp": "client-1",
            "name": "Ada Lovelace", "email": "ada@example.com", "org_codes": ["org_1767f11ce62"],
        }),
        user: "kp_a1b2c3",
        organization: None,
        name: Some(("name", "Ada Lovelace")),
        traps: vec![trap("another application", NO_RULE, json!({ "azp": "client-2", "aud": ["client-2"] }))],
    };
    vec![access, id]
}
