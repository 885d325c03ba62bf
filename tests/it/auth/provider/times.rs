//! When a provider's token is good, and how long what is given for it lasts.

use engine::Engine;
use serde_json::json;

use super::{EARLY, EXPIRED, NOT_VALID, accept, refuse_all, refuse_each};
use crate::on_one_engine;
use crate::support::TestApp;
use crate::support::issuer::IssuerKey;
use crate::support::key_server::KeyServer;
use crate::support::rules::{ISSUER, Trust, claims, rule, with_claims};

on_one_engine!(
    t114_t197_the_end_is_exact,
    t115_t116_an_end_is_a_number,
    t117_t118_the_beginning_may_be_ten_seconds_ahead,
    the_tolerance_is_the_operators,
    t119_t121_what_is_given_in_exchange_lasts_a_while,
    t120_a_clock_that_is_set_back_prolongs_nothing,
);

async fn t114_t197_the_end_is_exact(engine: Engine) {
    let trust = Trust::start(engine).await;
    let now = trust.app.now().secs();
    let ending = |exp: i64| trust.token_with(json!({ "exp": exp, "iat": now - 60 }));
    let over = [now - 3600, now - 1, now].map(|exp| (exp.to_string(), ending(exp), 401, EXPIRED));
    refuse_each(&trust.app, over).await;
    let token = ending(now + 1);
    accept(&trust.app, &token).await;
    trust.app.advance_secs(1);
    refuse_each(&trust.app, [("remembered", token, 401, EXPIRED)]).await;
}

/// CVE-2026-25537.
async fn t115_t116_an_end_is_a_number(engine: Engine) {
    let trust = Trust::start(engine).await;
    let header = trust.key.header().to_string();
    let token = |exp: &str| {
        let payload = format!(r#"{{"iss":"{ISSUER}","sub":"ann"{exp}}}"#);
        trust.key.sign_text("RS256", &header, &payload)
    };
    let with = |exp: &str| token(&format!(r#","exp":{exp}"#));
    let none = ["null", "\"9999999999\"", "[9999999999]", "true", "{}", "1e400", "\"\"", "-1e400"];
    let none = none.map(|exp| (exp, with(exp)));
    refuse_all(&trust.app, NOT_VALID, none).await;
    refuse_all(&trust.app, NOT_VALID, [("missing", token(""))]).await;
    let past = ["-1", "0", "1.5", "-1e300"].map(|exp| (exp, with(exp), 401, EXPIRED));
    refuse_each(&trust.app, past).await;
    let now = trust.app.now().secs();
    for exp in [format!("{}.5", now + 100), "9007199254740993".into(), "253402300800".into(), "1e300".into()]
    {
        let exchanged = accept(&trust.app, &with(&exp)).await;
        let life = exchanged["exp"].as_i64().unwrap() - exchanged["iat"].as_i64().unwrap();
        assert_eq!(life, if exp.ends_with(".5") { 100 } else { 300 }, "{exp}");
    }
}

async fn t117_t118_the_beginning_may_be_ten_seconds_ahead(engine: Engine) {
    let trust = Trust::start(engine).await;
    let now = trust.app.now().secs();
    for good in [
        json!({ "nbf": now + 3 }),
        json!({ "nbf": now + 10 }),
        json!({ "nbf": now - 3600 }),
        json!({ "iat": now + 10 }),
        json!({ "iat": now as f64 + 0.5 }),
    ] {
        accept(&trust.app, &trust.token_with(good)).await;
    }
    let mut without = trust.claims("ann");
    without.as_object_mut().unwrap().remove("iat");
    accept(&trust.app, &trust.key.token(&without)).await;
    let refused = [
        (json!({ "nbf": now + 12 }), 401, EARLY),
        (json!({ "nbf": now + 30 }), 401, EARLY),
        (json!({ "nbf": now.to_string() }), 403, NOT_VALID),
        (json!({ "nbf": null }), 403, NOT_VALID),
        (json!({ "nbf": [now] }), 403, NOT_VALID),
        (json!({ "iat": now + 3600 }), 403, NOT_VALID),
        (json!({ "iat": now + 12 }), 403, NOT_VALID),
        (json!({ "iat": now.to_string() }), 403, NOT_VALID),
        (json!({ "iat": true }), 403, NOT_VALID),
        // What is over is told first.
        (json!({ "exp": now, "nbf": now + 30 }), 401, EXPIRED),
    ];
    let refused =
        refused.map(|(more, status, error)| (more.to_string(), trust.token_with(more), status, error));
    refuse_each(&trust.app, refused).await;
}

async fn the_tolerance_is_the_operators(engine: Engine) {
    for (tolerance, good, early) in [("0", 0, 1), ("60", 60, 62)] {
        let settings = [("allow_private", "127.0.0.1"), ("clock_tolerance_secs", tolerance)];
        let app = TestApp::start_with(engine, &settings).await;
        let keys = KeyServer::start().await;
        let key = IssuerKey::new("k1", "ES256");
        app.create_rule(&app.project, rule(ISSUER, &keys.put_keys("/jwks", &[key.jwk()]))).await;
        let now = app.now().secs();
        let from = |nbf: i64| key.token(&with_claims(&claims(&app, "ann"), json!({ "nbf": nbf })));
        accept(&app, &from(now + good)).await;
        refuse_each(&app, [(tolerance, from(now + early), 401, EARLY)]).await;
    }
}

async fn t119_t121_what_is_given_in_exchange_lasts_a_while(engine: Engine) {
    let trust = Trust::start(engine).await;
    let now = trust.app.now().secs();
    let ten_years = 10 * 365 * 86_400;
    for (left, life) in [(5, 60), (59, 60), (61, 61), (100, 100), (299, 299), (301, 300), (ten_years, 300)] {
        let exchanged = accept(&trust.app, &trust.token_with(json!({ "exp": now + left }))).await;
        assert_eq!(exchanged["iat"], now);
        assert_eq!(exchanged["nbf"], now - 10);
        assert_eq!(exchanged["exp"], now + life, "{left} s left");
    }
}

async fn t120_a_clock_that_is_set_back_prolongs_nothing(engine: Engine) {
    let trust = Trust::start(engine).await;
    let token = trust.token_with(json!({ "exp": trust.app.now().secs() + 120 }));
    accept(&trust.app, &token).await;
    trust.app.advance_secs(-3600);
    accept(&trust.app, &token).await;
    trust.app.advance_secs(3600 + 120);
    refuse_each(&trust.app, [("after its end", token, 401, EXPIRED)]).await;
}
