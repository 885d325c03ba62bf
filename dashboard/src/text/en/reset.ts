export const reset = {
  title: "Choose a new password",
} as const;
