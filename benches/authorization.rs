//! What authorization costs: the time to find out who calls, for each kind of credential, next to a whole
//! request that lists an empty workspace. In one process and one thread, so that nothing else is measured.
//!
//!     cargo bench --bench authorization

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair, ParsedPublicKey,
    RSA_PKCS1_SHA256, RsaKeyPair,
};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use threadkeep::app::App;
use threadkeep::audit::model::{Act, Actor};
use threadkeep::auth::api_key;
use threadkeep::auth::caller::Member;
use threadkeep::auth::rules::model::{AuthRule, KeySource, Settings};
use threadkeep::auth::rules::store::{SealedRule, create_rule};
use threadkeep::clock::Clock;
use threadkeep::config::{Flags, Loaded};
use threadkeep::http::base::Base;
use threadkeep::http::router::router;
use threadkeep::id::{Ids, UserId};
use threadkeep::instance;
use threadkeep::{api_keys::model::NewApiKey, api_keys::store::create_api_key};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Repetitions with a credential that is known already.
const KNOWN: usize = 100_000;

/// Credentials that are seen once each; RSA signatures take a while to make.
const FRESH: usize = 3_000;

const ISSUER: &str = "https://issuer.example";

fn main() -> Outcome<()> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(run())
}

async fn run() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let fetches = Arc::new(AtomicUsize::new(0));
    let keys = Keys::generate()?;
    let key_set = serve(keys.jwks()?.to_string(), fetches.clone()).await?;
    let app = start(folder.path(), &key_set).await?;
    let tokens = Tokens::make(&app, &keys).await?;

    println!("| credential | ns each | share of a request |\n|---|---:|---:|");
    let whole = whole_requests(&app, &tokens.workspace).await?;
    for (name, credentials, repetitions) in [
        ("workspace token, known", vec![tokens.workspace.clone()], KNOWN),
        ("workspace token, fresh", tokens.fresh_workspace.clone(), FRESH),
        ("provider token RS256, fresh", tokens.fresh_rs256.clone(), FRESH),
        ("provider token RS256, known", tokens.fresh_rs256[..1].to_vec(), KNOWN),
        ("provider token ES256, fresh", tokens.fresh_es256.clone(), FRESH),
        ("provider token ES256, known", tokens.fresh_es256[..1].to_vec(), KNOWN),
        ("API key", vec![tokens.api_key.clone()], KNOWN),
    ] {
        let each = identify(&app, &credentials, repetitions).await?;
        println!("| {name} | {each:.0} | {:.3} |", each / whole);
    }
    let each = refuse(&app, &tokens.forged_workspace).await?;
    println!("| workspace token, forged | {each:.0} | {:.3} |", each / whole);
    let each = verify_alone(tokens.workspace.len())?;
    println!("| (an Ed25519 signature, alone) | {each:.0} | {:.3} |", each / whole);
    println!("| (a whole request, without socket) | {whole:.0} | 1 |");
    println!("\nThe key set was fetched {} times.", fetches.load(Ordering::SeqCst));
    Ok(())
}

async fn identify(app: &App, credentials: &[String], repetitions: usize) -> Outcome<f64> {
    let started = Instant::now();
    for credential in credentials.iter().cycle().take(repetitions) {
        let (mut parts, ()) = request(credential, ())?.into_parts();
        Member::from_request_parts(&mut parts, app).await?;
    }
    Ok(started.elapsed().as_nanos() as f64 / repetitions as f64)
}

async fn refuse(app: &App, credentials: &[String]) -> Outcome<f64> {
    let started = Instant::now();
    for credential in credentials {
        let (mut parts, ()) = request(credential, ())?.into_parts();
        if Member::from_request_parts(&mut parts, app).await.is_ok() {
            return Err("a forged token was taken".into());
        }
    }
    Ok(started.elapsed().as_nanos() as f64 / credentials.len() as f64)
}

/// The least that refusing a token can cost: its signature is checked.
fn verify_alone(length: usize) -> Outcome<f64> {
    let pair = Ed25519KeyPair::generate()?;
    let key = ParsedPublicKey::new(&ED25519, pair.public_key().as_ref())?;
    let message = vec![b'a'; length];
    let signature = pair.sign(&message);
    let started = Instant::now();
    for _ in 0..FRESH {
        key.verify_sig(&message, signature.as_ref())?;
    }
    Ok(started.elapsed().as_nanos() as f64 / FRESH as f64)
}

async fn whole_requests(app: &App, credential: &str) -> Outcome<f64> {
    let router = router(app.clone())?;
    let started = Instant::now();
    for _ in 0..KNOWN {
        let answer = router.clone().oneshot(request(credential, Body::empty())?).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("a request was answered {}", answer.status()).into());
        }
    }
    Ok(started.elapsed().as_nanos() as f64 / KNOWN as f64)
}

fn request<B>(credential: &str, body: B) -> Outcome<Request<B>> {
    let request = Request::get("/v1/threads?limit=20")
        .header("authorization", format!("Bearer {credential}"))
        .header("aui-workspace-id", "w")
        .extension(Base::Root);
    Ok(request.body(body)?)
}

