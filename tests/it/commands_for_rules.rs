//! The commands about other issuers: rules, the explanation of a token, origins, the audit log.

mod explain;
mod origins_and_audit;
mod refused;
mod rules;

use serde_json::{Value, json};
use threadkeep::clock::Clock;

use crate::support::issuer::IssuerKey;
use crate::support::key_server::KeyServer;
use crate::support::program::{Program, instance};
use crate::support::rules::ISSUER;

/// An instance that may fetch key sets from this machine.
async fn trusting(engine: engine::Engine) -> Program {
    instance(engine).await.with("THREADKEEP_ALLOW_PRIVATE", "127.0.0.1")
}

/// Runs a command with `--json`.
fn run(program: &Program, arguments: &[&str]) -> Value {
    program.run(&[arguments, &["--json"]].concat()).json()
}

/// Adds a rule for [`ISSUER`].
fn add(program: &Program, arguments: &[&str]) -> Value {
    run(program, &[&["rules", "add", "--issuer", ISSUER], arguments].concat())
}

/// A key server with an issuer's key set at its URL.
async fn provider() -> (KeyServer, IssuerKey, String) {
    let keys = KeyServer::start().await;
    let key = IssuerKey::new("k1", "ES256");
    let url = keys.put_keys("/jwks", &[key.jwk()]);
    (keys, key, url)
}

/// What [`ISSUER`] says of a user now.
fn claims(user: &str) -> Value {
    let now = Clock::default().now().secs();
    json!({ "iss": ISSUER, "sub": user, "iat": now, "exp": now + 3600 })
}

/// A file with a secret.
fn secret_file(program: &Program, secret: &str) -> String {
    let file = program.folder().join("provider.secret");
    std::fs::write(&file, format!("{secret}\n")).unwrap();
    file.to_str().unwrap().to_owned()
}
