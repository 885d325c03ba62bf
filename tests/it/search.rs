//! Full-text search: what is found, what is not found any more, and what hostile text cannot do.

use std::collections::BTreeSet;

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::chat::{post_message, reply};
use crate::support::{Client, TestApp, append, create_thread, eventually, user_message};

on_both_engines!(
    titles_and_messages_are_found_with_the_place,
    what_is_changed_or_deleted_is_not_found,
    an_erased_user_is_not_found,
    an_erasure_leaves_nothing_to_be_indexed,
    threads_that_are_claimed_move_with_their_words,
    filters_narrow_a_search,
    pages_of_a_search_repeat_no_thread,
    words_of_any_script_are_found,
    letters_are_found_however_they_are_encoded_or_typed,
    every_word_may_go_on_and_other_forms_are_found,
    every_word_of_a_long_message_is_found,
    a_long_message_that_changes_is_indexed_as_it_is_then,
    encoded_data_is_not_indexed,
    hostile_repetition_stays_bounded,
    no_query_breaks_out_of_the_search,
    another_project_has_other_words,
    what_was_there_before_the_search_is_indexed,
    jumping_finds_what_the_operator_can_reach,
);

struct Desk {
    app: TestApp,
    operator: Client,
}

impl Desk {
    async fn start(engine: Engine) -> Self {
        let app = TestApp::start(engine).await;
        let operator = app.operator(Role::Admin).await;
        Self { app, operator }
    }

    /// Waits until everything that was written can be found.
    async fn indexed(&self) {
        eventually("the index", async || {
            (self.app.count("SELECT COUNT(*) FROM search_queue", &[]).await == 0).then_some(())
        })
        .await;
    }

    async fn search(&self, search: &str, rest: &str) -> Value {
        let path = format!("/api/projects/{}/threads?search={}{rest}", self.app.project, encoded(search));
        self.operator.get(&path).await.expect(200)
    }

    async fn found(&self, search: &str) -> Vec<String> {
        ids(&self.search(search, "").await)
    }
}

