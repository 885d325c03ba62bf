//! The one writer: takes what is waiting, commits it with one fsync, then answers.

use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use rusqlite::{Connection, OpenFlags, Statement, params};
use tokio::sync::{mpsc, oneshot};

use super::checkpoint;
use crate::bare::store::{Appended, NewAnonymous, NewMessage};

const MAX_BATCH: usize = 256;
const QUEUE: usize = 4096;

const TOUCH_THREAD: &str = "UPDATE threads SET last_message_at = max(last_message_at, ?4), updated_by = ?5, \
     updated_at = ?4 WHERE project_id = ?1 AND id = ?2 AND workspace_id = ?3 RETURNING id";

const INSERT_ROOT: &str = "INSERT INTO messages (project_id, thread_id, id, parent_id, height, format, content, \
     created_by, updated_by, created_at, updated_at, is_guests) VALUES (?1, ?2, ?3, NULL, 0, ?4, ?5, ?6, ?6, ?7, ?7, \
     (SELECT created_by <> ?6 FROM threads WHERE project_id = ?1 AND id = ?2))";

const INSERT_CHILD: &str = "INSERT INTO messages (project_id, thread_id, id, parent_id, height, format, content, \
     created_by, updated_by, created_at, updated_at, is_guests) \
     SELECT ?1, ?2, ?3, parent.id, parent.height + 1, ?4, ?5, ?6, ?6, ?7, ?7, \
     (SELECT created_by <> ?6 FROM threads WHERE project_id = ?1 AND id = ?2) \
     FROM messages AS parent WHERE parent.project_id = ?1 AND parent.thread_id = ?2 AND parent.id = ?8";

const INSERT_ANONYMOUS: &str = "INSERT INTO anonymous_tokens (project_id, hash, user_id, created_at, expires_at) \
     SELECT id, ?2, ?3, ?4, ?5 FROM projects WHERE id = ?1 AND anonymous_access";

enum Job {
    Append(NewMessage, oneshot::Sender<Result<Appended>>),
    Anonymous(NewAnonymous, oneshot::Sender<Result<bool>>),
}

/// An outcome that is told only after the commit.
enum Outcome {
    Append(Result<Appended>, oneshot::Sender<Result<Appended>>),
    Anonymous(Result<bool>, oneshot::Sender<Result<bool>>),
}

impl Outcome {
    /// A caller who has gone away is no one's concern.
    fn tell(self, is_committed: bool) {
        let lost = || anyhow!("the commit failed");
        match self {
            Self::Append(outcome, caller) => {
                let _ = caller.send(if is_committed { outcome } else { Err(lost()) });
            }
            Self::Anonymous(outcome, caller) => {
                let _ = caller.send(if is_committed { outcome } else { Err(lost()) });
            }
        }
    }
}

/// The queue to the writing thread.
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
}

impl Writer {
    pub(super) fn start(file: &Path) -> Result<Self> {
        let connection = super::connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // The checkpointer keeps the log short; this bound is for when it cannot keep up.
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 65536;")?;
        checkpoint::start(file)?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        thread::Builder::new().name("writer".to_owned()).spawn(move || {
            if let Err(error) = work(&connection, jobs) {
                eprintln!("bare server: the writer stopped: {error:#}");
            }
        })?;
        Ok(Self { queue })
    }

    pub(super) async fn append_message(&self, message: NewMessage) -> Result<Appended> {
        let (caller, answer) = oneshot::channel();
        self.queue.send(Job::Append(message, caller)).await.ok().context("the writer has stopped")?;
        answer.await?
    }

    pub(super) async fn create_anonymous(&self, token: NewAnonymous) -> Result<bool> {
        let (caller, answer) = oneshot::channel();
        self.queue.send(Job::Anonymous(token, caller)).await.ok().context("the writer has stopped")?;
        answer.await?
    }
}

