//! Ready-made rules for known providers: a preset turns the one or two facts that an operator knows into
//! the fields of an auth rule. The providers are data, in `presets.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::auth::rules::claims::Template;
use crate::auth::rules::condition::Condition;
use crate::auth::rules::model::{Fallback, KeySource, Settings};
use crate::config::Secret;
use crate::error::{Error, Result};

/// A provider.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// What commands and rules call it.
    pub id: String,
    /// As the vendor writes it.
    pub name: String,
    /// The page that explains it step by step.
    pub guide: String,
    /// What an operator should know, as sentences.
    pub warnings: Vec<String>,
    /// What to ask the operator.
    #[serde(rename(deserialize = "fact"), default)]
    pub facts: Vec<Fact>,
    /// The kinds of its tokens; the first is the usual one.
    #[serde(rename(deserialize = "variant"))]
    pub variants: Vec<Variant>,
}

/// Something that an operator knows.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What commands call it.
    pub name: String,
    /// The provider's own word for it.
    pub label: String,
    /// Where to find it.
    pub r#where: String,
    /// What it looks like.
    pub example: String,
}

/// A kind of token. Facts stand in braces in issuer, key set URL and audience.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// What commands call it.
    pub id: String,
    /// What it is.
    pub name: String,
    issuer: String,
    jwks_url: Option<String>,
    #[serde(default)]
    shared_secret: bool,
    audience: Option<String>,
    #[serde(default)]
    audience_required: bool,
    audience_label: Option<String>,
    audience_claim: Option<String>,
    user_claim: Option<String>,
    #[serde(default)]
    shared_keys: bool,
    #[serde(default)]
    conditions: Vec<String>,
    /// What to offer for the workspace; the first is the usual one.
    pub workspaces: Vec<WorkspaceChoice>,
    /// What to offer for display names.
    #[serde(default)]
    pub names: Vec<Choice>,
}

/// A claim or template to offer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it means.
    pub label: String,
    /// The setting.
    pub value: String,
}

/// A workspace setting to offer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceChoice {
    /// What it means.
    pub label: String,
    /// The setting; empty for the user id.
    pub value: String,
    /// What becomes of a token that lacks the claim: `refuse` or `sub`.
    pub fallback: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    preset: Vec<Preset>,
}

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    // A test reads the same text.
    toml::from_str::<File>(include_str!("presets.toml")).map(|file| file.preset).unwrap_or_default()
});

/// Every preset.
pub fn all() -> &'static [Preset] {
    &PRESETS
}

/// A preset by its id.
///
/// # Errors
/// 400 with the ids there are.
pub fn find(id: &str) -> Result<&'static Preset> {
    all().iter().find(|preset| preset.id == id).ok_or_else(|| {
        let ids: Vec<&str> = all().iter().map(|preset| preset.id.as_str()).collect();
        Error::bad_request(format!("there is no preset `{id}`; there are {}", ids.join(", ")))
    })
}

impl Preset {
    /// A variant by its id; the first without one.
    ///
    /// # Errors
    /// 400 with the ids there are.
    pub fn variant(&self, id: Option<&str>) -> Result<&Variant> {
        let found = match id {
            Some(id) => self.variants.iter().find(|variant| variant.id == id),
            None => self.variants.first(),
        };
        found.ok_or_else(|| {
            let ids: Vec<&str> = self.variants.iter().map(|variant| variant.id.as_str()).collect();
            Error::bad_request(format!("{} has the variants {}", self.name, ids.join(", ")))
        })
    }

