// A page of somebody else, that an operator is lured to while they are signed in.

import { serveLocally } from "../../clients/support/local-server.mjs";

export class Stranger {
  #server;

  async start() {
    this.#server = await serveLocally(() => (_, response) => {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end("<!doctype html><title>A prize</title><h1>A prize</h1>");
    });
    /** Of another site than the instance, which is at 127.0.0.1. */
    this.crossSite = this.#server.url;
    /** Of the same site, on another port: the browser sends it the same cookies. */
    this.sameSite = this.#server.url.replace("localhost", "127.0.0.1");
  }

  async stop() {
    await this.#server?.stop();
  }
}

// These run on its page.

/** Sends a form; gives back when its target has loaded whatever came. */
export const sendForm = ({ url, enctype, fields }) =>
  new Promise((resolve) => {
    const target = document.createElement("iframe");
    target.name = `target-${Math.random()}`;
    const form = document.createElement("form");
    Object.assign(form, { action: url, method: "POST", enctype });
    form.target = target.name;
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    }
    document.body.append(target, form);
    target.onload = () => resolve();
    form.submit();
  });

/** Fetches with the cookies; the status, or what the browser throws. */
export const fetchWithCookies = async ({ url, ...init }) => {
  try {
    const response = await fetch(url, { credentials: "include", ...init });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { error: String(error) };
  }
};

/** Shows a page in a frame; what of it can be reached. */
export const frame = (url) =>
  new Promise((resolve) => {
    const element = document.createElement("iframe");
    element.src = url;
    element.onload = () => resolve();
    document.body.append(element);
  });

/** Opens a page in a window; what of it can be reached. */
export const openWindow = async (url) => {
  const opened = window.open(url);
  for (let tries = 0; opened && !opened.closed && tries < 100; tries += 1) {
    try {
      if (opened.document.URL !== "about:blank") return "its document";
    } catch {
      return "nothing";
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return "nothing";
};
