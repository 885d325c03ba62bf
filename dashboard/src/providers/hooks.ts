// How each provider's SDK hands over its token, as the body of a React hook.

import type { Platform, SnippetSource } from "./snippets";

/** What is in a hook that makes the client. */
export interface Hook {
  /** Lines before those that every hook has. */
  imports: string[];
  /** From which hooks of React itself. */
  react: string[];
  /** The body before the client is made. */
  before: string[];
  /** The function that hands over the token, with its comma and remark. */
  token: string;
  /** What makes a new client necessary. */
  depends: string;
  /** What is truthy while somebody is signed in; nothing where the app's server alone knows. */
  isSignedIn?: string;
}

/** A source that is a preset. */
export type PresetSource = SnippetSource & { kind: "preset" };

/** A function that asks the app's own server. */
export const tokenOf = (call: string, remark: string): string => `async () => {
  const response = await ${call}; // ${remark}
  return response.ok ? (await response.json()).token : null;
},`;

const watchingUser = (watch: string): string[] => [
  "const [userId, setUserId] = useState<string | null>(null);",
  ...watch.split("\n"),
];

/** What most providers' users take: any OpenID Connect client, with the access token. */
const oidc: Hook = {
  imports: ['import { useAuth } from "react-oidc-context";'],
  react: ["useLayoutEffect", "useMemo", "useRef"],
  before: [
    "const { user } = useAuth();",
    "const latest = useRef(user);",
    "useLayoutEffect(() => {",
    "  latest.current = user; // renewed tokens go to the same client",
    "});",
  ],
  token: "async () => latest.current?.access_token ?? null, // or id_token",
  depends: "[user?.profile.sub]",
  isSignedIn: "user",
};

const stytchB2b: Hook = {
  imports: ['import { useStytchB2BClient, useStytchMemberSession } from "@stytch/react/b2b";'],
  react: ["useMemo"],
  before: [
    "const stytch = useStytchB2BClient(); // Consumer: useStytch of @stytch/react",
    "const { session } = useStytchMemberSession(); // Consumer: useStytchSession",
  ],
  token: "async () => stytch.session.getTokens()?.session_jwt || null,",
  depends: "[stytch, session?.member_id, session?.organization_id]",
  isSignedIn: "session",
};

const stytchConsumer: Hook = {
  ...stytchB2b,
  imports: ['import { useStytch, useStytchSession } from "@stytch/react";'],
  before: ["const stytch = useStytch();", "const { session } = useStytchSession();"],
  depends: "[stytch, session?.user_id]",
};

