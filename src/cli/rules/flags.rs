//! The flags of `threadkeep rules add` and `update`, and the settings that they make.

use std::collections::BTreeMap;
use std::io::Read as _;

use clap::Args;

use crate::auth::presets::{self, Lack, Preset};
use crate::auth::rules::claims::Template;
use crate::auth::rules::condition::Condition;
use crate::auth::rules::model::{AUDIENCE, Fallback, KeySource, MAX_SECRET, SUBJECT, Settings};
use crate::config::Secret;
use crate::error::{Error, Result};

/// Fields that every rule has.
#[derive(Debug, Args)]
pub(in crate::cli) struct Change {
    /// What to call the rule.
    #[arg(long)]
    name: Option<String>,
    /// The `iss` of its tokens, exactly. Without --jwks-url its discovery document names the keys.
    #[arg(long)]
    issuer: Option<String>,
    /// Where the key set is.
    #[arg(long, value_name = "URL", conflicts_with = "secret_file")]
    jwks_url: Option<String>,
    /// A file with a secret shared with the issuer, for HS256; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<String>,
    /// What must be among a token's audiences.
    #[arg(long)]
    audience: Option<String>,
    /// The claim of the audience, when it is not `aud`.
    #[arg(long, value_name = "CLAIM")]
    audience_claim: Option<String>,
    /// The claim of the user id, when it is not `sub`.
    #[arg(long, value_name = "CLAIM")]
    user_claim: Option<String>,
    /// A text to put before user ids, to keep two issuers apart.
    #[arg(long, value_name = "TEXT")]
    user_prefix: Option<String>,
    /// The claim of the workspace, or a template such as `{o.id}:{sub}`; empty for the user id.
    #[arg(long, value_name = "CLAIM|TEMPLATE")]
    workspace: Option<String>,
    /// What becomes of tokens that lack the workspace claim.
    #[arg(long)]
    workspace_fallback: Option<Fallback>,
    /// The claim of the display name, or a template.
    #[arg(long, value_name = "CLAIM|TEMPLATE")]
    name_claim: Option<String>,
    /// `claim = value` or `claim != value` that tokens must meet; may be repeated. Added to those of a
    /// preset; in an update in the place of the earlier ones, empty for none.
    #[arg(long = "condition", value_name = "CONDITION")]
    conditions: Vec<String>,
}

/// A new rule.
#[derive(Debug, Args)]
pub(in crate::cli) struct Addition {
    /// A ready-made rule; `threadkeep rules presets` lists them.
    #[arg(long)]
    preset: Option<String>,
    /// Which kind of token of the preset.
    #[arg(long, requires = "preset")]
    variant: Option<String>,
    #[command(flatten)]
    facts: Facts,
    #[command(flatten)]
    fields: Change,
}

/// What presets ask for.
#[derive(Debug, Args)]
struct Facts {
    /// The provider's domain.
    #[arg(long, requires = "preset")]
    domain: Option<String>,
    /// The provider's id of your project there.
    #[arg(long, requires = "preset")]
    project_id: Option<String>,
    /// The id of your application there.
    #[arg(long, requires = "preset")]
    client_id: Option<String>,
    /// The id of your tenant or directory there.
    #[arg(long, requires = "preset")]
    tenant_id: Option<String>,
    /// The region of your user pool.
    #[arg(long, requires = "preset")]
    region: Option<String>,
    /// The id of your user pool.
    #[arg(long, requires = "preset")]
    pool_id: Option<String>,
    /// The id of your authorization server.
    #[arg(long, requires = "preset")]
    server_id: Option<String>,
    /// The name of your realm.
    #[arg(long, requires = "preset")]
    realm: Option<String>,
    /// The provider's URL.
    #[arg(long, requires = "preset")]
    url: Option<String>,
}

