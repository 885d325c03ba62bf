import { apiRoot } from "./base";
import { ApiError, readError } from "./error";
import { toSegment } from "./segment";
import { text } from "@/text";

/** A path of the API, each value in it encoded. Made by `path`. */
export type ApiPath = string & { readonly __brand: "ApiPath" };

type QueryValue = string | number | boolean | null | undefined;

/** Writes a path of the API: path`/projects/${id}/threads`. */
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): ApiPath {
  return String.raw({ raw: parts }, ...values.map(encode)) as ApiPath;
}

function encode(value: string | number): string {
  return encodeURIComponent(toSegment(String(value)));
}

/** Options of a request. */
export interface RequestOptions {
  /** The query; empty and missing values are left out. */
  query?: Record<string, QueryValue>;
  signal?: AbortSignal;
}

interface Context {
  csrfToken: string | null;
  onSignedOut: (() => void) | null;
}

const context: Context = { csrfToken: null, onSignedOut: null };

/** Sets the token that requests which change something carry. */
export function setCsrfToken(token: string | null): void {
  context.csrfToken = token;
}

/** Sets what happens when the server says that the session is over. */
export function setOnSignedOut(handler: () => void): void {
  context.onSignedOut = handler;
}

/** The operator API. Every call throws an `ApiError` when it is refused, and never settles once the session is over. */
export const api = {
  get: <T>(to: ApiPath, options?: RequestOptions) => request<T>("GET", to, undefined, options),
  /** The JSON of the answer as it was sent, for what must not be rounded. */
  getText: (to: ApiPath, options?: RequestOptions) => untilSignedOut(() => readText(to, options)),
  post: <T>(to: ApiPath, body: unknown = {}, options?: RequestOptions) =>
    request<T>("POST", to, body, options),
  put: <T>(to: ApiPath, body: unknown, options?: RequestOptions) => request<T>("PUT", to, body, options),
  delete: <T = unknown>(to: ApiPath, body: unknown = {}, options?: RequestOptions) =>
    request<T>("DELETE", to, body, options),
};

/** The same for whoever is not signed in: a 401 is an answer like any other. */
export const publicApi = {
  get: <T>(to: ApiPath, options?: RequestOptions) => send<T>("GET", to, undefined, options),
  post: <T>(to: ApiPath, body: unknown, options?: RequestOptions) => send<T>("POST", to, body, options),
};

function request<T>(method: string, to: ApiPath, body?: unknown, options?: RequestOptions): Promise<T> {
  return untilSignedOut(() => send<T>(method, to, body, options));
}

async function untilSignedOut<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
    context.onSignedOut?.();
    // The page is being left for the sign-in; whoever asked would but show the refusal until then.
    return new Promise(() => undefined);
  }
}

async function send<T>(method: string, to: ApiPath, body?: unknown, options?: RequestOptions): Promise<T> {
  const response = await answerTo(method, to, body, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function readText(to: ApiPath, options?: RequestOptions): Promise<string> {
  return (await answerTo("GET", to, undefined, options)).text();
}

async function answerTo(
  method: string,
  to: ApiPath,
  body?: unknown,
  options: RequestOptions = {},
): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && context.csrfToken !== null) headers["X-CSRF-Token"] = context.csrfToken;
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (options.signal) init.signal = options.signal;
  const response = await reach(apiRoot + to + queryOf(options.query), init);
  if (!response.ok) throw await readError(response);
  return response;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", text.ui.error.offline);
  }
}

function queryOf(query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const written = search.toString();
  return written === "" ? "" : `?${written}`;
}
