//! T71: who a server must prove to be.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::server::{Names, Server, answer};
use super::{LIMITS, get};
use crate::{Error, Fetched, Outbound, Policy};

/// A self-signed certificate for `good.example` until the year, and a server that shows it.
async fn serve(until: i32) -> (Server, CertificateDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(["good.example".to_owned()]).unwrap();
    params.not_after = date_time_ymd(until, 1, 1);
    let certificate = params.self_signed(&key).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.clone()], key).unwrap();
    let server = Server::listen(Some(TlsAcceptor::from(Arc::new(config))), |_| answer(200, &[], b"{}")).await;
    (server, certificate)
}

/// Calls the server by this name, trusting these certificates.
async fn call(server: &Server, name: &str, trusted: &[CertificateDer<'static>]) -> Result<Fetched, Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(trusted.iter().cloned());
    let policy = Policy::new(vec![name.parse().unwrap()]);
    let outbound = Outbound::build(policy, Arc::new(Names::here()), roots).unwrap();
    get(&outbound, &format!("https://{name}:{}/", server.port), LIMITS).await
}

fn refusal(outcome: Result<Fetched, Error>) -> String {
    match outcome.unwrap_err() {
        Error::Connect(source) => format!("{source:?}"),
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn t071_a_trusted_certificate_is_accepted() {
    let (server, certificate) = serve(2999).await;
    assert_eq!(call(&server, "good.example", &[certificate]).await.unwrap().body, b"{}");
}

#[tokio::test]
async fn t071_a_bad_certificate_is_refused() {
    let (server, certificate) = serve(2999).await;
    let self_signed = refusal(call(&server, "good.example", &[]).await);
    assert!(self_signed.contains("UnknownIssuer"), "{self_signed}");
    let wrong_name = refusal(call(&server, "bad.example", &[certificate]).await);
    assert!(wrong_name.contains("NotValidForName"), "{wrong_name}");
    let (server, certificate) = serve(2001).await;
    let expired = refusal(call(&server, "good.example", &[certificate]).await);
    assert!(expired.contains("Expired"), "{expired}");
    assert!(server.requests().is_empty());
}
