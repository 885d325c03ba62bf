//! The requests: what is asked, of which thread, by whom.

use std::fmt;
use std::io::Write as _;
use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::ValueEnum;
use futures_util::future::try_join_all;
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::Deserialize;

use super::http::Connection;
use crate::content;
use crate::dataset::{self, Sizes, Thread};

/// Different message texts; more would only cost the client memory.
const VARIETY: u32 = 64;
/// Replies that are being written at once, and by how many callers at most.
const LEASES: usize = 256;
const BEATING_WORKSPACES: u32 = 64;
/// Tokens are minted and introduced over so many connections.
const PREPARING_CONNECTIONS: usize = 16;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Operation {
    /// List 20 threads of a workspace
    List,
    /// Read a conversation of 200 messages
    Read,
    /// Read the same, converted to another format
    Converted,
    /// Append a message to a random thread
    Append,
    /// Append one with an id of the caller's and a lease on it
    Leased,
    /// Say that a reply is still being written
    Beat,
    /// Mint a workspace token with an API key
    Mint,
    /// Mint an anonymous visitor's tokens
    Anonymous,
    /// Refuse a token whose signature is wrong
    Refuse,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "list 20 threads",
            Self::Read => "read 200 messages",
            Self::Converted => "read 200 messages, converted",
            Self::Append => "append a message",
            Self::Leased => "append a message with a lease",
            Self::Beat => "keep a lease",
            Self::Mint => "mint a workspace token",
            Self::Anonymous => "mint an anonymous session",
            Self::Refuse => "refuse a bad token",
        })
    }
}

impl Operation {
    /// The only status that does not fail a run.
    pub(crate) fn expected_status(self) -> u16 {
        match self {
            Self::Append | Self::Leased => 201,
            Self::Refuse => 403,
            Self::List | Self::Read | Self::Converted | Self::Beat | Self::Mint | Self::Anonymous => 200,
        }
    }

    /// The operation of Threadkeep that this one is compared with, where it is not the same of the bare server.
    pub(crate) fn yardstick(self) -> Option<Self> {
        match self {
            Self::Converted => Some(Self::Read),
            Self::Leased => Some(Self::Append),
            Self::Beat => Some(Self::Refuse),
            Self::List | Self::Read | Self::Append | Self::Mint | Self::Anonymous | Self::Refuse => None,
        }
    }

    /// Whether it writes something that is indexed afterwards.
    pub(crate) fn is_append(self) -> bool {
        matches!(self, Self::Append | Self::Leased)
    }
}

/// Everything requests are made of, prepared so that making one is copying.
pub(crate) struct Workload {
    sizes: Sizes,
    api_key: String,
    threads: Vec<ThreadAddress>,
    reader_threads: Vec<String>,
    user_contents: Vec<String>,
    assistant_contents: Vec<String>,
    /// By workspace number; empty where the operation needs none.
    tokens: Vec<String>,
    leases: Vec<Lease>,
}

/// A reply that is being written.
struct Lease {
    workspace: u32,
    heartbeat: String,
}

struct ThreadAddress {
    workspace: u32,
    id: String,
    root: String,
}

#[derive(Deserialize)]
struct OpenedLease {
    lease_id: Option<String>,
}

#[derive(Deserialize)]
struct MintedToken {
    token: String,
}

impl Workload {
    /// The data set's threads, addressed with an API key and no tokens yet.
    pub(crate) fn new(sizes: Sizes, api_key: String) -> Self {
        let address = |number| {
            let thread = Thread(number);
            ThreadAddress {
                workspace: sizes.workspace_of(thread),
                id: sizes.thread_id(thread),
                root: sizes.message_id(thread, 0),
            }
        };
        let contents =
            |push: fn(&mut String, u32)| (0..VARIETY).map(|n| written(|text| push(text, n))).collect();
        Self {
            sizes,
            api_key,
            threads: (0..sizes.threads).map(address).collect(),
            reader_threads: (0..sizes.readers)
                .map(|reader| sizes.thread_id(sizes.reader_thread(reader)))
                .collect(),
            user_contents: contents(content::push_user),
            assistant_contents: contents(content::push_assistant),
            tokens: Vec::new(),
            leases: Vec::new(),
        }
    }

