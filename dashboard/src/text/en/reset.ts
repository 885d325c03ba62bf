export const reset = {
  title: "Choose a new password",
  description: "This ends all your other sessions.",
  submit: "Set password and sign in",
  missingTitle: "The link is incomplete",
  missing:
    "Open the whole link that {command} printed, including what follows the #. It is good for an hour.",
} as const;
