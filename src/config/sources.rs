//! Where settings come from beside the file: the defaults, the environment, the command line.

use std::path::PathBuf;

use figment::util::nest;
use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

use super::{Flags, KEYS};

/// The file that the environment names.
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]
pub fn file_from_environment() -> Option<PathBuf> {
    std::env::var_os("THREADKEEP_CONFIG").filter(|file| !file.is_empty()).map(PathBuf::from)
}

/// The account that the process runs for, to name in the audit log who used the command line.
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]
pub fn account_from_environment() -> Option<String> {
    let variable = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
    variable("SUDO_USER").or_else(|| variable("USER")).or_else(|| variable("LOGNAME"))
}

/// A provider under another name.
pub(super) struct Named<P>(pub(super) &'static str, pub(super) P);

impl<P: Provider> Provider for Named<P> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        self.1.data()
    }
}

impl Provider for Flags {
    fn metadata(&self) -> Metadata {
        Metadata::named("command line")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let given = self.0.iter().filter_map(|(key, value)| Some((*key, value.clone()?)));
        Ok(Profile::Default.collect(to_entries(given)))
    }
}

/// The variables `THREADKEEP_…`, one for each setting. Unlike figment's own provider it takes texts as
/// they are: a secret of digits is not a number.
pub(super) struct Environment;

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let variable = |key: &'static str| {
            let name = format!("THREADKEEP_{}", key.replace('.', "_").to_ascii_uppercase());
            let value = std::env::var(name).ok()?;
            (!value.is_empty()).then_some((key, value))
        };
        Ok(Profile::Default.collect(to_entries(KEYS.into_iter().filter_map(variable))))
    }
}

fn to_entries(given: impl Iterator<Item = (&'static str, String)>) -> Dict {
    let entries = given.map(|(key, text)| nest(key, to_value(key, text)));
    entries.filter_map(Value::into_dict).flatten().collect()
}

fn to_value(key: &str, text: String) -> Value {
    let is_number = matches!(
        key,
        "max_connections"
            | "max_content"
            | "database_connections"
            | "clock_tolerance_secs"
            | "limits.buffered_bytes"
    );
    let number = text.parse::<u64>().ok().filter(|_| is_number);
    number.map_or_else(|| Value::from(text), Value::from)
}
