//! Single sign-on through an issuer that the test plays, by the real protocol over HTTP.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::instance::store::first_organization;
use threadkeep::members::model::Role;

use super::setup::{owner, signed_in};
use crate::support::issuer::IssuerKey;
use crate::support::key_server::{KeyServer, Reply};
use crate::support::{Answer, Client, TestApp};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(
    an_operator_comes_in_by_the_address_that_the_issuer_vouches_for,
    an_invitation_lets_a_stranger_in,
    a_proved_address_ends_what_was_not_proved,
);

on_one_engine!(
    a_stranger_is_told_why,
    a_token_that_is_not_ours_signs_nobody_in,
    a_return_without_its_beginning_is_refused,
    one_returns_where_one_wanted_to,
    without_an_issuer_there_is_no_single_sign_on,
    an_issuer_that_is_away_is_told,
);

const CLIENT: &str = "threadkeep client+id";
const SECRET: &str = "the client's secret: with/odd characters";

struct Issuer {
    server: KeyServer,
    key: IssuerKey,
}

impl Issuer {
    async fn start() -> Self {
        let (server, key) = (KeyServer::start().await, IssuerKey::new("k", "ES256"));
        let url = &server.url;
        let document = json!({
            "issuer": url, "jwks_uri": format!("{url}/keys"),
            "authorization_endpoint": format!("{url}/authorize?tenant=1"),
            "token_endpoint": format!("{url}/token"),
        });
        server.put("/.well-known/openid-configuration", Reply::json(&document));
        server.put_keys("/keys", &[key.jwk()]);
        Self { server, key }
    }

    /// A server whose operators may come from here.
    async fn instance(&self, engine: Engine) -> TestApp {
        let settings = [
            ("sso_issuer", self.server.url.as_str()),
            ("sso_client_id", CLIENT),
            ("sso_client_secret", SECRET),
            ("sso_name", "Example"),
            ("allow_private", "127.0.0.1"),
        ];
        TestApp::start_with(engine, &settings).await
    }

    /// Says that the next code is for an ID token with these claims over the usual ones.
    fn answer_with(&self, app: &TestApp, nonce: &str, over: &Value) {
        let now = app.now().millis() / 1000;
        let mut claims = json!({
            "iss": self.server.url, "aud": CLIENT, "sub": "account-1", "nonce": nonce, "iat": now, "exp": now + 60,
            "email": "ann@example.com", "email_verified": true, "name": "Ann of the issuer",
        });
        claims.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
        let token = self.key.sign(&self.key.header(), &claims);
        self.server.put("/token", Reply::json(&json!({ "id_token": token, "access_token": "x" })));
    }
}

/// A browser under way: its cookie, and what the issuer was told.
struct Trip {
    client: Client,
    state: String,
    nonce: String,
}

async fn depart(app: &TestApp, body: &Value) -> Trip {
    let answer = app.anyone().post("/api/sso/start", body).await;
    let to = answer.expect(200);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let url = url::Url::parse(to["url"].as_str().unwrap()).unwrap();
    let find =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(find("tenant").as_deref(), Some("1"), "what the endpoint's own query says stays");
    assert_eq!(find("client_id").as_deref(), Some(CLIENT));
    assert_eq!(find("redirect_uri"), Some(format!("{}/api/sso/callback", app.url)));
    assert_eq!(find("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(find("code_challenge").unwrap().len(), 43);
    let (state, nonce) = (find("state").unwrap(), find("nonce").unwrap());
    Trip { client: app.anyone().with("cookie", &cookie), state, nonce }
}

async fn arrive(trip: &Trip) -> Answer {
    trip.client.get(&format!("/api/sso/callback?code=abc&state={}", trip.state)).await
}

/// The session that the answer starts.
async fn session(app: &TestApp, answer: &Answer) -> Value {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie = cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| !cookie.contains("sso"));
    let cookie = cookie.unwrap_or_else(|| panic!("no session: {answer:?}"));
    app.anyone().with("cookie", cookie).get("/api/session").await.expect(200)
}

#[track_caller]
fn assert_problem(answer: &Answer, problem: &str) {
    let expected = format!("/dashboard/sign-in?problem={problem}");
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (302, Some(expected.as_str())),
        "{answer:?}"
    );
    assert!(!answer.headers.get_all("set-cookie").iter().any(|value| {
        let value = value.to_str().unwrap();
        value.starts_with("threadkeep_") && !value.starts_with("threadkeep_sso")
    }));
}

