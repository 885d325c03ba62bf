// An app that signs its users in with Better Auth, on this machine.

import { randomBytes } from "node:crypto";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { jwt, organization } from "better-auth/plugins";
import { serveLocally } from "./local-server.mjs";

const PASSWORD = "correct horse battery staple";

export class BetterAuthApp {
  #auth;
  #server;

  async start() {
    this.#server = await serveLocally((url) => {
      this.#auth = authAt(url);
      return toNodeHandler(this.#auth);
    });
    this.url = this.#server.url;
  }

  async stop() {
    await this.#server?.stop();
  }

  /** Makes a project accept its tokens, as the guide says. */
  async becomeTrustedBy(server, flags = [], project = server.project) {
    const preset = ["--preset", "better-auth", "--url", this.url];
    return server.addRule(
      [...preset, "--name-claim", "name", ...flags],
      project,
    );
  }

  /** Founds an organization of these users; the first is its owner. Gives its id. */
  async found(name, [owner, ...members]) {
    const slug = randomBytes(6).toString("hex");
    const { api } = this.#auth;
    const body = { name, slug, userId: owner.id };
    const { id: organizationId } = await api.createOrganization({ body });
    for (const { id: userId } of members) {
      const member = { userId, organizationId, role: "member" };
      await api.addMember({ body: member });
    }
    return organizationId;
  }

  /** Signs up a new user: `id`, `name` and `email`. */
  async signUp(name) {
    const email = `${randomBytes(6).toString("hex")}@example.com`;
    const body = { name, email, password: PASSWORD };
    return (await (await this.#ask("/sign-up/email", { body })).json()).user;
  }

  /** Signs a user in. The session it gives has the two calls that a browser's client makes of it. */
  async signIn({ email }) {
    const body = { email, password: PASSWORD };
    const answer = await this.#ask("/sign-in/email", { body });
    const cookies = answer.headers.getSetCookie();
    const cookie = cookies.map((text) => text.split(";")[0]).join("; ");
    return {
      token: async () =>
        (await (await this.#ask("/token", { cookie })).json()).token,
      choose: (organizationId) =>
        this.#ask("/organization/set-active", {
          cookie,
          body: { organizationId },
        }),
    };
  }

  async #ask(path, { body, cookie = "" }) {
    const response = await fetch(`${this.url}/api/auth${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        "Content-Type": "application/json",
        Origin: this.url,
        Cookie: cookie,
      },
      body: body ? JSON.stringify(body) : null,
    });
    if (response.ok) return response;
    throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}

/** The server's half, as the guide writes it. */
function authAt(baseURL) {
  const tables = [
    ...["user", "session", "account", "verification", "jwks"],
    ...["organization", "member", "invitation"],
  ];
  const database = Object.fromEntries(tables.map((name) => [name, []]));
  return betterAuth({
    baseURL,
    secret: randomBytes(32).toString("base64"),
    database: memoryAdapter(database),
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    plugins: [organization(), jwt({ jwt: { definePayload } })],
  });
}

const definePayload = ({ user, session }) => ({
  name: user.name,
  activeOrganizationId: session.activeOrganizationId ?? undefined,
});
