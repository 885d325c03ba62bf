import type { PlaygroundSearch } from "./search";
import { clientRoot } from "@/api/base";

/** Who chats in the playground. */
export type Identity = { kind: "anonymous" } | { kind: "user"; userId: string; workspaceId: string };

/** Who the URL says chats. A user without a workspace is in their own, which has their id. */
export function identityOf(search: PlaygroundSearch): Identity {
  if (search.user === undefined) return { kind: "anonymous" };
  return { kind: "user", userId: search.user, workspaceId: search.workspace ?? search.user };
}

/** The same identity has the same key. */
export function keyOf(identity: Identity): string {
  return identity.kind === "anonymous"
    ? "anonymous"
    : JSON.stringify([identity.userId, identity.workspaceId]);
}

/** The base URL of a project's clients, on the origin of this page: its id with a hyphen is its label there. */
export function clientBaseUrl(projectId: string): string {
  return `${clientRoot}/${projectId.replace("_", "-")}`;
}
