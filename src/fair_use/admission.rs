//! Letting a write in, or telling its sender when to come back.

use engine::Store;
use futures_util::FutureExt;

use super::model::{Limit, Limits};
use super::store::sum_stored_bytes;
use super::stored::{ROW_BYTES, Reservation};
use crate::app::App;
use crate::auth::caller::Member;
use crate::auth::scope::Scope;
use crate::error::{Error, Result};
use crate::id::{MessageId, ProjectId, ThreadId, UserId, WorkspaceId};

/// Who is counted, and for what.
#[derive(Hash)]
enum Subject<'s> {
    User(Limit, &'s ProjectId, &'s UserId),
    Workspace(Limit, &'s ProjectId, &'s WorkspaceId),
}

/// A message on its way.
pub struct Writing<'w> {
    /// Its thread.
    pub thread: &'w ThreadId,
    /// Its id, when it is there already.
    pub id: Option<&'w MessageId>,
    /// The bytes of its content.
    pub bytes: usize,
    /// It goes on with what was let in before: a reply under a run lease.
    pub goes_on: bool,
}

/// A thread or message that was let in. Dropped untold, it counts as stored.
#[must_use]
pub struct Admitted(Option<Reservation>);

impl Admitted {
    /// Tells that nothing was stored.
    pub fn release(&mut self) {
        if let Some(room) = &mut self.0 {
            room.release();
        }
    }

    /// Tells that a message was stored, for the first time or again.
    pub fn message(self, app: &App, project: &ProjectId, place: (&ThreadId, &MessageId), is_new: bool) {
        if let Some(room) = self.0 {
            app.meters().stored.add_message(room, (project, place), is_new);
        }
    }
}

/// Counts a thread that the caller wants to create; `bytes` are those of its metadata.
///
/// # Errors
/// 429 past a limit of the project.
pub async fn admit_thread(app: &App, caller: &Member, bytes: usize) -> Result<Admitted> {
    let Some(limits) = limits_of(app, caller).await? else { return Ok(Admitted(None)) };
    count(app, caller, &limits, (Limit::UserThreads, Limit::WorkspaceThreads))?;
    find_room(app, &caller.scope, &limits, None, bytes).await.map(Admitted)
}

/// Counts a message that the caller wants to write.
///
/// # Errors
/// 429 past a limit of the project.
pub async fn admit_message(app: &App, caller: &Member, writing: &Writing<'_>) -> Result<Admitted> {
    let Some(limits) = limits_of(app, caller).await? else { return Ok(Admitted(None)) };
    if !writing.goes_on {
        count(app, caller, &limits, (Limit::UserMessages, Limit::WorkspaceMessages))?;
    }
    let place = writing.id.map(|id| (writing.thread, id));
    find_room(app, &caller.scope, &limits, place, writing.bytes).await.map(Admitted)
}

/// Notes that threads came into a workspace which were written elsewhere.
pub async fn note_moved(app: &App, scope: &Scope) {
    app.meters().stored.forget((scope.project(), scope.workspace())).await;
}

/// The limits of the caller, if there are any.
async fn limits_of(app: &App, caller: &Member) -> Result<Option<Limits>> {
    let project = app.directory().project(caller.scope.project(), app.clock().now()).await?;
    let limits = project.map(|project| *project.settings().fair_use.of(caller.party));
    Ok(limits.filter(|limits| *limits != Limits::default()))
}

fn count(app: &App, caller: &Member, limits: &Limits, (of_user, of_workspace): (Limit, Limit)) -> Result<()> {
    let Member { scope, user, .. } = caller;
    let user = Subject::User(of_user, scope.project(), user);
    let workspace = Subject::Workspace(of_workspace, scope.project(), scope.workspace());
    let limited = [(user, limits.get(of_user)), (workspace, limits.get(of_workspace))];
    let limited: Vec<_> =
        limited.into_iter().filter_map(|(subject, limit)| Some((subject, limit?))).collect();
    app.meters().rates.take(&limited, app.clock().now()).map_err(Error::rate_limited)
}

async fn find_room(
    app: &App,
    scope: &Scope,
    limits: &Limits,
    message: Option<(&ThreadId, &MessageId)>,
    bytes: usize,
) -> Result<Option<Reservation>> {
    let Some(limit) = limits.get(Limit::WorkspaceBytes) else { return Ok(None) };
    let bytes = u64::try_from(bytes).map_err(Error::internal)?.saturating_add(ROW_BYTES);
    let (workspace, message) =
        ((scope.project(), scope.workspace()), message.map(|place| (scope.project(), place)));
    let read = || sum(app.store().clone(), scope.clone()).boxed();
    let now = app.clock().now();
    let found = app.meters().stored.reserve((workspace, message), (bytes, limit), now, read).await;
    found.map(Some).map_err(|secs| {
        Error::rate_limited(secs)
            .with_help("This workspace is full; delete threads to make room, or ask an operator for more")
    })
}

/// What cannot be summed up stops nobody: what limits use must not be what breaks it.
async fn sum(store: Store, scope: Scope) -> u64 {
    let read = store.read(async |conn| sum_stored_bytes(conn, &scope).await).await;
    read.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "the size of a workspace is not known");
        0
    })
}
