//! How long an operator waits for a search in a large project, and how long its messages take to be indexed.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use super::Engine;
use super::indexing::{count_waiting, postgres};
use super::prepare::{self, Cluster};
use super::server::Server;
use crate::database::Database;
use crate::dataset::{self, Sizes, mix};
use crate::load::Connection;
use crate::prose::{self, character, word};

/// What to run.
#[derive(clap::Args)]
pub(crate) struct SearchArgs {
    /// The program to measure
    #[arg(long, default_value = "target/release/threadkeep")]
    threadkeep: PathBuf,
    /// On which engines
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    engines: Vec<Engine>,
    /// A PostgreSQL server to make a database on; without it a throw-away cluster is started
    #[arg(long)]
    postgres: Option<String>,
    /// What starts that cluster
    #[arg(long, default_value = "tests/support/postgres.sh")]
    postgres_script: PathBuf,
    /// Where databases are made; whatever an earlier run left there is removed
    #[arg(long, default_value = "target/bench-search")]
    dir: PathBuf,
    /// Searches of each kind
    #[arg(long, default_value_t = 200)]
    searches: u32,
    #[command(flatten)]
    sizes: Sizes,
}

/// Runs everything and prints Markdown on standard output, progress on standard error.
pub(crate) async fn run(args: SearchArgs) -> Result<()> {
    ensure!(args.threadkeep.is_file(), "there is no {}", args.threadkeep.display());
    prepare::empty_dir(&args.dir)?;
    for &engine in &args.engines {
        let cluster = match (engine, &args.postgres) {
            (Engine::Sqlite, _) => None,
            (Engine::Postgres, Some(url)) => Some(Cluster::given(url.clone())),
            (Engine::Postgres, None) => {
                Some(Cluster::start(&args.postgres_script, &args.dir.join("cluster")).await?)
            }
        };
        let outcome = run_engine(&args, engine, cluster.as_ref()).await;
        if let Some(cluster) = cluster {
            cluster.clean_up().await?;
        }
        outcome?;
    }
    Ok(())
}

async fn run_engine(args: &SearchArgs, engine: Engine, cluster: Option<&Cluster>) -> Result<()> {
    let prepared = match cluster {
        None => prepare::empty(&args.threadkeep, &args.dir).await?,
        Some(cluster) => prepare::empty_postgres(&args.threadkeep, &args.dir, cluster).await?,
    };
    let database = prepared.database();
    prepare::fill(&database, &prepared.api_key, args.sizes, prose::push_prose).await?;
    queue_all(&database).await?;
    let server = Server::start_threadkeep(&args.threadkeep, &prepared, &args.dir).await?;
    let started = Instant::now();
    eprintln!("{engine}: indexing");
    while count_waiting(&database).await? > 0 {
        sleep(Duration::from_secs(1)).await;
    }
    let indexed = started.elapsed().as_secs_f64();
    let messages = args.sizes.messages + args.sizes.readers * args.sizes.reader_messages;
    println!("\n## {engine}\n");
    println!(
        "{messages} messages were indexed in {indexed:.0} s, {:.0} a second.\n",
        f64::from(messages) / indexed
    );
    gather_statistics(&database).await?;
    let cookie = sign_in(server.address, &args.dir).await?;
    let path = format!("/api/projects/{}/threads", prepare::project_of(&prepared.api_key)?);
    println!("| search | p50 ms | p95 ms | max ms | rows |\n|---|---:|---:|---:|---:|");
    for (name, query) in KINDS {
        let (latencies, rows) = measure(args, server.address, (&cookie, &path), *query).await?;
        let ms = |nanos: u64| Duration::from_nanos(nanos).as_secs_f64() * 1e3;
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} | {rows:.1} |",
            ms(latencies.value_at_quantile(0.5)),
            ms(latencies.value_at_quantile(0.95)),
            ms(latencies.max())
        );
    }
    let memory = server.memory()?.anonymous_kib / 1024;
    println!("\nResident memory afterwards, anonymous: {memory} MB.");
    server.stop().await
}

/// Makes the query string of the `n`th search of a kind.
type Query = fn(n: u32) -> String;

