// The code that connects an app, with the real base URL in it. The guides in docs/auth say more.

/** How the app's users sign in: a preset, an own backend that mints tokens, or not at all. */
export type SnippetSource = { kind: "preset"; preset: string } | { kind: "backend" } | { kind: "anonymous" };

/** Where the app runs. */
export type Platform = "react" | "next" | "fetch";

/** A file of a snippet. */
export interface SnippetFile {
  caption: string;
  code: string;
}

interface Hook {
  /** Lines before those that every hook has. */
  imports: string[];
  /** From which hooks of React itself. */
  react: string[];
  /** The body before the client is made. */
  before: string[];
  /** The function that hands over the token. */
  token: string;
  /** What makes a new client necessary. */
  depends: string;
  /** What the hook returns, if the client is not enough. */
  isNullable?: boolean;
}

const endpoint = "/api/assistant-token";

const watchingUser = (watch: string): string[] => [
  "const [userId, setUserId] = useState<string | null>(null);",
  ...watch.split("\n"),
];

const oidc: Hook = {
  imports: ['import { useAuth } from "react-oidc-context";'],
  react: ["useMemo", "useRef"],
  before: [
    "const { user } = useAuth();",
    "const latest = useRef(user);",
    "latest.current = user; // renewed tokens go to the same client",
  ],
  token: "async () => latest.current?.access_token ?? null, // or id_token",
  depends: "[user?.profile.sub]",
};

const hooks: Record<string, (platform: Platform) => Hook> = {
  clerk: (platform) => ({
    imports: [`import { useAuth } from "${platform === "next" ? "@clerk/nextjs" : "@clerk/react"}";`],
    react: ["useMemo"],
    before: ["const { getToken, userId, orgId } = useAuth();"],
    token: "() => getToken(),",
    depends: "[getToken, userId, orgId]",
  }),
  auth0: () => ({
    imports: ['import { useAuth0 } from "@auth0/auth0-react";'],
    react: ["useMemo"],
    before: ["const { getAccessTokenSilently, isAuthenticated, user } = useAuth0();"],
    token:
      "async () => (isAuthenticated ? getAccessTokenSilently() : null), // Auth0Provider names the audience",
    depends: "[getAccessTokenSilently, isAuthenticated, user?.sub, user?.org_id]",
  }),
  supabase: () => ({
    imports: ['import { supabase } from "./supabase";'],
    react: ["useEffect", "useMemo", "useState"],
    before: watchingUser(`useEffect(() => {
  const { data } = supabase.auth.onAuthStateChange((_event, session) => setUserId(session?.user.id ?? null));
  return () => data.subscription.unsubscribe();
}, []);`),
    token: "async () => (await supabase.auth.getSession()).data.session?.access_token ?? null,",
    depends: "[userId]",
    isNullable: true,
  }),
  firebase: () => ({
    imports: ['import { onAuthStateChanged } from "firebase/auth";', 'import { auth } from "./firebase";'],
    react: ["useEffect", "useMemo", "useState"],
    before: watchingUser(
      "useEffect(() => onAuthStateChanged(auth, (user) => setUserId(user?.uid ?? null)), []);",
    ),
    token: "async () => (await auth.currentUser?.getIdToken()) ?? null,",
    depends: "[userId]",
    isNullable: true,
  }),
  stytch: () => ({
    imports: ['import { useStytchB2BClient, useStytchMemberSession } from "@stytch/react/b2b";'],
    react: ["useMemo"],
    before: [
      "const stytch = useStytchB2BClient(); // Consumer: useStytch of @stytch/react",
      "const { session } = useStytchMemberSession(); // Consumer: useStytchSession",
    ],
    token: "async () => stytch.session.getTokens()?.session_jwt || null,",
    depends: "[stytch, session?.member_id, session?.organization_id]",
  }),
  kinde: () => ({
    imports: ['import { useKindeAuth } from "@kinde-oss/kinde-auth-react";'],
    react: ["useMemo"],
    before: ["const { getAccessToken, isAuthenticated, user } = useKindeAuth(); // version 4: getToken"],
    token: "async () => (isAuthenticated ? ((await getAccessToken()) ?? null) : null),",
    depends: "[isAuthenticated, user?.id]",
  }),
  "better-auth": () => ({
    imports: ['import { authClient } from "./auth-client"; // with the plugin jwtClient()'],
    react: ["useMemo"],
    before: ["const { data } = authClient.useSession();"],
    token: "async () => (await authClient.token()).data?.token ?? null,",
    depends: "[data?.user.id, data?.session.activeOrganizationId]",
  }),
  "cloudflare-access": () => ({
    imports: [],
    react: ["useMemo"],
    before: [],
    // Scripts cannot read the cookie: the app's own server hands the Cf-Access-Jwt-Assertion header over.
    token:
      'async () => (await (await fetch("/api/access-token")).json()).token, // its Cf-Access-Jwt-Assertion header',
    depends: "[]",
  }),
};

/** What to install. */
export function installCommand(platform: Platform): string | undefined {
  if (platform === "fetch") return undefined;
  const components = ["thread", "thread-list"].map((name) => `https://r.assistant-ui.com/${name}.json`);
  return `npm install @assistant-ui/react\nnpx shadcn@latest add ${components.join(" ")}`;
}

