//! Making a connection: each host in turn, each in the ways that `sslmode` allows.

use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::task::JoinHandle;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode, SslNegotiation};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{CancelToken, Client, Config, NoTls, Socket};

use super::WAIT;
use super::address::Address;
use super::protection::Protection;
use super::tls::{Connector, Handshake, LibpqEnvironment, Mode, Proof, Tls, Way};
use crate::error::Cause;
use crate::{Error, Result};

type Connected = (Client, JoinHandle<()>);
type Failure = tokio_postgres::Error;

/// Where the server is and how to reach it. Clones share what they note about the last connection.
#[derive(Clone)]
pub(super) struct Server {
    first: Config,
    others: Vec<Config>,
    tls: Tls,
    has_password: bool,
    last: Arc<AtomicU8>,
}

impl Server {
    /// Reads a connection string; no file and no network.
    pub(super) fn parse(url: &str, environment: &LibpqEnvironment) -> Result<Self> {
        let mut address = Address::parse(url)?;
        let tls = Tls::take(&mut address, environment)?;
        let has_password = address.has_password();
        let (first, others) = address.each_host()?;
        let others = others.iter().map(config).collect::<Result<Vec<_>>>()?;
        Ok(Self { first: config(&first)?, others, tls, has_password, last: Arc::default() })
    }

    fn all(&self, is_so: fn(&Config) -> bool) -> bool {
        is_so(&self.first) && self.others.iter().all(is_so)
    }

    pub(super) fn tls(&self) -> &Tls {
        &self.tls
    }

    /// How connections are protected as far as the settings tell; `None` when that is up to the server.
    pub(super) fn planned(&self) -> Option<Protection> {
        if self.all(is_socket) {
            return Some(Protection::Socket);
        }
        match self.tls.mode {
            Mode::Disable => Some(Protection::Plain),
            Mode::Allow | Mode::Prefer => None,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => Some(self.encrypted()),
        }
    }

    /// How the last connection was protected.
    pub(super) fn protection(&self) -> Option<Protection> {
        Protection::from_code(self.last.load(Ordering::Relaxed))
    }

    /// Whether the password goes to another machine whose identity nobody checks.
    pub(super) fn exposes_password(&self, protection: Option<Protection>) -> bool {
        let is_checked = match protection {
            Some(Protection::Socket | Protection::AuthorityVerified | Protection::Verified) => true,
            Some(Protection::Plain | Protection::Encrypted) | None => false,
        };
        self.has_password && !is_checked && !self.all(is_local)
    }

    /// Why no connection came about, with the mode of encryption that was asked for.
    pub(super) fn explain(&self, error: impl Into<Cause>) -> Error {
        Error::unavailable(NotConnected { mode: self.tls.mode.name(), source: error.into() })
    }

    fn encrypted(&self) -> Protection {
        match self.tls.proof {
            Proof::Nothing => Protection::Encrypted,
            Proof::Authority => Protection::AuthorityVerified,
            Proof::AuthorityAndName => Protection::Verified,
        }
    }

    /// Makes a connection.
    ///
    /// # Errors
    /// Those of the last host.
    pub(super) async fn connect(&self) -> Result<Connected, Failure> {
        let (first, others) = self.in_order();
        let mut outcome = self.connect_to(first).await;
        for other in others {
            if outcome.is_ok() {
                break;
            }
            outcome = self.connect_to(other).await;
        }
        outcome
    }

    fn in_order(&self) -> (&Config, Vec<&Config>) {
        let (first, mut others) = (&self.first, self.others.iter().collect::<Vec<_>>());
        if first.get_load_balance_hosts() != LoadBalanceHosts::Random {
            return (first, others);
        }
        let dice = RandomState::new();
        others.push(first);
        others.sort_by_cached_key(|config| dice.hash_one(std::ptr::from_ref(*config)));
        (others.pop().unwrap_or(first), others)
    }

    /// Asks the server to give up what a connection of this kind is busy with.
    ///
    /// # Errors
    /// When the server cannot be reached for that.
    pub(super) async fn cancel(&self, query: &CancelToken) -> Result<(), Failure> {
        match self.protection() {
            Some(Protection::Plain | Protection::Socket) | None => query.cancel_query(NoTls).await,
            Some(Protection::Encrypted | Protection::AuthorityVerified | Protection::Verified) => {
                query.cancel_query(Connector::new(self.tls.clone(), Handshake::default())).await
            }
        }
    }

    async fn connect_to(&self, config: &Config) -> Result<Connected, Failure> {
        let (way, other_way) = self.tls.ways(is_socket(config));
        let failed = match self.go(config, way).await {
            Ok(connected) => return Ok(connected),
            Err(failed) => failed,
        };
        match other_way {
            Some(other) if failed.asks_for_another_way => match self.go(config, other).await {
                Ok(connected) => Ok(connected),
                // What went wrong with encryption is what people need to know.
                Err(_) if other == Way::Plain => Err(failed.error),
                Err(again) => Err(again.error),
            },
            _ => Err(failed.error),
        }
    }

    async fn go(&self, config: &Config, way: Way) -> Result<Connected, Failed> {
        let mut config = config.clone();
        config.ssl_mode(way.mode());
        let handshake = Handshake::default();
        let outcome = match way {
            Way::Plain => connect_with(&config, NoTls).await,
            Way::Encrypted | Way::EncryptedIfOffered => {
                if self.tls.is_direct() {
                    config.ssl_negotiation(SslNegotiation::Direct);
                }
                connect_with(&config, Connector::new(self.tls.clone(), handshake.clone())).await
            }
        };
        match outcome {
            Ok(connected) => {
                self.last.store(self.came_about(&config, &handshake).code(), Ordering::Relaxed);
                Ok(connected)
            }
            Err(error) => {
                let asks_for_another_way = handshake.has_failed() || refuses_the_way(&error);
                Err(Failed { error, asks_for_another_way })
            }
        }
    }