async fn an_operator_comes_in_by_the_address_that_the_issuer_vouches_for(engine: Engine) {
    let issuer = Issuer::start().await;
    let app = issuer.instance(engine).await;
    app.anyone().post("/api/setup", &owner(&app)).await.expect(201);
    assert_eq!(
        app.anyone().get("/api/status").await.expect(200)["single_sign_on"],
        json!({ "name": "Example" })
    );
    let trip = depart(&app, &json!({})).await;
    issuer.answer_with(&app, &trip.nonce, &json!({}));
    let answer = arrive(&trip).await;
    assert_eq!(answer.header("location"), Some("/dashboard"));
    assert_eq!(session(&app, &answer).await["operator"]["email"], "ann@example.com");
    // From now on by the account, whatever its address is called.
    let trip = depart(&app, &json!({})).await;
    issuer.answer_with(&app, &trip.nonce, &json!({ "email": "new@example.com", "email_verified": false }));
    assert_eq!(session(&app, &arrive(&trip).await).await["operator"]["email"], "ann@example.com");
}

async fn an_invitation_lets_a_stranger_in(engine: Engine) {
    let issuer = Issuer::start().await;
    let app = issuer.instance(engine).await;
    let inviting = app.operator(Role::Owner).await;
    let organization = app.store.read(async |conn| first_organization(conn).await).await.unwrap().unwrap();
    let path = format!("/api/organizations/{organization}/invitations");
    let made = inviting.post(&path, &json!({ "role": "admin" })).await.expect(201);
    let token = made["link"].as_str().unwrap().split('#').nth(1).unwrap();
    let trip = depart(&app, &json!({ "invitation": token })).await;
    issuer.answer_with(&app, &trip.nonce, &json!({ "email_verified": false }));
    let session = session(&app, &arrive(&trip).await).await;
    assert_eq!(session["operator"]["name"], "Ann of the issuer");
    assert_eq!(session["operator"]["has_password"], false);
    assert_eq!(session["organizations"][0]["role"], "admin");
    // It works once.
    let trip = depart(&app, &json!({ "invitation": token })).await;
    issuer.answer_with(&app, &trip.nonce, &json!({ "sub": "account-2", "email": "eve@example.com" }));
    assert_problem(&arrive(&trip).await, "sso_invitation");
}

async fn a_proved_address_ends_what_was_not_proved(engine: Engine) {
    let issuer = Issuer::start().await;
    let app = issuer.instance(engine).await;
    let typed = signed_in(&app, &app.anyone().post("/api/setup", &owner(&app)).await);
    let trip = depart(&app, &json!({})).await;
    issuer.answer_with(&app, &trip.nonce, &json!({}));
    let session = session(&app, &arrive(&trip).await).await;
    assert_eq!(session["operator"]["has_password"], false);
    typed.get("/api/session").await.refused(401, "Sign in first");
    let body = json!({ "email": "ann@example.com", "password": "lamp orbit cactus 41" });
    app.anyone().post("/api/session", &body).await.refused(401, "Wrong e-mail or password");
    // An address that the company gave to somebody else is not the same person.
    let trip = depart(&app, &json!({})).await;
    issuer.answer_with(&app, &trip.nonce, &json!({ "sub": "account-2" }));
    assert_problem(&arrive(&trip).await, "sso_taken");
}

async fn a_stranger_is_told_why(_: Engine) {
    let issuer = Issuer::start().await;
    let app = issuer.instance(Engine::Sqlite).await;
    app.anyone().post("/api/setup", &owner(&app)).await.expect(201);
    for (claims, problem) in [
        (json!({ "email": "eve@example.com" }), "sso_unknown"),
        (json!({ "email_verified": false }), "sso_unverified"),
        (json!({ "email_verified": null }), "sso_unverified"),
        (json!({ "email": null, "preferred_username": "ann@example.com" }), "sso_unverified"),
        (json!({ "email": "nobody" }), "sso_no_email"),
        (json!({ "email": 5 }), "sso_no_email"),
    ] {
        let trip = depart(&app, &json!({})).await;
        issuer.answer_with(&app, &trip.nonce, &claims);
        assert_problem(&arrive(&trip).await, problem);
    }
}

