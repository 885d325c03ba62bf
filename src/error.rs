//! What can go wrong, without a word of HTTP.

use std::borrow::Cow;
use std::error::Error as StdError;

use serde::Serialize;

use crate::clock::Timestamp;

/// A result with this program's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request cannot be answered: what the caller is told, and the cause that only the log sees.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    code: Cow<'static, str>,
    help: Option<Cow<'static, str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of failure; `http::error` gives each its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The input does not fit the schema.
    Invalid(Vec<Issue>),
    /// The input fits the schema and still makes no sense.
    BadRequest,
    /// No credential, or one out of its time.
    Unauthenticated,
    /// Any other problem with a credential or what it allows.
    Forbidden,
    /// There is no such thing, as far as the caller may know.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The write contradicts what is stored.
    Conflict,
    /// A quota of the project is used up.
    QuotaExceeded {
        /// When it is filled again.
        period_end: Timestamp,
        /// The quota.
        cap: i64,
    },
    /// The body is larger than accepted.
    TooLarge,
    /// The body did not arrive in time.
    TimedOut,
    /// Too many requests.
    RateLimited {
        /// How long to wait.
        retry_after_secs: u32,
    },
    /// The database is busy or away; trying again may work.
    Unavailable,
    /// A defect.
    Internal,
}

/// One way in which an input does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Issue {
    /// The rule that was broken.
    #[schema(example = "too_big")]
    pub code: &'static str,
    /// Where: member names and array indexes, outermost first.
    pub path: Vec<Step>,
    /// The same as a sentence.
    #[schema(example = "title must be 1 to 255 characters")]
    pub message: String,
}

/// One step of the way to a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Step {
    /// A member of an object, a query or path parameter.
    Member(String),
    /// An element of an array.
    Index(usize),
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $kind:ident),+ $(,)?) => { $(
        $(#[$doc])*
        pub fn $name(code: impl Into<Cow<'static, str>>) -> Self {
            Self::new(Kind::$kind, code)
        }
    )+ };
}

impl Error {
    constructors!(
        /// 400 for input that no schema can refuse.
        bad_request => BadRequest,
        /// No credential, or one out of its time.
        unauthenticated => Unauthenticated,
        /// A credential that does not allow this.
        forbidden => Forbidden,
        /// Nothing there, as far as the caller may know.
        not_found => NotFound,
        /// A contradiction to what is stored.
        conflict => Conflict,
        /// Out of reach for the moment.
        unavailable => Unavailable,
    );

    fn new(kind: Kind, code: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, code: code.into(), help: None, source: None }
    }

    /// Input that does not fit the schema.
    pub fn invalid(issues: Vec<Issue>) -> Self {
        let help =
            issues.first().map_or_else(|| "The request is not valid".into(), |issue| issue.message.clone());
        Self::new(Kind::Invalid(issues), "Schema validation error").with_help(help)
    }

    /// A body that is not JSON.
    pub fn malformed_json() -> Self {
        Self::bad_request("Malformed JSON in request body")
    }

    /// A body over the limit.
    pub fn too_large() -> Self {
        Self::new(Kind::TooLarge, "Request body too large")
    }

    /// A body that takes too long to arrive.
    pub fn timed_out() -> Self {
        Self::new(Kind::TimedOut, "Request body took too long")
    }

    /// A path that does not know the method.
    pub fn method_not_allowed() -> Self {
        Self::new(Kind::MethodNotAllowed, "Method Not Allowed")
    }

    /// Too many requests.
    pub fn rate_limited(retry_after_secs: u32) -> Self {
        Self::new(Kind::RateLimited { retry_after_secs }, "rate_limited")
            .with_help(format!("Too many requests; try again in {retry_after_secs} seconds"))
    }

    /// The active-user quota is used up until the month ends.
    pub fn quota_exceeded(period_end: Timestamp, cap: i64) -> Self {
        Self::new(Kind::QuotaExceeded { period_end, cap }, "plan_limit_reached").with_help(format!(
            "This project allows {cap} active users a month; the next month starts {period_end}"
        ))
    }

    /// A defect, or a failure that the caller can do nothing about.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Kind::Internal, "Internal Server Error").with_source(source)
    }

    /// The same failure for one of several that waited for it.
    #[expect(clippy::needless_pass_by_value, reason = "callers have no use for the original")]
    pub fn shared(original: std::sync::Arc<Self>) -> Self {
        Self {
            kind: original.kind.clone(),
            code: original.code.clone(),
            help: original.help.clone(),
            source: original.source.as_ref().map(|source| source.to_string().into()),
        }
    }

    /// Adds a sentence that a person can act on.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the cause, for the log only.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The stable text that clients compare.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The text for people.
    pub fn message(&self) -> &str {
        self.help.as_deref().unwrap_or(&self.code)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<engine::Error> for Error {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::Busy => Self::unavailable("The server is busy")
                .with_help("Too many writes are waiting; try again in a second"),
            engine::Error::Unavailable(_) => {
                Self::unavailable("The database is unavailable").with_source(error)
            }
            engine::Error::TooSlow(_) => {
                let help = "Reading what was asked for takes longer than it may; ask for less";
                Self::unavailable("The request takes too long").with_help(help).with_source(error)
            }
            engine::Error::Conflict { .. } | engine::Error::Internal { .. } => Self::internal(error),
        }
    }
}

impl From<crate::id::NoRandomness> for Error {
    fn from(error: crate::id::NoRandomness) -> Self {
        Self::internal(error)
    }
}
