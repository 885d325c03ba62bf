//! Servers that trust other issuers.

use engine::{Conn, Engine};
use serde_json::{Value, json};
use threadkeep::auth::rules::model::{AuthRule, KeySource, Settings};
use threadkeep::auth::rules::store::{SealedRule, create_rule, delete_rule, update_rule};
use threadkeep::clock::Timestamp;
use threadkeep::config::Secret;
use threadkeep::id::ProjectId;

use super::issuer::IssuerKey;
use super::key_server::KeyServer;
use super::{Client, TestApp, eventually};

/// The issuer of most tests.
pub const ISSUER: &str = "https://issuer.example";

/// A rule for an issuer with a key set, and nothing else.
pub fn rule(issuer: &str, jwks_url: &str) -> Settings {
    let name: String = issuer.chars().take(40).collect();
    let keys = KeySource::KeySet(jwks_url.to_owned());
    Settings { issuer: Some(issuer.to_owned()), ..Settings::new(name, "custom", keys) }
}

/// A rule for an issuer with a shared secret.
pub fn secret_rule(issuer: &str, secret: &str) -> Settings {
    Settings { keys: KeySource::Secret(Secret::new(secret)), ..rule(issuer, "") }
}

impl TestApp {
    /// Starts a server that may fetch key sets from this machine.
    pub async fn start_trusting(engine: Engine) -> Self {
        Self::start_with(engine, &[("allow_private", "127.0.0.1")]).await
    }

    /// Adds a rule to a project and waits until the server follows.
    pub async fn create_rule(&self, project: &ProjectId, settings: Settings) -> AuthRule {
        self.create_rules(project, vec![settings]).await.remove(0)
    }

    /// Adds rules to a project, each a millisecond younger than the one before, and waits until the
    /// server follows.
    pub async fn create_rules(&self, project: &ProjectId, all: Vec<Settings>) -> Vec<AuthRule> {
        let mut rules = Vec::new();
        for (age, settings) in (0..).zip(all) {
            let at = Timestamp::from_millis(self.now().millis() + age);
            let id = self.ids.next(at).unwrap();
            // Keys fetched a moment ago are as good as those of later.
            let rule = AuthRule {
                id,
                settings,
                keys_not_before: Timestamp::from_millis(0),
                created_at: at,
                updated_at: at,
            };
            let (id, sealed, act) = (project.clone(), self.seal_rule(project, &rule), self.act());
            let write = async move |conn: &mut Conn<'_>| create_rule(conn, &id, &sealed, &act).await;
            self.store.write(write).await.unwrap();
            rules.push(rule);
        }
        self.followed(project).await;
        rules
    }

    /// Changes a rule of a project and waits until the server follows.
    pub async fn update_rule(&self, project: &ProjectId, rule: &AuthRule, settings: Settings) -> AuthRule {
        self.replace_rule(project, rule, AuthRule { settings, ..rule.clone() }).await
    }

    /// Uses no key of a rule that was fetched before now, and waits until the server follows.
    pub async fn refresh_keys(&self, project: &ProjectId, rule: &AuthRule) -> AuthRule {
        self.replace_rule(project, rule, AuthRule { keys_not_before: self.now(), ..rule.clone() }).await
    }

    async fn replace_rule(&self, project: &ProjectId, before: &AuthRule, after: AuthRule) -> AuthRule {
        let (id, sealed, act) = (project.clone(), self.seal_rule(project, &after), self.act());
        let before = before.clone();
        let write = async move |conn: &mut Conn<'_>| update_rule(conn, &id, &sealed, &before, &act).await;
        assert!(self.store.write(write).await.unwrap());
        self.followed(project).await;
        after
    }

    /// Removes a rule of a project and waits until the server follows.
    pub async fn delete_rule(&self, project: &ProjectId, rule: &AuthRule) {
        let (id, rule, act) = (project.clone(), rule.clone(), self.act());
        let write = async move |conn: &mut Conn<'_>| delete_rule(conn, &id, &rule, &act).await;
        assert!(self.store.write(write).await.unwrap());
        self.followed(project).await;
    }

    fn seal_rule(&self, project: &ProjectId, rule: &AuthRule) -> SealedRule {
        SealedRule::seal(&self.vault, project, rule.clone()).unwrap()
    }

    /// Waits until the server has read a project anew. What is seen is a new signing key, which is
    /// published as soon as whatever was written before it is in force.
    pub async fn followed(&self, project: &ProjectId) {
        self.rotate(project).await;
        let kid = super::Signer::of(self, project).await.kid;
        let jwks = Client::new(self.frontend(project));
        eventually("the server follows", async || {
            let keys = jwks.get("/.well-known/jwks.json").await.expect(200);
            keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == *kid).then_some(())
        })
        .await;
    }
}

/// A server whose default project trusts [`ISSUER`], with the issuer's key and the server that
/// publishes it at `/jwks`.
pub struct Trust {
    pub app: TestApp,
    pub key: IssuerKey,
    pub keys: KeyServer,
    pub rule: AuthRule,
}

impl Trust {
    /// With a rule that asks for nothing but the issuer.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, |rule| rule).await
    }

    /// With a rule that asks for more.
    pub async fn start_with(engine: Engine, change: impl FnOnce(Settings) -> Settings) -> Self {
        let app = TestApp::start_trusting(engine).await;
        let keys = KeyServer::start().await;
        let key = IssuerKey::new("k1", "RS256");
        let url = keys.put_keys("/jwks", &[key.jwk()]);
        let rule = app.create_rule(&app.project, change(rule(ISSUER, &url))).await;
        Self { app, key, keys, rule }
    }

    /// What the issuer says of a user, good for an hour.
    pub fn claims(&self, user: &str) -> Value {
        claims(&self.app, user)
    }

    /// A proper token of a user.
    pub fn token(&self, user: &str) -> String {
        self.key.token(&self.claims(user))
    }

    /// A proper token with other claims, or without those that are null.
    pub fn token_with(&self, more: Value) -> String {
        self.key.token(&with_claims(&self.claims("ann"), more))
    }
}

/// What [`ISSUER`] says of a user, good for an hour.
pub fn claims(app: &TestApp, user: &str) -> Value {
    let now = app.now().secs();
    json!({ "iss": ISSUER, "sub": user, "iat": now, "exp": now + 3600 })
}

/// Claims with more of them, or other ones.
pub fn with_claims(claims: &Value, more: Value) -> Value {
    let mut claims = claims.clone();
    let Value::Object(more) = more else { panic!("{more} is no object") };
    claims.as_object_mut().unwrap().extend(more);
    claims
}
