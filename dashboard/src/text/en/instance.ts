export const instance = {
  title: "Instance",
} as const;
