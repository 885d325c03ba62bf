export const access = {
  title: "Access",
  newRule: "New auth rule",
  tester: "Token tester",
} as const;
