// What surrounds a client in the wild: a browser with its storage and its network address.
//
// The clients reach for the globals `fetch` and `localStorage`. Both are replaced here by ones that
// know which browser the running code belongs to, so that several visitors can live in one process.

import { AsyncLocalStorage } from "node:async_hooks";
import { callingClient } from "./calling-client.mjs";
import { record } from "./record.mjs";

const ANSWER_WITHIN_MS = 60_000;

const surroundings = new AsyncLocalStorage();
const networkFetch = globalThis.fetch;

/** The browser of code that runs in no other one. */
let onlyBrowser;

const currentBrowser = () => surroundings.getStore()?.browser ?? onlyBrowser;

globalThis.fetch = async (resource, init = {}) => {
  const client = callingClient();
  const browser = currentBrowser();
  const { answers } = surroundings.getStore() ?? {};
  const headers = new Headers(init.headers);
  if (browser) headers.set("X-Forwarded-For", browser.address);
  const overdue = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const signal = init.signal
    ? AbortSignal.any([init.signal, overdue])
    : overdue;
  const response = await networkFetch(resource, { ...init, headers, signal });
  record(client, init.method ?? "GET", resource, response.status);
  answers?.push({
    method: init.method ?? "GET",
    path: new URL(resource).pathname,
    status: response.status,
    sentAuthorization: headers.get("Authorization"),
    authorization: response.headers.get("Authorization"),
    text: response.ok ? undefined : await response.clone().text(),
  });
  return response;
};

Object.defineProperty(globalThis, "localStorage", {
  configurable: true,
  get: () => currentBrowser()?.storage,
});

/** Runs `task` and tells what it came to together with every answer the server gave on the way. */
export async function overhear(task) {
  const answers = [];
  const outcome = await surroundings.run(
    { ...surroundings.getStore(), answers },
    () =>
      task().then(
        (value) => ({ value }),
        (error) => ({ error }),
      ),
  );
  return { answers, ...outcome };
}

class MemoryStorage {
  #items = new Map();

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, String(value));
  }

  removeItem(key) {
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
  }
}

let browsers = 0;

/** One visitor's browser: storage that outlives a reload, and an address of its own. */
export class Browser {
  constructor({ storage = new MemoryStorage(), address } = {}) {
    browsers += 1;
    this.storage = storage;
    this.address = address ?? `10.0.${browsers >> 8}.${browsers & 255}`;
  }

  /** Runs `task` as code on a page in this browser. */
  visit(task) {
    return surroundings.run(
      { ...surroundings.getStore(), browser: this },
      task,
    );
  }

  /** Makes this the browser of everything: what React schedules does not say which page it is for. */
  useAlone() {
    onlyBrowser = this;
  }

  /** Loads a page: a fresh anonymous client whose every call is made from this browser. */
  open(version, baseUrl) {
    const cloud = new version.AssistantCloud({ baseUrl, anonymous: true });
    return this.#within(cloud);
  }

  #within(target) {
    return new Proxy(target, {
      get: (object, key) => {
        const member = Reflect.get(object, key);
        if (typeof member === "function") {
          return (...args) => this.visit(() => member.apply(object, args));
        }
        return member !== null && typeof member === "object"
          ? this.#within(member)
          : member;
      },
    });
  }
}
