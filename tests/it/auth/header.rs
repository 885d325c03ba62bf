//! The `Authorization` header, before anything in it is believed.

use engine::Engine;
use serde_json::json;

use super::knock;
use crate::on_both_engines;
use crate::support::tokens::{part, parts};
use crate::support::{Signer, TestApp};

on_both_engines!(
    t001_a_request_without_header_is_told_so,
    t002_the_scheme_is_bearer_and_one_space,
    t003_two_credentials_are_refused,
    t004_a_token_in_query_or_body_is_ignored,
    t005_a_value_over_16_kib_is_refused,
    t006_t007_t008_a_jwt_is_three_canonical_parts,
    t009_t010_header_and_payload_are_objects_with_members_of_different_names,
    t011_hostile_sizes_are_refused_quickly,
    t012_an_algorithm_is_a_known_text,
    t013_opaque_tokens_are_told_apart,
    t014_no_garbage_is_let_in_or_breaks_the_server,
);

const SCHEME: &str = "Authorization header must begin with \"Bearer \"";
const UNSUPPORTED: &str = "Unsupported authorization value";
const INVALID: &str = "Invalid JWT token";
const ALGORITHM: &str = "JWT token algorithm is not valid";

async fn t001_a_request_without_header_is_told_so(engine: Engine) {
    let app = TestApp::start(engine).await;
    let before = app.written().await;
    knock(&app.anyone()).await.refused(401, "Authorization header is missing");
    assert_eq!(app.written().await, before);
}

async fn t002_the_scheme_is_bearer_and_one_space(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let before = app.written().await;
    for value in [
        "Basic dTpw".to_owned(),
        format!("bearer {token}"),
        format!("BEARER {token}"),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer{token}"),
        format!("Bearer  {token}"),
        format!("Bearer\t{token}"),
        format!("Token {token}"),
        token.clone(),
    ] {
        knock(&app.anyone().with("authorization", &value)).await.refused(401, SCHEME);
    }
    assert_eq!(app.written().await, before);
    knock(&app.anyone().with("authorization", &format!("Bearer {token}"))).await.expect(201);
}

async fn t003_two_credentials_are_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let one = format!("Bearer {}", app.token(&app.project, "w", "u").await);
    let other = format!("Bearer {}", app.token(&app.project, "w", "v").await);
    let before = app.written().await;
    for second in [&one, &other, &"Basic dTpw".to_owned()] {
        let both = app.anyone().with("authorization", &one).with("authorization", second);
        knock(&both).await.refused(403, UNSUPPORTED);
        let list = app.anyone().with("authorization", &format!("{one}, {second}"));
        knock(&list).await.refused(403, UNSUPPORTED);
    }
    assert_eq!(app.written().await, before);
}

async fn t004_a_token_in_query_or_body_is_ignored(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let before = app.written().await;
    let body = json!({ "last_message_at": "2026-01-02T03:04:05.678Z", "access_token": token });
    for name in ["access_token", "token", "authorization", "Authorization"] {
        let answer = app.anyone().post(&format!("/v1/threads?{name}={token}"), &body).await;
        answer.refused(401, "Authorization header is missing");
    }
    assert_eq!(app.written().await, before);
}

async fn t005_a_value_over_16_kib_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let project = app.project.clone();
    let signer = Signer::of(&app, &project).await;
    let before = app.written().await;
    // Right in every other respect, so that nothing but the length can be what is refused.
    let mut claims = app.claims(&project, "w", "u");
    claims["padding"] = "x".repeat(13 * 1024).into();
    assert!(signer.token(&claims).len() > 16 * 1024);
    knock(&app.anyone().bearing(&signer.token(&claims))).await.refused(403, UNSUPPORTED);
    // What no server would take is refused by the connection, one way or the other.
    let huge = app.anyone().bearing(&"a".repeat(1024 * 1024));
    let answer = huge.try_send(hyper::Method::POST, "/v1/threads", bytes::Bytes::new()).await;
    assert!(answer.is_err() || answer.unwrap().status == 431);
    assert_eq!(app.written().await, before);
    claims["padding"] = "x".repeat(11 * 1024).into();
    knock(&app.anyone().bearing(&signer.token(&claims))).await.expect(201);
}

async fn t006_t007_t008_a_jwt_is_three_canonical_parts(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let [header, payload, signature] = parts(&token);
    // 64 bytes leave four bits of the last character unused; set, they would spell the same signature.
    let last = signature.chars().last().unwrap();
    let next = char::from(u8::try_from(last).unwrap() + 1);
    let respelled = format!("{}{next}", &signature[..signature.len() - 1]);
    let before = app.written().await;
    for value in [
        header.to_owned(),
        format!("{header}.{payload}"),
        format!("{token}.{signature}"),
        format!("{token}.{signature}.{signature}"),
        format!("{header}.{payload}."),
        format!(".{payload}.{signature}"),
        format!("{header}..{signature}"),
        "..".to_owned(),
        ".".repeat(15_000),
        format!("{token}="),
        format!("{token}=="),
        format!("{header}.{payload}.{respelled}"),
        format!("+{header}.{payload}.{signature}"),
        format!("{header}.{payload}/.{signature}"),
        format!("{header}.{payload}.{signature} x"),
        format!("{header}. {payload}.{signature}"),
        format!("{token},"),
    ] {
        knock(&app.anyone().bearing(&value)).await.refused(403, UNSUPPORTED);
    }
    let not_utf8 = app.anyone().with_bytes("authorization", b"Bearer a.b.\xff");
    knock(&not_utf8).await.refused(403, UNSUPPORTED);
    assert_eq!(app.written().await, before);
}

