//! A real server on a real socket over a fresh database, and the people who call it.

pub mod chat;
pub mod client;
pub mod dice;
pub mod issuer;
pub mod key_server;
pub mod operators;
pub mod program;
pub mod rules;
pub mod tokens;
pub mod written;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use engine::testing::Scratch;
use engine::{Engine, Options, Store};
use serde_json::json;
use threadkeep::api_keys::model::NewApiKey;
use threadkeep::api_keys::store::create_api_key;
use threadkeep::audit::model::{Act, Actor};
use threadkeep::auth::api_key;
use threadkeep::clock::{Clock, Timestamp};
use threadkeep::config::{Config, Flags, Loaded};
use threadkeep::http::connection::deadlines::Deadlines;
use threadkeep::id::{Ids, ProjectId};
use threadkeep::instance::{Instance, Vault};
use threadkeep::projects::model::{NewProject, ProjectChange};
use threadkeep::projects::store::{create_project, update_project};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use client::{Answer, Client};
pub use tokens::Signer;
pub use written::eventually;

/// Declares tests that run once on each engine, as `sqlite::name` and `postgres::name`. Each gets the
/// engine.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 6)]
            async fn $name() { super::$name(engine::Engine::Sqlite).await; }
        )+ }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 6)]
            async fn $name() { super::$name(engine::Engine::Postgres).await; }
        )+ }
    };
}

/// Declares tests of what the database has no part in: once, on SQLite. Each gets the engine.
#[macro_export]
macro_rules! on_one_engine {
    ($($name:ident),+ $(,)?) => {
        mod one { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 6)]
            async fn $name() { super::$name(engine::Engine::Sqlite).await; }
        )+ }
    };
}

/// The proxy that every test server trusts, so that tests choose the address they are counted by.
const LOOPBACK: &str = "127.0.0.1/32";

/// A running server.
pub struct TestApp {
    /// Where it listens.
    pub url: String,
    /// Its database.
    pub store: Store,
    /// The default project.
    pub project: ProjectId,
    /// What seals its secrets.
    pub vault: Arc<Vault>,
    time: Arc<AtomicI64>,
    ids: Ids,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<threadkeep::error::Result<()>>,
    _folder: tempfile::TempDir,
    _scratch: Scratch,
}

impl TestApp {
    /// Starts a server on a fresh database of the engine.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }

