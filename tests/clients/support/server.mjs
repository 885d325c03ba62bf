// A real Threadkeep server per test file and engine, and the operator's hands on it.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { serving } from "./record.mjs";
import { until } from "./wait.mjs";

const suite = resolve(import.meta.dirname, "..");
const binary = process.env.THREADKEEP_BIN
  ? resolve(process.env.THREADKEEP_BIN)
  : resolve(suite, "../../target/debug/threadkeep");

const KEPT_LOG_CHARACTERS = 20_000;
const STOP_WITHIN_MS = 40_000;

/** Servers that must not outlive the tests, however these end. */
const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => process.exit(1));
}

export class Server {
  #engine;
  #address;
  #database;
  #dataDir;
  #process;
  #ended;
  #log = "";
  #settings;

  /** `settings` gives environment variables beside those every test needs, when the server starts. */
  constructor(engine, settings = () => ({})) {
    this.#engine = engine;
    this.#settings = settings;
  }

  /** The name of the engine it runs on. */
  get engine() {
    return this.#engine.name;
  }

  /** What it has printed so far. */
  get log() {
    return this.#log;
  }

  async start() {
    this.#database = await this.#engine.createDatabase();
    this.#dataDir = await mkdtemp(join(tmpdir(), "threadkeep-clients-"));
    this.#address = `127.0.0.1:${await freePort()}`;
    /** The root base: where API keys go, and the default project's frontend. */
    this.url = `http://${this.#address}`;
    serving(this.url, this.#engine.name);
    await this.restart();

    const projects = await this.threadkeep(["projects", "list", "--json"]);
    const first = projects.find((project) => project.is_default);
    assert.ok(first, "the first start creates the default project");
    /** The default project: `id`, `frontendUrl` and an API key, `key`. */
    this.project = await this.#withKey(first);
  }

  /** Starts it again after `kill`, on the same address and with the same data. */
  async restart() {
    this.#spawn(["serve", "--listen", this.#address]);
    await until("the server is ready", () => this.#isReady(), {
      within: 60_000,
    });
  }

  /** Ends it as a power cut does, in the middle of whatever it was doing. */
  async kill() {
    this.#process.kill("SIGKILL");
    await this.#ended;
    running.delete(this.#process);
  }

  /** Another node on the same database, behind the same public address; not started yet. */
  node() {
    const { url } = this.#database;
    const createDatabase = async () => ({ url, drop: async () => {} });
    return new Server({ name: this.#engine.name, createDatabase }, () => ({
      ...this.#settings(),
      THREADKEEP_PUBLIC_URL: this.url,
    }));
  }

  /** Asks the server to finish, and takes its exit code as a finding. */
  async stop() {
    try {
      if (!this.#process) return;
      this.#process.kill("SIGTERM");
      const overdue = setTimeout(
        () => this.#process.kill("SIGKILL"),
        STOP_WITHIN_MS,
      );
      const end = await this.#ended;
      clearTimeout(overdue);
      running.delete(this.#process);
      assert.equal(end, "exit code 0", this.#log);
    } finally {
      await this.#database?.drop();
      if (this.#dataDir) await rm(this.#dataDir, { recursive: true });
    }
  }

  /** Runs a management command beside the serving process; what it prints as JSON comes back. */
  async threadkeep(args, input = "") {
    const command = promisify(execFile)(
      binary,
      [...args, ...this.#where()],
      this.#surroundings(),
    );
    command.child.stdin.end(input);
    const { stdout } = await command;
    return args.includes("--json") ? JSON.parse(stdout) : stdout;
  }

  /** Makes a project accept the tokens that these flags of `rules add` describe. */
  async addRule(flags, project = this.project) {
    const command = ["rules", "add", "--project", project.id, "--json"];
    return this.threadkeep([...command, ...flags]);
  }

  /** What `auth explain` makes of a token. */
  async explain(token, project = this.project) {
    const command = ["auth", "explain", "-", "--project", project.id];
    return this.threadkeep([...command, "--json"], token);
  }

  async createProject(name) {
    return this.#withKey(
      await this.threadkeep(["projects", "create", name, "--json"]),
    );
  }

  async createKey(project, name = "client tests") {
    const command = ["keys", "create", name, "--project", project.id];
    return this.threadkeep([...command, "--json"]);
  }

  async revokeKey(project, key) {
    await this.threadkeep(["keys", "revoke", key.id, "--project", project.id]);
  }

  /** A request of the operator's own, made without any client. */
  async ask(method, path, { base = this.url, headers = {}, body } = {}) {
    const response = await fetch(`${base}/v1${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === "" ? undefined : JSON.parse(text),
    };
  }

  /** The same with the project's API key, acting as `person`. */
  async askAs(person, method, path, { project = this.project, body } = {}) {
    return this.ask(method, path, {
      body,
      headers: {
        Authorization: `Bearer ${project.key}`,
        "Aui-User-Id": person.userId,
        "Aui-Workspace-Id": person.workspaceId,
      },
    });
  }

  /** What an app's backend does for a signed-in user: a workspace token, minted by the API key. */
  async mint(person, project = this.project) {
    const answer = await this.askAs(person, "POST", "/auth/tokens", {
      project,
    });
    assert.equal(answer.status, 200, answer.text);
    return answer.body.token;
  }

  async #withKey({ id, frontend_url: frontendUrl }) {
    assert.match(id, /^proj_[0-9a-z]{12}$/);
    const { key } = await this.createKey({ id });
    return { id, frontendUrl, key };
  }

  #where() {
    const { url } = this.#database;
    return [
      ...["--data-dir", this.#dataDir],
      ...(url ? ["--database-url", url] : []),
    ];
  }

  /** None of the settings the caller may hold for a server of their own. */
  #surroundings() {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !name.startsWith("THREADKEEP_"),
    );
    const settings = {
      THREADKEEP_PUBLIC_URL: this.url,
      // Without a trusted proxy every visitor would count as one address.
      THREADKEEP_TRUSTED_PROXIES: "127.0.0.1/32",
      // The issuers of the tests are on this machine and speak plain HTTP.
      THREADKEEP_ALLOW_PRIVATE: "127.0.0.1,localhost",
      ...this.#settings(),
    };
    return {
      cwd: this.#dataDir,
      env: { ...Object.fromEntries(inherited), ...settings },
    };
  }

  #spawn(args) {
    this.#process = spawn(binary, [...args, ...this.#where()], {
      ...this.#surroundings(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once("error", (error) => resolve(error.message));
      this.#process.once("exit", (code, signal) =>
        resolve(signal ?? `exit code ${code}`),
      );
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.#log = (this.#log + text).slice(-KEPT_LOG_CHARACTERS);
        if (process.env.THREADKEEP_TEST_LOG) process.stderr.write(text);
      });
    }
    running.add(this.#process);
  }

  async #isReady() {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) {
      const end = await this.#ended;
      this.#process = undefined;
      assert.fail(`${binary} did not start: ${end}\n${this.#log}`);
    }
    try {
      return (await fetch(`${this.url}/readyz`)).status === 200;
    } catch {
      return false;
    }
  }
}

async function freePort() {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