    /// The settings of a rule, from facts by their names.
    ///
    /// # Errors
    /// 400 that names the fact which is missing or wrong.
    pub fn settings(
        &self,
        variant: &Variant,
        facts: &BTreeMap<&'static str, String>,
        audience: Option<String>,
        secret: Option<Secret>,
    ) -> Result<Settings> {
        let facts = self.check_facts(facts)?;
        let fill = |text: &str| {
            facts
                .iter()
                .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        let audience = audience.or_else(|| variant.audience.as_deref().map(fill));
        if audience.is_none() && (variant.audience_required || variant.shared_keys) {
            let label = variant.audience_label.as_deref().unwrap_or("audience");
            return Err(Error::bad_request(format!("{} needs --audience: its {label}", self.name)));
        }
        let keys = match (&variant.jwks_url, variant.shared_secret, secret) {
            (_, true, Some(secret)) => KeySource::Secret(secret),
            (_, true, None) => {
                return Err(Error::bad_request(format!("{} needs --secret-file in this variant", self.name)));
            }
            (_, false, Some(_)) => {
                return Err(Error::bad_request(format!(
                    "{} takes no shared secret in this variant",
                    self.name
                )));
            }
            (Some(url), false, None) => KeySource::KeySet(fill(url)),
            (None, false, None) => KeySource::Discovery,
        };
        let usual = variant.workspaces.first();
        let fallback = usual.and_then(|choice| choice.fallback.as_deref());
        let base = Settings::new(&self.name, &self.id, keys);
        Ok(Settings {
            issuer: Some(fill(&variant.issuer)),
            audience,
            audience_claim: variant.audience_claim.clone().unwrap_or(base.audience_claim),
            user_claim: variant.user_claim.clone().unwrap_or(base.user_claim),
            workspace: usual.and_then(|choice| Template::parse(&choice.value).ok()),
            workspace_fallback: if fallback == Some("sub") { Fallback::Sub } else { Fallback::Refuse },
            conditions: variant.conditions.iter().filter_map(|text| Condition::parse(text).ok()).collect(),
            ..base
        })
    }

    fn check_facts(&self, given: &BTreeMap<&'static str, String>) -> Result<Vec<(&str, String)>> {
        if let Some(stranger) = given.keys().find(|name| self.facts.iter().all(|fact| fact.name != **name)) {
            let asked: Vec<String> = self.facts.iter().map(|fact| format!("--{}", fact.name)).collect();
            return Err(Error::bad_request(format!(
                "{} does not ask for --{stranger} but for {}",
                self.name,
                asked.join(", ")
            )));
        }
        let check = |fact: &'_ Fact| {
            let value = given.get(fact.name.as_str()).map(|text| normalize(&fact.name, text));
            value.flatten().ok_or_else(|| {
                Error::bad_request(format!(
                    "{} needs --{}: {} ({}), such as {}",
                    self.name, fact.name, fact.label, fact.r#where, fact.example
                ))
            })
        };
        self.facts.iter().map(|fact| Ok((fact.name.as_str(), check(fact)?))).collect()
    }
}

