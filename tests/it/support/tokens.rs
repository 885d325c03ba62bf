//! Tokens made by hand: what only the server can sign, and what an attacker would send instead.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use threadkeep::id::ProjectId;
use threadkeep::projects::model::{NewSigningKey, sealing_purpose};
use threadkeep::projects::store::{list_signing_keys, rotate_signing_key};

use super::TestApp;

/// An Ed25519 key pair with the `kid` that it signs under.
pub struct Signer {
    pub kid: String,
    pair: Ed25519KeyPair,
}

impl Signer {
    /// The key that a project signs with now, taken out of the database.
    pub async fn of(app: &TestApp, project: &ProjectId) -> Self {
        let now = app.now();
        let keys = app.store.read(async |conn| list_signing_keys(conn, project, now).await).await.unwrap();
        let current = keys.first().expect("a signing key");
        let purpose = sealing_purpose(project, &current.id);
        let pkcs8 = app.vault.open(&purpose, &current.private_key_sealed).unwrap();
        Self { kid: current.id.to_string(), pair: Ed25519KeyPair::from_pkcs8(&pkcs8).unwrap() }
    }

    /// A key that no project knows, under whatever `kid`.
    pub fn stranger(kid: &str) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self { kid: kid.to_owned(), pair: Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap() }
    }

    /// The public half.
    pub fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The header of a proper token.
    pub fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.kid })
    }

    /// A token with these claims.
    pub fn token(&self, claims: &Value) -> String {
        self.sign(&self.header().to_string(), &claims.to_string())
    }

    /// A token of any header and payload, signed.
    pub fn sign(&self, header: &str, payload: &str) -> String {
        let input = format!("{}.{}", part(header), part(payload));
        let signature = self.pair.sign(input.as_bytes());
        format!("{input}.{}", part(signature))
    }
}

impl TestApp {
    /// What the server itself would claim for a user in a workspace now.
    pub fn claims(&self, project: &ProjectId, workspace: &str, user: &str) -> Value {
        let iat = self.now().secs();
        json!({
            "sub": user,
            "workspace_id": workspace,
            "project_id": project,
            "iss": self.frontend(project),
            "iat": iat,
            "nbf": iat - 10,
            "exp": iat + 300,
        })
    }

    /// Puts a new signing key in place, as an operator elsewhere would: the server is not told.
    pub async fn rotate(&self, project: &ProjectId) {
        let new = NewSigningKey::draw(&self.ids, &self.vault, project, self.now()).unwrap();
        let (id, act) = (project.clone(), self.act());
        let write = async move |conn: &mut engine::Conn<'_>| rotate_signing_key(conn, &id, &new, &act).await;
        assert!(self.store.write(write).await.unwrap());
    }
}

/// One part of a token.
pub fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a part.
pub fn unpart(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// A token's three parts.
pub fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<&str> = token.split('.').collect();
    parts.try_into().expect("three parts")
}

/// A token's header.
pub fn header_of(token: &str) -> Value {
    serde_json::from_slice(&unpart(parts(token)[0])).unwrap()
}

/// A token's claims.
pub fn claims_of(token: &str) -> Value {
    serde_json::from_slice(&unpart(parts(token)[1])).unwrap()
}

/// An object with one member changed, or removed when the new value is none.
pub fn changed(object: &Value, member: &str, value: Option<Value>) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().unwrap();
    match value {
        Some(value) => drop(members.insert(member.to_owned(), value)),
        None => drop(members.remove(member)),
    }
    object
}
