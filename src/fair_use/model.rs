//! The limits of a project, and for whom they are.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::error::Step;
use crate::json::Members;
use crate::rules::{self, Broken};

/// A kind of caller with limits of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// An anonymous visitor.
    Visitors,
    /// A user with a token, an auth provider's or one that a backend asked for.
    Users,
    /// A backend with an API key, whomever it acts for.
    Keys,
}

impl Party {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Visitors, Self::Users, Self::Keys];

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Visitors => "visitors",
            Self::Users => "users",
            Self::Keys => "keys",
        }
    }

    /// The one of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|party| party.name() == text)
    }
}

/// One of the things that are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Threads that a user creates in a minute.
    UserThreads,
    /// Messages that a user writes in a minute.
    UserMessages,
    /// Threads that are created in a workspace in a minute.
    WorkspaceThreads,
    /// Messages that are written in a workspace in a minute.
    WorkspaceMessages,
    /// Bytes that a workspace holds.
    WorkspaceBytes,
    /// Client libraries that a user names in a UTC day.
    UserSdks,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::UserThreads,
        Self::UserMessages,
        Self::WorkspaceThreads,
        Self::WorkspaceMessages,
        Self::WorkspaceBytes,
        Self::UserSdks,
    ];

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::UserThreads => "user_threads_per_minute",
            Self::UserMessages => "user_messages_per_minute",
            Self::WorkspaceThreads => "workspace_threads_per_minute",
            Self::WorkspaceMessages => "workspace_messages_per_minute",
            Self::WorkspaceBytes => "workspace_stored_bytes",
            Self::UserSdks => "user_sdks_per_day",
        }
    }

    /// The one of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.name() == text)
    }

    /// The highest number that it can be set to.
    pub fn max(self) -> u64 {
        match self {
            Self::UserThreads | Self::UserMessages | Self::WorkspaceThreads | Self::WorkspaceMessages => {
                100_000
            }
            Self::WorkspaceBytes => 1 << 50,
            // Those of every user of a day are remembered.
            Self::UserSdks => 100,
        }
    }
}

/// The limits of one kind of caller; null is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Limits {
    /// Threads that each user may create in a minute: as many at once, then evenly.
    #[schema(required, maximum = 100_000)]
    pub user_threads_per_minute: Option<u64>,
    /// Messages that each user may write in a minute: as many at once, then evenly. A reply that is written
    /// under a run lease counts once.
    #[schema(required, maximum = 100_000)]
    pub user_messages_per_minute: Option<u64>,
    /// Threads that may be created in each workspace in a minute. A visitor's workspace is theirs alone.
    #[schema(required, maximum = 100_000)]
    pub workspace_threads_per_minute: Option<u64>,
    /// Messages that may be written in each workspace in a minute.
    #[schema(required, maximum = 100_000)]
    pub workspace_messages_per_minute: Option<u64>,
    /// Bytes that each workspace may hold: content of messages, metadata of threads, and 1 KiB for each of both.
    #[schema(required)]
    pub workspace_stored_bytes: Option<u64>,
    /// Client libraries of each user that are noted in a UTC day; further ones are ignored.
    #[schema(required, maximum = 100)]
    pub user_sdks_per_day: Option<u64>,
}

impl Limits {
    /// The number that is set, if there is one.
    pub fn get(&self, limit: Limit) -> Option<u64> {
        let mut copy = *self;
        *copy.slot(limit)
    }

    fn slot(&mut self, limit: Limit) -> &mut Option<u64> {
        match limit {
            Limit::UserThreads => &mut self.user_threads_per_minute,
            Limit::UserMessages => &mut self.user_messages_per_minute,
            Limit::WorkspaceThreads => &mut self.workspace_threads_per_minute,
            Limit::WorkspaceMessages => &mut self.workspace_messages_per_minute,
            Limit::WorkspaceBytes => &mut self.workspace_stored_bytes,
            Limit::UserSdks => &mut self.user_sdks_per_day,
        }
    }
}

/// The limits of everybody who writes in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct FairUse {
    /// Of anonymous visitors.
    pub visitors: Limits,
    /// Of users who have signed in.
    pub users: Limits,
    /// Of backends with an API key, for each user and workspace that they act for.
    pub keys: Limits,
}

impl Default for FairUse {
    /// Visitors have room for whatever a person does with a chat; everybody else is trusted.
    fn default() -> Self {
        let visitors = Limits {
            user_threads_per_minute: Some(30),
            user_messages_per_minute: Some(120),
            workspace_stored_bytes: Some(256 * 1024 * 1024),
            user_sdks_per_day: Some(32),
            ..Limits::default()
        };
        Self { visitors, users: Limits::default(), keys: Limits::default() }
    }
}

impl FairUse {
    /// The limits of one kind of caller.
    pub fn of(&self, party: Party) -> &Limits {
        match party {
            Party::Visitors => &self.visitors,
            Party::Users => &self.users,
            Party::Keys => &self.keys,
        }
    }

    /// The limits that are set.
    pub fn settings(&self) -> impl Iterator<Item = Setting> {
        let of_party = |party: Party| {
            let limits = *self.of(party);
            Limit::ALL.into_iter().filter_map(move |limit| {
                let value = Some(limits.get(limit)?);
                Some(Setting { party, limit, value })
            })
        };
        Party::ALL.into_iter().flat_map(of_party)
    }

