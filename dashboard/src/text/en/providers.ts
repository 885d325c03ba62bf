export const providers = {
  title: "Providers",
} as const;
