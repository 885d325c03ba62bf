//! A PostgreSQL server of the test's own, to be killed.

use std::process::Command;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/postgres.sh");

pub struct Cluster {
    folder: tempfile::TempDir,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let cluster = Self { folder: tempfile::tempdir().unwrap(), port };
        cluster.up();
        cluster
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it again; returns when it takes connections.
    pub fn up(&self) {
        assert!(self.script("up"), "PostgreSQL starts");
    }

    /// `kill -9` of the postmaster.
    pub fn kill(&self) {
        assert!(self.script("kill"), "PostgreSQL was there to be killed");
    }

    fn script(&self, action: &str) -> bool {
        let mut command = Command::new(SCRIPT);
        command.arg(action).arg(self.folder.path()).arg(self.port.to_string());
        command.output().unwrap().status.success()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Fails when it was killed last, and then there is nothing to end.
        self.script("down");
    }
}