    /// The limits after a change.
    #[must_use]
    pub fn with(mut self, change: &FairUseChange) -> Self {
        for Setting { party, limit, value } in &change.0 {
            let limits = match party {
                Party::Visitors => &mut self.visitors,
                Party::Users => &mut self.users,
                Party::Keys => &mut self.keys,
            };
            *limits.slot(*limit) = *value;
        }
        self
    }
}

/// One limit, set to a number or lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// For whom.
    pub party: Party,
    /// Which.
    pub limit: Limit,
    /// The number; `None` lifts it.
    pub value: Option<u64>,
}

/// Limits to change, in this order; all others stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FairUseChange(pub Vec<Setting>);

/// Reads what to change of one kind of caller's limits: numbers, and `null` to lift one.
pub fn limits_rule(party: Party) -> impl Fn(&RawValue) -> Result<Vec<Setting>, Broken> {
    move |raw| {
        let members = Members::parse(raw.get());
        let Members(members) = members.map_err(|_| Broken::new("invalid_type", "must be an object"))?;
        let setting = |(name, value): (std::borrow::Cow<'_, str>, &RawValue)| {
            let at = |broken: Broken| broken.at(Step::Member(name.to_string()));
            let limit =
                Limit::parse(&name).ok_or_else(|| at(Broken::new("unrecognized_keys", "is not a limit")))?;
            let value = rules::or_null(number(limit))(value).map_err(at)?;
            Ok(Setting { party, limit, value })
        };
        members.into_iter().map(setting).collect()
    }
}

fn number(limit: Limit) -> impl Fn(&RawValue) -> Result<u64, Broken> {
    move |raw| {
        let max = i64::try_from(limit.max()).unwrap_or(i64::MAX);
        // The rule lets nothing below zero through.
        rules::integer(0, max)(raw).map(i64::unsigned_abs)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Result<Vec<Setting>, (&'static str, String)> {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        limits_rule(Party::Users)(&raw).map_err(|broken| {
            let issue = broken.into_issue("users");
            (issue.code, issue.message)
        })
    }

    #[test]
    fn visitors_alone_are_limited_until_somebody_says_otherwise() {
        let fair_use = FairUse::default();
        assert_eq!(fair_use.of(Party::Visitors).get(Limit::UserThreads), Some(30));
        assert_eq!(fair_use.of(Party::Visitors).get(Limit::UserMessages), Some(120));
        assert_eq!(fair_use.of(Party::Visitors).get(Limit::WorkspaceBytes), Some(268_435_456));
        for party in [Party::Users, Party::Keys] {
            assert!(Limit::ALL.iter().all(|limit| fair_use.of(party).get(*limit).is_none()));
        }
    }

    #[test]
    fn what_is_stored_by_an_older_version_keeps_its_meaning() {
        let stored: FairUse = serde_json::from_str(r#"{"users":{"user_threads_per_minute":5}}"#).unwrap();
        assert_eq!(stored.visitors, FairUse::default().visitors);
        assert_eq!(stored.users.user_threads_per_minute, Some(5));
    }

    #[test]
    fn a_refusal_names_the_limit() {
        let limits = read(r#"{"user_threads_per_minute":0,"workspace_stored_bytes":null}"#).unwrap();
        assert_eq!(limits.iter().map(|setting| setting.value).collect::<Vec<_>>(), [Some(0), None]);
        for (json, code, message) in [
            ("[]", "invalid_type", "users must be an object"),
            (r#"{"x":1}"#, "unrecognized_keys", "users.x is not a limit"),
            (
                r#"{"user_threads_per_minute":-1}"#,
                "too_small",
                "users.user_threads_per_minute must be a whole number from 0 to 100000",
            ),
            (
                r#"{"user_sdks_per_day":101}"#,
                "too_big",
                "users.user_sdks_per_day must be a whole number from 0 to 100",
            ),
            (
                r#"{"user_messages_per_minute":"9"}"#,
                "invalid_type",
                "users.user_messages_per_minute must be a whole number from 0 to 100000",
            ),
        ] {
            assert_eq!(read(json), Err((code, message.to_owned())));
        }
    }

    fn setting() -> impl Strategy<Value = Setting> {
        let (party, limit) = (prop::sample::select(&Party::ALL[..]), prop::sample::select(&Limit::ALL[..]));
        let value = prop::option::of(0_u64..1_000);
        (party, limit, value).prop_map(|(party, limit, value)| Setting { party, limit, value })
    }

    proptest! {
        #[test]
        fn a_change_sets_what_it_names_and_nothing_else(
            settings in prop::collection::vec(setting(), 0..20),
        ) {
            let before = FairUse::default();
            let after = before.with(&FairUseChange(settings.clone()));
            for party in Party::ALL {
                for limit in Limit::ALL {
                    let last = settings.iter().rev().find(|set| (set.party, set.limit) == (party, limit));
                    let expected = last.map_or(before.of(party).get(limit), |set| set.value);
                    prop_assert_eq!(after.of(party).get(limit), expected);
                }
            }
            let stored = serde_json::to_string(&after).unwrap();
            prop_assert_eq!(serde_json::from_str::<FairUse>(&stored).unwrap(), after);
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        assert!(Party::ALL.iter().all(|party| Party::parse(party.name()) == Some(*party)));
        assert!(Limit::ALL.iter().all(|limit| Limit::parse(limit.name()) == Some(*limit)));
        let printed = serde_json::to_value(Limits::default()).unwrap();
        assert!(Limit::ALL.iter().all(|limit| printed.get(limit.name()).is_some()));
        assert_eq!(printed.as_object().unwrap().len(), Limit::ALL.len());
    }
}
