//! Why a token is accepted or not, told to operators: the same checks as for a request, one by one, each
//! with its remedy. Nothing is stored.

pub mod operator_routes;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::algorithm::Alg;
use crate::auth::credential::{KEY_PREFIX, MAX_LENGTH};
use crate::auth::directory::KnownProject;
use crate::auth::jwt::{Claims, Unverified};
use crate::auth::key_sets::{Health, Location};
use crate::auth::provider_token::identity::shown;
use crate::auth::provider_token::matching::{Mismatch, Shape, check_header, mismatch};
use crate::auth::provider_token::{is_signed_for, read_identity};
use crate::auth::rules::model::{AuthRule, Fallback, Settings};
use crate::auth::workspace_token;
use crate::clock::Timestamp;
use crate::error::{Error, Kind};
use crate::id::{AuthRuleId, UserId, WorkspaceId};

/// What would become of a request with the token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// Whether some rule accepts it.
    pub is_accepted: bool,
    /// What the token says of itself; nobody has vouched for it.
    #[schema(required)]
    pub unverified: Option<Unverifieds>,
    /// What is wrong with it before any rule is looked at.
    #[schema(required)]
    pub problem: Option<Problem>,
    /// What each rule makes of it, in the order in which they are tried.
    pub rules: Vec<RuleOutcome>,
}

/// The parts of a token that matter, undigested.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unverified)]
pub struct Unverifieds {
    /// The signature's algorithm.
    #[schema(value_type = serde_json::Value, required)]
    pub alg: Option<Box<RawValue>>,
    /// The key's id.
    #[schema(value_type = serde_json::Value, required)]
    pub kid: Option<Box<RawValue>>,
    /// The kind of token.
    #[schema(value_type = serde_json::Value, required)]
    pub typ: Option<Box<RawValue>>,
    /// The issuer.
    #[schema(value_type = serde_json::Value, required)]
    pub iss: Option<Box<RawValue>>,
    /// The audience.
    #[schema(value_type = serde_json::Value, required)]
    pub aud: Option<Box<RawValue>>,
    /// The subject.
    #[schema(value_type = serde_json::Value, required)]
    pub sub: Option<Box<RawValue>>,
    /// When it was made.
    #[schema(required)]
    pub issued: Option<Moment>,
    /// From when on it is good.
    #[schema(required)]
    pub not_before: Option<Moment>,
    /// Until when.
    #[schema(required)]
    pub expires: Option<Moment>,
    /// The names of all claims.
    pub claims: Vec<String>,
}

/// A time in a token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Moment {
    /// Seconds since 1970.
    pub seconds: f64,
    /// The same for people.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Seconds from now; negative when it is past.
    pub from_now_secs: i64,
}

/// A check that fails.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// What a request is answered.
    pub error: String,
    /// What was found.
    pub found: String,
    /// How to mend it.
    pub remedy: String,
}

/// What a rule makes of the token.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleOutcome {
    /// The rule.
    pub id: AuthRuleId,
    /// What operators call it.
    pub name: String,
    /// Whether it is the first one whose key made the signature: what it says is final.
    pub decides: bool,
    /// The first check that fails.
    #[schema(required)]
    pub problem: Option<Problem>,
    /// When all hold: who the caller is.
    #[schema(required)]
    pub identity: Option<IdentityView>,
    /// How the rule's key set fares, when the token got that far.
    #[schema(required)]
    pub key_set: Option<Health>,
}

/// Who a caller with the token is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Identity)]
pub struct IdentityView {
    /// The user.
    pub user_id: UserId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The display name.
    #[schema(required)]
    pub name: Option<String>,
}

/// Takes a token through every check, as it is or as a header carries it. Fetches key sets as a request
/// would.
pub async fn explain(app: &App, project: &KnownProject, token: &str) -> Explanation {
    let token = token.trim();
    let token = token.strip_prefix("Bearer ").unwrap_or(token).trim_start();
    let jwt = match decode(token) {
        Ok(jwt) => jwt,
        Err(problem) => {
            return Explanation {
                is_accepted: false,
                unverified: None,
                problem: Some(problem),
                rules: Vec::new(),
            };
        }
    };
    let unverified = Some(Unverifieds::read(&jwt, app.clock().now()));
    let shape = match read_shape(app, project, &jwt) {
        Ok(shape) => shape,
        Err(problem) => {
            return Explanation { is_accepted: false, unverified, problem: Some(problem), rules: Vec::new() };
        }
    };
    let mut rules = Vec::new();
    for rule in project.rules() {
        rules.push(explain_rule(app, rule, &shape, &jwt).await);
    }
    let no_rules = rules.is_empty().then(|| Problem {
        error: "No auth rule matches the JWT iss and aud claims".into(),
        found: "the project has no auth rule".into(),
        remedy: "add one for the token's issuer; there are ready-made ones for known providers".into(),
    });
    // As for a request: a later rule must not soften what the first one refuses.
    let deciding = rules.iter_mut().find(|rule| rule.decides);
    let is_accepted = deciding.is_some_and(|rule| rule.identity.is_some());
    for later in rules.iter_mut().skip_while(|rule| !rule.decides).skip(1) {
        later.decides = false;
    }
    Explanation { is_accepted, unverified, problem: no_rules, rules }
}

