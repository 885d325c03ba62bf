// The people who sign in to the dashboard, made and moved by the API and the command line: what a test is
// not about, it does not click.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

/** Long, and in no list of passwords. */
export const PASSWORD = "lamp orbit cactus 41";

/** Somebody's session, in a browser and beside it. */
export class Operator {
  #server;
  #cookie;
  #csrfToken;

  constructor(server, { email, password, name }) {
    this.#server = server;
    this.email = email;
    this.password = password;
    this.name = name;
  }

  /** What a browser holds that is signed in. */
  get cookies() {
    const [name, value] = this.#cookie.split("=");
    return [{ name, value, url: this.#server.url, httpOnly: true }];
  }

  /** Takes the session that an answer began. */
  adopt(answer) {
    [this.#cookie] = answer.headers.getSetCookie()[0].split(";");
    this.#csrfToken = answer.body.csrf_token;
    this.session = answer.body;
    return this;
  }

  async signIn() {
    const { email, password } = this;
    const answer = await askApi(this.#server, "POST", "/session", {
      body: { email, password },
    });
    assert.equal(answer.status, 200, answer.text);
    return this.adopt(answer);
  }

  /** A request of the operator API; what it answers. */
  async ask(method, path, body) {
    const headers = {
      Cookie: this.#cookie,
      ...(method === "GET" ? {} : { "X-CSRF-Token": this.#csrfToken }),
    };
    return askApi(this.#server, method, path, { headers, body });
  }

  /** The same, and a refusal fails the test. */
  async do(method, path, body) {
    const answer = await this.ask(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
    return answer.body;
  }
}

export class Operators {
  #server;

  constructor(server) {
    this.#server = server;
  }

  /** Follows the setup link; the first operator and owner of the instance. */
  async setUp() {
    const link = await this.setupLink();
    const person = {
      name: "Olga Owner",
      email: "olga@example.com",
      password: PASSWORD,
    };
    const answer = await askApi(this.#server, "POST", "/setup", {
      body: { token: secretOf(link), ...person },
    });
    assert.equal(answer.status, 201, answer.text);
    this.owner = new Operator(this.#server, person).adopt(answer);
    [this.organization] = answer.body.organizations;
    return this.owner;
  }

  /** The owner that `setUp` would have made, when a test has made them by hand. */
  async signInOwner() {
    const person = {
      name: "Olga Owner",
      email: "olga@example.com",
      password: PASSWORD,
    };
    this.owner = await new Operator(this.#server, person).signIn();
    [this.organization] = this.owner.session.organizations;
    return this.owner;
  }

  async setupLink() {
    return (await this.#server.threadkeep(["members", "setup-link", "--json"]))
      .link;
  }

  /** Somebody new with this role in the first organization. */
  async join(role, name = `${role} ${randomBytes(3).toString("hex")}`) {
    return this.follow(await this.invite(role), name);
  }

  /** Somebody new, by the link of an invitation. */
  async follow(link, name, email = addressOf(name)) {
    const person = { name, email, password: PASSWORD };
    const body = { token: secretOf(link), ...person };
    const answer = await askApi(this.#server, "POST", "/invitations/accept", {
      body,
    });
    assert.equal(answer.status, 200, answer.text);
    return new Operator(this.#server, person).adopt(answer);
  }

  /** The link that lets somebody join another, new organization as an owner. */
  async inviteElsewhere(name) {
    const { id } = await this.owner.do("POST", "/organizations", { name });
    return this.invite("owner", null, id);
  }

  async invite(role, email = null, organizationId = this.organization.id) {
    const path = `/organizations/${organizationId}/invitations`;
    return (await this.owner.do("POST", path, { role, email })).link;
  }
}

/** What stands behind the `#` of a link. */
export const secretOf = (link) => new URL(link).hash.slice(1);

const addressOf = (name) =>
  `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}@example.com`;

async function askApi(server, method, path, { headers = {}, body } = {}) {
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    body: method === "GET" ? null : JSON.stringify(body ?? {}),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith("{") ? JSON.parse(text) : undefined,
  };
}
