//! Keys, and how long they are good for.

use crate::auth::api_key::{Hash, draw, hash};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::error::Result;
use crate::id::{ApiKeyId, Ids, ProjectId};

/// A key as a request needs it.
#[derive(Clone, Debug)]
pub struct KnownKey {
    /// Its handle.
    pub id: ApiKeyId,
    /// What operators call it.
    pub name: String,
    /// The project it reaches.
    pub project: ProjectId,
    /// From when on it is refused; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, as far as was known when it was read.
    pub last_used_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

impl KnownKey {
    /// Whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A key as operators see it.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Its handle.
    pub id: ApiKeyId,
    /// What operators call it.
    pub name: String,
    /// The last characters of its text.
    pub suffix: String,
    /// From when on it is refused; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to within a few minutes.
    pub last_used_at: Option<Timestamp>,
}

/// A key to store. Its text is not part of it.
#[derive(Clone)]
pub struct NewApiKey {
    /// Its handle.
    pub id: ApiKeyId,
    /// The project it reaches.
    pub project: ProjectId,
    /// What operators call it.
    pub name: String,
    /// SHA-256 of its text.
    pub hash: Hash,
    /// The last 4 characters of its text.
    pub suffix: String,
    /// From when on it is refused; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl NewApiKey {
    /// Draws a key for a project; the secret is its text, which is shown once and stored nowhere.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn draw(
        ids: &Ids,
        project: ProjectId,
        name: String,
        expiry: Expiry,
        now: Timestamp,
    ) -> Result<(Self, Secret)> {
        let secret = draw(ids, &project)?;
        let text = secret.reveal();
        let new = Self {
            id: ids.next(now)?,
            project,
            name,
            hash: hash(text),
            suffix: text[text.len() - SUFFIX..].to_owned(),
            expires_at: expiry.end(now),
            created_at: now,
        };
        Ok((new, secret))
    }
}

/// How many characters of a key's text stay known.
const SUFFIX: usize = 4;

/// How long a key may be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// For ever.
    Never,
    /// So many days.
    Days(u16),
}

impl Expiry {
    /// The choices, as they are written.
    pub const CHOICES: [&'static str; 5] = ["never", "7d", "30d", "90d", "365d"];

    /// Reads one of the choices.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "never" => Some(Self::Never),
            _ if Self::CHOICES.contains(&text) => {
                text.strip_suffix('d').and_then(|days| days.parse().ok()).map(Self::Days)
            }
            _ => None,
        }
    }

    /// When a key that is made now ends.
    pub fn end(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::Days(days) => Some(now.plus_millis(i64::from(days) * 24 * 60 * 60 * 1000)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_choices_are_expiries() {
        let now = Timestamp::from_millis(0);
        let end = |text| Expiry::parse(text).map(|expiry| expiry.end(now).map(Timestamp::millis));
        assert_eq!(end("never"), Some(None));
        assert_eq!(end("7d"), Some(Some(604_800_000)));
        for text in ["", "7", "8d", "1y", "-7d"] {
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn t163_a_key_ends_at_its_very_time() {
        let key = |expires_at| KnownKey {
            name: "key".into(),
            id: ApiKeyId::named("key_0"),
            project: ProjectId::parse("proj_000000000000").unwrap(),
            expires_at,
            last_used_at: None,
        };
        let at = Timestamp::from_millis(5);
        assert!(key(Some(at)).is_expired(at));
        assert!(!key(Some(at)).is_expired(Timestamp::from_millis(4)));
        assert!(!key(None).is_expired(at));
    }
}