const KINDS: &[(&str, Query)] = &[
    ("a word of nearly every message", |n| search(&word(n % 5))),
    ("a common word (one message in ten)", |n| search(&word(40 + n % 20))),
    ("a word of one message in a hundred", |n| search(&word(400 + n % 200))),
    ("a rare word", |n| search(&word(40_000 + n))),
    ("two very common words", |n| search(&format!("{} {}", word(n % 5), word(5 + n % 5)))),
    ("a common and a rare word", |n| search(&format!("{} {}", word(40_000 + n), word(n % 5)))),
    ("two words that seldom meet", |n| search(&format!("{} {}", word(900 + n), word(1_500 + n)))),
    ("a prefix of two letters", |n| search(&word(n % 70)[..2])),
    ("a prefix of three letters", |n| search(&word(70 + n)[..3])),
    ("a prefix of four letters", |n| search(&word(70 + n * 7)[..4])),
    ("two Chinese characters", |n| search(&format!("{}{}", character(n % 10), character(n % 7)))),
    ("nothing that there is", |n| search(&format!("zzz{n}"))),
    ("a common word in one workspace", |n| {
        format!("{}&workspace={}", search(&word(n % 5)), dataset::workspace_id(n * 7))
    }),
    ("a common word, archived threads only", |n| format!("{}&archived=true", search(&word(n % 5)))),
    ("a common word, the sixth page", |n| {
        // A place in the middle of the numbers, as a cursor has it.
        format!("{}&after={}", search(&word(n % 5)), SIXTH_PAGE)
    }),
];

/// A marker that [`measure`] puts a cursor in place of.
const SIXTH_PAGE: &str = "SIXTH";

fn search(text: &str) -> String {
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("search={encoded}")
}

async fn measure(
    args: &SearchArgs,
    server: SocketAddr,
    (cookie, path): (&str, &str),
    query: Query,
) -> Result<(Histogram<u64>, f64)> {
    let mut latencies = Histogram::new_with_bounds(1_000, 60_000_000_000, 3)?;
    let mut connection = Connection::open(server).await?;
    let mut rows = 0;
    for n in 0..args.searches {
        let mut query = query(n);
        if query.contains(SIXTH_PAGE) {
            query = query.replace(&format!("&after={SIXTH_PAGE}"), "");
            for _ in 0..5 {
                let page = ask(&mut connection, server, cookie, &format!("{path}?{query}")).await?;
                let cursor = page["next_cursor"].as_str().context("a search with few pages")?;
                query = format!("{}&after={cursor}", query.split("&after=").next().unwrap_or_default());
            }
        }
        let started = Instant::now();
        let page = ask(&mut connection, server, cookie, &format!("{path}?{query}")).await?;
        latencies.record(u64::try_from(started.elapsed().as_nanos())?)?;
        rows += page["threads"].as_array().map_or(0, Vec::len);
    }
    Ok((latencies, rows as f64 / f64::from(args.searches.max(1))))
}

async fn ask(connection: &mut Connection, server: SocketAddr, cookie: &str, path: &str) -> Result<Value> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nCookie: {cookie}\r\n\r\n");
    let answer = connection.exchange(request.as_bytes()).await?;
    ensure!(answer.status == 200, "{path}: {} {}", answer.status, String::from_utf8_lossy(answer.body));
    Ok(serde_json::from_slice(answer.body)?)
}

/// Has everything indexed, as the upgrade of a database that was filled before does.
const QUEUE_ALL: &str = "INSERT INTO search_queue (project_id, thread_id, message_id, version)
                         SELECT project_id, id, '', 0 FROM threads";

async fn queue_all(database: &Database) -> Result<()> {
    match database {
        Database::Sqlite(file) => rusqlite::Connection::open(file)?.execute_batch(QUEUE_ALL)?,
        Database::Postgres(url) => postgres(url).await?.batch_execute(QUEUE_ALL).await?,
    }
    Ok(())
}

/// What a PostgreSQL server does by itself some time after so much was written.
async fn gather_statistics(database: &Database) -> Result<()> {
    let Database::Postgres(url) = database else { return Ok(()) };
    Ok(postgres(url)
        .await?
        .batch_execute("VACUUM ANALYZE search_words, search_documents, search_queue")
        .await?)
}

/// Creates the owner with the link that the program printed; returns the cookie of the session.
async fn sign_in(server: SocketAddr, logs: &Path) -> Result<String> {
    let log = fs::read_to_string(logs.join("threadkeep.log"))?;
    let token = log.rsplit_once("/dashboard/setup#").context("no setup link in the log")?.1;
    let token = token.split_whitespace().next().unwrap_or_default();
    let password = format!("bench {:x} of {:x}", mix(1), mix(2));
    let body = json!({ "token": token, "name": "Bench", "email": "bench@example.com", "password": password })
        .to_string();
    let request = format!(
        "POST /api/setup HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let lines = answer.lines().take_while(|line| !line.is_empty());
    let headers = lines.filter_map(|line| line.split_once(": "));
    for (name, value) in headers {
        if name.eq_ignore_ascii_case("set-cookie") {
            return Ok(value.split(';').next().unwrap_or_default().to_owned());
        }
    }
    bail!("no session: {answer}")
}
