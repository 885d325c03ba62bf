export const setup = {
  title: "Welcome to Threadkeep",
  description: "Create the owner of this instance. Others are invited later.",
  name: "Your name",
  email: "E-mail address",
  emailHint: "You sign in with it. Nothing is ever sent to it.",
  emailInvalid: "Enter an address such as ann@example.com",
  submit: "Create owner and continue",
  missingTitle: "The setup link is incomplete",
  missing: "Open the whole link that {command} printed when it started, including what follows the #.",
  doneTitle: "This instance is set up",
  done: "It already has an owner. Sign in, or ask an owner for an invitation.",
  signIn: "Go to the sign-in",
} as const;
