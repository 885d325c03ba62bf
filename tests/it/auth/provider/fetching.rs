//! When key sets are fetched: once, for a rule that matched, and again when that can help.

use engine::Engine;
use hyper::StatusCode;
use serde_json::json;
use threadkeep::auth::rules::model::Settings;

use super::{NO_RULE, NOT_VALID, accept, accept_by, refuse_all};
use crate::support::issuer::{IssuerKey, key_set};
use crate::support::key_server::{KeyServer, Reply};
use crate::support::rules::{ISSUER, Trust, rule, with_claims};
use crate::support::tokens::changed;
use crate::support::{Client, TestApp, eventually};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(
    t061_requests_at_once_make_one_fetch,
    t065_a_removed_key_is_refused_when_the_set_is_old_or_the_operator_says_so,
    t072_keys_of_a_url_that_was_replaced_are_not_used,
    t074_two_projects_share_a_fetch_and_no_trust,
);

on_one_engine!(
    t062_t063_a_flood_of_unknown_keys_makes_few_fetches,
    t062_callers_who_hang_up_cause_no_more_fetches,
    t064_a_new_key_is_found_within_half_a_minute,
    t066_what_a_provider_says_of_caching_is_kept_within_bounds,
    t068_an_old_set_serves_an_hour_while_the_provider_is_away,
    t069_without_any_set_the_next_try_is_soon,
    t070_every_redirect_is_checked,
    t076_nothing_is_fetched_before_a_rule_matches,
    t089_t090_t091_discovery_names_the_key_set_of_exactly_this_issuer,
);

async fn t061_requests_at_once_make_one_fetch(engine: Engine) {
    let trust = Trust::start(engine).await;
    trust.keys.hold();
    let one = trust.token("one");
    let tokens = (0..50).map(|number| trust.token(&format!("user-{number}"))).chain(vec![one; 50]);
    let requests: Vec<_> = tokens
        .map(|token| {
            let client = trust.app.anyone().bearing(&token);
            tokio::spawn(async move { client.get("/v1/threads").await.status })
        })
        .collect();
    eventually("a fetch", async || (trust.keys.count() > 0).then_some(())).await;
    trust.keys.release();
    for request in requests {
        assert_eq!(request.await.unwrap(), StatusCode::OK);
    }
    assert_eq!(trust.keys.count(), 1);
}

async fn t062_t063_a_flood_of_unknown_keys_makes_few_fetches(engine: Engine) {
    let trust = Trust::start(engine).await;
    accept(&trust.app, &trust.token("ann")).await;
    for second in 0..60 {
        let tokens = (0..5).map(|number| {
            let kid = format!("random-{second}-{number}");
            let header = changed(&trust.key.header(), "kid", Some(json!(kid)));
            (kid, trust.key.sign(&header, &trust.claims("ann")))
        });
        for (_, token) in tokens {
            super::knock(&trust.app.anyone().bearing(&token)).await.refused(403, NOT_VALID);
        }
        accept(&trust.app, &trust.token(&format!("user-{second}"))).await;
        trust.app.advance_secs(1);
    }
    assert!((2..=3).contains(&trust.keys.count()), "{} fetches in a minute", trust.keys.count());
}

async fn t062_callers_who_hang_up_cause_no_more_fetches(engine: Engine) {
    let trust = Trust::start(engine).await;
    accept(&trust.app, &trust.token("ann")).await;
    trust.app.advance_secs(30);
    trust.keys.hold();
    let header = changed(&trust.key.header(), "kid", Some(json!("nobody's")));
    let token = trust.key.sign(&header, &trust.claims("ann"));
    for _ in 0..3 {
        let client = trust.app.anyone().bearing(&token);
        let caller = tokio::spawn(async move { client.get("/v1/threads").await.status });
        eventually("a fetch", async || (trust.keys.count() > 1).then_some(())).await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
    }
    trust.keys.release();
    super::knock(&trust.app.anyone().bearing(&token)).await.refused(403, NOT_VALID);
    assert_eq!(trust.keys.count(), 2);
}

