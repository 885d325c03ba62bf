use super::*;

fn take(parameters: &str, environment: &LibpqEnvironment) -> Result<Tls> {
    let mut address = Address::parse(&format!("postgres://h/db?{parameters}")).unwrap();
    let tls = Tls::take(&mut address, environment);
    // What is left must be what the driver knows.
    address.config().unwrap();
    tls
}

#[test]
fn every_mode_has_its_name_and_its_proof() {
    for (name, mode, proof) in [
        ("disable", Mode::Disable, Proof::Nothing),
        ("allow", Mode::Allow, Proof::Nothing),
        ("prefer", Mode::Prefer, Proof::Nothing),
        ("require", Mode::Require, Proof::Nothing),
        ("verify-ca", Mode::VerifyCa, Proof::Authority),
        ("verify-full", Mode::VerifyFull, Proof::AuthorityAndName),
    ] {
        let tls = take(&format!("sslmode={name}"), &LibpqEnvironment::default()).unwrap();
        assert_eq!((tls.mode, tls.proof, tls.mode.name()), (mode, proof, name));
    }
}

#[test]
fn a_url_is_stronger_than_the_environment_and_that_than_the_default() {
    let environment = LibpqEnvironment { sslmode: Some("require".into()), ..LibpqEnvironment::default() };
    let tls = take("", &LibpqEnvironment::default()).unwrap();
    assert_eq!((tls.mode, tls.source), (Mode::Prefer, "default"));
    let tls = take("sslmode=", &environment).unwrap();
    assert_eq!((tls.mode, tls.source), (Mode::Require, "PGSSLMODE"));
    let tls = take("sslmode=disable", &environment).unwrap();
    assert_eq!((tls.mode, tls.source), (Mode::Disable, "database_url"));
    let tls = take("sslrootcert=system", &LibpqEnvironment::default()).unwrap();
    assert_eq!(tls.mode, Mode::VerifyFull);
}

#[test]
fn what_makes_no_sense_is_told_by_its_name() {
    let named = |mode: &str, negotiation: &str| LibpqEnvironment {
        sslmode: Some(mode.into()),
        sslnegotiation: Some(negotiation.into()),
        ..LibpqEnvironment::default()
    };
    for (parameters, environment, name) in [
        ("sslmode=hunter2", named("", ""), "sslmode: "),
        ("sslmode=Require", named("", ""), "sslmode: "),
        ("", named("hunter2", ""), "PGSSLMODE: "),
        ("sslmode=require", named("", "hunter2"), "PGSSLNEGOTIATION: "),
        ("sslmode=require&sslnegotiation=hunter2", named("", ""), "sslnegotiation: "),
        ("sslnegotiation=direct", named("", ""), "sslnegotiation: "),
        ("sslmode=verify-ca&sslrootcert=system", named("", ""), "sslrootcert: "),
    ] {
        let Err(error) = take(parameters, &environment) else { panic!("{parameters} is accepted") };
        let told = error.to_string();
        assert!(told.starts_with(name) && !told.contains("hunter2"), "{told}");
    }
    assert!(take("sslmode=require&sslnegotiation=direct", &named("", "")).unwrap().is_direct());
}
