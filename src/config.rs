//! The configuration: read once, checked as a whole, printed with its secrets masked.

mod database;
mod file;
mod limits;
mod refusal;
mod sources;
mod values;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use engine::mask_connection_string;
use figment::providers::{Format, Toml};
use figment::value::Value;
use figment::{Figment, Metadata};
use ipnet::IpNet;
use outbound::Target;
use serde::Deserialize;

use self::database::PostgresSettings;
use self::file::File;
pub use self::file::Place;
use self::limits::LimitsSettings;
use self::sources::{Environment, Named};
pub use self::sources::{account_from_environment, file_from_environment};
use crate::http::base::Bases;
use crate::http::budget::LEAST_SHARE;
use crate::http::connection::deadlines::Deadlines;
use crate::messages::content::MAX_LENGTH;

/// The documented defaults, compiled in.
const DEFAULTS: &str = include_str!("../config.example.toml");

/// A file read when it is there and no other is named.
const USUAL_FILE: &str = "threadkeep.toml";

/// Every setting's name, in the order of the example file.
pub const KEYS: [&str; 20] = [
    "data_dir",
    "listen",
    "public_url",
    "database_url",
    "database_connections",
    "project_url_template",
    "trusted_proxies",
    "allow_private",
    "clock_tolerance_secs",
    "secret",
    "sso_issuer",
    "sso_client_id",
    "sso_client_secret",
    "sso_name",
    "max_connections",
    "max_content",
    "log_format",
    "log_level",
    "postgres.pooler",
    "limits.buffered_bytes",
];

/// What is in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of the SQLite database and of the instance secret.
    pub data_dir: PathBuf,
    /// The address to listen on.
    #[serde(deserialize_with = "values::address")]
    pub listen: SocketAddr,
    public_url: Option<String>,
    /// A PostgreSQL to use instead of SQLite.
    pub database_url: Option<Secret>,
    /// The most connections to PostgreSQL.
    pub database_connections: usize,
    project_url_template: Option<String>,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "values::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Hosts and networks that outbound calls may reach although they are not public, by `http` too.
    #[serde(deserialize_with = "values::targets")]
    pub allow_private: Vec<Target>,
    /// How far ahead of ours the clocks of auth providers may be, in seconds, 0 to 60.
    pub clock_tolerance_secs: u32,
    /// What protects the keys in the database; without it, a file in the data folder does.
    pub secret: Option<Secret>,
    sso_issuer: Option<String>,
    sso_client_id: Option<String>,
    sso_client_secret: Option<Secret>,
    sso_name: String,
    /// The most client connections at a time; without it, what the limit of open files allows.
    pub max_connections: Option<usize>,
    /// The most characters of JSON that a message's content may have.
    pub max_content: usize,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// The least severe level that is written.
    pub log_level: LogLevel,
    postgres: PostgresSettings,
    limits: LimitsSettings,
    /// How long clients may take. No setting: tests have less patience.
    #[serde(skip)]
    pub deadlines: Deadlines,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// The least severe level that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// A text that never shows in logs or messages.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The issuer that operators may sign in through.
#[derive(Clone, Copy, Debug)]
pub struct SingleSignOnSettings<'c> {
    /// Exactly as its ID tokens name it.
    pub issuer: &'c str,
    /// Who this instance is to the issuer.
    pub client_id: &'c str,
    /// What proves it; `None` for a public client.
    pub client_secret: Option<&'c Secret>,
    /// What to write on the button.
    pub name: &'c str,
}

