//! Which connections are made.

use std::process::Command;
use std::sync::atomic::Ordering;

use super::server::{Names, Server, answer};
use super::{LIMITS, client_for, client_with, get};
use crate::{Error, Refused};

#[tokio::test]
async fn t081_one_bad_address_refuses_the_name() {
    let names = |name: &str, _: usize| match name {
        "public.example" => vec!["8.8.8.8", "2606:4700:4700::1111"],
        "private.example" => vec!["10.0.0.1"],
        "both.example" => vec!["8.8.8.8", "127.0.0.1"],
        "mapped.example" => vec!["::ffff:127.0.0.1"],
        _ => vec![],
    };
    let outbound = client_with(&[], Names::new(names));
    assert!(outbound.check_resolved("https://public.example/").await.is_ok());
    for (host, expected) in [
        ("private", Refused::PrivateAddress),
        ("both", Refused::PrivateAddress),
        ("mapped", Refused::PrivateAddress),
        ("unknown", Refused::NoAddress),
    ] {
        let url = format!("https://{host}.example/");
        assert!(outbound.check(&url).is_ok());
        assert_eq!(outbound.check_resolved(&url).await, Err(expected), "{host}");
    }
    assert_eq!(outbound.check_resolved("https://10.0.0.1/").await, Err(Refused::PrivateAddress));
    assert_eq!(outbound.check_resolved("https://public/").await, Err(Refused::PrivateName));
}

#[tokio::test]
async fn t081_no_connection_is_made_to_a_private_address() {
    let server = Server::start(|_| answer(200, &[], b"secret")).await;
    let names =
        Names::new(
            |name, _| if name == "one.example" { vec!["127.0.0.1"] } else { vec!["127.0.0.1", "8.8.8.8"] },
        );
    let outbound = client_with(&["listed.example"], names);
    for url in ["https://one.example", "https://both.example", "https://127.0.0.1", "https://[::ffff:7f00:1]"]
    {
        let error = get(&outbound, &format!("{url}:{}/", server.port), LIMITS).await.unwrap_err();
        assert!(matches!(error, Error::Refused(Refused::PrivateAddress)), "{url}: {error:?}");
    }
    for url in ["http://one.example", "http://127.0.0.1"] {
        let error = get(&outbound, &format!("{url}:{}/", server.port), LIMITS).await.unwrap_err();
        assert!(matches!(error, Error::Refused(Refused::NotHttps)), "{url}: {error:?}");
    }
    assert_eq!(server.connections(), 0);
    let answer = get(&outbound, &format!("http://listed.example:{}/", server.port), LIMITS).await.unwrap();
    assert_eq!((answer.body.as_slice(), server.connections()), (&b"secret"[..], 1));
}

#[tokio::test]
async fn t082_a_name_that_was_public_when_it_was_checked_is_refused_at_the_connection() {
    let server = Server::start(|_| answer(200, &[], b"secret")).await;
    let names = Names::new(|_, asked| if asked == 0 { vec!["8.8.8.8"] } else { vec!["127.0.0.1"] });
    let outbound = client_with(&[], names);
    let url = format!("https://rebinding.example:{}/", server.port);
    let url = outbound.check_resolved(&url).await.unwrap();
    let error = outbound.get(&url, LIMITS).await.unwrap_err();
    assert!(matches!(error, Error::Refused(Refused::PrivateAddress)), "{error:?}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn t082_the_connection_goes_to_the_address_that_was_checked() {
    let server = Server::start(|_| answer(200, &[], b"")).await;
    // Nobody listens on the second address.
    let names = Names::new(|_, asked| if asked == 0 { vec!["127.0.0.1"] } else { vec!["127.0.0.2"] });
    let asked = names.asked();
    let outbound = client_with(&["here.example"], names);
    let url = format!("http://here.example:{}/", server.port);
    assert_eq!(get(&outbound, &url, LIMITS).await.unwrap().status, 200);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert!(matches!(get(&outbound, &url, LIMITS).await, Err(Error::Connect(_))));
}

#[tokio::test]
async fn t085_a_listed_network_is_called_by_plain_http_and_nothing_beside_it() {
    let server = Server::start(|_| answer(200, &[], b"")).await;
    let names = Names::new(
        |name, _| if name == "keycloak" { vec!["127.0.0.1"] } else { vec!["127.0.0.1", "8.8.8.8"] },
    );
    let outbound = client_with(&["127.0.0.0/8"], names);
    for host in ["keycloak", "127.0.0.1"] {
        let url = format!("http://{host}:{}/", server.port);
        assert!(outbound.check_resolved(&url).await.is_ok(), "{host}");
        assert_eq!(get(&outbound, &url, LIMITS).await.unwrap().status, 200, "{host}");
    }
    let url = format!("http://half.example:{}/", server.port);
    assert_eq!(outbound.check_resolved(&url).await, Err(Refused::PrivateAddress));
    let error = get(&outbound, &url, LIMITS).await.unwrap_err();
    assert!(matches!(error, Error::Refused(Refused::PrivateAddress)), "{error:?}");
    assert_eq!(server.connections(), 2);
}

/// Runs [`a_direct_call`] in a process whose environment names proxies that nobody answers at.
#[test]
fn t086_proxies_of_the_environment_are_ignored() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    for scheme in ["http", "https", "all"] {
        let name = format!("{scheme}_proxy");
        child.env(name.to_uppercase(), "http://127.0.0.1:1").env(name, "http://127.0.0.1:1");
    }
    child.args(["--ignored", "--exact", "client::tests::addresses::a_direct_call"]);
    let output = String::from_utf8(child.output().unwrap().stdout).unwrap();
    assert!(output.contains("1 passed"), "{output}");
}

#[tokio::test]
#[ignore = "t086 runs it"]
async fn a_direct_call() {
    let server = Server::start(|_| answer(200, &[], b"")).await;
    let url = format!("http://here.example:{}/", server.port);
    assert_eq!(get(&client_for(&["here.example"]), &url, LIMITS).await.unwrap().status, 200);
}
