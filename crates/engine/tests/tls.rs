//! Every mode of encryption against a PostgreSQL with TLS, as `tests/support/postgres.sh tls` makes it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use engine::driver::tokio_postgres::{self, Client, NoTls, SimpleQueryMessage};
use engine::{LibpqEnvironment, Options, PostgresOptions, Protection, Store};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, MutexGuard};
use tokio_rustls::TlsAcceptor;

/// The variable that names the server.
const POSTGRES_TLS: &str = "THREADKEEP_TEST_POSTGRES_TLS";

/// The server, for one test at a time: they change its certificate.
struct Server {
    port: u16,
    /// The folder of the certificates.
    folder: String,
    _alone: MutexGuard<'static, ()>,
}

impl Server {
    /// With one of the certificates that the script made.
    #[expect(clippy::disallowed_methods, reason = "tests have no other configuration than this variable")]
    async fn with(certificate: &str) -> Self {
        static ALONE: Mutex<()> = Mutex::const_new(());
        let alone = ALONE.lock().await;
        let url = std::env::var(POSTGRES_TLS)
            .unwrap_or_else(|_| panic!("{POSTGRES_TLS} is not set: run the tests by `make test`"));
        let config: tokio_postgres::Config = url.parse().unwrap();
        let mut server = Self { port: config.get_ports()[0], folder: String::new(), _alone: alone };
        server.folder = server.show("data_directory").await + "/tls";
        let (certificate, key) = (server.file(certificate, "crt"), server.file(certificate, "key"));
        server.set("ssl", "on").await;
        server.set("ssl_min_protocol_version", "TLSv1.2").await;
        server.set("ssl_max_protocol_version", "").await;
        server.set("ssl_key_file", &key).await;
        server.set("ssl_cert_file", &certificate).await;
        server
    }

    fn file(&self, name: &str, extension: &str) -> String {
        format!("{}/{name}.{extension}", self.folder)
    }

    /// A URL for an address of the server, with `{folder}` filled in.
    fn url(&self, host: &str, rest: &str) -> String {
        format!("postgres://postgres@{host}:{}/{}", self.port, rest.replace("{folder}", &self.folder))
    }