async fn t064_a_new_key_is_found_within_half_a_minute(engine: Engine) {
    let trust = Trust::start(engine).await;
    accept(&trust.app, &trust.token("ann")).await;
    let new = IssuerKey::new("k2", "ES256");
    trust.keys.put_keys("/jwks", &[trust.key.jwk(), new.jwk()]);
    let token = new.token(&trust.claims("ann"));
    trust.app.advance_secs(29);
    refuse_all(&trust.app, NOT_VALID, [("asked a moment ago", token.clone())]).await;
    trust.app.advance_secs(1);
    accept(&trust.app, &token).await;
    accept(&trust.app, &trust.token("ann")).await;
    assert_eq!(trust.keys.count(), 2);
}

async fn t065_a_removed_key_is_refused_when_the_set_is_old_or_the_operator_says_so(engine: Engine) {
    let trust = Trust::start(engine).await;
    let second = IssuerKey::new("k2", "ES256");
    trust.keys.put_keys("/jwks", &[trust.key.jwk(), second.jwk()]);
    accept(&trust.app, &trust.token("ann")).await;
    trust.keys.put_keys("/jwks", &[second.jwk()]);
    trust.app.advance_secs(599);
    accept(&trust.app, &trust.token("ann")).await;
    trust.app.advance_secs(1);
    refuse_all(&trust.app, NOT_VALID, [("after ten minutes", trust.token("bob"))]).await;

    // A leaked key is out at once, with every token that it made.
    let token = second.token(&trust.claims("ann"));
    accept(&trust.app, &token).await;
    trust.keys.put_keys("/jwks", &[IssuerKey::new("k3", "ES256").jwk()]);
    trust.app.advance_secs(1);
    trust.app.refresh_keys(&trust.app.project, &trust.rule).await;
    eventually("the old key is refused", async || {
        let status = trust.app.anyone().bearing(&token).get("/v1/threads").await.status;
        (status == StatusCode::FORBIDDEN).then_some(())
    })
    .await;
    refuse_all(&trust.app, NOT_VALID, [("after a refresh", token)]).await;
}

async fn t066_what_a_provider_says_of_caching_is_kept_within_bounds(engine: Engine) {
    let trust = Trust::start(engine).await;
    let set = Reply::json(&key_set(&[trust.key.jwk()]));
    let with = |value: &str| set.clone().with("cache-control", value);
    let table = [
        ("nothing", set.clone(), 600),
        ("max-age=0", with("max-age=0"), 60),
        ("max-age=5", with("public, max-age=5"), 60),
        ("max-age=300", with("public, max-age=300, must-revalidate"), 300),
        ("max-age=ten years", with("max-age=315360000"), 3600),
        ("no-store", with("no-store"), 60),
        ("max-age and age", with("max-age=600").with("age", "450"), 150),
        ("max-age=x", with("max-age=x"), 60),
    ];
    let rules = (0..table.len()).map(|number| {
        trust.keys.put(&format!("/{number}"), table[number].1.clone());
        rule(&format!("https://issuer-{number}.example"), &trust.keys.at(&format!("/{number}")))
    });
    trust.app.create_rules(&trust.app.project, rules.collect()).await;
    for (number, (what, _, secs)) in table.iter().enumerate() {
        let path = format!("/{number}");
        let visit = async |at: i64| {
            let iss = json!({ "iss": format!("https://issuer-{number}.example") });
            accept(&trust.app, &trust.token_with(iss)).await;
            println!("{what} after {at} s: {} fetches", trust.keys.count_at(&path));
            trust.keys.count_at(&path)
        };
        assert_eq!(visit(0).await, 1);
        trust.app.advance_secs(secs - 1);
        assert_eq!(visit(secs - 1).await, 1, "{what}");
        trust.app.advance_secs(1);
        assert_eq!(visit(*secs).await, 2, "{what}");
    }
}

