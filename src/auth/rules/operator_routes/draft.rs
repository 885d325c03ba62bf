//! Settings that are looked at before they are saved.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::book::RuleBook;
use super::super::claims::Template;
use super::super::model::{BadSetting, BadSettings, Fallback, Settings};
use super::super::view::RuleSettings;
use super::super::warning::Warning;
use super::body::{CheckRule, CheckRuleBody, fallback, secret, template, text_or_null, texts};
use super::rule_not_found;
use crate::app::App;
use crate::auth::operator::caller::ProjectOperator;
use crate::auth::presets::{self, Lack, Preset, Variant};
use crate::config::Secret;
use crate::error::{Error, Issue, Result, Step};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::Json;
use crate::http::fields::{Fields, FromBody};
use crate::rules;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(draft_rule)).routes(routes!(check_rule))
}

/// Settings that could be saved.
#[derive(Serialize, ToSchema)]
struct RuleDraft {
    settings: RuleSettings,
    /// What the user's own workspace begins with, before the user id, when a token without the workspace claim
    /// opens it; null when no token does, and for rules from before, where it is called as the user is.
    #[schema(required)]
    personal_prefix: Option<&'static str>,
    /// What an operator should know, as sentences.
    warnings: Vec<String>,
    /// Values that look wrong, though they may be saved, where they were given.
    doubts: Vec<Issue>,
}

impl RuleDraft {
    /// `place` tells where a setting was given.
    fn new(settings: &Settings, found: &[Warning], place: impl Fn(BadSetting) -> Issue) -> Self {
        let (mut warnings, mut doubts) = (Vec::new(), Vec::new());
        for warning in found {
            let text = warning.to_string();
            match warning.doubted_setting() {
                Some(setting) => doubts.push(place(BadSetting { setting, text })),
                None => warnings.push(text),
            }
        }
        let personal_prefix = settings.personal_prefix();
        Self { settings: settings.into(), personal_prefix, warnings, doubts }
    }
}

/// What to make a rule of.
#[derive(ToSchema)]
struct DraftRule {
    /// The preset's id.
    preset: String,
    /// The kind of token; the preset's usual one when left out.
    variant: Option<String>,
    /// What the preset asks for, by the facts' names.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    facts: Vec<(String, String)>,
    audience: Option<String>,
    #[schema(value_type = Option<String>)]
    secret: Option<Secret>,
    /// A claim or a template, null for the user id; the variant's usual one when left out.
    #[schema(value_type = Option<String>)]
    workspace: Option<Option<Template>>,
    /// The variant's usual one when left out.
    #[schema(nullable = false)]
    workspace_fallback: Option<Fallback>,
}

impl FromBody for DraftRule {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let preset = fields.required("preset", rules::text(1, 64));
        let variant = fields.optional("variant", text_or_null);
        let facts = fields.required("facts", texts);
        let audience = fields.optional("audience", text_or_null);
        let secret = fields.nullable("secret", secret);
        let workspace = fields.optional("workspace", template);
        let workspace_fallback = fields.optional("workspace_fallback", fallback);
        Some(Self {
            preset: preset?,
            variant: variant?.flatten(),
            facts: facts?,
            audience: audience?.flatten(),
            secret: secret?.flatten().filter(|secret| !secret.reveal().is_empty()),
            workspace: workspace?,
            workspace_fallback: workspace_fallback?,
        })
    }
}

