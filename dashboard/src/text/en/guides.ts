export const guides = {
  title: "Guides",
  back: "Signing users in",
  within: "in {file}",
  command: "command",
  code: "code",
} as const;