/// A provider that is silent costs a request the deadline and no more; with a set at hand, less.
#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn t067_a_provider_that_hangs_is_given_up() {
    let trust = Trust::start(Engine::Sqlite).await;
    let set = Reply::json(&key_set(&[trust.key.jwk()]));
    trust.keys.put("/jwks", set.clone().hanging());
    refuse_all(&trust.app, NOT_VALID, [("the body never ends", trust.token("ann"))]).await;
    trust.keys.put("/jwks", set.clone());
    trust.app.advance_secs(2);
    accept(&trust.app, &trust.token("ann")).await;
    trust.keys.put("/jwks", set.hanging());
    trust.app.advance_secs(600);
    accept(&trust.app, &trust.token("ann")).await;
    assert_eq!(trust.keys.count(), 3);
}

async fn t068_an_old_set_serves_an_hour_while_the_provider_is_away(engine: Engine) {
    let mut trust = Trust::start(engine).await;
    accept(&trust.app, &trust.token("ann")).await;
    trust.keys.put("/jwks", Reply::text(503, "away"));
    trust.app.advance_secs(660);
    accept(&trust.app, &trust.token("ann")).await;
    assert_eq!(trust.keys.count(), 2);
    trust.keys.stop().await;
    trust.app.advance_secs(3539);
    accept(&trust.app, &trust.token("ann")).await;
    trust.app.advance_secs(1);
    refuse_all(&trust.app, NOT_VALID, [("an hour after the ten minutes", trust.token("bob"))]).await;
}

async fn t069_without_any_set_the_next_try_is_soon(engine: Engine) {
    let trust = Trust::start(engine).await;
    trust.keys.put("/jwks", Reply::text(503, "away"));
    let tokens = (0..20).map(|number| (number.to_string(), trust.token(&format!("user-{number}"))));
    refuse_all(&trust.app, NOT_VALID, tokens).await;
    assert_eq!(trust.keys.count(), 1);
    trust.keys.put_keys("/jwks", &[trust.key.jwk()]);
    trust.app.advance_secs(2);
    accept(&trust.app, &trust.token("user-1")).await;
    assert_eq!(trust.keys.count(), 2);
}

async fn t070_every_redirect_is_checked(engine: Engine) {
    let trust = Trust::start(engine).await;
    trust.keys.put_keys("/set", &[trust.key.jwk()]);
    let port = trust.keys.url.rsplit(':').next().unwrap();
    for (from, to) in [("/3", "/2"), ("/2", "/1"), ("/1", "/set"), ("/4", "/3"), ("/round", "/round")] {
        trust.keys.put(from, Reply::redirect(307, to));
    }
    let elsewhere = [
        format!("http://127.0.0.2:{port}/set"),
        format!("http://[::1]:{port}/set"),
        "http://10.0.0.1/set".to_owned(),
        "https://169.254.169.254/latest".to_owned(),
        "file:///etc/passwd".to_owned(),
        format!("http://u:p@127.0.0.1:{port}/set"),
        "http://public.example/set".to_owned(),
    ];
    let mut rules = vec![("https://good.example".to_owned(), "/3".to_owned())];
    for (number, to) in elsewhere.iter().enumerate() {
        trust.keys.put(&format!("/to-{number}"), Reply::redirect(302, to));
        rules.push((to.clone(), format!("/to-{number}")));
    }
    rules.push(("four redirects".to_owned(), "/4".to_owned()));
    rules.push(("a circle".to_owned(), "/round".to_owned()));
    let settings = rules.iter().map(|(issuer, path)| rule(issuer, &trust.keys.at(path))).collect();
    trust.app.create_rules(&trust.app.project, settings).await;
    let token = |issuer: &str| trust.token_with(json!({ "iss": issuer }));
    accept(&trust.app, &token("https://good.example")).await;
    let before = trust.keys.count_at("/set");
    let refused = rules[1..].iter().map(|(issuer, _)| (issuer.clone(), token(issuer)));
    refuse_all(&trust.app, NOT_VALID, refused).await;
    assert_eq!(trust.keys.count_at("/set"), before);
}

