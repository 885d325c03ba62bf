export const signingKeys = {
  title: "Signing keys",
} as const;
