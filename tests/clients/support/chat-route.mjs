// The app's own chat route, as the guide has it know who is asking.

import { createRemoteJWKSet, jwtVerify } from "jose";

/** Gives the check of an `Authorization` header for the project at `base`: who it is, or null. */
export function callersOf(base) {
  const keys = createRemoteJWKSet(new URL(`${base}/.well-known/jwks.json`));
  return async (authorization = "") => {
    const [scheme, token] = authorization.split(" ");
    if (scheme !== "Bearer" || !token) return null;
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: base,
        algorithms: ["EdDSA"],
        requiredClaims: ["sub", "workspace_id", "project_id", "exp"],
      });
      return { userId: payload.sub, workspaceId: payload.workspace_id };
    } catch {
      return null;
    }
  };
}
