//! The rules for what operators write about themselves.

use serde_json::value::RawValue;

use super::model::Email;
use super::password::Password;
use crate::error::Error;
use crate::http::fields::Fields;
use crate::rules::{self, Broken};

/// An e-mail address.
///
/// # Errors
/// [`Broken`].
pub fn email_rule(raw: &RawValue) -> Result<Email, Broken> {
    let text = rules::text(1, 254)(raw)?;
    Email::parse(&text).ok_or_else(|| Broken::new("invalid_format", "must be an e-mail address"))
}

/// Reads a new password that is not made of what is known of the operator.
pub fn new_password(
    fields: &mut Fields<'_>,
    member: &str,
    name: Option<&str>,
    email: Option<&Email>,
) -> Option<Password> {
    let own: Vec<&str> = name.into_iter().chain(email.map(Email::as_str)).collect();
    fields.required(member, |raw| Password::new(&rules::string(raw)?, &own))
}

/// The refusal of a password that was to prove who asks.
pub fn wrong_password(member: &str) -> Error {
    Error::invalid(vec![Broken::new("custom", "is not your password").into_issue(member)])
}
