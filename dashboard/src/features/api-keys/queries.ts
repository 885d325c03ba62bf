import { queryOptions } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { ApiKeyView } from "@/api/contract";

/** The API keys of a project, as the server answers them. */
export interface ApiKeyList {
  api_keys: ApiKeyView[];
}

export const apiKeysQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "api-keys"],
    queryFn: ({ signal }) => api.get<ApiKeyList>(path`/projects/${projectId}/api-keys`, { signal }),
  });
