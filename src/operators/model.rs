//! Operators and their sessions.

use crate::auth::api_key::Hash;
use crate::clock::Timestamp;
use crate::id::{OperatorId, SessionId};
use crate::rules::characters;

/// A person who signs in to the dashboard.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Their id.
    pub id: OperatorId,
    /// Their address, in lower case.
    pub email: Email,
    /// What they are called.
    pub name: String,
    /// Whether they can sign in with a password.
    pub has_password: bool,
    /// When they were created.
    pub created_at: Timestamp,
}

/// An operator to store.
#[derive(Clone, Debug)]
pub struct NewOperator {
    /// Their id.
    pub id: OperatorId,
    /// Their address.
    pub email: Email,
    /// What they are called.
    pub name: String,
    /// A PHC string; `None` for those who only sign in through an issuer.
    pub password_hash: Option<String>,
    /// The time.
    pub now: Timestamp,
}

impl From<&NewOperator> for Operator {
    fn from(new: &NewOperator) -> Self {
        Self {
            id: new.id.clone(),
            email: new.email.clone(),
            name: new.name.clone(),
            has_password: new.password_hash.is_some(),
            created_at: new.now,
        }
    }
}

/// An account at a single sign-on issuer.
#[derive(Clone, Debug)]
pub struct Identity {
    /// `iss` of its tokens.
    pub issuer: String,
    /// `sub` of its tokens.
    pub subject: String,
}

/// An e-mail address in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address. What a mail server would refuse but looks like an address is taken: nothing is
    /// ever sent there.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let is_proper = !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && characters(text) <= 254
            && text.chars().all(|c| !c.is_whitespace() && !c.is_control());
        is_proper.then(|| Self(text.to_lowercase()))
    }

    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How long a session lasts after its last use, in milliseconds: 14 days.
pub const IDLE_MS: i64 = 14 * 24 * 3600 * 1000;

/// How long a session lasts at the most, in milliseconds: 90 days.
pub const LIFETIME_MS: i64 = 90 * 24 * 3600 * 1000;

/// How far behind a session's last use may be on record, in milliseconds: 5 minutes.
pub const SEEN_PRECISION_MS: i64 = 5 * 60 * 1000;

/// How long a link to set a new password is good for, in milliseconds: 1 hour.
pub const RESET_MS: i64 = 3600 * 1000;

/// A session to store. The token in its cookie is not part of it.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id, safe to show.
    pub id: SessionId,
    /// SHA-256 of the token.
    pub hash: Hash,
    /// Whose.
    pub operator: OperatorId,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// Where it signed in from.
    pub address: Option<String>,
    /// The time.
    pub now: Timestamp,
}

/// A stored session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id, safe to show.
    pub id: SessionId,
    /// When the operator signed in.
    pub created_at: Timestamp,
    /// When it was last used, to within a few minutes.
    pub last_seen_at: Timestamp,
    /// When it ends unless it is used again.
    pub expires_at: Timestamp,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// Where it signed in from.
    pub address: Option<String>,
}

impl Session {
    /// When a session that is used now ends.
    pub fn next_end(created_at: Timestamp, now: Timestamp) -> Timestamp {
        now.plus_millis(IDLE_MS).min(created_at.plus_millis(LIFETIME_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_lower_case() {
        assert_eq!(Email::parse(" Ann@Example.COM "), Email::parse("ann@example.com"));
        for text in
            ["", "ann", "@example.com", "ann@", "ann@localhost", "a nn@example.com", "ann@.com", "a@b."]
        {
            assert_eq!(Email::parse(text), None, "{text}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(250))).is_none());
    }

    #[test]
    fn a_session_in_use_ends_after_its_lifetime() {
        let start = Timestamp::from_millis(0);
        assert_eq!(Session::next_end(start, start).millis(), IDLE_MS);
        let late = Timestamp::from_millis(LIFETIME_MS - 1);
        assert_eq!(Session::next_end(start, late).millis(), LIFETIME_MS);
    }
}
