//! A storm of tokens: as many good ones as a busy site has, each seen once, alone and then among forged
//! ones, which must neither slow the good ones down nor make the server call the issuer again and again.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hdrhistogram::Histogram;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::prepare;
use super::server::Server;
use crate::load::Connection;
use crate::time::now_ms;

const ISSUER: &str = "https://issuer.example";

/// Good tokens a second, and the connections they come over.
const GOOD: usize = 2_000;
const GOOD_CONNECTIONS: usize = 50;

/// Forged tokens a second.
const FORGED: usize = 200;
const FORGED_CONNECTIONS: usize = 10;

/// What to run.
#[derive(clap::Args)]
pub(crate) struct StormArgs {
    /// The program to measure
    #[arg(long, default_value = "target/release/threadkeep")]
    threadkeep: PathBuf,
    /// Where its database is made; whatever an earlier run left there is removed
    #[arg(long, default_value = "target/bench-storm")]
    dir: PathBuf,
    /// How long each half lasts
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Runs both halves and prints Markdown.
pub(crate) async fn run(args: StormArgs) -> Result<()> {
    prepare::empty_dir(&args.dir)?;
    let prepared = prepare::empty(&args.threadkeep, &args.dir).await?;
    let issuer = Arc::new(Issuer::generate()?);
    let fetches = Arc::new(AtomicUsize::new(0));
    let key_set = serve(issuer.jwks(), fetches.clone()).await?;
    let rule = ["rules", "add", "--name", "storm", "--issuer", ISSUER, "--jwks-url", &key_set];
    let added = Command::new(&args.threadkeep)
        .args(rule)
        .args(prepared.threadkeep_options())
        .env("THREADKEEP_ALLOW_PRIVATE", "127.0.0.1")
        .stdout(Stdio::null())
        .status()
        .await?;
    ensure!(added.success(), "the rule was not added");
    let server = Server::start_threadkeep(&args.threadkeep, &prepared, &args.dir).await?;
    println!("| | p50 ms | p99 ms | key set fetches | RSS, anonymous |\n|---|---:|---:|---:|---:|");
    for (name, forged) in [("good tokens alone", 0), ("with forged ones", FORGED)] {
        let before = fetches.load(Ordering::SeqCst);
        let latencies = half(server.address, &issuer, args.seconds, forged).await?;
        let ms = |quantile| Duration::from_nanos(latencies.value_at_quantile(quantile)).as_secs_f64() * 1e3;
        let count = fetches.load(Ordering::SeqCst) - before;
        let memory = server.memory()?.anonymous_kib / 1024;
        println!("| {name} | {:.2} | {:.2} | {count} | {memory} MB |", ms(0.5), ms(0.99));
    }
    server.stop().await
}

async fn half(
    server: SocketAddr,
    issuer: &Arc<Issuer>,
    seconds: u64,
    forged: usize,
) -> Result<Histogram<u64>> {
    let each = GOOD / GOOD_CONNECTIONS * usize::try_from(seconds)?;
    let mut good = JoinSet::new();
    for _ in 0..GOOD_CONNECTIONS {
        let tokens = (0..each).map(|_| issuer.good()).collect::<Result<Vec<_>>>()?;
        good.spawn(send(server, tokens, GOOD / GOOD_CONNECTIONS, 200));
    }
    let mut bad = JoinSet::new();
    for _ in 0..if forged == 0 { 0 } else { FORGED_CONNECTIONS } {
        let rate = forged / FORGED_CONNECTIONS;
        let tokens =
            (0..rate * usize::try_from(seconds)?).map(|_| issuer.forged()).collect::<Result<Vec<_>>>()?;
        bad.spawn(send(server, tokens, rate, 403));
    }
    let mut all = Histogram::new_with_bounds(1_000, 60_000_000_000, 3)?;
    while let Some(latencies) = good.join_next().await {
        all.add(latencies??)?;
    }
    while let Some(latencies) = bad.join_next().await {
        latencies??;
    }
    Ok(all)
}

/// Sends a token at each beat, whether or not the last answer was quick: a slow server is not spared.
async fn send(
    server: SocketAddr,
    tokens: Vec<String>,
    per_second: usize,
    status: u16,
) -> Result<Histogram<u64>> {
    let mut latencies = Histogram::new_with_bounds(1_000, 60_000_000_000, 3)?;
    let mut connection = Connection::open(server).await?;
    let mut beat = interval(Duration::from_secs(1) / u32::try_from(per_second)?);
    beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for token in tokens {
        let due: Instant = beat.tick().await;
        let request = format!(
            "GET /v1/threads?limit=20 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        let answer = connection.exchange(request.as_bytes()).await?;
        ensure!(answer.status == status, "{} {}", answer.status, String::from_utf8_lossy(answer.body));
        latencies.saturating_record(u64::try_from(due.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }
    Ok(latencies)
}

/// Whoever signs the tokens.
struct Issuer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Issuer {
    fn generate() -> Result<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).context("a key pair")?;
        Ok(Self { pair, random: SystemRandom::new() })
    }

    fn jwks(&self) -> String {
        let point = self.pair.public_key().as_ref();
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "storm", "x": part(1..33), "y": part(33..65) }] })
            .to_string()
    }

    fn good(&self) -> Result<String> {
        let input = self.input("storm")?;
        let signature = self.pair.sign(&self.random, input.as_bytes()).context("a signature")?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Of a key that nobody has, so that the server could think it has missed a rotation.
    fn forged(&self) -> Result<String> {
        let input = self.input(&format!("{:x}", rand::random::<u64>()))?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())))
    }

    fn input(&self, kid: &str) -> Result<String> {
        let now = now_ms() / 1000;
        let user = format!("user-{:x}", rand::random::<u64>());
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": kid });
        let claims = json!({ "iss": ISSUER, "sub": user, "iat": now, "exp": now + 3600 });
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        Ok(format!("{}.{}", part(header), part(claims)))
    }
}

/// Answers every connection with the key set.
async fn serve(body: String, fetches: Arc<AtomicUsize>) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/jwks", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            fetches.fetch_add(1, Ordering::SeqCst);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            // Whoever asks for keys and goes away is no concern of this server.
            let _read = stream.read(&mut [0; 4096]).await;
            let _written = stream.write_all(format!("{head}{body}").as_bytes()).await;
        }
    });
    Ok(url)
}
