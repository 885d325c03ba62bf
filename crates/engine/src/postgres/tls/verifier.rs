use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::certificate::Read;

/// Takes whatever the server shows, certificates of version 1 too, which rustls cannot read. Who does not
/// look at the certificate learns nothing from a signature made with it.
#[derive(Debug)]
pub(super) struct Trusting {
    algorithms: WebPkiSupportedAlgorithms,
}

impl Trusting {
    pub(super) fn new(algorithms: WebPkiSupportedAlgorithms) -> Self {
        Self { algorithms }
    }
}

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Asks for a certificate of a trusted authority, and for the host's name in it or not.
#[derive(Debug)]
pub(super) struct Verifier {
    store: RootCertStore,
    roots: Vec<CertificateDer<'static>>,
    with_name: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    /// `store` holds the same certificates as `roots`.
    pub(super) fn new(
        store: RootCertStore,
        roots: Vec<CertificateDer<'static>>,
        with_name: bool,
        algorithms: WebPkiSupportedAlgorithms,
    ) -> Self {
        Self { store, roots, with_name, algorithms }
    }

    /// A server may show a trusted certificate itself, as those that signed their own do. Most of these say
    /// that they are an authority's, for which rustls would refuse them.
    fn verify_authority(
        &self,
        certificate: &CertificateDer<'_>,
        parsed: &ParsedCertificate<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        if !self.roots.contains(certificate) {
            let algorithms = self.algorithms.all;
            return verify_server_cert_signed_by_trust_anchor(
                parsed,
                &self.store,
                intermediates,
                now,
                algorithms,
            );
        }
        let read = Read::new(certificate).ok_or(CertificateError::BadEncoding)?;
        match read.is_valid_at(std::time::Duration::from_secs(now.as_secs())) {
            true => Ok(()),
            false => Err(CertificateError::Expired.into()),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let read = Read::new(certificate);
        if read.as_ref().is_some_and(Read::is_of_version_1) {
            return Err(Error::General(
                "the server's certificate is of version 1, which cannot be verified; give the server one of \
                 version 3 (`openssl x509 -req -extfile …`)"
                    .into(),
            ));
        }
        let parsed = ParsedCertificate::try_from(certificate)?;
        self.verify_authority(certificate, &parsed, intermediates, now)?;
        if self.with_name
            && let Err(error) = verify_server_name(&parsed, name)
            && !read.is_some_and(|read| read.is_commonly_named(&name.to_str()))
        {
            return Err(error);
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