    /// Opens leases to keep, in the name of callers whose tokens are minted.
    pub(crate) async fn open_leases(&mut self, server: SocketAddr) -> Result<()> {
        let mut connection = Connection::open(server).await?;
        let mut random = SmallRng::seed_from_u64(0);
        let threads = self.threads.iter().filter(|thread| thread.workspace < BEATING_WORKSPACES);
        let mut leases = Vec::new();
        for thread in threads.take(LEASES) {
            let mut request = Vec::new();
            self.push_append_to(thread, true, &mut random, &mut request);
            let answer = connection.exchange(&request).await?;
            if answer.status != 201 {
                bail!("opening: {} {}", answer.status, String::from_utf8_lossy(answer.body));
            }
            let opened: OpenedLease = serde_json::from_slice(answer.body)?;
            let lease = opened.lease_id.context("this Threadkeep grants no leases")?;
            let heartbeat = format!("/v1/threads/{}/runs/{lease}/heartbeat", thread.id);
            leases.push(Lease { workspace: thread.workspace, heartbeat });
        }
        self.leases = leases;
        Ok(())
    }

    /// Mints the tokens that `operation` needs. They live five minutes, so this is done for each phase.
    pub(crate) async fn mint_tokens(&mut self, minter: SocketAddr, operation: Operation) -> Result<()> {
        self.tokens = vec![String::new(); self.sizes.all_workspaces() as usize];
        let mut wanted = self.callers(operation);
        let mut connections = Vec::new();
        for _ in 0..PREPARING_CONNECTIONS {
            connections.push(Connection::open(minter).await?);
        }
        while !wanted.is_empty() {
            let round = wanted.split_off(wanted.len().saturating_sub(PREPARING_CONNECTIONS));
            let api_key = &self.api_key;
            let mints = connections.iter_mut().zip(&round).map(|(connection, &workspace)| async move {
                let mut request = Vec::new();
                push_mint(&mut request, api_key, workspace);
                let answer = connection.exchange(&request).await?;
                if answer.status != 200 {
                    bail!("minting: {} {}", answer.status, String::from_utf8_lossy(answer.body));
                }
                let minted: MintedToken = serde_json::from_slice(answer.body)?;
                Ok(minted.token)
            });
            for (workspace, token) in round.iter().zip(try_join_all(mints).await?) {
                self.tokens[*workspace as usize] = token;
            }
        }
        Ok(())
    }

    /// Shows every token to a server once, so that what is measured is a known caller's request.
    pub(crate) async fn introduce_tokens(&self, server: SocketAddr, operation: Operation) -> Result<()> {
        if operation == Operation::Refuse {
            return Ok(());
        }
        let mut connections = Vec::new();
        for _ in 0..PREPARING_CONNECTIONS {
            connections.push(Connection::open(server).await?);
        }
        for round in self.callers(operation).chunks(PREPARING_CONNECTIONS) {
            let visits = connections.iter_mut().zip(round).map(|(connection, &workspace)| async move {
                let mut request = Vec::new();
                push_get(&mut request, &["/v1/threads?limit=1"], self.token(workspace));
                let answer = connection.exchange(&request).await?;
                if answer.status != 200 {
                    bail!("introducing: {} {}", answer.status, String::from_utf8_lossy(answer.body));
                }
                Ok(())
            });
            try_join_all(visits).await?;
        }
        Ok(())
    }

    /// The workspaces whose tokens an operation uses.
    fn callers(&self, operation: Operation) -> Vec<u32> {
        match operation {
            Operation::Append | Operation::Leased => (0..self.sizes.workspaces).collect(),
            Operation::List => (0..self.sizes.busy_workspaces()).collect(),
            Operation::Beat => (0..self.sizes.workspaces.min(BEATING_WORKSPACES)).collect(),
            Operation::Read | Operation::Converted => {
                (self.sizes.workspaces..self.sizes.all_workspaces()).collect()
            }
            Operation::Refuse => vec![0],
            Operation::Mint | Operation::Anonymous => Vec::new(),
        }
    }

    fn token(&self, workspace: u32) -> &str {
        self.tokens.get(workspace as usize).map_or("", String::as_str)
    }

