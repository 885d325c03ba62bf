export const guides = {
  title: "Guides",
  back: "Signing users in",
  table: "table",
  command: "command",
  code: "code",
} as const;
