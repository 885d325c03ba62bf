use proptest::prelude::*;

use super::*;

fn policy(allow: &[&str]) -> Policy {
    Policy::new(allow.iter().map(|target| target.parse().unwrap()).collect())
}

fn check(text: &str) -> Result<String, Refused> {
    policy(&[]).check_text(text).map(String::from)
}

fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn public_https_is_allowed_and_kept_as_it_is() {
    for text in [
        "https://keys.example.com/.well-known/jwks.json?v=1&w=%20",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]:8443/keys",
        "https://xn--bcher-kva.example/",
        "https://under_score.example/",
        "https://internal.example/",
        "https://notlocalhost.example/",
        "https://mylocal.notlocal/",
    ] {
        assert_eq!(check(text).as_deref(), Ok(text));
    }
}

#[test]
fn t077_other_schemes_are_refused() {
    for text in [
        "http://example.com/",
        "http://8.8.8.8/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "gopher://example.com/",
        "ws://example.com/",
        "javascript:alert(1)",
        "blob:https://example.com/x",
        "httpss://example.com/",
        "view-source:https://example.com/",
    ] {
        assert_eq!(check(text), Err(Refused::NotHttps), "{text}");
    }
    for text in
        ["", "example.com", "//example.com/", "/path", "https", "https:", "https://", ":", "https://?"]
    {
        assert_eq!(check(text), Err(Refused::NotAUrl), "{text}");
    }
}

#[test]
fn t078_every_spelling_of_our_own_address_is_refused() {
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0.0.0.0",
        "0",
        "0x0",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.０.０.１",
        "127。0。0。1",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
    ] {
        assert_eq!(check(&format!("https://{host}/")), Err(Refused::PrivateAddress), "{host}");
    }
}

#[test]
fn t079_t080_private_addresses_and_their_wrapped_forms_are_refused() {
    for host in [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "100.64.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[ff02::1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::]",
        "[2001:0:4136:e378:8000:63bf:f5ff:fffe]",
    ] {
        assert_eq!(check(&format!("https://{host}:443/")), Err(Refused::PrivateAddress), "{host}");
    }
}

#[test]
fn t083_what_could_be_read_in_two_ways_is_refused() {
    let long = |len: usize| format!("https://example.com/{}", "ü".repeat(len - "https://example.com/".len()));
    assert!(check(&long(2047)).is_ok());
    assert_eq!(check(&long(2048)), Err(Refused::TooLong));
    for (text, expected) in [
        ("https://user:pw@example.com/", Refused::Credentials),
        ("https://user@example.com/", Refused::Credentials),
        ("https://:pw@example.com/", Refused::Credentials),
        ("https://example.com/#frag", Refused::Fragment),
        ("https://example.com/#", Refused::Fragment),
        ("https://example.com\\@evil.example/", Refused::NotAUrl),
        ("https:\\\\example.com/", Refused::NotAUrl),
        ("https://exa\tmple.com/", Refused::NotAUrl),
        ("https://example.com/\r\nHost: evil", Refused::NotAUrl),
        ("https://example.com/\n", Refused::NotAUrl),
        (" https://example.com/", Refused::NotAUrl),
        ("https://example.com/a b", Refused::NotAUrl),
        ("https://example.com/\u{a0}", Refused::NotAUrl),
        ("https://example.com/\0", Refused::NotAUrl),
        ("https://example.com./", Refused::TrailingDot),
        ("https://localhost./", Refused::TrailingDot),
        ("https://example.com:0/", Refused::Port),
        ("https://example.com:65536/", Refused::Port),
        ("https://example.com:x/", Refused::Port),
        ("https://*.example.com/", Refused::NotAUrl),
        ("https://a{b}.example.com/", Refused::NotAUrl),
        ("https://[fe80::1%25eth0]/", Refused::NotAUrl),
    ] {
        assert_eq!(check(text), Err(expected), "{text:?}");
    }
}

