//! The configuration file, and where in it something is wrong. What stands in the file is never repeated:
//! the line that is wrong may be the one with the secret.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use figment::value::{Dict, Map};
use figment::{Metadata, Profile, Provider};
use serde::de::IgnoredAny;
use toml::Spanned;

use super::ConfigError;

/// A file that was read and is TOML.
pub(super) struct File {
    path: PathBuf,
    text: String,
    settings: Dict,
}

/// A place in a configuration file; lines and columns (of characters) count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    file: PathBuf,
    line: usize,
    column: usize,
}

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError::NoFile`] when it cannot be read, [`ConfigError::Syntax`] when it is no TOML.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            fs::read_to_string(path).map_err(|error| ConfigError::NoFile(path.to_owned(), error.kind()))?;
        match toml::from_str(&text) {
            Ok(settings) => Ok(Self { path: path.to_owned(), text, settings }),
            Err(error) => Err(ConfigError::Syntax {
                place: Place::at(path, &text, error.span().unwrap_or_default()),
                problem: error.message().replace('\n', ", "),
            }),
        }
    }

    /// Where a setting begins.
    pub(super) fn place_of(&self, key: &str) -> Option<Place> {
        let keys: BTreeMap<Spanned<String>, IgnoredAny> = toml::from_str(&self.text).ok()?;
        let found = keys.into_keys().find(|found| found.get_ref() == key)?;
        Some(Place::at(&self.path, &self.text, found.span()))
    }
}

impl Provider for File {
    fn metadata(&self) -> Metadata {
        Metadata::from("TOML file", self.path.as_path())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.settings.clone()))
    }
}

impl Place {
    fn at(file: &Path, text: &str, span: Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}, column {}", self.file.display(), self.line, self.column)
    }
}
