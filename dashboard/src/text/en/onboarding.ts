export const onboarding = {
  title: "Get started",
} as const;
