//! How often one address may ask.

use engine::Engine;
use futures_util::future::join_all;
use serde_json::json;

use crate::on_both_engines;
use crate::support::{Answer, Client, TestApp};

on_both_engines!(
    t170_the_31st_mint_in_a_minute_is_refused_and_writes_nothing,
    t170_the_121st_refresh_in_a_minute_is_refused,
    t170_the_limit_comes_before_every_other_check,
    t170_each_address_has_its_own_limit_and_a_64_shares_one,
    t170_a_forged_address_counts_for_nothing_without_a_trusted_proxy,
    nothing_else_is_limited,
);

const MINT: &str = "/v1/auth/tokens/anonymous";
const REFRESH: &str = "/v1/auth/tokens/refresh";

/// Uses up an address's mints. They are asked for where there is no project, which counts all the same
/// and costs the database nothing: a test must be done long before the minute is over.
async fn use_up(client: &Client, base: &str, count: usize, path: &str) -> Vec<Answer> {
    let client = client.at(format!("{base}/proj-NONE"));
    join_all((0..count).map(|_| client.post_empty(path))).await
}

fn limited(answer: &Answer) {
    answer.refused(429, "rate_limited");
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
}

async fn t170_the_31st_mint_in_a_minute_is_refused_and_writes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.anyone();
    let answers = join_all((0..31).map(|_| client.post_empty(MINT))).await;
    let (minted, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((minted.len(), refused.len()), (30, 1));
    limited(refused[0]);
    assert_eq!(app.written().await.iter().filter(|row| row.starts_with("session")).count(), 30);
}

async fn t170_the_121st_refresh_in_a_minute_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let session = app.anyone().post_empty(MINT).await.expect(200);
    let answers = use_up(&app.anyone(), &app.url, 120, REFRESH).await;
    for answer in &answers {
        answer.refused(403, "Invalid issuer format or projectId");
    }
    let before = app.written().await;
    let body = json!({ "refresh_token": session["refresh_token"]["token"] });
    limited(&app.anyone().post(REFRESH, &body).await);
    assert_eq!(app.written().await, before);
    // The two routes count apart.
    app.anyone().post_empty(MINT).await.expect(200);
}

async fn t170_the_limit_comes_before_every_other_check(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.anyone();
    use_up(&client, &app.url, 30, MINT).await;
    use_up(&client, &app.url, 120, REFRESH).await;
    let before = app.written().await;
    for base in [app.url.clone(), format!("{}/proj-NONE", app.url), format!("{}/proj-000000000000", app.url)]
    {
        limited(&client.at(&base).post_empty(MINT).await);
        limited(&client.at(&base).post_empty(REFRESH).await);
        limited(&client.at(&base).post(REFRESH, &json!({ "refresh_token": 7 })).await);
    }
    assert_eq!(app.written().await, before);
}

async fn t170_each_address_has_its_own_limit_and_a_64_shares_one(engine: Engine) {
    let app = TestApp::start(engine).await;
    let from = |address: &str| app.anyone().with("x-forwarded-for", address);
    use_up(&from("203.0.113.7"), &app.url, 30, MINT).await;
    limited(&from("203.0.113.7").post_empty(MINT).await);
    // Only what the trusted proxy itself added counts; what stands before it is hearsay.
    limited(&from("198.51.100.1, 203.0.113.7").post_empty(MINT).await);
    limited(&from("198.51.100.1").with("x-forwarded-for", "203.0.113.7").post_empty(MINT).await);
    limited(&from("203.0.113.7:4711").post_empty(MINT).await);
    limited(&from("::ffff:203.0.113.7").post_empty(MINT).await);
    from("203.0.113.8").post_empty(MINT).await.expect(200);
    from("203.0.113.7, 203.0.113.8").post_empty(MINT).await.expect(200);
    app.anyone().post_empty(MINT).await.expect(200);

    use_up(&from("2001:db8:0:1::1"), &app.url, 30, MINT).await;
    limited(&from("2001:db8:0:1:ffff:ffff:ffff:ffff").post_empty(MINT).await);
    from("2001:db8:0:2::1").post_empty(MINT).await.expect(200);
}

async fn t170_a_forged_address_counts_for_nothing_without_a_trusted_proxy(engine: Engine) {
    let app = TestApp::start_with(engine, &[("trusted_proxies", "")]).await;
    use_up(&app.anyone(), &app.url, 30, MINT).await;
    let before = app.written().await;
    for forged in ["203.0.113.7", "127.0.0.2", "::1"] {
        let client = app.anyone().with("x-forwarded-for", forged);
        limited(
            &client
                .with("x-real-ip", forged)
                .with("forwarded", &format!("for={forged}"))
                .post_empty(MINT)
                .await,
        );
    }
    assert_eq!(app.written().await, before);
}

async fn nothing_else_is_limited(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser("w", "u").await;
    let answers = join_all((0..150).map(|_| browser.get("/v1/threads?limit=1"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let key = app.backend("w", "u").await;
    let answers = join_all((0..150).map(|_| key.post_empty("/v1/auth/tokens"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
}
