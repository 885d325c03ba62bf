//! What runs by itself: one table of schedules.
//!
//! Every node runs all of them; each is harmless when another node has just done the same.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::anonymous::store::delete_expired_sessions;
use crate::api_keys::last_used::write_marks;
use crate::app::App;
use crate::auth::directory;
use crate::error::Result;
use crate::figures::store::delete_old_users;
use crate::leases::beats::{self, write_beats};
use crate::members::store::delete_expired_invitations;
use crate::messages::deletion::settle_left_threads;
use crate::messages::thumbs::find_thumbs;
use crate::operators;
use crate::projects::deletion::purge_deleted_projects;
use crate::projects::store::delete_retired_signing_keys;
use crate::sdks::store::delete_old_sdks;
use crate::sdks::write_sdks;
use crate::search::index::index_waiting;
use crate::users::activity::write_activity;
use crate::users::names::{fold_names, write_names};

type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

struct Job {
    name: &'static str,
    every: Duration,
    run: fn(App) -> Work,
}

const JOBS: &[Job] = &[
    Job {
        name: "follow the directory",
        every: directory::POLL,
        run: |app| Box::pin(async move { app.follow_directory().await }),
    },
    Job {
        name: "write key marks",
        every: Duration::from_secs(5),
        run: |app| Box::pin(async move { write_marks(&app).await }),
    },
    Job {
        name: "write display names",
        every: Duration::from_secs(2),
        run: |app| Box::pin(async move { write_names(&app).await }),
    },
    Job {
        name: "write users' activity",
        every: Duration::from_secs(2),
        run: |app| Box::pin(async move { write_activity(&app).await }),
    },
    Job {
        name: "write heartbeats of runs",
        every: beats::EVERY,
        run: |app| Box::pin(async move { write_beats(&app).await }),
    },
    Job {
        name: "index what was written",
        every: Duration::from_millis(500),
        run: |app| Box::pin(async move { index_waiting(&app).await }),
    },
    Job {
        name: "fold names by today's rules",
        every: Duration::from_secs(600),
        run: |app| Box::pin(async move { fold_names(&app).await }),
    },
    Job {
        name: "find thumbs in earlier messages",
        every: Duration::from_secs(600),
        run: |app| Box::pin(async move { find_thumbs(app.store()).await }),
    },
    Job {
        name: "end what deletions left",
        every: Duration::from_secs(60),
        run: |app| Box::pin(async move { settle_left_threads(app.store()).await }),
    },
    Job {
        name: "forget who was active long ago",
        every: Duration::from_secs(24 * 3600),
        run: |app| Box::pin(delete_old_figures(app)),
    },
    Job {
        name: "write client libraries",
        every: Duration::from_secs(5),
        run: |app| Box::pin(async move { write_sdks(&app).await }),
    },
    Job {
        name: "delete client libraries that nobody uses",
        every: Duration::from_secs(24 * 3600),
        run: |app| Box::pin(delete_sdks(app)),
    },
    Job {
        name: "delete retired signing keys",
        every: Duration::from_secs(60),
        run: |app| Box::pin(delete_keys(app)),
    },
    Job {
        name: "purge deleted projects",
        every: Duration::from_secs(30),
        run: |app| Box::pin(purge_projects(app)),
    },
    Job {
        name: "delete expired sessions",
        every: Duration::from_secs(3600),
        run: |app| Box::pin(delete_sessions(app)),
    },
    Job {
        name: "delete expired operator sessions and invitations",
        every: Duration::from_secs(3600),
        run: |app| Box::pin(delete_operator_sessions(app)),
    },
];

/// Starts all jobs. They end when the set is dropped.
pub fn start(app: &App) -> JoinSet<()> {
    let mut running = JoinSet::new();
    for job in JOBS {
        running.spawn(repeat(job, app.clone()));
    }
    running
}

async fn repeat(job: &'static Job, app: App) {
    let mut ticks = tokio::time::interval(job.every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut is_failing = false;
    loop {
        ticks.tick().await;
        match (job.run)(app.clone()).await {
            Ok(()) => is_failing = false,
            // Once for each outage: a job that runs twice a second would drown the log.
            Err(error) if !is_failing => {
                is_failing = true;
                tracing::warn!(job = job.name, error = &error as &dyn std::error::Error, "a job failed");
            }
            Err(_) => {}
        }
    }
}

async fn delete_keys(app: App) -> Result<()> {
    let now = app.clock().now();
    app.store().write(async move |conn| delete_retired_signing_keys(conn, now).await).await.map(drop)
}

async fn purge_projects(app: App) -> Result<()> {
    purge_deleted_projects(app.store(), app.ids(), app.clock().now()).await
}

async fn delete_old_figures(app: App) -> Result<()> {
    let now = app.clock().now();
    app.store().write(async move |conn| delete_old_users(conn, now).await).await.map(drop)
}

async fn delete_sdks(app: App) -> Result<()> {
    let now = app.clock().now();
    app.store().write(async move |conn| delete_old_sdks(conn, now).await).await.map(drop)
}

async fn delete_sessions(app: App) -> Result<()> {
    let now = app.clock().now();
    app.store().write(async move |conn| delete_expired_sessions(conn, now).await).await.map(drop)
}

async fn delete_operator_sessions(app: App) -> Result<()> {
    let now = app.clock().now();
    let delete = async move |conn: &mut engine::Conn<'_>| -> Result<()> {
        operators::store::delete_expired_sessions(conn, now).await?;
        delete_expired_invitations(conn, now).await.map(drop)
    };
    app.store().write(delete).await
}
