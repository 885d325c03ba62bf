//! The proofs that queries on the data of a workspace or a whole project ask for.

use crate::id::{ProjectId, WorkspaceId};

/// The right to work with the data of one workspace of one project.
///
/// Every query on a workspace's data takes one, and only this folder can make one: a forgotten check of
/// the caller does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    project: ProjectId,
    workspace: WorkspaceId,
}

impl Scope {
    pub(super) fn new(project: ProjectId, workspace: WorkspaceId) -> Self {
        Self { project, workspace }
    }

    /// The project.
    pub fn project(&self) -> &ProjectId {
        &self.project
    }

    /// The workspace.
    pub fn workspace(&self) -> &WorkspaceId {
        &self.workspace
    }
}

/// The right to read the data of every workspace of a project, as its operators have it.
///
/// Every query across workspaces takes one, and only this folder can make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectScope(ProjectId);

impl ProjectScope {
    pub(super) fn new(project: ProjectId) -> Self {
        Self(project)
    }

    /// The project.
    pub fn project(&self) -> &ProjectId {
        &self.0
    }

    /// The narrower right to one of its workspaces.
    pub fn enter(&self, workspace: WorkspaceId) -> Scope {
        Scope::new(self.0.clone(), workspace)
    }
}
