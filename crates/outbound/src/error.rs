use std::error::Error as StdError;

/// Why a URL is not called: a sentence for whoever wrote it, without any address.
///
/// [`Self::PrivateAddress`] and [`Self::NoAddress`] tell apart whether a private name exists. That is for
/// operators; whoever may not know which names our network has should read one sentence for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no URL, or one that two programs may read differently.
    #[error("this is not a URL")]
    NotAUrl,
    /// It has more than 2,047 characters.
    #[error("the URL is longer than 2,047 characters")]
    TooLong,
    /// Its scheme is another one than `https`, or `http` for what is not listed.
    #[error("the URL must start with https://")]
    NotHttps,
    /// It has a user name or a password.
    #[error("the URL must not contain a user name or password")]
    Credentials,
    /// It has a `#`.
    #[error("the URL must not contain a fragment")]
    Fragment,
    /// Its port is 0 or beyond 65,535.
    #[error("the URL's port must be between 1 and 65535")]
    Port,
    /// Its host ends with a dot.
    #[error("the URL's host must not end with a dot")]
    TrailingDot,
    /// Its host has a name that is only used in private networks.
    #[error("the URL's host is not a public one")]
    PrivateName,
    /// Its host has an address that is not public, or none at all when it is called.
    #[error("the URL's host has an address that is not public")]
    PrivateAddress,
    /// Its host has no address now, as far as [`check_resolved`](crate::Outbound::check_resolved) could
    /// find out; it may have one later.
    #[error("the URL's host has no address now")]
    NoAddress,
}

/// Why there is no answer.
///
/// The texts do not tell a port that is closed from one that is silent or speaks something else, so that
/// nobody can find out with them what runs in a network that an operator listed. The sources do: they are
/// for the log. No text or source contains the URL, which may hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL, or one it redirects to, may not be called.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The time was over before the whole answer had come.
    #[error("{UNANSWERED}")]
    TimedOut,
    /// The name has no address now, nobody listens there, or the certificate is not good.
    #[error("{UNANSWERED}")]
    Connect(#[source] Cause),
    /// The connection broke off, or what came is not HTTP.
    #[error("{UNANSWERED}")]
    Transport(#[source] Cause),
    /// The body is larger than allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// There were more redirects than allowed.
    #[error("the server redirects too often")]
    TooManyRedirects,
    /// The client could not be set up: a defect.
    #[error("the HTTP client cannot be set up")]
    Setup(#[source] Cause),
}

const UNANSWERED: &str = "the server could not be reached securely, or did not answer in time";

/// A library's error, kept for the log.
pub(crate) type Cause = Box<dyn StdError + Send + Sync>;

impl Error {
    /// What a call failed for, which the guard of the addresses may have caused.
    pub(crate) fn of_call(error: reqwest::Error) -> Self {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(refused) = inner.downcast_ref::<Refused>() {
                return Self::Refused(*refused);
            }
            cause = inner.source();
        }
        let of_connection = error.is_connect();
        let source = Cause::from(error.without_url());
        if of_connection { Self::Connect(source) } else { Self::Transport(source) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t087_no_text_tells_how_a_port_answered() {
        let source = || Cause::from("connection refused by 10.0.0.1:5432");
        let texts = [Error::TimedOut, Error::Connect(source()), Error::Transport(source())];
        for text in texts.map(|error| error.to_string()) {
            assert_eq!(text, UNANSWERED);
        }
    }
}
