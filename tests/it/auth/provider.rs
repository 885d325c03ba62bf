//! Tokens of other issuers: what makes one acceptable, and what each refusal says.

mod algorithms;
mod exchange;
mod fetching;
mod headers;
mod identity;
mod key_sets;
mod matching;
mod names;
mod presets;
mod secrets;
mod times;

use serde_json::Value;

use super::knock;
use crate::support::tokens::claims_of;
use crate::support::{Answer, Client, TestApp};

const NOT_VALID: &str = "JWT token is not valid";
const ALGORITHM: &str = "JWT token algorithm is not valid";
const NO_RULE: &str = "No auth rule matches the JWT iss and aud claims";
const NO_KID: &str = "JWT header is missing kid";
const NO_ISS: &str = "JWT payload is missing iss";
const NO_SUB: &str = "JWT payload is missing sub";
const EXPIRED: &str = "JWT token has expired";
const EARLY: &str = "JWT token is not yet valid";

/// Asserts that each token is refused with 403 and the text, and that none of them wrote anything.
async fn refuse_all(app: &TestApp, error: &str, tokens: impl IntoIterator<Item = (impl AsRef<str>, String)>) {
    let tokens = tokens.into_iter().map(|(what, token)| (what, token, 403, error.to_owned()));
    refuse_each(app, tokens).await;
}

/// Asserts that each token is refused with its status and text, and that none of them wrote anything.
async fn refuse_each(
    app: &TestApp,
    tokens: impl IntoIterator<Item = (impl AsRef<str>, String, u16, impl AsRef<str>)>,
) {
    let before = app.written().await;
    for (what, token, status, error) in tokens {
        println!("{}", what.as_ref());
        knock(&app.anyone().bearing(&token)).await.refused(status, error.as_ref());
    }
    assert_eq!(app.written().await, before);
}

/// Asserts that a token is let in at the root; returns the claims of the token in exchange.
async fn accept(app: &TestApp, token: &str) -> Value {
    accept_by(&app.anyone(), token).await
}

/// Asserts that a client is let in with a token; returns the claims of the token in exchange.
async fn accept_by(client: &Client, token: &str) -> Value {
    let answer = client.bearing(token).get("/v1/threads").await;
    answer.expect(200);
    exchanged(&answer)
}

/// The claims of the workspace token that an answer offers.
#[track_caller]
fn exchanged(answer: &Answer) -> Value {
    claims_of(&exchanged_token(answer))
}

/// The workspace token that an answer offers, which no cache may keep.
#[track_caller]
fn exchanged_token(answer: &Answer) -> String {
    assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{answer:?}");
    let header = answer.header("authorization").unwrap_or_else(|| panic!("a token: {answer:?}"));
    header.strip_prefix("Bearer ").expect("a bearer token").to_owned()
}
