export const members = {
  title: "Members",
  newProject: {
    title: "New project",
    description:
      "In {organization}. Each project has its own base URL, keys, rules and threads.",
    name: "Name",
    hint: "Your app's name, and production or staging if you keep them apart.",
    create: "Create project",
  },
  newOrganization: {
    title: "New organization",
    description:
      "An organization has members of its own and owns projects. You become its owner.",
    name: "Name",
    create: "Create organization",
  },
} as const;
