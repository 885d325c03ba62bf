export const workspaces = {
  title: "Workspaces",
  description:
    "A workspace holds threads that belong together: one user's own, or a team's. The newest come first.",
  search: "Search ids",
  workspace: "Workspace",
  columns: {
    id: "Workspace",
    threads: "Threads",
    createdBy: "Created by",
    created: "Created",
    lastActive: "Last active",
  },
  noneTitle: "No workspaces yet",
  none: "A workspace is created with its first thread. Connect your app, or try one in the playground.",
  noMatchTitle: "Nothing matches",
  noMatch: "No workspace has an id like this.",
  details: {
    id: "Workspace id",
    threads: "Threads",
    createdBy: "Created by",
    created: "Created",
    lastActive: "Last active",
  },
  latest: {
    title: "Latest threads",
    all: { one: "Show {count} thread", other: "Show all {count} threads" },
    none: "There are no threads in this workspace.",
  },
} as const;
