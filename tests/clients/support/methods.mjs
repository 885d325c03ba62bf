// Every method of every client: since which version it exists, and whether its route is served yet.

/** Served: the other test files drive these. */
export const served = {
  "auth.tokens.create": "0.0.2",
  "runs.stream": "0.0.2",
  "threads.claim": "0.2.0",
  "threads.create": "0.0.2",
  "threads.delete": "0.0.2",
  "threads.get": "0.1.7",
  "threads.list": "0.0.2",
  "threads.messages.create": "0.0.2",
  "threads.messages.delete": "0.2.9",
  "threads.messages.feedback": "0.2.0",
  "threads.messages.list": "0.0.2",
  "threads.messages.update": "0.1.18",
  "threads.runs.end": "0.2.11",
  "threads.runs.heartbeat": "0.2.11",
  "threads.update": "0.0.2",
};

/** What a client does by itself, without a request. */
export const local = {
  "auth.invalidate": "0.2.9",
  registerSdk: "0.2.1",
};

const report = { thread_id: "thread_0", status: "completed" };

/** Not served yet: the call is refused as an unknown path. Move a row up when its route lands. */
export const notYet = {
  "files.generatePresignedDownloadUrl": {
    since: "0.2.0",
    call: (cloud) => cloud.files.generatePresignedDownloadUrl({ key: "a" }),
  },
  "files.generatePresignedUploadUrl": {
    since: "0.0.2",
    call: (cloud) =>
      cloud.files.generatePresignedUploadUrl({ filename: "pic 1.png" }),
  },
  "projects.threads.list": {
    since: "0.1.36",
    call: (cloud) => cloud.projects.threads.list({ is_archived: false }),
  },
  "projects.threads.messages.list": {
    since: "0.1.36",
    call: (cloud) => cloud.projects.threads.messages.list("thread_0"),
  },
  "runs.report": {
    since: "0.1.18",
    call: (cloud) => cloud.runs.report(report),
  },
  "scores.create": {
    since: "0.2.0",
    call: (cloud) =>
      cloud.scores.create({ name: "q", data_type: "boolean", value: true }),
  },
};

/** Not served by design, as the client's own documentation says of it. */
export const never = {
  "files.pdfToImages": {
    since: "0.0.2",
    call: (cloud) => cloud.files.pdfToImages({ file_url: "https://a.example" }),
  },
};

/** Not served yet either, but the refusal does not reach the caller; tested one by one. */
export const notYetUnseen = {
  "events.dispose": "0.2.0",
  "events.track": "0.2.0",
  "runs.__internal_getAssistantOptions": "0.0.2",
};

/** The methods `version` has by the tables above. */
export function expectedMethods(version) {
  const rows = Object.entries({
    ...served,
    ...local,
    ...notYet,
    ...never,
    ...notYetUnseen,
  });
  return rows
    .filter(([, row]) => version.since(row.since ?? row))
    .map(([name]) => name)
    .toSorted();
}

// Fields and methods the packages' types mark as private; at run time they look like any other.
const internal = new Set([
  "buffer",
  "clearFlushTimer",
  "clearPending",
  "cloud",
  "flush",
  "flushBestEffort",
  "flushPending",
  "interruptRetryDelay",
  "isEnabled",
  "listen",
  "onVisibilityChange",
  "scheduleFlush",
  "telemetry",
  "unlisten",
  "waitForRetry",
]);

/** The methods a client really has. */
export function actualMethods(client, prefix = "") {
  const prototype = Object.getPrototypeOf(client);
  const own = Object.keys(client);
  const inherited =
    prototype === Object.prototype ? [] : Object.getOwnPropertyNames(prototype);
  return [...own, ...inherited]
    .filter((name) => name !== "constructor" && !internal.has(name))
    .flatMap((name) => {
      const member = client[name];
      if (typeof member === "function") return [prefix + name];
      return member !== null && typeof member === "object"
        ? actualMethods(member, `${prefix}${name}.`)
        : [];
    })
    .toSorted();
}
