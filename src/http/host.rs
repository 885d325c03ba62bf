//! The host that a request is for.

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{Request, Version};

use crate::error::{Error, Result};

/// The host, with its port if there is one; `None` when a client of HTTP/1.0 names none, or the name is no text.
///
/// # Errors
/// 400 when there is none on HTTP/1.1, and when more than one is named (RFC 9112 §3.2, RFC 9113 §8.3.1): a proxy in
/// front may have taken another one for the right one.
pub fn of<B>(request: &Request<B>) -> Result<Option<&str>> {
    let mut named = request.headers().get_all(HOST).iter();
    let (field, second) = (named.next(), named.next());
    if second.is_some() {
        return Err(refusal("The header Host stands there twice"));
    }
    let authority = request.uri().authority().map(Authority::as_str);
    match (field, authority) {
        (None, None) if request.version() == Version::HTTP_11 => Err(refusal("The header Host is missing")),
        (None, authority) => Ok(authority),
        (Some(field), None) => Ok(field.to_str().ok()),
        (Some(field), Some(authority)) if field.as_bytes().eq_ignore_ascii_case(authority.as_bytes()) => {
            Ok(Some(authority))
        }
        (Some(_), Some(_)) => Err(refusal("The header Host names another host than the URL")),
    }
}

fn refusal(help: &'static str) -> Error {
    Error::bad_request("Invalid Host header").with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(version: Version, uri: &str, hosts: &[&[u8]]) -> Result<Option<String>, ()> {
        let mut request = Request::builder().version(version).uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        of(&request.body(()).unwrap()).map(|host| host.map(str::to_owned)).map_err(|_| ())
    }

    #[test]
    fn a_request_names_one_host() {
        let x = || Ok(Some("x:80".to_owned()));
        assert_eq!(read(Version::HTTP_11, "/", &[b"x:80"]), x());
        assert_eq!(read(Version::HTTP_11, "/", &[]), Err(()));
        assert_eq!(read(Version::HTTP_11, "/", &[b"x:80", b"x:80"]), Err(()));
        assert_eq!(read(Version::HTTP_11, "/", &[b"\xff"]), Ok(None));
        assert_eq!(read(Version::HTTP_10, "/", &[]), Ok(None));
        assert_eq!(read(Version::HTTP_10, "/", &[b"x:80", b"y"]), Err(()));
        assert_eq!(read(Version::HTTP_11, "http://x:80/", &[b"X:80"]), x());
        assert_eq!(read(Version::HTTP_11, "http://x:80/", &[b"y"]), Err(()));
        assert_eq!(read(Version::HTTP_2, "http://x:80/", &[]), x());
        assert_eq!(read(Version::HTTP_2, "http://x:80/", &[b"x:80"]), x());
        assert_eq!(read(Version::HTTP_2, "http://x:80/", &[b"y"]), Err(()));
    }
}
