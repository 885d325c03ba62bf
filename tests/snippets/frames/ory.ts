import { Configuration, FrontendApi } from "@ory/client-fetch";

export const ory = new FrontendApi(
  new Configuration({
    basePath: "https://example-abc123.projects.oryapis.com",
    credentials: "include",
  }),
);
