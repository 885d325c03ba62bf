//! What stands in the database, so that a test can tell that nothing was written; and waiting for what
//! happens in the background.

use std::time::{Duration, Instant};

use engine::{Options, Store};

use super::TestApp;

/// Everything that requests write, row by row as text. Marks of use, the directory's version and what can be
/// searched, which move by themselves, are left out.
const ROWS: [&str; 10] = [
    "SELECT 'thread ' || id || ' ' || workspace_id || ' ' || COALESCE(title, '-') || ' '
        || COALESCE(external_id, '-') || ' ' || COALESCE(metadata, '-') || ' '
        || CASE WHEN is_archived THEN 'archived' ELSE 'there' END || ' '
        || CAST(last_message_at AS TEXT) || ' ' || CAST(thumbs_up AS TEXT) || ' '
        || CAST(thumbs_down AS TEXT) || ' ' || created_by || ' ' || updated_by || ' '
        || CAST(updated_at AS TEXT) FROM threads ORDER BY project_id, id",
    "SELECT 'message ' || thread_id || ' ' || id || ' ' || COALESCE(parent_id, '-') || ' '
        || COALESCE(external_id, '-') || ' ' || CAST(height AS TEXT) || ' ' || format || ' ' || content
        || ' ' || updated_by || ' ' || CAST(updated_at AS TEXT) || ' ' || COALESCE(lease_id, '-')
        FROM messages ORDER BY thread_id, id",
    "SELECT 'copy ' || thread_id || ' ' || message_id || ' ' || content || ' ' || CAST(updated_at AS TEXT)
        FROM message_copies ORDER BY thread_id, message_id",
    "SELECT 'lease ' || thread_id || ' ' || id || ' ' || message_id || ' ' || user_id || ' '
        || COALESCE(end_reason, '-') || ' ' || CAST(COALESCE(ended_at, 0) AS TEXT) FROM run_leases
        ORDER BY thread_id, id",
    "SELECT 'score ' || id || ' ' || COALESCE(message_id, '-') || ' ' || COALESCE(comment, '-') || ' '
        || CAST(updated_at AS TEXT) FROM scores ORDER BY project_id, id",
    "SELECT 'workspace ' || id || ' ' || created_by FROM workspaces ORDER BY project_id, id",
    "SELECT 'active ' || month || ' ' || user_id FROM active_users ORDER BY project_id, user_id",
    "SELECT 'seen ' || user_id FROM user_activity ORDER BY project_id, user_id",
    "SELECT 'session ' || user_id || ' ' || CAST(expires_at AS TEXT) FROM anonymous_tokens
        ORDER BY project_id, user_id",
    "SELECT 'project ' || id || ' ' || name || ' ' || CAST(updated_at AS TEXT) FROM projects ORDER BY id",
];

impl TestApp {
    /// What requests have written so far. Two equal answers mean that nothing was written between them.
    pub async fn written(&self) -> Vec<String> {
        let read = async |conn: &mut engine::Conn<'_>| -> engine::Result<Vec<String>> {
            let mut rows = Vec::new();
            for sql in ROWS {
                rows.extend(conn.all(sql, &[], |row| row.get::<String>(0)).await?);
            }
            Ok(rows)
        };
        self.store.snapshot(read).await.unwrap()
    }

    /// Stops the server, which waits for every request that is under way, and tells what is written then.
    pub async fn written_when_stopped(self) -> Vec<String> {
        self.stopped().await.written().await
    }

    /// What is left when the server has stopped: its database, opened anew.
    pub async fn stopped(mut self) -> Self {
        drop(self.stop.take());
        (&mut self.serving).await.unwrap().unwrap();
        let options = match self._scratch.options() {
            Options::Sqlite(_) => Options::sqlite(self._folder.path().join("threadkeep.db")),
            postgres @ Options::Postgres(_) => postgres,
        };
        self.store = Store::open(options).await.unwrap();
        self
    }

    /// Takes the default project away and waits until the server has noticed.
    pub async fn forget_default_project(&self) {
        let sql = "UPDATE instance SET default_project_id = NULL, directory_version = directory_version + 1";
        let write = async move |conn: &mut engine::Conn<'_>| conn.execute(sql, &[]).await;
        self.store.write::<_, engine::Error, _>(write).await.unwrap();
        eventually("a root without project", async || {
            (self.anyone().get("/.well-known/jwks.json").await.status != 200).then_some(())
        })
        .await;
    }
}

/// Asks until there is an answer; a minute is far more than anything here takes, on a busy machine too.
#[track_caller]
pub fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> impl Future<Output = T> {
    let deadline = Instant::now() + Duration::from_secs(60);
    async move {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            assert!(Instant::now() < deadline, "{what} does not happen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