const hooks: Record<string, (platform: Platform, source: PresetSource) => Hook> = {
  clerk: (platform) => ({
    imports: [`import { useAuth } from "${platform === "next" ? "@clerk/nextjs" : "@clerk/react"}";`],
    react: ["useMemo"],
    before: ["const { getToken, userId, orgId } = useAuth();"],
    token: "() => getToken(),",
    depends: "[getToken, userId, orgId]",
    isSignedIn: "userId",
  }),
  auth0: () => ({
    imports: ['import { useAuth0 } from "@auth0/auth0-react";'],
    react: ["useMemo"],
    before: ["const { getAccessTokenSilently, isAuthenticated, user } = useAuth0();"],
    token: "async () => (await getAccessTokenSilently()) ?? null, // Auth0Provider names the audience",
    depends: "[getAccessTokenSilently, user?.sub, user?.org_id]",
    isSignedIn: "isAuthenticated",
  }),
  supabase: () => ({
    imports: ['import { supabase } from "./supabase"; // yours: what createClient returned'],
    react: ["useEffect", "useMemo", "useState"],
    before: watchingUser(`useEffect(() => {
  const { data } = supabase.auth.onAuthStateChange((_event, session) => setUserId(session?.user.id ?? null));
  return () => data.subscription.unsubscribe();
}, []);`),
    token: "async () => (await supabase.auth.getSession()).data.session?.access_token ?? null,",
    depends: "[userId]",
    isSignedIn: "userId",
  }),
  firebase: () => ({
    imports: [
      'import { onAuthStateChanged } from "firebase/auth";',
      'import { auth } from "./firebase"; // yours: what getAuth returned',
    ],
    react: ["useEffect", "useMemo", "useState"],
    before: watchingUser(
      "useEffect(() => onAuthStateChanged(auth, (user) => setUserId(user?.uid ?? null)), []);",
    ),
    token: "async () => (await auth.currentUser?.getIdToken()) ?? null,",
    depends: "[userId]",
    isSignedIn: "userId",
  }),
  stytch: (_, source) => (takesConsumers(source) ? stytchConsumer : stytchB2b),
  kinde: () => ({
    imports: ['import { useKindeAuth } from "@kinde-oss/kinde-auth-react";'],
    react: ["useMemo"],
    before: ["const { getAccessToken, isAuthenticated, user } = useKindeAuth(); // version 4: getToken"],
    token: "async () => (await getAccessToken()) ?? null,",
    depends: "[getAccessToken, user?.id]",
    isSignedIn: "isAuthenticated",
  }),
  "better-auth": (_, source) => ({
    imports: ['import { authClient } from "./auth-client";'],
    react: ["useMemo"],
    before: ["const { data } = authClient.useSession();"],
    token: "async () => (await authClient.token()).data?.token ?? null,",
    depends: hasOrganizations(source)
      ? "[data?.user.id, data?.session.activeOrganizationId]"
      : "[data?.user.id]",
    isSignedIn: "data",
  }),
  workos: () => ({
    imports: ['import { useAuth } from "@workos-inc/authkit-react";'],
    react: ["useMemo"],
    before: ["const { getAccessToken, organizationId, user } = useAuth();"],
    token: "() => getAccessToken(),",
    depends: "[getAccessToken, user?.id, organizationId]",
    isSignedIn: "user",
  }),
  // Its access token names no audience; the rule that is made first takes the ID token.
  cognito: (_, source) =>
    source.rule?.conditions.includes("token_use = access")
      ? { ...oidc, token: "async () => latest.current?.access_token ?? null," }
      : { ...oidc, token: "async () => latest.current?.id_token ?? null," },
  entra: () => ({
    imports: ['import { useMsal } from "@azure/msal-react";'],
    react: ["useMemo"],
    before: [
      "const { instance, accounts } = useMsal();",
      "const account = accounts[0];",
      'const scopes = ["api://CLIENT_ID/chat"]; // a scope of your own API',
    ],
    token: "async () => (await instance.acquireTokenSilent({ scopes, account })).accessToken,",
    depends: "[instance, account?.homeAccountId]",
    isSignedIn: "account",
  }),
  google: () => ({
    imports: [
      'import { useCredential } from "./google"; // yours: the credential of the sign-in button, or null',
    ],
    react: ["useMemo"],
    before: ["const credential = useCredential();"],
    token: "async () => credential,",
    depends: "[credential]",
    isSignedIn: "credential",
  }),
  okta: () => ({
    imports: ['import { useOktaAuth } from "@okta/okta-react";'],
    react: ["useMemo"],
    before: ["const { oktaAuth, authState } = useOktaAuth();"],
    token: "() => oktaAuth.getOrRenewAccessToken(),",
    depends: "[oktaAuth, authState?.idToken?.claims.sub]",
    isSignedIn: "authState?.isAuthenticated",
  }),
  keycloak: () => ({
    imports: ['import { keycloak } from "./keycloak"; // yours: a Keycloak of keycloak-js, after its init'],
    react: ["useMemo"],
    before: [],
    token: `async () => {
  await keycloak.updateToken(60);
  return keycloak.token ?? null;
},`,
    depends: "[keycloak.subject]",
    isSignedIn: "keycloak.authenticated",
  }),
  logto: () => ({
    imports: ['import { useLogto } from "@logto/react";'],
    react: ["useMemo"],
    before: ["const { getAccessToken, isAuthenticated } = useLogto();"],
    token: 'async () => (await getAccessToken("https://api.example.com")) ?? null, // your API\'s identifier',
    depends: "[getAccessToken, isAuthenticated]",
    isSignedIn: "isAuthenticated",
  }),
  ory: () => ({
    imports: ['import { ory } from "./ory"; // yours: a FrontendApi of @ory/client-fetch'],
    react: ["useEffect", "useMemo", "useState"],
    before: watchingUser(`useEffect(() => {
  const found = ory.toSession().then(({ identity }) => identity?.id ?? null);
  found.catch(() => null).then(setUserId);
}, []);`),
    token: 'async () => (await ory.toSession({ tokenizeAs: "threadkeep" })).tokenized ?? null,',
    depends: "[userId]",
    isSignedIn: "userId",
  }),
  descope: () => ({
    imports: ['import { getCurrentTenant, getSessionToken, useSession, useUser } from "@descope/react-sdk";'],
    react: ["useMemo"],
    before: [
      "const { isAuthenticated, sessionToken } = useSession();",
      "const { user } = useUser();",
      "const tenant = sessionToken ? getCurrentTenant(sessionToken) : null;",
    ],
    token: "async () => getSessionToken() || null,",
    depends: "[user?.userId, tenant]",
    isSignedIn: "isAuthenticated",
  }),
  "cloudflare-access": () => ({
    imports: [],
    react: ["useMemo"],
    before: [],
    // Scripts cannot read the cookie: the app's own server hands the Cf-Access-Jwt-Assertion header over.
    token: tokenOf('fetch("/api/access-token")', "your server's: its Cf-Access-Jwt-Assertion header"),
    depends: "[]",
  }),
};

/** Whether a rule for Stytch takes the sessions of its product for consumers, whose keys are elsewhere. */
function takesConsumers(source: PresetSource): boolean {
  return source.rule?.jwks_url?.includes("/v1/sessions/jwks/") === true;
}

/** Whether a rule for Better Auth reads what its organization plugin adds. */
export function hasOrganizations(source: PresetSource): boolean {
  return source.workspace?.includes("activeOrganizationId") === true;
}

/** The hook for the users of a preset's provider; for one without its own it is that of any OpenID Connect client. */
export function hookOfPreset(platform: Platform, source: PresetSource): Hook {
  return (hooks[source.preset] ?? (() => oidc))(platform, source);
}
