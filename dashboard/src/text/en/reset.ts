export const reset = {
  title: "Choose a new password",
  description: "All your other sessions end with it.",
  submit: "Set password and sign in",
  missingTitle: "The link is incomplete",
  missing:
    "Open the whole link that {command} printed, including what follows the #. It is good for an hour.",
} as const;
