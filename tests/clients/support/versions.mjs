// The published builds of `assistant-cloud` the suite drives, oldest first.

const builds = ["0.0.4", "0.1.12", "0.1.30", "0.1.43", "0.2.10", "0.2.11"];

class Version {
  constructor(name, exports) {
    this.name = name;
    this.exports = exports;
    this.AssistantCloud = exports.AssistantCloud;
  }

  /** Whether this build is `release` or a later one. */
  since(release) {
    return order(this.name, release) >= 0;
  }

  /** Whether the client checks what it reads, and turns timestamps into dates. */
  get decodes() {
    return this.since("0.1.36");
  }
}

function order(left, right) {
  const [a, b] = [left, right].map((name) => name.split(".").map(Number));
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

export const versions = await Promise.all(
  builds.map(async (name) => new Version(name, await import(`cloud-${name}`))),
);

export const newest = versions.at(-1);

export const versionsSince = (release) =>
  versions.filter((version) => version.since(release));
