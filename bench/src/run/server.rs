//! The servers under test, each a process of its own.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::prepare::Prepared;
use crate::database::Database;
use crate::load::Connection;

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(1);

/// A server that answers.
pub(super) struct Server {
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    /// From the start of the process to the first good answer, once for each time it was started.
    pub(super) starts: Vec<Duration>,
    child: Child,
    pid: Pid,
}

/// What a process holds in memory.
#[derive(Clone, Copy, Default)]
pub(super) struct Memory {
    pub(super) resident_kib: u64,
    /// Without the mapped pages of files, which the kernel may take back.
    pub(super) anonymous_kib: u64,
}

impl Server {
    /// Starts Threadkeep on a prepared database, or on none yet.
    pub(super) async fn start_threadkeep(program: &Path, prepared: &Prepared, logs: &Path) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(program);
        command
            .arg("serve")
            .args(prepared.threadkeep_options())
            .args(["--listen", &address.to_string(), "--public-url", &format!("http://{address}")])
            // Lets the anonymous load come from many addresses, each under its own limit.
            .env("THREADKEEP_TRUSTED_PROXIES", "127.0.0.1/32")
            // Lets an issuer of the benchmark's own be asked for its keys.
            .env("THREADKEEP_ALLOW_PRIVATE", "127.0.0.1");
        Self::start("Threadkeep", command, address, "/readyz", &logs.join("threadkeep.log")).await
    }

    /// Starts this program's bare server.
    pub(super) async fn start_bare(database: &Database, logs: &Path) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(env::current_exe()?);
        let (option, value) = match database {
            Database::Sqlite(file) => ("--sqlite", file.as_os_str()),
            Database::Postgres(url) => ("--postgres", OsStr::new(url)),
        };
        command.arg("bare").arg(option).arg(value).args(["--listen", &address.to_string()]);
        Self::start("bare", command, address, "/healthz", &logs.join("bare.log")).await
    }

    async fn start(
        name: &'static str,
        mut command: Command,
        address: SocketAddr,
        ready: &str,
        log: &Path,
    ) -> Result<Self> {
        let log_file = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(log_file.try_clone()?).stderr(log_file).kill_on_drop(true);
        let started = Instant::now();
        let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
        loop {
            if let Some(status) = child.try_wait()? {
                bail!("{name} ended at its start ({status}), see {}", log.display());
            }
            if answers(address, ready).await {
                break;
            }
            ensure!(started.elapsed() < START_LIMIT, "{name} does not answer, see {}", log.display());
            sleep(POLL).await;
        }
        let starts = vec![started.elapsed()];
        let pid =
            child.id().and_then(|id| Pid::from_raw(id.cast_signed())).context("a process without an id")?;
        Ok(Self { name, address, starts, child, pid })
    }

    /// What `/proc` says it holds now.
    pub(super) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid.as_raw_nonzero()))?;
        let kib = |name: &str| -> Result<u64> {
            let line =
                status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| name.to_owned())?;
            Ok(line.trim().trim_end_matches(" kB").parse()?)
        };
        Ok(Memory { resident_kib: kib("VmRSS:")?, anonymous_kib: kib("RssAnon:")? })
    }

    /// The processor time it took so far, in steps of a hundredth of a second.
    pub(super) fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid.as_raw_nonzero()))?;
        // The name, in brackets, may hold spaces.
        let (_, fields) = stat.rsplit_once(')').context("a process without a name")?;
        let mut ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        let (user, system) = (ticks.next().context("utime")??, ticks.next().context("stime")??);
        Ok(Duration::from_millis((user + system) * 1000 / clock_ticks_per_second()))
    }

    /// Asks it to end, and waits until it has.
    pub(super) async fn stop(mut self) -> Result<()> {
        kill_process(self.pid, Signal::TERM)?;
        let status = timeout(STOP_LIMIT, self.child.wait())
            .await
            .with_context(|| format!("{} does not end", self.name))??;
        ensure!(status.success(), "{} ended with {status}", self.name);
        Ok(())
    }
}

/// A port that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

async fn answers(address: SocketAddr, path: &str) -> bool {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    match Connection::open(address).await {
        Ok(mut connection) => {
            connection.exchange(request.as_bytes()).await.is_ok_and(|answer| answer.status == 200)
        }
        Err(_) => false,
    }
}

/// Empties a log file, so that it holds this run's lines only.
pub(super) fn new_log(file: &Path) -> Result<()> {
    File::create(file)?;
    Ok(())
}
