//! Sign-in by password, sessions and their ends.

use engine::Engine;
use serde_json::{Value, json};

use super::setup::{owner, signed_in};
use crate::support::{Answer, TestApp};
use crate::{on_both_engines, on_one_engine};

on_both_engines!(
    the_right_password_signs_in,
    a_session_ends_when_it_is_not_used_and_at_its_age,
    signing_out_ends_the_session,
    polling_strangers_keep_nobody_out,
    a_device_that_has_signed_in_is_known,
);

on_one_engine!(
    a_wrong_password_and_an_unknown_address_get_one_answer,
    guessing_is_slowed_per_account,
    guessing_is_slowed_per_address,
    a_cookie_that_makes_no_device_known_is_worth_nothing,
    a_known_device_is_slowed_too,
    a_link_cannot_be_guessed_fast,
    nonsense_in_the_cookie_is_no_session,
);

async fn sign_in(app: &TestApp, email: &str, password: &str, from: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    app.anyone().with("x-forwarded-for", from).post("/api/session", &body).await
}

async fn with_ann() -> TestApp {
    let app = TestApp::start(Engine::Sqlite).await;
    app.anyone().post("/api/setup", &owner(&app)).await.expect(201);
    app
}

const PASSWORD: &str = "lamp orbit cactus 41";
const WRONG: &str = "Wrong e-mail or password";

async fn the_right_password_signs_in(engine: Engine) {
    let app = TestApp::start(engine).await;
    app.anyone().post("/api/setup", &owner(&app)).await.expect(201);
    for email in ["ann@example.com", " ANN@example.com "] {
        let answer = sign_in(&app, email, PASSWORD, "10.1.1.1").await;
        answer.expect(200);
        let cookie = answer.header("set-cookie").unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let ann = signed_in(&app, &answer);
        assert_eq!(ann.get("/api/session").await.expect(200)["operator"]["name"], "Ann");
    }
}

async fn a_session_ends_when_it_is_not_used_and_at_its_age(engine: Engine) {
    const DAY: i64 = 24 * 3600;
    let app = TestApp::start(engine).await;
    let ann = signed_in(&app, &app.anyone().post("/api/setup", &owner(&app)).await);
    let mut days = 0;
    while days + 13 < 90 {
        app.advance_secs(13 * DAY);
        days += 13;
        ann.get("/api/session").await.expect(200);
    }
    app.advance_secs((90 - days) * DAY);
    ann.get("/api/session").await.refused(401, "Sign in first");
    let ann = signed_in(&app, &sign_in(&app, "ann@example.com", PASSWORD, "10.1.1.1").await);
    app.advance_secs(14 * DAY);
    ann.get("/api/session").await.refused(401, "Sign in first");
}

async fn signing_out_ends_the_session(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ann = signed_in(&app, &app.anyone().post("/api/setup", &owner(&app)).await);
    let answer = ann.delete("/api/session").await;
    answer.expect(200);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    ann.get("/api/session").await.refused(401, "Sign in first");
}

async fn a_wrong_password_and_an_unknown_address_get_one_answer(_: Engine) {
    let app = with_ann().await;
    let strip = |mut body: Value| {
        body.as_object_mut().unwrap().remove("request_id");
        body
    };
    let wrong = strip(sign_in(&app, "ann@example.com", "wrong", "10.1.1.1").await.refused(401, WRONG));
    let unknown = strip(sign_in(&app, "eve@example.com", "wrong", "10.1.1.2").await.refused(401, WRONG));
    let no_address = strip(sign_in(&app, "no address", "wrong", "10.1.1.3").await.refused(401, WRONG));
    assert_eq!((&wrong, &wrong), (&unknown, &no_address));
    sign_in(&app, "", "x", "10.1.1.4").await.invalid(&["email"]);
}

async fn guessing_is_slowed_per_account(_: Engine) {
    let app = with_ann().await;
    // Whether there is such an account cannot be told from it.
    for (email, net) in [("ann@example.com", "10.1.1"), ("eve@example.com", "10.1.2")] {
        for _ in 0..5 {
            sign_in(&app, email, "wrong", &format!("{net}.1")).await.refused(401, WRONG);
        }
        // From an address that guessed, with the right password, too.
        let slowed = sign_in(&app, email, PASSWORD, &format!("{net}.1")).await;
        slowed.refused(429, "rate_limited");
        assert_eq!(slowed.header("retry-after"), Some("1"));
        for address in 2..=6 {
            sign_in(&app, email, "wrong", &format!("{net}.{address}")).await.refused(401, WRONG);
        }
        let slowed = sign_in(&app, email, "wrong", &format!("{net}.7")).await;
        slowed.refused(429, "rate_limited");
        assert_eq!(slowed.header("retry-after"), Some("6"));
    }
    app.advance_secs(6);
    sign_in(&app, "ann@example.com", PASSWORD, "10.1.1.7").await.expect(200);
}

async fn polling_strangers_keep_nobody_out(engine: Engine) {
    let app = TestApp::start(engine).await;
    app.anyone().post("/api/setup", &owner(&app)).await.expect(201);
    let poll = async || {
        for address in 1..=3 {
            let status = sign_in(&app, "ann@example.com", "wrong", &format!("10.1.1.{address}")).await.status;
            assert!(status == 401 || status == 429, "{status}");
        }
    };
    for _ in 0..120 {
        poll().await;
        app.advance_secs(1);
    }
    for waited in 0.. {
        poll().await;
        let answer = sign_in(&app, "ann@example.com", PASSWORD, "10.1.1.9").await;
        if answer.status == 200 {
            break;
        }
        answer.refused(429, "rate_limited");
        assert!(waited < 60, "a minute");
        app.advance_secs(1);
    }
}