async fn a_token_that_is_not_ours_signs_nobody_in(_: Engine) {
    let issuer = Issuer::start().await;
    let app = issuer.instance(Engine::Sqlite).await;
    app.anyone().post("/api/setup", &owner(&app)).await.expect(201);
    let now = app.now().millis() / 1000;
    for claims in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "aud": "another" }),
        json!({ "azp": "another" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "exp": now }),
        json!({ "exp": null }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
    ] {
        let trip = depart(&app, &json!({})).await;
        issuer.answer_with(&app, &trip.nonce, &claims);
        assert_problem(&arrive(&trip).await, "sso_failed");
    }
    // Signed by another key of the same name.
    let trip = depart(&app, &json!({})).await;
    let stranger = Issuer { server: KeyServer::start().await, key: IssuerKey::new("k", "ES256") };
    let claims =
        json!({ "iss": issuer.server.url, "aud": CLIENT, "sub": "a", "nonce": trip.nonce, "exp": now + 60 });
    let token = stranger.key.sign(&stranger.key.header(), &claims);
    issuer.server.put("/token", Reply::json(&json!({ "id_token": token })));
    assert_problem(&arrive(&trip).await, "sso_failed");
    for reply in [
        Reply::text(400, "{\"error\":\"invalid_grant\"}"),
        Reply::text(200, "{}"),
        Reply::text(200, "<html>"),
    ] {
        let trip = depart(&app, &json!({})).await;
        issuer.server.put("/token", reply);
        assert_problem(&arrive(&trip).await, "sso_failed");
    }
}

async fn a_return_without_its_beginning_is_refused(_: Engine) {
    let issuer = Issuer::start().await;
    let app = issuer.instance(Engine::Sqlite).await;
    let answer = app.anyone().get("/api/sso/callback?code=abc&state=x").await;
    assert_problem(&answer, "sso_expired");
    let (one, other) = (depart(&app, &json!({})).await, depart(&app, &json!({})).await);
    let mixed = Trip { client: one.client.clone(), state: other.state, nonce: one.nonce.clone() };
    assert_problem(&arrive(&mixed).await, "sso_expired");
    let refused = one.client.get(&format!("/api/sso/callback?error=access_denied&state={}", one.state)).await;
    assert_problem(&refused, "sso_refused");
    app.advance_secs(600);
    assert_problem(&arrive(&one).await, "sso_expired");
    assert_eq!(issuer.server.count_at("/token"), 0, "no code was exchanged");
}

async fn one_returns_where_one_wanted_to(_: Engine) {
    let issuer = Issuer::start().await;
    let app = issuer.instance(Engine::Sqlite).await;
    app.anyone().post("/api/setup", &owner(&app)).await.expect(201);
    for (wanted, place) in [
        ("/dashboard/projects/p/threads?search=a&b", "/dashboard/projects/p/threads?search=a&b"),
        ("//evil.example/dashboard", "/dashboard"),
        ("https://evil.example", "/dashboard"),
        ("/dashboard/../../x", "/dashboard"),
        ("/dashboard/%2e%2e/v1/threads", "/dashboard"),
        ("/dashboard/\r\nset-cookie:a=b", "/dashboard"),
    ] {
        let trip = depart(&app, &json!({ "return_to": wanted })).await;
        issuer.answer_with(&app, &trip.nonce, &json!({}));
        assert_eq!(arrive(&trip).await.header("location"), Some(place), "{wanted}");
    }
}

async fn without_an_issuer_there_is_no_single_sign_on(engine: Engine) {
    let app = TestApp::start(engine).await;
    let refusal = "Single sign-on is not set up";
    app.anyone().post("/api/sso/start", &json!({})).await.refused(404, refusal);
    app.anyone().get("/api/sso/callback?code=a&state=b").await.refused(404, refusal);
    let ann = signed_in(&app, &app.anyone().post("/api/setup", &owner(&app)).await);
    ann.get("/api/session").await.expect(200);
    assert_eq!(app.anyone().get("/api/status").await.expect(200)["single_sign_on"], Value::Null);
}

async fn an_issuer_that_is_away_is_told(_: Engine) {
    let mut issuer = Issuer::start().await;
    let app = issuer.instance(Engine::Sqlite).await;
    issuer.server.stop().await;
    app.anyone().post("/api/sso/start", &json!({})).await.refused(503, "The issuer cannot be reached");
}