impl Facts {
    fn given(self, issuer: Option<String>) -> BTreeMap<&'static str, String> {
        let all = [
            ("domain", self.domain),
            ("project-id", self.project_id),
            ("client-id", self.client_id),
            ("tenant-id", self.tenant_id),
            ("region", self.region),
            ("pool-id", self.pool_id),
            ("server-id", self.server_id),
            ("realm", self.realm),
            ("url", self.url),
            ("issuer", issuer),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

impl Addition {
    /// The settings, and what the preset warns about.
    pub(super) fn into_settings(self) -> Result<(Settings, Vec<String>)> {
        let Self { preset, variant, facts, mut fields } = self;
        let Some(preset) = preset else { return Ok((fields.into_custom()?, Vec::new())) };
        let preset = find_preset(&preset)?;
        let variant = preset.variant(variant.as_deref()).ok_or_else(|| {
            let ids: Vec<&str> = preset.variants.iter().map(|variant| variant.id.as_str()).collect();
            Error::bad_request(format!("{} has the variants {}", preset.name, ids.join(", ")))
        })?;
        // A preset that does not ask for the issuer can have it put right by the flag.
        let asks_for_issuer = preset.facts.iter().any(|fact| fact.name == "issuer");
        let issuer = if asks_for_issuer { fields.issuer.take() } else { None };
        let audience = fields.audience.take().filter(|audience| !audience.is_empty());
        let secret = fields.secret_file.take().map(|file| read_secret(&file)).transpose()?;
        let settings = preset.settings(variant, &facts.given(issuer), audience, secret);
        let mut settings = settings.map_err(|lacks| tell_lacks(preset, &lacks))?;
        // Beside the preset's own, which are there for a reason.
        settings.conditions.extend(parse_conditions(&std::mem::take(&mut fields.conditions))?);
        Ok((fields.apply(settings)?, preset.warnings.clone()))
    }
}

fn find_preset(id: &str) -> Result<&'static Preset> {
    presets::find(id).ok_or_else(|| {
        let ids: Vec<&str> = presets::all().iter().map(|preset| preset.id.as_str()).collect();
        Error::bad_request(format!("there is no preset `{id}`; there are {}", ids.join(", ")))
    })
}

/// What to give to a preset, by the flags for it.
fn tell_lacks(preset: &Preset, lacks: &[Lack<'_>]) -> Error {
    let name = &preset.name;
    let tell = |lack: &Lack<'_>| match lack {
        Lack::Fact(fact) | Lack::ProperFact(fact) => format!(
            "{name} needs --{}: {} ({}), such as {}",
            fact.name, fact.label, fact.r#where, fact.example
        ),
        Lack::StrangeFact(stranger) => {
            let asked: Vec<String> = preset.facts.iter().map(|fact| format!("--{}", fact.name)).collect();
            format!("{name} does not ask for --{stranger} but for {}", asked.join(", "))
        }
        Lack::Audience(label) => format!("{name} needs --audience: its {label}"),
        Lack::Secret => format!("{name} needs --secret-file in this variant"),
        Lack::NoSecret => format!("{name} takes no shared secret in this variant"),
    };
    Error::bad_request(lacks.iter().map(tell).collect::<Vec<_>>().join("; "))
}

impl Change {
    fn into_custom(self) -> Result<Settings> {
        let name = self.name.clone().or_else(|| self.issuer.clone());
        let name =
            name.ok_or_else(|| Error::bad_request("a rule needs --preset, or --issuer and a --name"))?;
        self.apply(Settings::new(name, "custom", KeySource::Discovery))
    }

    /// The settings with the given fields in the place of theirs; an empty text clears one.
    pub(super) fn apply(self, mut settings: Settings) -> Result<Settings> {
        let or_default =
            |text: String, default: &str| if text.is_empty() { default.to_owned() } else { text };
        if let Some(name) = self.name {
            settings.name = name.trim().to_owned();
        }
        replace_optional(&mut settings.issuer, self.issuer);
        replace_optional(&mut settings.audience, self.audience);
        replace_optional(&mut settings.user_prefix, self.user_prefix);
        if let Some(claim) = self.audience_claim {
            settings.audience_claim = or_default(claim, AUDIENCE);
        }
        if let Some(claim) = self.user_claim {
            settings.user_claim = or_default(claim, SUBJECT);
        }
        if let Some(text) = self.workspace {
            settings.workspace = parse_template("workspace", &text)?;
        }
        if let Some(text) = self.name_claim {
            settings.name_claim = parse_template("name claim", text.trim())?;
        }
        if let Some(fallback) = self.workspace_fallback {
            settings.workspace_fallback = fallback;
        }
        if !self.conditions.is_empty() {
            settings.conditions = parse_conditions(&self.conditions)?;
        }
        settings.keys = match (self.jwks_url, self.secret_file) {
            (Some(url), _) if url.is_empty() => KeySource::Discovery,
            (Some(url), _) => KeySource::KeySet(url),
            (None, Some(file)) => KeySource::Secret(read_secret(&file)?),
            (None, None) => settings.keys,
        };
        Ok(settings)
    }
}

fn replace_optional(setting: &mut Option<String>, given: Option<String>) {
    if let Some(text) = given {
        *setting = Some(text).filter(|text| !text.is_empty());
    }
}

fn parse_template(setting: &str, text: &str) -> Result<Option<Template>> {
    if text.is_empty() {
        return Ok(None);
    }
    let parsed = Template::parse(text);
    parsed.map(Some).map_err(|problem| Error::bad_request(format!("the {setting} `{text}` {problem}")))
}

fn parse_conditions(texts: &[String]) -> Result<Vec<Condition>> {
    let parse = |text: &String| {
        let parsed = Condition::parse(text);
        parsed.map_err(|problem| Error::bad_request(format!("the condition `{text}` {problem}")))
    };
    texts.iter().filter(|text| !text.is_empty()).map(parse).collect()
}

/// A secret is no argument: those can be read by everyone on the machine.
fn read_secret(file: &str) -> Result<Secret> {
    let cannot = |error: std::io::Error| {
        Error::bad_request(format!("the secret file {file} cannot be read: {error}")).with_source(error)
    };
    // One more tells that it is too long.
    let most = MAX_SECRET as u64 + 1;
    let mut text = String::new();
    match file {
        "-" => std::io::stdin().take(most).read_to_string(&mut text).map_err(cannot)?,
        _ => {
            let opened = std::fs::File::open(file).map_err(cannot)?;
            opened.take(most).read_to_string(&mut text).map_err(cannot)?
        }
    };
    if text.len() > MAX_SECRET {
        return Err(Error::bad_request(format!("the shared secret must be at most {MAX_SECRET} bytes")));
    }
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
