//! Threadkeep: the self-hosted conversation backend for assistant-ui apps.
//!
//! The map, from the outside in:
//!
//! - [`cli`]: the commands of the program.
//! - [`config`]: the settings.
//! - [`http`]: HTTP in general; mounts the rooms.
//! - [`instance`], [`projects`], [`api_keys`], [`anonymous`], [`workspaces`], [`users`], [`threads`],
//!   [`messages`], [`leases`], [`titles`], [`runs`], [`search`], [`scores`], [`sdks`], [`operators`],
//!   [`members`], [`audit`], [`figures`], [`fair_use`]: the rooms, one for each resource. What end users and
//!   their backends call is in a room's `routes`, what the dashboard calls in its `operator_routes`.
//! - [`jobs`]: what runs by itself.
//! - [`auth`]: who is calling, and what that allows.
//! - [`app`]: what all of them share; [`error`], [`id`], [`clock`], [`json`], [`rules`]: the ground.

pub mod anonymous;
pub mod api_keys;
pub mod app;
pub mod audit;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod fair_use;
pub mod figures;
pub mod http;
pub mod id;
pub mod instance;
pub mod jobs;
pub mod json;
pub mod leases;
pub mod members;
pub mod messages;
pub mod operators;
pub mod projects;
pub mod rules;
pub mod runs;
pub mod scores;
pub mod sdks;
pub mod search;
pub mod threads;
pub mod titles;
pub mod users;
pub mod workspaces;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::http::connection::open_files;
use crate::http::server::{Routers, Server};
use crate::http::{router, server};
use crate::instance::Instance;

/// How long to wait before asking again for a database that is not there yet.
const RETRY: Duration = Duration::from_secs(1);

/// Runs an instance on a bound listener until `shutdown` is ready. `/healthz` answers at once; the rest
/// as soon as the database does. `started` is told about the instance then.
///
/// # Errors
/// When the instance cannot be started for a reason that waiting does not mend.
pub async fn serve(
    config: Config,
    clock: Clock,
    listener: TcpListener,
    started: impl FnOnce(&Instance) + Send,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    let routers = Arc::new(Routers::new(router::starting()));
    let server = Server {
        bases: config.bases().map_err(Error::internal)?,
        max_connections: open_files::connections(config.max_connections),
        trusted_proxies: config.trusted_proxies.clone(),
        deadlines: config.deadlines,
        routers: routers.clone(),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(server, listener, async move {
        // A dropped sender means the same as a sent word.
        let _told = stopped.await;
    }));
    let mut shutdown = pin!(shutdown);
    let outcome = tokio::select! {
        opened = open(&config, &clock) => Some(opened),
        () = &mut shutdown => None,
    };
    let running = match outcome {
        Some(Ok(instance)) => {
            started(&instance);
            let app = App::new(config, instance.store, instance.vault, clock)?;
            routers.set_ready(router::router(app.clone())?);
            let jobs = jobs::start(&app);
            shutdown.await;
            Some((app, jobs))
        }
        Some(Err(error)) => return Err(error),
        None => None,
    };
    drop(stop);
    serving.await.map_err(Error::internal)?;
    if let Some((app, jobs)) = running {
        close(&app, jobs).await;
    }
    Ok(())
}

async fn open(config: &Config, clock: &Clock) -> Result<Instance> {
    loop {
        match instance::open(config, clock).await {
            Err(error) if *error.kind() == Kind::Unavailable => {
                tracing::warn!(error = error.message(), "the database does not answer; trying again");
                tokio::time::sleep(RETRY).await;
            }
            outcome => return outcome,
        }
    }
}

async fn close(app: &App, jobs: tokio::task::JoinSet<()>) {
    drop(jobs);
    for (what, outcome) in [
        ("key marks", api_keys::last_used::write_marks(app).await),
        ("display names", users::names::write_names(app).await),
        ("users' activity", users::activity::write_activity(app).await),
        ("client libraries", sdks::write_sdks(app).await),
        ("heartbeats of runs", leases::beats::write_beats(app).await),
    ] {
        if let Err(error) = outcome {
            tracing::warn!(what, error = &error as &dyn std::error::Error, "the last notes were lost");
        }
    }
    let store = app.store().clone();
    // Folding the log into the file may take a while; it must not stand on a thread that others need.
    if let Err(error) = tokio::task::spawn_blocking(move || store.close()).await {
        tracing::error!(error = &error as &dyn std::error::Error, "the store did not close");
    }
}
