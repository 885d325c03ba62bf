export const signingKeys = {
  title: "Signing keys",
  description:
    "Threadkeep signs workspace tokens with a key of the project and publishes its public half, so that your own servers can tell who is asking.",
  rotate: "Rotate key",
  rotateTitle: "Rotate the signing key?",
  rotateBody:
    "A new key signs all tokens from now on. The current one stays published for 10 minutes, so that tokens issued before, which are valid for five minutes, keep working.",
  rotateCaches:
    "If one of your servers caches the key set for longer, and does not look up unknown key ids, it refuses new tokens until it fetches the set again.",
  rotateAction: "Rotate now",
  rotated: "A new key signs from now on",
  keys: "Keys",
  keysDescription: "Ed25519 keys. Threadkeep never shows or exports the private half.",
  keyId: "Key id",
  state: "State",
  states: { current: "Signs", retiring: "Still verifies", retired: "Retired" },
  created: "Created",
  retires: "Published until",
  noEnd: "the next rotation",
  verify: "For your servers",
  verifyDescription:
    "What a server needs to check a workspace token. Always compare the issuer: it says that the token is for this project.",
  issuer: "Issuer",
  keySet: "Public key set",
  algorithm: "Algorithm",
  algorithmName: "EdDSA (Ed25519)",
  claims: "Claims",
  guide: "How to verify a workspace token",
} as const;
