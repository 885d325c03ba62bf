//! Whether the parts that an instance stands on do their work.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{directory_version, write_nothing_new};
use crate::app::App;
use crate::error::Result;

/// The least free space on the disk of the data folder, in bytes: 1 GiB.
const LEAST_FREE: u64 = 1 << 30;

/// A part of the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Reading from the database.
    DatabaseRead,
    /// A write that the database has made durable.
    DatabaseWrite,
    /// Free space where the data folder is.
    Disk,
}

/// Whether a part does its work, and how well.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthCheck {
    /// The part.
    pub name: Part,
    /// Whether it does its work.
    pub is_ok: bool,
    /// How long it took, how much is left, or what is wrong.
    pub detail: String,
}

/// Tries every part.
pub async fn check(app: &App) -> Vec<HealthCheck> {
    let begun = Instant::now();
    let read = app.store().read(async |conn| directory_version(conn).await).await;
    let read = timed(Part::DatabaseRead, begun, &read);
    let begun = Instant::now();
    let written = app.store().write(async |conn: &mut engine::Conn<'_>| write_nothing_new(conn).await).await;
    let write = timed(Part::DatabaseWrite, begun, &written);
    vec![read, write, check_disk(&app.config().data_dir)]
}

fn timed<T>(name: Part, begun: Instant, outcome: &Result<T>) -> HealthCheck {
    let detail = match outcome {
        Ok(_) => describe_time(begun.elapsed()),
        Err(error) => error.message().to_owned(),
    };
    HealthCheck { name, is_ok: outcome.is_ok(), detail }
}

fn describe_time(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn check_disk(folder: &Path) -> HealthCheck {
    let space = fs4::available_space(folder).and_then(|free| Ok((free, fs4::total_space(folder)?)));
    match space {
        Ok((free, total)) => describe_disk(free, total),
        Err(error) => HealthCheck { name: Part::Disk, is_ok: false, detail: error.to_string() },
    }
}

fn describe_disk(free: u64, total: u64) -> HealthCheck {
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let detail = format!("{:.1} GiB of {:.1} GiB free", gib(free), gib(total));
    HealthCheck { name: Part::Disk, is_ok: free >= LEAST_FREE, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_almost_full_is_told() {
        let full = describe_disk(LEAST_FREE - 1, 100 * LEAST_FREE);
        assert!(!full.is_ok && full.detail == "1.0 GiB of 100.0 GiB free", "{full:?}");
        assert!(describe_disk(LEAST_FREE, 100 * LEAST_FREE).is_ok);
        assert!(!check_disk(Path::new("/nowhere/at/all")).is_ok);
    }
}