async fn t009_t010_header_and_payload_are_objects_with_members_of_different_names(engine: Engine) {
    let app = TestApp::start(engine).await;
    let project = app.project.clone();
    let signer = Signer::of(&app, &project).await;
    let header = signer.header().to_string();
    let claims = app.claims(&project, "w", "u").to_string();
    let before = app.written().await;
    for bad in ["x", "[]", "\"x\"", "7", "null", "true", "{", "{}{}", "\u{feff}{}", r#"{"\ud800":1}"#] {
        for token in [signer.sign(bad, &claims), signer.sign(&header, bad)] {
            knock(&app.anyone().bearing(&token)).await.refused(403, INVALID);
        }
    }
    for name in ["alg", "kid", "typ"] {
        let twice = header.replacen('{', &format!("{{\"{name}\":\"x\","), 1);
        knock(&app.anyone().bearing(&signer.sign(&twice, &claims))).await.refused(403, INVALID);
    }
    for name in ["sub", "iss", "exp", "project_id", "workspace_id"] {
        let twice = claims.replacen('{', &format!("{{\"{name}\":\"x\","), 1);
        knock(&app.anyone().bearing(&signer.sign(&header, &twice))).await.refused(403, INVALID);
    }
    let not_utf8 = format!("{}.{}.{}", part(b"{\"alg\":\"\xff\"}"), part(&claims), part("s"));
    knock(&app.anyone().bearing(&not_utf8)).await.refused(403, INVALID);
    let empty = format!("{}.{}.{}", part("{}"), part("{}"), part("s"));
    knock(&app.anyone().bearing(&empty)).await.refused(403, ALGORITHM);
    assert_eq!(app.written().await, before);
    knock(&app.anyone().bearing(&signer.sign(&header, &claims))).await.expect(201);
}

async fn t011_hostile_sizes_are_refused_quickly(engine: Engine) {
    let app = TestApp::start(engine).await;
    let signer = Signer::stranger("k");
    let before = app.written().await;
    for hostile in [
        format!("{{\"a\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000)),
        format!("{}{}", "[".repeat(5_000), "]".repeat(5_000)),
        format!("{{\"exp\":{}}}", "9".repeat(10_000)),
        format!("{{\"iss\":\"{}\"}}", "i".repeat(10_000)),
        format!("{{\"a\":{}", "{\"a\":".repeat(2_000)),
    ] {
        for token in [signer.sign(&hostile, "{}"), signer.sign("{}", &hostile)] {
            assert_eq!(knock(&app.anyone().bearing(&token)).await.status, 403);
        }
    }
    assert_eq!(app.written().await, before);
}

async fn t012_an_algorithm_is_a_known_text(engine: Engine) {
    let app = TestApp::start(engine).await;
    let project = app.project.clone();
    let signer = Signer::of(&app, &project).await;
    let ours = app.claims(&project, "w", "u").to_string();
    let foreign = json!({ "iss": "https://issuer.example", "sub": "u" }).to_string();
    let before = app.written().await;
    for alg in [
        json!(["EdDSA"]),
        json!(["RS256"]),
        json!(null),
        json!({}),
        json!(1),
        json!(""),
        json!(" EdDSA"),
        json!("eddsa"),
        json!("rs256"),
        json!("none"),
        json!("None"),
        json!("NONE"),
        json!("HS256"),
    ] {
        let header = json!({ "alg": alg, "typ": "JWT", "kid": signer.kid }).to_string();
        let internal = app.anyone().bearing(&signer.sign(&header, &ours));
        knock(&internal).await.refused(403, "JWT token is not valid");
        let provider = app.anyone().bearing(&signer.sign(&header, &foreign));
        knock(&provider).await.refused(403, ALGORITHM);
    }
    assert_eq!(app.written().await, before);
}

async fn t013_opaque_tokens_are_told_apart(engine: Engine) {
    let app = TestApp::start(engine).await;
    let session = app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let before = app.written().await;
    for opaque in [
        session["refresh_token"]["token"].as_str().unwrap(),
        "ya29.a0AfH6SMBx",
        "ory_at_8xkqJ2m1.dGVzdA",
        "sb_secret_0123456789abcdef",
        "sk-proj-0123456789",
        "gho_0123456789abcdef",
    ] {
        knock(&app.anyone().bearing(opaque)).await.refused(403, UNSUPPORTED);
    }
    assert_eq!(app.written().await, before);
}

async fn t014_no_garbage_is_let_in_or_breaks_the_server(engine: Engine) {
    let app = TestApp::start(engine).await;
    let token = app.token(&app.project, "w", "u").await;
    let before = app.written().await;
    let alphabet = b"ABCxyz019-_.eyJ";
    // A fixed sequence (Knuth's MMIX generator), so that a failure can be repeated.
    let mut state = 20_260_921_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..150 {
        let mut value = if draw(2) == 0 { token.clone().into_bytes() } else { vec![b'e'; 1 + draw(90)] };
        for _ in 0..1 + draw(8) {
            let at = draw(value.len());
            value[at] = alphabet[draw(alphabet.len())];
        }
        if value == token.as_bytes() {
            continue;
        }
        let answer = knock(&app.anyone().bearing(std::str::from_utf8(&value).unwrap())).await;
        assert_eq!(answer.status, 403, "{answer:?}");
        answer.json();
    }
    assert_eq!(app.written().await, before);
}
