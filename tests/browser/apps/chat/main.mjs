// A chat app as a user of the packages writes one, on the runtime that its address names. Bundled once for each
// generation of the packages, so nothing here may be newer than the oldest of them.

import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { AssistantCloud } from "assistant-cloud";
import { runtimes } from "./runtimes.mjs";

const parameters = new URLSearchParams(location.search);

/** A token of whoever is signed in to the app, or null. */
async function token() {
  const answer = await fetch("/token");
  return answer.ok ? (await answer.json()).token : null;
}

const signedIn = (await fetch("/session")).status === 200;
const cloud = new AssistantCloud({
  baseUrl: parameters.get("api"),
  authToken: token,
});
const App = runtimes[parameters.get("runtime")];

createRoot(document.body.appendChild(document.createElement("main"))).render(
  signedIn ? h(App, { cloud }) : h("p", null, "Signed out"),
);
