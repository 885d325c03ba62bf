//! How many files, and so connections, the process may have open.

/// Files that are not connections of clients: the database, outbound calls, the log.
const RESERVED: usize = 256;

/// The most connections that are derived: each costs some memory, too.
const MOST: usize = 10_000;

/// Raises the limit of open files as far as the system allows, and tells how many connections to accept: as many as
/// are `configured`, or, when none are, as many as there can be, up to 10,000.
pub fn connections(configured: Option<usize>) -> usize {
    let files = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => usize::try_from(files).unwrap_or(usize::MAX),
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the limit of open files was not raised"
            );
            usize::MAX
        }
    };
    let possible = possible(files);
    if let Some(configured) = configured.filter(|configured| *configured > possible) {
        tracing::warn!(
            max_connections = configured,
            possible,
            "more connections are configured than files may be open (ulimit -n)"
        );
    }
    configured.unwrap_or(MOST).clamp(1, possible)
}

/// Where there are few files, most of them are for connections.
fn possible(files: usize) -> usize {
    (files - RESERVED.min(files / 2)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_files_are_kept_for_others() {
        assert_eq!(possible(1024), 768);
        assert_eq!(possible(64), 32);
        assert_eq!(possible(0), 1);
        assert_eq!(possible(usize::MAX), usize::MAX - 256);
    }

    #[test]
    fn what_is_configured_counts_if_it_can_be() {
        assert_eq!(connections(Some(7)), 7);
        assert_eq!(connections(Some(0)), 1);
        assert!((1..=10_000).contains(&connections(None)));
    }
}
