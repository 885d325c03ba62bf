export const settings = {
  title: "Settings",
  general: "General",
  name: "Name",
  nameHint: "What operators see. Users of your app never do.",
  nameSaved: "The project is named {name}",
  id: "Project id",
  created: "Created",
  urls: "Base URLs",
  urlsDescription: "Where this project answers.",
  frontend: "For browsers",
  frontendHint: "The baseUrl of AssistantCloud in your app.",
  root: "The root of the instance",
  rootHint:
    "This is the default project, so the bare public URL works as its baseUrl too.",
  backend: "For servers with an API key",
  backendHint:
    "The public URL without the project: the key says which project it is.",
  version:
    "Give base URLs as they stand here. The client adds {path} itself; calls that you write yourself begin with it.",
  cap: {
    title: "Active users",
    description:
      "A user is active in a month when they send something in it. With a cap, users beyond it are refused until the month ends; everybody who was active before goes on.",
    month: {
      one: "{count} active user in {month} so far",
      other: "{count} active users in {month} so far",
    },
    of: "of {cap}",
    full: "The cap is reached: further users are refused until {month} is over (UTC).",
    isCapped: "Limit the active users of a month",
    isCappedHint:
      "Protects against a sign-up flood or a bill you did not plan for.",
    cap: "Active users per month",
    invalid: "Enter a whole number, 1 or more",
    saved: "Saved",
    removed: "The cap is removed",
    meter: "Active users this month",
    months: "{used} of {cap}",
  },
  danger: {
    title: "Danger zone",
    deleteTitle: "Delete this project",
    delete: "Delete project",
    summary:
      "Its clients are refused at once. For 24 hours an owner can restore it; after that everything in it is gone for good.",
    askTitle: "Delete {name}?",
    consequences: [
      "Every browser and every server of this project is refused at once: the chat in your app stops working.",
      "For 24 hours nothing is lost. An owner can restore the project here, and it works again as before.",
      "After 24 hours its threads, messages, users, workspaces, auth rules, API keys and signing keys are deleted for good. Nobody can bring them back.",
    ],
    deleted: "{name} is deleted. You can restore it for 24 hours.",
    isDefault:
      "This is the instance's default project: the root of the instance answers no client either.",
    restoreTitle: "This project is deleted",
    restore: "Restore project",
    restoreBody:
      "It answers no client any more. Everything in it is gone for good {when}. Restored, it works again as before.",
    restored: "{name} is restored and answers again",
  },
} as const;
