//! Whole servers behind a PgBouncer in transaction mode that has three connections to PostgreSQL.

use engine::testing::{PGBOUNCER, Scratch};
use engine::{Engine, Options};

use serde_json::{Value, json};

use crate::support::program::{self, Program};
use crate::support::{Answer, Client, append, create_thread, eventually, user_message};

/// Two nodes that share a database behind the pooler.
fn nodes(scratch: &Scratch) -> (Program, Program) {
    let Options::Postgres(options) = scratch.options() else { panic!("not PostgreSQL") };
    let node = || {
        Program::new(Some(options.url.clone()))
            .with("THREADKEEP_SECRET", "a secret for tests, long enough to be taken")
    };
    (node(), node())
}

/// A conversation of some turns; returns how many messages came back.
async fn converse(client: Client) -> usize {
    let thread = create_thread(&client).await;
    let mut parent = None;
    for turn in 0..6 {
        parent = Some(append(&client, &thread, parent.as_deref(), &format!("turn {turn}")).await);
    }
    let list = client.get(&format!("/v1/threads/{thread}/messages")).await.expect(200);
    list["messages"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_behind_a_pooler_of_transactions_serve_and_hear_of_each_other() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    let (one, other) = nodes(&scratch);
    // Both bring the empty database up to date.
    let (first, second) = tokio::join!(one.serve(), other.serve());
    let key = one.create_key();
    let backend = |url: &str, user: &str| {
        Client::new(url).bearing(&key).with("aui-workspace-id", user).with("aui-user-id", user)
    };
    let callers: Vec<_> = (0..10)
        .map(|n| {
            let url = if n % 2 == 0 { &first.url } else { &second.url };
            tokio::spawn(converse(backend(url, &format!("user-{n}"))))
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 6);
    }
    // What one of them has cached ends when it is changed by the other, or by a command.
    let listed = one.run(&["keys", "list", "--json"]).json();
    let id = listed[0]["id"].as_str().unwrap().to_owned();
    other.run(&["keys", "revoke", &id]).text();
    for url in [&first.url, &second.url] {
        let client = backend(url, "user-0");
        eventually("the key is refused", async || {
            (client.get("/v1/threads").await.status == 403).then_some(())
        })
        .await;
    }
    for (program, server) in [(&one, &first), (&other, &second)] {
        let log = program.logged();
        assert!(!log.contains("prepared statement"), "{log}");
        assert!(
            log.contains("database.pooler=transaction") && log.contains("database.protection=plain"),
            "{log}"
        );
        assert!(server.greeting.contains("(PostgreSQL, plain)"), "{}", server.greeting);
    }
}

/// Asks as the published clients do: again when the server says that it cannot right now.
async fn patiently(client: &Client, path: &str, body: Option<&Value>) -> Answer {
    loop {
        let answer = match body {
            Some(body) => client.post(path, body).await,
            None => client.get(path).await,
        };
        if answer.status != 503 {
            return answer;
        }
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pooler_that_was_denied_is_noticed_and_answers_nobody_with_a_failure() {
    let scratch = Scratch::behind(PGBOUNCER).await;
    let (node, _) = nodes(&scratch);
    let node = node.with("THREADKEEP_POSTGRES_POOLER", "none");
    let server = node.serve().await;
    let key = node.create_key();
    let callers: Vec<_> = (0..10)
        .map(|n| {
            let user = format!("user-{n}");
            let client = Client::new(&server.url).bearing(&key).with("aui-workspace-id", &user);
            tokio::spawn(async move {
                let thread = json!({ "last_message_at": "2026-01-02T03:04:05.678Z" });
                let made = patiently(&client, "/v1/threads", Some(&thread)).await.expect(201);
                let path = format!("/v1/threads/{}/messages", made["thread_id"].as_str().unwrap());
                for turn in 0..6 {
                    let message = user_message(None, &format!("turn {turn}"));
                    patiently(&client, &path, Some(&message)).await.expect(201);
                }
                let list = patiently(&client, &path, None).await.expect(200);
                assert_eq!(list["messages"].as_array().unwrap().len(), 6);
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    let log = node.logged();
    assert!(log.contains("database.pooler=none") && log.contains("pooler = \"transaction\""), "{log}");
}

#[tokio::test]
async fn the_log_of_a_direct_connection_says_so() {
    let node = program::instance(Engine::Postgres).await;
    let server = node.serve().await;
    assert!(node.logged().contains("database.pooler=none"), "{}", node.logged());
    assert!(server.greeting.contains("(PostgreSQL, plain)"), "{}", server.greeting);
}
