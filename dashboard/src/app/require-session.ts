import type { QueryClient } from "@tanstack/react-query";
import { type ParsedLocation, redirect } from "@tanstack/react-router";

import { ApiError } from "@/api/error";
import { sessionQuery } from "@/api/session";

/** Lets only the signed-in pass; others sign in first and come back. */
export async function requireSession({
  context,
  location,
}: {
  context: { queryClient: QueryClient };
  location: ParsedLocation;
}): Promise<void> {
  try {
    await context.queryClient.query({ ...sessionQuery, staleTime: "static" });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    throw redirect({
      to: "/sign-in",
      search: { return_to: location.publicHref },
      replace: true,
    });
  }
}
