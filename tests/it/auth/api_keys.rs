//! API keys: their form, their time, and the headers that go with them.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::api_keys::model::ApiKey;
use threadkeep::api_keys::store::{delete_api_key, list_api_keys};

use super::knock;
use crate::on_both_engines;
use crate::support::{Answer, Client, TestApp, eventually};

on_both_engines!(
    t158_a_key_is_stored_as_hash_and_last_four_characters,
    t160_a_key_that_is_not_exact_is_refused,
    t163_a_key_ends_at_its_very_millisecond,
    t163_a_revoked_key_is_refused_soon,
    t164_a_key_with_an_origin_is_let_in_at_the_root,
    t165_the_user_header_is_optional_and_checked,
    t165_the_workspace_header_is_required_and_checked,
    an_id_is_the_same_in_both_encodings,
    headers_of_keys_mean_nothing_to_tokens,
    the_last_use_is_noted_once_in_five_minutes,
);

const UNKNOWN: &str = "Unknown or expired API key";
const FORMAT: &str = "Invalid API key format";
const USER: &str = "Invalid Aui-User-Id header";
const WORKSPACE: &str = "Invalid Aui-Workspace-Id header";

fn holder(app: &TestApp, key: &str) -> Client {
    app.anyone().bearing(key).with("aui-workspace-id", "w")
}

async fn keys(app: &TestApp) -> Vec<ApiKey> {
    app.store.read(async |conn| list_api_keys(conn, &app.project).await).await.unwrap()
}

async fn t158_a_key_is_stored_as_hash_and_last_four_characters(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, None).await;
    let sql = "SELECT hash, suffix, name || id FROM api_keys";
    let to_row = |row: &engine::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let read = async |conn: &mut engine::Conn<'_>| conn.first(sql, &[], to_row).await;
    let (hash, suffix, rest): (Vec<u8>, String, String) = app.store.read(read).await.unwrap().unwrap();
    let sha256 = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, key.as_bytes());
    assert_eq!(hash, sha256.as_ref());
    assert_eq!(suffix, key[key.len() - 4..]);
    assert!(!rest.contains(&key[..30]));
}

async fn t160_a_key_that_is_not_exact_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, None).await;
    let other = app.create_project().await;
    let (own, foreign) = (app.project.to_string(), other.to_string());
    let swap_case = |text: &str| -> String {
        text.chars()
            .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect()
    };
    let secret = key.rfind('_').unwrap() + 1;
    let last = if key.ends_with('A') { 'B' } else { 'A' };
    let before = app.written().await;
    for wrong in [
        key.replace(&own, &foreign),
        key[..key.len() - 1].to_owned(),
        key[..secret].to_owned(),
        format!("{key}0"),
        format!("{key} x"),
        format!("{key}, {key}"),
        format!("{key}{key}"),
        format!("{}{}", &key[..secret], swap_case(&key[secret..])),
        format!("{}{last}", &key[..key.len() - 1]),
        app.create_key(&other, None).await.replace(&foreign, &own),
    ] {
        knock(&holder(&app, &wrong)).await.refused(403, UNKNOWN);
    }
    for shapeless in
        ["sk_aui_proj_", "sk_aui_proj_x", "sk_aui_proj_0LTYJCUAXPV1_0x", "sk_aui_proj_0ltyjcuaxpv1"]
    {
        knock(&holder(&app, shapeless)).await.refused(403, FORMAT);
    }
    for other_thing in [key.to_uppercase(), key.replace("sk_", "pk_"), format!("x{key}")] {
        knock(&holder(&app, &other_thing)).await.refused(403, "Unsupported authorization value");
    }
    assert_eq!(app.written().await, before);
    knock(&holder(&app, &key)).await.expect(201);
}

async fn t163_a_key_ends_at_its_very_millisecond(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, Some(app.now().plus_millis(7 * 24 * 3600 * 1000))).await;
    let endless = app.create_key(&app.project, None).await;
    knock(&holder(&app, &key)).await.expect(201);
    app.advance_secs(7 * 24 * 3600 - 1);
    knock(&holder(&app, &key)).await.expect(201);
    app.advance_secs(1);
    let before = app.written().await;
    knock(&holder(&app, &key)).await.refused(403, UNKNOWN);
    holder(&app, &key).post_empty("/v1/auth/tokens").await.refused(403, UNKNOWN);
    assert_eq!(app.written().await, before);
    app.advance_secs(10 * 365 * 24 * 3600);
    knock(&holder(&app, &endless)).await.expect(201);
}

async fn t163_a_revoked_key_is_refused_soon(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, None).await;
    let client = holder(&app, &key);
    let thread = knock(&client).await.expect(201)["thread_id"].as_str().unwrap().to_owned();
    let (project, id) = (app.project.clone(), keys(&app).await[0].id.clone());
    let act = app.act();
    let revoke = async move |conn: &mut engine::Conn<'_>| delete_api_key(conn, &project, &id, &act).await;
    assert!(app.store.write(revoke).await.unwrap());
    let path = format!("/v1/threads/{thread}");
    eventually("the refusal of a revoked key", async || {
        let answer: Answer = client.get(&path).await;
        (answer.status != 200).then(|| answer.refused(403, UNKNOWN))
    })
    .await;
    let before = app.written().await;
    knock(&client).await.refused(403, UNKNOWN);
    assert_eq!(app.written().await, before);
}

