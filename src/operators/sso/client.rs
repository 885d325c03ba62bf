//! Talking to the issuer: its discovery document, and the exchange of a code for an ID token.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use outbound::{Limits, Outbound, Refused};
use serde::Deserialize;
use url::Url;

use crate::app::App;
use crate::auth::jwt::Unverified;
use crate::auth::provider_token::matching::{Shape, check_header, mismatch};
use crate::auth::provider_token::{is_signed_for, times};
use crate::auth::rules::model::{AuthRule, KeySource, Settings};
use crate::clock::Timestamp;
use crate::config::{Config, Secret};
use crate::error::{Error, Result};
use crate::id::AuthRuleId;
use crate::operators::model::Identity;

/// What one call may cost. An issuer does not redirect these.
const LIMITS: Limits = Limits { total: Duration::from_secs(10), max_bytes: 256 * 1024, max_redirects: 0 };

/// How long a discovery document is believed.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// The issuer that operators may sign in through.
pub struct SingleSignOn {
    /// What to write on the button.
    pub name: String,
    client_id: String,
    client_secret: Option<Secret>,
    issuer: String,
    outbound: Outbound,
    documents: Cache<(), Arc<Document>>,
    /// What its ID tokens are verified by, as if they were a project's.
    rule: Arc<AuthRule>,
}

