//! Ready-made rules for known providers: a preset turns the one or two facts that an operator knows into
//! the fields of an auth rule. The providers are data, in `presets.toml`.

pub mod operator_routes;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::rules::claims::Template;
use crate::auth::rules::condition::Condition;
use crate::auth::rules::model::{Fallback, KeySource, Settings};
use crate::config::Secret;

/// A provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
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
    #[schema(required)]
    pub facts: Vec<Fact>,
    /// The kinds of its tokens; the first is the usual one.
    #[serde(rename(deserialize = "variant"))]
    pub variants: Vec<Variant>,
}

/// Something that an operator knows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// What commands call it.
    pub id: String,
    /// What it is.
    pub name: String,
    issuer: String,
    #[schema(required)]
    jwks_url: Option<String>,
    #[serde(default)]
    #[schema(required)]
    shared_secret: bool,
    #[schema(required)]
    audience: Option<String>,
    #[serde(default)]
    #[schema(required)]
    audience_required: bool,
    #[schema(required)]
    audience_label: Option<String>,
    #[schema(required)]
    audience_claim: Option<String>,
    #[schema(required)]
    user_claim: Option<String>,
    #[serde(default)]
    #[schema(required)]
    shared_keys: bool,
    #[serde(default)]
    #[schema(required)]
    conditions: Vec<String>,
    /// What to offer for the workspace; the first is the usual one.
    pub workspaces: Vec<WorkspaceChoice>,
    /// What to offer for display names.
    #[serde(default)]
    #[schema(required)]
    pub names: Vec<Choice>,
}

/// A claim or template to offer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it means.
    pub label: String,
    /// The setting.
    pub value: String,
}

/// A workspace setting to offer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceChoice {
    /// What it means.
    pub label: String,
    /// The setting; empty for the user id.
    pub value: String,
    /// What becomes of a token that lacks the claim.
    #[schema(required)]
    pub fallback: Option<Fallback>,
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
pub fn find(id: &str) -> Option<&'static Preset> {
    all().iter().find(|preset| preset.id == id)
}

/// What a preset lacks to make a rule. Those who ask have words of their own for where to give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack<'p> {
    /// A fact is missing.
    Fact(&'p Fact),
    /// A fact has not the form of one.
    ProperFact(&'p Fact),
    /// A fact is given that the preset does not ask for.
    StrangeFact(String),
    /// The audience is missing, which the provider calls so.
    Audience(&'p str),
    /// The shared secret is missing.
    Secret,
    /// A shared secret is given, and the variant has none.
    NoSecret,
}

impl Preset {
    /// A variant by its id; the first without one.
    pub fn variant(&self, id: Option<&str>) -> Option<&Variant> {
        match id {
            Some(id) => self.variants.iter().find(|variant| variant.id == id),
            None => self.variants.first(),
        }
    }

    /// The settings of a rule, from facts by their names.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn settings<'p>(
        &'p self,
        variant: &'p Variant,
        facts: &BTreeMap<&str, String>,
        audience: Option<String>,
        secret: Option<Secret>,
    ) -> Result<Settings, Vec<Lack<'p>>> {
        let (facts, mut lacks) = self.check_facts(facts);
        let fill = |text: &str| {
            facts
                .iter()
                .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        let audience = audience.or_else(|| variant.audience.as_deref().map(fill));
        if audience.is_none() && (variant.audience_required || variant.shared_keys) {
            lacks.push(Lack::Audience(variant.audience_label.as_deref().unwrap_or("audience")));
        }
        let keys = match (&variant.jwks_url, secret) {
            (_, Some(secret)) if variant.shared_secret => KeySource::Secret(secret),
            (Some(url), None) if !variant.shared_secret => KeySource::KeySet(fill(url)),
            (None, None) if !variant.shared_secret => KeySource::Discovery,
            (_, secret) => {
                lacks.push(if secret.is_some() { Lack::NoSecret } else { Lack::Secret });
                KeySource::Discovery
            }
        };
        if !lacks.is_empty() {
            return Err(lacks);
        }
        let usual = variant.workspaces.first();
        let base = Settings::new(&self.name, &self.id, keys);
        Ok(Settings {
            issuer: Some(fill(&variant.issuer)),
            audience,
            audience_claim: variant.audience_claim.clone().unwrap_or(base.audience_claim),
            user_claim: variant.user_claim.clone().unwrap_or(base.user_claim),
            workspace: usual.and_then(|choice| Template::parse(&choice.value).ok()),
            workspace_fallback: usual.and_then(|choice| choice.fallback).unwrap_or(Fallback::Refuse),
            conditions: variant.conditions.iter().filter_map(|text| Condition::parse(text).ok()).collect(),
            ..base
        })
    }

    /// The fact that a variant's issuer or key set URL begins with: the one that is wrong when the URL is.
    pub fn fact_of_url(&self, variant: &Variant, is_issuer: bool) -> Option<&Fact> {
        let text = match &variant.jwks_url {
            Some(url) if !is_issuer => url,
            _ => &variant.issuer,
        };
        let placed =
            self.facts.iter().filter_map(|fact| Some((text.find(&format!("{{{}}}", fact.name))?, fact)));
        placed.min_by_key(|(at, _)| *at).map(|(_, fact)| fact)
    }

    /// The facts that are there as they are to be used, and what is wrong with the others.
    fn check_facts(&self, given: &BTreeMap<&str, String>) -> (Vec<(&str, String)>, Vec<Lack<'_>>) {
        let is_strange = |name: &&&str| self.facts.iter().all(|fact| fact.name != **name);
        let mut lacks: Vec<_> =
            given.keys().filter(is_strange).map(|name| Lack::StrangeFact((*name).to_owned())).collect();
        let mut facts = Vec::new();
        for fact in &self.facts {
            match given.get(fact.name.as_str()).map(|text| text.trim()) {
                None | Some("") => lacks.push(Lack::Fact(fact)),
                Some(text) => match normalize(&fact.name, text) {
                    Some(value) => facts.push((fact.name.as_str(), value)),
                    None => lacks.push(Lack::ProperFact(fact)),
                },
            }
        }
        (facts, lacks)
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
                }
            }
        }
    }

    #[test]
    fn every_preset_has_a_guide_of_its_own() {
        let mut guides = BTreeSet::new();
        for preset in all() {
            let document = preset.guide.split('#').next().unwrap_or_default();
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
            assert!(file.is_file(), "{}", preset.guide);
            assert!(guides.insert(&preset.guide), "{} is another preset's, too", preset.guide);
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
        let lacks = |name: &'static str, value: &str| {
            let facts = BTreeMap::from([(name, value.to_owned())]);
            clerk.settings(variant, &facts, None, None).unwrap_err()
        };
        let domain = &clerk.facts[0];
        for value in ["a b", "x/y", "{domain}", "u@h", "/"] {
            assert_eq!(lacks("domain", value), [Lack::ProperFact(domain)], "{value}");
        }
        assert_eq!(lacks("domain", " "), [Lack::Fact(domain)]);
        assert_eq!(lacks("realm", "x"), [Lack::StrangeFact("realm".into()), Lack::Fact(domain)]);
    }

    #[test]
    fn what_is_wrong_with_a_url_is_wrong_with_the_fact_it_begins_with() {
        let keycloak = find("keycloak").unwrap();
        let variant = keycloak.variant(None).unwrap();
        assert_eq!(keycloak.fact_of_url(variant, true).unwrap().name, "url");
        assert_eq!(keycloak.fact_of_url(variant, false).unwrap().name, "url");
    }
}
