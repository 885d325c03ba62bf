export const guides = {
  title: "Guides",
  back: "Signing users in",
  within: "in {file}",
  table: "table",
  command: "command",
  code: "code",
} as const;
