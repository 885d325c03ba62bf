use proptest::prelude::*;
use tokio_postgres::config::Host;

use super::*;

fn config(text: &str) -> tokio_postgres::Config {
    Address::parse(text).unwrap().config().unwrap()
}

fn host(name: &str) -> Host {
    Host::Tcp(name.into())
}

#[test]
fn both_forms_say_the_same() {
    let url = config("postgresql://keep:a%20b@db.example.org:6432/chat?connect_timeout=3");
    let list =
        config("host=db.example.org port = 6432 user=keep password='a b' dbname=chat connect_timeout=3");
    assert_eq!(url, list);
    assert_eq!(url.get_password(), Some(&b"a b"[..]));
}

#[test]
fn urls_are_read_as_the_driver_reads_them() {
    for url in [
        "postgres://127.0.0.1:1/none",
        "postgres://keep:hunter2@db.example.org/keep",
        "postgres://keep@[::1]:6432/keep",
        "postgres://u:pa/ss@h/db",
        "postgres://u:p%00%ff@h",
        "postgres:///keep?user=u&host=/run/postgresql",
        "postgres://%2Frun%2Fpostgresql/keep",
        "postgres://h/keep?options=-c%20search_path%3Dtest&target_session_attrs=read-write",
    ] {
        let theirs: tokio_postgres::Config = url.parse().unwrap();
        let ours = config(url);
        assert_eq!(ours.get_hosts(), theirs.get_hosts(), "{url}");
        assert_eq!(ours.get_password(), theirs.get_password(), "{url}");
        assert_eq!(ours.get_user(), theirs.get_user(), "{url}");
        assert_eq!(ours.get_dbname(), theirs.get_dbname(), "{url}");
        assert_eq!(ours.get_options(), theirs.get_options(), "{url}");
        let port = |config: &tokio_postgres::Config| config.get_ports().first().copied().unwrap_or(5432);
        assert_eq!(port(&ours), port(&theirs), "{url}");
    }
}

#[test]
fn every_host_has_an_address_of_its_own() {
    let (first, others) = Address::parse("postgres://u@a:1,b,[::1]:2/db").unwrap().each_host().unwrap();
    let each: Vec<_> = [first].iter().chain(&others).map(|one| one.config().unwrap()).collect();
    let names: Vec<_> = each.iter().map(|one| one.get_hosts()[0].clone()).collect();
    assert_eq!(names, [host("a"), host("b"), host("::1")]);
    assert_eq!(each[0].get_ports(), [1]);
    assert_eq!(each[1].get_ports(), [5432]);
    let (bare, _) = Address::parse("hostaddr=10.0.0.1 user=u").unwrap().each_host().unwrap();
    assert_eq!(bare.config().unwrap().get_hosts(), [host("10.0.0.1")]);
}

#[test]
fn what_makes_no_sense_is_told_without_its_values() {
    for text in [
        "",
        "postgres:///db",
        "host=a,b hostaddr=127.0.0.1",
        "postgres://a,b/db?port=1,2,3",
        "host=hunter2 port=hunter2",
        "host=a password='hunter2",
        "hunter2",
        "postgres://h/db?password=hunter2&sslpassword",
        "postgres://[hunter2/db",
        "postgres://h/%ff",
        "postgres://h/db?hunter2%20=1",
        "postgres://h/db?port=hunter2",
    ] {
        let outcome = Address::parse(text).and_then(Address::each_host).and_then(|(first, _)| first.config());
        let error = outcome.unwrap_err();
        let told = error.to_string();
        assert!(told.contains("database_url") && !told.contains("hunter2"), "{text}: {told}");
    }
}

#[test]
fn secrets_are_masked_wherever_they_stand() {
    for (text, shown) in [
        ("postgres://k:hunter2@h/db?sslmode=require", "postgres://k:********@h/db?sslmode=require"),
        ("postgres://k:hun@ter2@h/db", "postgres://k:********@h/db"),
        ("postgres://k:hun/ter2@h/db", "postgres://k:********@h/db"),
        ("postgres://h/db?sslpassword=hunter2", "postgres://h/db?sslpassword=********"),
        ("postgres://h/db?SSLPassword=hunter2&user=k", "postgres://h/db?SSLPassword=********&user=k"),
        ("postgres://h/db?ssl%70assword=hunter2", "postgres://h/db?ssl%70assword=********"),
        ("postgres://h/db?%50ASSWORD=hunter2", "postgres://h/db?%50ASSWORD=********"),
        ("postgres://h/db?password=a&hunter2", "postgres://h/db?password=********&********"),
        ("postgres://h/db?oauth_client_secret=hunter2", "postgres://h/db?oauth_client_secret=********"),
        ("host=h password=hunter2", "host=h password=********"),
        ("host=h PassWord = 'hunter2 '  user=k", "host=h PassWord=******** user=k"),
        ("host=h sslpassword=hunter2", "host=h sslpassword=********"),
        ("host=h password='hunter2", "********"),
        ("mysql://k:hunter2@h/db", "********"),
        ("mysql://k:hunter2@h/db?user=k", "********"),
    ] {
        assert_eq!(mask_connection_string(text), shown);
    }
}

proptest! {
    #[test]
    fn no_password_is_shown(password in "[A-Za-z0-9@:/?#%&= '\\\\]{1,20}", name in "(ssl)?[pP]ass[wW]ord") {
        let marked = format!("hunter2{password}");
        let encoded = percent_encoding::utf8_percent_encode(&marked, percent_encoding::NON_ALPHANUMERIC);
        for text in [
            format!("postgres://u:{encoded}@h/db?{name}={encoded}"),
            format!("host=h {name}={} user=u", quoted(&marked)),
        ] {
            let shown = mask_connection_string(&text);
            prop_assert!(!shown.contains("hunter2"), "{}", shown);
        }
    }

    #[test]
    fn no_text_is_too_odd(text in "(postgres://)?\\PC{0,40}") {
        let _shown = mask_connection_string(&text);
        let _parsed = Address::parse(&text).and_then(Address::each_host);
    }

    #[test]
    fn a_value_comes_back_from_a_list(value in "\\PC{1,20}") {
        let text = format!("host=h application_name={} user=u", quoted(&value));
        let mut address = Address::parse(&text).unwrap();
        prop_assert_eq!(address.take("application_name"), Some(value));
        prop_assert_eq!(address.take("user"), Some("u".to_owned()));
    }
}
