/// How a connection to PostgreSQL is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// It does not leave the machine: a Unix socket.
    Socket,
    /// Not at all.
    Plain,
    /// Nobody can read along, but nobody checked who is at the other end.
    Encrypted,
    /// Encrypted, and the server has a certificate of a trusted authority, for whichever host.
    AuthorityVerified,
    /// Encrypted, and the server's certificate is of a trusted authority and for the host that was meant.
    Verified,
}

impl Protection {
    const ALL: [Self; 5] =
        [Self::Socket, Self::Plain, Self::Encrypted, Self::AuthorityVerified, Self::Verified];

    /// Never 0.
    pub(super) fn code(self) -> u8 {
        self as u8 + 1
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|protection| protection.code() == code)
    }
}

impl std::fmt::Display for Protection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Socket => "local socket",
            Self::Plain => "plain",
            Self::Encrypted => "encrypted, not verified",
            Self::AuthorityVerified => "encrypted, authority verified",
            Self::Verified => "verified",
        })
    }
}
