// The code that connects an app, with the real base URL in it. The guides in docs/auth say more.

import { type Hook, hasOrganizations, hookOfPreset, tokenOf } from "./hooks";

/** How the app's users sign in: a preset, an own backend that mints tokens, or not at all. */
export type SnippetSource =
  | {
      kind: "preset";
      preset: string;
      /** What the rule makes the workspace of, if that is known. */
      workspace?: string | null | undefined;
      /** What tells which of the preset's kinds of token the rule takes, if there is a rule; else the usual one. */
      rule?: { jwks_url: string | null; conditions: string[] } | undefined;
    }
  | { kind: "backend" }
  | { kind: "anonymous" };

/** Where the app runs. */
export type Platform = "react" | "next" | "fetch";

/** A file of a snippet. */
export interface SnippetFile {
  caption: string;
  code: string;
}

const endpoint = "/api/assistant-token";

/** What to install. */
export function installCommand(platform: Platform): string | undefined {
  return platform === "fetch" ? undefined : "npm install @assistant-ui/react";
}

/** The files for an app, the one with the client first. */
export function snippetFiles(source: SnippetSource, platform: Platform, baseUrl: string): SnippetFile[] {
  if (platform === "fetch") return [{ caption: "threadkeep.js", code: fetchCode(source, baseUrl) }];
  const isNext = platform === "next";
  const folder = isNext ? "app/" : "";
  const base = isNext ? "process.env.NEXT_PUBLIC_THREADKEEP_URL!" : `"${baseUrl}"`;
  const files = [
    { caption: `${folder}use-cloud.ts`, code: cloudCode(source, platform, base) },
    ...helperFiles(source, folder),
    { caption: `${folder}chat.tsx`, code: chatCode(platform) },
  ];
  if (!isNext) return files;
  const environment = { caption: ".env.local", code: `NEXT_PUBLIC_THREADKEEP_URL=${baseUrl}` };
  return [environment, ...files, { caption: "app/page.tsx", code: page }];
}

const page = `import { Chat } from "./chat";

export default function Page() {
  return <Chat />;
}`;

/** What the hook imports that an app has, but perhaps without what is needed here. */
function helperFiles(source: SnippetSource, folder: string): SnippetFile[] {
  if (source.kind !== "preset" || source.preset !== "better-auth") return [];
  const plugins = ["jwtClient", ...(hasOrganizations(source) ? ["organizationClient"] : [])];
  const code = `import { createAuthClient } from "better-auth/react";
import { ${plugins.join(", ")} } from "better-auth/client/plugins";

export const authClient = createAuthClient({ plugins: [${plugins.map((name) => `${name}()`).join(", ")}] });`;
  return [{ caption: `${folder}auth-client.ts`, code }];
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
  const depends =
    hook.depends === "[]"
      ? "[], // a new page gets a new client"
      : `${hook.depends}, // another user gets another client`;
  const made = `useMemo(
    () =>
      new AssistantCloud({
        baseUrl: ${base},
        authToken: ${hook.token.replaceAll("\n", "\n        ")}
      }),
    ${depends}
  );`;
  const returned = hook.isSignedIn
    ? `  const cloud = ${made}\n  return ${hook.isSignedIn} ? cloud : null; // nobody is signed in`
    : `  return ${made}`;
  return `${directive}import { ${hook.react.join(", ")} } from "react";
${hook.imports.map((line) => `${line}\n`).join("")}import { AssistantCloud } from "@assistant-ui/react";

export function useCloud() {
${before}${returned}
}`;
}

function hookOf(source: SnippetSource & { kind: "preset" | "backend" }, platform: Platform): Hook {
  if (source.kind === "preset") return hookOfPreset(platform, source);
  return {
    imports: [],
    react: ["useMemo"],
    before: [],
    token: tokenOf(`fetch("${endpoint}", { method: "POST" })`, "your server's"),
    depends: "[]",
  };
}

/** The same for every source: while nobody is signed in there is no cloud. */
function chatCode(platform: Platform): string {
  const directive = platform === "next" ? '"use client";\n\n' : "";
  return `${directive}import {
  type AssistantCloud,
  AssistantRuntimeProvider,
  type ChatModelAdapter,
  ComposerPrimitive,
  MessagePrimitive,
  ThreadListItemPrimitive,
  ThreadListPrimitive,
  ThreadPrimitive,
  useLocalRuntime,
} from "@assistant-ui/react";
import { useCloud } from "./use-cloud";

// What answers. This one repeats what it is told: call your model here.
const model: ChatModelAdapter = {
  async run({ messages }) {
    const said = messages.at(-1)?.content.map((part) => (part.type === "text" ? part.text : "")).join("");
    return { content: [{ type: "text", text: \`You said: \${said}\` }] };
  },
};

export function Chat() {
  const cloud = useCloud();
  return cloud ? <Conversations cloud={cloud} /> : <p>Please sign in.</p>;
}

function Conversations({ cloud }: { cloud: AssistantCloud }) {
  const runtime = useLocalRuntime(model, { cloud });
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <div style={{ display: "flex", gap: "2rem", padding: "2rem" }}>
        <ThreadListPrimitive.Root>
          <ThreadListPrimitive.New>New chat</ThreadListPrimitive.New>
          <ThreadListPrimitive.Items>
            {() => (
              <ThreadListItemPrimitive.Root>
                <ThreadListItemPrimitive.Trigger>
                  <ThreadListItemPrimitive.Title fallback="Untitled" />
                </ThreadListItemPrimitive.Trigger>
              </ThreadListItemPrimitive.Root>
            )}
          </ThreadListPrimitive.Items>
        </ThreadListPrimitive.Root>
        <ThreadPrimitive.Root style={{ flex: 1 }}>
          <ThreadPrimitive.Messages>
            {({ message }) => (
              <MessagePrimitive.Root>
                <strong>{message.role === "user" ? "You" : "Assistant"}</strong>
                <MessagePrimitive.Parts />
              </MessagePrimitive.Root>
            )}
          </ThreadPrimitive.Messages>
          <ComposerPrimitive.Root>
            <ComposerPrimitive.Input placeholder="Write a message" />
            <ComposerPrimitive.Send>Send</ComposerPrimitive.Send>
          </ComposerPrimitive.Root>
        </ThreadPrimitive.Root>
      </div>
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
      return `const token = await getToken(); // yours: the JWT that your provider's SDK gives you
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
      code: `import { currentUserId } from "@/lib/current-user"; // yours: the id of whoever is signed in, or null

export async function POST() {
  const userId = await currentUserId();
  if (!userId) return new Response(null, { status: 401 });
  const minted = await fetch(\`\${process.env.THREADKEEP_URL}/v1/auth/tokens\`, {
    method: "POST",
    headers: {
      Authorization: \`Bearer \${process.env.THREADKEEP_API_KEY}\`,
      "Aui-User-Id": userId,
      "Aui-Workspace-Id": userId, // or a team's id: users of one workspace share its threads
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