/// The configuration does not make sense.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not TOML.
    #[error("{place}: {problem}")]
    Syntax {
        /// Where it stops to be.
        place: Place,
        /// What is wrong.
        problem: String,
    },
    /// What is wrong with a setting of the file.
    #[error("{0}: {1}")]
    InFile(Place, Box<Self>),
    /// There is no such setting, or its value has another type or form.
    #[error("{setting}: {problem}")]
    Value {
        /// The setting's name.
        setting: String,
        /// What is wrong; without the value of a setting that may be a secret.
        problem: String,
    },
    /// The named file is not there, or not to be read.
    #[error("the configuration file {} cannot be read: {}", .0.display(), .1)]
    NoFile(PathBuf, io::ErrorKind),
    /// The database URL, or what it leaves to the environment, makes no sense.
    #[error(transparent)]
    Database(#[from] engine::Error),
    /// A URL setting is not one.
    #[error("{setting}: {problem}")]
    Url {
        /// The setting's name.
        setting: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The secret is too short to protect anything.
    #[error("secret: at least 32 characters are needed")]
    ShortSecret,
    /// Half of the settings of single sign-on.
    #[error("sso_issuer and sso_client_id: one is useless without the other")]
    HalfSingleSignOn,
    /// The tolerance would let tokens in long before their time.
    #[error("clock_tolerance_secs: at most 60")]
    Tolerance,
    /// Content of no size, or of one that nobody can send.
    #[error("max_content: 1 to {MAX_LENGTH}")]
    Content,
    /// Too little memory for a large message to get in and out.
    #[error("limits.buffered_bytes: at least {}", 2 * LEAST_SHARE)]
    BufferedBytes,
}

/// Settings given on the command line, by name; the strongest of all.
#[derive(Clone, Debug, Default)]
pub struct Flags(pub Vec<(&'static str, Option<String>)>);

/// The configuration and where each value came from.
#[derive(Debug)]
pub struct Loaded {
    /// What is in force.
    pub config: Config,
    figment: Figment,
}

impl Loaded {
    /// Reads the defaults, then the file, then the environment, then the flags.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(file: Option<&Path>, flags: Flags) -> Result<Self, ConfigError> {
        let file = find_file(file).map(File::read).transpose()?;
        let mut figment = Figment::from(Named("default", Toml::string(DEFAULTS)));
        if let Some(file) = &file {
            figment = figment.merge(file);
        }
        let figment = figment.merge(Environment).merge(flags);
        let extracted = figment.extract().map_err(ConfigError::from);
        let checked = extracted.and_then(|config: Config| config.check().map(|()| config));
        let config = checked.map_err(|error| error.locate(&figment, file.as_ref()))?;
        Ok(Self { config, figment })
    }

    /// Each setting as name, value for people (secrets masked) and origin, and what comes of those of the
    /// database.
    pub fn describe(&self) -> Vec<Setting> {
        KEYS.iter().map(|key| self.describe_one(key)).chain(self.config.describe_protection()).collect()
    }

    fn describe_one(&self, key: &'static str) -> Setting {
        let found = self.figment.find_value(key).ok();
        let origin = self.figment.find_metadata(key).map_or_else(|| "not set".into(), origin_of);
        let value = match (key, found) {
            (_, None) => None,
            ("secret" | "sso_client_secret", Some(_)) => Some("********".into()),
            ("database_url", Some(value)) => value.as_str().map(mask_connection_string),
            (_, Some(value)) => Some(show(&value)),
        };
        Setting { key, value, origin }
    }
}

/// One line of `threadkeep config`.
#[derive(Debug, serde::Serialize)]
pub struct Setting {
    /// The setting's name.
    pub key: &'static str,
    /// Its value, when it has one.
    pub value: Option<String>,
    /// Where the value came from.
    pub origin: String,
}

impl Config {
    /// The addresses of this instance and its projects.
    ///
    /// # Errors
    /// [`ConfigError::Url`] when a URL setting is not one.
    pub fn bases(&self) -> Result<Bases, ConfigError> {
        let public_url =
            self.public_url.clone().unwrap_or_else(|| format!("http://localhost:{}", self.listen.port()));
        Bases::new(&public_url, self.project_url_template.as_deref())
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.bases()?;
        self.database_outlook()?;
        self.check_limits()?;
        if self.sso_issuer.is_some() != self.sso_client_id.is_some() {
            return Err(ConfigError::HalfSingleSignOn);
        }
        if self.clock_tolerance_secs > 60 {
            return Err(ConfigError::Tolerance);
        }
        if !(1..=MAX_LENGTH).contains(&self.max_content) {
            return Err(ConfigError::Content);
        }
        match &self.secret {
            Some(secret) if secret.reveal().chars().count() < 32 => Err(ConfigError::ShortSecret),
            _ => Ok(()),
        }
    }

    /// The issuer that operators may sign in through.
    pub fn single_sign_on(&self) -> Option<SingleSignOnSettings<'_>> {
        Some(SingleSignOnSettings {
            issuer: self.sso_issuer.as_deref()?,
            client_id: self.sso_client_id.as_deref()?,
            client_secret: self.sso_client_secret.as_ref(),
            name: &self.sso_name,
        })
    }

    /// Where the data lies, for people; without password.
    pub fn data_location(&self) -> String {
        match &self.database_url {
            Some(url) => mask_connection_string(url.reveal()),
            None => self.database_file().display().to_string(),
        }
    }

    /// The SQLite file.
    pub fn database_file(&self) -> PathBuf {
        self.data_dir.join("threadkeep.db")
    }
}

/// The file that is named, else the usual one when it is there.
fn find_file(named: Option<&Path>) -> Option<&Path> {
    named.or_else(|| Some(Path::new(USUAL_FILE)).filter(|usual| usual.is_file()))
}

fn origin_of(metadata: &Metadata) -> String {
    match metadata.source.as_ref().and_then(figment::Source::file_path) {
        Some(path) => format!("file {}", path.display()),
        None => metadata.name.to_string(),
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Array(_, items) => items.iter().map(show).collect::<Vec<_>>().join(","),
        Value::Num(_, number) => number.to_i128().map_or_else(|| format!("{number:?}"), |n| n.to_string()),
        Value::Bool(_, switch) => switch.to_string(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(pairs: &[(&'static str, &str)]) -> Flags {
        Flags(pairs.iter().map(|(key, value)| (*key, Some((*value).to_owned()))).collect())
    }

    #[test]
    fn the_example_file_is_a_whole_configuration() {
        let loaded = Loaded::read(None, Flags::default()).unwrap();
        assert_eq!(loaded.config.listen.port(), 4100);
        assert_eq!(loaded.describe().len(), KEYS.len());
        assert!(
            loaded.describe().iter().all(|setting| setting.origin != "not set" || setting.value.is_none())
        );
    }

    #[test]
    fn secrets_are_masked_and_origins_named() {
        let secret = "0123456789012345678901234567890123456789";
        let url = "postgres://keep:hunter2@db/threadkeep?sslmode=require";
        let loaded = Loaded::read(None, flags(&[("secret", secret), ("database_url", url)])).unwrap();
        let shown = format!("{:?} {:?}", loaded.describe(), loaded.config);
        assert!(!shown.contains("hunter2") && !shown.contains(secret), "{shown}");
        assert!(loaded.describe().iter().any(|setting| setting.origin == "command line"));
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for (key, value) in [
            ("listen", "nowhere"),
            ("trusted_proxies", "10.0.0.0/99"),
            ("public_url", "ftp://x"),
            ("project_url_template", "https://chat.example.org"),
            ("secret", "short"),
            ("max_connections", "many"),
            ("max_content", "0"),
            ("max_content", "8388609"),
            ("allow_private", "10.0.0.0/99"),
            ("clock_tolerance_secs", "61"),
            ("postgres.pooler", "perhaps"),
            ("limits.buffered_bytes", "1048576"),
            ("database_url", "mysql://h/db"),
            ("database_url", "postgres:///db"),
            ("sso_issuer", "https://issuer.example"),
            ("sso_client_id", "alone"),
        ] {
            let error = Loaded::read(None, flags(&[(key, value)])).unwrap_err().to_string();
            assert!(error.contains(key), "{key}: {error}");
        }
    }

    #[test]
    fn networks_come_as_a_list_or_as_one_text() {
        let loaded = Loaded::read(None, flags(&[("trusted_proxies", "127.0.0.1, 10.0.0.0/8")])).unwrap();
        assert_eq!(loaded.config.trusted_proxies.len(), 2);
    }
}
