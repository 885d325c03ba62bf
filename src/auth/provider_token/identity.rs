//! Who a verified provider token stands for: user, workspace and name.

use crate::auth::jwt::{Claims, Unverified};
use crate::auth::rules::claims::{NoValue, Template};
use crate::auth::rules::model::{Fallback, PERSONAL_PREFIX, Settings};
use crate::error::{Error, Result};
use crate::id::{InvalidId, UserId, WorkspaceId};
use crate::rules::display_name;

/// What a provider token says of its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The acting user.
    pub user: UserId,
    /// The acting workspace.
    pub workspace: WorkspaceId,
    /// What people call the user.
    pub name: Option<String>,
    /// The token's end, in seconds since 1970.
    pub expires_at: i64,
}

/// Reads user, workspace and name as the rule says. A name never causes a refusal.
///
/// # Errors
/// Steps 9 and 10 of the order of verification.
pub fn read(settings: &Settings, jwt: &Unverified<'_>, expires_at: i64) -> Result<Identity> {
    let claims = jwt.payload();
    let user = read_user(settings, &claims)?;
    let workspace = read_workspace(settings, &claims, &user)?;
    let name = settings.name_claim.as_ref().and_then(|template| read_name(template, &claims));
    Ok(Identity { user, workspace, name, expires_at })
}

fn read_user(settings: &Settings, claims: &Claims<'_>) -> Result<UserId> {
    let invalid = |reason: InvalidId| Error::forbidden(format!("JWT sub is not a valid user ID: {reason}"));
    let claim = &settings.user_claim;
    let sub = claims.string(claim).ok_or_else(|| no_user(claim, claims))?;
    // Checked without the prefix too: it must not make an id of nothing.
    let user = UserId::parse_foreign(&sub).map_err(invalid)?;
    match &settings.user_prefix {
        Some(prefix) => UserId::parse_foreign(&format!("{prefix}{user}")).map_err(invalid),
        None => Ok(user),
    }
}

/// The refusal of a token whose user claim is no text.
fn no_user(claim: &str, claims: &Claims<'_>) -> Error {
    let found = claims.is_instead(claim, "a string");
    Error::forbidden("JWT payload is missing sub")
        .with_help(format!("The token's `{}`, which the rule takes for the user ID, {found}", shown(claim)))
}

fn read_workspace(settings: &Settings, claims: &Claims<'_>, user: &UserId) -> Result<WorkspaceId> {
    let Some(template) = &settings.workspace else { return Ok(WorkspaceId::of_user(user)) };
    let invalid = |reason: InvalidId| {
        let text = format!("JWT {} is not a valid workspace ID: {reason}", template.as_str());
        Error::forbidden(text)
    };
    match template.read(claims) {
        Ok(value) if settings.personal_prefix().is_some_and(|prefix| value.starts_with(prefix)) => {
            Err(invalid(InvalidId::Reserved).with_help(format!(
                "The token's workspace begins with `{PERSONAL_PREFIX}`, as only the users' own ones do"
            )))
        }
        Ok(value) => WorkspaceId::parse_foreign(&value).map_err(invalid),
        Err(NoValue::Absent) if settings.workspace_fallback == Fallback::Sub => {
            own_workspace(settings, user).map_err(invalid)
        }
        Err(NoValue::Absent) => Err(invalid(InvalidId::Length).with_help(format!(
            "The token lacks `{}`, which the rule takes for the workspace",
            shown(template.as_str())
        ))),
        Err(NoValue::Kind(kind)) => Err(invalid(InvalidId::Length).with_help(format!(
            "`{}` must be a string or an integer, and the token has {kind} there",
            shown(template.as_str())
        ))),
        Err(NoValue::Separator) => Err(invalid(InvalidId::Length).with_help(format!(
            "The token has a value for `{}` that holds a character which separates placeholders",
            shown(template.as_str())
        ))),
    }
}

/// The workspace that is the user's own, where claims name those of others.
fn own_workspace(settings: &Settings, user: &UserId) -> Result<WorkspaceId, InvalidId> {
    match settings.personal_prefix() {
        Some(prefix) => WorkspaceId::parse_foreign(&format!("{prefix}{user}")),
        None => Ok(WorkspaceId::of_user(user)),
    }
}

