//! The settings of a rule as the dashboard sends them.

use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::super::claims::Template;
use super::super::condition::Condition;
use super::super::model::{AUDIENCE, AuthRule, Fallback, KeySource, SUBJECT, Settings};
use crate::auth::presets;
use crate::config::Secret;
use crate::error::Step;
use crate::http::fields::{Fields, FromBody};
use crate::id::AuthRuleId;
use crate::rules::{self, Broken};

/// What a rule that was made without a preset calls its provider.
const CUSTOM: &str = "custom";

/// The settings of a rule. Of `jwks_url` and `secret` at most one is given; with neither, the issuer's
/// discovery document names the key set. Empty texts count as null.
#[derive(ToSchema)]
#[schema(as = SaveRule)]
#[expect(dead_code, reason = "describes what `SaveRule` reads")]
pub(super) struct SaveRuleBody {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    /// The id of a preset, or `custom`.
    provider: String,
    issuer: Option<String>,
    audience: Option<String>,
    /// `aud` when left out.
    #[schema(nullable = false)]
    audience_claim: Option<String>,
    jwks_url: Option<String>,
    /// Random text shared with the issuer. Left out when a rule is changed, the stored one stays as long
    /// as there is no `jwks_url`; null takes it away.
    secret: Option<String>,
    /// `sub` when left out.
    #[schema(nullable = false)]
    user_claim: Option<String>,
    user_prefix: Option<String>,
    /// A claim, or a template such as `{o.id}:{sub}`; null for the user id.
    workspace: Option<String>,
    /// `refuse` when left out.
    #[schema(nullable = false)]
    workspace_fallback: Option<Fallback>,
    name_claim: Option<String>,
    #[schema(nullable = false)]
    conditions: Option<Vec<String>>,
}

/// As `SaveRule`, and which rule the settings are for, if it is there already.
#[derive(ToSchema)]
#[schema(as = CheckRule)]
#[expect(dead_code, reason = "describes what `CheckRule` reads")]
pub(super) struct CheckRuleBody {
    #[serde(flatten)]
    settings: SaveRuleBody,
    rule_id: Option<String>,
}

/// Settings but for the keys, which an update may leave as they are.
pub(super) struct SaveRule {
    settings: Settings,
    keys: GivenKeys,
}

enum GivenKeys {
    Some(KeySource),
    /// Discovery, unless the rule that is changed has a secret.
    NotSaid,
}

/// Settings to check.
pub(super) struct CheckRule {
    pub(super) save: SaveRule,
    pub(super) own: Option<AuthRuleId>,
}

impl SaveRule {
    /// The settings for a new rule, or in the place of one.
    pub(super) fn into_settings(self, before: Option<&AuthRule>) -> Settings {
        let stored = before.map(|rule| &rule.settings.keys);
        let keys = match (self.keys, stored) {
            (GivenKeys::Some(keys), _) => keys,
            (GivenKeys::NotSaid, Some(KeySource::Secret(secret))) => KeySource::Secret(secret.clone()),
            (GivenKeys::NotSaid, _) => KeySource::Discovery,
        };
        let personal = before.map_or(self.settings.personal, |rule| rule.settings.personal);
        Settings { keys, personal, ..self.settings }
    }
}

