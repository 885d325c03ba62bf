// What must not happen on any page of the dashboard: an error in the console, a script that throws, a
// resource that the content security policy refuses, a dialog that no script of ours opens.

import assert from "node:assert/strict";

export class Watch {
  #found = [];
  #allowed = [];

  async of(context) {
    await context.exposeBinding("tellViolation", (_, what) =>
      this.#note(`policy: ${what}`),
    );
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        const { effectiveDirective, blockedURI, sample } = event;
        const what = `${effectiveDirective} ${blockedURI} ${sample}`;
        globalThis.tellViolation(what);
      });
    });
    context.on("page", (page) => this.#follow(page));
  }

  /** Lets pass what a test provokes: a text, or a pattern. */
  allow(...patterns) {
    this.#allowed.push(...patterns);
  }

  /** Prints what was found, for a test that fails of something else. */
  tell() {
    for (const what of this.#found) console.error(what);
  }

  /** Fails when anything was found. */
  assertQuiet() {
    const complaints = this.#found.filter(
      (what) => !this.#allowed.some((allowed) => what.match(allowed)),
    );
    assert.deepEqual(complaints, []);
  }

  #follow(page) {
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url } = message.location();
      if (isRefusal(message.text(), url)) return;
      this.#note(`console: ${message.text()} ${url}`);
    });
    page.on("pageerror", (error) => this.#note(`thrown: ${error.stack}`));
    page.on("dialog", (dialog) => {
      this.#note(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  #note(what) {
    this.#found.push(what);
  }
}

/** Chromium calls every refusal by the API an error; that the page shows it is for the test to see. */
const isRefusal = (text, url) =>
  /^Failed to load resource: .* status of 4\d\d/.test(text) &&
  /\/(api|v1)\//.test(url);