fn decode(token: &str) -> Result<Unverified<'_>, Problem> {
    let problem = |error: &Error, found: &str, remedy: &str| Problem {
        error: error.code().to_owned(),
        found: found.into(),
        remedy: remedy.into(),
    };
    let unsupported = crate::auth::credential::unsupported();
    if token.starts_with(KEY_PREFIX) {
        let remedy = "keys are for servers and need no rule; the list of API keys shows those that are live";
        return Err(problem(&unsupported, "this is an API key, not a token", remedy));
    }
    if token.starts_with("refresh_0") {
        let remedy = "exchange it at POST /v1/auth/tokens/refresh for an access token";
        return Err(problem(&unsupported, "this is the refresh token of an anonymous session", remedy));
    }
    let parts = token.split('.').count();
    if parts == 5 {
        let remedy = "ask the provider for a signed access or ID token; a session cookie is no such token";
        return Err(problem(
            &unsupported,
            "this is an encrypted token (JWE), which nobody else can read",
            remedy,
        ));
    }
    if parts != 3 {
        let remedy = "hand over a JWT: some providers issue one only when an audience or API is asked for";
        return Err(problem(&unsupported, "this is an opaque token, not a JWT", remedy));
    }
    if token.len() + "Bearer ".len() > MAX_LENGTH {
        let remedy = "let the provider put fewer claims into it";
        return Err(problem(&unsupported, "the token is over 16 KiB", remedy));
    }
    if token.split('.').any(str::is_empty) {
        let remedy = "hand over a signed token; emulators issue unsigned ones";
        return Err(problem(&unsupported, "a part of the token is empty", remedy));
    }
    Unverified::decode(token).map_err(|error| {
        let remedy = "copy it whole, and without quotes; it must be three base64url parts of JSON objects";
        let found = "the token does not decode";
        match error.code() == unsupported.code() {
            true => problem(&error, found, remedy),
            false => problem(&error, &format!("{found}. {}", error.message()), remedy),
        }
    })
}

fn read_shape(app: &App, project: &KnownProject, jwt: &Unverified<'_>) -> Result<Shape, Problem> {
    if workspace_token::claimed_project(app, jwt).is_some() {
        return Err(Problem {
            error: String::new(),
            found: "this is a workspace token of this instance".into(),
            remedy: "it needs no rule; it is good for five minutes, at its own project's base".into(),
        });
    }
    Shape::read(project.rules(), jwt)
        .map_err(|error| Problem::of(&error, "let the provider issue another kind of token"))
}

async fn explain_rule(app: &App, rule: &AuthRule, shape: &Shape, jwt: &Unverified<'_>) -> RuleOutcome {
    let outcome = |problem, identity| RuleOutcome {
        id: rule.id.clone(),
        name: rule.settings.name.clone(),
        decides: false,
        problem,
        identity,
        key_set: None,
    };
    if let Some(mismatch) = mismatch(app.bases(), rule, shape, jwt) {
        return outcome(Some(explain_mismatch(&mismatch, &rule.settings, shape, jwt)), None);
    }
    if let Err(error) = check_header(jwt) {
        return outcome(
            Some(Problem::of(&error, "let the provider issue an ordinary access or ID token")),
            None,
        );
    }
    let is_signed = is_signed_for(app, rule, shape, jwt).await;
    let key_set = Location::of(rule).map(|location| app.key_sets().health(&location));
    let outcome = if is_signed {
        match read_identity(app, rule, jwt) {
            Ok(identity) => {
                let (user_id, workspace_id, name) = (identity.user, identity.workspace, identity.name);
                outcome(None, Some(IdentityView { user_id, workspace_id, name }))
            }
            Err(error) => outcome(Some(Problem::of(&error, remedy_for_claims(&error, &rule.settings))), None),
        }
    } else {
        outcome(Some(explain_signature(shape, key_set.as_ref())), None)
    };
    RuleOutcome { key_set, decides: is_signed, ..outcome }
}

