// Whole lives of conversations, in the packages that apps really install: what a page showed is there after a
// reload, in the API in every format, in another tab, and after signing out and in.

import { after, before, describe, it } from "node:test";
import { onEveryEngine } from "../clients/support/suite.mjs";
import { Browser } from "./support/browser.mjs";
import { ChatApp } from "./support/chat-app.mjs";
import { generations, newestGeneration } from "./support/generations.mjs";
import { inProfile, Life } from "./support/life.mjs";

/** No database changes what a package does: the older ones are run on the first alone, but for a soak. */
const generationsOn = (engine) =>
  process.env.THREADKEEP_TEST_SOAK || engine === "SQLite"
    ? generations
    : [newestGeneration];

const browser = new Browser();
before(() => browser.start());
after(() => browser.stop());

onEveryEngine((server) => {
  const app = new ChatApp((person) => server.mint(person));
  before(() => app.start());
  after(() => app.stop());

  for (const generation of generationsOn(server.engine)) {
    describe(`with ${generation.title}`, () => {
      for (const runtime of generation.runtimes) {
        it(`a conversation of ${runtime.name} lives`, async () => {
          const place = { browser, server, app, runtime };
          await inProfile(place, (profile) => {
            const life = new Life(
              { server, app, profile },
              generation,
              runtime,
            );
            return life.live();
          });
        });
      }
    });
  }
});
