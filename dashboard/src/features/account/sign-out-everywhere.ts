import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";

import { api, path, setCsrfToken } from "@/api/client";

/** Ends all sessions of the operator and leads to the sign-in. */
export function useSignOutEverywhere(): () => Promise<void> {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async () => {
    await api.delete(path`/account/sessions`);
    await router.navigate({ to: "/sign-in" });
    // Nothing of it may be seen by whoever signs in next.
    setCsrfToken(null);
    queryClient.clear();
  };
}
