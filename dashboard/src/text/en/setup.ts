export const setup = {
  title: "Set up Threadkeep",
} as const;
