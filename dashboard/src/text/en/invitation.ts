export const invitation = {
  title: "Invitation",
} as const;
