//! The rules for what operators write about themselves.

use serde_json::value::RawValue;

use super::model::Email;
use super::password::Password;
use crate::error::Error;
use crate::rules::{self, Broken};

/// An e-mail address.
///
/// # Errors
/// [`Broken`].
pub fn email_rule(raw: &RawValue) -> Result<Email, Broken> {
    let text = rules::text(1, 254)(raw)?;
    Email::parse(&text).ok_or_else(|| Broken::new("invalid_format", "must be an e-mail address"))
}

/// A new password.
///
/// # Errors
/// [`Broken`].
pub fn password_rule(raw: &RawValue) -> Result<Password, Broken> {
    Password::new(&rules::secret(raw)?)
}

/// The refusal of a password that was to prove who asks.
pub fn wrong_password(member: &str) -> Error {
    Error::invalid(vec![Broken::new("custom", "is not your password").into_issue(member)])
}
