//! `threadkeep serve`.

use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;

use crate::clock::Clock;
use crate::config::{Config, LogFormat, LogLevel};
use crate::error::{Error, Result};
use crate::instance::Instance;

pub(super) async fn run(config: Config) -> Result<()> {
    let _flushed_at_the_end = start_log(&config);
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        let help = format!("cannot listen on {}: {error}", config.listen);
        Error::internal(error).with_help(help)
    })?;
    // With port 0 the system has chosen one; what is printed must name it.
    let mut config = config;
    config.listen = listener.local_addr().map_err(Error::internal)?;
    let told = config.clone();
    crate::serve(config, Clock::default(), listener, move |instance| greet(&told, instance), stop_signal())
        .await
}

/// Lines go to standard error through a thread of their own: a slow reader of the log slows no request.
fn start_log(config: &Config) -> tracing_appender::non_blocking::WorkerGuard {
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let level = match config.log_level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let log = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_writer(writer);
    match config.log_format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).init(),
    }
    guard
}

/// What a person who has just started the program wants to know.
fn greet(config: &Config, instance: &Instance) {
    let Ok(bases) = config.bases() else { return };
    let url = bases.public_url();
    let engine = instance.store.engine();
    let location = config.data_location();
    let program = std::env::args().next().unwrap_or_else(|| "threadkeep".into());
    let welcome = if instance.is_new { "A new instance is ready." } else { "Ready." };
    println!(
        "\n{welcome}\n\n  \
         In your app    new AssistantCloud({{ baseUrl: \"{url}\", anonymous: true }})\n  \
         An API key     {program} keys create my-app\n  \
         The data       {location} ({engine})\n"
    );
}

/// Ready at SIGTERM or Ctrl-C.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
