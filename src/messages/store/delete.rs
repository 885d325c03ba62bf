//! Deleting messages out of the tree.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use engine::{Conn, Param, Row};

use super::super::tree::{Node, nearest_survivor};
use super::heights::{Mark, find_mark, set_mark, settle_from, settle_some};
use crate::auth::scope::Scope;
use crate::error::{Error, Result};
use crate::id::{MessageId, ProjectId, ThreadId, UserId};
use crate::leases::store::delete_leases;
use crate::search::store::forget_messages;
use crate::threads::store::lock_thread;

/// The most messages that one transaction hangs below another parent.
const STEP: usize = 500;

/// How far a deletion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many messages went.
    pub deleted: usize,
    /// What is left to do.
    pub left: Left,
}

/// What a step of a deletion leaves to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Another step.
    Messages,
    /// The heights of what hung below.
    Heights,
    /// Nothing.
    Nothing,
}

impl Step {
    fn new(deleted: usize, left: Left) -> Self {
        Self { deleted, left }
    }
}

/// Deletes some of those of the messages that are in the thread, and gives what hung below them to their nearest
/// surviving ancestors. A message goes in the transaction that moves the last of its children.
///
/// # Errors
/// The database's.
pub async fn delete_some(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    ids: &HashSet<MessageId>,
) -> Result<Step> {
    if !lock_thread(conn, scope, thread).await? {
        return Ok(Step::new(0, Left::Nothing));
    }
    let gone = find_nodes(conn, scope, thread, ids.iter()).await?;
    if gone.is_empty() {
        conn.undo();
        return Ok(Step::new(0, Left::Nothing));
    }
    let mut mark = find_mark(conn, scope.project(), thread).await?;
    let was_settled = mark.is_none();
    let (mut deleted, mut moved) = (0, 0);
    // The deepest first, so that the heights of those that are still to go stay true.
    for (height, level) in levels(&gone).into_iter().rev() {
        if mark.as_ref().is_some_and(|mark| !mark.covers(height + 1)) {
            set_mark(conn, scope.project(), thread, mark.as_ref()).await?;
            settle_some(conn, scope.project(), thread).await?;
            return Ok(Step::new(deleted, Left::Messages));
        }
        let children = list_children(conn, scope, thread, height + 1, &level, STEP - moved).await?;
        move_children(conn, scope, thread, &gone, &children).await?;
        moved += children.len();
        if !children.is_empty() {
            mark = Some(mark.unwrap_or(Mark::behind(height + 1)).min(Mark::behind(height + 1)));
        }
        if moved == STEP {
            set_mark(conn, scope.project(), thread, mark.as_ref()).await?;
            return Ok(Step::new(deleted, Left::Messages));
        }
        delete_rows(conn, scope.project(), thread, level.iter().copied()).await?;
        deleted += level.len();
    }
    let left = settle(conn, scope, thread, mark, was_settled).await?;
    Ok(Step::new(deleted, left))
}

/// Takes the first step at the heights, which for most trees is the last one.
async fn settle(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    mark: Option<Mark>,
    was_settled: bool,
) -> Result<Left> {
    let Some(mark) = mark else { return Ok(Left::Nothing) };
    let mark = settle_from(conn, scope.project(), thread, mark).await?;
    if mark.is_some() || !was_settled {
        set_mark(conn, scope.project(), thread, mark.as_ref()).await?;
    }
    Ok(if mark.is_some() { Left::Heights } else { Left::Nothing })
}

/// The nodes by their heights.
fn levels(nodes: &HashMap<MessageId, Node>) -> BTreeMap<i64, HashSet<&MessageId>> {
    let mut levels: BTreeMap<i64, HashSet<&MessageId>> = BTreeMap::new();
    for node in nodes.values() {
        levels.entry(node.height).or_default().insert(&node.id);
    }
    levels
}

async fn find_nodes<'i>(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    ids: impl Iterator<Item = &'i MessageId>,
) -> Result<HashMap<MessageId, Node>> {
    let sql = "SELECT id, parent_id, height FROM messages
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let to_node = |row: &Row<'_>| Ok(Node { id: row.get(0)?, parent: row.get(1)?, height: row.get(2)? });
    let mut found = HashMap::new();
    for id in ids {
        if let Some(node) = conn.first(sql, &[scope.project(), thread, id], to_node).await? {
            found.insert(node.id.clone(), node);
        }
    }
    Ok(found)
}

/// A child of a message that is about to go.
struct Child {
    id: MessageId,
    parent: MessageId,
}

/// Some of the children of messages of one height, which are all of the next one.
async fn list_children(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    height: i64,
    parents: &HashSet<&MessageId>,
    most: usize,
) -> Result<Vec<Child>> {
    let sql = "SELECT id, parent_id FROM messages
               WHERE project_id = ?1 AND thread_id = ?2 AND height = ?3";
    let mut children = Vec::new();
    let visit = |row: &Row<'_>| {
        if let Some(parent) = row.get::<Option<MessageId>>(1)?
            && parents.contains(&parent)
        {
            children.push(Child { id: row.get(0)?, parent });
        }
        Ok(if children.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    };
    conn.each_while(sql, &[scope.project(), thread, &height], visit).await?;
    children.truncate(most);
    Ok(children)
}