async fn t164_a_key_with_an_origin_is_let_in_at_the_root(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, None).await;
    let browser = holder(&app, &key).with("origin", "https://app.example");
    let answer = knock(&browser).await;
    answer.expect(201);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
    let frontend = browser.at(app.frontend(&app.project));
    knock(&frontend).await.refused(403, "Origin does not match project ID");
}

/// Ids that callers choose: what is let in as it is, and what is not.
fn good_ids() -> Vec<String> {
    let ids =
        ["u", "auth0|5f7c", "a%20b", "a/b", "..", "';--", "é", "日本", "😀", "__SYSTEM__", "usr_deleted"];
    let long = ["a".repeat(255), "é".repeat(255), format!("{}a", "😀".repeat(127))];
    ids.into_iter().map(str::to_owned).chain(long).collect()
}

fn bad_ids() -> Vec<Vec<u8>> {
    let texts = ["", " ", "a b", "a\tb", "a\u{a0}b", "a\u{2028}b", "a\u{3000}b", "a\u{85}b", "a\u{9f}b"];
    let long = ["a".repeat(256), "é".repeat(256), "😀".repeat(128)];
    let texts = texts.into_iter().map(str::to_owned).chain(long).map(String::into_bytes);
    // In Latin-1 a no-break space and a control character.
    texts.chain([b"a\xa0b".to_vec(), b"a\x85".to_vec(), vec![0xe9; 256]]).collect()
}

async fn t165_the_user_header_is_optional_and_checked(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, None).await;
    let client = holder(&app, &key);
    let minted = |answer: Answer| -> Value {
        crate::support::tokens::claims_of(answer.expect(200)["token"].as_str().unwrap())
    };
    assert_eq!(minted(client.post_empty("/v1/auth/tokens").await)["sub"], "__SYSTEM__");
    for id in good_ids() {
        let claims = minted(client.with("aui-user-id", &id).post_empty("/v1/auth/tokens").await);
        assert_eq!(claims["sub"], id);
    }
    let before = app.written().await;
    for id in bad_ids() {
        knock(&client.with_bytes("aui-user-id", &id)).await.refused(403, USER);
    }
    knock(&client.with("aui-user-id", "u").with("aui-user-id", "u")).await.refused(403, USER);
    assert_eq!(app.written().await, before);
}

async fn t165_the_workspace_header_is_required_and_checked(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, None).await;
    let client = app.anyone().bearing(&key);
    for id in good_ids() {
        let client = client.with("aui-workspace-id", &id);
        let thread = knock(&client).await.expect(201);
        let path = format!("/v1/threads/{}", thread["thread_id"].as_str().unwrap());
        assert_eq!(client.get(&path).await.expect(200)["workspace_id"], id);
    }
    let before = app.written().await;
    knock(&client).await.refused(403, WORKSPACE);
    for id in bad_ids() {
        knock(&client.with_bytes("aui-workspace-id", &id)).await.refused(403, WORKSPACE);
    }
    knock(&client.with("aui-workspace-id", "w").with("aui-workspace-id", "w")).await.refused(403, WORKSPACE);
    assert_eq!(app.written().await, before);
}

/// Browsers and Node send each character as one byte, other clients as UTF-8.
async fn an_id_is_the_same_in_both_encodings(engine: Engine) {
    let app = TestApp::start(engine).await;
    let key = app.create_key(&app.project, None).await;
    let client = app.anyone().bearing(&key);
    let latin = client.with_bytes("aui-user-id", b"jos\xe9@example.com");
    let latin = latin.with_bytes("aui-workspace-id", b"caf\xe9");
    let thread = knock(&latin).await.expect(201)["thread_id"].as_str().unwrap().to_owned();
    let utf8 = client.with("aui-user-id", "josé@example.com").with("aui-workspace-id", "café");
    let found = utf8.get(&format!("/v1/threads/{thread}")).await.expect(200);
    assert_eq!(found["workspace_id"], "café");
    for client in [&latin, &utf8] {
        let minted = client.post_empty("/v1/auth/tokens").await.expect(200);
        let claims = crate::support::tokens::claims_of(minted["token"].as_str().unwrap());
        assert_eq!((&claims["sub"], &claims["workspace_id"]), (&json!("josé@example.com"), &json!("café")));
    }
}

async fn headers_of_keys_mean_nothing_to_tokens(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser("mine", "u").await;
    let confused = browser.with("aui-workspace-id", "theirs").with("aui-user-id", "");
    let thread = knock(&confused).await.expect(201);
    let path = format!("/v1/threads/{}", thread["thread_id"].as_str().unwrap());
    assert_eq!(browser.get(&path).await.expect(200)["workspace_id"], "mine");
    let theirs = app.backend("theirs", "u").await;
    assert_eq!(theirs.get("/v1/threads").await.expect(200), json!({ "threads": [] }));
}

async fn the_last_use_is_noted_once_in_five_minutes(engine: Engine) {
    let app = TestApp::start(engine).await;
    let client = app.backend("w", "u").await;
    let last_use = async || keys(&app).await[0].last_used_at;
    assert_eq!(last_use().await, None);
    let first = app.now();
    client.get("/v1/threads").await.expect(200);
    let noted = eventually("the first mark", async || last_use().await).await;
    assert_eq!(noted, first);
    app.advance_secs(299);
    client.get("/v1/threads").await.expect(200);
    app.advance_secs(1);
    let second = app.now();
    client.get("/v1/threads").await.expect(200);
    let noted = eventually("the second mark", async || last_use().await.filter(|at| *at != first)).await;
    assert_eq!(noted, second, "a use within five minutes of the last mark is not noted");
}
