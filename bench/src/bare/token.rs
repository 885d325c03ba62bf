//! Workspace tokens: verified once, then remembered by hash until they expire.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Result;
use aws_lc_rs::digest;
use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::refusal::Refusal;
use super::store::SigningKey;
use crate::time;

/// More are forgotten all at once, which bounds the memory without keeping an order.
const MAX_KNOWN: usize = 100_000;

const INVALID: Refusal = Refusal::forbidden("JWT token is not valid");
const EXPIRED: Refusal = Refusal::unauthorized("JWT token has expired");

/// Who a verified token speaks for.
#[derive(Deserialize)]
pub(super) struct Identity {
    #[serde(rename = "sub")]
    pub(super) user: String,
    #[serde(rename = "workspace_id")]
    pub(super) workspace: String,
    #[serde(rename = "project_id")]
    pub(super) project: String,
    exp: i64,
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: &'a str,
    #[serde(borrow)]
    kid: &'a str,
}

/// The keys that tokens are verified with, and the tokens that were.
pub(super) struct Tokens {
    keys: HashMap<String, ParsedPublicKey>,
    known: RwLock<HashMap<[u8; 32], Arc<Identity>>>,
}

impl Tokens {
    /// Knows the keys of the database and this server's own.
    pub(super) fn new(stored: &[SigningKey], own: SigningKey) -> Result<Self> {
        let mut keys = HashMap::new();
        for SigningKey { id, public_key } in stored.iter().cloned().chain([own]) {
            keys.insert(id, ParsedPublicKey::new(&ED25519, public_key)?);
        }
        Ok(Self { keys, known: RwLock::new(HashMap::new()) })
    }

    /// Who `token` speaks for, if it may.
    pub(super) fn check(&self, token: &str) -> Result<Arc<Identity>, Refusal> {
        let hash = sha256(token.as_bytes());
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        let identity = match known {
            Some(identity) => identity,
            None => self.verify_and_remember(token, hash)?,
        };
        if identity.exp <= time::now_ms() / 1000 {
            return Err(EXPIRED);
        }
        Ok(identity)
    }

    fn verify_and_remember(&self, token: &str, hash: [u8; 32]) -> Result<Arc<Identity>, Refusal> {
        let identity = Arc::new(self.verify(token).ok_or(INVALID)?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(hash, identity.clone());
        Ok(identity)
    }

    fn verify(&self, token: &str) -> Option<Identity> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let header = URL_SAFE_NO_PAD.decode(header).ok()?;
        let header: Header<'_> = serde_json::from_slice(&header).ok()?;
        if header.alg != "EdDSA" {
            return None;
        }
        let key = self.keys.get(header.kid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        key.verify_sig(signed.as_bytes(), &signature).ok()?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        serde_json::from_slice(&payload).ok()
    }
}

/// SHA-256, by which tokens and keys are known.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}
