//! Cognito, Entra, Google, Okta.

use serde_json::{Value, json};

use super::super::{NO_RULE, NO_SUB};
use super::others::shape;
use super::{Shape, Trap, trap};

const CLIENT: &str = "66666666-7777-4888-8999-000000000000";

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = vec![cognito_id(), cognito_access(), entra("v2"), entra("v1")];
    shapes.extend([google("https"), google("bare"), okta_access(), okta_id()]);
    shapes
}

fn cognito(variant: &'static str, claims: Value) -> Shape {
    let common = json!({
        "iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
        "sub": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "event_id": "e", "auth_time": 1790000000, "jti": "j",
        "cognito:groups": ["admins"],
    });
    Shape {
        facts: &[("region", "eu-central-1"), ("pool-id", "eu-central-1_AbCdEfGhI")],
        audience: Some("1example23456789"),
        header: json!({}),
        user: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        ..shape("cognito", variant, super::with_claims(&common, claims))
    }
}

/// T210.
fn cognito_id() -> Shape {
    let claims = json!({
        "aud": "1example23456789", "token_use": "id", "name": "Ada Lovelace", "email": "ada@example.com",
        "cognito:username": "ada",
    });
    Shape {
        organization: Some(("custom:tenant", json!({ "custom:tenant": "acme" }), "acme")),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![
            trap("another app client", NO_RULE, json!({ "aud": "other" })),
            trap("no kind", NO_RULE, json!({ "token_use": null })),
        ],
        ..cognito("id", claims)
    }
}

fn cognito_access() -> Shape {
    let claims = json!({ "client_id": "1example23456789", "token_use": "access", "scope": "openid", "username": "ada" });
    Shape {
        traps: vec![
            trap("another app client", NO_RULE, json!({ "client_id": "other" })),
            trap("a token of neither kind", NO_RULE, json!({ "token_use": "refresh" })),
        ],
        ..cognito("access", claims)
    }
}

/// T211. `sub` is another in every application; `oid` is the user.
fn entra(variant: &'static str) -> Shape {
    let tenant = "11111111-2222-4333-8444-555555555555";
    let (issuer, audience) = match variant {
        "v2" => (format!("https://login.microsoftonline.com/{tenant}/v2.0"), CLIENT.to_owned()),
        _ => (format!("https://sts.windows.net/{tenant}/"), format!("api://{CLIENT}")),
    };
    let claims = json!({
        "iss": issuer, "aud": audience, "nbf": 1790000000, "oid": "99999999-aaaa-4bbb-8ccc-dddddddddddd",
        "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", "tid": tenant, "name": "Ada Lovelace",
        "preferred_username": "ada@example.com", "uti": "u", "ver": "2.0", "scp": "access_as_user",
    });
    let foreign = "https://login.microsoftonline.com/22222222-2222-4333-8444-555555555555/v2.0";
    Shape {
        facts: &[("tenant-id", "11111111-2222-4333-8444-555555555555"), ("client-id", CLIENT)],
        header: json!({ "typ": "JWT", "x5t": "abc" }),
        user: "99999999-aaaa-4bbb-8ccc-dddddddddddd",
        organization: Some(("tid", json!({}), "11111111-2222-4333-8444-555555555555")),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![
            // T106.
            trap(
                "another tenant",
                NO_RULE,
                json!({ "iss": foreign, "tid": "22222222-2222-4333-8444-555555555555" }),
            ),
            trap("for Graph", NO_RULE, json!({ "aud": "00000003-0000-0000-c000-000000000000" })),
            trap("without oid", NO_SUB, json!({ "oid": null })),
        ],
        ..shape("entra", variant, claims)
    }
}

/// T212.
fn google(variant: &'static str) -> Shape {
    let issuer = if variant == "bare" { "accounts.google.com" } else { "https://accounts.google.com" };
    let client = "123456789012-abc.apps.googleusercontent.com";
    let claims = json!({
        "iss": issuer, "azp": client, "aud": client, "sub": "110169484474386276334", "name": "Ada Lovelace",
        "email": "ada@example.com", "email_verified": true, "nonce": "n", "picture": "https://example.com/a.png",
    });
    let no_domain = "JWT hd is not a valid workspace ID: ID must be 1 to 255 characters";
    Shape {
        facts: &[("client-id", "123456789012-abc.apps.googleusercontent.com")],
        user: "110169484474386276334",
        organization: Some(("hd", json!({ "hd": "example.com" }), "example.com")),
        name: Some(("name", "Ada Lovelace")),
        traps: vec![
            // T103.
            trap("another Google app", NO_RULE, json!({ "aud": "attacker.apps.googleusercontent.com" })),
            Trap { in_organization: true, ..trap("a private account", no_domain, json!({})) },
        ],
        ..shape("google", variant, claims)
    }
}

/// T213.
fn okta_access() -> Shape {
    let claims = json!({
        "iss": "https://access.okta.com/oauth2/default", "aud": "api://default", "sub": "ada@example.com",
        "uid": "00uid4BxXw6I6TV4m0g3", "cid": "0oabcd", "scp": ["openid"], "ver": 1, "jti": "AT.1",
    });
    Shape {
        facts: &[("domain", "access.okta.com"), ("server-id", "default")],
        audience: Some("api://default"),
        header: json!({}),
        user: "00uid4BxXw6I6TV4m0g3",
        organization: Some(("org_id", json!({ "org_id": "acme" }), "acme")),
        traps: vec![
            trap(
                "the org server",
                NO_RULE,
                json!({ "iss": "https://access.okta.com", "aud": "https://access.okta.com" }),
            ),
            // T222.
            trap("an ID token", NO_RULE, json!({ "aud": "0oabcd", "uid": null })),
        ],
        ..shape("okta", "access", claims)
    }
}

fn okta_id() -> Shape {
    let claims = json!({
        "iss": "https://id.okta.com/oauth2/default", "aud": "0oabcd", "sub": "00uid4BxXw6I6TV4m0g3", "ver": 1,
        "name": "Ada Lovelace", "email": "ada@example.com", "amr": ["pwd"], "idp": "00o1",
    });
    Shape {
        facts: &[("domain", "id.okta.com"), ("server-id", "default")],
        audience: Some("0oabcd"),
        header: json!({}),
        user: "00uid4BxXw6I6TV4m0g3",
        name: Some(("name", "Ada Lovelace")),
        traps: vec![trap(
            "an access token",
            NO_RULE,
            json!({ "aud": "api://default", "sub": "ada@example.com" }),
        )],
        ..shape("okta", "id", claims)
    }
}
