//! What an operator should know about a rule that can be saved all the same.

use super::claims::Template;
use super::model::{AuthRule, Fallback, Settings};

/// Claims that a user can write at the provider, and whatever stands in them.
const WRITABLE: [&str; 2] = ["user_metadata", "unsafe_metadata"];

/// Something that may not be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Users choose their workspace by a claim that they write themselves.
    WritableWorkspace {
        /// The claim.
        claim: String,
    },
    /// Users choose their name by a claim that they write themselves.
    WritableName {
        /// The claim.
        claim: String,
    },
    /// Tokens without the workspace claim are not refused.
    OwnWorkspace,
    /// Two issuers may name two users alike.
    SeveralIssuers,
    /// Where the keys are has no address now; it may get one before the first token comes.
    Unreachable {
        /// The setting that names the place.
        setting: &'static str,
        /// The place in words: "key set URL".
        what: &'static str,
    },
}

impl Warning {
    /// The setting whose value looks wrong; `None` when it is about the rule as a whole.
    pub fn doubted_setting(&self) -> Option<&'static str> {
        match self {
            Self::Unreachable { setting, .. } => Some(setting),
            _ => None,
        }
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WritableWorkspace { claim } => write!(
                f,
                "Users can write `{claim}` themselves: with this workspace a user can choose any workspace"
            ),
            Self::WritableName { claim } => write!(
                f,
                "Users can write `{claim}` themselves: with this name claim a user can choose any name"
            ),
            Self::OwnWorkspace => {
                f.write_str("Tokens without the workspace claim open the user's own workspace")
            }
            Self::SeveralIssuers => f.write_str(
                "The project has rules of several issuers: where two of them name a user alike, the users are \
                 one; a user prefix keeps them apart",
            ),
            Self::Unreachable { what, .. } => {
                write!(f, "The {what} cannot be checked: its host has no address now")
            }
        }
    }
}

/// What can be told of settings by themselves.
pub fn of_settings(settings: &Settings) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(claim) = writable(settings.workspace.as_ref()) {
        warnings.push(Warning::WritableWorkspace { claim });
    }
    if let Some(claim) = writable(settings.name_claim.as_ref()) {
        warnings.push(Warning::WritableName { claim });
    }
    if settings.workspace.is_some() && settings.workspace_fallback == Fallback::Sub {
        warnings.push(Warning::OwnWorkspace);
    }
    warnings
}

fn writable(template: Option<&Template>) -> Option<String> {
    let is_writable = |claim: &&str| {
        WRITABLE.iter().any(|writable| {
            claim.strip_prefix(writable).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    template?.claims().find(is_writable).map(str::to_owned)
}

/// What can be told of settings beside the project's other rules; `own` is the rule that they are of, when
/// it is saved already. Of two rules the younger one is to have a prefix: giving one to the older would
/// make its users other ones.
pub fn beside(settings: &Settings, own: Option<&AuthRule>, all: &[AuthRule]) -> Option<Warning> {
    let is_rival = |other: &AuthRule| {
        let is_older = own.is_none_or(|own| other.created_at <= own.created_at);
        own.is_none_or(|own| own.id != other.id)
            && other.settings.issuer != settings.issuer
            && (is_older || other.settings.user_prefix.is_none())
    };
    let is_open = settings.user_prefix.is_none() && all.iter().any(is_rival);
    is_open.then_some(Warning::SeveralIssuers)
}

#[cfg(test)]
mod tests {
    use super::super::model::KeySource;
    use super::*;
    use crate::clock::Timestamp;
    use crate::id::AuthRuleId;

    fn settings(issuer: &str) -> Settings {
        Settings { issuer: Some(issuer.into()), ..Settings::new("rule", "custom", KeySource::Discovery) }
    }

    fn rule(issuer: &str, prefix: Option<&str>, created_at: i64) -> AuthRule {
        let at = Timestamp::from_millis(created_at);
        AuthRule {
            id: AuthRuleId::named(format!("rule_{created_at}")),
            settings: Settings { user_prefix: prefix.map(Into::into), ..settings(issuer) },
            keys_not_before: at,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn t138_claims_that_users_write_are_warned_about() {
        let mut settings = settings("https://i.example");
        assert!(of_settings(&settings).is_empty());
        settings.workspace = Template::parse("{user_metadata.org}").ok();
        assert!(of_settings(&settings)[0].to_string().contains("any workspace"));
        settings.workspace = Template::parse("user_metadata.org").ok();
        assert_eq!(of_settings(&settings).len(), 1);
        settings.workspace = Template::parse("user_metadatas").ok();
        assert!(of_settings(&settings).is_empty());
    }

    #[test]
    fn of_two_issuers_the_younger_one_is_to_have_a_prefix() {
        let (old, young) = (rule("https://a.example", None, 1), rule("https://b.example", None, 2));
        let prefixed = rule("https://b.example", Some("b:"), 2);
        let told = |own: &AuthRule, all: &[AuthRule]| beside(&own.settings, Some(own), all).is_some();
        assert!(!told(&old, std::slice::from_ref(&old)));
        let both = [old.clone(), young.clone()];
        assert!(told(&old, &both) && told(&young, &both));
        let apart = [old.clone(), prefixed.clone()];
        assert!(!told(&old, &apart) && !told(&prefixed, &apart));
        // An issuer without prefix could name the users of one that has one.
        let odd = [rule("https://a.example", Some("a:"), 1), young.clone()];
        assert!(told(&young, &odd) && beside(&young.settings, None, &odd[..1]).is_some());
        assert!(beside(&old.settings, None, &[rule("https://a.example", None, 3)]).is_none(), "one issuer");
    }
}