fn ids(page: &Value) -> Vec<String> {
    page["threads"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

const NOTHING: [&str; 0] = [];

async fn titled(client: &Client, title: &str) -> String {
    let body = json!({ "last_message_at": "2026-01-02T03:04:05.678Z", "title": title });
    client.post("/v1/threads", &body).await.expect(201)["thread_id"].as_str().unwrap().to_owned()
}

async fn titles_and_messages_are_found_with_the_place(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let thread = titled(&ann, "Lost <b>parcel</b>").await;
    let message = append(&ann, &thread, None, "Where is my\n\nREFUND for order 77?").await;
    let other = create_thread(&ann).await;
    append(&ann, &other, None, "nothing of it").await;
    desk.indexed().await;
    let page = desk.search("refund", "").await;
    assert_eq!(ids(&page), [&*thread]);
    let place = json!({ "message_id": message, "before": "Where is my ", "hit": "REFUND", "after": " for order 77?" });
    assert_eq!((&page["threads"][0]["match"], &page["next_cursor"]), (&place, &Value::Null));
    let page = desk.search("parc", "").await;
    let place = json!({ "message_id": null, "before": "Lost <b>", "hit": "parcel", "after": "</b>" });
    assert_eq!(page["threads"][0]["match"], place);
    assert_eq!(desk.found("order refund 77").await, [&*thread], "in any order");
    assert_eq!(desk.found("refund parcel").await, NOTHING, "in one message");
    assert_eq!(desk.found("refun ord").await, [&*thread], "each word may go on");
    assert_eq!(desk.found("!?").await, NOTHING);
    assert_eq!(desk.found("is").await, [&*thread]);
}

async fn what_is_changed_or_deleted_is_not_found(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let thread = titled(&ann, "alpha").await;
    let path = format!("/v1/threads/{thread}");
    let first = append(&ann, &thread, None, "bravo").await;
    let mut keyed = user_message(None, "charlie");
    keyed["external_id"] = json!("x");
    ann.post(&format!("{path}/messages"), &keyed).await.expect(201);
    let last = append(&ann, &thread, None, "delta").await;
    desk.indexed().await;
    for word in ["alpha", "bravo", "charlie", "delta"] {
        assert_eq!(desk.found(word).await, [&*thread], "{word}");
    }
    ann.put(&path, &json!({ "title": "echo" })).await.expect(200);
    let content =
        json!({ "content": { "role": "user", "content": [{ "type": "text", "text": "foxtrot" }] } });
    ann.put(&format!("{path}/messages/{first}"), &content).await.expect(200);
    keyed["content"]["content"][0]["text"] = json!("golf");
    ann.post(&format!("{path}/messages"), &keyed).await.expect(200);
    ann.delete_with(&format!("{path}/messages"), &json!({ "message_ids": [last] })).await.expect(200);
    for word in ["alpha", "bravo", "charlie", "delta"] {
        assert_eq!(desk.found(word).await, NOTHING, "{word}, at once");
    }
    desk.indexed().await;
    for word in ["echo", "foxtrot", "golf"] {
        assert_eq!(desk.found(word).await, [&*thread], "{word}");
    }
    let documents = "SELECT COUNT(*) FROM search_documents";
    assert_eq!(desk.app.count(documents, &[]).await, 3);
    ann.delete(&path).await.expect(200);
    assert_eq!(desk.found("golf").await, NOTHING);
    assert_eq!(desk.app.count(documents, &[]).await, 0);
}

async fn an_erased_user_is_not_found(engine: Engine) {
    let desk = Desk::start(engine).await;
    let (ann, bob) = (desk.app.backend("w", "ann").await, desk.app.backend("w", "bob").await);
    let own = titled(&ann, "secret title").await;
    append(&ann, &own, None, "secret words").await;
    append(&bob, &own, None, "secret of bob in the thread of ann").await;
    let of_bob = titled(&bob, "kept").await;
    let elsewhere = append(&ann, &of_bob, None, "secret elsewhere").await;
    append(&bob, &of_bob, Some(&elsewhere), "answer of bob").await;
    desk.indexed().await;
    assert_eq!(desk.found("secret").await.len(), 2);
    let path = format!("/api/projects/{}/users/ann", desk.app.project);
    desk.operator.delete(&path).await.expect(200);
    assert_eq!(desk.found("secret").await, NOTHING);
    assert_eq!(desk.found("answer").await, [&*of_bob]);
    desk.indexed().await;
    assert_eq!(desk.found("secret").await, NOTHING);
    let left = "SELECT COUNT(*) FROM search_documents";
    assert_eq!(desk.app.count(left, &[]).await, 2, "the title and the answer");
}

/// An erasure may meet the job at any moment: nothing of the user may be left in the end.
async fn an_erasure_leaves_nothing_to_be_indexed(engine: Engine) {
    let desk = Desk::start(engine).await;
    let bob = desk.app.backend("w", "bob").await;
    let of_bob = create_thread(&bob).await;
    for round in 0..5 {
        let user = format!("ann{round}");
        let ann = desk.app.backend("w", &user).await;
        let own = titled(&ann, "secret title").await;
        for _ in 0..20 {
            append(&ann, &own, None, "secret words").await;
            append(&ann, &of_bob, None, "secret words").await;
        }
        let path = format!("/api/projects/{}/users/{user}", desk.app.project);
        desk.operator.delete(&path).await.expect(200);
    }
    desk.indexed().await;
    assert_eq!(desk.found("secret").await, NOTHING);
    assert_eq!(desk.app.count("SELECT COUNT(*) FROM search_documents", &[]).await, 0);
}

async fn threads_that_are_claimed_move_with_their_words(engine: Engine) {
    let desk = Desk::start(engine).await;
    let visitor = desk.app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let browser = desk.app.anyone().bearing(visitor["access_token"].as_str().unwrap());
    let thread = titled(&browser, "travel").await;
    append(&browser, &thread, None, "hotel").await;
    desk.indexed().await;
    let ann = desk.app.backend("team", "ann").await;
    let body = json!({ "refresh_token": visitor["refresh_token"]["token"] });
    assert_eq!(ann.post("/v1/threads/claim", &body).await.expect(200)["moved"], 1);
    desk.indexed().await;
    for word in ["travel", "hotel"] {
        assert_eq!(ids(&desk.search(word, "&workspace=team").await), [&*thread]);
    }
}

async fn filters_narrow_a_search(engine: Engine) {
    let desk = Desk::start(engine).await;
    let (ann, bob) = (desk.app.backend("one", "ann").await, desk.app.backend("two", "bob").await);
    let of_ann = titled(&ann, "common").await;
    let of_bob = titled(&bob, "common").await;
    let archived = titled(&bob, "common").await;
    bob.put(&format!("/v1/threads/{archived}"), &json!({ "is_archived": true })).await.expect(200);
    let later = json!({ "last_message_at": "2027-01-01T00:00:00.000Z" });
    ann.put(&format!("/v1/threads/{of_ann}"), &later).await.expect(200);
    desk.indexed().await;
    let with = async |rest: &str| -> BTreeSet<String> {
        ids(&desk.search("common", rest).await).into_iter().collect()
    };
    let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(with("").await, set(&[&of_ann, &of_bob, &archived]));
    assert_eq!(with("&workspace=one").await, set(&[&of_ann]));
    assert_eq!(with("&user=bob").await, set(&[&of_bob, &archived]));
    assert_eq!(with("&user=ann&workspace=two").await, set(&[]));
    assert_eq!(with("&archived=true").await, set(&[&archived]));
    assert_eq!(with("&archived=false").await, set(&[&of_ann, &of_bob]));
    assert_eq!(with("&from=2026-06-01T00:00:00Z").await, set(&[&of_ann]));
    assert_eq!(with("&to=2026-06-01T00:00:00Z").await, set(&[&of_bob, &archived]));
}

async fn pages_of_a_search_repeat_no_thread(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let mut threads = Vec::new();
    for _ in 0..103 {
        let thread = create_thread(&ann).await;
        append(&ann, &thread, None, "needle").await;
        threads.push(thread);
    }
    // The oldest come to the top, and their old hits are further down still.
    for thread in &threads[..30] {
        desk.app.advance_secs(1);
        append(&ann, thread, None, "needle again").await;
    }
    // Many hits of one thread are one row.
    desk.app.advance_secs(1);
    for _ in 0..250 {
        append(&ann, &threads[50], None, "needle").await;
    }
    desk.indexed().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = desk.search("needle", &cursor).await;
        seen.extend(ids(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&after={next}");
    }
    assert_eq!(seen.len(), 103);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 103);
    assert_eq!((&seen[0], &seen[1], &seen[30]), (&threads[50], &threads[29], &threads[0]));
}

async fn words_of_any_script_are_found(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let texts = [
        ("Straße nach Köln", "KOLN", "Köln"),
        ("Ελληνικός λόγος", "λογοσ", "λόγος"),
        ("我们用中文搜索消息", "中文搜索", "中文搜索"),
        ("東京タワーへ行く", "タワー", "タワー"),
        ("สวัสดีชาวโลก", "ชาวโลก", "ชาวโลก"),
        ("한국어를 검색", "한국", "한국어를"),
        ("مرحبا بالعالم", "بالعالم", "بالعالم"),
        ("नमस्ते दुनिया", "दुनि", "दुनिया"),
        ("mail user_id@example.com now", "user_id@exam", "user_id@example"),
    ];
    let mut made = Vec::new();
    for (text, _, _) in texts {
        let thread = create_thread(&ann).await;
        say(&ann, &thread, text).await;
        made.push(thread);
    }
    desk.indexed().await;
    for ((text, search, hit), thread) in texts.iter().zip(&made) {
        let page = desk.search(search, "").await;
        assert_eq!(ids(&page), [&**thread], "{search} in {text}");
        assert_eq!(page["threads"][0]["match"]["hit"], *hit);
    }
    assert_eq!(desk.found("搜中").await, NOTHING, "the characters of a run follow each other");
}

async fn letters_are_found_however_they_are_encoded_or_typed(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    // A text, what finds it, and the hit as it stands in the text.
    let pairs = [
        (
            "\u{1110}\u{1166}\u{1109}\u{1173}\u{1110}\u{1173} 하나",
            "테스트",
            "\u{1110}\u{1166}\u{1109}\u{1173}\u{1110}\u{1173}",
        ),
        ("결과 검사", "\u{1100}\u{1167}\u{11af}\u{1100}\u{116a}", "결과"),
        ("カ\u{3099}イト\u{3099}を読む", "ガイド", "カ\u{3099}イト\u{3099}"),
        ("サーバー", "ｻｰﾊﾞｰ", "サーバー"),
        ("Ｆｕｌｌｗｉｄｔｈ", "fullwidth", "Ｆｕｌｌｗｉｄｔｈ"),
        ("Straße", "strasse", "Straße"),
        ("Łódź", "lodz", "Łódź"),
        ("Đảm", "dam", "Đảm"),
        ("Øl", "ol", "Øl"),
        ("Cœur", "coeur", "Cœur"),
        ("Þingvellir", "thing", "Þingvellir"),
        ("muenchen", "MÜENCHEN", "muenchen"),
    ];
    let mut made = Vec::new();
    for (text, _, _) in pairs {
        let thread = create_thread(&ann).await;
        say(&ann, &thread, text).await;
        made.push(thread);
    }
    desk.indexed().await;
    for ((text, search, hit), thread) in pairs.iter().zip(&made) {
        let page = desk.search(search, "").await;
        assert_eq!(ids(&page), [&**thread], "{search} in {text}");
        assert_eq!(page["threads"][0]["match"]["hit"], *hit);
    }
    assert_eq!(desk.found("カイト").await, NOTHING, "without its voice it is another word");
}

async fn every_word_may_go_on_and_other_forms_are_found(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let cards = titled(&ann, "Gift cards cannot be refunded").await;
    let city = create_thread(&ann).await;
    append(&ann, &city, None, "We were making plans for a city trip").await;
    desk.indexed().await;
    for search in ["gift card refun", "refunds", "refunding gifts", "car gif", "refund card"] {
        assert_eq!(desk.found(search).await, [&*cards], "{search}");
    }
    for search in ["cities", "make", "planned trips", "mak cit"] {
        assert_eq!(desk.found(search).await, [&*city], "{search}");
    }
    for search in ["gift cart", "refundable", "makeup"] {
        assert_eq!(desk.found(search).await, NOTHING, "{search}");
    }
}

/// Appends what is no user's, so that it gives the thread no title; returns the message's id.
async fn say(client: &Client, thread: &str, text: &str) -> String {
    let made = post_message(client, thread, &reply(None, text)).await.expect(201);
    made["message_id"].as_str().unwrap().to_owned()
}

/// A text of so many different words.
fn long_text(count: usize) -> String {
    (0..count).map(|number| format!("word{number} ")).collect()
}

async fn every_word_of_a_long_message_is_found(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    let message = say(&ann, &thread, &long_text(90_000)).await;
    desk.indexed().await;
    for number in [0, 11_999, 12_000, 45_678, 89_999] {
        let page = desk.search(&format!("word{number}"), "").await;
        assert_eq!(ids(&page), [&*thread], "{number}");
        assert_eq!(page["threads"][0]["match"]["hit"], format!("word{number}"));
        assert_eq!(page["threads"][0]["match"]["message_id"], *message);
    }
    // Neighbours, wherever the parts begin and end.
    for number in (11_700..12_100).step_by(50).chain((23_500..23_900).step_by(50)) {
        let phrase = format!("word{number}-word{}", number + 1);
        assert_eq!(desk.found(&phrase).await, [&*thread], "{phrase}");
        let pair = format!("word{} word{number}", number + 150);
        assert_eq!(desk.found(&pair).await, [&*thread], "{pair}");
    }
    ann.delete(&format!("/v1/threads/{thread}")).await.expect(200);
    assert_eq!(desk.app.count("SELECT COUNT(*) FROM search_documents", &[]).await, 0);
}

async fn a_long_message_that_changes_is_indexed_as_it_is_then(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    let message = say(&ann, &thread, &long_text(90_000)).await;
    let has_begun =
        async || (desk.app.count("SELECT COUNT(*) FROM search_documents", &[]).await > 0).then_some(());
    eventually("the first parts", has_begun).await;
    let content =
        json!({ "content": { "role": "assistant", "content": [{ "type": "text", "text": "short" }] } });
    ann.put(&format!("/v1/threads/{thread}/messages/{message}"), &content).await.expect(200);
    desk.indexed().await;
    assert_eq!(desk.found("short").await, [&*thread]);
    assert_eq!(desk.found("word89999").await, NOTHING);
    assert_eq!(desk.found("word1").await, NOTHING);
    assert_eq!(desk.app.count("SELECT COUNT(*) FROM search_documents", &[]).await, 1);
}

async fn encoded_data_is_not_indexed(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    let data: String =
        (0..60_000_u32).map(|number| format!("{:x}+", number.wrapping_mul(2_654_435_761))).collect();
    say(&ann, &thread, &format!("before data:image/png;base64,{data} after")).await;
    desk.indexed().await;
    for word in ["before", "after", "base64"] {
        assert_eq!(desk.found(word).await, [&*thread], "{word}");
    }
    let inside = format!("{:x}", 50_000_u32.wrapping_mul(2_654_435_761));
    assert_eq!(desk.found(&inside).await, NOTHING);
    assert_eq!(desk.app.count("SELECT COUNT(*) FROM search_documents", &[]).await, 1);
}

async fn hostile_repetition_stays_bounded(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    append(&ann, &thread, None, &"a b ".repeat(20_000)).await;
    // More than an index takes of one word, in words as long as they may be.
    let long: String = (0..9_000).map(|number| format!("{}{number} ", "й".repeat(59))).collect();
    append(&ann, &thread, None, &long).await;
    desk.indexed().await;
    assert_eq!(desk.found(&"a-b ".repeat(60)).await, [&*thread]);
    assert_eq!(desk.found("b a b a").await, [&*thread]);
    assert_eq!(desk.found(&format!("{}8999", "й".repeat(59))).await, [&*thread]);
}

async fn no_query_breaks_out_of_the_search(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("w", "ann").await;
    let thread = create_thread(&ann).await;
    append(&ann, &thread, None, "plain text with or and not near").await;
    desk.indexed().await;
    for hostile in [
        "\"",
        "'",
        "''",
        "\\",
        "\\'",
        "*",
        "plain*",
        "(",
        ")",
        "plain AND",
        "OR OR",
        "NOT plain",
        "NEAR(a b)",
        "^plain",
        "{words}: plain",
        "words:plain",
        "search_words:plain",
        "a & | ! b",
        "plain:*",
        "plain:ABC",
        "<->",
        "a <-> b",
        "' OR 1=1 --",
        "\"; DROP TABLE threads; --",
        "%",
        "_",
        "a_b",
        "_w00000000",
        "x\u{301}\u{301}",
        "\u{202e}abc",
        "\u{1F600}",
        "\u{10FFFF}",
        "🇩🇪 plain",
        "-plain",
        "+plain",
        "plain\u{200b}text",
    ] {
        let page = desk.search(hostile, "").await;
        assert!(page["threads"].is_array(), "{hostile}");
    }
    assert_eq!(desk.found("or and not").await, [&*thread], "what are operators elsewhere are words");
    assert_eq!(desk.found("\"plain\"").await, [&*thread]);
    let many = "a".repeat(255);
    assert_eq!(desk.found(&many).await, NOTHING);
    let many = "ab ".repeat(85);
    assert_eq!(desk.found(&many).await, NOTHING);
}

async fn another_project_has_other_words(engine: Engine) {
    let desk = Desk::start(engine).await;
    let other = desk.app.create_project().await;
    let key = desk.app.create_key(&other, None).await;
    let there = desk.app.anyone().bearing(&key).with("aui-workspace-id", "w").with("aui-user-id", "ann");
    let thread = titled(&there, "shared word").await;
    let here = titled(&desk.app.backend("w", "ann").await, "shared word").await;
    desk.indexed().await;
    assert_eq!(desk.found("shared").await, [&*here]);
    let path = format!("/api/projects/{other}/threads?search=shared");
    assert_eq!(ids(&desk.operator.get(&path).await.expect(200)), [&*thread]);
    desk.app.stranger().await.get(&path).await.refused(404, "Project not found");
}

/// As after an upgrade: rows that no transaction has put into the queue, but the migration.
async fn what_was_there_before_the_search_is_indexed(engine: Engine) {
    let desk = Desk::start(engine).await;
    let write = async |conn: &mut engine::Conn<'_>| -> engine::Result<()> {
        let sql = "INSERT INTO threads (project_id, id, workspace_id, title, is_archived, last_message_at,
                       thumbs_up, thumbs_down, created_by, updated_by, created_at, updated_at)
                   SELECT id, 'thread_0', 'w', 'vintage', FALSE, 1, 0, 0, 'u', 'u', 1, 1 FROM projects";
        conn.execute(sql, &[]).await?;
        for number in 0..200_i64 {
            let sql = "INSERT INTO messages (project_id, thread_id, id, height, format, content, created_by,
                           updated_by, created_at, updated_at)
                       SELECT id, 'thread_0', ?1, 0, 'x', ?2, 'u', 'u', 1, 1 FROM projects";
            let content = format!(r#"{{"text":"antique w{number}"}}"#);
            conn.execute(sql, &[&format!("msg_{number}"), &content]).await?;
        }
        let sql = "INSERT INTO search_queue (project_id, thread_id, message_id, version)
                   SELECT project_id, id, '', 0 FROM threads";
        conn.execute(sql, &[]).await.map(drop)
    };
    desk.app.store.write(write).await.unwrap();
    desk.indexed().await;
    // All of one millisecond, and each has a number of its own.
    assert_eq!(desk.app.count("SELECT COUNT(*) FROM search_documents", &[]).await, 201);
    for word in ["vintage", "antique", "w7", "w199"] {
        assert_eq!(desk.found(word).await, ["thread_0"], "{word}");
    }
}

