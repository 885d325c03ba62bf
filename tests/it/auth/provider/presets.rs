//! A token of each provider through its preset: the right user, workspaces and name, and its main trap
//! refused. The shapes are those of each vendor's documentation.

mod clouds;
mod named;
mod others;

use std::collections::BTreeMap;

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::auth::presets::{self, Preset, Variant};
use threadkeep::auth::rules::claims::Template;
use threadkeep::auth::rules::model::{Fallback, KeySource, Settings};
use threadkeep::config::Secret;
use threadkeep::id::ProjectId;

use super::{NO_RULE, NO_SUB, NOT_VALID, accept_by, refuse_all};
use crate::support::issuer::{IssuerKey, hmac_token};
use crate::support::key_server::KeyServer;
use crate::support::rules::with_claims;
use crate::support::tokens::part;
use crate::support::{Client, TestApp, eventually};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(t201_t220_every_provider_is_understood_through_its_preset,);

on_one_engine!(
    t203_a_legacy_secret_of_supabase_verifies,
    t209_the_cookie_of_auth_js_is_no_token,
    t221_a_final_slash_too_many_or_too_few_is_named,
);

/// A token of a provider, and what is read from it.
struct Shape {
    preset: &'static str,
    variant: &'static str,
    facts: &'static [(&'static str, &'static str)],
    audience: Option<&'static str>,
    alg: &'static str,
    /// Members of the header besides `alg` and `kid`.
    header: Value,
    /// Claims of a personal token besides `iat` and `exp`.
    claims: Value,
    user: &'static str,
    /// The workspace setting for organizations, claims that a member's token has more, and the workspace.
    organization: Option<(&'static str, Value, &'static str)>,
    /// The name setting, and the name.
    name: Option<(&'static str, &'static str)>,
    traps: Vec<Trap>,
}

/// Claims that make a token another one, which must be refused. `null` removes a claim.
struct Trap {
    what: &'static str,
    /// Whether the rule is the one for organizations.
    in_organization: bool,
    claims: Value,
    error: &'static str,
}

/// A trap for a personal token.
fn trap(what: &'static str, error: &'static str, claims: Value) -> Trap {
    Trap { what, in_organization: false, claims, error }
}

fn shapes() -> Vec<Shape> {
    named::shapes().into_iter().chain(clouds::shapes()).chain(others::shapes()).collect()
}

impl Shape {
    /// The preset's settings, with the keys of the fixture.
    fn settings(&self, jwks_url: &str) -> Settings {
        let preset = presets::find(self.preset).unwrap();
        let variant = preset.variant(Some(self.variant)).unwrap();
        let facts: BTreeMap<_, _> =
            self.facts.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let settings = preset.settings(variant, &facts, self.audience.map(Into::into), None).unwrap();
        settings.check().unwrap();
        assert_eq!(settings.workspace, None, "a preset begins with personal workspaces");
        let offered = |setting: &str| variant.names.iter().any(|choice| choice.value == setting);
        assert!(self.name.is_none_or(|(setting, _)| offered(setting)), "{} {}", self.preset, self.variant);
        let name_claim = self.name.map(|(setting, _)| Template::parse(setting).unwrap());
        Settings { keys: KeySource::KeySet(jwks_url.to_owned()), name_claim, ..settings }
    }

    /// The same for organizations, by a setting that the preset offers.
    fn settings_for_organizations(&self, jwks_url: &str) -> Option<Settings> {
        let (workspace, ..) = self.organization.as_ref()?;
        let variant = presets::find(self.preset).unwrap().variant(Some(self.variant)).unwrap();
        assert!(
            variant.workspaces.iter().any(|choice| choice.value == *workspace),
            "{}: {workspace}",
            self.preset
        );
        let workspace = Template::parse(workspace).ok();
        Some(Settings { workspace, workspace_fallback: Fallback::Refuse, ..self.settings(jwks_url) })
    }

    fn token(&self, app: &TestApp, key: &IssuerKey, more: &Value) -> String {
        let now = app.now().secs();
        let mut claims = with_claims(&self.claims, json!({ "iat": now, "exp": now + 300 }));
        claims = with_claims(&claims, more.clone());
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let header = with_claims(&json!({ "alg": self.alg, "kid": key.kid }), self.header.clone());
        key.sign(&header, &claims)
    }
}