/// A text or null; an empty one is null. How long it may be is said by the rule's own check.
pub(super) fn text_or_null(raw: &RawValue) -> Result<Option<String>, Broken> {
    let text = rules::or_null(rules::string)(raw)?;
    Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

fn provider(raw: &RawValue) -> Result<String, Broken> {
    let text = rules::string(raw)?;
    let is_known = text == CUSTOM || presets::find(&text).is_some();
    if is_known { Ok(text) } else { Err(Broken::new("invalid_value", "must be a preset's id or `custom`")) }
}

pub(super) fn template(raw: &RawValue) -> Result<Option<Template>, Broken> {
    let text = text_or_null(raw)?;
    let parsed = text.map(|text| Template::parse(&text)).transpose();
    parsed.map_err(|bad| Broken::new("invalid_format", bad.to_string()))
}

pub(super) fn fallback(raw: &RawValue) -> Result<Fallback, Broken> {
    rules::choice(&Fallback::CHOICES, Fallback::read)(raw)
}

fn condition(raw: &RawValue) -> Result<Condition, Broken> {
    Condition::parse(&rules::string(raw)?).map_err(|bad| Broken::new("invalid_format", bad.to_string()))
}

/// A shared secret; the end of its line is not part of it.
pub(super) fn secret(raw: &RawValue) -> Result<Secret, Broken> {
    Ok(Secret::new(rules::secret(raw)?.trim_end_matches(['\r', '\n'])))
}

impl FromBody for SaveRule {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required("name", rules::name);
        let provider = fields.required("provider", provider);
        let issuer = fields.optional("issuer", text_or_null);
        let audience = fields.optional("audience", text_or_null);
        let audience_claim = fields.optional("audience_claim", text_or_null);
        let jwks_url = fields.optional("jwks_url", text_or_null);
        let secret = fields.nullable("secret", secret);
        let user_claim = fields.optional("user_claim", text_or_null);
        let user_prefix = fields.optional("user_prefix", text_or_null);
        let workspace = fields.optional("workspace", template);
        let workspace_fallback = fields.optional("workspace_fallback", fallback);
        let name_claim = fields.optional("name_claim", template);
        let conditions = fields.optional("conditions", rules::array(0, 64, condition));
        let keys = match (jwks_url?.flatten(), secret?) {
            (Some(_), Some(Some(_))) => {
                fields.refuse("secret", Broken::new("custom", "cannot stand beside a key set URL"));
                return None;
            }
            (Some(url), _) => GivenKeys::Some(KeySource::KeySet(url)),
            (None, Some(Some(secret))) => GivenKeys::Some(KeySource::Secret(secret)),
            (None, Some(None)) => GivenKeys::Some(KeySource::Discovery),
            (None, None) => GivenKeys::NotSaid,
        };
        let settings = Settings {
            issuer: issuer?.flatten(),
            audience: audience?.flatten(),
            audience_claim: audience_claim?.flatten().unwrap_or_else(|| AUDIENCE.into()),
            user_claim: user_claim?.flatten().unwrap_or_else(|| SUBJECT.into()),
            user_prefix: user_prefix?.flatten(),
            workspace: workspace?.flatten(),
            workspace_fallback: workspace_fallback?.unwrap_or(Fallback::Refuse),
            name_claim: name_claim?.flatten(),
            conditions: conditions?.unwrap_or_default(),
            ..Settings::new(name?, provider?, KeySource::Discovery)
        };
        Some(Self { settings, keys })
    }
}

impl FromBody for CheckRule {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let own = fields.optional("rule_id", rules::or_null(rules::text(1, 255)));
        let save = SaveRule::read(fields);
        Some(Self { save: save?, own: own?.flatten().map(AuthRuleId::named) })
    }
}

/// An object of texts by name.
pub(super) fn texts(raw: &RawValue) -> Result<Vec<(String, String)>, Broken> {
    use crate::json::{Members, NotMembers};
    const MOST: usize = 32;
    let Members(members) = Members::parse_mended(raw.get()).map_err(|problem| match problem {
        NotMembers::Duplicate(name) => Broken::new("custom", "stands twice").at(Step::Member(name)),
        NotMembers::Malformed | NotMembers::NotAnObject => Broken::new("invalid_type", "must be an object"),
    })?;
    if members.len() > MOST {
        return Err(Broken::new("too_big", format!("must have at most {MOST} members")));
    }
    let read = |(name, raw): (std::borrow::Cow<'_, str>, &RawValue)| {
        let text = rules::text(0, 2_047)(raw);
        let text = text.map_err(|broken| broken.at(Step::Member(name.to_string())))?;
        Ok((name.into_owned(), text))
    };
    members.into_iter().map(read).collect()
}