/// What an issuer says of itself (OpenID Connect Discovery 1.0 §3).
#[derive(Debug, Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    /// Left out or null, it is `client_secret_basic` alone.
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// Why the issuer could not be asked, for the log.
#[derive(Debug, thiserror::Error)]
enum IssuerError {
    #[error("{0}")]
    Refused(#[from] Refused),
    #[error("{0}")]
    Outbound(#[from] outbound::Error),
    #[error("the issuer answered with status {0}")]
    Status(u16),
    #[error("the issuer's answer is not what the standard says: {0}")]
    Answer(#[from] serde_json::Error),
    #[error("the discovery document names another issuer than the setting sso_issuer")]
    OtherIssuer,
    #[error("the issuer's authorization endpoint is no web page")]
    NoWebPage,
}

/// What an ID token says of the person, verified.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) identity: Identity,
    pub(super) email: Option<String>,
    pub(super) is_email_verified: bool,
    pub(super) name: Option<String>,
}

impl SingleSignOn {
    /// The issuer that the configuration names.
    pub fn new(config: &Config, outbound: Outbound) -> Option<Self> {
        let settings = config.single_sign_on()?;
        let start = Timestamp::from_millis(0);
        let rule = AuthRule {
            id: AuthRuleId::named("single sign-on"),
            settings: Settings {
                issuer: Some(settings.issuer.to_owned()),
                audience: Some(settings.client_id.to_owned()),
                ..Settings::new("single sign-on", "oidc", KeySource::Discovery)
            },
            keys_not_before: start,
            created_at: start,
            updated_at: start,
        };
        Some(Self {
            name: settings.name.to_owned(),
            client_id: settings.client_id.to_owned(),
            client_secret: settings.client_secret.cloned(),
            issuer: settings.issuer.to_owned(),
            outbound,
            documents: Cache::builder().max_capacity(1).time_to_live(FRESH).build(),
            rule: Arc::new(rule),
        })
    }

    /// Where to send the browser.
    pub(super) async fn authorization_url(
        &self,
        redirect_uri: &str,
        state: &str,
        nonce: &str,
        challenge: &str,
    ) -> Result<String> {
        let mut url = self.document().await?.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", "openid email profile")
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    async fn document(&self) -> Result<Arc<Document>> {
        self.documents.try_get_with((), self.fetch_document()).await.map_err(|error| unreachable(&error))
    }

    async fn fetch_document(&self) -> Result<Arc<Document>, IssuerError> {
        let issuer = self.issuer.strip_suffix('/').unwrap_or(&self.issuer);
        let url = self.outbound.check(&format!("{issuer}/.well-known/openid-configuration"))?;
        let answer = self.outbound.get(&url, LIMITS).await?;
        if answer.status != 200 {
            return Err(IssuerError::Status(answer.status));
        }
        let document: Document = serde_json::from_slice(&answer.body)?;
        if document.issuer != self.issuer {
            return Err(IssuerError::OtherIssuer);
        }
        if !matches!(document.authorization_endpoint.scheme(), "https" | "http") {
            return Err(IssuerError::NoWebPage);
        }
        Ok(Arc::new(document))
    }

    /// Exchanges a code for the ID token's person.
    pub(super) async fn redeem(
        &self,
        app: &App,
        redirect_uri: &str,
        (code, verifier, nonce): (&str, &str, &str),
    ) -> Result<Person> {
        let document = self.document().await?;
        let token = self.exchange(&document, redirect_uri, code, verifier).await;
        let token = token.map_err(|error| unreachable(&error))?;
        self.verify(app, &token, nonce).await
    }

    /// The token request (OpenID Connect Core 1.0 §3.1.3.1). The client proves itself by a header unless
    /// the issuer takes only the other way.
    async fn exchange(
        &self,
        document: &Document,
        redirect_uri: &str,
        code: &str,
        verifier: &str,
    ) -> Result<String, IssuerError> {
        #[derive(Deserialize)]
        struct Answer {
            id_token: String,
        }
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        let methods = document.token_endpoint_auth_methods_supported.as_deref().unwrap_or_default();
        let takes = |method: &str| methods.iter().any(|known| known == method);
        let in_body = takes("client_secret_post") && !takes("client_secret_basic");
        let mut basic = None;
        match &self.client_secret {
            Some(secret) if in_body => {
                form.extend([("client_id", self.client_id.as_str()), ("client_secret", secret.reveal())]);
            }
            Some(secret) => basic = Some((self.client_id.as_str(), secret.reveal())),
            None => form.push(("client_id", &self.client_id)),
        }
        let url = self.outbound.check(document.token_endpoint.as_str())?;
        let answer = self.outbound.post_form(&url, &form, basic, LIMITS).await?;
        if answer.status != 200 {
            return Err(IssuerError::Status(answer.status));
        }
        Ok(serde_json::from_slice::<Answer>(&answer.body)?.id_token)
    }

    /// The checks of OpenID Connect Core 1.0 §3.1.3.7.
    async fn verify(&self, app: &App, token: &str, nonce: &str) -> Result<Person> {
        let refused = |what: &str| Error::forbidden("The ID token is not valid").with_help(what.to_owned());
        let jwt = Unverified::decode(token)?;
        let shape = Shape::read(std::slice::from_ref(&self.rule), &jwt)?;
        if let Some(mismatch) = mismatch(app.bases(), &self.rule, &shape, &jwt) {
            return Err(refused(&format!("issuer or audience do not fit: {mismatch:?}")));
        }
        check_header(&jwt)?;
        if !is_signed_for(app, &self.rule, &shape, &jwt).await {
            return Err(refused("no key of the issuer made its signature"));
        }
        times::check(&jwt, app.clock().now(), app.config().clock_tolerance_secs)?;
        let claims = jwt.payload();
        let text = |name: &str| {
            claims.string(name).map(std::borrow::Cow::into_owned).filter(|text| !text.is_empty())
        };
        if text("nonce").as_deref() != Some(nonce) {
            return Err(refused("it was made for another sign-in"));
        }
        if text("azp").is_some_and(|azp| azp != self.client_id) {
            return Err(refused("it was made for another client"));
        }
        let is_email_verified =
            claims.raw("email_verified").is_some_and(|raw| matches!(raw.get(), "true" | "\"true\""));
        let email = text("email");
        Ok(Person {
            // It speaks of the e-mail claim alone.
            is_email_verified: is_email_verified && email.is_some(),
            identity: Identity {
                issuer: shape.issuer,
                subject: text("sub").ok_or_else(|| {
                    let found = claims.is_instead("sub", "a string that is not empty");
                    refused(&format!("it names nobody: its sub {found}"))
                })?,
            },
            email: email.or_else(|| text("preferred_username")),
            name: text("name"),
        })
    }
}

fn unreachable(error: &IssuerError) -> Error {
    tracing::warn!(error = error as &dyn std::error::Error, "single sign-on failed");
    Error::unavailable("The issuer cannot be reached").with_help(error.to_string())
}