/** The files for an app, the one with the client first. */
export function snippetFiles(source: SnippetSource, platform: Platform, baseUrl: string): SnippetFile[] {
  if (platform === "fetch") return [{ caption: "threadkeep.js", code: fetchCode(source, baseUrl) }];
  const chat = {
    caption: platform === "next" ? "app/chat.tsx" : "chat.tsx",
    code: chatCode(source, platform),
  };
  const cloud = {
    caption: platform === "next" ? "app/use-cloud.ts" : "use-cloud.ts",
    code: cloudCode(
      source,
      platform,
      platform === "next" ? "process.env.NEXT_PUBLIC_THREADKEEP_URL!" : `"${baseUrl}"`,
    ),
  };
  if (platform === "react") return [cloud, chat];
  return [{ caption: ".env.local", code: `NEXT_PUBLIC_THREADKEEP_URL=${baseUrl}` }, cloud, chat];
}

function cloudCode(source: SnippetSource, platform: Platform, base: string): string {
  const directive = platform === "next" ? '"use client";\n\n' : "";
  if (source.kind === "anonymous") {
    return `${directive}import { AssistantCloud } from "@assistant-ui/react";

const cloud = new AssistantCloud({ baseUrl: ${base}, anonymous: true });

export const useCloud = () => cloud;`;
  }
  const hook = hookOf(source, platform);
  const before = hook.before.map((line) => `  ${line}\n`).join("");
  const made = `useMemo(
    () =>
      new AssistantCloud({
        baseUrl: ${base},
        authToken: ${hook.token}
      }),
    ${hook.depends}, // another user gets another client
  );`;
  const returned = hook.isNullable
    ? `  const cloud = ${made}\n  return userId ? cloud : null; // show the chat when there is one`
    : `  return ${made}`;
  return `${directive}import { ${hook.react.join(", ")} } from "react";
${hook.imports.map((line) => `${line}\n`).join("")}import { AssistantCloud } from "@assistant-ui/react";

export function useCloud() {
${before}${returned}
}`;
}

function hookOf(source: SnippetSource, platform: Platform): Hook {
  if (source.kind === "preset") return (hooks[source.preset] ?? (() => oidc))(platform);
  return {
    imports: [],
    react: ["useMemo"],
    before: [],
    token: `async () => (await (await fetch("${endpoint}", { method: "POST" })).json()).token,`,
    depends: "[]",
  };
}

function chatCode(source: SnippetSource, platform: Platform): string {
  const isNullable = source.kind === "preset" && hookOf(source, platform).isNullable === true;
  const components = platform === "next" ? "@/components/assistant-ui" : "./components/assistant-ui";
  const directive = platform === "next" ? '"use client";\n\n' : "";
  return `${directive}import { AssistantRuntimeProvider, useLocalRuntime } from "@assistant-ui/react";
import { Thread } from "${components}/thread";
import { ThreadList } from "${components}/thread-list";
import { model } from "./model"; // yours: what answers
import { useCloud } from "./use-cloud";

export function Chat() {
  const cloud = useCloud();
  const runtime = useLocalRuntime(model, { cloud${isNullable ? ": cloud ?? undefined" : ""} });
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <ThreadList />
      <Thread />
    </AssistantRuntimeProvider>
  );
}`;
}

function fetchCode(source: SnippetSource, baseUrl: string): string {
  return `const base = "${baseUrl}";
${fetchToken(source)}
async function call(path, body) {
  const response = await fetch(base + path, {
    method: "POST",
    headers: { Authorization: \`Bearer \${token}\`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error((await response.json()).message);
  return response.json();
}

const thread = await call("/v1/threads", { title: "Hello", last_message_at: new Date().toISOString() });
await call(\`/v1/threads/\${thread.thread_id}/messages\`, {
  parent_id: null,
  format: "aui/v0",
  content: { role: "user", content: [{ type: "text", text: "Is anybody there?" }] },
});`;
}

function fetchToken(source: SnippetSource): string {
  switch (source.kind) {
    case "anonymous":
      return `const session = await fetch(base + "/v1/auth/tokens/anonymous", { method: "POST" });
const { access_token: token } = await session.json();
`;
    case "backend":
      return `const minted = await fetch("${endpoint}", { method: "POST" }); // your server's, see above
const { token } = await minted.json();
`;
    case "preset":
      return `const token = await getToken(); // the JWT that your provider's SDK gives you
`;
  }
}

/** The server's half when it mints tokens itself: the endpoint, its environment, and a test by hand. */
export function backendFiles(publicUrl: string, apiKey: string): SnippetFile[] {
  return [
    {
      caption: ".env",
      code: `THREADKEEP_URL=${publicUrl}\nTHREADKEEP_API_KEY=${apiKey}`,
    },
    {
      caption: "app/api/assistant-token/route.ts",
      code: `import { auth } from "@/auth"; // yours: who is signed in

export async function POST() {
  const session = await auth();
  if (!session?.user?.id) return new Response(null, { status: 401 });
  const minted = await fetch(\`\${process.env.THREADKEEP_URL}/v1/auth/tokens\`, {
    method: "POST",
    headers: {
      Authorization: \`Bearer \${process.env.THREADKEEP_API_KEY}\`,
      "Aui-User-Id": session.user.id,
      "Aui-Workspace-Id": session.user.id, // or a team's id: users of one workspace share its threads
    },
  });
  if (!minted.ok) return new Response(null, { status: 502 });
  return Response.json(await minted.json(), { headers: { "Cache-Control": "no-store" } });
}`,
    },
  ];
}

/** Mints a token by hand. */
export function mintCommand(publicUrl: string, apiKey: string): string {
  return `curl -X POST ${publicUrl}/v1/auth/tokens \\
  -H "Authorization: Bearer ${apiKey}" \\
  -H "Aui-User-Id: user_1" -H "Aui-Workspace-Id: user_1"`;
}
