//! Making tokens: for the holder of an API key, and for nobody in particular.

use std::collections::HashMap;

use anyhow::Result;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::refusal::Refusal;
use super::store::{ApiKey, Directory, SigningKey};
use super::token::sha256;
use crate::time;

const KEY_ID: &str = "bare";
const ISSUER: &str = "http://127.0.0.1/bare";
const LIFETIME_SECS: i64 = 300;

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    workspace_id: &'a str,
    project_id: &'a str,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// A key pair of its own, as the stored private key is sealed with a secret this server has not; and
/// the API keys by hash, which Threadkeep too answers from memory.
pub(super) struct Minter {
    key: Ed25519KeyPair,
    header: String,
    api_keys: HashMap<[u8; 32], ApiKey>,
    default_project: String,
}

impl Minter {
    pub(super) fn new(directory: &Directory) -> Result<Self> {
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{KEY_ID}"}}"#));
        Ok(Self {
            key: Ed25519KeyPair::generate()?,
            header,
            api_keys: directory.api_keys.iter().map(|key| (key.hash, key.clone())).collect(),
            default_project: directory.default_project.clone(),
        })
    }

    /// The public half, with which this server's own tokens verify.
    pub(super) fn public_key(&self) -> SigningKey {
        SigningKey { id: KEY_ID.to_owned(), public_key: self.key.public_key().as_ref().to_vec() }
    }

    /// The project that anonymous visitors of the root base belong to.
    pub(super) fn default_project(&self) -> &str {
        &self.default_project
    }

    /// The project of an API key that is known and not expired.
    pub(super) fn project_of(&self, api_key: &str) -> Result<&str, Refusal> {
        let unknown = Refusal::forbidden("Unknown or expired API key");
        let Some(key) = self.api_keys.get(&sha256(api_key.as_bytes())) else {
            return Err(unknown);
        };
        if key.expires_at.is_some_and(|expires| expires <= time::now_ms()) {
            return Err(unknown);
        }
        Ok(&key.project)
    }

    /// A workspace token.
    pub(super) fn mint(&self, project: &str, workspace: &str, user: &str) -> Result<String> {
        let iat = time::now_ms() / 1000;
        let claims = Claims {
            sub: user,
            workspace_id: workspace,
            project_id: project,
            iss: ISSUER,
            iat,
            nbf: iat - 10,
            exp: iat + LIFETIME_SECS,
        };
        let mut token = String::with_capacity(512);
        token.push_str(&self.header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(&claims)?, &mut token);
        let signature = self.key.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        Ok(token)
    }
}