    /// Starts a server with some settings of its own.
    pub async fn start_with(engine: Engine, settings: &[(&'static str, &str)]) -> Self {
        Self::start_impatient(engine, settings, Deadlines::default()).await
    }

    /// Starts a server whose clients have to hurry.
    pub async fn start_impatient(
        engine: Engine,
        settings: &[(&'static str, &str)],
        deadlines: Deadlines,
    ) -> Self {
        let scratch = Scratch::new(engine).await;
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}");
        let mut config = config(&scratch, folder.path(), &url, settings);
        config.deadlines = deadlines;
        let time = Arc::new(AtomicI64::new(Clock::default().now().millis()));
        let (stop, stopped) = oneshot::channel::<()>();
        let (started, instance) = oneshot::channel();
        let clock = Clock::manual(time.clone());
        let vault = Arc::new(Vault::new(config.secret.as_ref().unwrap()).unwrap());
        let serving = tokio::spawn(threadkeep::serve(
            config,
            clock,
            listener,
            move |instance: &Instance| {
                started.send((instance.store.clone(), instance.default_project.clone())).ok();
            },
            async move {
                stopped.await.ok();
            },
        ));
        let (store, project) = instance.await.expect("the server starts");
        let app = Self {
            url,
            store,
            project: project.expect("a first start makes a default project"),
            vault,
            time,
            ids: Ids::default(),
            stop: Some(stop),
            serving,
            _folder: folder,
            _scratch: scratch,
        };
        app.ready().await;
        app
    }

    /// Waits until every route is there.
    async fn ready(&self) {
        while self.anyone().get("/readyz").await.status != 200 {
            tokio::task::yield_now().await;
        }
    }

    /// Stops the server as SIGTERM would, and waits until it has ended well.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        (&mut self.serving).await.unwrap().unwrap();
    }

    /// The server's time.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.time.load(Ordering::SeqCst))
    }

    /// Moves the server's clock.
    pub fn advance_secs(&self, secs: i64) {
        self.time.fetch_add(secs * 1000, Ordering::SeqCst);
    }

    /// The base of a project's frontend.
    pub fn frontend(&self, project: &ProjectId) -> String {
        format!("{}/{}", self.url, project.label())
    }

    /// Someone without credential.
    pub fn anyone(&self) -> Client {
        Client::new(&self.url)
    }

    /// Makes an API key of a project.
    pub async fn create_key(&self, project: &ProjectId, expires_at: Option<Timestamp>) -> String {
        let secret = api_key::draw(&self.ids, project).unwrap();
        let text = secret.reveal().to_owned();
        let new = NewApiKey {
            id: self.ids.next(self.now()).unwrap(),
            project: project.clone(),
            name: "test".into(),
            hash: api_key::hash(&text),
            suffix: text[text.len() - 4..].to_owned(),
            expires_at,
            created_at: self.now(),
        };
        let act = self.act();
        self.store.write(async move |conn| create_api_key(conn, &new, &act).await).await.unwrap();
        text
    }

    /// A change by whoever runs the tests.
    pub fn act(&self) -> Act {
        Act::new(&self.ids, Actor::command_line(Some("tester".into())), self.now()).unwrap()
    }

    /// A backend of the default project that acts as a user in a workspace.
    pub async fn backend(&self, workspace: &str, user: &str) -> Client {
        let key = self.create_key(&self.project, None).await;
        self.anyone().bearing(&key).with("aui-workspace-id", workspace).with("aui-user-id", user)
    }

    /// A workspace token of a project, minted by its backend.
    pub async fn token(&self, project: &ProjectId, workspace: &str, user: &str) -> String {
        let key = self.create_key(project, None).await;
        let backend =
            self.anyone().bearing(&key).with("aui-workspace-id", workspace).with("aui-user-id", user);
        let minted = backend.post_empty("/v1/auth/tokens").await.expect(200);
        minted["token"].as_str().unwrap().to_owned()
    }

    /// A browser of the default project that acts as a user in a workspace.
    pub async fn browser(&self, workspace: &str, user: &str) -> Client {
        let token = self.token(&self.project, workspace, user).await;
        self.anyone().bearing(&token)
    }

    /// Another project.
    pub async fn create_project(&self) -> ProjectId {
        let organization = self
            .store
            .read(async |conn| threadkeep::instance::store::first_organization(conn).await)
            .await
            .unwrap()
            .unwrap();
        let new = NewProject::draw(&self.ids, &self.vault, organization, "Other".into(), self.now()).unwrap();
        let id = new.id.clone();
        let act = self.act();
        self.store.write(async move |conn| create_project(conn, &new, &act).await).await.unwrap();
        id
    }

    /// Changes a project's settings and waits until the server has noticed.
    pub async fn change_project(&self, project: &ProjectId, change: ProjectChange) {
        let (id, act) = (project.clone(), self.act());
        let write = async move |conn: &mut engine::Conn<'_>| update_project(conn, &id, &change, &act).await;
        assert!(self.store.write(write).await.unwrap());
        tokio::time::sleep(threadkeep::auth::directory::POLL * 2).await;
    }
}

fn config(
    scratch: &Scratch,
    folder: &std::path::Path,
    url: &str,
    settings: &[(&'static str, &str)],
) -> Config {
    let mut flags = vec![
        ("data_dir", Some(folder.display().to_string())),
        ("public_url", Some(url.to_owned())),
        ("trusted_proxies", Some(LOOPBACK.to_owned())),
    ];
    if let Options::Postgres(options) = scratch.options() {
        flags.push(("database_url", Some(options.url)));
        if options.pooler == engine::Pooler::Transaction {
            flags.push(("postgres.pooler", Some("transaction".to_owned())));
        }
    }
    flags.extend(settings.iter().map(|(key, value)| (*key, Some((*value).to_owned()))));
    flags.push(("secret", Some(SECRET.to_owned())));
    Loaded::read(None, Flags(flags)).unwrap().config
}

/// The instance secret of every test server.
const SECRET: &str = "a secret for tests, long enough to be taken";

/// A message of a user, as clients send them.
pub fn user_message(parent: Option<&str>, text: &str) -> serde_json::Value {
    json!({
        "parent_id": parent,
        "format": "aui/v0",
        "content": { "role": "user", "content": [{ "type": "text", "text": text }], "metadata": { "custom": {} } },
    })
}

/// Creates a thread; returns its id.
pub async fn create_thread(client: &Client) -> String {
    let body = json!({ "last_message_at": "2026-01-02T03:04:05.678Z" });
    let created = client.post("/v1/threads", &body).await.expect(201);
    created["thread_id"].as_str().unwrap().to_owned()
}

/// Appends a message; returns its id.
pub async fn append(client: &Client, thread: &str, parent: Option<&str>, text: &str) -> String {
    let answer = client.post(&format!("/v1/threads/{thread}/messages"), &user_message(parent, text)).await;
    answer.expect(201)["message_id"].as_str().unwrap().to_owned()
}
