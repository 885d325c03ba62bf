//! Workspace tokens: EdDSA JWTs that Threadkeep mints and verifies itself (spec: authentication,
//! section 4). No other algorithm and no key but the project's own is ever considered.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::sync::Cache;
use serde::Serialize;

use super::directory::KnownProject;
use super::jwt::Unverified;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::{ProjectId, SigningKeyId, UserId, WorkspaceId};
use crate::instance::Vault;
use crate::projects::model::{StoredSigningKey, sealing_purpose};

/// How long a token is good for, in seconds.
pub const LIFETIME_SECS: i64 = 300;

/// How long before its minting it is good already, for verifiers whose clock is behind, in seconds.
const EARLY_SECS: i64 = 10;

/// The most verified tokens remembered: some 20 MB.
const REMEMBERED: u64 = 50_000;

/// The private half of a project's current signing key.
pub struct Signer {
    pair: Ed25519KeyPair,
    /// The encoded header, which is the same for every token.
    header: String,
}

impl Signer {
    /// Opens a stored key.
    ///
    /// # Errors
    /// When it was sealed under another instance secret.
    pub fn open(vault: &Vault, project: &ProjectId, stored: &StoredSigningKey) -> Result<Self> {
        let purpose = sealing_purpose(project, &stored.id);
        let pkcs8 = vault.open(&purpose, &stored.private_key_sealed).map_err(Error::internal)?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(Error::internal)?;
        let header = serde_json::json!({ "alg": "EdDSA", "typ": "JWT", "kid": stored.id });
        Ok(Self { pair, header: URL_SAFE_NO_PAD.encode(header.to_string()) })
    }

    fn sign(&self, claims: &Minted<'_>) -> Result<String> {
        let claims = serde_json::to_vec(claims).map_err(Error::internal)?;
        let mut token = String::with_capacity(640);
        token.push_str(&self.header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.pair.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

/// The public half of a signing key.
pub struct VerifyingKey {
    id: SigningKeyId,
    public: Vec<u8>,
    retires_at: Option<Timestamp>,
}

impl VerifyingKey {
    /// Its `kid`.
    pub fn id(&self) -> &SigningKeyId {
        &self.id
    }

    /// 32 bytes.
    pub fn public_bytes(&self) -> &[u8] {
        &self.public
    }

    /// Whether it verifies at that time.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.retires_at.is_none_or(|end| now < end)
    }
}

impl From<StoredSigningKey> for VerifyingKey {
    fn from(stored: StoredSigningKey) -> Self {
        Self { id: stored.id, public: stored.public_key, retires_at: stored.retires_at }
    }
}

#[derive(Serialize)]
struct Minted<'c> {
    sub: &'c UserId,
    workspace_id: &'c WorkspaceId,
    project_id: &'c ProjectId,
    iss: &'c str,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// The shortest life of a token that is minted for a provider token near its end: the client asks anew
/// 30 seconds before the end, and would never stop asking.
const SHORTEST_SECS: i64 = 60;

/// Mints a token for a user in a workspace of a project.
///
/// # Errors
/// When the claims cannot be printed, which they have no reason to.
pub fn mint(app: &App, project: &KnownProject, user: &UserId, workspace: &WorkspaceId) -> Result<String> {
    mint_for(app, project, user, workspace, LIFETIME_SECS)
}

/// As [`mint`], in exchange for a provider token that ends at `expires_at`, in seconds since 1970: the
/// new token does not outlive it, but for the time that a client needs.
///
/// # Errors
/// As [`mint`].
pub fn exchange(
    app: &App,
    project: &KnownProject,
    user: &UserId,
    workspace: &WorkspaceId,
    expires_at: i64,
) -> Result<String> {
    let left = expires_at.saturating_sub(app.clock().now().secs());
    mint_for(app, project, user, workspace, left.clamp(SHORTEST_SECS, LIFETIME_SECS))
}

fn mint_for(
    app: &App,
    project: &KnownProject,
    user: &UserId,
    workspace: &WorkspaceId,
    lifetime_secs: i64,
) -> Result<String> {
    let iat = app.clock().now().secs();
    project.signer().sign(&Minted {
        sub: user,
        workspace_id: workspace,
        project_id: project.id(),
        iss: &app.bases().frontend(project.id()),
        iat,
        nbf: iat - EARLY_SECS,
        exp: iat + lifetime_secs,
    })
}

/// What a verified token says.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The project it is for.
    pub project: ProjectId,
    /// The acting user.
    pub user: UserId,
    /// The acting workspace.
    pub workspace: WorkspaceId,
    life: Life,
}

/// From when to when a token is good, in seconds.
#[derive(Clone, Copy, Debug)]
struct Life {
    exp: i64,
    nbf: Option<i64>,
}

impl Life {
    /// Checked on every use, remembered or not, with no tolerance (RFC 7519 §4.1.4, §4.1.5).
    fn check(self, now: Timestamp) -> Result<()> {
        if self.exp <= now.secs() {
            return Err(Error::unauthenticated("JWT token has expired"));
        }
        if self.nbf.is_some_and(|nbf| nbf > now.secs()) {
            return Err(Error::unauthenticated("JWT token is not yet valid"));
        }
        Ok(())
    }
}

type TokenHash = [u8; 32];

/// Tokens that were verified before, by hash, so that a request with a known one costs no signature.
pub struct Tokens(Cache<TokenHash, Arc<Verified>>);

impl Default for Tokens {
    fn default() -> Self {
        let life = Duration::from_secs(LIFETIME_SECS.unsigned_abs());
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_live(life).build())
    }
}

