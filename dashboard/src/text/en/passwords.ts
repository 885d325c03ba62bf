export const passwords = {
  label: "Password",
  newLabel: "New password",
  show: "Show password",
  hide: "Hide password",
} as const;
