//! Who belongs to an organization, and as what.

use serde::{Deserialize, Serialize};

use crate::auth::api_key::{Hash, hash};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::id::{Ids, InvitationId, NoRandomness, OperatorId, OrganizationId};

/// What a member may do, from least to most.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads every page; sets up rules and keys.
    Member,
    /// Also changes origins, caps and members, erases users and reads the audit log.
    Admin,
    /// Also deletes projects and makes owners.
    Owner,
}

impl Role {
    /// Every role, from most to least.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    /// The text in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads the text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether somebody of this role may give a role to others and take it away: nobody makes their
    /// betters.
    pub fn may_grant(self, role: Self) -> bool {
        self >= Self::Admin && self >= role
    }
}

/// An organization with what it holds.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What it is called.
    pub name: String,
    /// How many members it has.
    pub members: i64,
    /// How many projects it has.
    pub projects: i64,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A member as others see them.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub operator: OperatorId,
    /// Their address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
}

/// Random characters of a link's secret: 256 bits.
const SECRET_DIGITS: usize = 43;

/// How long an invitation is good for, in milliseconds: 7 days.
const INVITATION_MS: i64 = 7 * 24 * 3600 * 1000;

/// Who makes an invitation.
#[derive(Clone, Debug)]
pub struct Inviter {
    /// The operator, whose right to invite is looked at again when it is stored; `None` is the command line.
    pub operator: Option<OperatorId>,
    /// What they are called.
    pub name: String,
}

/// An invitation to store. The token in its link is not part of it.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// Where to.
    pub organization: OrganizationId,
    /// SHA-256 of the token in the link.
    pub hash: Hash,
    /// As what.
    pub role: Role,
    /// Who alone may accept it; `None` for whoever has the link.
    pub email: Option<String>,
    /// Who made it.
    pub inviter: Inviter,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The secret in an invitation's link.
#[derive(Clone, Debug)]
pub struct InvitationToken(Secret);

impl InvitationToken {
    /// The link. The secret stands behind the `#`, so that no proxy or log sees it.
    pub fn link(&self, public_url: &str) -> String {
        format!("{public_url}/dashboard/invitation#{}", self.0.reveal())
    }
}

impl NewInvitation {
    /// Draws an invitation and the secret of its link.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn draw(
        ids: &Ids,
        organization: OrganizationId,
        role: Role,
        email: Option<String>,
        inviter: Inviter,
        now: Timestamp,
    ) -> Result<(Self, InvitationToken), NoRandomness> {
        let token = Secret::new(ids.secret(SECRET_DIGITS)?);
        let hash = hash(token.reveal());
        let new = Self { id: ids.next(now)?, organization, hash, role, email, inviter, created_at: now };
        Ok((new, InvitationToken(token)))
    }

    /// Until when it can be accepted.
    pub fn expires_at(&self) -> Timestamp {
        self.created_at.plus_millis(INVITATION_MS)
    }
}

/// A stored invitation.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Where to.
    pub organization: OrganizationId,
    /// What that organization is called.
    pub organization_name: String,
    /// As what.
    pub role: Role,
    /// Who alone may accept it; `None` for whoever has the link.
    pub email: Option<String>,
    /// What the inviting operator is called.
    pub invited_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// An organization as one of its members sees it.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The organization.
    pub organization: OrganizationId,
    /// What it is called.
    pub name: String,
    /// As what.
    pub role: Role,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_grants_more_than_they_are() {
        assert!(Role::Owner.may_grant(Role::Owner) && Role::Owner.may_grant(Role::Member));
        assert!(Role::Admin.may_grant(Role::Admin) && !Role::Admin.may_grant(Role::Owner));
        assert!(Role::ALL.iter().all(|role| !Role::Member.may_grant(*role)));
    }

    #[test]
    fn roles_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("Owner"), None);
    }
}
