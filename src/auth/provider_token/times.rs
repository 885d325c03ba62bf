//! When a provider token is good (RFC 7519 §4.1.4 to §4.1.6).

use crate::auth::jwt::Unverified;
use crate::auth::workspace_token::not_valid;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::json::kind;

/// Checks the times and returns the end, in seconds. `exp` is mandatory and has no tolerance; `nbf` and
/// `iat` may be that many seconds ahead, for issuers whose clock is.
///
/// # Errors
/// 401 when the time is over or has not come, 403 when a time is missing or no number: a time that
/// cannot be read is never taken for one that holds.
pub fn check(jwt: &Unverified<'_>, now: Timestamp, tolerance_secs: u32) -> Result<i64> {
    let payload = jwt.payload();
    let now = now.millis() as f64 / 1000.0;
    let latest = now + f64::from(tolerance_secs);
    let no_number = |name: &str| {
        // A number beyond what a double holds is none.
        let found = match payload.raw(name).map(kind) {
            Some("a number") => "is too great a number".into(),
            _ => payload.is_instead(name, "a number"),
        };
        not_valid().with_help(format!("The token's {name} {found}"))
    };
    let exp = payload.number("exp").ok_or_else(|| no_number("exp"))?;
    if exp <= now {
        return Err(Error::unauthenticated("JWT token has expired"));
    }
    let optional = |name: &str| match payload.has(name) {
        true => payload.number(name).map(Some).ok_or_else(|| no_number(name)),
        false => Ok(None),
    };
    if optional("nbf")?.is_some_and(|nbf| nbf > latest) {
        return Err(Error::unauthenticated("JWT token is not yet valid"));
    }
    if optional("iat")?.is_some_and(|iat| iat > latest) {
        return Err(not_valid().with_help("The token's iat is in the future"));
    }
    // A conversion from floating point stops at the ends of the type.
    Ok(exp.floor() as i64)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// 1,000 seconds after 1970.
    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn outcome(payload: &str) -> Result<i64, String> {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        let jwt = Unverified::decode(&token).unwrap();
        check(&jwt, NOW, 10).map_err(|error| error.code().to_owned())
    }

    const EXPIRED: &str = "JWT token has expired";
    const EARLY: &str = "JWT token is not yet valid";
    const NOT_VALID: &str = "JWT token is not valid";

    #[test]
    fn t114_the_end_is_exact() {
        assert_eq!(outcome(r#"{"exp":999}"#), Err(EXPIRED.into()));
        assert_eq!(outcome(r#"{"exp":1000}"#), Err(EXPIRED.into()));
        assert_eq!(outcome(r#"{"exp":1001}"#), Ok(1001));
    }

    #[test]
    fn t115_t116_odd_ends_are_refused_and_great_ones_capped() {
        for exp in ["null", "\"9999999999\"", "[2000]", "true", "{}", "1e400"] {
            assert_eq!(outcome(&format!(r#"{{"exp":{exp}}}"#)), Err(NOT_VALID.into()), "{exp}");
        }
        assert_eq!(outcome("{}"), Err(NOT_VALID.into()));
        for exp in ["-1", "0"] {
            assert_eq!(outcome(&format!(r#"{{"exp":{exp}}}"#)), Err(EXPIRED.into()), "{exp}");
        }
        assert_eq!(outcome(r#"{"exp":1000.5}"#), Ok(1000));
        assert_eq!(outcome(r#"{"exp":9007199254740993}"#), Ok(9_007_199_254_740_992));
        assert_eq!(outcome(r#"{"exp":1e300}"#), Ok(i64::MAX));
    }

    #[test]
    fn a_time_of_another_type_is_told_as_what_it_is() {
        let told = |payload: &str| {
            let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
            check(&Unverified::decode(&token).unwrap(), NOW, 10).unwrap_err().message().to_owned()
        };
        assert_eq!(told("{}"), "The token's exp is missing");
        assert_eq!(told(r#"{"exp":"2000"}"#), "The token's exp is a string, not a number");
        assert_eq!(told(r#"{"exp":1e400}"#), "The token's exp is too great a number");
        assert_eq!(told(r#"{"exp":2000,"nbf":null}"#), "The token's nbf is null, not a number");
        assert_eq!(told(r#"{"exp":2000,"iat":[1]}"#), "The token's iat is a list, not a number");
    }

    #[test]
    fn t117_t118_the_start_has_ten_seconds_of_tolerance() {
        let with = |claim: &str| outcome(&format!(r#"{{"exp":2000,{claim}}}"#));
        assert_eq!(with(r#""nbf":1003"#), Ok(2000));
        assert_eq!(with(r#""nbf":1010"#), Ok(2000));
        assert_eq!(with(r#""nbf":1030"#), Err(EARLY.into()));
        assert_eq!(with(r#""nbf":"900""#), Err(NOT_VALID.into()));
        assert_eq!(with(r#""nbf":null"#), Err(NOT_VALID.into()));
        assert_eq!(with(r#""iat":1010"#), Ok(2000));
        assert_eq!(with(r#""iat":4600"#), Err(NOT_VALID.into()));
        assert_eq!(with(r#""iat":"900""#), Err(NOT_VALID.into()));
    }
}