async fn start(folder: &std::path::Path, key_set: &str) -> Outcome<App> {
    let flags = [
        ("data_dir", folder.display().to_string()),
        ("secret", "a secret for measuring, long enough to be taken".into()),
        ("allow_private", "127.0.0.1".into()),
        ("public_url", "http://localhost:4100".into()),
    ];
    let flags = Flags(flags.into_iter().map(|(key, value)| (key, Some(value))).collect());
    let config = Loaded::read(None, flags)?.config;
    let instance = instance::open(&config, &Clock::default()).await?;
    let project = instance.default_project.clone().ok_or("no project")?;
    let now = Clock::default().now();
    let rule = AuthRule {
        id: Ids::default().next(now)?,
        settings: Settings {
            issuer: Some(ISSUER.into()),
            audience: Some("bench".into()),
            ..Settings::new("bench", "custom", KeySource::KeySet(key_set.to_owned()))
        },
        keys_not_before: now,
        created_at: now,
        updated_at: now,
    };
    let sealed = SealedRule::seal(&instance.vault, &project, rule)?;
    let act = act()?;
    let write = async move |conn: &mut engine::Conn<'_>| create_rule(conn, &project, &sealed, &act).await;
    instance.store.write(write).await?;
    Ok(App::new(config, instance.store, instance.vault, Clock::default())?)
}

fn act() -> Outcome<Act> {
    Ok(Act::new(&Ids::default(), Actor::command_line(None), Clock::default().now())?)
}

/// An issuer's keys.
struct Keys {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
}

impl Keys {
    fn generate() -> Outcome<Self> {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048)?;
        Ok(Self { rsa, ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)? })
    }

    fn jwks(&self) -> Outcome<Value> {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let rsa = self.rsa.public_key();
        let point = self.ec.public_key().as_ref();
        Ok(json!({ "keys": [
            { "kty": "RSA", "kid": "rsa", "n": encode(rsa.modulus().big_endian_without_leading_zero()),
              "e": encode(rsa.exponent().big_endian_without_leading_zero()) },
            { "kty": "EC", "crv": "P-256", "kid": "ec", "x": encode(&point[1..33]), "y": encode(&point[33..]) },
        ] }))
    }

    fn sign(&self, alg: &str, number: usize) -> Outcome<String> {
        let now = Clock::default().now().secs();
        let kid = if alg == "RS256" { "rsa" } else { "ec" };
        let header = json!({ "alg": alg, "typ": "JWT", "kid": kid });
        let claims =
            json!({ "iss": ISSUER, "aud": "bench", "sub": "user", "exp": now + 3600, "jti": number });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", part(&header), part(&claims));
        let random = SystemRandom::new();
        let signature = if alg == "RS256" {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa.sign(&RSA_PKCS1_SHA256, &random, input.as_bytes(), &mut signature)?;
            signature
        } else {
            self.ec.sign(&random, input.as_bytes())?.as_ref().to_vec()
        };
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

struct Tokens {
    workspace: String,
    fresh_workspace: Vec<String>,
    /// With other signatures.
    forged_workspace: Vec<String>,
    fresh_rs256: Vec<String>,
    fresh_es256: Vec<String>,
    api_key: String,
}

impl Tokens {
    async fn make(app: &App, keys: &Keys) -> Outcome<Self> {
        let project = app.directory().default_project().await?.ok_or("no project")?;
        let now = app.clock().now();
        let known = app.directory().project(&project, now).await?.ok_or("no project")?;
        let mint = |user: &str| -> Outcome<String> {
            let user = UserId::parse(user)?;
            let workspace = threadkeep::id::WorkspaceId::of_user(&user);
            Ok(threadkeep::auth::workspace_token::mint(app, &known, &user, &workspace)?)
        };
        let secret = api_key::draw(app.ids(), &project)?;
        let text = secret.reveal().to_owned();
        let new = NewApiKey {
            id: app.ids().next(now)?,
            project,
            name: "bench".into(),
            hash: api_key::hash(&text),
            suffix: text[text.len() - 4..].to_owned(),
            expires_at: None,
            created_at: now,
        };
        let act = act()?;
        app.store().write(async move |conn| create_api_key(conn, &new, &act).await).await?;
        let fresh = |alg: &str| (0..FRESH).map(|number| keys.sign(alg, number)).collect::<Outcome<Vec<_>>>();
        let fresh_workspace =
            (0..FRESH).map(|number| mint(&format!("u{number}"))).collect::<Outcome<Vec<_>>>()?;
        Ok(Self {
            workspace: mint("w")?,
            forged_workspace: fresh_workspace.iter().map(|token| forge(token)).collect(),
            fresh_workspace,
            fresh_rs256: fresh("RS256")?,
            fresh_es256: fresh("ES256")?,
            api_key: text,
        })
    }
}

/// The same token with another character in the first half of its signature: a look at the number in the
/// second half would be enough to refuse most.
fn forge(token: &str) -> String {
    let at = token.rfind('.').map_or(0, |dot| dot + 9);
    let other = if token[at..].starts_with('A') { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

/// Answers every connection with the key set.
async fn serve(body: String, fetches: Arc<AtomicUsize>) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/jwks", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            fetches.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4096];
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            // Whoever asks for keys and goes away is no concern of this server.
            let _read = stream.read(&mut request).await;
            let _written = stream.write_all(format!("{head}{body}").as_bytes()).await;
        }
    });
    Ok(url)
}