/// The cookie by which a device is known, of an answer that signed somebody in.
fn device(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let mut known = cookies.filter(|cookie| cookie.starts_with("threadkeep_device_op_"));
    let cookie = known.next().unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    cookie.split(';').next().unwrap().to_owned()
}

async fn sign_in_with(app: &TestApp, device: &str, password: &str, from: &str) -> Answer {
    let client = app.anyone().with("x-forwarded-for", from).with("cookie", device);
    client.post("/api/session", &json!({ "email": "ann@example.com", "password": password })).await
}

/// Uses up what strangers have, from ten addresses.
async fn use_up_turns(app: &TestApp) {
    for address in 1..=10 {
        sign_in(app, "ann@example.com", "wrong", &format!("10.1.2.{address}")).await.refused(401, WRONG);
    }
    sign_in(app, "ann@example.com", PASSWORD, "10.1.2.99").await.refused(429, "rate_limited");
}

async fn a_device_that_has_signed_in_is_known(engine: Engine) {
    let app = TestApp::start(engine).await;
    let answer = app.anyone().post("/api/setup", &owner(&app)).await;
    let (known, ann) = (device(&answer), signed_in(&app, &answer));
    ann.delete("/api/session").await.expect(200);
    use_up_turns(&app).await;
    // Wherever it is now, an address that guesses included.
    for from in ["10.9.9.9", "10.1.2.1"] {
        let answer = sign_in_with(&app, &known, PASSWORD, from).await;
        answer.expect(200);
        device(&answer);
    }
    app.advance_secs(182 * 24 * 3600 - 1);
    use_up_turns(&app).await;
    sign_in_with(&app, &known, PASSWORD, "10.9.9.9").await.expect(200);
    app.advance_secs(1);
    sign_in_with(&app, &known, PASSWORD, "10.9.9.9").await.refused(429, "rate_limited");
}

async fn a_cookie_that_makes_no_device_known_is_worth_nothing(_: Engine) {
    let app = TestApp::start(Engine::Sqlite).await;
    let known = device(&app.anyone().post("/api/setup", &owner(&app)).await);
    let (name, value) = known.split_once('=').unwrap();
    let elsewhere = TestApp::start(Engine::Sqlite).await;
    let strangers = device(&elsewhere.anyone().post("/api/setup", &owner(&elsewhere)).await);
    use_up_turns(&app).await;
    let (_, of_another) = strangers.split_once('=').unwrap();
    let changed = format!("{}{}", &value[1..], &value[..1]);
    for value in ["", "x", "%00", of_another, &changed] {
        let answer = sign_in_with(&app, &format!("{name}={value}"), PASSWORD, "10.9.9.9").await;
        answer.refused(429, "rate_limited");
    }
    // Behind others that somebody planted it counts all the same.
    let behind = format!("{name}=planted; {known}");
    sign_in_with(&app, &behind, PASSWORD, "10.9.9.9").await.expect(200);
}

async fn a_known_device_is_slowed_too(_: Engine) {
    let app = with_ann().await;
    let known = device(&sign_in(&app, "ann@example.com", PASSWORD, "10.1.1.1").await);
    let mut guesses = 0;
    while sign_in_with(&app, &known, "wrong", "10.1.1.1").await.status == 401 {
        guesses += 1;
        assert!(guesses <= 10, "five as a known device, five as the address that it is at");
    }
    // Where an operator is signed in, nobody has more.
    let mut guesses = 0;
    while sign_in(&app, "ann@example.com", "wrong", "10.1.1.3").await.status == 401 {
        guesses += 1;
        assert!(guesses <= 5, "as from any address");
    }
}

async fn guessing_is_slowed_per_address(_: Engine) {
    let app = with_ann().await;
    for number in 0..20 {
        sign_in(&app, &format!("u{number}@example.com"), "wrong", "10.1.1.1").await.refused(401, WRONG);
    }
    sign_in(&app, "ann@example.com", PASSWORD, "10.1.1.1").await.refused(429, "rate_limited");
    sign_in(&app, "ann@example.com", PASSWORD, "10.1.1.2").await.expect(200);
}

async fn a_link_cannot_be_guessed_fast(_: Engine) {
    let app = with_ann().await;
    let client = app.anyone().with("x-forwarded-for", "10.1.1.1");
    let body = json!({ "token": "guess", "password": PASSWORD });
    for _ in 0..20 {
        client.post("/api/password-reset", &body).await.refused(403, "The link is not valid");
    }
    client.post("/api/password-reset", &body).await.refused(429, "rate_limited");
    client.post("/api/invitations/inspect", &json!({ "token": "guess" })).await.refused(429, "rate_limited");
}

async fn nonsense_in_the_cookie_is_no_session(_: Engine) {
    let app = with_ann().await;
    let port = app.url.rsplit(':').next().unwrap();
    for value in ["", "x", &"a".repeat(43), &"é".repeat(43), "a\"b;;=="] {
        let client = app.anyone().with_bytes("cookie", format!("threadkeep_{port}={value}").as_bytes());
        client.get("/api/session").await.refused(401, "Sign in first");
    }
}
