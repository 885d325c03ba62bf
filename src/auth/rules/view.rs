//! What a rule looks like to those who operate it: its secret is left out.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::claims::Template;
use super::condition::Condition;
use super::model::{Fallback, KeySource, Settings};

/// The settings of a rule without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleSettings {
    /// What operators call it.
    pub name: String,
    /// The id of the preset that it was made from, or `custom`.
    pub provider: String,
    /// Must equal a token's `iss` exactly; null matches any.
    #[schema(required)]
    pub issuer: Option<String>,
    /// Must be among a token's audiences; null matches any.
    #[schema(required)]
    pub audience: Option<String>,
    /// Where a token's audience stands.
    pub audience_claim: String,
    /// Where the key set is; null with a shared secret, and when the issuer's discovery document tells.
    #[schema(required)]
    pub jwks_url: Option<String>,
    /// Whether it has a shared secret.
    pub has_secret: bool,
    /// Where the user id stands.
    pub user_claim: String,
    /// Put before the user id.
    #[schema(required)]
    pub user_prefix: Option<String>,
    /// Where the workspace stands; null for the user id.
    #[schema(required)]
    pub workspace: Option<String>,
    /// What becomes of a token that lacks the workspace claim.
    pub workspace_fallback: Fallback,
    /// Where the display name stands.
    #[schema(required)]
    pub name_claim: Option<String>,
    /// What a token must also say: `claim = value` or `claim != value`.
    pub conditions: Vec<String>,
}

impl From<&Settings> for RuleSettings {
    fn from(settings: &Settings) -> Self {
        let (jwks_url, has_secret) = match &settings.keys {
            KeySource::KeySet(url) => (Some(url.clone()), false),
            KeySource::Discovery => (None, false),
            KeySource::Secret(_) => (None, true),
        };
        let text = |template: &Option<Template>| template.as_ref().map(|text| text.as_str().to_owned());
        Self {
            name: settings.name.clone(),
            provider: settings.provider.clone(),
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            audience_claim: settings.audience_claim.clone(),
            jwks_url,
            has_secret,
            user_claim: settings.user_claim.clone(),
            user_prefix: settings.user_prefix.clone(),
            workspace: text(&settings.workspace),
            workspace_fallback: settings.workspace_fallback,
            name_claim: text(&settings.name_claim),
            conditions: settings.conditions.iter().map(Condition::as_str).map(str::to_owned).collect(),
        }
    }
}

impl Settings {
    /// The settings as the audit log and the command line show them: the secret is left out.
    pub fn to_json(&self) -> Value {
        // Texts and a list of them: nothing that could not be printed.
        serde_json::to_value(RuleSettings::from(self)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn t038_no_view_shows_the_secret() {
        let secret = "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA";
        let settings = Settings::new("rule", "custom", KeySource::Secret(Secret::new(secret)));
        let shown = format!("{settings:?} {}", settings.to_json());
        assert!(!shown.contains(secret) && shown.contains("\"has_secret\":true"), "{shown}");
    }
}
