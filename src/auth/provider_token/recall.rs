//! Provider tokens that were verified before, so that a burst of requests with one costs one signature.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use super::identity::Identity;
use crate::app::App;
use crate::auth::api_key::{Hash, hash};
use crate::auth::directory::KnownProject;
use crate::auth::jwt::Unverified;
use crate::error::{Error, Result};
use crate::id::ProjectId;

/// The most tokens remembered: some 20 MB.
const REMEMBERED: u64 = 50_000;

/// How long a signature is believed. Clients go on with the workspace token that they get in exchange.
const BELIEVED: Duration = Duration::from_secs(5 * 60);

/// A token, at a project, under its rules of a certain version.
type Key = (ProjectId, i64, Hash);

/// The memory.
pub struct ProviderTokens(Cache<Key, Arc<Identity>>);

impl Default for ProviderTokens {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_live(BELIEVED).build())
    }
}

impl ProviderTokens {
    /// Forgets all of them: after a change of rules.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }
}

/// Verifies a token, or remembers that it was. Requests that come with one token at the same time wait
/// for one verification. Its end is looked at every time.
///
/// # Errors
/// As [`super::verify`].
pub async fn verify_once(
    app: &App,
    project: &KnownProject,
    token: &str,
    jwt: &Unverified<'_>,
) -> Result<Arc<Identity>> {
    let key = (project.id().clone(), project.version(), hash(token));
    let verify = async { super::verify(app, project, jwt).await.map(Arc::new) };
    let identity = app.provider_tokens().0.try_get_with(key, verify).await.map_err(Error::shared)?;
    if identity.expires_at <= app.clock().now().secs() {
        return Err(Error::unauthenticated("JWT token has expired"));
    }
    Ok(identity)
}
