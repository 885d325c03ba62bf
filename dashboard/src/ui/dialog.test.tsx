import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { type ReactNode, useState } from "react";
import { describe, expect, it } from "vitest";

import { ConfirmDialog } from "./confirm-dialog";
import { Dialog } from "./dialog";
import { Menu, MenuItem } from "./menu";
import { TooltipProvider } from "./tooltip";

function Keys({ afterMs = 0 }: { afterMs?: number }) {
  const [keys, setKeys] = useState(["one", "two"]);
  const [doomed, setDoomed] = useState<string>();
  return (
    <Frame>
      {keys.map((key) => (
        <button key={key} type="button" onClick={() => setDoomed(key)}>
          revoke {key}
        </button>
      ))}
      <ConfirmDialog
        isOpen={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title="Sure?"
        action="Do it"
        onConfirm={() => {
          setTimeout(() => setKeys(keys.filter((key) => key !== doomed)), afterMs);
          return Promise.resolve();
        }}
      >
        It is gone then.
      </ConfirmDialog>
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return (
    <TooltipProvider>
      <main tabIndex={-1}>
        <h1 tabIndex={-1}>Keys</h1>
        {children}
      </main>
    </TooltipProvider>
  );
}

const button = (name: string) => screen.getByRole("button", { name });

describe("the focus after a dialog", () => {
  it("goes back to where it was opened", async () => {
    render(<Keys />);
    await userEvent.click(button("revoke two"));
    expect(screen.getByRole("dialog")).toBe(document.activeElement);
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(document.activeElement).toBe(button("revoke two")));
  });

  it.each([0, 50])("goes to the heading when that is removed, after %i ms", async (afterMs) => {
    render(<Keys afterMs={afterMs} />);
    await userEvent.click(button("revoke two"));
    await userEvent.click(button("Do it"));
    await waitFor(() => expect(screen.queryByRole("button", { name: "revoke two" })).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading")));
  });

  it("goes back to the button of the menu it was chosen from", async () => {
    function Chosen() {
      const [isOpen, setOpen] = useState(false);
      return (
        <Frame>
          <Menu trigger={<button type="button">more</button>}>
            <MenuItem onSelect={() => setOpen(true)}>open</MenuItem>
          </Menu>
          {isOpen && (
            <Dialog title="New" onClose={() => setOpen(false)}>
              <input aria-label="name" />
            </Dialog>
          )}
        </Frame>
      );
    }
    render(<Chosen />);
    await userEvent.click(button("more"));
    await userEvent.click(screen.getByRole("menuitem"));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("name")));
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(document.activeElement).toBe(button("more")));
  });

  it("goes back to where the first of two was opened", async () => {
    function Two() {
      const [step, setStep] = useState(0);
      return (
        <Frame>
          <button type="button" onClick={() => setStep(1)}>
            create
          </button>
          {step === 1 && (
            <Dialog title="Ask" onClose={() => setStep(0)}>
              <button type="button" onClick={() => setStep(2)}>
                go on
              </button>
            </Dialog>
          )}
          {step === 2 && (
            <Dialog key="told" title="Tell" onClose={() => setStep(0)}>
              made
            </Dialog>
          )}
        </Frame>
      );
    }
    render(<Two />);
    await userEvent.click(button("create"));
    await userEvent.click(button("go on"));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("dialog", { name: "Tell" })));
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(document.activeElement).toBe(button("create")));
  });
});

it("puts the focus on the chosen one of several", () => {
  render(
    <Frame>
      <Dialog title="Invite" onClose={() => undefined}>
        <input type="radio" name="role" aria-label="owner" />
        <input type="radio" name="role" aria-label="member" defaultChecked />
        <input aria-label="address" />
      </Dialog>
    </Frame>,
  );
  expect(document.activeElement).toBe(screen.getByLabelText("member"));
});
