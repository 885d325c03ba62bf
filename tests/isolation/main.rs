//! What one caller can do to the others: each test has somebody do their worst, and somebody else who meanwhile uses
//! the service and looks at the clock.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "the support modules read better with plain `pub`")]

mod bystander;
#[expect(dead_code, reason = "shared with the tests of the routes")]
#[path = "../it/support/client.rs"]
mod client;
mod deletions;
mod large_writes;
mod much_data;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../it/support/program.rs"]
mod program;
mod unread_lists;

use std::time::Duration;

use client::Client;
use engine::Engine;
use program::{Program, Server, instance};
use serde_json::{Value, json};

/// Every test wants the whole machine.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Runs each test on both engines.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                super::$name(engine::Engine::Sqlite).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                super::$name(engine::Engine::Postgres).await;
            })*
        }
    };
}
pub(crate) use on_both_engines;

/// A running server of the default limits, and a key of its project.
struct Instance {
    _program: Program,
    server: Server,
    key: String,
    _alone: tokio::sync::MutexGuard<'static, ()>,
}

impl Instance {
    async fn start(engine: Engine) -> Self {
        let alone = ONE_AT_A_TIME.lock().await;
        let program = instance(engine).await.with("THREADKEEP_LOG_LEVEL", "error");
        let key = program.create_key();
        let server = program.serve().await;
        Self { _program: program, server, key, _alone: alone }
    }

    /// A user in a workspace of the same name.
    fn user(&self, name: &str) -> Client {
        let client = Client::new(&self.server.url).bearing(&self.key);
        client.with("aui-workspace-id", name).with("aui-user-id", name)
    }

    /// What the server holds in memory that is not a file's, in MiB.
    fn memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }
}

async fn create_thread(client: &Client) -> String {
    let made = client.post("/v1/threads", &json!({ "last_message_at": "2026-11-28T00:00:00Z" })).await;
    made.expect(201)["thread_id"].as_str().unwrap().to_owned()
}

/// Appends a message with a text; returns its id.
async fn append(client: &Client, thread: &str, parent: Option<&str>, text: &str) -> String {
    let content = json!({ "role": "user", "content": [{ "type": "text", "text": text }] });
    append_content(client, thread, parent, &content).await
}

async fn append_content(client: &Client, thread: &str, parent: Option<&str>, content: &Value) -> String {
    let body = json!({ "parent_id": parent, "format": "aui/v0", "content": content });
    let made = client.post(&format!("/v1/threads/{thread}/messages"), &body).await.expect(201);
    made["message_id"].as_str().unwrap().to_owned()
}

/// How long a test may last at most.
const NEVER: Duration = Duration::from_secs(300);
