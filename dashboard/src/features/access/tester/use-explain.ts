import { useMutation } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";

import { api, path } from "@/api/client";
import type { Explanation } from "@/api/contract";

const settleMs = 400;

/** What the server says of a token: asked by itself once a whole one is there, and when asked to. */
export function useExplain(projectId: string, token: string) {
  const explain = useMutation({
    mutationFn: (tested: string) =>
      api.post<Explanation>(path`/projects/${projectId}/explain`, { token: tested }),
    // What was pasted is not kept.
    gcTime: 0,
  });
  const settle = useEffectEvent(() => {
    // The button may have been quicker.
    if (explain.variables !== token) explain.mutate(token);
  });
  useEffect(() => {
    if (token.split(".").length !== 3) return;
    const timer = setTimeout(settle, settleMs);
    return () => clearTimeout(timer);
  }, [token]);
  return explain;
}
