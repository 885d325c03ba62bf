export const workspaces = {
  title: "Workspaces",
} as const;