/// Prepared once: the writing thread owns them for its life.
struct Statements<'c> {
    begin: Statement<'c>,
    savepoint: Statement<'c>,
    release: Statement<'c>,
    undo: Statement<'c>,
    commit: Statement<'c>,
    touch_thread: Statement<'c>,
    insert_root: Statement<'c>,
    insert_child: Statement<'c>,
    insert_anonymous: Statement<'c>,
}

impl<'c> Statements<'c> {
    fn prepare(connection: &'c Connection) -> Result<Self> {
        Ok(Self {
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            savepoint: connection.prepare("SAVEPOINT job")?,
            release: connection.prepare("RELEASE job")?,
            undo: connection.prepare("ROLLBACK TO job")?,
            commit: connection.prepare("COMMIT")?,
            touch_thread: connection.prepare(TOUCH_THREAD)?,
            insert_root: connection.prepare(INSERT_ROOT)?,
            insert_child: connection.prepare(INSERT_CHILD)?,
            insert_anonymous: connection.prepare(INSERT_ANONYMOUS)?,
        })
    }

    fn append(&mut self, new: &NewMessage) -> Result<Appended> {
        let NewMessage { caller, thread_id, message_id, parent_id, format, content, now } = new;
        let scope = (&caller.project, thread_id);
        let touched = self
            .touch_thread
            .query(params![scope.0, scope.1, caller.workspace, now, caller.user])?
            .next()?
            .is_some();
        if !touched {
            return Ok(Appended::NoThread);
        }
        let inserted = match parent_id {
            None => self.insert_root.execute(params![
                scope.0,
                scope.1,
                message_id,
                format,
                content,
                caller.user,
                now
            ])?,
            Some(parent) => self.insert_child.execute(params![
                scope.0,
                scope.1,
                message_id,
                format,
                content,
                caller.user,
                now,
                parent
            ])?,
        };
        Ok(if inserted == 1 { Appended::Done } else { Appended::NoParent })
    }

    fn create_anonymous(&mut self, new: &NewAnonymous) -> Result<bool> {
        let NewAnonymous { project, hash, user, created_at, expires_at } = new;
        Ok(self.insert_anonymous.execute(params![project, hash, user, created_at, expires_at])? == 1)
    }

    /// Runs a job in a savepoint of its own, which stays only if `keep` says so.
    fn isolated<T>(
        &mut self,
        job: impl FnOnce(&mut Self) -> Result<T>,
        keep: impl FnOnce(&T) -> bool,
    ) -> Result<T> {
        self.savepoint.execute([])?;
        let outcome = job(self);
        if !outcome.as_ref().is_ok_and(keep) {
            self.undo.execute([])?;
        }
        self.release.execute([])?;
        outcome
    }

    fn run(&mut self, job: Job) -> Outcome {
        match job {
            Job::Append(message, caller) => {
                let outcome = self.isolated(|it| it.append(&message), |done| matches!(done, Appended::Done));
                Outcome::Append(outcome, caller)
            }
            Job::Anonymous(token, caller) => {
                let outcome = self.isolated(|it| it.create_anonymous(&token), |done| *done);
                Outcome::Anonymous(outcome, caller)
            }
        }
    }
}

/// Until the queue is closed.
fn work(connection: &Connection, mut jobs: mpsc::Receiver<Job>) -> Result<()> {
    let mut statements = Statements::prepare(connection)?;
    let mut waiting = Vec::with_capacity(MAX_BATCH);
    let mut outcomes = Vec::with_capacity(MAX_BATCH);
    while jobs.blocking_recv_many(&mut waiting, MAX_BATCH) > 0 {
        statements.begin.execute([])?;
        outcomes.extend(waiting.drain(..).map(|job| statements.run(job)));
        let is_committed = statements.commit.execute([]).is_ok();
        if !is_committed && !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK")?;
        }
        for outcome in outcomes.drain(..) {
            outcome.tell(is_committed);
        }
    }
    Ok(())
}
