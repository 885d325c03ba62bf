//! Anonymous visitors: their sessions, and the threads they take along when they sign in.
//!
//! Not here: what a workspace token is (`auth`).

pub mod limits;
pub mod routes;
pub mod store;

use crate::auth::api_key::{Hash, hash};
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::id::{Ids, NoRandomness};

/// What a refresh token begins with.
const PREFIX: &str = "refresh_0";

/// Random characters of a refresh token: 256 bits.
const DIGITS: usize = 43;

/// How long a refresh token is good for after its last use.
pub const LIFETIME_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// The secret that stands for a visitor's identity.
#[derive(Clone, Debug)]
pub struct RefreshToken(Secret);

impl RefreshToken {
    /// Draws a new one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn draw(ids: &Ids) -> Result<Self, NoRandomness> {
        Ok(Self(Secret::new(format!("{PREFIX}{}", ids.secret(DIGITS)?))))
    }

    /// Takes a text that has the right prefix.
    ///
    /// # Errors
    /// 403 `Invalid refresh token format`.
    pub fn parse(text: String) -> Result<Self> {
        if text.starts_with(PREFIX) {
            Ok(Self(Secret::new(text)))
        } else {
            Err(Error::forbidden("Invalid refresh token format"))
        }
    }

    /// What the database holds in its place.
    pub fn hash(&self) -> Hash {
        hash(self.0.reveal())
    }

    /// The text, for its owner.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// The refusal of a refresh token that is of no live session.
pub fn invalid_refresh_token() -> Error {
    Error::forbidden("Invalid refresh token")
}

/// The refusal of visitors where they are not wanted.
pub fn not_allowed() -> Error {
    Error::forbidden("Anonymous access is not allowed")
        .with_help("Anonymous access is switched off for this project: sign in")
}