/// Makes settings of a preset and what it asks for. Nothing is stored.
#[utoipa::path(post, path = "/api/projects/{project_id}/rules/draft", tag = "auth rules",
    security(("session" = [])), params(("project_id" = String, Path)), request_body = DraftRule,
    responses((status = 200, body = RuleDraft), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn draft_rule(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(body): Json<DraftRule>,
) -> Result<Json<RuleDraft>> {
    let preset = presets::find(&body.preset);
    let preset = preset.ok_or_else(|| refuse(&["preset"], "there is no preset of that id"))?;
    let variant = preset.variant(body.variant.as_deref());
    let variant = variant.ok_or_else(|| refuse(&["variant"], "the preset has no variant of that id"))?;
    let facts: BTreeMap<&str, String> =
        body.facts.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let settings = preset.settings(variant, &facts, body.audience, body.secret);
    let mut settings = settings
        .map_err(|lacks| Error::invalid(lacks.iter().map(|lack| to_issue(preset, lack)).collect()))?;
    if let Some(workspace) = body.workspace {
        settings.workspace = workspace;
    }
    if let Some(fallback) = body.workspace_fallback {
        settings.workspace_fallback = fallback;
    }
    let book = RuleBook::of(&app, &caller.project.id);
    let checked = book.check(&settings, None, &book.all().await?).await;
    let place = |bad| place_in_draft(preset, variant, bad);
    let warnings = checked.map_err(|bad| Error::invalid(bad.0.into_iter().map(place).collect()))?;
    let mut draft = RuleDraft::new(&settings, &warnings, place);
    draft.warnings.splice(0..0, preset.warnings.iter().cloned());
    Ok(Json(draft))
}

/// Checks settings as if they were to be saved. Nothing is stored.
#[utoipa::path(post, path = "/api/projects/{project_id}/rules/check", tag = "auth rules",
    security(("session" = [])), params(("project_id" = String, Path)), request_body = CheckRuleBody,
    responses((status = 200, body = RuleDraft), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn check_rule(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(CheckRule { save, own }): Json<CheckRule>,
) -> Result<Json<RuleDraft>> {
    let book = RuleBook::of(&app, &caller.project.id);
    let all = book.all().await?;
    let before = match own {
        Some(id) => Some(all.iter().find(|rule| rule.id == id).ok_or_else(rule_not_found)?),
        None => None,
    };
    let settings = save.into_settings(before);
    let warnings = book.check(&settings, before, &all).await.map_err(refuse_settings)?;
    Ok(Json(RuleDraft::new(&settings, &warnings, place_in_settings)))
}

/// The refusal of settings, each named.
pub(super) fn refuse_settings(bad: BadSettings) -> Error {
    Error::invalid(bad.0.into_iter().map(place_in_settings).collect())
}

fn place_in_settings(BadSetting { setting, text }: BadSetting) -> Issue {
    issue(&[setting], text)
}

fn refuse(path: &[&str], text: &str) -> Error {
    Error::invalid(vec![issue(path, text)])
}

fn issue(path: &[&str], message: impl Into<String>) -> Issue {
    let path = path.iter().map(|step| Step::Member((*step).to_owned())).collect();
    Issue { code: "custom", path, message: message.into() }
}

/// What to give to a preset, by the fields for it.
fn to_issue(preset: &Preset, lack: &Lack<'_>) -> Issue {
    let name = &preset.name;
    match lack {
        Lack::Fact(fact) => issue(
            &["facts", &fact.name],
            format!("{} is required, such as {}: {}", fact.label, fact.example, fact.r#where),
        ),
        Lack::ProperFact(fact) => issue(
            &["facts", &fact.name],
            format!("{} has not the form of one, such as {}: {}", fact.label, fact.example, fact.r#where),
        ),
        Lack::StrangeFact(stranger) => {
            let shown: String = stranger.chars().take(64).collect();
            issue(&["facts", &shown], format!("{name} does not ask for this"))
        }
        Lack::Audience(label) => issue(&["audience"], format!("{name} needs the audience: its {label}")),
        Lack::Secret => issue(&["secret"], format!("{name} needs the shared secret for this kind of token")),
        Lack::NoSecret => issue(&["secret"], format!("{name} has no shared secret for this kind of token")),
    }
}

/// A setting that a preset made is wrong where the fact is that it was made of.
fn place_in_draft(preset: &Preset, variant: &Variant, BadSetting { setting, text }: BadSetting) -> Issue {
    let fact = match setting {
        "issuer" | "jwks_url" => preset.fact_of_url(variant, setting == "issuer"),
        _ => None,
    };
    match fact {
        Some(fact) => issue(&["facts", &fact.name], text),
        None => issue(&[setting], text),
    }
}