async fn jumping_finds_what_the_operator_can_reach(engine: Engine) {
    let desk = Desk::start(engine).await;
    let ann = desk.app.backend("acme_space", "acme_user").await;
    let thread = titled(&ann, "Acme rollout").await;
    let other = desk.app.create_project().await;
    let key = desk.app.create_key(&other, None).await;
    let there = desk.app.anyone().bearing(&key).with("aui-workspace-id", "w").with("aui-user-id", "acme_2");
    let thread_there = titled(&there, "Acme elsewhere").await;
    desk.indexed().await;
    let jump = async |client: &Client, query: &str| -> Vec<(String, String)> {
        let found = client.get(&format!("/api/jump?q={query}")).await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        found["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (text(&row["kind"]), text(&row["id"])))
            .collect()
    };
    let pair = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
    let here = [pair("thread", &thread), pair("user", "acme_user"), pair("workspace", "acme_space")];
    let beyond = [pair("thread", &thread_there), pair("user", "acme_2")];
    let project = &desk.app.project;
    let found = jump(&desk.operator, &format!("acme&project_id={project}")).await;
    assert_eq!(found, [&here[..], &beyond[..]].concat());
    let found = jump(&desk.operator, &format!("acme&project_id={other}")).await;
    assert_eq!(found, [&beyond[..], &here[..]].concat());
    assert_eq!(jump(&desk.operator, &thread).await, [pair("thread", &thread)]);
    assert_eq!(jump(&desk.operator, "othe").await, [pair("project", other.as_str())]);
    assert_eq!(jump(&desk.operator, "").await, []);
    let stranger = desk.app.stranger().await;
    assert_eq!(jump(&stranger, &format!("acme&project_id={project}")).await, []);
    assert_eq!(jump(&stranger, &thread).await, []);
    desk.app.anyone().get("/api/jump?q=acme").await.refused(401, "Sign in first");
}