    async fn client(&self) -> Client {
        let (client, connection) =
            tokio_postgres::connect(&self.url("127.0.0.1", "postgres?sslmode=disable"), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    async fn show(&self, setting: &str) -> String {
        let answer = self.client().await.simple_query(&format!("SHOW {setting}")).await.unwrap();
        let row = answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        row.unwrap().to_owned()
    }

    /// Changes a setting and waits until new connections have it.
    async fn set(&self, setting: &str, value: &str) {
        if self.show(setting).await == value {
            return;
        }
        let client = self.client().await;
        client.batch_execute(&format!("ALTER SYSTEM SET {setting} = '{value}'")).await.unwrap();
        client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while self.show(setting).await != value {
            assert!(std::time::Instant::now() < deadline, "{setting} does not become {value}");
        }
    }

    async fn protection(&self, host: &str, rest: &str) -> Protection {
        let opened = open(&self.url(host, rest), LibpqEnvironment::default()).await;
        opened.unwrap_or_else(|error| panic!("{host} {rest}: {error}"))
    }

    async fn refusal(&self, host: &str, rest: &str) -> String {
        match open(&self.url(host, rest), LibpqEnvironment::default()).await {
            Ok(protection) => panic!("{host} {rest}: {protection}"),
            Err(error) => error,
        }
    }
}

/// How a store's connections are protected that works, or all that is told of why there is none.
async fn open(url: &str, environment: LibpqEnvironment) -> Result<Protection, String> {
    let Options::Postgres(options) = Options::postgres(url) else { panic!("not PostgreSQL") };
    let opened = Store::open(Options::Postgres(PostgresOptions { environment, ..options })).await;
    let store = opened.map_err(|error| {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        text
    })?;
    let one: engine::Result<Option<i64>> =
        store.read(async |conn| conn.first("SELECT CAST(1 AS BIGINT)", &[], |row| row.get(0)).await).await;
    assert_eq!(one.unwrap(), Some(1));
    Ok(store.protection().unwrap())
}

#[tokio::test]
async fn each_mode_protects_as_much_as_it_says() {
    let server = Server::with("server").await;
    for (rest, protection) in [
        ("postgres", Protection::Encrypted),
        ("postgres?sslmode=disable", Protection::Plain),
        ("postgres?sslmode=allow", Protection::Plain),
        ("postgres?sslmode=prefer", Protection::Encrypted),
        ("postgres?sslmode=prefer&sslrootcert={folder}/stranger.crt", Protection::Encrypted),
        ("postgres?sslmode=require", Protection::Encrypted),
        ("postgres?sslmode=require&sslrootcert={folder}/root.crt", Protection::AuthorityVerified),
        ("postgres?sslmode=verify-ca&sslrootcert={folder}/root.crt", Protection::AuthorityVerified),
        ("postgres?sslmode=verify-full&sslrootcert={folder}/root.crt", Protection::Verified),
    ] {
        for host in ["localhost", "127.0.0.1"] {
            assert_eq!(server.protection(host, rest).await, protection, "{rest}");
        }
    }
}

#[tokio::test]
async fn a_server_may_insist_on_either_way() {
    let server = Server::with("server").await;
    assert_eq!(server.protection("localhost", "only_tls?sslmode=allow").await, Protection::Encrypted);
    assert_eq!(server.protection("localhost", "only_tls?sslmode=prefer").await, Protection::Encrypted);
    assert_eq!(server.protection("localhost", "only_plain?sslmode=prefer").await, Protection::Plain);
    assert_eq!(server.protection("localhost", "only_plain?sslmode=allow").await, Protection::Plain);
    let refusal = server.refusal("localhost", "only_plain?sslmode=require").await;
    assert!(refusal.contains("sslmode=require") && refusal.contains("pg_hba.conf"), "{refusal}");
    let refusal = server.refusal("localhost", "only_tls?sslmode=disable").await;
    assert!(refusal.contains("sslmode=disable") && refusal.contains("no encryption"), "{refusal}");
}

#[tokio::test]
async fn a_server_without_tls_is_for_those_who_do_not_insist() {
    let server = Server::with("server").await;
    server.set("ssl", "off").await;
    for mode in ["disable", "allow", "prefer"] {
        let rest = format!("postgres?sslmode={mode}");
        assert_eq!(server.protection("127.0.0.1", &rest).await, Protection::Plain, "{mode}");
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        let rest = format!("postgres?sslmode={mode}&sslrootcert={{folder}}/root.crt");
        let refusal = server.refusal("127.0.0.1", &rest).await;
        assert!(refusal.contains(&format!("sslmode={mode}")), "{refusal}");
        assert!(refusal.contains("server does not support TLS"), "{refusal}");
    }
}

#[tokio::test]
async fn a_server_whose_tls_is_too_old_is_for_those_who_do_not_insist() {
    let server = Server::with("server").await;
    server.set("ssl_min_protocol_version", "TLSv1").await;
    server.set("ssl_max_protocol_version", "TLSv1.1").await;
    assert_eq!(server.protection("127.0.0.1", "postgres").await, Protection::Plain);
    let refusal = server.refusal("127.0.0.1", "postgres?sslmode=require").await;
    assert!(refusal.contains("error performing TLS handshake"), "{refusal}");
}

#[tokio::test]
async fn a_socket_needs_no_encryption() {
    let server = Server::with("server").await;
    let host = server.folder.strip_suffix("/tls").unwrap().replace('/', "%2F");
    for mode in ["prefer", "require", "verify-full"] {
        let rest = format!("postgres?sslmode={mode}");
        assert_eq!(server.protection(&host, &rest).await, Protection::Socket);
    }
}

/// Speaks TLS from the first byte, as PostgreSQL 17 can, and passes on what it reads to one that cannot.
async fn direct(server: &Server) -> u16 {
    let pem = |extension| std::fs::read(server.file("server", extension)).unwrap();
    let certificate = CertificateDer::from_pem_slice(&pem("crt")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&pem("key")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = builder.unwrap().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, behind) = (listener.local_addr().unwrap().port(), server.port);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut outside = acceptor.accept(socket).await.unwrap();
                // Without it, PostgreSQL refuses.
                assert_eq!(outside.get_ref().1.alpn_protocol(), Some(&b"postgresql"[..]));
                let mut inside = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
                copy_bidirectional(&mut outside, &mut inside).await.ok();
            });
        }
    });
    port
}

