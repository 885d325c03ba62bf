export const threads = {
  title: "Threads",
} as const;
