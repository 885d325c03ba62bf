//! TLS to the server, by the parameters and variables of libpq.

mod certificate;
mod connector;
mod files;
mod verifier;

use std::path::PathBuf;

use super::address::Address;
use crate::{Error, Result};

pub(super) use self::connector::{Connector, Handshake};
use self::files::Files;

/// What libpq would find in its environment; a connection string is stronger than any of it.
#[derive(Clone, Debug, Default)]
pub struct LibpqEnvironment {
    /// `PGSSLMODE`
    pub sslmode: Option<String>,
    /// `PGSSLROOTCERT`
    pub sslrootcert: Option<String>,
    /// `PGSSLCERT`
    pub sslcert: Option<String>,
    /// `PGSSLKEY`
    pub sslkey: Option<String>,
    /// `PGSSLNEGOTIATION`
    pub sslnegotiation: Option<String>,
    /// The folder in which `.postgresql/` may have certificates that nothing else names.
    pub home: Option<PathBuf>,
}

/// How strictly a connection is to be protected: libpq's `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl Mode {
    const ALL: [(&'static str, Self); 6] = [
        ("disable", Self::Disable),
        ("allow", Self::Allow),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    fn parse(given: &Given) -> Result<Self> {
        let found = Self::ALL.iter().find(|(name, _)| *name == given.value);
        found.map(|(_, mode)| *mode).ok_or_else(|| {
            given.refuse("must be `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`")
        })
    }

    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }
}

impl Mode {
    /// What comes of it when that is up to the server.
    pub(super) fn outlook(self) -> &'static str {
        match self {
            Self::Allow => "plain, or encrypted and not verified if the server asks for it",
            _ => "encrypted if the server can, not verified",
        }
    }
}

/// What the server has to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Nothing,
    Authority,
    AuthorityAndName,
}

/// The parameters of TLS, checked against each other. The files are read for every connection, so that
/// renewed ones are taken up.
#[derive(Clone)]
pub(super) struct Tls {
    pub(super) mode: Mode,
    /// Where the mode was given, for people.
    pub(super) source: &'static str,
    pub(super) proof: Proof,
    direct: bool,
    files: Files,
}

impl Tls {
    /// Takes what concerns TLS out of the address; what is not there comes from the environment.
    pub(super) fn take(address: &mut Address, environment: &LibpqEnvironment) -> Result<Self> {
        let mode = Given::take(address, "sslmode", "PGSSLMODE", environment.sslmode.as_ref());
        let negotiation =
            Given::take(address, "sslnegotiation", "PGSSLNEGOTIATION", environment.sslnegotiation.as_ref());
        // A passphrase that is there for other programs does no harm; an encrypted key is refused.
        let _passphrase = address.take("sslpassword");
        let files = Files::take(address, environment);
        let source = mode.as_ref().map_or("default", |given| given.source);
        let default = if files.trusts_system() { Mode::VerifyFull } else { Mode::Prefer };
        let mode = mode.as_ref().map_or(Ok(default), Mode::parse)?;
        if files.trusts_system() && mode != Mode::VerifyFull {
            return Err(Error::internal(format!(
                "sslrootcert: `system` needs sslmode=verify-full, anybody has a certificate of a public \
                 authority (it is sslmode={})",
                mode.name()
            )));
        }
        let direct = negotiation.as_ref().map_or(Ok(false), is_direct)?;
        if direct && mode < Mode::Require {
            return Err(Error::internal(format!(
                "sslnegotiation: `direct` needs sslmode=require or stricter (it is {})",
                mode.name()
            )));
        }
        let proof = match mode {
            Mode::Require if files.has_roots() => Proof::Authority,
            Mode::Disable | Mode::Allow | Mode::Prefer | Mode::Require => Proof::Nothing,
            Mode::VerifyCa => Proof::Authority,
            Mode::VerifyFull => Proof::AuthorityAndName,
        };
        Ok(Self { mode, source, proof, direct, files })
    }

    /// Reads every file once, to tell what is wrong with them before anything needs them.
    pub(super) fn check_files(&self) -> Result<()> {
        match self.mode {
            Mode::Disable => Ok(()),
            _ => self.client_config().map(drop),
        }
    }

    /// How to make a connection, and how else when that fails for how it was made.
    pub(super) fn ways(&self, is_socket: bool) -> (Way, Option<Way>) {
        match self.mode {
            _ if is_socket => (Way::Plain, None),
            Mode::Disable => (Way::Plain, None),
            Mode::Allow => (Way::Plain, Some(Way::Encrypted)),
            Mode::Prefer => (Way::EncryptedIfOffered, Some(Way::Plain)),
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => (Way::Encrypted, None),
        }
    }

    pub(super) fn is_direct(&self) -> bool {
        self.direct
    }
}

/// One try at a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Plain,
    EncryptedIfOffered,
    Encrypted,
}

/// The value of a parameter, and by which name it was given.
struct Given {
    name: &'static str,
    source: &'static str,
    value: String,
}

impl Given {
    fn take(
        address: &mut Address,
        parameter: &'static str,
        variable: &'static str,
        environment: Option<&String>,
    ) -> Option<Self> {
        if let Some(value) = address.take(parameter) {
            return Some(Self { name: parameter, source: "database_url", value });
        }
        let value = environment.filter(|value| !value.is_empty())?.clone();
        Some(Self { name: variable, source: variable, value })
    }

    fn refuse(&self, problem: &str) -> Error {
        Error::internal(format!("{}: {problem}", self.name))
    }
}

fn is_direct(given: &Given) -> Result<bool> {
    match given.value.as_str() {
        "direct" => Ok(true),
        "postgres" => Ok(false),
        _ => Err(given.refuse("must be `postgres` or `direct`")),
    }
}

#[cfg(test)]
mod tests;