#[tokio::test]
async fn tls_may_begin_with_the_first_byte() {
    let server = Server::with("server").await;
    let port = direct(&server).await;
    let root = server.file("root", "crt");
    let url = format!(
        "postgres://postgres@localhost:{port}/postgres?sslmode=verify-full&sslrootcert={root}&sslnegotiation="
    );
    let opened = open(&format!("{url}direct"), LibpqEnvironment::default()).await;
    assert_eq!(opened, Ok(Protection::Verified));
    open(&format!("{url}postgres"), LibpqEnvironment::default()).await.unwrap_err();
}

#[tokio::test]
async fn a_foreign_authority_is_refused() {
    let server = Server::with("server").await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let rest = format!("postgres?sslmode={mode}&sslrootcert={{folder}}/stranger.crt");
        let refusal = server.refusal("localhost", &rest).await;
        assert!(refusal.contains("UnknownIssuer") && refusal.contains(mode), "{refusal}");
    }
    for rest in ["postgres?sslmode=verify-full", "postgres?sslrootcert=system"] {
        let refusal = server.refusal("localhost", rest).await;
        assert!(refusal.contains("UnknownIssuer") && refusal.contains("verify-full"), "{refusal}");
    }
}

#[tokio::test]
async fn a_name_counts_for_verify_full_alone() {
    let server = Server::with("other").await;
    let refusal =
        server.refusal("localhost", "postgres?sslmode=verify-full&sslrootcert={folder}/root.crt").await;
    assert!(refusal.contains("not valid for name \"localhost\""), "{refusal}");
    let rest = "postgres?sslmode=verify-ca&sslrootcert={folder}/root.crt";
    assert_eq!(server.protection("localhost", rest).await, Protection::AuthorityVerified);
}

#[tokio::test]
async fn a_common_name_counts_where_there_is_no_other() {
    let server = Server::with("common").await;
    let rest = "postgres?sslmode=verify-full&sslrootcert={folder}/root.crt";
    assert_eq!(server.protection("localhost", rest).await, Protection::Verified);
    let refusal = server.refusal("127.0.0.1", rest).await;
    assert!(refusal.contains("127.0.0.1"), "{refusal}");
}

#[tokio::test]
async fn a_server_may_show_the_trusted_certificate_itself() {
    let server = Server::with("own").await;
    assert_eq!(server.protection("127.0.0.1", "postgres").await, Protection::Encrypted);
    let rest = "postgres?sslmode=verify-full&sslrootcert={folder}/own.crt";
    assert_eq!(server.protection("localhost", rest).await, Protection::Verified);
    assert!(server.refusal("127.0.0.1", rest).await.contains("127.0.0.1"));
    let rest = "postgres?sslmode=verify-ca&sslrootcert={folder}/root.crt";
    assert!(server.refusal("localhost", rest).await.contains("certificate"));
}

#[tokio::test]
async fn a_certificate_of_version_1_will_do_where_nobody_looks() {
    let server = Server::with("v1").await;
    for mode in ["prefer", "require"] {
        let rest = format!("postgres?sslmode={mode}");
        assert_eq!(server.protection("localhost", &rest).await, Protection::Encrypted);
    }
    let refusal =
        server.refusal("localhost", "postgres?sslmode=verify-ca&sslrootcert={folder}/root.crt").await;
    assert!(refusal.contains("version 1"), "{refusal}");
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let server = Server::with("server").await;
    let refusal = server.refusal("localhost", "with_client?sslmode=require").await;
    assert!(refusal.contains("valid client certificate"), "{refusal}");
    // Without encryption the database cannot be reached either; what is told is what can be mended.
    let refusal = server.refusal("localhost", "with_client").await;
    assert!(refusal.contains("valid client certificate"), "{refusal}");
    for name in ["client", "client-v1"] {
        let rest = format!("with_client?sslcert={{folder}}/{name}.crt&sslkey={{folder}}/{name}.key");
        assert_eq!(server.protection("localhost", &rest).await, Protection::Encrypted, "{name}");
    }
}