    /// Writes one request with whatever it leaves to chance.
    pub(crate) fn write_request(&self, operation: Operation, random: &mut SmallRng, out: &mut Vec<u8>) {
        match operation {
            Operation::List => {
                let workspace = random.random_range(0..self.sizes.busy_workspaces());
                push_get(out, &["/v1/threads?is_archived=false&limit=20"], self.token(workspace));
            }
            Operation::Read => self.push_read("/messages?format=aui/v0&limit=200", random, out),
            Operation::Converted => self.push_read("/messages?format=ai-sdk/v6&limit=200", random, out),
            Operation::Append | Operation::Leased => {
                let thread = &self.threads[random.random_range(0..self.threads.len())];
                self.push_append_to(thread, operation == Operation::Leased, random, out);
            }
            Operation::Beat => {
                let Lease { workspace, heartbeat } = &self.leases[random.random_range(0..self.leases.len())];
                push_parts(out, &["POST ", heartbeat, HEAD_END, "Content-Length: 0\r\n"]);
                push_parts(out, &["Authorization: Bearer ", self.token(*workspace), "\r\n\r\n"]);
            }
            Operation::Mint => {
                push_mint(out, &self.api_key, random.random_range(0..self.sizes.workspaces));
            }
            Operation::Anonymous => {
                // From an address of its own, as the limit is per address.
                let [a, b, c, _] = random.random::<u32>().to_be_bytes();
                push_parts(out, &["POST /v1/auth/tokens/anonymous", HEAD_END, "Content-Length: 0\r\n"]);
                let _ = write!(out, "X-Forwarded-For: 11.{a}.{b}.{c}\r\n\r\n");
            }
            Operation::Refuse => {
                // A flipped bit in the first half of the signature makes the server do the whole
                // calculation; in the second half, most are refused by a look at the number.
                let forged = forge(self.token(0), random.random::<u64>() | 1).unwrap_or_default();
                push_get(out, &["/v1/threads?is_archived=false&limit=20"], &forged);
            }
        }
    }

    fn push_read(&self, rest: &str, random: &mut SmallRng, out: &mut Vec<u8>) {
        let reader = random.random_range(0..self.sizes.readers);
        let path = ["/v1/threads/", &self.reader_threads[reader as usize], rest];
        push_get(out, &path, self.token(self.sizes.workspaces + reader));
    }

    /// Half of them roots from a user, half answers to a known message.
    fn push_append_to(
        &self,
        thread: &ThreadAddress,
        has_lease: bool,
        random: &mut SmallRng,
        out: &mut Vec<u8>,
    ) {
        let choice = random.random_range(0..VARIETY as usize);
        let is_root = random.random::<bool>();
        let contents = if is_root { &self.user_contents } else { &self.assistant_contents };
        let content = contents[choice].as_str();
        let (quote, parent) = if is_root { ("", "null") } else { ("\"", thread.root.as_str()) };
        let lease = match has_lease {
            // As long as the ids that the AI SDK makes.
            true => format!("\"external_id\":\"{:016x}\",\"open_run\":true,", random.random::<u64>()),
            false => String::new(),
        };
        let body = [
            "{",
            &lease,
            "\"parent_id\":",
            quote,
            parent,
            quote,
            ",\"format\":\"",
            content::FORMAT,
            "\",\"content\":",
            content,
            "}",
        ];
        let length: usize = body.iter().map(|part| part.len()).sum();
        push_parts(out, &["POST /v1/threads/", &thread.id, "/messages", HEAD_END]);
        let _ = write!(out, "Content-Length: {length}\r\n");
        push_parts(out, &["Authorization: Bearer ", self.token(thread.workspace), "\r\n\r\n"]);
        push_parts(out, &body);
    }
}

/// A token with bits of its signature's first half flipped.
fn forge(token: &str, flips: u64) -> Result<String> {
    let (signed, signature) = token.rsplit_once('.').context("a token without a signature")?;
    let mut signature = URL_SAFE_NO_PAD.decode(signature)?;
    for (byte, flip) in signature.iter_mut().zip(flips.to_le_bytes()) {
        *byte ^= flip;
    }
    let mut forged = String::with_capacity(token.len());
    forged.push_str(signed);
    forged.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut forged);
    Ok(forged)
}

/// Ends the request line; the headers every request has, those of the published client.
const HEAD_END: &str = " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

fn push_mint(out: &mut Vec<u8>, api_key: &str, workspace: u32) {
    push_parts(
        out,
        &["POST /v1/auth/tokens", HEAD_END, "Content-Length: 0\r\nAuthorization: Bearer ", api_key],
    );
    push_parts(out, &["\r\nAui-Workspace-Id: ", &dataset::workspace_id(workspace)]);
    push_parts(out, &["\r\nAui-User-Id: ", &dataset::user_id(workspace), "\r\n\r\n"]);
}

fn push_get(out: &mut Vec<u8>, path: &[&str], token: &str) {
    out.extend_from_slice(b"GET ");
    push_parts(out, path);
    push_parts(out, &[HEAD_END, "Authorization: Bearer ", token, "\r\n\r\n"]);
}

fn push_parts(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

fn written(write: impl FnOnce(&mut String)) -> String {
    let mut text = String::new();
    write(&mut text);
    text
}
