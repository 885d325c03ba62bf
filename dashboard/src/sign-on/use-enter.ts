import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useMemo } from "react";

import type { SessionView } from "@/api/contract";
import { remember, sessionQuery, statusQuery } from "@/api/session";

/** Begins a session that the server has answered with: nothing of another one is left. */
export function useEnter(): (session: SessionView) => void {
  const queryClient = useQueryClient();
  return useMemo(
    () => (session) => {
      queryClient.removeQueries({
        predicate: (query) => query.queryKey[0] !== statusQuery.queryKey[0],
      });
      queryClient.setQueryData(sessionQuery.queryKey, remember(session));
    },
    [queryClient],
  );
}

/** Goes to a path of the dashboard as it stands in the address bar, its prefix included. */
export function useGoTo(): (path: string) => void {
  const router = useRouter();
  return useMemo(() => (path) => router.history.push(path), [router]);
}
