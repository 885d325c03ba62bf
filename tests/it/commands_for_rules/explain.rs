//! `threadkeep auth explain`: the failing check, how to mend it, and nothing stored.

use engine::Engine;
use serde_json::{Value, json};

use super::{add, claims, provider, run, secret_file, trusting};
use crate::on_one_engine;
use crate::support::issuer::{IssuerKey, hmac_token};
use crate::support::program::Program;
use crate::support::rules::{ISSUER, with_claims};
use crate::support::tokens::{changed, part};

on_one_engine!(
    t196_an_accepted_token_tells_who_it_is,
    t196_every_refusal_names_the_check_that_fails,
    t196_what_is_no_token_is_told_apart,
    t193_what_a_token_says_obeys_no_terminal,
    a_token_on_the_command_line_is_refused_and_not_repeated,
);

fn explain(program: &Program, token: &str) -> Value {
    program.run_with_input(&["auth", "explain", "--json"], token).json()
}

async fn t196_an_accepted_token_tells_who_it_is(engine: Engine) {
    let program = trusting(engine).await;
    let (_keys, key, url) = provider().await;
    let rule = add(
        &program,
        &["--jwks-url", &url, "--name", "Shop", "--name-claim", "name", "--workspace", "org_id"],
    );
    let token = key.token(&with_claims(&claims("ann"), json!({ "name": "Ada", "org_id": 7, "aud": "app" })));
    let told = explain(&program, &token);
    assert_eq!(told["is_accepted"], true, "{told}");
    let identity = json!({ "user_id": "ann", "workspace_id": "7", "name": "Ada" });
    let outcome = &told["rules"][0];
    assert_eq!(
        (&outcome["id"], &outcome["decides"], &outcome["identity"]),
        (&rule["id"], &json!(true), &identity)
    );
    assert_eq!((&told["problem"], &outcome["problem"]), (&Value::Null, &Value::Null));
    let unverified = &told["unverified"];
    for (name, value) in
        [("alg", "ES256"), ("kid", "k1"), ("typ", "JWT"), ("iss", ISSUER), ("aud", "app"), ("sub", "ann")]
    {
        assert_eq!(unverified[name], value, "{unverified}");
    }
    assert_eq!(unverified["claims"], json!(["aud", "exp", "iat", "iss", "name", "org_id", "sub"]));
    // From standard input, with what people copy along.
    for input in [token.clone(), format!("{token}\n"), format!("Bearer {token}\n")] {
        let ran = program.run_with_input(&["auth", "explain", "-"], &input);
        let text = ran.text();
        for part in ["nobody has vouched for it", "Rule Shop", "all checks hold", "ann", "Ada", "Accepted."] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("Not accepted") && !text.contains(&token), "{text}");
    }
    // Nothing is stored: no thread, no name, no audit entry besides that of the rule.
    let audit = run(&program, &["audit", "list"]);
    let actions: Vec<&str> =
        audit.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "auth_rule.create").count(), 1);
    assert!(
        actions.iter().all(|action| ["auth_rule.create", "project.create"].contains(action)),
        "{actions:?}"
    );
}

async fn t196_every_refusal_names_the_check_that_fails(engine: Engine) {
    let program = trusting(engine).await;
    let (_keys, key, url) = provider().await;
    add(
        &program,
        &["--jwks-url", &url, "--audience", "app", "--workspace", "org_id", "--condition", "sts != pending"],
    );
    let good = with_claims(&claims("ann"), json!({ "aud": "app", "org_id": "o" }));
    assert_eq!(explain(&program, &key.token(&good))["is_accepted"], true);
    let with = |more: Value| key.token(&with_claims(&good, more));
    let header = |more: Value| key.sign(&with_claims(&key.header(), more), &good);
    let past = good["iat"].as_i64().unwrap() - 7200;
    let (not_valid, no_rule) = ("JWT token is not valid", "No auth rule matches the JWT iss and aud claims");
    let workspace = "JWT org_id is not a valid workspace ID: ID must be 1 to 255 characters";
    let table = [
        (with(json!({ "iss": format!("{ISSUER}/") })), no_rule, "only by a final slash"),
        (
            with(json!({ "iss": "https://other.example" })),
            no_rule,
            "the token's issuer is \"https://other.example\"",
        ),
        (with(json!({ "aud": "other" })), no_rule, "the rule asks for \"app\""),
        (with(json!({ "sts": "pending" })), no_rule, "`sts != pending`"),
        (header(json!({ "kid": "k9" })), not_valid, "the key set has no key \"k9\""),
        (IssuerKey::new("k1", "ES256").token(&good), not_valid, "did not make its signature"),
        (header(json!({ "crit": ["exp"] })), not_valid, "crit"),
        (header(json!({ "typ": "dpop+jwt" })), not_valid, "typ"),
        (with(json!({ "exp": past })), "JWT token has expired", ""),
        (with(json!({ "exp": null })), not_valid, "exp is null"),
        (with(json!({ "sub": 7 })), "JWT payload is missing sub", "is a number, not a string"),
        (key.token(&changed(&good, "org_id", None)), workspace, "org_id"),
    ];
    for (number, (token, error, found)) in table.into_iter().enumerate() {
        let told = explain(&program, &token);
        let problem = &told["rules"][0]["problem"];
        assert_eq!((&told["is_accepted"], &problem["error"]), (&json!(false), &json!(error)), "{told}");
        assert!(problem["found"].as_str().unwrap().contains(found), "{found}: {problem}");
        assert!(!problem["remedy"].as_str().unwrap().is_empty());
        if number % 4 > 0 {
            continue;
        }
        let text = program.run_with_input(&["auth", "explain"], &token);
        assert!(
            text.text().contains("to mend it: ") && text.stdout.ends_with("Not accepted.\n"),
            "{}",
            text.stdout
        );
        assert!(text.stdout.contains(&format!("a request is answered: {error}")), "{}", text.stdout);
    }
}

