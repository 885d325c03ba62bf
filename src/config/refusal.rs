//! What is wrong with a setting and where it was set, without the value of one that may be a secret.

use figment::Figment;
use figment::error::{Actual, Kind};

use super::ConfigError;
use super::file::File;

impl From<figment::Error> for ConfigError {
    /// Says the same without the value, which may be a secret.
    fn from(error: figment::Error) -> Self {
        let (setting, problem) = match error.kind {
            Kind::Message(text) => (None, text),
            Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
                (None, format!("this is {}, not {expected}", kind_of(&actual)))
            }
            Kind::UnknownVariant(_, choices) => (None, format!("one of {}", choices.join(", "))),
            Kind::UnknownField(name, _) => (Some(name), "there is no such setting".into()),
            Kind::MissingField(name) => (Some(name.into_owned()), "it must be set".into()),
            _ => (None, "this cannot be its value".into()),
        };
        Self::Value { setting: setting.unwrap_or_else(|| error.path.join(".")), problem }
    }
}

/// The kind of a value, without the value.
fn kind_of(actual: &Actual) -> &'static str {
    match actual {
        Actual::Bool(_) => "true or false",
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) => "a number",
        Actual::Char(_) | Actual::Str(_) => "a text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
}

impl ConfigError {
    /// The setting that is wrong.
    fn setting(&self) -> Option<&str> {
        match self {
            Self::Value { setting, .. } => setting.split('.').next(),
            Self::Url { setting, .. } => Some(setting),
            Self::ShortSecret => Some("secret"),
            Self::Tolerance => Some("clock_tolerance_secs"),
            Self::Content => Some("max_content"),
            Self::BufferedBytes => Some("limits"),
            Self::Database(_) => Some("database_url"),
            Self::Syntax { .. } | Self::InFile(..) | Self::NoFile(..) | Self::HalfSingleSignOn => None,
        }
    }

    /// Adds the place, when it is the file that says what is wrong.
    pub(super) fn locate(self, figment: &Figment, file: Option<&File>) -> Self {
        let place = self.setting().and_then(|key| {
            let metadata = figment.find_metadata(key)?;
            metadata.source.as_ref()?.file_path()?;
            file?.place_of(key)
        });
        match place {
            Some(place) => Self::InFile(place, Box::new(self)),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigError, Flags, Loaded};

    fn refusal(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keep.toml");
        std::fs::write(&path, text).unwrap();
        let error = Loaded::read(Some(&path), Flags::default()).unwrap_err().to_string();
        error.replace(&path.display().to_string(), "keep.toml")
    }

    #[test]
    fn what_is_wrong_in_the_file_is_told_with_its_place_and_without_its_text() {
        for (text, expected) in [
            ("# é\nsecret = hunter2-hunter2", "keep.toml, line 2, column 10: "),
            ("secret = \"hunter2-hunter2\nlisten = \":1\"", "keep.toml, line 1, column 26: "),
            ("é = 1\nsecret = \"hunter2\" hunter2", "keep.toml, line 1, column 1: "),
            ("sso_client_secret = 'hunter2' hunter2", "keep.toml, line 1, column 31: "),
            (
                "secret = \"hunter2\"\nsecret = \"hunter2\"",
                "keep.toml, line 2, column 1: duplicate key `secret`",
            ),
            ("secret = \"hunter2", "keep.toml, line 1, column 18: "),
            ("\n  secret = 48151623424815162342", "keep.toml, line 2, column "),
            (
                "\n  secret = 4815162342",
                "keep.toml, line 2, column 3: secret: this is a number, not a string",
            ),
            (
                "sso_client_secret = [\"hunter2\"]",
                "keep.toml, line 1, column 1: sso_client_secret: this is a list",
            ),
            ("[secret]\nhunter2 = 1", "keep.toml, line 1, column 2: secret: this is a table, not a string"),
            ("database_url = 4815162342", "keep.toml, line 1, column 1: database_url: this is a number"),
            ("max_content = \"hunter2\"", "keep.toml, line 1, column 1: max_content: this is a text"),
            ("log_level = \"hunter2\"", "keep.toml, line 1, column 1: log_level: one of error, warn"),
            ("trusted_proxies = 4815162342", "keep.toml, line 1, column 1: trusted_proxies: this is neither"),
            ("\nsecrets = \"hunter2\"", "keep.toml, line 2, column 1: secrets: there is no such setting"),
            ("[sso]\nsecret = \"hunter2\"", "keep.toml, line 1, column 2: sso: there is no such setting"),
            ("secret = \"hunter2\"", "keep.toml, line 1, column 1: secret: at least 32 characters"),
        ] {
            let error = refusal(text);
            assert!(error.starts_with(expected), "{text:?}: {error}");
            assert!(!error.contains("hunter2") && !error.contains("4815162342"), "{text:?}: {error}");
            assert!(!error.contains('\n'), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_stronger_value_is_not_blamed_on_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keep.toml");
        std::fs::write(&path, "max_content = 7").unwrap();
        let error =
            Loaded::read(Some(&path), Flags(vec![("max_content", Some("0".to_owned()))])).unwrap_err();
        assert!(matches!(error, ConfigError::Content), "{error}");
    }
}