/// Hangs children of what is about to go below their nearest surviving ancestors.
async fn move_children(
    conn: &mut Conn<'_>,
    scope: &Scope,
    thread: &ThreadId,
    gone: &HashMap<MessageId, Node>,
    children: &[Child],
) -> Result<()> {
    let survivors: Vec<Option<&MessageId>> =
        children.iter().map(|child| nearest_survivor(&child.parent, gone)).collect();
    let ids: HashSet<&MessageId> = survivors.iter().copied().flatten().collect();
    let places = find_nodes(conn, scope, thread, ids.into_iter()).await?;
    let mut heights = Vec::with_capacity(children.len());
    for survivor in &survivors {
        let place = survivor.map(|id| places.get(id)).map(|place| place.ok_or_else(|| lost(scope)));
        heights.push(place.transpose()?.map_or(0, |place| place.height + 1));
    }
    let sql = "UPDATE messages SET parent_id = ?4, height = ?5
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let sets: Vec<[&dyn Param; 5]> = children
        .iter()
        .zip(survivors.iter().zip(&heights))
        .map(|(child, (parent, height))| [scope.project() as &dyn Param, thread, &child.id, parent, height])
        .collect();
    execute_sets(conn, sql, &sets).await
}

fn lost(scope: &Scope) -> Error {
    Error::internal(format!("a parent is missing in {}", scope.project()))
}

async fn delete_rows<'m>(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    thread: &ThreadId,
    gone: impl Iterator<Item = &'m MessageId> + Clone,
) -> Result<()> {
    delete_leases(conn, project, thread, gone.clone()).await?;
    let sets: Vec<[&dyn Param; 3]> = gone.clone().map(|id| [project as &dyn Param, thread, id]).collect();
    for sql in [
        "DELETE FROM message_copies WHERE project_id = ?1 AND thread_id = ?2 AND message_id = ?3",
        "DELETE FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3",
    ] {
        execute_sets(conn, sql, &sets).await?;
    }
    forget_messages(conn, project, thread, gone).await
}

/// Deletes the deepest messages of a thread that is to go and has too many to go at once; returns how many went. The
/// caller holds the thread.
///
/// # Errors
/// The database's.
pub async fn delete_deepest(conn: &mut Conn<'_>, project: &ProjectId, thread: &ThreadId) -> Result<usize> {
    let sql = "SELECT id FROM messages WHERE project_id = ?1 AND thread_id = ?2
               ORDER BY height DESC, created_at DESC, id DESC LIMIT ?3";
    let most = STEP as i64 + 1;
    let found: Vec<MessageId> = conn.all(sql, &[project, thread, &most], |row| row.get(0)).await?;
    if found.len() <= STEP {
        return Ok(0);
    }
    delete_rows(conn, project, thread, found.iter().take(STEP)).await?;
    Ok(STEP)
}

/// Empties some of the messages that a user wrote in others' threads, where they stay in the tree; returns how many, at
/// most so many that there may be more.
///
/// # Errors
/// The database's.
pub async fn redact_some(conn: &mut Conn<'_>, project: &ProjectId, user: &UserId) -> Result<usize> {
    let sql = "SELECT thread_id, id FROM messages
               WHERE project_id = ?1 AND created_by = ?2 AND is_guests LIMIT ?3";
    let to_place = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let mut places: Vec<(ThreadId, MessageId)> =
        conn.all(sql, &[project, user, &(STEP as i64)], to_place).await?;
    places.sort_unstable();
    for of_thread in places.chunk_by(|(one, _), (other, _)| one == other) {
        let Some((thread, _)) = of_thread.first() else { continue };
        let messages = of_thread.iter().map(|(_, message)| message);
        delete_leases(conn, project, thread, messages.clone()).await?;
        forget_messages(conn, project, thread, messages).await?;
    }
    let sets: Vec<[&dyn Param; 3]> =
        places.iter().map(|(thread, id)| [project as &dyn Param, thread, id]).collect();
    let sql = "DELETE FROM message_copies WHERE project_id = ?1 AND thread_id = ?2 AND message_id = ?3";
    execute_sets(conn, sql, &sets).await?;
    let deleted = UserId::deleted();
    let sql = "UPDATE messages SET content = '{}', lease_id = NULL, thumb = NULL, created_by = ?4,
                                   updated_by = CASE WHEN updated_by = ?5 THEN ?4 ELSE updated_by END
               WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3";
    let sets: Vec<[&dyn Param; 5]> =
        places.iter().map(|(thread, id)| [project as &dyn Param, thread, id, &deleted, user]).collect();
    execute_sets(conn, sql, &sets).await?;
    Ok(places.len())
}

async fn execute_sets<const N: usize>(
    conn: &mut Conn<'_>,
    sql: &'static str,
    sets: &[[&dyn Param; N]],
) -> Result<()> {
    let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
    conn.execute_many(sql, &sets).await?;
    Ok(())
}
