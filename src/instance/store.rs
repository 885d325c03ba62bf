//! The instance's own rows.

use engine::Conn;

use super::Vault;
use crate::audit::model::{Act, Actor};
use crate::clock::Timestamp;
use crate::config::account_from_environment;
use crate::error::Result;
use crate::id::{Ids, OrganizationId, ProjectId};
use crate::projects::model::NewProject;
use crate::projects::store::create_project;

/// What a first start writes, drawn before the transaction that may have to run twice.
pub(super) struct FirstStart {
    secret_check: Vec<u8>,
    organization: OrganizationId,
    project: NewProject,
    act: Act,
    now: Timestamp,
}

impl FirstStart {
    pub(super) fn prepare(ids: &Ids, vault: &Vault, now: Timestamp) -> Result<Self> {
        let organization: OrganizationId = ids.next(now)?;
        let project = NewProject::draw(ids, vault, organization.clone(), "Default project".into(), now)?;
        let act = Act::new(ids, Actor::command_line(account_from_environment()), now)?;
        Ok(Self { secret_check: vault.seal_check()?, organization, project, act, now })
    }
}

/// What is there after a start.
pub(super) struct Started {
    pub(super) is_new: bool,
    pub(super) secret_check: Vec<u8>,
    pub(super) default_project: Option<ProjectId>,
}

/// Finds the instance's row, or writes it with an organization and a default project.
pub(super) async fn start(conn: &mut Conn<'_>, first: &FirstStart) -> Result<Started> {
    let sql = "INSERT INTO instance (id, secret_check, default_project_id, directory_version, created_at)
               VALUES (1, ?1, ?2, 1, ?3) ON CONFLICT (id) DO NOTHING";
    let now = first.now.millis();
    let inserted = conn.execute(sql, &[&first.secret_check, &first.project.id, &now]).await?;
    if inserted == 0 {
        let sql = "SELECT secret_check, default_project_id FROM instance WHERE id = 1";
        let row = conn.first(sql, &[], |row| Ok((row.get(0)?, row.get(1)?))).await?;
        let (secret_check, default_project) = row.unwrap_or_default();
        conn.undo();
        return Ok(Started { is_new: false, secret_check, default_project });
    }
    let sql = "INSERT INTO organizations (id, name, created_at) VALUES (?1, ?2, ?3)";
    conn.execute(sql, &[&first.organization, &"Default organization", &now]).await?;
    create_project(conn, &first.project, &first.act).await?;
    Ok(Started {
        is_new: true,
        secret_check: first.secret_check.clone(),
        default_project: Some(first.project.id.clone()),
    })
}

/// Whether an instance was begun in this database.
///
/// # Errors
/// The database's: [`engine::Error::Internal`] when there are no tables.
pub(super) async fn is_begun(conn: &mut Conn<'_>) -> engine::Result<bool> {
    Ok(conn.first("SELECT id FROM instance WHERE id = 1", &[], |row| row.get::<i64>(0)).await?.is_some())
}

/// The organization that new projects belong to: the oldest one.
///
/// # Errors
/// The database's.
pub async fn first_organization(conn: &mut Conn<'_>) -> Result<Option<OrganizationId>> {
    let sql = "SELECT id FROM organizations ORDER BY created_at, id LIMIT 1";
    Ok(conn.first(sql, &[], |row| row.get(0)).await?)
}

/// Which project the root base is the frontend of.
///
/// # Errors
/// The database's.
pub async fn find_default_project(conn: &mut Conn<'_>) -> Result<Option<ProjectId>> {
    let sql = "SELECT default_project_id FROM instance WHERE id = 1";
    Ok(conn.first(sql, &[], |row| row.get(0)).await?.flatten())
}

/// As [`find_default_project`], unless it is deleted: then the root has none, as far as clients may know.
///
/// # Errors
/// The database's.
pub async fn find_live_default_project(conn: &mut Conn<'_>) -> Result<Option<ProjectId>> {
    let sql = "SELECT p.id FROM instance i JOIN projects p ON p.id = i.default_project_id
               WHERE i.id = 1 AND p.deleted_at IS NULL";
    Ok(conn.first(sql, &[], |row| row.get(0)).await?)
}

/// Raises the version that every node polls: to be called in every transaction that changes projects,
/// keys or signing keys.
///
/// # Errors
/// The database's.
pub async fn raise_directory_version(conn: &mut Conn<'_>) -> Result<()> {
    let sql = "UPDATE instance SET directory_version = directory_version + 1 WHERE id = 1";
    conn.execute(sql, &[]).await?;
    Ok(())
}

/// The version that [`raise_directory_version`] raises.
///
/// # Errors
/// The database's.
pub async fn directory_version(conn: &mut Conn<'_>) -> Result<i64> {
    let sql = "SELECT directory_version FROM instance WHERE id = 1";
    Ok(conn.first(sql, &[], |row| row.get(0)).await?.unwrap_or(0))
}

/// How much an instance holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Its organizations.
    pub organizations: i64,
    /// Its projects, deleted ones that can be restored too.
    pub projects: i64,
    /// Its operators.
    pub operators: i64,
}

/// Counts what an instance holds.
///
/// # Errors
/// The database's.
pub async fn count_holdings(conn: &mut Conn<'_>) -> Result<Counts> {
    let sql = "SELECT (SELECT COUNT(*) FROM organizations), (SELECT COUNT(*) FROM projects),
                      (SELECT COUNT(*) FROM operators)";
    let to_counts = |row: &engine::Row<'_>| {
        Ok(Counts { organizations: row.get(0)?, projects: row.get(1)?, operators: row.get(2)? })
    };
    Ok(conn.first(sql, &[], to_counts).await?.unwrap_or_default())
}

/// Writes the instance's row as it is, to see whether the database takes a write and keeps it.
///
/// # Errors
/// The database's.
pub async fn write_nothing_new(conn: &mut Conn<'_>) -> Result<()> {
    conn.execute("UPDATE instance SET created_at = created_at WHERE id = 1", &[]).await?;
    Ok(())
}