/// One key for each algorithm that the providers sign with, published beside a key for encryption, as
/// Keycloak does.
async fn publish(keys: &KeyServer) -> Vec<IssuerKey> {
    let all = ["RS256", "ES256", "ES384", "EdDSA"].map(|alg| IssuerKey::new(&alg.to_lowercase(), alg));
    let encryption =
        with_claims(&IssuerKey::other_rsa("rs256").jwk(), json!({ "use": "enc", "alg": "RSA-OAEP" }));
    let jwks: Vec<Value> = [encryption].into_iter().chain(all.iter().map(IssuerKey::jwk)).collect();
    keys.put_keys("/jwks", &jwks);
    all.into()
}

async fn t201_t220_every_provider_is_understood_through_its_preset(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let server = KeyServer::start().await;
    let keys = publish(&server).await;
    let url = server.at("/jwks");
    let organizations = app.create_project().await;
    let shapes = shapes();
    app.create_rules(&app.project, shapes.iter().map(|shape| shape.settings(&url)).collect()).await;
    let rules = shapes.iter().filter_map(|shape| shape.settings_for_organizations(&url)).collect();
    app.create_rules(&organizations, rules).await;
    let (personal, shared) = (app.anyone(), Client::new(app.frontend(&organizations)));
    for shape in &shapes {
        println!("{} {}", shape.preset, shape.variant);
        let key = keys.iter().find(|key| key.alg == shape.alg).unwrap();
        let exchanged = accept_by(&personal, &shape.token(&app, key, &json!({}))).await;
        assert_eq!((&exchanged["sub"], &exchanged["workspace_id"]), (&json!(shape.user), &json!(shape.user)));
        if let Some((_, more, workspace)) = &shape.organization {
            let exchanged = accept_by(&shared, &shape.token(&app, key, more)).await;
            assert_eq!(
                (&exchanged["sub"], &exchanged["workspace_id"]),
                (&json!(shape.user), &json!(workspace))
            );
        }
        let before = written_by_requests(&app).await;
        for trap in &shape.traps {
            println!("  {}", trap.what);
            let client = if trap.in_organization { &shared } else { &personal };
            let token = shape.token(&app, key, &trap.claims);
            super::knock(&client.bearing(&token)).await.refused(403, trap.error);
        }
        // Another customer of the same provider, whose keys are others.
        let stranger = IssuerKey::new(&key.kid, shape.alg);
        let stranger = if shape.alg == "RS256" { IssuerKey::other_rsa(&key.kid) } else { stranger };
        let token = shape.token(&app, &stranger, &json!({}));
        super::knock(&personal.bearing(&token)).await.refused(403, NOT_VALID);
        assert_eq!(written_by_requests(&app).await, before);
    }
    for shape in &shapes {
        if let Some((_, name)) = shape.name {
            has_name(&app, &app.project, shape.user, name).await;
        }
    }
}

/// What is written, but for users who are put on record with their names in the background.
async fn written_by_requests(app: &TestApp) -> Vec<String> {
    app.written().await.into_iter().filter(|row| !row.starts_with("seen ")).collect()
}

async fn has_name(app: &TestApp, project: &ProjectId, user: &'static str, name: &str) {
    let sql = "SELECT display_name FROM users WHERE project_id = ?1 AND id = ?2";
    eventually(name, async || {
        let read = async |conn: &mut engine::Conn<'_>| {
            conn.first(sql, &[project, &user], |row| row.get::<String>(0)).await
        };
        (app.store.read(read).await.unwrap().as_deref() == Some(name)).then_some(())
    })
    .await;
}