#[tokio::test]
async fn the_environment_fills_in_what_the_url_leaves_out() {
    let server = Server::with("server").await;
    let environment = LibpqEnvironment {
        sslmode: Some("verify-full".into()),
        sslrootcert: Some(server.file("root", "crt")),
        sslcert: Some(server.file("client", "crt")),
        sslkey: Some(server.file("client", "key")),
        ..LibpqEnvironment::default()
    };
    let url = server.url("localhost", "with_client");
    assert_eq!(open(&url, environment.clone()).await, Ok(Protection::Verified));
    let url = server.url("localhost", "with_client?sslmode=require");
    assert_eq!(open(&url, environment.clone()).await, Ok(Protection::AuthorityVerified));
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".postgresql");
    std::fs::create_dir(&folder).unwrap();
    for (from, to) in
        [("root.crt", "root.crt"), ("client.crt", "postgresql.crt"), ("client.key", "postgresql.key")]
    {
        std::fs::copy(format!("{}/{from}", server.folder), folder.join(to)).unwrap();
    }
    let at_home = LibpqEnvironment { home: Some(home.path().to_owned()), ..LibpqEnvironment::default() };
    let url = server.url("localhost", "with_client?sslmode=require");
    assert_eq!(open(&url, at_home).await, Ok(Protection::AuthorityVerified));
}

#[tokio::test]
async fn files_that_will_not_do_are_told_by_the_parameter_that_names_them() {
    let server = Server::with("server").await;
    for (rest, parts) in [
        ("postgres?sslmode=verify-ca", ["sslrootcert", "verify-ca"]),
        ("postgres?sslmode=require&sslrootcert=/nowhere.crt", ["sslrootcert: /nowhere.crt", "No such file"]),
        ("postgres?sslmode=require&sslrootcert={folder}/server.key", ["sslrootcert", "no certificate"]),
        ("postgres?sslcert=/nowhere.crt&sslkey=/nowhere.key", ["sslcert: /nowhere.crt", "No such file"]),
        ("postgres?sslcert={folder}/client.crt", ["sslkey", "needs one"]),
        ("postgres?sslcert={folder}/client.crt&sslkey={folder}/other.key", ["sslkey", "not the key of"]),
        ("postgres?sslcert={folder}/client.crt&sslkey={folder}/client.crt", ["sslkey", "no private key"]),
        (
            "postgres?sslcert={folder}/client.crt&sslkey={folder}/encrypted.key&sslpassword=hunter2",
            ["sslkey", "encrypted"],
        ),
    ] {
        let refusal = server.refusal("localhost", rest).await;
        assert!(parts.iter().all(|part| refusal.contains(part)), "{rest}: {refusal}");
        assert!(!refusal.contains("hunter2"), "{refusal}");
    }
    // Where nothing is encrypted, nobody needs them.
    let rest = "postgres?sslmode=disable&sslrootcert=/nowhere.crt";
    assert_eq!(server.protection("localhost", rest).await, Protection::Plain);
}

#[tokio::test]
async fn a_password_is_proved_over_tls_without_being_told() {
    let server = Server::with("server").await;
    for (password, works) in [("hunter2", true), ("wrong", false)] {
        let url = format!("postgres://secret:{password}@localhost:{}/postgres", server.port);
        let outcome = open(&url, LibpqEnvironment::default()).await;
        assert_eq!(outcome.is_ok(), works, "{outcome:?}");
        assert!(outcome.err().is_none_or(|error| !error.contains(password)));
    }
}
