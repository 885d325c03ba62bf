//! The proof that a query on a workspace's data asks for.

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