/// A host may be given as a URL, and URLs with or without final slash. An issuer is taken as it is.
fn normalize(fact: &str, text: &str) -> Option<String> {
    let text = text.trim();
    let text = match fact {
        "domain" => text.strip_prefix("https://").unwrap_or(text).trim_end_matches('/'),
        "url" => text.trim_end_matches('/'),
        _ => text,
    };
    let is_path_safe =
        |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '{' | '}' | '?' | '#' | '@' | '\\');
    let is_proper = !text.is_empty()
        && text.chars().all(is_path_safe)
        && (matches!(fact, "url" | "issuer") || !text.contains('/'));
    let text = if fact == "domain" { text.to_lowercase() } else { text.to_owned() };
    is_proper.then_some(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const FACTS: [&str; 10] = [
        "domain",
        "project-id",
        "client-id",
        "tenant-id",
        "region",
        "pool-id",
        "server-id",
        "realm",
        "issuer",
        "url",
    ];

    fn example_facts(preset: &Preset) -> BTreeMap<&'static str, String> {
        let name = |fact: &Fact| FACTS.into_iter().find(|name| *name == fact.name).unwrap();
        preset.facts.iter().map(|fact| (name(fact), fact.example.clone())).collect()
    }

    fn example(preset: &Preset, variant: &Variant) -> Settings {
        let audience = variant.audience_required.then(|| "app".to_owned());
        let secret = variant.shared_secret.then(|| Secret::new("q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA"));
        preset.settings(variant, &example_facts(preset), audience, secret).unwrap()
    }

    #[test]
    fn the_file_is_whole() {
        let presets = toml::from_str::<File>(include_str!("presets.toml")).unwrap().preset;
        let ids: BTreeSet<&str> = presets.iter().map(|preset| preset.id.as_str()).collect();
        let wanted = [
            "clerk",
            "auth0",
            "supabase",
            "firebase",
            "stytch",
            "kinde",
            "workos",
            "better-auth",
            "cognito",
            "entra",
            "google",
            "okta",
            "keycloak",
            "zitadel",
            "logto",
            "ory",
            "descope",
            "fusionauth",
            "cloudflare-access",
            "oidc",
        ];
        assert_eq!(ids, BTreeSet::from(wanted));
        assert_eq!(presets.len(), wanted.len());
    }

    #[test]
    fn every_variant_makes_a_rule_that_can_be_saved() {
        for preset in all() {
            for variant in &preset.variants {
                let settings = example(preset, variant);
                let at = format!("{} {}", preset.id, variant.id);
                settings.check().unwrap_or_else(|error| panic!("{at}: {error}"));
                let issuer = settings.issuer.clone().unwrap();
                assert!(!issuer.contains('{'), "{at}: {issuer}");
                assert!(variant.audience_label.is_some() || !variant.audience_required, "{at}");
                assert_eq!(settings.conditions.len(), variant.conditions.len(), "{at}");
                assert!(!variant.shared_keys || settings.audience.is_some(), "{at}");
                let mut open = settings;
                open.audience = None;
                if let KeySource::KeySet(url) = &open.keys {
                    assert!(url.starts_with("https://") && !url.contains('{'), "{at}: {url}");
                }
            }
        }
    }

    #[test]
    fn every_offered_claim_is_a_setting() {
        for preset in all() {
            for variant in &preset.variants {
                let workspaces = variant.workspaces.iter().map(|choice| &choice.value);
                for value in
                    workspaces.filter(|value| !value.is_empty()).chain(variant.names.iter().map(|c| &c.value))
                {
                    assert!(Template::parse(value).is_ok(), "{}: {value}", preset.id);
                }
                for choice in &variant.workspaces {
                    assert!(
                        !choice.value.contains("user_metadata") && !choice.value.contains("unsafe_metadata")
                    );
                    assert!(matches!(choice.fallback.as_deref(), None | Some("refuse" | "sub")));
                }
            }
        }
    }

    #[test]
    fn every_guide_is_there() {
        for preset in all() {
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&preset.guide);
            assert!(file.is_file(), "{}", preset.guide);
        }
    }

    #[test]
    fn facts_are_taken_as_people_paste_them() {
        let clerk = find("clerk").unwrap();
        let variant = clerk.variant(None).unwrap();
        for domain in ["clerk.example.com", "https://clerk.example.com/", " Clerk.example.com "] {
            let facts = BTreeMap::from([("domain", domain.to_owned())]);
            let settings = clerk.settings(variant, &facts, None, None).unwrap();
            assert_eq!(settings.issuer.as_deref(), Some("https://clerk.example.com"), "{domain}");
        }
        for domain in ["", "a b", "x/y", "{domain}", "u@h"] {
            let facts = BTreeMap::from([("domain", domain.to_owned())]);
            let error = clerk.settings(variant, &facts, None, None).unwrap_err();
            assert!(error.message().contains("--domain: Frontend API URL"), "{error}");
        }
        let error =
            clerk.settings(variant, &BTreeMap::from([("realm", "x".to_owned())]), None, None).unwrap_err();
        assert!(error.message().contains("does not ask for --realm"), "{error}");
    }
}
