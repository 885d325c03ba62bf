// How the test files are laid out: once per engine, and within it once per client.

import { randomBytes } from "node:crypto";
import { after, before, describe } from "node:test";
import { engines } from "./engines.mjs";
import { Browser } from "./network.mjs";
import { Server } from "./server.mjs";
import { versions } from "./versions.mjs";

/**
 * Declares the tests of one file for each engine, against a server of its own. `settings` gives environment
 * variables for it; it is asked when the server starts.
 */
export function onEveryEngine(declare, settings = () => ({})) {
  declareOn(engines, declare, settings);
}

/** The same on the first engine alone, for what no database can change. */
export function onOneEngine(declare, settings = () => ({})) {
  declareOn(engines.slice(0, 1), declare, settings);
}

function declareOn(engines, declare, settings) {
  for (const engine of engines) {
    describe(`On ${engine.name},`, () => {
      const server = new Server(engine, settings);
      before(() => server.start());
      after(() => server.stop());
      declare(server);
    });
  }
}

/** A user nobody has seen before, in a workspace of their own. */
export function someone() {
  const name = randomBytes(8).toString("hex");
  return { userId: `usr_${name}`, workspaceId: `org_${name}` };
}

/** The ways a client signs in. `connect` gives one that acts as `person`, as far as the mode lets it choose. */
export const modes = {
  apiKey: {
    name: "an API key",
    // Builds before 0.1.28 send keys to one fixed host and cannot be pointed anywhere else.
    since: "0.1.28",
    connect: (server, version, person = someone(), project = server.project) =>
      new version.AssistantCloud({
        baseUrl: server.url,
        apiKey: project.key,
        userId: person.userId,
        workspaceId: person.workspaceId,
      }),
  },
  workspaceToken: {
    name: "a workspace token",
    since: "0.0.2",
    connect: (server, version, person = someone(), baseUrl = server.url) =>
      new version.AssistantCloud({
        baseUrl,
        authToken: () => server.mint(person),
      }),
  },
  anonymous: {
    name: "an anonymous session",
    since: "0.0.2",
    connect: (server, version) => new Browser().open(version, server.url),
  },
};

/** Declares tests for every version in every mode it has; `connect()` signs in a new user. */
export function forEveryClient(server, declare) {
  for (const version of versions) {
    for (const mode of Object.values(modes)) {
      if (!version.since(mode.since)) continue;
      describe(`assistant-cloud ${version.name} with ${mode.name}`, () => {
        declare({ version, connect: () => mode.connect(server, version) });
      });
    }
  }
}
