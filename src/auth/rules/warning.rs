//! What an operator should know about a rule that can be saved all the same.

use std::collections::BTreeMap;

use super::claims::Template;
use super::model::{AuthRule, PERSONAL_PREFIX, Settings};
use super::overlap::{self, UserOverlap};
use crate::auth::provider_token::identity::shown;

/// Claims that a user can write at the provider, and whatever stands in them.
const WRITABLE: [&str; 2] = ["user_metadata", "unsafe_metadata"];

/// The most rules that a sentence names.
const NAMED: usize = 3;

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
    /// A rule from before: a claim can name the workspace that another token opens as the user's own.
    MixedWorkspaces,
    /// Tokens without the workspace claim open other workspaces than before.
    MovedWorkspaces,
    /// This rule and others can name two users alike.
    SharedUsers {
        /// How.
        overlap: UserOverlap,
        /// What this rule puts before its user ids.
        prefix: String,
        /// What the others are called.
        others: String,
    },
    /// This rule and others can name two workspaces alike.
    SharedWorkspaces {
        /// What the others are called.
        others: String,
    },
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
            Self::OwnWorkspace => write!(
                f,
                "Tokens without the workspace claim open the user's own workspace, `{PERSONAL_PREFIX}` and the \
                 user ID"
            ),
            Self::MixedWorkspaces => write!(
                f,
                "Tokens without the workspace claim open the workspace that is called as the user is: where a \
                 claim says the same, its bearers share it. The rule is from before names were kept apart and \
                 stays so, as its users' threads are there; a new one calls them `{PERSONAL_PREFIX}` and the user ID"
            ),
            Self::MovedWorkspaces => write!(
                f,
                "Users whose tokens lack the workspace claim get a new workspace, `{PERSONAL_PREFIX}` and the user \
                 ID: the threads they have stay in the one that is called as they are, where they do not see them"
            ),
            Self::SharedUsers { overlap, prefix, others } => fmt_shared_users(f, *overlap, prefix, others),
            Self::SharedWorkspaces { others } => write!(
                f,
                "This rule and {others} can open the same workspaces: where a token of the one names what a token \
                 of the other names, both see its threads; other text at the beginning of the workspace, such as \
                 `b:{{org_id}}`, keeps them apart"
            ),
            Self::Unreachable { what, .. } => {
                write!(f, "The {what} cannot be checked: its host has no address now")
            }
        }
    }
}

