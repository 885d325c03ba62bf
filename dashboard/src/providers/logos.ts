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

import { cognito, logto, microsoft, stytch, workos, zitadel } from "./marks";

/** A path, and its color where the background is light and where it is dark. */
interface Shape {
  path: string;
  light: string;
  dark: string;
}

/** A logo in a square. */
export interface Logo {
  viewBox: string;
  shapes: readonly Shape[];
}

const square = "0 0 24 24";

/** Of one color, which where it would vanish is darkened or lightened. */
function plain(mark: { path: string; viewBox?: string }, light: string, dark = light): Logo {
  return { viewBox: mark.viewBox ?? square, shapes: [{ path: mark.path, light, dark }] };
}

const panes = ["#f25022", "#7fba00", "#00a4ef", "#ffb900"];

const logos: Record<string, Logo> = {
  clerk: plain(siClerk, "#6c47ff", "#9b82ff"),
  auth0: plain(siAuth0, "#eb5424"),
  supabase: plain(siSupabase, "#249361", "#3fcf8e"),
  firebase: plain(siFirebase, "#dd2c00", "#ff6a45"),
  stytch: plain(stytch, "#19303d", "#b2d6de"),
  workos: plain(workos, "#6363f1", "#8b8bff"),
  "better-auth": plain(siBetterauth, "#17171c", "#ededf1"),
  cognito: plain(cognito, "#dd344c", "#ff5f76"),
  entra: {
    viewBox: microsoft.viewBox,
    shapes: microsoft.paths.map((path, index) => {
      const color = panes[index] ?? "";
      return { path, light: color, dark: color };
    }),
  },
  google: plain(siGoogle, "#4285f4"),
  okta: plain(siOkta, "#007dc1", "#3aa9e8"),
  keycloak: plain(siKeycloak, "#4d4d4d", "#b6b6c1"),
  zitadel: plain(zitadel, "#e5484d", "#ff6f59"),
  logto: plain(logto, "#7958ff", "#a58bff"),
  ory: plain(siOry, "#4f46e5", "#8f88ff"),
  fusionauth: plain(siFusionauth, "#d96f0e", "#f58320"),
  "cloudflare-access": plain(siCloudflare, "#e06a10", "#f38020"),
  oidc: plain(siOpenid, "#d96f0e", "#f78c40"),
};

/** The logo of a provider, if there is a free one. */
export function findLogo(provider: string): Logo | undefined {
  return logos[provider];
}
