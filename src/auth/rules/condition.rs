//! What a token must also say for a rule to match it.

use serde_json::value::RawValue;

use super::claims::Template;
use crate::auth::jwt::Claims;
use crate::rules::characters;

/// `claim = value` or `claim != value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    text: String,
    claim: Template,
    is_wanted: bool,
    value: String,
}

/// Why a text is no condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be `claim = value` or `claim != value`, at most 255 characters")]
pub struct BadCondition;

impl Condition {
    /// Reads a condition. The claim has the forms of [`Template`].
    ///
    /// # Errors
    /// [`BadCondition`].
    pub fn parse(text: &str) -> Result<Self, BadCondition> {
        if characters(text) > 255 {
            return Err(BadCondition);
        }
        let (claim, value, is_wanted) = match text.split_once("!=") {
            Some((claim, value)) => (claim, value, false),
            None => text.split_once('=').map(|(claim, value)| (claim, value, true)).ok_or(BadCondition)?,
        };
        let (claim, value) = (claim.trim(), value.trim());
        let claim = Template::parse(claim).map_err(|_| BadCondition)?;
        if value.is_empty() || value.contains('\0') {
            return Err(BadCondition);
        }
        let sign = if is_wanted { "=" } else { "!=" };
        let text = format!("{} {sign} {value}", claim.as_str());
        Ok(Self { text, claim, is_wanted, value: value.to_owned() })
    }

    /// The condition as it is shown.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a token meets it. Strings compare by their value, other scalars as they are written
    /// (`true`); a claim that is not there, an object and a list equal nothing.
    pub fn is_met(&self, claims: &Claims<'_>) -> bool {
        self.equals(claims) == self.is_wanted
    }

    fn equals(&self, claims: &Claims<'_>) -> bool {
        let is_boolean = |raw: &&RawValue| matches!(raw.get(), "true" | "false");
        match self.claim.read(claims) {
            Ok(found) => found == self.value,
            Err(_) => self.claim.raw(claims).filter(is_boolean).is_some_and(|raw| raw.get() == self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_met(condition: &str, payload: &str) -> bool {
        Condition::parse(condition).unwrap().is_met(&Claims::of(payload))
    }

    #[test]
    fn t142_conditions_compare_scalars() {
        assert!(is_met("token_use = id", r#"{"token_use":"id"}"#));
        assert!(!is_met("token_use = id", r#"{"token_use":"access"}"#));
        assert!(!is_met("token_use = id", "{}"));
        assert!(is_met("email_verified = true", r#"{"email_verified":true}"#));
        assert!(is_met("email_verified=true", r#"{"email_verified":"true"}"#));
        assert!(!is_met("email_verified = true", r#"{"email_verified":false}"#));
        assert!(is_met("sts != pending", "{}"));
        assert!(is_met("sts != pending", r#"{"sts":"active"}"#));
        assert!(!is_met("sts != pending", r#"{"sts":"pending"}"#));
        assert!(is_met("{a.b} = true", r#"{"a":{"b":true}}"#));
        assert!(is_met("{a.b} = 1", r#"{"a":{"b":1}}"#));
        assert!(!is_met("aud = x", r#"{"aud":["x"]}"#));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "a", "=", "a =", "= b", "a !=", "{a = b"] {
            assert_eq!(Condition::parse(text), Err(BadCondition), "{text}");
        }
        assert_eq!(Condition::parse("  a  !=  b c ").unwrap().as_str(), "a != b c");
    }
}