fn explain_mismatch(
    mismatch: &Mismatch,
    settings: &Settings,
    shape: &Shape,
    jwt: &Unverified<'_>,
) -> Problem {
    let issuer = shown(settings.issuer.as_deref().unwrap_or_default());
    let audience = shown(settings.audience.as_deref().unwrap_or_default());
    let carried =
        jwt.payload().raw(&settings.audience_claim).map_or("nothing".into(), |raw| shown(raw.get()));
    let (found, remedy) = match mismatch {
        Mismatch::OwnIssuer => (
            "the issuer is this instance itself".to_owned(),
            "hand over the workspace token as it is, or the provider's own token".to_owned(),
        ),
        Mismatch::Issuer { is_slash: true } => (
            format!("the token's issuer \"{}\" differs from \"{issuer}\" only by a final slash", shown(&shape.issuer)),
            "give the rule exactly the token's issuer".to_owned(),
        ),
        Mismatch::Issuer { is_slash: false } => (
            format!("the token's issuer is \"{}\", the rule's is \"{issuer}\"", shown(&shape.issuer)),
            "give the rule exactly the token's issuer, or hand over a token of the rule's issuer".to_owned(),
        ),
        Mismatch::Audience => (
            format!("the token's {} is {carried}, the rule asks for \"{audience}\"", shown(&settings.audience_claim)),
            "ask the provider for a token with that audience, or change the rule's audience".to_owned(),
        ),
        Mismatch::KeyKind => (
            "the token and the rule have different kinds of keys".to_owned(),
            "a shared secret verifies HS256 alone, a key set everything else: change the rule's keys, or the \
             provider's algorithm"
                .to_owned(),
        ),
        Mismatch::Condition(condition) => (
            format!("the token does not meet the condition `{}`", shown(condition)),
            "change the condition, or let the provider put the claim into the token".to_owned(),
        ),
    };
    let error = "No auth rule matches the JWT iss and aud claims".into();
    Problem { error, found, remedy }
}

fn explain_signature(shape: &Shape, key_set: Option<&Health>) -> Problem {
    let (found, remedy) = match key_set {
        None => (
            "the shared secret did not make the signature".to_owned(),
            "compare the secret with the provider's, to the last character".to_owned(),
        ),
        Some(Health { error: Some(error), keys, .. }) if keys.is_empty() => {
            (format!("the key set could not be fetched: {error}"), "mend the key set's URL or the way to it".to_owned())
        }
        Some(health) if health.keys.iter().all(|key| key.kid != shape.kid) => (
            format!("the key set has no key \"{}\"", shown(&shape.kid)),
            "the token is of another key set, or its key was removed: get a fresh token, or look at the rule's \
             key set URL; new keys are looked for every 30 seconds"
                .to_owned(),
        ),
        Some(_) => (
            "the key that the token names did not make its signature".to_owned(),
            "the token was changed, cut off, or signed with another algorithm than the key's".to_owned(),
        ),
    };
    debug_assert!(key_set.is_some() || shape.alg == Alg::Hs256);
    Problem { error: "JWT token is not valid".into(), found, remedy }
}

fn remedy_for_claims(error: &Error, settings: &Settings) -> &'static str {
    let text = error.code();
    if *error.kind() == Kind::Unauthenticated {
        return "get a fresh token; if it is fresh, compare the clocks of the provider and of this machine";
    }
    if text.contains("workspace ID") {
        return match settings.workspace_fallback {
            Fallback::Refuse => {
                "let the provider put the claim into the token, choose another claim for the workspace, or let \
                 tokens without it open the user's own workspace, by the rule's workspace fallback"
            }
            Fallback::Sub => {
                "let the provider put a string or an integer into the claim, or choose another one"
            }
        };
    }
    if text.contains("sub") {
        return "choose another user claim for the rule, one that every token has";
    }
    "let the provider issue an ordinary access or ID token"
}

impl Problem {
    fn of(error: &Error, remedy: &str) -> Self {
        Self { error: error.code().to_owned(), found: error.message().to_owned(), remedy: remedy.to_owned() }
    }
}

impl Unverifieds {
    fn read(jwt: &Unverified<'_>, now: Timestamp) -> Self {
        let (header, payload) = (jwt.header(), jwt.payload());
        let raw = |claims: &Claims<'_>, name: &str| claims.raw(name).map(ToOwned::to_owned);
        let time = |name: &str| payload.number(name).map(|seconds| Moment::new(seconds, now));
        Self {
            alg: raw(&header, "alg"),
            kid: raw(&header, "kid"),
            typ: raw(&header, "typ"),
            iss: raw(&payload, "iss"),
            aud: raw(&payload, "aud"),
            sub: raw(&payload, "sub"),
            issued: time("iat"),
            not_before: time("nbf"),
            expires: time("exp"),
            claims: payload.names().map(shown).collect(),
        }
    }
}

impl Moment {
    fn new(seconds: f64, now: Timestamp) -> Self {
        // A conversion from floating point stops at the ends of the type.
        let at = Timestamp::from_millis((seconds * 1000.0) as i64);
        let from_now_secs = at.millis().saturating_sub(now.millis()) / 1000;
        Self { seconds, at, from_now_secs }
    }
}
