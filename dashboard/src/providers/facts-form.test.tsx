import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";

import { FactsForm } from "./facts-form";
import type { Preset, RuleSettings, SaveRule, Variant } from "@/api/contract";
import { api } from "@/api/client";
import { ApiError } from "@/api/error";
import { renderInRouter } from "@/testing/render-in-router";

const variant: Variant = {
  id: "session",
  name: "Session token",
  issuer: "https://{domain}",
  jwks_url: null,
  shared_secret: false,
  audience: null,
  audience_required: false,
  audience_label: null,
  audience_claim: null,
  user_claim: null,
  shared_keys: false,
  conditions: [],
  workspaces: [
    { label: "Personal", value: "", fallback: null },
    { label: "Organization, else one's own", value: "{o.id}", fallback: "sub" },
  ],
  names: [{ label: "Full name", value: "fullName" }],
};

const preset: Preset = {
  id: "clerk",
  name: "Clerk",
  guide: "docs/auth/clerk.md",
  warnings: [],
  facts: [
    { name: "domain", label: "Frontend API URL", where: "the API keys page", example: "clerk.example.com" },
  ],
  variants: [
    variant,
    { ...variant, id: "api", name: "API token", audience_required: true, audience_label: "API identifier" },
    { ...variant, id: "legacy", name: "Legacy secret", shared_secret: true },
  ],
};

const settings: RuleSettings = {
  name: "Clerk",
  provider: "clerk",
  issuer: "https://clerk.example.com",
  audience: null,
  audience_claim: "aud",
  jwks_url: null,
  has_secret: false,
  user_claim: "sub",
  user_prefix: null,
  workspace: null,
  workspace_fallback: "refuse",
  name_claim: null,
  conditions: ["sts != pending"],
};

let draft: MockInstance;

async function setUp(shown = preset) {
  const onSave = vi.fn<(rule: SaveRule) => Promise<void>>(() => Promise.resolve());
  renderInRouter(
    <QueryClientProvider client={new QueryClient()}>
      <FactsForm projectId="p" preset={shown} action="Save" onSave={onSave} />
    </QueryClientProvider>,
  );
  return {
    user: userEvent.setup(),
    onSave,
    domain: await screen.findByLabelText<HTMLInputElement>(/Frontend API URL/),
  };
}

beforeEach(() => {
  draft = vi
    .spyOn(api, "post")
    .mockResolvedValue({ settings, warnings: ["Development and production differ."], doubts: [] });
});

describe("FactsForm", () => {
  it("asks nobody while something is missing, and says what", async () => {
    const { user, onSave, domain } = await setUp();
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(domain.getAttribute("aria-invalid")).toBe("true");
    await waitFor(() => expect(document.activeElement).toBe(domain));
    expect(draft).not.toHaveBeenCalled();
    expect(onSave).not.toHaveBeenCalled();
  });

  it("leads to the part of the guide that is about the provider", async () => {
    await setUp({ ...preset, guide: "docs/auth/oidc.md#okta" });
    const guide = screen.getByRole("link", { name: /^Step-by-step guide/ });
    expect(guide.getAttribute("href")).toBe("/guides/auth/oidc#okta");
  });

  it("shows the rule that the facts make while they are typed", async () => {
    const { user, domain } = await setUp();
    await user.type(domain, " clerk.example.com ");
    expect(await screen.findByText("https://clerk.example.com")).toBeTruthy();
    expect(screen.getByText("Development and production differ.")).toBeTruthy();
    expect(draft).toHaveBeenLastCalledWith(
      "/projects/p/rules/draft",
      {
        preset: "clerk",
        variant: "session",
        facts: { domain: "clerk.example.com" },
        audience: null,
        secret: null,
        workspace: null,
      },
      expect.anything(),
    );
  });

  it("puts a complaint at the field it is about", async () => {
    const message = "Domain has not the form of one";
    draft.mockRejectedValue(
      new ApiError(400, "Schema validation error", message, [
        { code: "custom", path: ["facts", "domain"], message },
      ]),
    );
    const { user, domain } = await setUp();
    await user.type(domain, "nonsense");
    expect(await screen.findByText(message)).toBeTruthy();
    expect(domain.getAttribute("aria-describedby")).toContain(screen.getByText(message).id);
  });

  it("doubts a host without an address at its field, and saves it all the same", async () => {
    const message = "The key set URL cannot be checked: its host has no address now";
    draft.mockResolvedValue({
      settings,
      warnings: ["Development and production differ."],
      doubts: [{ code: "custom", path: ["facts", "domain"], message }],
    });
    const { user, onSave, domain } = await setUp();
    await user.type(domain, "clerk.exmaple.com");
    const shown = await screen.findByText(new RegExp(message));
    expect(domain.getAttribute("aria-invalid")).toBe("true");
    expect(domain.getAttribute("aria-describedby")).toContain(shown.id);
    expect(screen.getByText("Development and production differ.").textContent).not.toContain(message);
    await user.type(domain, "{Backspace}");
    expect(domain.getAttribute("aria-invalid")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(onSave).toHaveBeenCalledOnce());
  });

  it("saves the draft with the choices", async () => {
    const { user, onSave, domain } = await setUp();
    await user.type(domain, "clerk.example.com");
    await user.click(screen.getByLabelText(/Organization, else one's own/));
    await user.selectOptions(screen.getByLabelText(/Display name/), "fullName");
    // What is to be known of the choice is asked before it is saved.
    await waitFor(() =>
      expect(draft).toHaveBeenLastCalledWith(
        "/projects/p/rules/draft",
        expect.objectContaining({ workspace: "{o.id}", workspace_fallback: "sub" }),
        expect.anything(),
      ),
    );
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(onSave).toHaveBeenCalledOnce());
    const rule = onSave.mock.calls[0]![0];
    expect(rule).toMatchObject({
      name: "Clerk",
      issuer: "https://clerk.example.com",
      workspace: "{o.id}",
      workspace_fallback: "sub",
      name_claim: "fullName",
      conditions: ["sts != pending"],
    });
    expect(rule).not.toHaveProperty("has_secret");
    expect(rule).not.toHaveProperty("secret");
  });

  it("asks for an audience where a variant needs one", async () => {
    const { user, domain } = await setUp();
    await user.selectOptions(screen.getByLabelText("Kind of token"), "api");
    await user.type(domain, "clerk.example.com");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(screen.getByLabelText("API identifier").getAttribute("aria-invalid")).toBe("true");
  });

  it("hands a shared secret over with the rule", async () => {
    draft.mockResolvedValue({ settings: { ...settings, has_secret: true }, warnings: [], doubts: [] });
    const { user, onSave, domain } = await setUp();
    await user.selectOptions(screen.getByLabelText("Kind of token"), "legacy");
    await user.type(domain, "clerk.example.com");
    await user.type(screen.getByLabelText("Shared secret"), "s".repeat(32));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(onSave).toHaveBeenCalledOnce());
    expect(onSave.mock.calls[0]![0].secret).toBe("s".repeat(32));
  });

  it("says why it was not saved", async () => {
    const { user, onSave, domain } = await setUp();
    onSave.mockRejectedValue(new ApiError(409, "There is such a rule", "There is such a rule"));
    await user.type(domain, "clerk.example.com");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect((await screen.findByRole("alert")).textContent).toContain("There is such a rule");
  });
});
