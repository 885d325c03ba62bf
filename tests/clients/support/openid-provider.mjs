// A certified OpenID Connect provider, `oidc-provider`, on this machine, and users who sign in at it.

import { createHash, randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";
import { serveLocally } from "./local-server.mjs";

/** The apps that users sign in to; both are pages, without a secret. */
export const SHOP = "shop";
export const GARDEN = "garden";

/** What an access token is for when the app asks for this resource. */
export const CHAT_API = "https://chat.example/api";

const CALLBACK = "https://shop.example/callback";

export class OpenIdProvider {
  #server;
  #key;
  #handle;
  #clients = [SHOP, GARDEN].map(asPage);

  async start() {
    const { privateKey } = await generateKeyPair("RS256", {
      extractable: true,
    });
    const jwk = await exportJWK(privateKey);
    this.#key = { ...jwk, kid: "first", use: "sig" };
    this.#server = await serveLocally(
      () => (request, response) => this.#handle(request, response),
    );
    /** The issuer. */
    this.url = this.#server.url;
    this.#configure();
  }

  /** Registers another app, which has a secret and a callback of its own; anew when it is known. */
  register({ client_id, client_secret, redirect_uri }) {
    const redirect_uris = [redirect_uri];
    const others = this.#clients.filter((each) => each.client_id !== client_id);
    this.#clients = [...others, { client_id, client_secret, redirect_uris }];
    this.#configure();
  }

  #configure() {
    const settings = configuration(this.#key, this.#clients);
    this.#handle = new Provider(this.url, settings).callback();
  }

  async stop() {
    await this.#server?.stop();
  }

  /** Signs a user in by the authorization code flow with PKCE; gives the token endpoint's answer. */
  async signIn(login, { client = SHOP, resource } = {}) {
    const verifier = randomBytes(32).toString("base64url");
    const target = resource ? { resource } : {};
    const code = await this.#authorize(login, {
      client_id: client,
      redirect_uri: CALLBACK,
      response_type: "code",
      scope: "openid profile",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...target,
    });
    return this.#redeem({
      grant_type: "authorization_code",
      client_id: client,
      redirect_uri: CALLBACK,
      code,
      code_verifier: verifier,
      ...target,
    });
  }

  /** Follows the provider through its pages, as a browser would, back to the app with a code. */
  async #authorize(login, query) {
    const visit = withCookies();
    let url = `${this.url}/auth?${new URLSearchParams(query)}`;
    let form;
    while (!url.startsWith(CALLBACK)) {
      const answer = await visit(url, form);
      const location = answer.headers.get("Location");
      form = location ? undefined : fill(await answer.text(), login);
      url = new URL(location ?? form.action, url).href;
    }
    return new URL(url).searchParams.get("code");
  }

  async #redeem(fields) {
    const body = new URLSearchParams(fields);
    const answer = await fetch(`${this.url}/token`, { method: "POST", body });
    if (answer.ok) return answer.json();
    throw new Error(`no token: ${await answer.text()}`);
  }
}

const configuration = (key, clients) => ({
  jwks: { keys: [key] },
  clients,
  claims: {
    openid: ["sub"],
    profile: ["name"],
    email: ["email", "email_verified"],
  },
  conformIdTokenClaims: false, // the name goes into the ID token, as most providers do it
  findAccount: (_, login) => ({
    accountId: login,
    claims: () => ({
      sub: login,
      name: `${login} Smith`,
      email: login,
      // Some providers let anybody claim any address.
      email_verified: !login.startsWith("unverified"),
    }),
  }),
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, audience) => ({
        audience,
        scope: "openid profile",
        accessTokenFormat: "jwt",
      }),
    },
  },
  ttl: {
    AccessToken: 600,
    Grant: 600,
    IdToken: 600,
    Interaction: 600,
    Session: 600,
  },
});

const asPage = (client_id) => ({
  client_id,
  redirect_uris: [CALLBACK],
  token_endpoint_auth_method: "none",
});

/** Fills in the form of a page: the sign-in, or the consent after it. */
function fill(page, login) {
  const [, action] = page.match(/action="([^"]+)"/);
  const [, prompt] = page.match(/name="prompt" value="([^"]+)"/);
  const body = new URLSearchParams({ prompt, login, password: "any" });
  return { action, method: "POST", body };
}

/** A fetch that follows no redirect and keeps the cookies. */
function withCookies() {
  const cookies = new Map();
  return async (url, { method = "GET", body = null } = {}) => {
    const Cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const options = { method, body, headers: { Cookie }, redirect: "manual" };
    const answer = await fetch(url, options);
    for (const text of answer.headers.getSetCookie()) {
      const [, name, value] = text.match(/^([^=]+)=([^;]*)/);
      cookies.set(name, value);
    }
    return answer;
  };
}
