// What runs on the app's page. The tests drive the client through `connect`.

import { AssistantCloud } from "assistant-cloud";

const providerToken = async () => (await (await fetch("/token")).json()).token;

globalThis.connect = (baseUrl) => {
  globalThis.cloud = new AssistantCloud({ baseUrl, authToken: providerToken });
};

/** The same for a visitor, who has no token. */
globalThis.connectAnonymously = (baseUrl) => {
  globalThis.cloud = new AssistantCloud({ baseUrl, anonymous: true });
};

const bearer = (token) => ({ headers: { Authorization: `Bearer ${token}` } });

/** Asks the app's chat route with a workspace token of its own, got as the guide says. */
globalThis.chat = async (baseUrl) => {
  const url = `${baseUrl}/v1/threads?limit=1`;
  const answer = await fetch(url, bearer(await providerToken()));
  const [, token] = answer.headers.get("Authorization").split(" ");
  return (await fetch("/chat", bearer(token))).json();
};
