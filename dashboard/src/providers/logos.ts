import {
  siAuth0,
  siBetterauth,
  siClerk,
  siCloudflare,
  siFirebase,
  siFusionauth,
  siGoogle,
  siKeycloak,
  siOkta,
  siOpenid,
  siOry,
  siSupabase,
} from "simple-icons";

/** A logo of one path in a square of 24, and its color where the background is light and where it is dark. */
export interface Logo {
  path: string;
  light: string;
  dark: string;
}

// The vendors' colors; darkened or lightened where they would vanish.
const logos: Record<string, Logo> = {
  clerk: { path: siClerk.path, light: "#6c47ff", dark: "#9b82ff" },
  auth0: { path: siAuth0.path, light: "#eb5424", dark: "#eb5424" },
  supabase: { path: siSupabase.path, light: "#249361", dark: "#3fcf8e" },
  firebase: { path: siFirebase.path, light: "#dd2c00", dark: "#ff6a45" },
  "better-auth": { path: siBetterauth.path, light: "#17171c", dark: "#ededf1" },
  google: { path: siGoogle.path, light: "#4285f4", dark: "#4285f4" },
  okta: { path: siOkta.path, light: "#007dc1", dark: "#3aa9e8" },
  keycloak: { path: siKeycloak.path, light: "#4d4d4d", dark: "#b6b6c1" },
  ory: { path: siOry.path, light: "#4f46e5", dark: "#8f88ff" },
  fusionauth: { path: siFusionauth.path, light: "#d96f0e", dark: "#f58320" },
  "cloudflare-access": {
    path: siCloudflare.path,
    light: "#e06a10",
    dark: "#f38020",
  },
  oidc: { path: siOpenid.path, light: "#d96f0e", dark: "#f78c40" },
};

/** The logo of a provider, if there is a free one. */
export function findLogo(provider: string): Logo | undefined {
  return logos[provider];
}
