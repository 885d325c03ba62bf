//! What no rule may be, and what a rule is warned about.

use engine::Engine;
use serde_json::{Value, json};

use super::{add, provider, run, secret_file, trusting};
use crate::on_one_engine;
use crate::support::program::{Program, instance};
use crate::support::rules::ISSUER;

on_one_engine!(t037_t077_t105_t111_rules_that_open_too_much_are_not_saved, t138_risky_rules_are_warned_about,);

const SHARED: &str = "This key set is shared by other customers of the provider: set an audience";

fn refused(program: &Program, arguments: &[&str], sentence: &str) {
    println!("{arguments:?}");
    program.run(&[&["rules", "add", "--name", "x"], arguments].concat()).failed(sentence);
}

async fn t037_t077_t105_t111_rules_that_open_too_much_are_not_saved(engine: Engine) {
    let program = instance(engine).await.with("THREADKEEP_PUBLIC_URL", "https://keep.example.org");
    // T77 to T84: where keys may come from.
    let (scheme, private) =
        ("the URL must start with https://", "the URL's host has an address that is not public");
    let not_public = "the URL's host is not a public one";
    for (url, sentence) in [
        ("http://issuer.example/jwks", scheme),
        ("ftp://issuer.example/jwks", scheme),
        ("file:///etc/passwd", scheme),
        ("issuer.example/jwks", "this is not a URL"),
        ("https://127.0.0.1/jwks", private),
        ("https://127.1/jwks", private),
        ("https://0x7f000001/jwks", private),
        ("https://[::1]/jwks", private),
        ("https://10.0.0.1/jwks", private),
        ("https://169.254.169.254/latest", private),
        ("https://[::ffff:10.0.0.1]/jwks", private),
        ("https://localhost/jwks", not_public),
        ("https://keycloak/jwks", not_public),
        ("https://u:p@issuer.example/jwks", "the URL must not contain a user name or password"),
        ("https://issuer.example/jwks#x", "the URL must not contain a fragment"),
    ] {
        let told = format!("the key set URL is refused: {sentence}");
        refused(&program, &["--issuer", ISSUER, "--jwks-url", url], &told);
    }
    refused(&program, &["--issuer", "https://10.0.0.1"], "the issuer, with discovery, is refused");
    refused(&program, &["--issuer", "acme.com"], "the issuer, with discovery, is refused");
    // T105: keys that sign for strangers.
    for (issuer, url) in [
        ("https://accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs"),
        ("https://securetoken.google.com/app", "https://keys.invalid/jwks"),
        ("https://i.invalid", "https://team.cloudflareaccess.com/cdn-cgi/access/certs"),
        ("https://login.microsoftonline.com/common/v2.0", "https://keys.invalid/jwks"),
    ] {
        refused(&program, &["--issuer", issuer, "--jwks-url", url], SHARED);
    }
    refused(&program, &["--jwks-url", "https://keys.invalid/jwks"], SHARED);
    // T111: our own issuers.
    let project = run(&program, &["projects", "list"])[0]["frontend_url"].as_str().unwrap().to_owned();
    let another = "https://keep.example.org/proj-000000000000/";
    for issuer in [&project, another] {
        refused(
            &program,
            &["--issuer", issuer, "--jwks-url", "https://keys.invalid/jwks"],
            "a frontend of this instance itself",
        );
    }
    // T37: secrets that protect nothing.
    for (secret, sentence) in [
        ("q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1g", "at least 32 bytes"),
        ("", "at least 32 bytes"),
        ("passwordpasswordpasswordpassword", "random"),
        (r#"{"keys":[{"kty":"RSA","n":"abcdefghijklmnop"}]}"#, "random"),
        ("-----BEGIN PUBLIC KEY----- MIIBIjANBgkqhkiG9w0BAQ", "random"),
    ] {
        let file = secret_file(&program, secret);
        refused(&program, &["--issuer", ISSUER, "--secret-file", &file], sentence);
    }
    let good = secret_file(&program, "q8Zp3LxV0mT7yB2nR5cW9sK4dF6hJ1gA");
    refused(&program, &["--secret-file", &good], "a rule with a shared secret needs an issuer");
    refused(&program, &["--issuer", &project, "--secret-file", &good], "a frontend of this instance itself");
    refused(&program, &["--issuer", ISSUER, "--secret-file", "missing.secret"], "cannot be read");
    refused(
        &program,
        &["--issuer", ISSUER, "--secret-file", &good, "--jwks-url", "https://x.invalid"],
        "cannot be used with",
    );
    // T96 and the other lengths and forms.
    let long = "i".repeat(2_048);
    refused(
        &program,
        &["--issuer", &long, "--secret-file", &good],
        "the issuer must be 1 to 2047 characters",
    );
    refused(
        &program,
        &["--issuer", ISSUER, "--secret-file", &good, "--audience", &long],
        "the audience must be",
    );
    refused(
        &program,
        &["--issuer", ISSUER, "--secret-file", &good, "--name-claim", &long[..256]],
        "the name claim",
    );
    for (workspace, sentence) in
        [("{a}{b}", "separator"), ("{a", "brace"), ("{a..b}", "names no claim"), ("a}", "brace")]
    {
        refused(&program, &["--issuer", ISSUER, "--secret-file", &good, "--workspace", workspace], sentence);
    }
    refused(
        &program,
        &["--issuer", ISSUER, "--secret-file", &good, "--user-prefix", "a b"],
        "the user prefix cannot contain",
    );
    refused(
        &program,
        &["--issuer", ISSUER, "--secret-file", &good, "--condition", "azp"],
        "must be `claim = value`",
    );
    let nine = [["--condition", "a = b"]; 9].concat();
    refused(
        &program,
        &[&["--issuer", ISSUER, "--secret-file", &good], &nine[..]].concat(),
        "at most 8 conditions",
    );
    assert_eq!(run(&program, &["rules", "list"]), json!([]));
    let audit = run(&program, &["audit", "list"]);
    assert!(audit.as_array().unwrap().iter().all(|entry| entry["resource_type"] != "auth_rule"), "{audit}");
}

fn warnings(rule: &Value) -> String {
    rule["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

async fn t138_risky_rules_are_warned_about(engine: Engine) {
    let program = trusting(engine).await;
    let (_keys, _key, url) = provider().await;
    let plain = add(&program, &["--jwks-url", &url]);
    assert_eq!(plain["warnings"], json!([]));
    let writable = [
        "--workspace",
        "{user_metadata.org}",
        "--name-claim",
        "{unsafe_metadata.name}",
        "--workspace-fallback",
        "sub",
    ];
    let text = warnings(&add(&program, &[&["--jwks-url", &url], &writable[..]].concat()));
    assert!(
        text.contains("`user_metadata` themselves: with this workspace a user can choose any workspace"),
        "{text}"
    );
    assert!(text.contains("`unsafe_metadata` themselves"), "{text}");
    assert!(text.contains("open the user's own workspace"), "{text}");
    let second =
        ["rules", "add", "--issuer", "https://second.example", "--jwks-url", "https://nowhere.invalid/jwks"];
    let text = warnings(&run(&program, &second));
    assert!(text.contains("a user prefix keeps them apart (--user-prefix)"), "{text}");
    assert!(text.contains("cannot be checked: its host has no address now"), "{text}");
    // A preset brings its own.
    let preset = ["rules", "add", "--preset", "keycloak", "--url", &url, "--realm", "r", "--audience", "app"];
    let text = warnings(&run(&program, &[&preset[..], &["--user-prefix", "kc:"]].concat()));
    assert!(text.contains("audience mapper") && !text.contains("a user prefix keeps them apart"), "{text}");
    assert!(text.contains("can have IDs that begin with `kc:`, too"), "{text}");
    assert!(text.contains("can open the same workspaces") && text.contains("(--workspace)"), "{text}");
}
