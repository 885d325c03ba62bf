// An identity provider at its smallest: keys, their public halves at an address, and tokens made of them
// by the libraries that make most tokens in the wild.

import { generateKeyPairSync } from "node:crypto";
import { SignJWT, exportJWK } from "jose";
import jsonwebtoken from "jsonwebtoken";
import { answerJson, serveLocally } from "./local-server.mjs";

export const AUDIENCE = "chat-app";

/** The key that each algorithm signs with; one of RSA serves them all. */
const kinds = {
  RS256: "rsa",
  RS384: "rsa",
  RS512: "rsa",
  PS256: "rsa",
  PS384: "rsa",
  PS512: "rsa",
  ES256: "P-256",
  ES384: "P-384",
  ES512: "P-521",
  EdDSA: "ed25519",
  Ed25519: "ed25519",
};

/** Each library by its name: how it makes a token, and the algorithms it has a published key for. */
export const libraries = {
  jose: {
    algorithms: Object.keys(kinds),
    sign: (claims, key, { alg, kid }) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg, kid, typ: "JWT" })
        .sign(key),
  },
  jsonwebtoken: {
    algorithms: ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"],
    sign: async (claims, key, { alg, kid }) =>
      jsonwebtoken.sign(claims, key, {
        algorithm: alg,
        ...(kid ? { keyid: kid } : {}),
      }),
  },
};

export class Issuer {
  #keys;
  #published;
  #server;

  async start() {
    await this.renewKeys();
    this.#server = await serveLocally(
      () => (_, response) => answerJson(response, this.#published),
    );
    this.url = this.#server.url;
  }

  /** Throws its keys away and makes new ones of the same names. */
  async renewKeys() {
    this.#keys = generateKeys();
    const keys = await Promise.all([...this.#keys].map(publish));
    this.#published = { keys };
  }

  /** The paths that were asked for so far. */
  get asked() {
    return this.#server.asked;
  }

  async stop() {
    await this.#server?.stop();
  }

  /** Makes the project accept its tokens: the workspace is the organization, when the token names one. */
  async becomeTrustedBy(server, project) {
    const keys = ["--jwks-url", `${this.url}/keys`];
    const claims = ["--workspace", "org_id", "--name-claim", "name"];
    const flags = ["--name", "Issuer", "--issuer", this.url, ...keys];
    return server.addRule(
      [...flags, "--audience", AUDIENCE, ...claims],
      project,
    );
  }

  /** A token for `person`. */
  async mint(person, { alg = "ES256", library = libraries.jose, ...how } = {}) {
    const kid = kinds[alg];
    const claims = this.claimsOf(person, how);
    const key = how.key ?? this.#keys.get(kid).privateKey;
    return library.sign(claims, key, { alg, kid });
  }

  claimsOf(person, { lifetime = 300, audience = AUDIENCE } = {}) {
    const iat = Math.floor(Date.now() / 1000);
    return {
      iss: this.url,
      aud: audience,
      sub: person.userId,
      org_id: person.workspaceId,
      name: "Ann Smith",
      iat,
      exp: iat + lifetime,
    };
  }
}

function generateKeys() {
  const curves = ["P-256", "P-384", "P-521"];
  const elliptic = curves.map((namedCurve) => [
    namedCurve,
    generateKeyPairSync("ec", { namedCurve }),
  ]);
  return new Map([
    ["rsa", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ...elliptic,
    ["ed25519", generateKeyPairSync("ed25519")],
  ]);
}

async function publish([kid, { publicKey }]) {
  return { ...(await exportJWK(publicKey)), kid, use: "sig" };
}

/** What a token says, unverified. */
export const claimsOf = (token) =>
  JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
