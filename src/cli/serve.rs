//! `threadkeep serve`.

use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;

use super::log::{Flusher, Lines};
use crate::clock::Clock;
use crate::config::{Config, LogFormat, LogLevel};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::operators::setup;

pub(super) async fn run(config: Config) -> Result<()> {
    // First of all: a signal that comes while the database is opened must not just kill the process.
    let stop = stop_signal()?;
    let _flushed_at_the_end = start_log(&config)?;
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        let help = format!("cannot listen on {}: {error}", config.listen);
        Error::internal(error).with_help(help)
    })?;
    // With port 0 the system has chosen one; what is printed must name it.
    let mut config = config;
    config.listen = listener.local_addr().map_err(Error::internal)?;
    let told = config.clone();
    crate::serve(config, Clock::default(), listener, move |instance| greet(&told, instance), stop).await
}

fn start_log(config: &Config) -> Result<Flusher> {
    let (lines, flusher) = Lines::start().map_err(Error::internal)?;
    let level = match config.log_level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let log = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_writer(lines);
    match config.log_format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).init(),
    }
    Ok(flusher)
}

/// What a person who has just started the program wants to know.
fn greet(config: &Config, instance: &Instance) {
    let Ok(bases) = config.bases() else { return };
    let url = bases.public_url();
    let engine = match instance.store.protection() {
        Some(protection) => format!("{}, {protection}", instance.store.engine()),
        None => instance.store.engine().to_string(),
    };
    let location = config.data_location();
    let program = std::env::args().next().unwrap_or_else(|| "threadkeep".into());
    let welcome = if instance.is_new { "A new instance is ready." } else { "Ready." };
    let dashboard = match setup::link(&instance.vault, url) {
        Ok(link) if instance.needs_setup => {
            format!("Start here     {link}\n  {:15}(the link works once)", "")
        }
        _ => format!("The dashboard  {url}/dashboard"),
    };
    // The one that the dashboard shows: visitors are remembered by it.
    let app = match &instance.live_default_project {
        Some(project) => {
            let base = bases.frontend(project);
            format!("new AssistantCloud({{ baseUrl: \"{base}\", anonymous: true }})")
        }
        None => format!("{program} projects list shows the base URL of each project"),
    };
    println!(
        "\n{welcome}\n\n  \
         {dashboard}\n  \
         In your app    {app}\n  \
         An API key     {program} keys create my-app\n  \
         The data       {location} ({engine})\n"
    );
}

/// Listens for SIGTERM and Ctrl-C from now on; ready when one comes.
fn stop_signal() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::internal)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(Error::internal)?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