fn read_name(template: &Template, claims: &Claims<'_>) -> Option<String> {
    display_name(&template.read_text(claims).ok()?)
}

/// A text of a token or setting in a sentence: short, and without anything that a terminal obeys.
pub fn shown(text: &str) -> String {
    const MAX: usize = 200;
    let cut: String = text.chars().take(MAX).collect();
    let dots = if text.chars().count() > MAX { "…" } else { "" };
    let visible: String = cut
        .chars()
        .flat_map(|c| {
            if c.is_control() || is_invisible(c) { c.escape_unicode().collect::<Vec<_>>() } else { vec![c] }
        })
        .collect();
    format!("{visible}{dots}")
}

/// Marks that change the direction of text, or show as nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::auth::rules::model::{AuthRule, KeySource, Personal};
    use crate::auth::rules::warning::beside;
    use crate::clock::Timestamp;
    use crate::id::AuthRuleId;

    fn settings() -> Settings {
        let name_claim = Template::parse("name").ok();
        Settings { name_claim, ..Settings::new("rule", "custom", KeySource::Discovery) }
    }

    fn read_with(settings: &Settings, payload: &str) -> Result<Identity, String> {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        read(settings, &Unverified::decode(&token).unwrap(), 9).map_err(|error| error.code().to_owned())
    }

    #[test]
    fn t123_t124_t127_the_user_is_a_valid_id_of_the_providers_own() {
        for (payload, found) in [
            ("{}", "is missing"),
            (r#"{"sub":null}"#, "is null, not a string"),
            (r#"{"sub":17}"#, "is a number, not a string"),
            (r#"{"sub":["a"]}"#, "is a list, not a string"),
            (r#"{"sub":{}}"#, "is an object, not a string"),
        ] {
            let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
            let error = read(&settings(), &Unverified::decode(&token).unwrap(), 9).unwrap_err();
            assert_eq!(error.code(), "JWT payload is missing sub", "{payload}");
            let told = format!("The token's `sub`, which the rule takes for the user ID, {found}");
            assert_eq!(error.message(), told);
        }
        let refusal =
            |sub: &str| read_with(&settings(), &serde_json::json!({ "sub": sub }).to_string()).unwrap_err();
        let text = |reason: &str| format!("JWT sub is not a valid user ID: {reason}");
        assert_eq!(refusal(""), text("ID must be 1 to 255 characters"));
        assert_eq!(refusal(&"a".repeat(256)), text("ID must be 1 to 255 characters"));
        for bad in ["a b", "a\u{a0}b", "a\u{2028}", "\t", "\0", "\u{7f}", "\u{85}"] {
            assert_eq!(refusal(bad), text("ID cannot contain whitespace or control characters"), "{bad:?}");
        }
        for reserved in ["__SYSTEM__", "__OTLP__", "usr_deleted", "usr_anon_0abc"] {
            assert_eq!(refusal(reserved), text("ID is reserved"), "{reserved}");
        }
        for good in ["a", "auth0|x", "x@clients", "a/b", "a%2Fb", "..", "';--", &"a".repeat(255)] {
            let identity = read_with(&settings(), &serde_json::json!({ "sub": good }).to_string()).unwrap();
            assert_eq!((identity.user.as_str(), identity.workspace.as_str()), (good, good));
        }
    }

    #[test]
    fn t129_a_prefix_keeps_two_issuers_apart() {
        let with_prefix = Settings { user_prefix: Some("okta:".into()), ..settings() };
        assert_eq!(read_with(&with_prefix, r#"{"sub":"u1"}"#).unwrap().user.as_str(), "okta:u1");
        assert!(read_with(&with_prefix, r#"{"sub":""}"#).is_err());
        assert!(read_with(&with_prefix, r#"{"sub":"usr_deleted"}"#).is_err());
    }

    #[test]
    fn t128_t130_t136_the_workspace_is_a_valid_id_of_the_providers_own() {
        let by_org = Settings { workspace: Template::parse("org_id").ok(), ..settings() };
        let refusal =
            |org: &str| read_with(&by_org, &format!(r#"{{"sub":"u","org_id":{org}}}"#)).unwrap_err();
        for org in ["null", "\"\"", "[]", "[\"a\"]", "{}", "true", "1.5", "1e3", "-0"] {
            let text = "JWT org_id is not a valid workspace ID: ID must be 1 to 255 characters";
            assert_eq!(refusal(org), text, "{org}");
        }
        for org in ["__OTLP__", "usr_anon_0x"] {
            assert_eq!(
                refusal(&format!("\"{org}\"")),
                "JWT org_id is not a valid workspace ID: ID is reserved"
            );
        }
        let pair = Settings { workspace: Template::parse("{org_id}:{sub}").ok(), ..settings() };
        let long = format!(r#"{{"sub":"u","org_id":"{}"}}"#, "a".repeat(254));
        assert!(read_with(&pair, &long).unwrap_err().contains("{org_id}:{sub} is not a valid workspace ID"));
        assert_eq!(read_with(&pair, r#"{"sub":"u","org_id":5}"#).unwrap().workspace.as_str(), "5:u");
    }

    #[test]
    fn t131_a_missing_claim_falls_back_only_when_asked_to() {
        let strict = Settings { workspace: Template::parse("{o.id}").ok(), ..settings() };
        assert!(read_with(&strict, r#"{"sub":"u"}"#).is_err());
        let lenient = Settings { workspace_fallback: Fallback::Sub, ..strict };
        assert_eq!(read_with(&lenient, r#"{"sub":"u"}"#).unwrap().workspace.as_str(), "personal:u");
        assert_eq!(read_with(&lenient, r#"{"sub":"u","o":{"id":"org"}}"#).unwrap().workspace.as_str(), "org");
        assert!(read_with(&lenient, r#"{"sub":"u","o":{"id":null}}"#).is_err(), "there, and no id");
    }

    #[test]
    fn no_claim_spells_the_workspace_that_is_a_users_own() {
        let by = |template: &str, personal| Settings {
            workspace: Template::parse(template).ok(),
            workspace_fallback: Fallback::Sub,
            personal,
            ..settings()
        };
        let read = |settings: &Settings, claims: Value| {
            read_with(settings, &claims.to_string()).map(|identity| identity.workspace.as_str().to_owned())
        };
        let pair = by("{org_id}:{sub}", Personal::Apart);
        assert_eq!(read(&pair, json!({ "org_id": "acme", "sub": "bob" })), Ok("acme:bob".into()));
        assert_eq!(read(&pair, json!({ "sub": "acme:bob" })), Ok("personal:acme:bob".into()));
        let text = "JWT {org_id}:{sub} is not a valid workspace ID: ID is reserved";
        assert_eq!(read(&pair, json!({ "org_id": "personal", "sub": "bob" })), Err(text.into()));
        let slug = by("org_slug", Personal::Apart);
        let taken = read(&slug, json!({ "org_slug": "personal:victim", "sub": "u" }));
        assert_eq!(taken, Err("JWT org_slug is not a valid workspace ID: ID is reserved".into()));
        let long = read(&slug, json!({ "sub": "u".repeat(247) }));
        assert_eq!(
            long,
            Err("JWT org_slug is not a valid workspace ID: ID must be 1 to 255 characters".into())
        );
        // Nobody's threads move.
        let old = by("org_slug", Personal::AsUser);
        assert_eq!(read(&old, json!({ "sub": "victim" })), Ok("victim".into()));
        assert_eq!(read(&old, json!({ "org_slug": "personal:x", "sub": "u" })), Ok("personal:x".into()));
        let strict = Settings { workspace_fallback: Fallback::Refuse, ..slug };
        assert_eq!(read(&strict, json!({ "org_slug": "personal:x", "sub": "u" })), Ok("personal:x".into()));
    }

    /// A rule of one of two issuers, of those that the draft of one could look like.
    fn rules() -> impl Strategy<Value = Settings> {
        let issuer = select(vec!["https://a.example", "https://b.example"]);
        let user_claim = select(vec!["sub", "oid"]);
        let user_prefix = select(vec![None, Some("a:"), Some("b:"), Some("a:b:"), Some("personal:")]);
        let workspace = select(vec![
            None,
            Some("org"),
            Some("{sub}"),
            Some("a:{org}"),
            Some("b:{org}"),
            Some("{org}:{sub}"),
            Some("c:{org}:{oid}"),
        ]);
        let fallback = select(vec![Fallback::Refuse, Fallback::Sub]);
        let parts = (issuer, user_claim, user_prefix, workspace, fallback);
        parts.prop_map(|(issuer, user_claim, user_prefix, workspace, workspace_fallback)| Settings {
            issuer: Some(issuer.into()),
            user_claim: user_claim.into(),
            user_prefix: user_prefix.map(Into::into),
            workspace: workspace.and_then(|text| Template::parse(text).ok()),
            workspace_fallback,
            ..settings()
        })
    }

    fn tokens() -> impl Strategy<Value = Value> {
        let text = "[ab:]{1,4}|personal:[ab:]{1,3}";
        let claims = (text, text, proptest::option::of(text));
        claims.prop_map(|(sub, oid, org)| match org {
            Some(org) => json!({ "sub": sub, "oid": oid, "org": org }),
            None => json!({ "sub": sub, "oid": oid }),
        })
    }

    /// What a rule reads of a token, with the issuer that says it: whatever two tokens have in common here, they
    /// may have in common.
    fn meant(settings: &Settings, token: &Value) -> (Value, Value) {
        let issuer = &settings.issuer;
        let user = json!([issuer, token[&settings.user_claim]]);
        let claims: Option<Map<String, Value>> = settings.workspace.as_ref().and_then(|template| {
            template.claims().map(|claim| Some((claim.to_owned(), token.get(claim)?.clone()))).collect()
        });
        let workspace = claims.map_or_else(|| user.clone(), |claims| json!([issuer, claims]));
        (user, workspace)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn two_tokens_meet_only_in_what_they_both_say(
            (one, other) in (rules(), rules()),
            (token, others) in (tokens(), tokens()),
            is_one_rule in any::<bool>(),
        ) {
            let other = if is_one_rule { one.clone() } else { other };
            let at = Timestamp::from_millis(1);
            let id = AuthRuleId::named("rule_0");
            let saved = AuthRule { id, settings: one.clone(), keys_not_before: at, created_at: at, updated_at: at };
            let is_untold = is_one_rule || beside(&other, None, std::slice::from_ref(&saved)).is_empty();
            let read = (read_with(&one, &token.to_string()), read_with(&other, &others.to_string()));
            if let (true, (Ok(first), Ok(second))) = (is_untold, read) {
                let (meant, meant_by_other) = (meant(&one, &token), meant(&other, &others));
                if first.user == second.user {
                    prop_assert_eq!(&meant.0, &meant_by_other.0);
                }
                if first.workspace == second.workspace {
                    prop_assert_eq!(&meant.1, &meant_by_other.1);
                }
            }
        }
    }

    #[test]
    fn t140_names_are_trimmed_cut_and_never_a_reason_to_refuse() {
        let name =
            |json: &str| read_with(&settings(), &format!(r#"{{"sub":"u","name":{json}}}"#)).unwrap().name;
        assert_eq!(name("\"  Ada \""), Some("Ada".into()));
        assert_eq!(name(&format!("\"{}\"", "a".repeat(256))).unwrap().len(), 255);
        assert_eq!(name(&format!("\"{}😀\"", "a".repeat(254))).unwrap().len(), 254, "no half of a pair");
        for nothing in ["\"\"", "\"  \"", "7", "{}", "[]", "null", "true"] {
            assert_eq!(name(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn t193_what_is_shown_obeys_no_terminal() {
        assert_eq!(shown("a\r\n\u{1b}[31m\u{202e}"), r"a\u{d}\u{a}\u{1b}[31m\u{202e}");
        assert_eq!(shown(&"x".repeat(300)).chars().count(), 201);
    }
}
