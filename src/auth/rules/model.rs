//! Auth rules and what is asked of them when they are saved.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use super::claims::Template;
use super::condition::Condition;
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::id::{AuthRuleId, ProjectId};
use crate::rules::characters;

/// The most characters of an issuer, an audience, a key set's URL.
const MAX_TEXT: usize = 2_047;

/// The most characters of a name and of the settings about claims.
const MAX_SHORT: usize = 255;

/// The most conditions of a rule.
const MAX_CONDITIONS: usize = 8;

/// The fewest bytes of a shared secret: as many as its HMAC has (RFC 7518 §3.2).
const MIN_SECRET: usize = 32;

/// The most bytes of a shared secret.
pub const MAX_SECRET: usize = 4_096;

/// The audience claim when a rule names none (RFC 7519 §4.1.3).
pub const AUDIENCE: &str = "aud";

/// The user claim when a rule names none (RFC 7519 §4.1.2).
pub const SUBJECT: &str = "sub";

/// Issuers whose key sets sign for everybody's applications: there, the audience alone tells whose
/// users come.
const SHARED_ISSUERS: [&str; 5] = [
    "https://accounts.google.com",
    "accounts.google.com",
    "https://securetoken.google.com/",
    "https://login.microsoftonline.com/common/",
    "https://login.microsoftonline.com/organizations/",
];

/// Key sets that sign for everybody's applications: the end of the host, and the beginning of the path.
const SHARED_KEY_SETS: [(&str, &str); 5] = [
    ("www.googleapis.com", "/"),
    ("login.microsoftonline.com", "/common/"),
    ("login.microsoftonline.com", "/organizations/"),
    ("login.microsoftonline.com", "/consumers/"),
    (".cloudflareaccess.com", "/"),
];

/// Where the keys are that verify a rule's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A JWK Set at a URL.
    KeySet(String),
    /// The issuer's discovery document names the key set (OpenID Connect Discovery 1.0 §4).
    Discovery,
    /// A secret shared with the issuer, for HS256 alone.
    Secret(Secret),
}

/// What becomes of a token that lacks the workspace claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, clap::ValueEnum, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// It is refused.
    Refuse,
    /// It opens the user's own workspace.
    Sub,
}

impl Fallback {
    /// The choices, as they are written.
    pub const CHOICES: [&'static str; 2] = ["refuse", "sub"];

    /// Reads one of the choices.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "refuse" => Some(Self::Refuse),
            "sub" => Some(Self::Sub),
            _ => None,
        }
    }

    /// The text in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Sub => "sub",
        }
    }
}

/// What the workspace of a user is called where another workspace stands in the claims of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    /// As the user is: an organization may be called alike. Rules from before names were kept apart.
    AsUser,
    /// As the user is, after [`PERSONAL_PREFIX`], with which no claim can begin.
    Apart,
}

/// What the workspaces of users begin with under a rule that keeps them apart.
pub const PERSONAL_PREFIX: &str = "personal:";

/// A setting that cannot be saved, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSetting {
    /// The member of a request that sets it, such as `jwks_url`.
    pub setting: &'static str,
    /// A sentence that names it.
    pub text: String,
}

/// Every setting of a rule that cannot be saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadSettings(pub Vec<BadSetting>);

impl std::fmt::Display for BadSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<&str> = self.0.iter().map(|bad| bad.text.as_str()).collect();
        f.write_str(&texts.join("; "))
    }
}

impl BadSettings {
    /// Notes one more.
    pub fn add(&mut self, setting: &'static str, text: impl Into<String>) {
        self.0.push(BadSetting { setting, text: text.into() });
    }

    /// Nothing, when none was noted.
    ///
    /// # Errors
    /// All that were noted.
    pub fn or_ok(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    fn check_length(&mut self, setting: &'static str, name: &str, text: Option<&str>, max: usize) {
        let is_bad = |text: &str| text.trim().is_empty() || characters(text) > max || text.contains('\0');
        if text.is_some_and(is_bad) {
            self.add(setting, format!("the {name} must be 1 to {max} characters"));
        }
    }
}

/// What an operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What operators call it.
    pub name: String,
    /// The id of the preset that it was made from, or `custom`.
    pub provider: String,
    /// Must equal a token's `iss` exactly; `None` matches any.
    pub issuer: Option<String>,
    /// Must be among a token's audiences; `None` matches any.
    pub audience: Option<String>,
    /// Where a token's audience stands.
    pub audience_claim: String,
    /// Where the keys are.
    pub keys: KeySource,
    /// Where the user id stands.
    pub user_claim: String,
    /// Put before the user id.
    pub user_prefix: Option<String>,
    /// Where the workspace stands; `None` means the user id.
    pub workspace: Option<Template>,
    /// What becomes of a token that lacks the workspace claim.
    pub workspace_fallback: Fallback,
    /// What the user's own workspace is called then; a rule keeps for good what it was made with.
    pub personal: Personal,
    /// Where the display name stands.
    pub name_claim: Option<Template>,
    /// What a token must also say.
    pub conditions: Vec<Condition>,
}