async fn t196_what_is_no_token_is_told_apart(engine: Engine) {
    let program = trusting(engine).await;
    let unsupported = "Unsupported authorization value";
    let signed = |alg: &str| hmac_token(b"x", &json!({ "alg": alg, "kid": "k" }), &claims("ann"));
    let jwe = format!("{}..b.c.d", part(r#"{"alg":"dir"}"#));
    let table = [
        ("sk_aui_proj_000000000000_0abc".to_owned(), unsupported, "this is an API key"),
        ("refresh_0abc".to_owned(), unsupported, "the refresh token of an anonymous session"),
        ("ya29.opaque".to_owned(), unsupported, "an opaque token"),
        (jwe, unsupported, "an encrypted token (JWE)"),
        ("a.b.c".to_owned(), "", "does not decode"),
        (
            format!("{}.{}.c2ln", part("[]"), part("{}")),
            "Invalid JWT token",
            "does not decode. The token's header is not a JSON object",
        ),
        (signed("HS256"), "JWT token algorithm is not valid", ""),
        (signed("none"), "JWT token algorithm is not valid", ""),
        (
            IssuerKey::new("k", "ES256").token(&claims("ann")),
            "No auth rule matches the JWT iss and aud claims",
            "no auth rule",
        ),
    ];
    for (token, error, found) in table {
        let told = explain(&program, &token);
        let problem = &told["problem"];
        assert_eq!(told["is_accepted"], false);
        assert!(error.is_empty() || problem["error"] == error, "{told}");
        assert!(problem["found"].as_str().unwrap().contains(found), "{found}: {told}");
    }
    assert!(program.run_with_input(&["auth", "explain"], "a.b.c").text().contains("To mend it: "));
    // With a rule whose secret is another one.
    let file = secret_file(&program, "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA");
    add(&program, &["--secret-file", &file]);
    let told = explain(&program, &signed("HS256"));
    let found = told["rules"][0]["problem"]["found"].as_str().unwrap();
    assert_eq!(found, "the shared secret did not make the signature");
    // Our own token needs no rule.
    let server = program.serve().await;
    let visitor =
        crate::support::Client::new(&server.url).post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let own = program.run_with_input(&["auth", "explain", "-"], visitor["access_token"].as_str().unwrap());
    assert!(own.text().contains("Not accepted."), "no rule accepts it: {}", own.stdout);
}

async fn t193_what_a_token_says_obeys_no_terminal(engine: Engine) {
    let program = trusting(engine).await;
    let (_keys, key, url) = provider().await;
    add(&program, &["--jwks-url", &url, "--name-claim", "name"]);
    let evil = "a\u{1b}[2J\r\nAccepted.\u{202e}";
    let told = with_claims(&claims("ann"), json!({ "name": evil, "aud": evil, evil: 1 }));
    for token in [key.token(&told), key.token(&with_claims(&told, json!({ "iss": evil })))] {
        let ran = program.run_with_input(&["auth", "explain"], &token);
        let text = ran.text();
        let is_calm = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
        assert!(text.chars().all(is_calm), "{text:?}");
        assert!(text.lines().filter(|line| line.starts_with("Accepted.")).count() <= 1, "{text}");
    }
}

async fn a_token_on_the_command_line_is_refused_and_not_repeated(engine: Engine) {
    let program = trusting(engine).await;
    for token in ["eyJhbGciOiJub25lIn0.e30.", "-eyJhbGciOiJub25lIn0", ""] {
        let ran = program.run(&["auth", "explain", token]);
        ran.failed("paste it, or write it to its standard input");
        assert!(!ran.stderr.contains("eyJ"), "{}", ran.stderr);
    }
}
