//! The built program, run as its users run it: as a process with a folder, a database and arguments.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use engine::testing::Scratch;
use engine::{Engine, Options};
use threadkeep::clock::Clock;
use threadkeep::config::{Flags, KEYS, Loaded};

use super::client::Client;

/// How long a process may take to start or to end before the test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// An instance on a fresh database of the engine, as a server that was started once and stopped leaves it.
pub async fn instance(engine: Engine) -> Program {
    nothing_yet(engine).await.begun().await
}

/// A fresh database of the engine that no server has seen.
pub async fn nothing_yet(engine: Engine) -> Program {
    let scratch = Scratch::new(engine).await;
    let database_url = match scratch.options() {
        Options::Postgres(options) => Some(options.url),
        // The program makes its own file, in the folder that it makes.
        Options::Sqlite(_) => None,
    };
    let mut program = Program::new(database_url);
    program._scratch = Some(scratch);
    program
}

/// An instance's folder and database. The environment of the tests does not reach the program.
pub struct Program {
    folder: tempfile::TempDir,
    _scratch: Option<Scratch>,
    environment: Vec<(&'static str, String)>,
}

impl Program {
    /// An instance on SQLite, or on the PostgreSQL database of that URL.
    pub fn new(database_url: Option<String>) -> Self {
        let mut environment = vec![("THREADKEEP_LISTEN", "127.0.0.1:0".to_owned())];
        environment.extend(database_url.map(|url| ("THREADKEEP_DATABASE_URL", url)));
        Self { folder: tempfile::tempdir().unwrap(), _scratch: None, environment }
    }

    /// The same with one more variable, which replaces an earlier one of that name.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// The same after the first start of a server.
    pub async fn begun(self) -> Self {
        let named = |key: &'static str| {
            let variable = format!("THREADKEEP_{}", key.to_ascii_uppercase());
            let found = self.environment.iter().find(|(name, _)| *name == variable);
            (key, found.map(|(_, value)| value.clone()))
        };
        let mut settings: Vec<_> = KEYS.into_iter().map(named).collect();
        settings.retain(|(key, _)| *key != "data_dir");
        settings.push(("data_dir", Some(self.data_dir().display().to_string())));
        let config = Loaded::read(None, Flags(settings)).unwrap().config;
        drop(threadkeep::instance::open(&config, &Clock::default()).await.unwrap());
        self
    }

    pub fn set(&mut self, name: &'static str, value: &str) {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value.to_owned()));
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where it runs, and looks for `threadkeep.toml`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_threadkeep"));
        command.args(arguments).env_clear().current_dir(self.folder.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end, which must come soon.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with_input(arguments, "")
    }

    /// Runs a command that reads this from its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Dropped at the end of the statement, so that the program reads an end; it need not read at all.
        child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
        let deadline = Instant::now() + PATIENCE;
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > deadline {
                child.kill().ok();
                panic!("{arguments:?} does not end: {:?}", child.wait_with_output());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ran::from(child.wait_with_output().unwrap())
    }

    /// Makes a key of the default project; returns its text.
    pub fn create_key(&self) -> String {
        let made = self.run(&["keys", "create", "test", "--json"]).json();
        made["key"].as_str().unwrap().to_owned()
    }

    /// Starts the server and waits until it is ready.
    pub async fn serve(&self) -> Server {
        let mut server = self.spawn(String::new());
        let Some((greeting, url)) = read_greeting(server.child.stdout.take().unwrap()) else {
            panic!("the server did not start");
        };
        (server.greeting, server.url) = (greeting, url);
        server.ready().await;
        server
    }

    /// Starts the server and does not wait for anything.
    pub fn spawn(&self, url: String) -> Server {
        let log = std::fs::File::options().create(true).append(true).open(self.log()).unwrap();
        let child = self.command(&["serve"]).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        Server { child, url, greeting: String::new() }
    }

    /// What the server has logged so far.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }
}

impl Drop for Program {
    /// A test that fails shows the end of the log, which never holds secrets.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.logged();
            let lines: Vec<&str> = log.lines().collect();
            println!("The server's log ends:\n{}", lines[lines.len().saturating_sub(40)..].join("\n"));
        }
    }
}

/// Reads what a started server says, up to the line that names its data; finds its URL in it.
fn read_greeting(stdout: ChildStdout) -> Option<(String, String)> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        // Goes on to the end, so that the server never writes into a closed pipe.
        BufReader::new(stdout).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
    });
    let mut greeting = String::new();
    let deadline = Instant::now() + PATIENCE;
    while !greeting.contains("The data") {
        let left = deadline.saturating_duration_since(Instant::now());
        greeting.push_str(&lines.recv_timeout(left).ok()?);
        greeting.push('\n');
    }
    // The base URL of the default project: its label comes after the server's own address.
    let (_, rest) = greeting.split_once("baseUrl: \"http://localhost:")?;
    let url = format!("http://127.0.0.1:{}", rest.split_once('/')?.0);
    Some((greeting, url))
}

/// A running server. Dropping it is `kill -9`: no farewell, nothing flushed.
pub struct Server {
    pub child: Child,
    /// Where it listens.
    pub url: String,
    /// What it said on standard output when it started.
    pub greeting: String,
}

impl Server {
    async fn ready(&self) {
        let anyone = Client::new(&self.url);
        wait_until("the server is ready", async || anyone.get("/readyz").await.status == 200).await;
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end.
    pub async fn ended(mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the server has ended", async || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        })
        .await;
        status.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Asks again and again until the answer is yes.
pub async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output in UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Ran {
    /// Asserts success; returns what was printed.
    #[track_caller]
    pub fn text(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        &self.stdout
    }

    /// Asserts success; returns the JSON that was printed.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.text()).expect("JSON on standard output")
    }

    /// Asserts failure with one sentence on standard error that contains this, and nothing printed.
    #[track_caller]
    pub fn failed(&self, sentence: &str) {
        assert!(self.code.is_some_and(|code| code != 0), "it succeeded: {}", self.stdout);
        assert!(self.stderr.contains(sentence), "{}", self.stderr);
        assert_eq!(self.stdout, "");
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}