impl Tokens {
    /// Forgets all of them: after a change of keys or projects.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }
}

/// Looks a token up among those verified before.
///
/// # Errors
/// 401 when its time is over or has not come.
pub fn recall(app: &App, token: &str) -> Result<Option<Arc<Verified>>> {
    let Some(verified) = app.tokens().0.get(&hash(token)) else { return Ok(None) };
    verified.life.check(app.clock().now())?;
    Ok(Some(verified))
}

fn hash(token: &str) -> TokenHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

/// The project that a token claims to be of, when its issuer is one of that project's frontends: such a
/// token is ours to verify and nobody else's.
pub fn claimed_project(app: &App, jwt: &Unverified<'_>) -> Option<ProjectId> {
    let payload = jwt.payload();
    let project = ProjectId::parse(&payload.string("project_id")?)?;
    app.bases().is_frontend(&payload.string("iss")?, &project).then_some(project)
}

/// Verifies a token of a project and remembers it.
///
/// # Errors
/// Steps 5 to 5d of the order of checks.
pub fn verify(app: &App, project: &KnownProject, token: &str, jwt: &Unverified<'_>) -> Result<Arc<Verified>> {
    let now = app.clock().now();
    check_signature(project, jwt, now)?;
    let life = read_life(jwt)?;
    life.check(now)?;
    let verified = Arc::new(read_claims(project, jwt, life)?);
    app.tokens().0.insert(hash(token), verified.clone());
    Ok(verified)
}

fn check_signature(project: &KnownProject, jwt: &Unverified<'_>, now: Timestamp) -> Result<()> {
    let header = jwt.header();
    let is_ours = header.string("alg").as_deref() == Some("EdDSA")
        && header.string("typ").is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"))
        && !jwt.has_critical_extension();
    let kid = header.string("kid").filter(|_| is_ours).ok_or_else(not_valid)?;
    let key = project.live_keys(now).find(|key| key.id().as_str() == kid).ok_or_else(not_valid)?;
    UnparsedPublicKey::new(&ED25519, key.public_bytes())
        .verify(jwt.signing_input.as_bytes(), &jwt.signature)
        .map_err(|_| not_valid())
}

fn read_life(jwt: &Unverified<'_>) -> Result<Life> {
    let payload = jwt.payload();
    if payload.has("nbf") && payload.integer("nbf").is_none() {
        return Err(not_valid());
    }
    Ok(Life { exp: payload.integer("exp").ok_or_else(not_valid)?, nbf: payload.integer("nbf") })
}

fn read_claims(project: &KnownProject, jwt: &Unverified<'_>, life: Life) -> Result<Verified> {
    let payload = jwt.payload();
    let text = |name: &str| payload.string(name).ok_or_else(not_valid);
    Ok(Verified {
        project: project.id().clone(),
        user: UserId::parse(&text("sub")?).map_err(|_| not_valid())?,
        workspace: WorkspaceId::parse(&text("workspace_id")?).map_err(|_| not_valid())?,
        life,
    })
}

/// The refusal that says nothing of what was wrong.
pub fn not_valid() -> Error {
    Error::forbidden("JWT token is not valid")
}
