//! The little of a certificate that the verifier of rustls does not tell.

use std::time::Duration;

use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::der::asn1::{PrintableStringRef, TeletexStringRef, Utf8StringRef};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::ext::pkix::SubjectAltName;

/// X.520's attribute for a name.
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

pub(super) struct Read(Certificate);

impl Read {
    pub(super) fn new(der: &[u8]) -> Option<Self> {
        Certificate::from_der(der).ok().map(Self)
    }

    pub(super) fn is_of_version_1(&self) -> bool {
        self.0.tbs_certificate.version == x509_cert::Version::V1
    }

    /// Whether its time has begun and not ended at a moment since 1970.
    pub(super) fn is_valid_at(&self, now: Duration) -> bool {
        let validity = &self.0.tbs_certificate.validity;
        let (from, to) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
        (from..=to).contains(&now)
    }

    /// Whether the certificate says by its common name that it is for the host, which counts only when
    /// it has no other names, as older ones do not.
    pub(super) fn is_commonly_named(&self, host: &str) -> bool {
        let alternatives = self.0.tbs_certificate.get::<SubjectAltName>();
        matches!(alternatives, Ok(None)) && self.common_name().is_some_and(|name| matches(&name, host))
    }

    fn common_name(&self) -> Option<String> {
        let mut names = self.0.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
        let value = &names.rfind(|name| name.oid == COMMON_NAME)?.value;
        let text = value
            .decode_as::<Utf8StringRef<'_>>()
            .map(|text| text.as_str().to_owned())
            .or_else(|_| value.decode_as::<PrintableStringRef<'_>>().map(|text| text.as_str().to_owned()))
            .or_else(|_| value.decode_as::<TeletexStringRef<'_>>().map(|text| text.as_str().to_owned()));
        text.ok()
    }
}

/// As libpq compares: without regard to case, `*.` stands for one label, and never for a part of an address.
fn matches(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(parent) = name.strip_prefix("*.") else { return false };
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    let rest = host.split_once('.').filter(|(label, _)| !label.is_empty());
    !is_address && parent.contains('.') && rest.is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_one_label() {
        assert!(matches("DB.example.org", "db.example.org"));
        assert!(matches("*.example.org", "db.example.org"));
        assert!(!matches("*.example.org", "a.db.example.org"));
        assert!(!matches("*.example.org", "example.org"));
        assert!(!matches("*.example.org", ".example.org"));
        assert!(!matches("*.org", "example.org"));
        assert!(!matches("*.0.0.1", "127.0.0.1"));
        assert!(!matches("*", "localhost"));
    }
}
