//! T70: each hop is a URL like any other.

use super::server::{Server, answer, redirect};
use super::{LIMITS, client_for, get};
use crate::{Error, Limits, Refused};

/// The error of a call that is redirected once, after which nothing more may be asked.
async fn redirected_to(location: &str) -> Error {
    let location = location.to_owned();
    let server = Server::start(move |_| redirect(302, &location)).await;
    let outbound = client_for(&["one.example", "two.example"]);
    let url = format!("http://one.example:{}/", server.port);
    let error = get(&outbound, &url, LIMITS).await.unwrap_err();
    assert_eq!(server.connections(), 1);
    error
}

#[tokio::test]
async fn t070_every_kind_of_redirect_is_followed() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(move |path| match path {
            "/a/start" => redirect(status, "next?x=1#part"),
            _ => answer(200, &[], path.as_bytes()),
        });
        let server = server.await;
        let url = |path: &str| format!("http://one.example:{}/a/{path}", server.port);
        let answer = get(&client_for(&["one.example"]), &url("start"), LIMITS).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"/a/next?x=1"[..]));
        assert_eq!(answer.final_url.as_str(), url("next?x=1"));
    }
}

#[tokio::test]
async fn t070_a_redirect_to_another_allowed_host_is_followed() {
    let end = Server::start(|path| answer(200, &[], path.as_bytes())).await;
    let location = format!("http://two.example:{}/end", end.port);
    let start = Server::start(move |_| redirect(301, &location)).await;
    let url = format!("http://one.example:{}/", start.port);
    let answer = get(&client_for(&["one.example", "two.example"]), &url, LIMITS).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"/end"[..]));
    assert_eq!(answer.final_url.as_str(), format!("http://two.example:{}/end", end.port));
    assert!(!end.requests()[0].to_lowercase().contains("referer"));
}

#[tokio::test]
async fn t070_a_redirect_to_what_is_not_allowed_is_refused() {
    for (location, expected) in [
        ("http://public.example/", Refused::NotHttps),
        ("//public.example/", Refused::NotHttps),
        ("http://8.8.8.8/", Refused::NotHttps),
        ("http://127.0.0.1/", Refused::NotHttps),
        ("https://127.0.0.1/", Refused::PrivateAddress),
        ("https://[::ffff:7f00:1]/", Refused::PrivateAddress),
        ("https://2130706433/", Refused::PrivateAddress),
        ("https://169.254.169.254/latest/meta-data", Refused::PrivateAddress),
        // The name leads to this machine.
        ("https://public.example/", Refused::PrivateAddress),
        ("https://localhost/", Refused::PrivateName),
        ("https://user:pw@two.example/", Refused::Credentials),
        ("https://two.example:0/", Refused::Port),
        ("file:///etc/passwd", Refused::NotHttps),
        ("https://", Refused::NotAUrl),
    ] {
        let error = redirected_to(location).await;
        assert!(matches!(error, Error::Refused(refused) if refused == expected), "{location}: {error:?}");
    }
}

#[tokio::test]
async fn t070_a_chain_ends_at_the_limit() {
    let server = Server::start(|path| match path.trim_start_matches('/').parse::<u8>() {
        Ok(left) if left > 0 => redirect(302, &format!("/{}", left - 1)),
        _ => answer(200, &[], b""),
    });
    let server = server.await;
    let outbound = client_for(&["one.example"]);
    let url = |hops: u8| format!("http://one.example:{}/{hops}", server.port);
    assert_eq!(get(&outbound, &url(3), LIMITS).await.unwrap().status, 200);
    assert!(matches!(get(&outbound, &url(4), LIMITS).await, Err(Error::TooManyRedirects)));
    assert!(matches!(get(&outbound, &url(10), LIMITS).await, Err(Error::TooManyRedirects)));
    assert_eq!(server.requests().len(), 4 + 4 + 4);
    let none = Limits { max_redirects: 0, ..LIMITS };
    assert_eq!(get(&outbound, &url(0), none).await.unwrap().status, 200);
    assert!(matches!(get(&outbound, &url(1), none).await, Err(Error::TooManyRedirects)));
}

#[tokio::test]
async fn a_redirect_without_location_is_an_answer() {
    let server = Server::start(|_| answer(302, &[], b"where?")).await;
    let url = format!("http://one.example:{}/", server.port);
    let answer = get(&client_for(&["one.example"]), &url, LIMITS).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (302, &b"where?"[..]));
}