async fn t072_keys_of_a_url_that_was_replaced_are_not_used(engine: Engine) {
    let trust = Trust::start(engine).await;
    let token = trust.token("ann");
    accept(&trust.app, &token).await;
    let new = IssuerKey::other_rsa("k1");
    let url = trust.keys.put_keys("/new", &[new.jwk()]);
    trust.app.update_rule(&trust.app.project, &trust.rule, rule(ISSUER, &url)).await;
    eventually("the new URL is in force", async || {
        let status = trust.app.anyone().bearing(&token).get("/v1/threads").await.status;
        (status == StatusCode::FORBIDDEN).then_some(())
    })
    .await;
    refuse_all(&trust.app, NOT_VALID, [("seen before", token), ("fresh", trust.token("bob"))]).await;
    accept(&trust.app, &new.token(&trust.claims("ann"))).await;
}

async fn t074_two_projects_share_a_fetch_and_no_trust(engine: Engine) {
    let trust = Trust::start(engine).await;
    let other = trust.app.create_project().await;
    let theirs = rule("https://other.example", &trust.keys.at("/jwks"));
    trust.app.create_rule(&other, theirs).await;
    let there = Client::new(trust.app.frontend(&other));
    let token =
        trust.key.token(&with_claims(&trust.claims("ann"), json!({ "iss": "https://other.example" })));
    accept(&trust.app, &trust.token("ann")).await;
    accept_by(&there, &token).await;
    assert_eq!(trust.keys.count(), 1);
    refuse_all(&trust.app, NO_RULE, [("of the other project", token)]).await;
    there.bearing(&trust.token("ann")).get("/v1/threads").await.refused(403, NO_RULE);
}

async fn t076_nothing_is_fetched_before_a_rule_matches(engine: Engine) {
    let trust = Trust::start_with(engine, |rule| Settings { audience: Some("app".into()), ..rule }).await;
    let tokens = [
        ("no audience", trust.token("ann")),
        ("another audience", trust.token_with(json!({ "aud": "other" }))),
        ("another issuer", trust.token_with(json!({ "iss": "https://attacker.example", "aud": "app" }))),
        ("the key server as issuer", trust.token_with(json!({ "iss": trust.keys.url, "aud": "app" }))),
    ];
    refuse_all(&trust.app, NO_RULE, tokens).await;
    assert_eq!(trust.keys.count(), 0);
}

async fn t089_t090_t091_discovery_names_the_key_set_of_exactly_this_issuer(engine: Engine) {
    let app = TestApp::start_trusting(engine).await;
    let keys = KeyServer::start().await;
    let key = IssuerKey::new("k1", "ES384");
    let url = keys.put_keys("/set", &[key.jwk()]);
    let document = |path: &str, issuer: &str, jwks_uri: &str| {
        let document = json!({ "issuer": issuer, "jwks_uri": jwks_uri });
        keys.put(&format!("{path}/.well-known/openid-configuration"), Reply::json(&document));
    };
    let issuers = ["/plain", "/slash/", "/other", "/unlike", "/private", "/none"].map(|path| keys.at(path));
    document("/plain", &issuers[0], &url);
    document("/slash", &issuers[1], &url);
    document("/other", &keys.at("/plain"), &url);
    document("/unlike", &format!("{}/", issuers[3]), &url);
    document("/private", &issuers[4], "https://10.0.0.1/set");
    let rules = issuers.iter().map(|issuer| Settings {
        keys: threadkeep::auth::rules::model::KeySource::Discovery,
        ..rule(issuer, "")
    });
    app.create_rules(&app.project, rules.collect()).await;
    let token = |issuer: &str| {
        key.token(&with_claims(&crate::support::rules::claims(&app, "ann"), json!({ "iss": issuer })))
    };
    for issuer in &issuers[..2] {
        accept(&app, &token(issuer)).await;
    }
    assert_eq!(keys.count_at("/slash/.well-known/openid-configuration"), 1, "one slash");
    refuse_all(&app, NOT_VALID, issuers[2..].iter().map(|issuer| (issuer.clone(), token(issuer)))).await;
    // The key set has moved.
    let moved = keys.put_keys("/moved", &[IssuerKey::new("k2", "ES256").jwk()]);
    document("/plain", &issuers[0], &moved);
    app.advance_secs(600);
    refuse_all(&app, NOT_VALID, [("the key of before", token(&issuers[0]))]).await;
    assert_eq!(keys.count_at("/moved"), 1);
}