#[test]
fn t083_the_rest_is_understood_once() {
    for (text, expected) in [
        ("HTTPS://EXAMPLE.com/Keys", "https://example.com/Keys"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:22/", "https://example.com:22/"),
        ("https://example.com/a/../b", "https://example.com/b"),
        // The first letter is a Cyrillic one.
        ("https://еxample.com/", "https://xn--xample-2of.com/"),
        ("https://@example.com/", "https://example.com/"),
    ] {
        assert_eq!(check(text).as_deref(), Ok(expected));
    }
}

#[test]
fn t084_private_names_are_refused() {
    for host in [
        "localhost",
        "LOCALHOST",
        "ⓛocalhost",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "internal.internal",
        "nas.home.arpa",
        "home.arpa",
        "keycloak",
        "metadata",
        "xn--bcher-kva",
    ] {
        assert_eq!(check(&format!("https://{host}/")), Err(Refused::PrivateName), "{host}");
    }
}

#[test]
fn t085_a_listed_host_is_allowed_and_no_other() {
    let policy = policy(&["keycloak", "Auth.Internal"]);
    for text in [
        "https://keycloak/",
        "http://keycloak:8080/realms/x",
        "https://auth.internal/",
        "http://AUTH.internal/",
    ] {
        assert!(policy.check_text(text).is_ok(), "{text}");
    }
    for text in [
        "https://postgres/",
        "https://x.keycloak.internal/",
        "https://x.auth.internal/",
        "https://keycloak2/",
    ] {
        assert_eq!(policy.check_text(text), Err(Refused::PrivateName), "{text}");
    }
    assert_eq!(policy.check_text("http://postgres/"), Err(Refused::NotHttps));
    assert_eq!(policy.check_text("http://keycloak.example.com/"), Err(Refused::NotHttps));
    assert_eq!(policy.check_text("https://10.0.0.1/"), Err(Refused::PrivateAddress));
    assert_eq!(policy.check_text("ftp://keycloak/"), Err(Refused::NotHttps));
    assert_eq!(policy.check_text("http://u@keycloak/"), Err(Refused::Credentials));
    let private = addresses(&["10.0.0.1"]);
    assert_eq!(policy.check_addresses("keycloak", true, &private), Ok(()));
    assert_eq!(policy.check_addresses("postgres", true, &private), Err(Refused::PrivateAddress));
    assert_eq!(policy.check_addresses("keycloak", true, &[]), Err(Refused::PrivateAddress));
}

#[test]
fn t085_a_listed_network_allows_what_is_in_it() {
    let policy = policy(&["10.0.0.0/8", "::1"]);
    for text in ["https://10.0.0.1/", "http://10.255.0.1:8080/", "http://[::ffff:10.0.0.1]/", "http://[::1]/"]
    {
        assert!(policy.check_text(text).is_ok(), "{text}");
    }
    for text in ["https://192.168.0.1/", "https://[::]/", "https://[64:ff9b::a00:1]/"] {
        assert_eq!(policy.check_text(text), Err(Refused::PrivateAddress), "{text}");
    }
    assert_eq!(policy.check_text("http://8.8.8.8/"), Err(Refused::NotHttps));
}

#[test]
fn t085_a_name_is_as_listed_as_its_addresses() {
    let policy = policy(&["10.0.0.0/8"]);
    // (name, by plain http, addresses, allowed)
    for (name, plain, texts, allowed) in [
        ("keycloak", true, &["10.0.0.1"][..], true),
        ("keycloak", false, &["10.0.0.1", "::ffff:10.0.0.2"], true),
        ("keycloak", false, &["8.8.8.8"], false),
        ("auth.internal", false, &["10.0.0.1", "8.8.8.8"], false),
        ("auth.example.com", true, &["10.0.0.1"], true),
        ("auth.example.com", true, &["8.8.8.8"], false),
        ("auth.example.com", true, &["10.0.0.1", "8.8.8.8"], false),
        ("auth.example.com", false, &["10.0.0.1", "8.8.8.8"], true),
        ("auth.example.com", false, &["8.8.8.8", "192.168.0.1"], false),
        ("auth.example.com", false, &["192.168.0.1", "8.8.8.8"], false),
        ("auth.example.com", false, &[], false),
    ] {
        assert!(policy.check_text(&format!("https://{name}/")).is_ok(), "{name}");
        let outcome = policy.check_addresses(name, plain, &addresses(texts));
        assert_eq!(outcome.is_ok(), allowed, "{name} {plain} {texts:?}");
    }
    let public = addresses(&["8.8.8.8"]);
    assert_eq!(policy.check_addresses("auth.example.com", true, &public), Err(Refused::NotHttps));
    assert_eq!(policy.check_addresses("keycloak", false, &public), Err(Refused::PrivateAddress));
}

#[test]
fn a_host_is_listed_by_its_name_or_its_network() {
    let policy = policy(&["Keycloak.Internal", "10.0.0.0/8", "fd00::/8", "192.168.0.1"]);
    for (host, listed) in [
        ("keycloak.internal", true),
        ("a.keycloak.internal", false),
        ("10.1.2.3", true),
        ("192.168.0.1", true),
        ("192.168.0.2", false),
        ("[fd00::1]", true),
        ("[::ffff:10.0.0.1]", true),
        ("[fe80::1]", false),
        ("example.com", false),
    ] {
        let url = Url::parse(&format!("http://{host}")).unwrap();
        assert_eq!(policy.lists(&url.host().unwrap()), listed, "{host}");
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "https",
        "http",
        "HTTPS",
        "file",
        ":",
        "/",
        "//",
        "\\",
        "@",
        "#",
        "?",
        ".",
        "..",
        "-",
        "_",
        "*",
        "%",
        "%00",
        "%2f",
        "[",
        "]",
        "::1",
        "::ffff:10.0.0.1",
        "127.1",
        "0x7f",
        "10.0.0.1",
        "8.8.8.8",
        "localhost",
        "example",
        "com",
        "xn--",
        "ß",
        "。",
        "\u{ad}",
        "\u{202e}",
        "\t",
        " ",
        "\0",
        "{",
        "|",
        "\"",
        "443",
        "0",
        "65536",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        pieces(),
        pieces().prop_map(|rest| format!("https://{rest}")),
        "https://\\PC{0,20}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_passes_means_the_same_host_to_every_reader(text in texts()) {
        if let Ok(url) = policy(&[]).check_text(&text) {
            prop_assert_eq!(url.scheme(), "https");
            let again = Url::parse(url.as_str()).unwrap();
            prop_assert_eq!(&again, &url);
            prop_assert_eq!(policy(&[]).check_url(&again), Ok(()));
            // What the HTTP library makes of it.
            let uri: http::Uri = url.as_str().parse().unwrap();
            prop_assert_eq!(uri.host(), url.host_str());
            prop_assert_eq!(uri.port_u16(), url.port());
        }
    }

    #[test]
    fn an_address_passes_only_if_it_is_public(bits in any::<u32>(), wide in any::<u128>()) {
        let [v4, v6] = [IpAddr::V4(bits.into()), IpAddr::V6(wide.into())];
        prop_assert_eq!(check(&format!("https://{v4}/")).is_ok(), is_public(v4));
        prop_assert_eq!(check(&format!("https://{bits}/")).is_ok(), is_public(v4));
        prop_assert_eq!(check(&format!("https://[{v6}]/")).is_ok(), is_public(v6));
    }
}
