// What the pages of a browser profile say to the server, and what it answers.

import assert from "node:assert/strict";
import { record } from "../../clients/support/record.mjs";
import { until } from "../../clients/support/wait.mjs";

/** Routes that clients ask for and that are not served yet. */
const notYet = /^\/v1\/(runs|events|scores|files\/.*)$/;

export class Traffic {
  #api;
  #client;
  #open = new Set();
  #answers = [];

  /** Listens to all requests to the server at `api` that a context makes. `client` names what makes them. */
  constructor(context, api, client) {
    this.#api = api;
    this.#client = client;
    context.on("request", (request) => {
      if (this.#isToServer(request)) this.#open.add(request);
    });
    context.on("requestfinished", (request) => this.#finish(request));
    context.on("requestfailed", (request) => this.#open.delete(request));
  }

  /** Waits until every request has its answer. */
  async settled() {
    await until("every request is answered", () => this.#open.size === 0);
  }

  /** Every answer so far: `method`, `path`, `sdk`, `status`, `body` (of the request), `error`. */
  get answers() {
    return this.#answers;
  }

  /** Fails when the server refused what it serves. */
  assertServed() {
    const refused = this.#answers.filter(
      ({ path, status }) => status >= 400 && !notYet.test(path),
    );
    assert.deepEqual(refused, []);
  }

  #isToServer(request) {
    return (
      request.url().startsWith(this.#api) && request.method() !== "OPTIONS"
    );
  }

  async #finish(request) {
    if (!this.#isToServer(request)) return;
    const response = await request.response();
    record(this.#client, request.method(), request.url(), response.status());
    this.#answers.push({
      method: request.method(),
      path: new URL(request.url().slice(this.#api.length), this.#api).pathname,
      sdk: request.headers()["aui-sdk"],
      status: response.status(),
      body: request.postDataJSON(),
    });
    this.#open.delete(request);
  }
}