fn fmt_shared_users(
    f: &mut std::fmt::Formatter<'_>,
    overlap: UserOverlap,
    prefix: &str,
    others: &str,
) -> std::fmt::Result {
    let prefix = shown(prefix);
    match overlap {
        UserOverlap::Same => write!(
            f,
            "This rule and {others} name users in the same way: where both name a user alike, the users are one; a \
             user prefix keeps them apart"
        ),
        UserOverlap::Longer => write!(
            f,
            "Users of {others} can have IDs that begin with `{prefix}`, too, and are then users of this rule: it is \
             for their issuer to rule that out"
        ),
        UserOverlap::Shorter => write!(
            f,
            "Users of this rule can have IDs that begin with the user prefix of {others}, and are then users of that \
             rule: it is for their issuer to rule that out"
        ),
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
    if settings.mixes_workspaces() {
        let is_apart = settings.personal_prefix().is_some();
        warnings.push(if is_apart { Warning::OwnWorkspace } else { Warning::MixedWorkspaces });
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

/// What can be told of settings beside those that they take the place of.
pub fn of_change(settings: &Settings, before: &Settings) -> Option<Warning> {
    let is_moved = settings.personal_prefix().is_some() && before.workspace.is_none();
    is_moved.then_some(Warning::MovedWorkspaces)
}

/// What can be told of settings beside the project's other rules; `own` is the rule that they are of, when
/// it is saved already.
pub fn beside(settings: &Settings, own: Option<&AuthRule>, all: &[AuthRule]) -> Vec<Warning> {
    let (mut users, mut workspaces) = (BTreeMap::<UserOverlap, Vec<&str>>::new(), Vec::new());
    for other in overlap::others(own, all) {
        let name = other.settings.name.as_str();
        if let Some(overlap) = overlap::of_users(settings, &other.settings) {
            users.entry(overlap).or_default().push(name);
        }
        if overlap::of_workspaces(settings, &other.settings) {
            workspaces.push(name);
        }
    }
    let prefix = settings.user_prefix.as_deref().unwrap_or_default();
    let shared = |(overlap, names): (UserOverlap, Vec<&str>)| Warning::SharedUsers {
        overlap,
        prefix: prefix.to_owned(),
        others: listed(&names),
    };
    let mut warnings: Vec<Warning> = users.into_iter().map(shared).collect();
    if !workspaces.is_empty() {
        warnings.push(Warning::SharedWorkspaces { others: listed(&workspaces) });
    }
    warnings
}

/// Names of rules in a sentence, and how many more there are.
fn listed(names: &[&str]) -> String {
    let quoted = names.iter().take(NAMED).map(|name| format!("“{}”", shown(name)));
    let rest = match names.len().saturating_sub(NAMED) {
        0 => None,
        1 => Some("1 other".to_owned()),
        more => Some(format!("{more} others")),
    };
    let words: Vec<String> = quoted.chain(rest).collect();
    match words.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Fallback, KeySource, Personal};
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

    fn told(own: &AuthRule, all: &[AuthRule]) -> Vec<String> {
        beside(&own.settings, Some(own), all).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn users_who_may_be_called_alike_are_told_on_both_sides() {
        let rules = |prefixes: [Option<&str>; 2]| {
            [rule("https://a.example", prefixes[0], 1), rule("https://b.example", prefixes[1], 2)]
        };
        for (prefixes, first, second) in [
            ([None, None], "a user prefix keeps them apart", "a user prefix keeps them apart"),
            ([Some("a:"), Some("a:")], "in the same way", "in the same way"),
            ([None, Some("b:")], "begin with the user prefix of “rule”", "begin with `b:`"),
            ([Some("a:b:"), Some("a:")], "begin with `a:b:`", "begin with the user prefix of “rule”"),
        ] {
            let both = rules(prefixes);
            for (own, words) in both.iter().zip([first, second]) {
                let told = told(own, &both);
                assert!(told.len() == 1 && told[0].contains(words), "{prefixes:?}: {told:?}");
            }
            let draft = beside(&both[1].settings, None, &both[..1]);
            assert_eq!(draft.len(), 1, "before it is saved, too");
        }
        let apart = rules([Some("a:"), Some("b:")]);
        assert!(told(&apart[0], &apart).is_empty() && told(&apart[1], &apart).is_empty());
        assert!(told(&apart[0], &apart[..1]).is_empty(), "a rule beside itself");
        let one_issuer = [rule("https://a.example", None, 1), rule("https://a.example", None, 2)];
        assert!(told(&one_issuer[0], &one_issuer).is_empty(), "one issuer means one person");
    }

    #[test]
    fn workspaces_that_two_issuers_may_name_are_told() {
        let with = |prefix: &str, workspace: &str, at| {
            let mut rule = rule(&format!("https://{prefix}.example"), Some(prefix), at);
            rule.settings.workspace = Template::parse(workspace).ok();
            rule
        };
        let both = [with("a:", "org", 1), with("b:", "org", 2)];
        let told_of = told(&both[0], &both);
        assert!(told_of.len() == 1 && told_of[0].contains("open the same workspaces"), "{told_of:?}");
        let apart = [with("a:", "a:{org}", 1), with("b:", "b:{org}", 2)];
        assert!(told(&apart[0], &apart).is_empty());
        let mut one_issuer = [with("a:", "org", 1), with("a:", "org", 2)];
        assert!(told(&one_issuer[0], &one_issuer).is_empty());
        one_issuer[1].settings.workspace = None;
        assert_eq!(told(&one_issuer[0], &one_issuer).len(), 1, "a claim can say `a:ann`, who is a user");
    }

    #[test]
    fn a_workspace_beside_the_users_own_ones_is_told() {
        let mut settings = settings("https://i.example");
        let before = settings.clone();
        settings.workspace = Template::parse("org").ok();
        assert!(of_settings(&settings).is_empty() && of_change(&settings, &before).is_none());
        settings.workspace_fallback = Fallback::Sub;
        assert_eq!(of_settings(&settings), [Warning::OwnWorkspace]);
        assert_eq!(of_change(&settings, &before), Some(Warning::MovedWorkspaces));
        assert_eq!(of_change(&settings, &settings), None);
        settings.personal = Personal::AsUser;
        assert_eq!(of_settings(&settings), [Warning::MixedWorkspaces]);
        assert_eq!(of_change(&settings, &before), None, "they are called as before");
    }

    #[test]
    fn many_rules_make_one_sentence() {
        assert_eq!(listed(&["A"]), "“A”");
        assert_eq!(listed(&["A", "B", "C"]), "“A”, “B” and “C”");
        assert_eq!(listed(&["A", "B", "C", "D"]), "“A”, “B”, “C” and 1 other");
        assert_eq!(listed(&["A\u{1b}"; 9]), r"“A\u{1b}”, “A\u{1b}”, “A\u{1b}” and 6 others");
    }
}
