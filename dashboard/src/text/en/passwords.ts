export const passwords = {
  label: "Password",
  newLabel: "New password",
  show: "Show password",
  hide: "Hide password",
  hint: "At least 10 characters. Four unrelated words work well.",
  tooShort: {
    one: "{count} more character needed",
    other: "{count} more characters needed",
  },
  tooLong: "At most 128 characters",
  guessable: "Too easy to guess: make it longer or less common",
  strength: "Strength: {strength}",
  scores: ["very weak", "weak", "fair", "good", "strong"],
} as const;
