//! The data folder and what lies in it, closed to other accounts: every conversation is there.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What SQLite appends to the name of a database for the files beside it. It gives them the database's mode.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Makes the data folder. One that is there stays as it is.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// How files are made that nobody else may read, from their first moment on.
pub(super) fn new_closed_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes an empty database file, which SQLite would make for everyone to read; closes one that is there, and
/// the files beside it.
pub(super) fn close_database(path: &Path) -> io::Result<()> {
    match new_closed_file().open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => drop(made?),
    }
    BESIDE.iter().for_each(|end| close(&beside(path, end)));
    Ok(())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Takes a file away from all accounts but its owner's, if every account may do something with it. A file that
/// somebody has opened to a group alone stays so.
#[cfg(unix)]
pub(super) fn close(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(mode) = fs::metadata(path).map(|file| file.permissions().mode()) else { return };
    if mode & 0o007 == 0 {
        return;
    }
    if let Err(error) = fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700)) {
        let path = path.display().to_string();
        tracing::warn!(path, %error, "other accounts may use a file of the data folder, and it cannot be closed");
    }
}

/// There are no modes here: a file has its folder's rights.
#[cfg(not(unix))]
pub(super) fn close(_: &Path) {}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn files_that_every_account_may_use_are_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keep.db");
        for (before, after) in
            [(0o644, 0o600), (0o666, 0o600), (0o602, 0o600), (0o640, 0o640), (0o600, 0o600)]
        {
            for end in BESIDE {
                fs::write(beside(&path, end), "kept").unwrap();
                fs::set_permissions(beside(&path, end), fs::Permissions::from_mode(before)).unwrap();
            }
            close_database(&path).unwrap();
            for end in BESIDE {
                assert_eq!(mode(&beside(&path, end)), after, "{end} {before:o}");
                assert_eq!(fs::read(beside(&path, end)).unwrap(), b"kept");
            }
        }
    }

    #[test]
    fn a_new_database_is_closed_from_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keep.db");
        close_database(&path).unwrap();
        assert_eq!((mode(&path), fs::metadata(&path).unwrap().len()), (0o600, 0));
    }
}