    fn came_about(&self, config: &Config, handshake: &Handshake) -> Protection {
        match handshake.is_done() {
            true => self.encrypted(),
            false if is_socket(config) => Protection::Socket,
            false => Protection::Plain,
        }
    }
}

impl deadpool_postgres::Connect for Server {
    /// The pool's own configuration is not used: the hosts' are.
    fn connect(&self, _: &Config) -> Pin<Box<dyn Future<Output = Result<Connected, Failure>> + Send + '_>> {
        Box::pin(self.connect())
    }
}

fn config(address: &Address) -> Result<Config> {
    let mut config = address.config()?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(WAIT);
    }
    Ok(config)
}

/// A link in the chain of causes: whether a server is refused often depends on the mode.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to PostgreSQL with sslmode={mode}")]
struct NotConnected {
    mode: &'static str,
    source: Cause,
}

struct Failed {
    error: Failure,
    asks_for_another_way: bool,
}

impl Way {
    fn mode(self) -> SslMode {
        match self {
            Self::Plain => SslMode::Disable,
            Self::EncryptedIfOffered => SslMode::Prefer,
            Self::Encrypted => SslMode::Require,
        }
    }
}

async fn connect_with<T>(config: &Config, tls: T) -> Result<Connected, Failure>
where
    T: MakeTlsConnect<Socket, Stream: Send + 'static, TlsConnect: TlsConnect<Socket, Future: Send> + Send>
        + Send,
{
    let (client, connection) = config.connect(tls).await?;
    let driving = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a connection to PostgreSQL broke off");
        }
    });
    Ok((client, driving))
}

/// Whether the server may take the same caller when the connection is encrypted, or when it is not:
/// `pg_hba.conf` can ask for either. A wrong password is wrong both ways.
fn refuses_the_way(error: &Failure) -> bool {
    use tokio_postgres::error::SqlState;
    let refusals = [&SqlState::INVALID_AUTHORIZATION_SPECIFICATION, &SqlState::PROTOCOL_VIOLATION];
    error.code().is_some_and(|code| refusals.contains(&code))
}

fn is_socket(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| !matches!(host, Host::Tcp(_)))
}

/// Whether nobody outside of this machine can read along.
fn is_local(config: &Config) -> bool {
    let is_loopback = |host: &Host| match host {
        Host::Tcp(name) => {
            let address = name.parse::<std::net::IpAddr>();
            address.map_or(name.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
        }
        _ => true,
    };
    match config.get_hostaddrs() {
        [] => config.get_hosts().iter().all(is_loopback),
        addresses => addresses.iter().all(std::net::IpAddr::is_loopback),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Server {
        Server::parse(url, &LibpqEnvironment::default()).unwrap()
    }

    #[test]
    fn what_is_planned_is_told() {
        for (url, planned) in [
            ("postgres://h/db?sslmode=disable", Some(Protection::Plain)),
            ("postgres://h/db", None),
            ("postgres://h/db?sslmode=allow", None),
            ("postgres://h/db?sslmode=require", Some(Protection::Encrypted)),
            ("postgres://h/db?sslmode=require&sslrootcert=ca.crt", Some(Protection::AuthorityVerified)),
            ("postgres://h/db?sslmode=verify-ca&sslrootcert=ca.crt", Some(Protection::AuthorityVerified)),
            ("postgres://h/db?sslmode=verify-full", Some(Protection::Verified)),
            ("postgres://h/db?sslrootcert=system", Some(Protection::Verified)),
            ("postgres:///db?host=/run/postgresql&sslmode=verify-full", Some(Protection::Socket)),
        ] {
            assert_eq!(server(url).planned(), planned, "{url}");
        }
    }

    #[test]
    fn a_password_is_exposed_to_other_machines_that_nobody_checks() {
        for (url, exposed) in [
            ("postgres://k:p@db.example.org/db?sslmode=require", true),
            ("postgres://k:p@db.example.org/db", true),
            ("postgres://k:p@db.example.org/db?sslmode=disable", true),
            ("postgres://k:p@db.example.org/db?sslmode=verify-ca&sslrootcert=ca.crt", false),
            ("postgres://k:p@db.example.org/db?sslmode=verify-full", false),
            ("postgres://k@db.example.org/db?sslmode=require", false),
            ("postgres://k:p@127.0.0.1/db", false),
            ("postgres://k:p@[::1]/db", false),
            ("postgres://k:p@localhost/db", false),
            ("postgres://k:p@localhost,db.example.org/db", true),
            ("host=localhost hostaddr=10.0.0.1 password=p", true),
            ("host=/run/postgresql password=p", false),
        ] {
            let server = server(url);
            assert_eq!(server.exposes_password(server.planned()), exposed, "{url}");
        }
    }

    #[test]
    fn hosts_in_random_order_are_all_tried() {
        let server = server("postgres://a,b,c/db?load_balance_hosts=random");
        let (first, mut others) = server.in_order();
        others.push(first);
        let mut names: Vec<_> = others.iter().map(|config| format!("{:?}", config.get_hosts())).collect();
        names.sort();
        assert_eq!(names, [r#"[Tcp("a")]"#, r#"[Tcp("b")]"#, r#"[Tcp("c")]"#]);
    }
}