/// A stored rule.
#[derive(Clone, Debug)]
pub struct AuthRule {
    /// Its id.
    pub id: AuthRuleId,
    /// What an operator set.
    pub settings: Settings,
    /// Key sets fetched before are not used any more.
    pub keys_not_before: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Rules in the order in which they are tried: those with an audience first, then the oldest.
pub fn in_order(mut rules: Vec<AuthRule>) -> Vec<Arc<AuthRule>> {
    rules.sort_by(|a, b| {
        let key = |rule: &AuthRule| (rule.settings.audience.is_none(), rule.created_at);
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    rules.into_iter().map(Arc::new).collect()
}

impl Settings {
    /// With the usual claims, for any issuer and audience.
    pub fn new(name: impl Into<String>, provider: impl Into<String>, keys: KeySource) -> Self {
        Self {
            name: name.into(),
            provider: provider.into(),
            issuer: None,
            audience: None,
            audience_claim: AUDIENCE.into(),
            keys,
            user_claim: SUBJECT.into(),
            user_prefix: None,
            workspace: None,
            workspace_fallback: Fallback::Refuse,
            personal: Personal::Apart,
            name_claim: None,
            conditions: Vec::new(),
        }
    }

    /// Whether its tokens open workspaces of both kinds: those that claims name, and the users' own.
    pub fn mixes_workspaces(&self) -> bool {
        self.workspace.is_some() && self.workspace_fallback == Fallback::Sub
    }

    /// What the users' own workspaces begin with, before the user id: a text that no other workspace of the
    /// rule begins with. `None` when they are called as the user is.
    pub fn personal_prefix(&self) -> Option<&'static str> {
        (self.mixes_workspaces() && self.personal == Personal::Apart).then_some(PERSONAL_PREFIX)
    }

    /// Checks what can be checked without the network.
    ///
    /// # Errors
    /// Every setting that cannot be saved.
    pub fn check(&self) -> Result<(), BadSettings> {
        let mut bad = BadSettings::default();
        bad.check_length("name", "name", Some(&self.name), MAX_SHORT);
        bad.check_length("issuer", "issuer", self.issuer.as_deref(), MAX_TEXT);
        bad.check_length("audience", "audience", self.audience.as_deref(), MAX_TEXT);
        bad.check_length("audience_claim", "audience claim", Some(&self.audience_claim), MAX_SHORT);
        bad.check_length("user_claim", "user claim", Some(&self.user_claim), MAX_SHORT);
        bad.check_length("user_prefix", "user prefix", self.user_prefix.as_deref(), MAX_SHORT);
        let is_space = |c: char| c.is_whitespace() || c.is_control();
        if self.user_prefix.as_ref().is_some_and(|prefix| prefix.chars().any(is_space)) {
            bad.add("user_prefix", "the user prefix cannot contain whitespace or control characters");
        }
        if self.conditions.len() > MAX_CONDITIONS {
            bad.add("conditions", format!("at most {MAX_CONDITIONS} conditions are permitted"));
        }
        let is_taken = |template: &Template| template.beginning().starts_with(PERSONAL_PREFIX);
        if self.personal_prefix().is_some() && self.workspace.as_ref().is_some_and(is_taken) {
            let text =
                format!("the workspace cannot begin with `{PERSONAL_PREFIX}`, as the users' own ones do");
            bad.add("workspace", text);
        }
        self.check_keys(&mut bad);
        self.check_audience(&mut bad);
        bad.or_ok()
    }

    fn check_keys(&self, bad: &mut BadSettings) {
        match (&self.keys, &self.issuer) {
            (KeySource::KeySet(url), _) => bad.check_length("jwks_url", "key set URL", Some(url), MAX_TEXT),
            (KeySource::Discovery, None) => {
                bad.add("issuer", "a rule needs a key set URL, an issuer with discovery, or a shared secret");
            }
            (KeySource::Discovery, Some(_)) => {}
            (KeySource::Secret(secret), issuer) => {
                if issuer.is_none() {
                    bad.add("issuer", "a rule with a shared secret needs an issuer");
                }
                if let Some(text) = weakness(secret) {
                    bad.add("secret", text);
                }
            }
        }
    }

    /// Without an audience a key set shared by strangers lets all of their users in.
    fn check_audience(&self, bad: &mut BadSettings) {
        let nothing = self.issuer.is_none() && self.audience.is_none();
        if self.audience.is_none() && (nothing || self.shares_keys()) {
            let text = "This key set is shared by other customers of the provider: set an audience";
            bad.add("audience", text);
        }
    }

    fn shares_keys(&self) -> bool {
        let issuer = self.issuer.as_deref().unwrap_or_default();
        let by_issuer = SHARED_ISSUERS.iter().any(|shared| match shared.strip_suffix('/') {
            Some(_) => issuer.starts_with(shared),
            None => issuer == *shared,
        });
        let by_keys = match &self.keys {
            KeySource::KeySet(url) => is_shared_url(url),
            KeySource::Discovery => is_shared_url(issuer),
            KeySource::Secret(_) => false,
        };
        by_issuer || by_keys
    }
}

/// Looks at the URL as it will be called, however it is written.
fn is_shared_url(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let host = url.host_str().unwrap_or_default();
    SHARED_KEY_SETS.iter().any(|(end, path)| host.ends_with(end) && url.path().starts_with(path))
}

/// A secret that people chose, or a key set pasted in the wrong field, protects nothing (RFC 8725 §3.5).
fn weakness(secret: &Secret) -> Option<String> {
    let text = secret.reveal();
    let distinct = text.bytes().collect::<std::collections::HashSet<_>>().len();
    if text.len() < MIN_SECRET {
        return Some(format!("the shared secret must be at least {MIN_SECRET} bytes"));
    }
    if text.len() > MAX_SECRET {
        return Some(format!("the shared secret must be at most {MAX_SECRET} bytes"));
    }
    let is_random =
        distinct >= 10 && !text.trim_start().starts_with(['{', '[']) && !text.contains("-----BEGIN");
    (!is_random).then(|| "the shared secret must be random text, not a word, a key or a key set".into())
}

/// Ties a sealed secret to its rule, so that rows cannot be exchanged.
pub fn sealing_purpose(project: &ProjectId, id: &AuthRuleId) -> String {
    format!("rule secret {project} {id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(issuer: Option<&str>, audience: Option<&str>, keys: KeySource) -> Settings {
        let (issuer, audience) = (issuer.map(Into::into), audience.map(Into::into));
        Settings { issuer, audience, ..Settings::new("rule", "custom", keys) }
    }

    fn refusal(settings: &Settings) -> String {
        settings.check().unwrap_err().to_string()
    }

    fn key_set(url: &str) -> KeySource {
        KeySource::KeySet(url.into())
    }

    #[test]
    fn t105_shared_key_sets_need_an_audience() {
        const SHARED: &str = "This key set is shared by other customers of the provider: set an audience";
        let google = "https://www.googleapis.com/oauth2/v3/certs";
        for (issuer, keys) in [
            (Some("https://accounts.google.com"), KeySource::Discovery),
            (Some("https://securetoken.google.com/app"), key_set("https://x.example/keys")),
            (Some("https://issuer.example"), key_set(google)),
            (Some("https://team.cloudflareaccess.com"), KeySource::Discovery),
            (Some("https://i.example"), key_set("https://team.cloudflareaccess.com/cdn-cgi/access/certs")),
            (Some("https://login.microsoftonline.com/common/v2.0"), KeySource::Discovery),
            (
                Some("https://i.example"),
                key_set("HTTPS://Team.CloudflareAccess.com:443/cdn-cgi/access/certs"),
            ),
            (Some("https://i.example"), key_set("https://www.googleapis.com:443/oauth2/v3/certs")),
            (
                Some("https://i.example"),
                key_set("https://login.microsoftonline.com:443/common/discovery/v2.0/keys"),
            ),
            (None, key_set("https://keys.example/jwks")),
        ] {
            let open = settings(issuer, None, keys.clone());
            assert_eq!(refusal(&open), SHARED, "{issuer:?}");
            assert!(settings(issuer, Some("app"), keys).check().is_ok(), "{issuer:?}");
        }
        assert!(settings(Some("https://issuer.example"), None, KeySource::Discovery).check().is_ok());
    }

    #[test]
    fn t037_weak_secrets_are_refused() {
        let rule =
            |secret: &str| settings(Some("https://i.example"), None, KeySource::Secret(Secret::new(secret)));
        assert!(refusal(&rule(&"x1y2z3w4".repeat(3))).contains("32 bytes"));
        assert!(refusal(&rule(&"password".repeat(5))).contains("random"));
        let key_set = r#"{"keys":[{"kty":"RSA","n":"abcdefghijklmnop"}]}"#;
        assert!(refusal(&rule(key_set)).contains("random"));
        assert!(rule("q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA").check().is_ok());
        let open = settings(None, None, KeySource::Secret(Secret::new("q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA")));
        assert!(refusal(&open).contains("issuer"));
    }
}
