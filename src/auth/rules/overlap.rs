//! Where two rules of a project can give one user id, or one workspace, to two people. Pure.
//!
//! All that is known of an id before any token has come is what it begins with: the user prefix, or the text
//! before a template's first placeholder. Ids are certain to differ when neither beginning begins with the
//! other; a rule that puts nothing before its ids can meet every other.

use std::borrow::Cow;

use super::claims::Template;
use super::model::{AuthRule, KeySource, Settings};

/// How the users of a rule can meet those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserOverlap {
    /// Both put the same before a user id.
    Same,
    /// The other rule's prefix is the beginning of this one's: its users can be called as this rule's are.
    Longer,
    /// This rule's prefix is the beginning of the other's: its own users can be called as the other's are.
    Shorter,
}

/// How users can meet; `None` when they cannot, or when both rules read one issuer's users alike.
pub fn of_users(own: &Settings, other: &Settings) -> Option<UserOverlap> {
    if is_one_source(own, other) && reading_of_user(own) == reading_of_user(other) {
        return None;
    }
    let (prefix, others) = (prefix(own), prefix(other));
    if prefix == others {
        Some(UserOverlap::Same)
    } else if prefix.starts_with(others) {
        Some(UserOverlap::Longer)
    } else {
        others.starts_with(prefix).then_some(UserOverlap::Shorter)
    }
}

/// Whether a workspace of the one can be called as one of the other. Where both are the users' own, users meet,
/// and [`of_users`] tells.
pub fn of_workspaces(own: &Settings, other: &Settings) -> bool {
    let is_one_source = is_one_source(own, other);
    let of_other = spaces(other);
    let is_open = |one: &Space<'_>, other: &Space<'_>| {
        let is_alike = is_one_source && one == other;
        !is_alike && !one.differs_by_user_alone(other) && one.can_meet(other)
    };
    spaces(own).iter().any(|space| of_other.iter().any(|others| is_open(space, others)))
}

/// A rule whose user prefix is the beginning of that of these settings, or begins with it: a user named by the
/// one could be named by the other, and nobody means that. Not told of a prefix that was there before.
pub fn refused_prefix<'r>(
    settings: &Settings,
    own: Option<&AuthRule>,
    all: &'r [AuthRule],
) -> Option<&'r AuthRule> {
    let is_kept = own.is_some_and(|own| own.settings.user_prefix == settings.user_prefix);
    if settings.user_prefix.is_none() || is_kept {
        return None;
    }
    others(own, all).find(|other| {
        other.settings.user_prefix.is_some()
            && prefix(&other.settings) != prefix(settings)
            && meet(prefix(&other.settings), prefix(settings))
    })
}

/// The rules but for the one that is looked at.
pub fn others<'r>(own: Option<&AuthRule>, all: &'r [AuthRule]) -> impl Iterator<Item = &'r AuthRule> {
    all.iter().filter(move |other| own.is_none_or(|own| own.id != other.id))
}

/// Whether two rules take tokens of one issuer: what a claim says is then said of the same person. Where two
/// key sets sign under one issuer's name (the default of some servers), they are two.
fn is_one_source(one: &Settings, other: &Settings) -> bool {
    let are_two_sets = match (&one.keys, &other.keys) {
        (KeySource::KeySet(one), KeySource::KeySet(other)) => one != other,
        _ => false,
    };
    one.issuer == other.issuer && !are_two_sets
}

fn prefix(settings: &Settings) -> &str {
    settings.user_prefix.as_deref().unwrap_or_default()
}

/// Two texts of which one begins with the other.
fn meet(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// How a rule reads a user.
fn reading_of_user(settings: &Settings) -> (&str, &str) {
    (&settings.user_claim, prefix(settings))
}

/// Workspaces that a rule can open.
#[derive(PartialEq, Eq)]
enum Space<'s> {
    /// The users' own: what stands before the user id, and how that is read.
    Own { marker: &'static str, user: (&'s str, &'s str) },
    /// Those that claims name.
    Claimed(&'s Template),
}

impl Space<'_> {
    /// What the names of all of them begin with.
    fn beginning(&self) -> Cow<'_, str> {
        match self {
            Self::Own { marker: "", user: (_, prefix) } => Cow::Borrowed(prefix),
            Self::Own { marker, user: (_, prefix) } => Cow::Owned(format!("{marker}{prefix}")),
            Self::Claimed(template) => Cow::Borrowed(template.beginning()),
        }
    }

    fn can_meet(&self, other: &Self) -> bool {
        meet(&self.beginning(), &other.beginning())
    }

    fn differs_by_user_alone(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Own { marker: one, .. }, Self::Own { marker: other, .. }) => one == other,
            _ => false,
        }
    }
}

fn spaces(settings: &Settings) -> Vec<Space<'_>> {
    let marker = settings.personal_prefix().unwrap_or_default();
    let own = Space::Own { marker, user: reading_of_user(settings) };
    match &settings.workspace {
        None => vec![own],
        Some(template) if settings.mixes_workspaces() => vec![Space::Claimed(template), own],
        Some(template) => vec![Space::Claimed(template)],
    }
}
