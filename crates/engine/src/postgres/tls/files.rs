use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};

use super::super::address::Address;
use super::verifier::{Trusting, Verifier};
use super::{Given, LibpqEnvironment, Mode, Proof, Tls};
use crate::{Error, Result};

/// Where the certificates are.
#[derive(Clone)]
pub(super) struct Files {
    roots: Roots,
    client: Option<ClientFiles>,
}

#[derive(Clone)]
enum Roots {
    NotGiven,
    System,
    File(Named),
}

#[derive(Clone)]
struct ClientFiles {
    certificate: Named,
    key: Option<Named>,
}

/// A file, and the parameter or variable that names it.
#[derive(Clone)]
struct Named {
    name: &'static str,
    path: PathBuf,
}

impl Named {
    fn refuse(&self, problem: impl std::fmt::Display) -> Error {
        Error::internal(format!("{}: {}: {problem}", self.name, self.path.display()))
    }
}

impl Files {
    pub(super) fn take(address: &mut Address, environment: &LibpqEnvironment) -> Self {
        let root = Given::take(address, "sslrootcert", "PGSSLROOTCERT", environment.sslrootcert.as_ref());
        let certificate = Given::take(address, "sslcert", "PGSSLCERT", environment.sslcert.as_ref());
        let key = Given::take(address, "sslkey", "PGSSLKEY", environment.sslkey.as_ref());
        let usual = |name, file: &str| {
            let path = environment.home.as_ref()?.join(".postgresql").join(file);
            path.is_file().then_some(Named { name, path })
        };
        let named = |given: Given| Named { name: given.name, path: given.value.into() };
        let roots = match root {
            Some(given) if given.value == "system" => Roots::System,
            Some(given) => Roots::File(named(given)),
            None => usual("sslrootcert", "root.crt").map_or(Roots::NotGiven, Roots::File),
        };
        let key = key.map(named).or_else(|| usual("sslkey", "postgresql.key"));
        let certificate = certificate.map(named).or_else(|| usual("sslcert", "postgresql.crt"));
        Self { roots, client: certificate.map(|certificate| ClientFiles { certificate, key }) }
    }

    pub(super) fn trusts_system(&self) -> bool {
        matches!(self.roots, Roots::System)
    }

    pub(super) fn has_roots(&self) -> bool {
        !matches!(self.roots, Roots::NotGiven)
    }

    fn read_roots(&self, mode: Mode) -> Result<Vec<CertificateDer<'static>>> {
        match &self.roots {
            Roots::File(file) => read_certificates(file),
            Roots::System => system_roots(),
            // libpq would refuse; most programs take those of the system, and with a name that is safe.
            Roots::NotGiven if mode == Mode::VerifyFull => system_roots(),
            Roots::NotGiven => Err(Error::internal(format!(
                "sslrootcert: sslmode={} needs the file of an authority's certificate",
                mode.name()
            ))),
        }
    }
}

impl Tls {
    /// What rustls needs for the next connection.
    pub(super) fn client_config(&self) -> Result<ClientConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let algorithms = provider.signature_verification_algorithms;
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| failed("TLS", error))?.dangerous();
        let builder = match self.proof {
            Proof::Nothing => builder.with_custom_certificate_verifier(Arc::new(Trusting::new(algorithms))),
            Proof::Authority | Proof::AuthorityAndName => {
                let roots = self.files.read_roots(self.mode)?;
                let with_name = self.proof == Proof::AuthorityAndName;
                let verifier = Verifier::new(root_store(&roots)?, roots, with_name, algorithms);
                builder.with_custom_certificate_verifier(Arc::new(verifier))
            }
        };
        let mut config = match &self.files.client {
            None => builder.with_no_client_auth(),
            Some(files) => builder.with_client_cert_resolver(Arc::new(files.read()?)),
        };
        if self.direct {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        Ok(config)
    }
}

impl ClientFiles {
    fn read(&self) -> Result<SingleCertAndKey> {
        let certificates = read_certificates(&self.certificate)?;
        let Some(file) = &self.key else {
            return Err(Error::internal(format!("sslkey: {} needs one", self.certificate.name)));
        };
        let key = read_key(file)?;
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key)
            .map_err(|_| file.refuse("a key of an unknown kind"))?;
        let certified = CertifiedKey::new(certificates, key);
        match certified.keys_match() {
            Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
                Err(file.refuse(format_args!("not the key of {}", self.certificate.path.display())))
            }
            // A certificate of version 1 cannot be compared; the server will tell.
            Ok(()) | Err(_) => Ok(certified.into()),
        }
    }
}

fn read_certificates(file: &Named) -> Result<Vec<CertificateDer<'static>>> {
    let bytes = std::fs::read(&file.path).map_err(|error| file.refuse(error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) => Err(file.refuse("no certificate in it")),
        Err(error) => Err(file.refuse(error)),
    }
}

fn read_key(file: &Named) -> Result<PrivateKeyDer<'static>> {
    let bytes = std::fs::read(&file.path).map_err(|error| file.refuse(error))?;
    // Told by the words that OpenSSL writes: the parser knows nothing of encrypted keys.
    let contains = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    if contains(b"BEGIN ENCRYPTED") || contains(b"Proc-Type: 4,ENCRYPTED") {
        return Err(file.refuse("it is encrypted; decrypt it (openssl pkey) and close it to other accounts"));
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| match error {
        pem::Error::NoItemsFound => file.refuse("no private key in it"),
        error => file.refuse(error),
    })
}

fn root_store(certificates: &[CertificateDer<'static>]) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    let (usable, _) = store.add_parsable_certificates(certificates.iter().cloned());
    match usable {
        0 => Err(Error::internal("sslrootcert: none of its certificates can be read")),
        _ => Ok(store),
    }
}

fn system_roots() -> Result<Vec<CertificateDer<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    match found.errors.into_iter().next() {
        Some(error) if found.certs.is_empty() => Err(failed("sslrootcert: the system's certificates", error)),
        None if found.certs.is_empty() => Err(Error::internal("sslrootcert: the system has no certificates")),
        _ => Ok(found.certs),
    }
}

fn failed(context: &str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal { context: context.into(), source: Some(error.into()) }
}
