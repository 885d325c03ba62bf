//! Projects and signing keys.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

use serde_json::{Value, json};

use super::origins::AllowedOrigin;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::fair_use::model::{FairUse, FairUseChange, Setting};
use crate::id::{Ids, OrganizationId, ProjectId, SigningKeyId};
use crate::instance::Vault;

/// A rotated signing key verifies for this long: twice the life of the tokens it signed.
pub const ROTATION_OVERLAP_MS: i64 = 10 * 60 * 1000;

/// The unit of isolation, with its settings.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Whom it belongs to.
    pub organization: OrganizationId,
    /// What operators call it.
    pub name: String,
    /// Whether visitors may come without credential.
    pub anonymous_access: bool,
    /// How many users who have signed in may write in a UTC month; `None` for any number.
    pub active_user_cap: Option<i64>,
    /// How many anonymous visitors may write in a UTC month; `None` for any number.
    pub active_visitor_cap: Option<i64>,
    /// How much one user and one workspace may write.
    pub fair_use: FairUse,
    /// From where browsers may read its answers; empty for everywhere.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was deleted, while that can still be undone: it answers no client any more.
    pub deleted_at: Option<Timestamp>,
}

/// How long a deleted project can be restored, in milliseconds: 24 hours.
pub const RESTORABLE_MS: i64 = 24 * 60 * 60 * 1000;

/// How long after that its data is kept, in milliseconds: the clocks of two nodes may differ by as much.
pub const PURGE_GRACE_MS: i64 = 60 * 1000;

impl Project {
    /// When a deleted project cannot be restored any more and is about to be gone for good.
    pub fn purge_at(&self) -> Option<Timestamp> {
        self.deleted_at.map(|at| at.plus_millis(RESTORABLE_MS))
    }

    /// The settings as the audit log shows them.
    pub fn to_json(&self) -> Value {
        let mut settings = json!({
            "name": self.name,
            "anonymous_access": self.anonymous_access,
            "active_user_cap": self.active_user_cap,
            "active_visitor_cap": self.active_visitor_cap,
            "allowed_origins": self.allowed_origins,
        });
        for Setting { party, limit, value } in self.fair_use.settings() {
            settings[format!("{}.{}", party.name(), limit.name())] = json!(value);
        }
        settings
    }
}

/// A project to create, with its first signing key.
#[derive(Clone)]
pub struct NewProject {
    /// Its id.
    pub id: ProjectId,
    /// Whom it belongs to.
    pub organization: OrganizationId,
    /// What operators call it.
    pub name: String,
    /// What it signs workspace tokens with.
    pub signing_key: NewSigningKey,
    /// The time.
    pub now: Timestamp,
}

impl NewProject {
    /// Draws an id and a signing key.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn draw(
        ids: &Ids,
        vault: &Vault,
        organization: OrganizationId,
        name: String,
        now: Timestamp,
    ) -> Result<Self> {
        let id = ids.project()?;
        let signing_key = NewSigningKey::draw(ids, vault, &id, now)?;
        Ok(Self { id, organization, name, signing_key, now })
    }
}

/// A signing key to store; its private half is sealed.
#[derive(Clone)]
pub struct NewSigningKey {
    /// Its `kid`.
    pub id: SigningKeyId,
    /// 32 bytes (RFC 8032 §5.1.5).
    pub public_key: Vec<u8>,
    /// PKCS#8, sealed.
    pub private_key_sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl NewSigningKey {
    /// Draws an Ed25519 key pair for a project.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn draw(ids: &Ids, vault: &Vault, project: &ProjectId, now: Timestamp) -> Result<Self> {
        let id: SigningKeyId = ids.next(now)?;
        let refused = |_| Error::internal("no Ed25519 key could be made");
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(refused)?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).map_err(Error::internal)?;
        let private_key_sealed = vault.seal(&sealing_purpose(project, &id), pkcs8.as_ref())?;
        let public_key = pair.public_key().as_ref().to_vec();
        Ok(Self { id, public_key, private_key_sealed, created_at: now })
    }
}

/// Ties a sealed private key to its project and `kid`, so that rows cannot be exchanged.
pub fn sealing_purpose(project: &ProjectId, id: &SigningKeyId) -> String {
    format!("signing key {project} {id}")
}

/// A stored signing key.
#[derive(Clone, Debug)]
pub struct StoredSigningKey {
    /// Its `kid`.
    pub id: SigningKeyId,
    /// 32 bytes.
    pub public_key: Vec<u8>,
    /// PKCS#8, sealed.
    pub private_key_sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it still verifies after a rotation; `None` for the key that signs.
    pub retires_at: Option<Timestamp>,
}

/// Settings to change; `None` leaves one as it is.
#[derive(Clone, Debug, Default)]
pub struct ProjectChange {
    /// A new name.
    pub name: Option<String>,
    /// Whether visitors may come without credential.
    pub anonymous_access: Option<bool>,
    /// A new cap; `Some(None)` lifts it.
    pub active_user_cap: Option<Option<i64>>,
    /// A new cap for visitors; `Some(None)` lifts it.
    pub active_visitor_cap: Option<Option<i64>>,
    /// Limits of fair use to set or lift.
    pub fair_use: Option<FairUseChange>,
    /// From where browsers may read its answers.
    pub allowed_origins: Option<Vec<AllowedOrigin>>,
}