async fn t203_a_legacy_secret_of_supabase_verifies(engine: Engine) {
    const SECRET: &str = "super-secret-jwt-token-with-at-least-32-characters-long";
    let app = TestApp::start(engine).await;
    let preset = presets::find("supabase").unwrap();
    let variant = preset.variant(Some("legacy-secret")).unwrap();
    let facts = BTreeMap::from([("project-id", "legacyprojectref".to_owned())]);
    let settings = preset.settings(variant, &facts, None, Some(Secret::new(SECRET))).unwrap();
    app.create_rule(&app.project, settings).await;
    let shape = named::supabase("HS256", "legacyprojectref");
    let now = app.now().secs();
    let claims = with_claims(&shape.claims, json!({ "iat": now, "exp": now + 3600 }));
    let header = json!({ "alg": "HS256", "kid": "abc", "typ": "JWT" });
    let sign = |claims: &Value| hmac_token(SECRET.as_bytes(), &header, claims);
    assert_eq!(accept_by(&app.anyone(), &sign(&claims)).await["sub"], shape.user);
    let key =
        json!({ "iss": "supabase", "ref": "legacyprojectref", "role": "anon", "iat": now, "exp": now + 99 });
    refuse_all(&app, NO_RULE, [("the anon key", sign(&key))]).await;
    let mut nobody = claims.clone();
    nobody.as_object_mut().unwrap().remove("sub");
    refuse_all(&app, NO_SUB, [("without subject", sign(&nobody))]).await;
}

async fn t209_the_cookie_of_auth_js_is_no_token(engine: Engine) {
    let app = TestApp::start(engine).await;
    let header = part(r#"{"alg":"dir","enc":"A256CBC-HS512","kid":"abc"}"#);
    let cookie = format!("{header}..{}.{}.{}", part([1; 16]), part([2; 200]), part([3; 32]));
    let with_key =
        format!("{header}.{}.{}.{}.{}", part([0; 40]), part([1; 16]), part([2; 200]), part([3; 32]));
    let unsupported = "Unsupported authorization value";
    refuse_all(&app, unsupported, [("direct", cookie), ("with a wrapped key", with_key)]).await;
}

/// Settings of a variant, with the examples as facts.
fn example(preset: &Preset, variant: &Variant, jwks_url: &str) -> Settings {
    const FACTS: [&str; 10] = [
        "domain",
        "project-id",
        "client-id",
        "tenant-id",
        "region",
        "pool-id",
        "server-id",
        "realm",
        "issuer",
        "url",
    ];
    let given = FACTS.iter().filter_map(|name| {
        let fact = preset.facts.iter().find(|fact| fact.name == *name)?;
        Some((*name, fact.example.clone()))
    });
    let facts: BTreeMap<_, _> = given.collect();
    let secret = "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA";
    let try_with = |secret| preset.settings(variant, &facts, Some("app".into()), secret);
    let settings = try_with(None).or_else(|_| try_with(Some(Secret::new(secret)))).unwrap();
    Settings { keys: KeySource::KeySet(jwks_url.to_owned()), ..settings }
}

async fn t221_a_final_slash_too_many_or_too_few_is_named(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let server = KeyServer::start().await;
    let key = IssuerKey::new("k1", "ES256");
    let url = server.put_keys("/jwks", &[key.jwk()]);
    let variants =
        presets::all().iter().flat_map(|preset| preset.variants.iter().map(move |variant| (preset, variant)));
    let rules: Vec<Settings> = variants.map(|(preset, variant)| example(preset, variant, &url)).collect();
    let issuers: Vec<String> = rules.iter().map(|rule| rule.issuer.clone().unwrap()).collect();
    app.create_rules(&app.project, rules).await;
    let before = app.written().await;
    for issuer in &issuers {
        let toggled = issuer.strip_suffix('/').map_or_else(|| format!("{issuer}/"), Into::into);
        if issuers.contains(&toggled) {
            assert!(
                issuer.starts_with("https://api.workos.com"),
                "{issuer}: WorkOS alone writes it both ways"
            );
            continue;
        }
        let now = app.now().secs();
        let claims = json!({ "iss": toggled, "sub": "ann", "aud": "app", "iat": now, "exp": now + 60 });
        let refusal = super::knock(&app.anyone().bearing(&key.token(&claims))).await.refused(403, NO_RULE);
        assert!(
            refusal["message"].as_str().unwrap().contains("only by a final slash"),
            "{issuer}: {refusal}"
        );
    }
    assert_eq!(app.written().await, before);
    assert_eq!(server.count(), 0);
}
